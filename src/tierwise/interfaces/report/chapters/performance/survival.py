"""How long do customers stay? Survival by segment, over that of everybody."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.curves import Curves, survival_curves
from tierwise.interfaces.report.listing import Listing, Rows

NOTHING = "No contracts are on record, so nobody is seen to leave: land `subscriptions`"


@dataclass(frozen=True)
class Survival:
    """The curves; `least_at_risk` customers are behind each of their points, or more."""

    answer: str
    curves: Curves
    least_at_risk: int


def read(listing: Listing) -> Survival:
    """Survival month by month, segments in the order of the model."""
    rows = listing.sliced(sorted(listing.rows("survival"), key=lambda row: row["months"]))
    everybody = [row for row in rows if row["dimension"] == "total"]
    own = [row for row in rows if row["dimension"] == "segment"]
    return Survival(answer(own, everybody), survival_curves(own, everybody), listing.model.survival.min_at_risk)


def answer(own: Rows, everybody: Rows) -> str:
    """Who stays longest and who leaves soonest, at the last month that all curves reach."""
    if not own and not everybody:
        return NOTHING
    names = list(dict.fromkeys(row["name"] for row in own))
    curves = [everybody, *([row for row in own if row["name"] == name] for name in names)]
    month = min(rows[-1]["months"] for rows in curves if rows)
    at = sorted((_at(rows, month), rows[0]["name"]) for rows in curves[1:])
    ends = [at[-1], at[0]] if len(at) > 1 else at
    said = [f"{say.share(_at(everybody, month))} of all customers"] if everybody else []
    said += [f"{say.share(chance)} of {say.words(name)}" for chance, name in ends]
    return f"Still customers {say.months(month)} after they began: {', '.join(said)}"


def _at(rows: Rows, month: int) -> float:
    """The chance of still being a customer after so many months."""
    return float(next((row["survival"] for row in reversed(rows) if row["months"] <= month), 1.0))
