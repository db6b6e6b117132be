"""Which profiles are worth winning? The verdicts, and how certain they are."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.core.vocabulary import VERDICTS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

NOTHING = "The model has no segments, so no account is in the universe. Write one under `segments:` in tierwise.yaml"


@dataclass(frozen=True)
class Verdicts:
    """Rows of `verdicts` with `problem` and `accounts`, in the order of the model; `policy`: what retention is over."""

    answer: str
    rows: Rows
    policy: str


def read(listing: Listing) -> Verdicts:
    """The verdict on each segment of the model."""
    spoken_for = listing.table("account_segments")["segment"].value_counts().to_pylist()
    sizes = {row["values"]: row["counts"] for row in spoken_for}
    problems = {name: segment.problem for name, segment in listing.model.segments.items()}
    rows = [
        {**row, "problem": problems.get(row["segment"], ""), "accounts": sizes.get(row["segment"], 0)}
        for row in listing.in_order(listing.rows("verdicts"))
    ]
    kept = listing.rows("retention", "metric = 'net_revenue_retention' and dimension = 'total'")
    return Verdicts(answer(rows), rows, say.policy(kept[0]["method"]) if kept else "")


def answer(rows: Rows) -> str:
    """Who is worth winning, who is not, and who is not decided."""
    found = {verdict: [say.words(row["segment"]) for row in rows if row["verdict"] == verdict] for verdict in VERDICTS}
    return "; ".join(f"{say.verdict(word)}: {say.listed(names)}" for word, names in found.items() if names) or NOTHING
