"""Whole months before a day: the period over which revenue is judged."""

from __future__ import annotations

from datetime import date, timedelta


def last_complete_month(as_of: date) -> date:
    """First day of the last month that `as_of` has completed."""
    following = as_of + timedelta(days=1)
    return (following.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_before(month: date, months: int) -> date:
    """First day of the month that lies `months` before the month of a day."""
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def period(months: int, as_of: date) -> tuple[date, date]:
    """The months (first days) whose ends start and close a period of `months`, complete at `as_of`."""
    last = last_complete_month(as_of)
    return months_before(last, months), last


def start_of_period(months: int, as_of: date) -> date:
    """The last day of the month that starts the period: labels of accounts are those known then."""
    start, _ = period(months, as_of)
    return (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
