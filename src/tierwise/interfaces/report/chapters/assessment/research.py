"""Whom to ask next, and what? The answers worth most per hour, and how far research has come."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

MOST = 20


@dataclass(frozen=True)
class Research:
    """The first rows of the research list with the names of their accounts; coverage by segment and dimension."""

    rows: Rows
    total: int
    hours: float
    coverage: Rows

    @property
    def answer(self) -> str:
        """How many accounts an answer could change, and whom to ask first."""
        if not self.rows:
            return "No answer would change what is done: nothing is short of answers that decide"
        first = self.rows[0]
        return (
            f"An answer could change what is done for {say.many(self.total, 'account')}; the first {len(self.rows)} take "
            f"{self.hours:.1f} hours. First: {say.isolated(first['name'])}, {first['dimension']}"
        )


def read(listing: Listing) -> Research:
    """The first of the list, and the coverage in the order of the model's segments."""
    total = listing.table("research").num_rows
    rows = listing.named(listing.rows("research", f"rank <= {MOST}"))
    hours = rows[-1]["minutes_so_far"] / 60 if rows else 0.0
    coverage = sorted(listing.rows("research_coverage"), key=lambda row: DIMENSIONS.index(row["dimension"]))
    return Research(rows, total, hours, listing.in_order(coverage))
