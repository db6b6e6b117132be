"""How large is the market, and how much of it is left at each step towards the list?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.core.vocabulary import VALIDATED
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
    proven = any(row["verdict"] in VALIDATED for row in listing.rows("verdicts"))
    return Funnel(answer({row["level"]: row["accounts"] for row in rows}, proven), rows)


def answer(sizes: Mapping[str, int], proven: bool) -> str:
    """How many are left at each step; `proven`: a profile is validated. Until then the universe holds all not judged yet."""
    market = sizes.get("TAM", 0)
    if not market:
        return NOTHING
    universe, listed = sizes.get("universe", 0), sizes.get("TAL", 0)
    matching = "match a profile worth winning" if proven else "match a profile, none of them validated yet,"
    inside = f"{say.count(universe)} ({say.share(universe / market, 1)})"
    seated = f"{say.count(listed)} ({say.share(listed / market, 1)})"
    return f"Of {say.count(market)} accounts, {inside} {matching} and {seated} are on the target account list"
