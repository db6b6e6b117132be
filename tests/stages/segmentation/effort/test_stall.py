"""Effort against movement, and how long an advance takes when many never come (methods h.5)."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.steps import DAY, Results, run

from tierwise.stages.segmentation.effort.stage_times import StageTimesSpec

NOW = datetime(DAY.year, DAY.month, DAY.day)
TIMES = ("stage_spells", "stage_days", "stage_times")


def deals(*days: tuple[float, str], stage: str = "Demo", account: str = "a") -> dict[str, list[dict[str, Any]]]:
    """Deals that were so long in a stage, and how that ended: advance, lost or open."""
    found: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    for n, (long, ended) in enumerate(days):
        key, left = f"{account}{n}", NOW if ended == "open" else NOW - timedelta(days=1)
        history.append(
            {"source": "crm", "opportunity_key": key, "stage": stage, "entered_at": left - timedelta(days=long)}
        )
        if ended != "open":
            after = "Closed Lost" if ended == "lost" else "Proposal"
            history.append({"source": "crm", "opportunity_key": key, "stage": after, "entered_at": left})
        outcome = "lost" if ended == "lost" else "open"
        found.append({"account_id": account, "source": "crm", "opportunity_key": key, "record_id": key, "new_business": True,
                      "outcome": outcome})  # fmt: skip
    return {"opportunities": found, "landing_stage_history": history}


def test_without_losses_and_open_deals_the_time_is_the_plain_quantile() -> None:
    made = run(*TIMES, given=deals(*((n, "advance") for n in range(1, 11))))
    row = made.one("stage_times", segment="", stage="demo")
    assert (row["deals"], row["advanced"], row["median_days"], row["slow_days"]) == (10, 10, 5, 8)


def test_losses_compete_and_open_deals_are_censored() -> None:
    """By hand: at 10 days 1 of 4 advances (.25), one is lost at 20, one is open at 30, the last advances at 40 (.5 of 1)."""
    made = run(*TIMES, given=deals((10, "advance"), (20, "lost"), (30, "open"), (40, "advance")),
               stage_times=StageTimesSpec(least=1))  # fmt: skip
    row = made.one("stage_times", segment="", stage="demo")
    # incidence .25 at 10 and .75 at 40: half of the advances (.375) and four fifths (.6) are both reached at 40
    assert (row["median_days"], row["slow_days"]) == (40, 40)


def test_with_few_advances_nothing_is_said() -> None:
    row = run(*TIMES, given=deals((10, "advance"), (20, "lost"))).one("stage_times", segment="", stage="demo")
    assert (row["advanced"], row["median_days"], row["slow_days"]) == (1, None, None)


def touches(n: int, account: str, direction: str = "outbound") -> list[dict[str, Any]]:
    return [{"account_id": account, "direction": direction, "kind": "call", "occurred_at": NOW - timedelta(days=5)}] * n


def judged(effort: int, moved_ago: int | None, in_stage: int = 200, **more: Any) -> dict[str, Any]:
    """One account among others with two touches each, that moved so long ago."""
    past = deals(*((n, "advance") for n in range(1, 21)), account="past")
    own = deals((in_stage, "open"), account="a")
    listed = [{"account_id": name, "tier": "1" if name == "a" else "2"} for name in ("a", "b", "c")]
    moved = [] if moved_ago is None else [{"account_id": "a", "moved_on": DAY - timedelta(days=moved_ago), "n": 1,
                                           "kind": "next_step_kept"}]  # fmt: skip
    given: dict[str, Any] = {
        "opportunities": past["opportunities"] + own["opportunities"],
        "landing_stage_history": past["landing_stage_history"] + own["landing_stage_history"],
        "activities": touches(effort, "a") + touches(2, "b") + touches(2, "c"), "movement": moved, "tiers": listed, **more,
    }  # fmt: skip
    made: Results = run(*TIMES, "stall", given=given)
    return made.one("stall", account_id="a")


@pytest.mark.parametrize(
    ("effort", "moved_ago", "advice"),
    [
        (3, 10, "keep"),
        (3, 60, "withdraw"),
        (3, None, "withdraw"),
        (1, 10, "feed"),
        (1, 60, "leave"),
        (0, None, "leave"),
    ],
)
def test_effort_against_movement(effort: int, moved_ago: int | None, advice: str) -> None:
    assert judged(effort, moved_ago)["advice"] == advice


def test_stalled_is_slow_and_quiet_and_worked_on() -> None:
    found = judged(3, 60)
    assert (found["stalled"], found["slow_days"], found["days_in_stage"]) == (True, 16, 200)
    assert not judged(3, 10)["stalled"], "the buyer moves"
    assert not judged(1, 60)["stalled"], "nobody works on it"
    assert not judged(3, 60, in_stage=15)["stalled"], "four in five take longer"


def test_what_the_buyer_did_is_no_effort() -> None:
    received = touches(9, "a", "inbound") + touches(2, "b") + touches(2, "c")
    assert judged(0, None, activities=received)["effort"] == 0
