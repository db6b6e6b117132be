"""Why are these accounts in tier 1? Each with its fit, intent and readiness, reason by reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

PARTS = ("accounts", "fit_reasons", "intent_reasons", "readiness", "readiness_dimensions")


@dataclass(frozen=True)
class Seated:
    """One account of tier 1 with its reasons; each part is rows of the table that its name says."""

    account: Row
    tier: Row
    fit: Rows
    intent: Rows
    readiness: Row | None
    readiness_dimensions: Rows

    @property
    def dimensions(self) -> list[tuple[str, Row | None]]:
        """Every dimension of readiness with what is known of it."""
        known = {row["dimension"]: row for row in self.readiness_dimensions}
        return [(name, known.get(name)) for name in DIMENSIONS]

    @property
    def attention(self) -> Rows:
        """The reasons of intent, the largest first, saturation last."""
        return sorted(self.intent, key=lambda row: (row["reason"] == "saturation", -row["points"]))


@dataclass(frozen=True)
class FirstTier:
    """The accounts of tier 1, those of most value first."""

    seated: tuple[Seated, ...]
    why_empty: str = ""

    @property
    def answer(self) -> str:
        """Who they are, the first of them by name."""
        if not self.seated:
            return f"Empty: {self.why_empty}"
        names = say.listed([say.isolated(one.account["name"] or one.account["account_id"]) for one in self.seated])
        return f"{say.many(len(self.seated), 'account')}, the most valuable first: {names}"


def read(listing: Listing) -> FirstTier:
    """The accounts of tier 1 by value; one read per table, however many they are."""
    seats = sorted(listing.rows("tiers", "tier = '1'"), key=lambda row: row["rank"])
    ids = [seat["account_id"] for seat in seats]
    parts = {name: listing.by_account(name, ids) for name in PARTS}

    def part(name: str, seat: Row) -> Rows:
        return parts[name].get(seat["account_id"], [])

    seated = tuple(
        Seated(
            part("accounts", seat)[0],
            seat,
            part("fit_reasons", seat),
            part("intent_reasons", seat),
            next(iter(part("readiness", seat)), None),
            part("readiness_dimensions", seat),
        )
        for seat in seats
    )
    if not seated:
        sizes = {row["level"]: row["accounts"] for row in listing.rows("funnel")}
        return FirstTier((), why_empty(sizes))
    return FirstTier(seated)


def why_empty(sizes: Mapping[str, int]) -> str:
    """Why nobody sits in tier 1, and where to look; `sizes` are those of the funnel."""
    if not sizes.get("universe"):
        return "no account matches a segment worth winning. Look at the segments in tierwise.yaml"
    if not sizes.get("TAL"):
        return (
            "no profile is proven worth winning yet, or too little is known to score its accounts. The verdicts "
            "and `tierwise show tiers --columns account_id,blocked_by` say what is missing"
        )
    return (
        "nobody is known to be able to decide. `tierwise show tiers --where \"blocked_by like 'gate:%'\"` "
        "lists whom to ask"
    )
