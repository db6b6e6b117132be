"""What the model may say about its records: when a value is empty, wrong or old, and how good they must be to publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, field_validator

from tierwise.core.errors import near_miss
from tierwise.core.spec import Spec, default
from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, TEXT, Column
from tierwise.core.vocabulary import MAILBOXES
from tierwise.sql.predicates import Scope
from tierwise.tables.accounts import ATTRIBUTES
from tierwise.tables.dictionary import dictionary

# Dimensions of quality: those of DAMA, and two of account-based work (methods m). These three are of accounts, not of a field.
OF_ACCOUNTS = ("uniqueness", "hierarchy", "ownership")
QUALITY = {
    "completeness": 0.20, "validity": 0.15, "uniqueness": 0.20, "timeliness": 0.15, "consistency": 0.15, "hierarchy": 0.05,
    "ownership": 0.10,
}  # fmt: skip
HALF_LIVES = {"employees": 36.0, "annual_revenue": 24.0, "industry": 120.0, "sub_industry": 120.0, "owner": 12.0}
OTHERS_LIVE = 24.0  # months; what companies run and are changes about as fast as their technology (methods m)
RULES = {"employees": "employees between 1 and 5000000", "annual_revenue": "annual_revenue > 0"}
# What people type where they know nothing. Landing takes empty cells, n/a, null and - for empty already.
PLACEHOLDERS = (
    "n/a", "na", "n.a.", "#n/a", "none", "null", "nil", "unknown", "not known", "not available", "not set", "undefined",
    "tbd", "tba", "to be defined", "test", "xxx", "x", "-", "--", "---", "?", "??", ".", "0", "unbekannt", "inconnu",
    "desconocido", "desconhecido", "sconosciuto", "onbekend",
)  # fmt: skip
NUMBERS = (INTEGER, NUMBER, MONEY)
OWN_COLUMNS = (Column("domain", TEXT, "registrable web domain"), *ATTRIBUTES, Column("owner", TEXT, "owner"))


class AuditSpec(Spec):
    """When a value is empty, wrong, old or contradicted, and below which score no list is published without a word."""

    gate: float | None = default(
        None, "score of the records below which a list is published only with --accept; null: no gate",
        source="convention", ge=0, le=100,
    )  # fmt: skip
    verified: dict[str, str] = default(
        dict, "field -> your own column of accounts with the day on which somebody last checked the field; without one, "
        "how old a value is stays unknown",
        source="convention",
    )  # fmt: skip
    rules: dict[str, str] = default(
        lambda: dict(RULES),
        "field -> condition on the columns of accounts that a valid value meets",
        source="judgement",
    )
    placeholders: tuple[str, ...] = default(
        PLACEHOLDERS, "words that say nothing, in lower case: a field that holds one is empty", source="methods m"
    )
    half_life_months: dict[str, float] = default(
        lambda: dict(HALF_LIVES), f"field -> months after which half of its values have changed; others: {OTHERS_LIVE:g}",
        source="methods m; judgement", unit="months",
    )  # fmt: skip
    bands: dict[str, tuple[float, ...]] = default(
        lambda: {"annual_revenue": (1e6, 1e7, 5e7, 2.5e8, 1e9)},
        "field -> edges of the bands in which sources are compared; employees: `accounts.employee_bands`",
        source="judgement",
    )  # fmt: skip
    apart: float = default(2.0, "numbers of two sources this many times apart contradict each other", ge=1)
    former_owners: tuple[str, ...] = default(
        (), "owners who left: an account that only they own has no active owner", source="convention"
    )
    draws: int = default(20, "times that repaired records are drawn for the price of a defect", ge=2, le=1000)
    shared_mailboxes: tuple[str, ...] = default(
        MAILBOXES, "what stands before the @ of an address that is a mailbox and no person", source="judgement"
    )
    donors: int = default(
        10, "accounts of one industry, size and country that are enough to draw a repaired value from them; with fewer, those "
        "of one industry and size count, then of one industry, then all",
        source="judgement", unit="accounts", ge=1,
    )  # fmt: skip
    stale_spread: float = default(
        0.35, "how far a number that has changed strays: standard deviation of its logarithm", ge=0, le=3
    )
    audience_tolerance: float = default(
        0.95, "least overlap (Jaccard) of a tool's list with tiers 1 and 2", source="judgement (methods m)", unit="share",
        ge=0, le=1,
    )  # fmt: skip
    audience_grace_days: int = default(
        7,
        "days after leaving the list within which a tool may still hold an account",
        source="methods m",
        unit="days",
        ge=0,
    )
    weights: dict[str, float] = default(
        lambda: dict(QUALITY), "dimension -> weight in the score; what is not measured leaves its weight to the others",
        source="methods m",
    )  # fmt: skip
    # Set by the model: its own attributes, the bands of its sizes, and how much of the list rests on each field.
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)
    employee_bands: tuple[int, ...] = Field(default=(), exclude=True)
    importance: Mapping[str, float] = Field(default_factory=dict, exclude=True)

    @field_validator("weights")
    @classmethod
    def _dimensions(cls, weights: dict[str, float]) -> dict[str, float]:
        for name, weight in weights.items():
            if name not in QUALITY:
                known = ", ".join(QUALITY)
                raise ValueError(f"'{name}' is no dimension", near_miss(name, QUALITY) or f"one of: {known}")
            if weight < 0:
                raise ValueError(f"the weight of {name} is negative")
        return {**QUALITY, **weights}

    @field_validator("half_life_months")
    @classmethod
    def _positive(cls, months: dict[str, float]) -> dict[str, float]:
        if wrong := [name for name, value in months.items() if value <= 0]:
            raise ValueError(f"the half-life of {wrong[0]} must be positive")
        return {**HALF_LIVES, **months}

    @field_validator("rules")
    @classmethod
    def _besides_ours(cls, rules: dict[str, str]) -> dict[str, str]:
        return {**RULES, **rules}

    @field_validator("bands")
    @classmethod
    def _ascending(cls, bands: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        for name, edges in bands.items():
            if list(edges) != sorted(set(edges)):
                raise ValueError(f"the edges of {name} must ascend")
        return bands

    @property
    def fields(self) -> tuple[Column, ...]:
        """The columns of accounts that are looked at: our own and the model's, days of checking left out."""
        days = set(self.verified.values())
        return tuple(c for c in (*OWN_COLUMNS, *self.attributes) if c.name not in days)

    def edges(self, field: str) -> tuple[float, ...]:
        """The edges of the bands in which sources are compared; empty for a field that is compared as it is written."""
        return self.employee_bands if field == "employees" else self.bands.get(field, ())

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {
            "spec_audit_fields": [
                {
                    "field": column.name, "position": place, "importance": self.importance.get(column.name, 0.0),
                    "half_life_months": self.half_life_months.get(column.name, OTHERS_LIVE),
                    "verified": self.verified.get(column.name),
                    "is_number": column.type in NUMBERS and column.type != BOOLEAN, "is_date": column.type == DATE,
                }
                for place, column in enumerate(self.fields, 1)
            ]
        }  # fmt: skip


def rule_scope(attributes: Iterable[Column] = ()) -> Scope:
    """What a rule may name: the columns of accounts."""
    return Scope.of(a=dictionary(tuple(attributes))["accounts"].types)
