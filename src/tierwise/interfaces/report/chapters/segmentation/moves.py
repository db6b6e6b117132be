"""Which accounts moved from tier to tier since the list before, and why?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tierwise.core.vocabulary import TIERS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

MOST_MOVES = 50
MOST_LISTS = 24
OUTSIDE = ("", "excluded")


@dataclass(frozen=True)
class Moves:
    """What changed against the list before: how many went from where to where, why, and the first of them by name."""

    flow: list[tuple[str, str, int]]
    first: Rows
    total: int
    reasons: Rows
    previous: str = ""
    lists: tuple[Any, ...] = ()
    """The latest lists, newest first: how many are seated, who came and went, and how many overrides were in force."""

    @property
    def answer(self) -> str:
        """How many moved, and what that means for tier 1."""
        if not self.total:
            return f"No account changed its tier since run {self.previous}" if self.previous else "No account moved"
        came, left = (sum(n for *ends, n in self.flow if ends[at] == TIERS[0]) for at in (1, 0))
        if not self.previous:
            return f"This is the first list: {say.count(came)} into tier {say.tier(TIERS[0])}"
        return (
            f"{say.many(self.total, 'account')} changed tier since run {self.previous}: {say.count(came)} into tier 1, "
            f"{say.count(left)} out of it; the most frequent reason: {say.move_reason(self.reasons[0]['reason'])} "
            f"({say.count(self.reasons[0]['accounts'])})"
        )


def read(listing: Listing) -> Moves:
    """The moves since the list before."""
    moves = moves_of(listing.table("moves"))
    counted = tuple(run for run in reversed(listing.lists) if run.tiers)
    return replace(moves, first=listing.named(moves.first), previous=listing.previous, lists=counted[:MOST_LISTS])


def moves_of(table: Any) -> Moves:
    """The moves between tiers, from the table of moves: those next to tier 1 first. Counting is Arrow's, not ours.

    Accounts that are new and outside the list are no moves: nobody had them anywhere.
    """
    keys = ["from_tier", "to_tier", "reason"]
    counted = table.group_by(keys).aggregate([("account_id", "count")]).to_pylist()
    place = {name: number for number, name in enumerate(TIERS)}
    ways, whys = Counter[tuple[str, str]](), Counter[str]()
    for row in counted:
        way = row["from_tier"] or "", row["to_tier"] or ""
        if way[0] != way[1] and way != OUTSIDE:
            ways[way] += row["account_id_count"]
            whys[row["reason"]] += row["account_id_count"]
    flow = [(before, after, n) for (before, after), n in ways.items()]
    flow.sort(key=lambda move: (min(_places(move, place)), max(_places(move, place)), move))
    first: Rows = []
    for before, after, _ in flow:
        first += _between(table, before, after, MOST_MOVES - len(first))
    reasons = [{"reason": why, "accounts": n} for why, n in sorted(whys.items(), key=lambda item: (-item[1], item[0]))]
    return Moves(flow, first, whys.total(), reasons)


def _places(move: tuple[str, str, int], place: Mapping[str, int]) -> tuple[int, int]:
    return place.get(move[0], len(place)), place.get(move[1], len(place))


def _between(table: Any, before: str, after: str, most: int) -> Rows:
    import pyarrow.compute as pc

    wanted = pc.and_(
        pc.equal(pc.fill_null(table["from_tier"], ""), before), pc.equal(pc.fill_null(table["to_tier"], ""), after)
    )
    rows: Rows = table.filter(wanted).sort_by("account_id").slice(0, most).to_pylist()
    return rows
