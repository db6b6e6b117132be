"""A subscription runs until a date or its status says that it ended; the same end in revenue and in lifecycle."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.stages.accounts.subscriptions import SubscriptionsSpec

SOURCES = [{"source": "crm", "key_space": "crm", "priority": 1}]
ACCOUNTS = [{"source": "crm", "account_key": "1", "domain_key": "acme.com", "record_id": "crm:1"}]
JANUARY, MARCH, APRIL = datetime(2024, 1, 10), datetime(2024, 3, 5), datetime(2024, 4, 20)
LOADED = datetime(2024, 5, 17, 9)
DAY = date(2024, 6, 30)


def found(status: str | None, as_of: date = DAY, spec: SubscriptionsSpec | None = None, **dates: Any) -> Results:
    row = {
        "source": "crm", "record_id": "s", "account_key": "1", "mrr": Decimal(10), "started_at": JANUARY, "status": status,
        "loaded_at": LOADED, **dates,
    }  # fmt: skip
    given = {"landing_accounts": ACCOUNTS, "spec_sources": SOURCES, "landing_subscriptions": [row],
             "calendar": [{"month": date(2024, m, 1), "next_month": date(2024, m + 1, 1)} for m in range(1, 7)]}  # fmt: skip
    steps = (
        *ACCOUNT_KEYS,
        "account_trees",
        "account_parents",
        "accounts",
        "subscriptions",
        "rates",
        "revenue_months",
        "revenue_excluded",
    )
    return run(*steps, "lifecycle", given=given, as_of=as_of, subscriptions=spec or SubscriptionsSpec())


def months(results: Results) -> int:
    return len(results["revenue_months"])


@pytest.mark.parametrize(
    ("status", "dates", "state", "end", "paid"),
    [
        ("active", {}, "running", None, 6),
        (None, {}, "running", None, 6),
        ("active", {"ended_at": APRIL}, "ended", APRIL, 3),
        (
            "active",
            {"canceled_at": MARCH, "current_period_end": APRIL},
            "running",
            None,
            6,
        ),  # notice given, still paying
        ("Canceled ", {"ended_at": APRIL, "canceled_at": MARCH}, "ended", APRIL, 3),
        ("cancelled", {"canceled_at": MARCH, "current_period_end": APRIL}, "ended", MARCH, 2),
        ("expired", {"current_period_end": APRIL}, "ended", APRIL, 3),
        ("canceled", {"current_period_end": datetime(2025, 1, 1)}, "running", None, 6),
        ("canceled", {"known_at": MARCH}, "ended", MARCH, 2),
        (None, {"canceled_at": MARCH}, "ended", MARCH, 2),
        ("canceled", {}, "end_unknown", datetime(2024, 5, 1), 4),
        ("trialing", {}, "not_paying", None, 0),
    ],
)
def test_what_ends_a_subscription(
    status: str | None, dates: dict[str, Any], state: str, end: datetime | None, paid: int
) -> None:
    results = found(status, **dates)
    row = results.one("subscriptions")
    assert (row["state"], row["ended_at"]) == (state, end)
    assert months(results) == paid
    stage = {"running": "customer", "not_paying": "unaware"}.get(state, "churned")
    assert results.one("lifecycle")["stage"] == stage


def test_an_end_without_a_date_is_counted() -> None:
    assert found("canceled").one("revenue_excluded") == {"reason": "end_unknown", "rows": 1}
    assert found("canceled", ended_at=APRIL)["revenue_excluded"] == []
    before = found("canceled", date(2024, 4, 30))
    assert (before.one("subscriptions")["state"], months(before), before["revenue_excluded"]) == ("running", 4, [])


def test_the_model_names_the_statuses() -> None:
    spec = SubscriptionsSpec(ended_statuses=("Gone",), inactive_statuses=("Pilot", "gone "))
    assert found("PILOT", spec=spec).one("subscriptions")["state"] == "not_paying"
    assert found("gone", spec=spec).one("subscriptions")["state"] == "not_paying", "it never paid"
    assert found("canceled", spec=spec).one("subscriptions")["state"] == "running"


@pytest.mark.parametrize(
    ("as_of", "dunning", "state", "paid"),
    [(date(2024, 4, 19), 30, "running", 3), (DAY, 30, "ended", 3), (DAY, 5, "ended", 2), (DAY, 120, "running", 6)],
)
def test_an_unpaid_subscription_counts_until_its_dunning_ends(as_of: date, dunning: int, state: str, paid: int) -> None:
    """Unpaid since 25 March: with 30 days it still counts at the end of March, no more at the end of April."""
    since = datetime(2024, 3, 25)
    results = found("past_due", as_of, SubscriptionsSpec(dunning_days=dunning), past_due_since=since)
    (row,) = results["subscriptions"]
    assert (row["state"], months(results)) == (state, paid)
    assert results["revenue_excluded"] == []


def test_an_earlier_end_goes_before_dunning() -> None:
    (row,) = found("past_due", past_due_since=datetime(2024, 4, 15), ended_at=APRIL)["subscriptions"]
    assert (row["state"], row["ended_at"]) == ("ended", APRIL)
