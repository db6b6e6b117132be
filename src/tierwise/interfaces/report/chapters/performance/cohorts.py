"""What became of the customers who began together? Net retention by start cohort and age."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.curves import Heat, heat_map
from tierwise.interfaces.report.listing import Listing, Rows

RETENTION = "net_revenue_retention"
MONTHS_SHOWN = 12
YEAR = 12
# A shade for every tenth of retention around the bar that most companies look at.
COLDEST, WARMEST = 0.7, 1.3
NOTHING = "No customers have been seen a month after they began: land subscriptions or invoices of more months"


@dataclass(frozen=True)
class Cohorts:
    """The heat map of cohorts by age."""

    answer: str
    heat: Heat


def read(listing: Listing) -> Cohorts:
    """Net retention of everybody's start cohorts, at as many ages as fit on a page."""
    rows = listing.rows("cohorts", f"metric = '{RETENTION}' and dimension = 'total'")
    return Cohorts(answer(rows), heat(rows))


def heat(rows: Rows) -> Heat:
    """The cohorts at so many ages as fit on a page."""
    longest = max((row["age"] for row in rows), default=0)
    step = max(1, -(-longest // MONTHS_SHOWN))
    return heat_map([row for row in rows if row["age"] and row["age"] % step == 0], COLDEST, WARMEST)


def answer(rows: Rows) -> str:
    """What the cohorts that are old enough hold of their first month's revenue, after a year where one is so old."""
    known = [row for row in rows if row["age"] and row["value"] is not None]
    if not known:
        return NOTHING
    age = max(row["age"] for row in known if row["age"] <= max(YEAR, min(r["age"] for r in known)))
    values = sorted(row["value"] for row in known if row["age"] == age)
    held = " to ".join(dict.fromkeys(say.share(value) for value in (values[0], values[-1])))
    cohorts = "one cohort holds" if len(values) == 1 else f"{len(values)} cohorts hold"
    return f"After {say.months(age)}, {cohorts} {held} of the revenue of their first month"
