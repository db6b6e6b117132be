"""Which segments cannot be told apart by a win rate, and yet are worth different amounts?"""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

NOTHING = (
    "No two segments are known to be won equally often and worth different amounts: `tierwise show win_rates` and "
    "`tierwise show lifetime_value` have the figures"
)


@dataclass(frozen=True)
class Pairs:
    """Rows of `equal_win_rates`, those furthest apart in value first; `most` is the highest value among them."""

    answer: str
    rows: Rows
    most: float


def read(listing: Listing) -> Pairs:
    """Pairs of segments, the more valuable one first."""
    rows = sorted(listing.rows("equal_win_rates"), key=lambda row: (-(row["times"] or 0), row["segment"], row["other"]))
    most = max((row["lifetime_value"] for row in rows), default=0.0)
    return Pairs(_answer(rows[0]) if rows else NOTHING, rows, most)


def _answer(row: Row) -> str:
    times = f" {say.points(row['times'])} times as much as" if row["times"] is not None else " more than"
    return (
        f"{say.words(row['segment'])} and {say.words(row['other'])} are won about equally often "
        f"({say.share(row['win_rate'])} and {say.share(row['other_win_rate'])}), but a customer of the first is "
        f"worth{times} one of the second"
    )
