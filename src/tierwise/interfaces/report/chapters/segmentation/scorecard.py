"""What is fit made of, how sure are the seats, and which accounts hang on what is unknown? The least sure first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tierwise.core.vocabulary import STANDINGS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

MOST = 12


@dataclass(frozen=True)
class Scorecard:
    """The criteria with their weights, the alarms, tiers by how sure they are, the least sure accounts, the questions."""

    answer: str
    criteria: Rows
    alarms: Rows
    sureness: Rows
    hanging: Rows
    questions: Rows


def read(listing: Listing) -> Scorecard:
    """The scorecard and what hangs on it."""
    rows = listing.rows("stability")
    counted = Counter((row["tier"], row["standing"]) for row in rows if not row["near_miss"])
    sureness = [
        {"tier": tier, **{name: counted[tier, name] for name in STANDINGS}}
        for tier in ("1", "2")
        if any(counted[tier, name] for name in STANDINGS)
    ]
    hanging = sorted((r for r in rows if r["standing"] != "robust"), key=lambda r: (r["stays"], r["account_id"]))[:MOST]
    straddling = listing.rows("lifts", "straddles is not null")
    asked = sorted(straddling, key=lambda r: (r["tier"], r["account_id"]))[:MOST]
    criteria = [{"criterion": name, "weight": c.weight} for name, c in listing.model.fit.criteria.items()]
    return Scorecard(
        _answer(sureness, len(straddling)),
        criteria,
        listing.rows("alarms"),
        sureness,
        listing.named(hanging),
        listing.named(asked),
    )


def _answer(sureness: Rows, straddling: int) -> str:
    if not sureness:
        return "No account has a seat yet, so there is nothing to be sure of"
    said = [
        f"{say.count(row['robust'])} of {say.count(sum(row[name] for name in STANDINGS))} seats of tier {say.tier(row['tier'])}"
        for row in sureness
    ]
    asked = (
        f"; {say.count(straddling)} accounts could change their tier by what is unknown about them"
        if straddling
        else ""
    )
    return f"{' and '.join(said)} are robust: kept in nine of ten draws of weights and figures{asked}"
