"""What was read, what of it counts nowhere, and where do records contradict each other?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

UNPRICED = "Spells or invoice lines without revenue"
EXCLUSIONS = {
    "revenue_excluded": UNPRICED,
    "retention_excluded": "Accounts left out of, or marked in, retention",
    "lifetime_value_excluded": "Accounts left out of lifetime value",
    "win_rate_excluded": "Opportunities left out of, or marked in, the win rate",
}


@dataclass(frozen=True)
class Records:
    """Rows of `batches`, `link_coverage` and `contradictions`, and what estimates leave out, by title.

    `joined` pairs of companies are one by likeness alone, `in_doubt` wait for a person.
    """

    answer: str
    files: Rows
    links: Rows
    contradictions: Rows
    excluded: Mapping[str, Rows]
    joined: int
    in_doubt: int

    @property
    def unrated(self) -> int:
        """Records of revenue that count nowhere, as their currency has no rate."""
        return sum(row["rows"] for row in self.excluded[UNPRICED] if row["reason"] == "missing_rate")


def read(listing: Listing) -> Records:
    """Every file with its rows, and every row that counts nowhere."""
    files = sorted(listing.rows("batches"), key=lambda row: (row["source"], row["fact"], row["file"]))
    contradictions = sorted(listing.rows("contradictions"), key=lambda row: row["position"])
    return Records(
        answer=_answer(files, contradictions),
        files=files,
        links=listing.rows("link_coverage"),
        contradictions=contradictions,
        excluded={title: listing.rows(table) for table, title in EXCLUSIONS.items()},
        joined=listing.table("match_pairs", "decision = 'same'").num_rows,
        in_doubt=listing.table("match_pairs", "decision = 'review'").num_rows,
    )


def _answer(files: Rows, contradictions: Rows) -> str:
    read, rejected = (sum(row[name] for row in files) for name in ("rows_in", "rejected"))
    said = f"{say.many(read, 'row')} of {say.many(len(files), 'file')} were read and {say.count(rejected)} rejected"
    return (
        f"{said}; records contradict each other in {say.many(len(contradictions), 'way')}" if contradictions else said
    )
