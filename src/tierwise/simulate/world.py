"""What is true in the simulated market: the parameters of the reference world and of the null worlds.

Source: docs/concepts/simulation.md. Rates are per month unless the name says otherwise; money is US dollars.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

INDUSTRIES = (
    "Credit Unions", "Banking", "Insurance", "Marketing Agencies", "Software", "Manufacturing",
    "Healthcare", "Retail", "Logistics", "Education",
)  # fmt: skip
INDUSTRY_WEIGHTS = (0.08, 0.10, 0.08, 0.12, 0.16, 0.12, 0.12, 0.09, 0.08, 0.05)
SMALL_BELOW, ENTERPRISE_FROM = 200, 1_000
SIZE_BANDS = ("small", "mid", "enterprise")


@dataclass(frozen=True)
class Segment:
    """A latent kind of account. Shares and rates between 0 and 1; churn and expansion per year."""

    name: str
    need: float
    win_rate: float
    annual_churn: float
    annual_expansion: float
    readiness: tuple[float, float, float, float]

    @property
    def monthly_churn(self) -> float:
        return float(1 - (1 - self.annual_churn) ** (1 / 12))

    @property
    def monthly_expansion(self) -> float:
        return float((1 + self.annual_expansion) ** (1 / 12) - 1)

    @property
    def net_revenue_retention(self) -> float:
        """Expected revenue after twelve months per unit of revenue at the start."""
        return (1 - self.annual_churn) * (1 + self.annual_expansion)


CORE = Segment("core", 0.60, 0.38, 0.05, 0.18, (0.65, 0.75, 0.70, 0.65))
GAP = Segment("gap", 0.45, 0.12, 0.07, 0.14, (0.55, 0.65, 0.60, 0.60))
CLOSEABLE = Segment("closeable", 0.50, 0.42, 0.42, 0.00, (0.50, 0.85, 0.85, 0.60))
LOGO_TRAP = Segment("logo_trap", 0.45, 0.25, 0.12, 0.06, (0.60, 0.60, 0.08, 0.60))
BASE = Segment("base", 0.15, 0.18, 0.18, 0.05, (0.45, 0.55, 0.50, 0.50))


@dataclass(frozen=True)
class Feed:
    """A source of attention: expected signals per account and month.

    An informed feed sees who researches. An uninformed one sees as many accounts, but others: it follows
    accounts drawn independently of need, so its counts vary just as much and mean nothing.
    """

    name: str
    researching: float
    quiet: float
    informed: bool = True
    lag_days: int = 0


@dataclass(frozen=True)
class Noise:
    """What is wrong in the records; each a share between 0 and 1."""

    duplicates: float = 0.06
    missing: float = 0.12
    wrong_industry: float = 0.04
    stale_employees: float = 0.20
    backdated_owner_changes: float = 0.10
    unlogged_losses: float = 0.35
    missing_domains: float = 0.03
    free_mail_domains: float = 0.01
    untidy_spelling: float = 0.15
    unknown_companies: float = 0.03


CLEAN = Noise(*(0.0,) * 10)


@dataclass(frozen=True)
class OpeningRates:
    """The monthly chance that an account without a deal opens one, by what it can do about its need."""

    can_act: float = 0.10
    two_dimensions: float = 0.012
    need: float = 0.004
    no_need: float = 0.001


@dataclass(frozen=True)
class World:
    """All that decides what happens in a market. `W1` is the reference; change it with `replace`."""

    segments: tuple[Segment, ...] = (CORE, GAP, CLOSEABLE, LOGO_TRAP, BASE)
    months: int = 36
    horizon: int = 12
    months_before_crm: int = 48
    """How long the company had sold before it kept a CRM: billing knows those years, deals begin later."""

    core_stack_share: float = 0.45
    regulated_share: float = 0.35
    relationship_share: float = 0.20
    child_share: float = 0.08
    region_weights: tuple[float, float, float, float] = (0.40, 0.20, 0.25, 0.15)
    employees_log_mean: float = 5.2
    employees_log_sd: float = 1.3
    contract_value: tuple[float, float, float] = (8_000.0, 30_000.0, 110_000.0)
    contract_value_log_sd: float = 0.5

    readiness_off_rate: float = 0.06
    opening: OpeningRates = field(default_factory=OpeningRates)
    effort_on_can_act: float = 2.5
    effort_on_two_dimensions: float = 2.0
    effort_months: int = 3
    historic_effort_share: float = 400 / 6_000
    """Share of the accounts, largest and financial first, that sales worked through the whole history."""

    decision_base: float = 0.06
    decision_per_month_of_age: float = 0.06
    decision_unready: float = 0.05
    ready_win_factor: float = 2.0
    unready_win_floor: float = 0.02
    unready_win_factor: float = 0.0
    relationship_win_factor: float = 1.5
    win_ceiling: float = 0.92

    level_change_rate: float = 0.08
    level_change_spread: float = 0.15
    win_back_months: int = 12
    gross_margin: float = 0.80
    discount_rate: float = 0.10
    value_horizon_months: int = 60

    feeds: tuple[Feed, ...] = (
        Feed("first_party", 1.2, 0.12),
        Feed("review_site", 0.5, 0.15, lag_days=2),
        Feed("vendor_a", 1.0, 0.35, lag_days=30),
        Feed("vendor_b", 0.8, 0.7, informed=False, lag_days=30),
    )
    false_researchers: float = 0.04

    interviewed_share: float = 300 / 6_000
    respondents: int = 3
    answer_error: float = 0.12
    answer_unknown: float = 0.15

    noise: Noise = field(default_factory=Noise)


W1 = World()

W0A = replace(W1, segments=tuple(replace(BASE, name=segment.name) for segment in W1.segments))
"""Segments do not differ: every account behaves as the base does."""

W0B = replace(
    W1,
    opening=OpeningRates(can_act=0.02, two_dimensions=0.02, need=0.02, no_need=0.001),
    effort_on_can_act=2.0,
    effort_on_two_dimensions=2.0,
    decision_base=0.05,
    decision_per_month_of_age=0.0,
    ready_win_factor=1.0,
    unready_win_floor=0.0,
    unready_win_factor=1.0,
)
"""Readiness is irrelevant: accounts with a need open, decide and win alike, whatever they could decide."""

W0C = replace(W1, feeds=tuple(replace(feed, informed=False) for feed in W1.feeds))
"""Intent is noise: every feed follows accounts that were drawn independently of need."""

W0D = replace(W1, effort_on_can_act=1.0, effort_on_two_dimensions=1.0)
"""Effort has no effect on anything."""
