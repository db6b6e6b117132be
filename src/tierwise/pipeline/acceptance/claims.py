"""What the method claims, what it demands of each claim, and what the runs say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

import numpy as np

ENOUGH = 10  # companies: a tenth percentile of fewer is the least of them


@dataclass(frozen=True)
class Played:
    """What a list would bring: per filled seat, expected, over the first months of effort."""

    seats: int
    deals: float
    value: float
    able: float
    logo_trap: float


@dataclass(frozen=True)
class Claim:
    """One line of the table: a figure of a list, or its ratio to that of another, in one world.

    Demands are on the median and on the tenth percentile over seeds (the ninetieth where the figure must stay low). In a null
    world what is claimed must vanish: `most_median` bounds it from above.
    """

    name: str
    says: str
    world: str
    figure: Literal["deals", "value", "able", "logo_trap"]
    of: str
    against: str = ""
    least_median: float | None = None
    least_p10: float | None = None
    most_p90: float | None = None
    most_median: float | None = None


CLAIMS = (
    Claim("fit_and_intent_deals", "fit and intent against firmographics alone: deals per seat", "reference", "deals",
          "fit_and_intent", "firmographic", least_median=3.0, least_p10=2.0),
    Claim("fit_and_intent_value", "fit and intent against firmographics alone: value per seat", "reference", "value",
          "fit_and_intent", "firmographic", least_median=1.6, least_p10=1.1),
    Claim("fit_against_intent", "fit and intent against intent alone: value per seat", "reference", "value",
          "fit_and_intent", "intent", least_p10=1.5),
    Claim("profiles", "fit and intent against the same without profiles: value per seat", "reference", "value",
          "fit_and_intent", "without_profiles"),
    Claim("gate_deals", "behind the gate against fit and intent: deals per seat", "reference", "deals", "gate",
          "fit_and_intent", least_p10=1.4),
    Claim("gate_value", "behind the gate against fit and intent: value per seat", "reference", "value", "gate",
          "fit_and_intent", least_p10=0.8),
    Claim("gate_against_open", "behind the gate against the same list with the gate open: deals per seat", "reference", "deals",
          "gate", "gate_open", least_p10=1.4),
    Claim("weakest_link", "the weakest dimension against the mean of them: deals per seat", "reference", "deals", "gate",
          "mean", least_p10=1.15),
    Claim("able_firmographic", "share able to act, by firmographics", "reference", "able", "firmographic"),
    Claim("able_fit_and_intent", "share able to act, by fit and intent", "reference", "able", "fit_and_intent"),
    Claim("able_gate", "share able to act, behind the gate", "reference", "able", "gate", least_median=0.45),
    Claim("logo_trap_firmographic", "share in the logo trap, by firmographics", "reference", "logo_trap", "firmographic"),
    Claim("logo_trap_gate", "share in the logo trap, behind the gate", "reference", "logo_trap", "gate", most_p90=0.05),
    Claim("null_profiles_deals", "segments alike: fit and intent against the same without profiles: deals per seat",
          "segments_alike", "deals", "fit_and_intent", "without_profiles", most_median=1.25),
    Claim("null_profiles_value", "segments alike: fit and intent against the same without profiles: value per seat",
          "segments_alike", "value", "fit_and_intent", "without_profiles", most_median=1.25),
    Claim("null_gate", "readiness irrelevant: behind the gate against the gate open, deals per seat", "readiness_irrelevant",
          "deals", "gate", "gate_open", most_median=1.25),
    Claim("null_intent", "intent is noise: fit and intent against fit alone, deals per seat", "intent_is_noise", "deals",
          "fit_and_intent", "fit", most_median=1.25),
    Claim("null_effort", "effort does nothing: deals per seat behind the gate", "effort_does_nothing", "deals", "gate",
          most_median=0.0),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What the runs say of a claim. Ratios of companies where the other list brings nothing count as infinite.

    A company where nobody took a seat of one of the lists has no figure per seat: it counts in `empty` and not in `seeds`.
    """

    claim: Claim
    seeds: int
    empty: int
    median: float | None
    p10: float | None
    p90: float | None
    pooled: float | None
    """The ratio of the means over all seeds, or the mean."""
    holds: bool | None
    """None where nothing is demanded, or fewer than `ENOUGH` companies could be compared."""


def outcomes(played: Mapping[str, Sequence[Mapping[str, Played]]]) -> list[Outcome]:
    """Every claim about the worlds that were played; `played` holds the companies of each."""
    return [_outcome(claim, played[claim.world]) for claim in CLAIMS if played.get(claim.world)]


def _outcome(claim: Claim, played: Sequence[Mapping[str, Played]]) -> Outcome:
    names = [name for name in (claim.of, claim.against) if name]
    companies = [company for company in played if all(company[name].seats for name in names)]
    empty = len(played) - len(companies)
    if not companies:
        return Outcome(claim, 0, empty, None, None, None, None, None)
    own = [float(getattr(company[claim.of], claim.figure)) for company in companies]
    other = [float(getattr(company[claim.against], claim.figure)) for company in companies] if claim.against else []
    values = [_ratio(a, b) for a, b in zip(own, other, strict=True)] if other else own
    median = float(np.median(values))
    p10, p90 = float(np.quantile(values, 0.1, method="lower")), float(np.quantile(values, 0.9, method="higher"))
    pooled = _ratio(sum(own), sum(other)) if other else sum(own) / len(own)
    demands = (
        (claim.least_median, median, 1), (claim.least_p10, p10, 1), (claim.most_p90, p90, -1), (claim.most_median, median, -1),
    )  # fmt: skip
    met = [sign * found >= sign * bar for bar, found, sign in demands if bar is not None]
    holds = all(met) if met and len(values) >= ENOUGH else None
    return Outcome(claim, len(values), empty, _finite(median), _finite(p10), _finite(p90), _finite(pooled), holds)


def _ratio(own: float, other: float) -> float:
    return own / other if other > 0 else inf if own > 0 else 0.0


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
