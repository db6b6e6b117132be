"""Do the leaders mean the same accounts, do their teams work them, and are they worth winning?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tierwise.interfaces.report.charts import Piece, stacked
from tierwise.interfaces.report.listing import Listing, Row, Rows

AGAINST = {
    "universe": "the segments worth winning",
    "validated": "the validated profiles",
    "TAL": "the target account list",
    "touched": "what the own team touched",
}
NOTHING = (
    "Nobody has said yet which accounts are the target: `tierwise align --template > targets.yaml`, let marketing, sales, "
    "product and customer success fill it in, and paste it into the model"
)


@dataclass(frozen=True)
class Overlap:
    """Two sets of accounts: only the one, both, only the other, as parts of all accounts in either."""

    row: Row
    one: str
    other: str
    bar: tuple[Piece, ...]


@dataclass(frozen=True)
class Alignment:
    """Who says what, each leader against each other, and each against what is worth winning and what is worked."""

    answer: str
    targets: Rows
    between: tuple[Overlap, ...]
    against: tuple[Overlap, ...]


def read(listing: Listing) -> Alignment:
    """The targets that the model declares, compared."""
    place = {name: number for number, name in enumerate(listing.model.targets)}
    targets = sorted(listing.rows("targets"), key=lambda row: place.get(row["target"], len(place)))
    leaders = {row["target"]: row["leader"] for row in targets}
    order, names = [*leaders, *AGAINST], {**AGAINST, **leaders}
    rows = sorted(listing.rows("alignment"), key=lambda row: (order.index(row["target"]), order.index(row["against"])))
    between = tuple(_overlap(row, names) for row in rows if row["against"] in leaders)
    against = tuple(_overlap(row, names) for row in rows if row["against"] not in leaders)
    return Alignment(answer([o.row for o in between], [o.row for o in against]), targets, between, against)


def answer(between: Sequence[Row], against: Iterable[Row]) -> str:
    """The two leaders who agree least; of one leader alone, how the target lies to what is worth winning."""
    if between:
        apart = min(between, key=lambda row: (row["jaccard"] is not None, row["jaccard"] or 0.0))
        return str(apart["said"])
    return next((str(row["said"]) for row in against if row["against"] == "universe"), NOTHING)


def _overlap(row: Row, names: Mapping[str, str]) -> Overlap:
    parts = [
        {"part": "one", "n": row["accounts"] - row["both"]},
        {"part": "both", "n": row["both"]},
        {"part": "other", "n": row["other_accounts"] - row["both"]},
    ]
    bar = stacked(parts, "n", max(sum(part["n"] for part in parts), 1))
    return Overlap(row, names[row["target"]], names[row["against"]], bar)
