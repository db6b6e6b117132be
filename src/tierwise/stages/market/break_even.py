"""What must treating an account one to one, or in a few, bring to pay for itself?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from tierwise.core.spec import Spec, default
from tierwise.stats.market.motion import BreakEven
from tierwise.stats.market.motion import break_even as economics
from tierwise.tables import market as dictionary
from tierwise.tables.arrow import filled

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
NAMES = {"one_to_one": "1:1", "one_to_few": "1:few"}
DEFAULT_COSTS = {"one_to_one": 12_000.0, "one_to_few": 2_000.0}


class TreatmentSpec(Spec):
    """What treating an account costs, and what it was measured to bring."""

    cost: float = Field(description="cost of treating one account for a year, people included", gt=0)
    uplift: float | None = default(
        None, "treated accounts that become customers and else would not, as measured; null: never measured",
        source="methods b.6", unit="share", ge=-1, le=1,
    )  # fmt: skip
    uplift_lo: float | None = default(
        None, "lower end of its interval, which must pay for itself; null: the uplift itself", source="methods n",
        unit="share", ge=-1, le=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.uplift_lo is not None and (self.uplift is None or self.uplift_lo > self.uplift):
            raise ValueError("`uplift_lo` is the lower end of the interval of `uplift`")
        return self

    @property
    def least(self) -> float | None:
        """The uplift that must pay for itself."""
        return self.uplift if self.uplift_lo is None else self.uplift_lo


class BreakEvenSpec(Spec):
    """The economics of treating an account. The costs are of no company in particular: put in yours."""

    one_to_one: TreatmentSpec = default(
        lambda: TreatmentSpec(cost=DEFAULT_COSTS["one_to_one"]),
        "accounts treated one by one (tier 1)",
        source="judgement (methods b.6)",
    )
    one_to_few: TreatmentSpec = default(
        lambda: TreatmentSpec(cost=DEFAULT_COSTS["one_to_few"]),
        "accounts treated in clusters (tier 2)",
        source="judgement",
    )
    plausible_uplift: float = default(
        0.10, "highest uplift that is believed without a measurement", source="judgement", unit="share", gt=0, le=1
    )


def break_even(spec: BreakEvenSpec, as_of: date, spec_segments: pa.Table, lifetime_value: pa.Table) -> pa.Table:
    """What a treated account must bring, and whether that is known, thinkable or not. One row per dimension, name and tier."""
    worth = {(row["dimension"], row["name"]): row for row in lifetime_value.to_pylist()}
    keys = [("total", "all"), *(("segment", name) for name in spec_segments["segment"].to_pylist())]
    rows = [row for key in keys for row in _rows(spec, key, worth.get(key, {}))]
    return filled(dictionary.BREAK_EVEN, rows)


def _rows(spec: BreakEvenSpec, key: tuple[str, str], worth: Row) -> Iterator[dict[str, Any]]:
    prefix = "shrunk_" if worth.get("shrunk_value") is not None else ""
    value, lo, hi = (_money(worth.get(f"{prefix}{end}")) for end in ("value", "lo", "hi"))
    for tier, treatment in (("one_to_one", spec.one_to_one), ("one_to_few", spec.one_to_few)):
        uplift = treatment.uplift
        found = economics(treatment.cost, value, spec.plausible_uplift if uplift is None else uplift)
        yield {
            "dimension": key[0],
            "name": key[1],
            "tier": tier,
            "cost": treatment.cost,
            "default_cost": treatment.cost == DEFAULT_COSTS[tier],
            "lifetime_value": value,
            "lifetime_value_lo": lo,
            "lifetime_value_hi": hi,
            "uplift": uplift,
            "uplift_lo": treatment.uplift_lo,
            "required_uplift": _share(found.required_uplift),
            "required_uplift_lo": _share(economics(treatment.cost, hi, None).required_uplift),
            "required_uplift_hi": _share(economics(treatment.cost, lo, None).required_uplift),
            "required_value": _money(found.required_value),
            "pays_back": None if uplift is None else _share(found.pays_back),
            "answer": (answer := _answer(spec, treatment, value)),
            "said": _said(spec, tier, treatment, value, found, answer),
        }


def _answer(spec: BreakEvenSpec, treatment: TreatmentSpec, value: float | None) -> str:
    """A measured uplift decides by its lower end; one never measured is a question, as long as it is thinkable."""
    if value is None:
        return "unknown"
    if treatment.least is not None:
        return "pays" if treatment.least * value >= treatment.cost else "fails"
    return "ask" if spec.plausible_uplift * value >= treatment.cost else "implausible"


def _said(
    spec: BreakEvenSpec, tier: str, treatment: TreatmentSpec, value: float | None, found: BreakEven, answer: str
) -> str:
    default = " by default" if treatment.cost == DEFAULT_COSTS[tier] else ""
    cost = f"{NAMES[tier]} costs {treatment.cost:,.0f} per account{default}"
    if value is None:
        worth = "" if found.required_value is None else f"; it would have to be {found.required_value:,.0f} or more"
        return f"{cost}; what a customer is worth is not on record{worth}"
    worth = f"{cost}, a customer is worth {value:,.0f}"
    if found.required_uplift is None:
        return f"{worth}: no uplift pays for that"
    if found.required_uplift > 1:
        return f"{worth}: it would not pay if every treated account became a customer"
    needed = f"{worth}: it pays from {_in_100(found.required_uplift)} more customers per 100 treated accounts"
    if answer == "ask":
        return f"{needed}. Is that plausible? It has not been measured"
    if answer == "implausible":
        return f"{needed}, and more than {_in_100(spec.plausible_uplift)} is not believed without a measurement"
    lower = "" if treatment.uplift_lo is None else f" (at least {_in_100(treatment.uplift_lo)})"
    return f"{needed}; measured were {_in_100(treatment.uplift or 0.0)}{lower}"


def _in_100(uplift: float) -> str:
    return f"{100 * uplift:.1f}".removesuffix(".0")


def _money(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
