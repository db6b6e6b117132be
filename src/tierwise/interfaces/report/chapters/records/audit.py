"""Can the records be trusted, field by field, what exactly is wrong, and what does that do to the list?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

DIMENSIONS = ("completeness", "validity", "uniqueness", "timeliness", "consistency", "hierarchy", "ownership")
NOT_MEASURED = {
    "timeliness": "how old values are is not known: name the columns with the days of checking under `audit.verified`",
    "consistency": "one source alone has accounts, so that nothing contradicts it",
    "hierarchy": "no account names a parent",
    "ownership": "no account names an owner",
}
# Why a defect has no price.
UNPRICED = {
    "repeated": "nothing here: the records are one account already",
    "stale domain": "not drawn: who the account is then is not known",
    "contradictory domain": "not drawn: who the account is then is not known",
}
NOT_READ = "nothing: the list does not read it"


@dataclass(frozen=True)
class Audit:
    """The whole, the fields that are read first, the dimensions of each, and what is wrong, to be repaired in this order.

    `prices` are those of the defects, None where nobody asked for them. Empty without accounts.
    """

    whole: Row | None
    fields: Rows
    defects: Rows
    common: Rows
    unmeasured: tuple[str, ...]
    prices: Any = None

    @property
    def answer(self) -> str:
        """One sentence about all of the records that the list reads."""
        if self.whole is None:
            return "nothing could be measured: no account is on record, or the list reads no field of accounts"
        whole = self.whole
        where = f"{say.words(whole['least_dimension'])} of {say.words(whole['least_field'])}"
        said = (
            f"the fields that the list reads score {say.points(whole['score'], 0)} of 100 "
            f"({say.points(whole['lo'], 0)} to {say.points(whole['hi'], 0)}); the worst of them, {where}, "
            f"{say.points(whole['least'], 0)}"
        )
        everything = self.prices and self.prices.of("all", "")
        return f"{said}; {_moved(everything.figures['moves'])} if all were repaired" if everything else said


def read(listing: Listing) -> Audit:
    """The audit of one list."""
    scores, measures = listing.rows("audit_scores"), listing.rows("audit_measures")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in measures:
        found.setdefault(row["field"], {})[row["dimension"]] = row
    fields: Rows = [{**row, "measures": found.get(row["field"], {})} for row in scores if row["field"]]
    measured = {row["dimension"] for row in measures}
    defects: Rows = [{**row, **_price(listing.prices, row)} for row in listing.rows("audit_defects")]
    return Audit(
        whole=next((row for row in scores if not row["field"]), None),
        fields=sorted(fields, key=lambda row: (-row["importance"], row["score"], row["field"])),
        defects=sorted(defects, key=_turn),
        common=[found[""][name] for name in DIMENSIONS if name in found.get("", {})],
        unmeasured=tuple(why for name, why in NOT_MEASURED.items() if name not in measured),
        prices=listing.prices,
    )


def _turn(row: Row) -> tuple[Any, ...]:
    """What moves most accounts first, then what the list reads most."""
    figures = row["price"]["figures"] if row["price"] else {}
    moves = figures["moves"].value if figures else -1.0
    tenth = row["price"]["per_tenth"].value if figures else 0.0
    return -moves, -tenth, -row["importance"], row["position"]


def _price(prices: Any, row: Row) -> dict[str, Any]:
    """The price of a defect, and what is said where it has none."""
    price = None if prices is None else prices.of(row["defect"], row["field"])
    if price is not None:
        return {"price": {"figures": price.figures, "per_tenth": price.per_tenth}, "price_said": ""}
    of_people = "nothing: people count in depth and engagement, and have no seat" if row["of"] == "contacts" else None
    why = of_people or UNPRICED.get(row["defect"]) or UNPRICED.get(f"{row['defect']} {row['field']}")
    if why is None and row["importance"] <= 0 and row["field"] not in ("parent", "domain", "record"):
        why = NOT_READ
    return {"price": None, "price_said": why or ("not priced" if prices is None else "nothing in any draw")}


def _moved(moves: Any) -> str:
    mean, lo, hi = (say.count(round(value)) for value in (moves.value, moves.lo, moves.hi))
    return f"about {mean} accounts would change tier ({lo} to {hi} in 95 % of {say.count(moves.draws)} draws)"
