"""Where does effort meet movement, what is promised to whom, and what did people decide against the rank?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tierwise.core.vocabulary import TIERS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

ADVICE = {
    "withdraw": "much effort, the buyer does not move: withdraw",
    "feed": "the buyer moves, little effort: feed",
    "keep": "much effort, and the buyer moves: keep",
    "leave": "little effort, no movement: leave",
}  # fmt: skip
MOST_NAMED = 25


@dataclass(frozen=True)
class Group:
    """Accounts with one advice: how many, their touches, and the first of them by name."""

    meaning: str
    accounts: int
    touches: int
    stalled: int
    named: Rows


@dataclass(frozen=True)
class Effort:
    """`groups` by advice, of the accounts that are watched; commitments that ever were, and overrides in force."""

    answer: str
    groups: tuple[Group, ...]
    watched: int
    commitments: Rows
    overrides: Rows


def read(listing: Listing) -> Effort:
    """Effort against movement in tiers 1 and 2, on commitments and on open deals."""
    watched = listing.rows("stall")
    groups = tuple(_group(listing, advice, [row for row in watched if row["advice"] == advice]) for advice in ADVICE)
    promised = sorted(listing.rows("commitments"), key=lambda row: (row["state"] != "committed", row["ends_on"]))
    decided = [row for row in listing.rows("overrides") if not row["put_back"]]
    return Effort(
        _answer(watched),
        groups,
        len(watched),
        listing.named(promised[:MOST_NAMED]),
        listing.named(decided[:MOST_NAMED]),
    )


def _group(listing: Listing, advice: str, rows: Rows) -> Group:
    """Whoever costs most first; to be fed: the upper tiers first, of each whoever moved last first."""
    if advice == "feed":
        rows.sort(key=lambda row: (TIERS.index(row["tier"]), row["quiet_for"], row["account_id"]))
    else:
        rows.sort(key=lambda row: (-row["effort"], row["account_id"]))
    named = listing.named(rows[:MOST_NAMED]) if advice in ("withdraw", "feed") else []
    stalled = sum(row["stalled"] for row in rows)
    return Group(ADVICE[advice], len(rows), sum(row["effort"] for row in rows), stalled, [*map(_said, named)])


def _said(row: Row) -> dict[str, object]:
    """A row with where its deal stands."""
    deal = f"{row['stage']}, {say.count(row['days_in_stage'])} days" if row["stage"] else ""
    slow = f"; four in five advance within {say.count(row['slow_days'])}" if row["stalled"] else ""
    return {**row, "deal": deal + slow}


def _answer(watched: Iterable[Row]) -> str:
    """Where effort is to go, and where it is to come from."""
    advised = [row["advice"] for row in watched]
    if not advised:
        return "Nobody is watched yet: no account is in tier 1 or 2, none has a commitment, and no deal is open"
    withdraw, feed = (advised.count(advice) for advice in ("withdraw", "feed"))
    watched_for = f"Of {say.many(len(advised), 'account')} in tier 1 or 2, promised something or in a deal"
    stuck = f"{say.count(withdraw)} take effort and do not move"
    return f"{watched_for}, {stuck}, and {say.count(feed)} move with little effort from us"
