"""How many accounts does each tier hold, and how many seats are empty?"""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.core.vocabulary import TIERS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows


@dataclass(frozen=True)
class Tiers:
    """The levels of the funnel that are tiers: `tier`, `accounts`, `seats`."""

    answer: str
    rows: Rows


def read(listing: Listing) -> Tiers:
    """Accounts and seats of each tier."""
    named = {f"tier {name}": name for name in TIERS} | {name: name for name in TIERS}
    levels = sorted(listing.rows("funnel"), key=lambda row: row["position"])
    rows = [{"tier": named[row["level"]], **row} for row in levels if row["level"] in named]
    return Tiers(_answer(rows), rows)


def _answer(rows: Rows) -> str:
    seated = [row for row in rows if row["seats"] is not None]
    taken = ", ".join(
        f"{say.count(r['accounts'])} of {say.count(r['seats'])} in tier {say.tier(r['tier'])}" for r in seated
    )
    others = ", ".join(f"{say.count(r['accounts'])} {_name(r['tier'])}" for r in rows if r["seats"] is None)
    return f"Seats taken: {taken}; without a seat: {others}"


def _name(tier: str) -> str:
    return f"in tier {say.tier(tier)}" if tier.isdecimal() else tier
