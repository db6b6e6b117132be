"""What may discovery search, how deep, and when is something found?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from tierwise.core import table
from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.tables.accounts import ACCOUNTS, ATTRIBUTES

# lots of ultimate parents; a split takes half of the lots, so that one scan serves every split
BUCKETS = 20
SIGNAL = "signal:"
NUMBERS = (table.INTEGER, table.NUMBER, table.MONEY, table.POINTS)
# Columns of accounts that can never describe a profile, and why (methods d.1, l.7).
IDENTIFIER = "an identifier: nearly every account has its own"
REFUSED = {
    "account_id": IDENTIFIER, "name": IDENTIFIER, "domain": IDENTIFIER, "parent_id": IDENTIFIER,
    "ultimate_parent_id": IDENTIFIER, "buying_id": IDENTIFIER, "territory_id": IDENTIFIER,
    "owner": "who owns the account today, often assigned after the purchase",
    "do_not_contact": "a mark that people set, often after the purchase",
    "competitor": "a mark that people set, often after the purchase",
    "created_at": "book-keeping of the records", "records": "book-keeping of the records",
    "employee_band": "searched as employees, cut at the same edges",
}  # fmt: skip
# Words in the name of an attribute that speak of what happens after the purchase.
AFTER_PURCHASE = frozenset({
    "activity", "arr", "cancel", "canceled", "cancellation", "cancelled", "churn", "churned", "close", "closed", "clv", "csat",
    "csm", "customer", "expansion", "health", "invoice", "invoiced", "last", "lost", "ltv", "mrr", "nps", "onboarded",
    "onboarding", "renew", "renewal", "renewed", "retention", "upsell", "won",
})  # fmt: skip


class DiscoverySpec(Spec):
    """The words of the search, what counts as support, and how chance is kept out."""

    target: Literal["nrr", "clv"] = default(
        "nrr", "what is compared: net revenue retention, or lifetime value", source="methods d.2"
    )
    attributes: tuple[str, ...] = default((), "attributes to search; none named: all that may be", source="convention")
    known_before_purchase: tuple[str, ...] = default(
        (), "attributes to search although they look as if they were written down after the purchase",
        source="methods l.7",
    )  # fmt: skip
    behaviour: bool = default(True, "search signals seen before the purchase too", source="methods d.1")
    behaviour_days: int = default(365, "how long before the purchase a signal may lie", unit="days", ge=7, le=1825)
    edges: dict[str, tuple[float, ...]] = default(
        dict, "edges at which numbers are cut, by attribute; else quartiles of the customers", source="methods d.1"
    )
    ranges: bool = default(True, "search neighbouring classes of a number together too", source="methods d.1")
    missing_selector: bool = default(False, "search 'not on record' as a value too", source="methods d.1")
    max_missing: float = default(0.4, "an attribute that more customers lack is left out", unit="share", ge=0, le=1)
    max_values: int = default(12, "values of one attribute that are searched, most frequent first", ge=2, le=30)
    max_attributes: int = default(12, "attributes that are searched", ge=1, le=12)
    leak_limit: float = default(
        0.7, "an attribute is left out when being on record tells who stayed, or who is a customer at all, this well (AUC)",
        source="methods l.7", unit="share", gt=0.5, le=1,
    )  # fmt: skip
    depth: int = default(2, "conditions of a profile at most", source="methods d.3", ge=1, le=3)
    exponent: float = default(
        0.5, "weight of size in the quality: 0.5 is like a test", source="methods d.2", ge=0, le=1
    )
    min_customers: int = default(20, "customers of a profile on each half at least", unit="accounts", ge=5)
    min_n_eff: float = default(8.0, "effective number on each half at least (Kish)", ge=2)
    max_cover: float = default(0.6, "a profile holds at most this share of the customers", unit="share", gt=0, le=1)
    splits: int = default(25, "random halves", source="Meinshausen, Meier and Buhlmann 2009", ge=1, le=60)
    proposals: int = default(12, "profiles that one half may propose per tail", source="methods d.4", ge=1, le=50)
    promising: float = default(0.05, "one-sided level that a proposal meets on its own half", unit="share", gt=0, le=1)
    productive: float = default(
        0.1, "one-sided level at which each condition must add to the others", source="methods d.5", unit="share", gt=0, lt=1
    )  # fmt: skip
    borrowed: float = default(
        30.0, "customers' worth of everybody's spread that is mixed into a profile's own", unit="accounts",
        source="Smyth 2004; judgement", ge=0,
    )  # fmt: skip
    max_jaccard: float = default(
        0.6, "two profiles share at most this part of their customers", source="methods d.5", unit="share", gt=0, le=1
    )
    fdr: float = default(
        0.1, "chance that anything false is shown; the share of false finds is no larger", source="methods d.4", unit="share",
        gt=0, lt=1,
    )  # fmt: skip
    most: int = default(10, "profiles shown per tail", source="methods d.5", ge=1)
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)
    power: float = default(
        0.8, "power at which the smallest effect is stated", source="convention", unit="share", gt=0, lt=1
    )

    # Set by the model: its own columns of accounts, its signals, its size bands, and whether its list is of prospects.
    for_prospects: bool = Field(default=True, exclude=True)
    columns: tuple[Column, ...] = Field(default=(), exclude=True)
    signals: tuple[str, ...] = Field(default=(), exclude=True)
    employee_bands: tuple[int, ...] = Field(default=(50, 200, 1000, 5000), exclude=True)

    @field_validator("edges")
    @classmethod
    def _ascending(cls, edges: dict[str, tuple[float, ...]]) -> dict[str, tuple[float, ...]]:
        for name, cuts in edges.items():
            if not 1 <= len(cuts) <= 20 or list(cuts) != sorted(set(cuts)):
                raise ValueError(f"the edges of {name} must ascend, 1 to 20 of them, for example [100, 300]")
        return edges

    def candidates(self) -> tuple[Column, ...]:
        """The columns of accounts that are looked at: those named, or the usual traits and the model's own."""
        known = {c.name: c for c in (*ATTRIBUTES, *self.columns)}
        names = self.attributes or tuple(known)
        return tuple(known[name] for name in names if name in known and self.refusal(known[name]) == "")

    def refusal(self, column: Column) -> str:
        """Why a column is refused by its name or type alone; empty when it is not."""
        if column.name in REFUSED:
            return REFUSED[column.name]
        if column.type in (table.DATE, table.TIMESTAMP):
            return "a date: declare a number or a band made from it"
        after = set(column.name.lower().split("_")) & AFTER_PURCHASE
        if after and column.name not in self.known_before_purchase:
            word = min(after)
            return (
                f"'{word}' speaks of what happens after the purchase; known_before_purchase: [{column.name}] lets it in"
            )
        return ""

    def refused(self) -> dict[str, str]:
        """Columns of accounts that are not looked at, with the reason."""
        known = (*ACCOUNTS.columns, *self.columns)
        named = [c for c in known if not self.attributes or c.name in self.attributes]
        return {c.name: reason for c in named if (reason := self.refusal(c))}

    def searched(self) -> tuple[str, ...]:
        """Everything that is looked at, in the order in which it is searched."""
        behaviour = self.signals if self.behaviour else ()
        return (*(c.name for c in self.candidates()), *(f"{SIGNAL}{name}" for name in behaviour))

    def places(self) -> int:
        """How many attributes the cube has room for."""
        return max(min(self.max_attributes, len(self.searched())), 1)

    def label_table(self) -> str:
        """The table of accounts that holds what was known in time."""
        return "accounts_at_start" if self.target == "nrr" else "accounts_at_purchase"
