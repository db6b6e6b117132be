"""Does the effort go where it is worth it? Last year's spend, activities and pipeline, seen from the validated universe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.charts import Piece, stacked
from tierwise.interfaces.report.listing import Listing, Row, Rows

KINDS = ("spend", "activities", "pipeline")
PLACES = tuple(say.PLACE_WORDS)
RECORDED = "recorded"
LAND = {
    "spend": "no costs of the last year are on record: land `costs`",
    "activities": "no activities of the last year are on record: land `activities`",
    "pipeline": "no opportunities of the last year are on record: land `opportunities`",
}
# Places that are known to be outside the validated universe, and those that may turn out to be.
NOWHERE = ("unknown_account", "shared")
OUTSIDE, OPEN = ("outside", "not_worth"), ("unproven",)
MOST = 40
DIVISIONS = ("segment", "owner", "channel")


@dataclass(frozen=True)
class Outside:
    """How much lies outside the validated universe: at least what is known to, at most all that is not validated.

    `money` is empty for activities. `divided`: shared spend is counted where the activities went, an estimate.
    """

    share: tuple[float, float]
    money: tuple[float, float] | None
    divided: bool


@dataclass(frozen=True)
class Kind:
    """Spend, activities or pipeline: rows of `waste` in the order of the places, the placed ones as a stacked bar."""

    name: str
    rows: Rows
    outside: Outside | None
    bar: tuple[Piece, ...]

    @property
    def unplaced(self) -> str:
        """Why nothing of it can be placed; only where `outside` is None."""
        if any(row["place"] not in NOWHERE for row in self.rows):
            return "no amount on record"
        shared = any(row["place"] == "shared" for row in self.rows)
        return "no segment named, and no activities to divide it by" if shared else "no known account named"


@dataclass(frozen=True)
class Division:
    """The same by segment, owner or channel: the largest rows, of so many in all."""

    title: str
    rows: Rows
    total: int


@dataclass(frozen=True)
class Waste:
    """The kinds that are on record; `lacking` says how the others would be."""

    answer: str
    kinds: tuple[Kind, ...]
    lacking: tuple[str, ...]
    divisions: tuple[Division, ...]


def read(listing: Listing) -> Waste:
    """Where last year's effort went."""
    rows = listing.rows("waste")
    kinds = kinds_of(rows)
    return Waste(
        answer(kinds, listing.currency),
        kinds,
        tuple(LAND[name] for name in KINDS if name not in {kind.name for kind in kinds}),
        tuple(Division(name, mine[:MOST], len(mine)) for name in DIVISIONS if (mine := _divided(rows, name))),
    )


def answer(kinds: Sequence[Kind], currency: str) -> str:
    """What lies outside the validated universe, kind by kind."""
    if not kinds:
        return "Nobody's effort of the last year is on record: land `costs`, `activities` or `opportunities`"
    said = [outside_words(kind.name, kind.outside, currency) for kind in kinds if kind.outside]
    unknown = [f"{kind.name} ({kind.unplaced})" for kind in kinds if not kind.outside]
    parts = [f"outside the validated universe: {', '.join(said)}"] if said else []
    return "; ".join([*parts, *([f"not known where it went: {', '.join(unknown)}"] if unknown else [])])


def kinds_of(rows: Rows) -> tuple[Kind, ...]:
    """Spend, activities and pipeline in rows of `waste`, those that are on record."""
    total = [row for row in rows if row["dimension"] == "total"]
    return tuple(kind for name in KINDS if (kind := _kind(name, total)).rows)


def outside(rows: Rows) -> Outside | None:
    """How much of one kind lies outside the validated universe; None where nothing can be placed."""
    recorded = any(row["share"] is not None for row in rows if row["basis"] == RECORDED)
    basis = RECORDED if recorded else "activities"
    placed = [row for row in rows if row["basis"] == basis and row["share"] is not None]
    if not placed:
        return None

    def ends(column: str) -> tuple[float, float]:
        least, more = (sum(r[column] or 0.0 for r in placed if r["place"] in some) for some in (OUTSIDE, OPEN))
        return least, least + more

    priced = any(row["amount"] is not None for row in placed)
    return Outside(ends("share"), ends("amount") if priced else None, not recorded)


def outside_words(kind: str, found: Outside, currency: str) -> str:
    """How much of a kind that is: `74 % to 91 % of spend (1,140,708 to 1,394,940 USD)`."""
    facts = [f"{_width([say.money(x) for x in found.money])} {currency}"] if found.money else []
    facts += ["shared spend divided as the activities were"] if found.divided else []
    return f"{_width([say.share(x) for x in found.share])} of {kind}" + (f" ({'; '.join(facts)})" if facts else "")


def _width(ends: Sequence[str]) -> str:
    return " to ".join(dict.fromkeys(ends))


def _kind(name: str, total: Rows) -> Kind:
    mine = [row for row in total if row["kind"] == name]
    rows = sorted(mine, key=lambda row: (row["basis"] != RECORDED, PLACES.index(row["place"])))
    found = outside(rows)
    basis = "activities" if found and found.divided else RECORDED
    return Kind(name, rows, found, stacked([row for row in rows if row["basis"] == basis], "share", 1.0))


def _divided(rows: Rows, dimension: str) -> Rows:
    """One row per kind and name with what is outside, the largest first; names without a place are left out."""
    names: dict[tuple[str, str], Rows] = {}
    for row in rows:
        if row["dimension"] == dimension:
            names.setdefault((row["kind"], row["name"] or ""), []).append(row)
    found = [
        {"kind": kind, "name": name, "outside": out, "n": sum(row["n"] for row in mine), "amount": _sum(mine),
         "places": sorted({row["place"] for row in mine if row["share"]})}
        for (kind, name), mine in names.items()
        if (out := outside(mine)) is not None
    ]  # fmt: skip
    return sorted(found, key=lambda row: (KINDS.index(row["kind"]), -(row["amount"] or 0), -row["n"], row["name"]))


def _sum(rows: list[Row] | Rows) -> float | None:
    amounts = [row["amount"] for row in rows if row["amount"] is not None]
    return sum(amounts) if amounts else None
