"""How large is the market, and how much of it is left at each step towards the list?"""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

LAST = 6  # levels of the funnel up to tier 3; parked and excluded are beside it
NOTHING = "No accounts are on record. Add a source for them under `sources:` in tierwise.yaml"


@dataclass(frozen=True)
class Funnel:
    """Rows of `funnel` in order, and its first levels, each inside the one before."""

    answer: str
    rows: Rows

    @property
    def levels(self) -> Rows:
        return [row for row in self.rows if row["position"] <= LAST]

    @property
    def whole(self) -> int:
        """Accounts of the first level."""
        return int(self.rows[0]["accounts"]) if self.rows else 0


def read(listing: Listing) -> Funnel:
    """The levels with their sizes."""
    rows = sorted(listing.rows("funnel"), key=lambda row: row["position"])
    return Funnel(_answer({row["level"]: row["accounts"] for row in rows}), rows)


def _answer(sizes: dict[str, int]) -> str:
    market = sizes.get("TAM", 0)
    if not market:
        return NOTHING
    universe, listed = sizes.get("universe", 0), sizes.get("TAL", 0)
    return (
        f"Of {say.count(market)} accounts, {say.count(universe)} ({say.share(universe / market, 1)}) match a profile "
        f"worth winning and {say.count(listed)} ({say.share(listed / market, 1)}) are on the target account list"
    )
