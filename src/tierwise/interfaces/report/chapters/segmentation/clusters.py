"""Which accounts of tier 2 share one problem, and can one text be written for them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.briefs import TRAITS, lifted, said
from tierwise.interfaces.report.listing import Listing, Row, Rows

MOST_TRAITS = 4


@dataclass(frozen=True)
class Clusters:
    """The clusters, those that can be written for first, each with the traits that tell it apart."""

    answer: str
    rows: Rows


def read(listing: Listing) -> Clusters:
    """The clusters of tier 2."""
    found = listing.rows("clusters")
    traits: dict[str, Rows] = {row["cluster"]: [] for row in found}
    for row in sorted(listing.rows("cluster_traits", "stated"), key=lambda row: -row["z"]):
        if row["feature"] in (*TRAITS, "trigger"):
            traits[row["cluster"]].append(row)
    rows = [{**row, "traits": [_said(t) for t in traits[row["cluster"]][:MOST_TRAITS]]} for row in found]
    rows.sort(key=lambda row: (not row["usable"], -row["size"], row["cluster"]))
    return Clusters(_answer(rows, listing.rows("cluster_members"), listing.model.clusters), rows)


def _answer(rows: Rows, members: Rows, spec: Any) -> str:
    if not members:
        return "Tier 2 is empty"
    if not rows:
        return f"Tier 2 is one list: {say.many(len(members), 'account')}, and a cluster has {spec.smallest} to {spec.largest}"
    usable = [row for row in rows if row["usable"]]
    aside = sum(row["unclustered"] for row in members)
    first = f"; the largest: {say.isolated(usable[0]['name'])}" if usable else ""
    return f"{say.count(len(usable))} of {say.many(len(rows), 'cluster')} can be written for{first}" + (
        f"; {say.many(aside, 'account')} nearer to another cluster, to be treated 1:many" if aside else ""
    )


def _said(row: Row) -> str:
    comparison = f", {lifted(row)}" if lifted(row) else ""
    return f"{said(row)}{comparison}"
