"""What do good customers share, and what do those not worth closing? The ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.icp import KINDS, MEASURES, PROVEN, TITLES, Icp, read_icp, trait
from tierwise.interfaces.report.listing import Listing, Rows

NOTHING = "No customer is on record: land subscriptions, invoices or won deals"
NOBODY = "No customer's profile is validated or promising yet: `tierwise show verdicts` says what is missing"


@dataclass(frozen=True)
class Side:
    """One side of the document: its customers by segment, its figures, and its statements by kind."""

    title: str
    profiles: Rows
    figures: Rows
    kinds: Mapping[str, Rows]


@dataclass(frozen=True)
class GoodCustomers:
    """Both sides, without those that nobody is on."""

    answer: str
    sides: tuple[Side, ...]
    icp: Icp


def read(listing: Listing) -> GoodCustomers:
    """The document as a chapter; `tierwise icp` has it with the rows behind every statement."""
    icp = read_icp(listing)
    return GoodCustomers(answer(icp), tuple(s for side in TITLES if (s := _side(icp, side)).profiles), icp)


def answer(icp: Icp) -> str:
    """What most sets good customers apart and is not how the segments are defined."""
    good = [row for row in icp.profiles if row["side"] == "good"]
    if not good:
        return NOBODY if icp.customers else NOTHING
    basis = "" if icp.basis == PROVEN else " (a draft: no profile is validated, promising ones stand in)"
    whose = f"the {say.many(sum(row['customers'] for row in good), 'good customer')}{basis}"
    own = [row for row in icp.statements if row["side"] == "good"]
    told = [row for row in own if not row["defines"]]
    if not told:
        return f"Beyond the conditions of their segments, {whose} share nothing that is not also true of all customers"
    first = told[0]
    return (
        f"What most sets {whose} apart: {trait(first, icp.days)} ({say.share(first['share'])}, of all customers "
        f"{say.share(first['share_of_all'])})"
    )


def _side(icp: Icp, side: str) -> Side:
    def mine(rows: Rows) -> Rows:
        return [row for row in rows if row["side"] == side]

    statements = mine(icp.statements)
    return Side(
        TITLES[side],
        mine(icp.profiles),
        [{**row, "title": MEASURES[row["measure"]]} for row in mine(icp.figures)],
        {title: _told(icp, [r for r in statements if r["kind"] == kind]) for kind, title in KINDS.items()},
    )


def _told(icp: Icp, rows: Rows) -> Rows:
    return [{**row, "trait": _trait(icp, row)} for row in rows]


def _trait(icp: Icp, row: Mapping[str, Any]) -> str:
    return trait(row, icp.days) + (" (how the segments are defined)" if row["defines"] else "")
