"""Not now, with what wakes an account; not ever, with a cause; and rest after a loss by its reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.steps import DAY, SEATS, run

from tierwise.stages.segmentation.tiers import TiersSpec

NOON = datetime(2024, 6, 1, 12)  # noqa: DTZ001 (moments in tables are naive UTC)


def parking(**more: Any) -> dict[str, Any]:
    return {"account_id": "a", "entry": 1, "known_at": NOON, "reason": "budget is frozen", "dimension": "timing",
            "wake_on": DAY + timedelta(days=200), "recorder": "Kim", **more}  # fmt: skip


def listed(
    *, parked: Any = (), excluded: Any = (), signals: Any = (), lost: str | None = None, **spec: Any
) -> dict[str, Any]:
    """The row of `tiers` of one account that would sit in tier 1."""
    given = {
        "accounts": [{"account_id": "a", "competitor": False, "do_not_contact": False}],
        "account_segments": [{"account_id": "a", "segment": "s"}],
        "verdicts": [{"segment": "s", "verdict": "validated", "has_revenue": True}],
        "lifecycle": [{"account_id": "a", "stage": "closed_lost" if lost else "unaware", "group_customer": False,
                       "since": DAY - timedelta(days=100) if lost else None}],
        "fit": [{"account_id": "a", "fit": Decimal(50), "scorable": True}],
        "recorded_parking": parked, "recorded_exclusions": excluded, "signal_totals": signals,
        "opportunities": [{"account_id": "a", "outcome": "lost", "new_business": True, "lost_reason": lost,
                           "opportunity_key": "o", "closed_at": NOON}] if lost else [],
    }  # fmt: skip
    found = run("parked", *SEATS, given=given, tiers=TiersSpec.model_validate(spec))
    return {**found["tiers"][0], "parked": found["parked"]}


def test_set_aside_until_its_day() -> None:
    found = listed(parked=[parking()])
    assert (found["tier"], found["blocked_by"], found["wake_on"]) == (
        "parked",
        "not_now:timing",
        DAY + timedelta(days=200),
    )
    assert found["fit"] == 50, "it keeps its fit"
    assert listed(parked=[parking(wake_on=DAY)])["tier"] == "1"
    assert listed(parked=[parking(), parking(entry=2, wake_on=DAY)])["tier"] == "1", "the last word counts"


def test_who_chose_a_competitor_wakes_before_that_contract_ends() -> None:
    found = listed(parked=[parking(contract_ends_on=DAY + timedelta(days=130))])
    assert found["wake_on"] == DAY + timedelta(days=10)
    assert listed(parked=[parking(contract_ends_on=DAY + timedelta(days=120))])["tier"] == "1"


@pytest.mark.parametrize(
    ("signal", "party", "days", "tier"),
    [
        ("pricing", "first", 1, "1"), ("pricing", "first", -1, "parked"), ("pricing", "third", 1, "parked"),
        ("webinar", "first", 1, "parked"), ("price", "first", 1, "parked"), ("demo", "second", 1, "1"),
    ],
)  # fmt: skip
def test_a_wake_signal_that_is_newer_and_not_bought_wakes(signal: str, party: str, days: int, tier: str) -> None:
    heard = {"account_id": "a", "signal_id": signal, "party": party, "last_at": NOON + timedelta(days=days)}
    found = listed(parked=[parking(wake_signals="pricing, demo")], signals=[heard])
    assert found["tier"] == tier
    assert found["parked"][0]["woken_by"] == (signal if tier == "1" else None)


def test_not_ever_has_a_cause() -> None:
    found = listed(
        excluded=[{"account_id": "a", "entry": 1, "known_at": NOON, "cause": "no_problem", "reason": "outsourced"}]
    )
    assert (found["tier"], found["blocked_by"], found["wake_on"]) == ("excluded", "excluded:no_problem", None)


@pytest.mark.parametrize(("reason", "tier"), [("Chose a competitor ", "parked"), ("price", "1")])
def test_rest_after_a_loss_goes_by_its_reason(reason: str, tier: str) -> None:
    found = listed(lost=reason, rest_by_reason={"chose a competitor": 180})
    assert found["tier"] == tier
    assert found["wake_on"] == (date(2024, 9, 18) if tier == "parked" else None)
