"""Who has the seats, who is next, what would the next seat bring, and why are seats empty?"""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

KEPT_WORDS = {
    "rank": "by its rank",
    "band": "ranks beyond the seats, within the places down to which they are kept",
    "confirmation": "ranks beyond those places; a second review has to confirm it",
    "dwell": "ranks beyond those places; it has not sat long enough to leave",
    "override": "by an override",
}


@dataclass(frozen=True)
class Board:
    """`rows` of the table `seats`, `hours` of that name, and `seated`: who sits, by team, tier and rank, how sure each is."""

    answer: str
    rows: Rows
    hours: Rows
    seated: Rows
    reviewed: str

    @property
    def by_team(self) -> bool:
        """Whether the company names teams."""
        return any(row["team"] for row in self.rows)


def read(listing: Listing) -> Board:
    """The board of every team."""
    rows = [{**row, "price_said": _price(row, listing.currency)} for row in listing.rows("seats")]
    waiting = [{"account_id": row["next_account_id"]} for row in rows if row["next_account_id"]]
    names = {row["account_id"]: row["name"] for row in listing.named(waiting)}
    rows = [{**row, "next_name": names.get(row["next_account_id"], ""), "why_empty": why_empty(row)} for row in rows]
    seated = listing.named(listing.rows("tiers", "tier in ('1', '2')"))
    sure = {row["account_id"]: row for row in listing.of_accounts("stability", [row["account_id"] for row in seated])}
    seated = [
        {
            **row,
            "kept_said": KEPT_WORDS.get(row["kept_by"] or "", "new in its seat"),
            "sure": sure.get(row["account_id"]),
        }
        for row in sorted(seated, key=lambda row: (row["team"] or "", row["tier"], row["rank"]))
    ]
    return Board(_answer(rows), rows, listing.rows("hours"), seated, _reviewed(listing.rows("review")))


def why_empty(row: Row) -> str:
    """Why seats of a tier are empty; nothing where none is."""
    if not row["empty"]:
        return ""
    if row["empty_because"] is None:
        return "nobody else is eligible"
    return f"{say.many(row['empty_accounts'], 'account')}: {say.move_reason(row['empty_because'])}"


def _price(row: Row, currency: str) -> str:
    if row["price"] is None:
        return say.MISSING
    return say.money(row["price"], currency) if row["unit"] == "money" else f"{say.points(row['price'])} points of fit"


def _answer(rows: Rows) -> str:
    """The price of the next seat of tier 1, or that seats are empty."""
    first = [row for row in rows if row["tier"] == "1"]
    empty = sum(row["empty"] for row in first)
    if empty:
        return f"{say.many(empty, 'seat')} of tier 1 {'is' if empty == 1 else 'are'} empty; no account is seated to fill one"
    dearest = max((row for row in first if row["price"] is not None), key=lambda row: row["price"], default=None)
    if dearest is None:
        return "Every seat of tier 1 is taken, and nobody waits for another"
    whose = f" of {say.isolated(dearest['team'])}" if dearest["team"] else ""
    taker = say.isolated(dearest["next_name"])
    return f"One more seat in tier 1{whose} would bring {dearest['price_said']}; {taker} would take it"


def _reviewed(rows: Rows) -> str:
    """When seats were reviewed, and when they are next."""
    row = rows[0]
    if row["due"]:
        return "This list is a review of the seats: accounts may lose theirs to better ones."
    return (
        f"Seats were last reviewed on {say.day(row['last_on'])}; a list from {say.day(row['next_on'])} on is the next review. "
        "Until then only empty seats are filled."
    )
