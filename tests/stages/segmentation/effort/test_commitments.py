"""Commitments lapse unless they are renewed in time and with new evidence (methods h.4)."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import run

START = date(2024, 1, 1)
LAST = START + timedelta(days=90)


def said(action: str, day: date, entry: int, **more: Any) -> dict[str, Any]:
    return {"account_id": "a", "action": action, "starts_on": day, "entry": entry, "recorder": "Ann", **more}


def state(*entries: dict[str, Any], as_of: date, moved: tuple[date, ...] = (), **more: Any) -> dict[str, Any]:
    movement = [{"account_id": "a", "moved_on": day, "kind": "next_step_kept", "n": 1} for day in moved]
    rows = run("commitments", given={"recorded_commitments": entries, "movement": movement, **more}, as_of=as_of)
    return rows.one("commitments", account_id="a")


def override(day: date, until: date) -> dict[str, Any]:
    return {"account_id": "a", "tier": "1", "reason": "board", "expires_on": until, "entry": 9,
            "known_at": datetime(day.year, day.month, day.day)}  # fmt: skip


def test_a_commitment_lasts_ninety_days_and_lapses_by_itself() -> None:
    begun = said("start", START, 1, budget_hours=40.0, exit_criteria="no meeting by March", evidence="interview")
    there = state(begun, as_of=LAST)
    assert (there["state"], there["ends_on"], there["over_since"], there["budget_hours"]) == (
        "committed", LAST, None, 40.0,
    )  # fmt: skip
    gone = state(begun, as_of=LAST + timedelta(days=1))
    assert (gone["state"], gone["over_since"]) == ("lapsed", LAST + timedelta(days=1))
    assert (
        run("commitments", given={"recorded_commitments": [begun]}, as_of=START - timedelta(days=1))["commitments"]
        == []
    )


def test_an_end_of_its_own_and_an_early_end() -> None:
    begun = said("start", START, 1, ends_on=date(2024, 1, 31))
    assert state(begun, as_of=date(2024, 2, 1))["state"] == "lapsed"
    ended = state(begun, said("end", date(2024, 1, 10), 2), as_of=date(2024, 1, 10))
    assert (ended["state"], ended["ends_on"]) == ("ended", date(2024, 1, 10))
    assert state(begun, said("end", date(2024, 1, 10), 2), as_of=date(2024, 1, 9))["state"] == "committed"


def test_a_renewal_needs_evidence_dated_after_the_start() -> None:
    begun, renewed = said("start", START, 1), said("renew", LAST, 2)
    stale = state(begun, renewed, as_of=LAST + timedelta(days=1), moved=(START, START - timedelta(days=3)))
    assert (stale["state"], stale["refused"], stale["renewals"]) == ("lapsed", "no_new_evidence", 0)
    later = state(begun, renewed, as_of=LAST + timedelta(days=1), moved=(LAST + timedelta(days=1),))
    assert later["refused"] == "no_new_evidence"
    moved = START + timedelta(days=1)
    fresh = state(begun, renewed, as_of=LAST + timedelta(days=1), moved=(moved,))
    assert (fresh["state"], fresh["renewals"], fresh["renewed_by"], fresh["refused"]) == ("committed", 1, moved, None)
    assert (fresh["period_from"], fresh["ends_on"]) == (LAST, LAST + timedelta(days=90))


def test_a_readiness_answer_is_new_evidence_and_not_to_know_is_none() -> None:
    entries = said("start", START, 1), said("renew", LAST, 2)
    for answer, refused in (
        ("no", None),
        ("partial", None),
        ("unknown", "no_new_evidence"),
        ("refused", "no_new_evidence"),
    ):
        finding = {"account_id": "a", "answer": answer, "dimension": "timing", "observed_at": datetime(2024, 2, 1)}
        assert state(*entries, as_of=LAST, evidence=[finding])["refused"] == refused


def test_the_second_renewal_needs_an_override_with_name_and_reason() -> None:
    second = LAST + timedelta(days=90)
    entries = said("start", START, 1), said("renew", LAST, 2), said("renew", second, 3)
    moved = START + timedelta(days=5), LAST + timedelta(days=5)
    alone = state(*entries, as_of=second + timedelta(days=1), moved=moved)
    assert (alone["state"], alone["refused"], alone["renewals"]) == ("lapsed", "needs_override", 1)
    backed = [override(second, second + timedelta(days=9))]
    assert (
        state(*entries, as_of=second + timedelta(days=1), moved=moved, recorded_overrides=backed)["state"]
        == "committed"
    )
    lapsed = [override(START, second - timedelta(days=1))]
    assert state(*entries, as_of=second, moved=moved, recorded_overrides=lapsed)["refused"] == "needs_override"


def test_a_renewal_after_the_end_is_too_late_and_so_is_all_that_follows() -> None:
    late = LAST + timedelta(days=2)
    entries = said("start", START, 1), said("renew", late, 2), said("renew", late + timedelta(days=20), 3)
    days = tuple(START + timedelta(days=n) for n in range(1, 140))
    gone = state(*entries, as_of=late + timedelta(days=30), moved=days)
    assert (gone["state"], gone["renewals"]) == ("lapsed", 0)
    on_time = state(said("start", START, 1), said("renew", LAST + timedelta(days=1), 2), as_of=late, moved=days)
    assert on_time["state"] == "committed"


def test_a_new_start_forgets_the_old_one() -> None:
    again = LAST + timedelta(days=40)
    entries = said("start", START, 1), said("end", date(2024, 2, 1), 2), said("start", again, 3)
    assert state(*entries, as_of=again)["state"] == "committed"
    assert state(*entries, as_of=again)["starts_on"] == again


@given(
    renewals=st.lists(st.integers(1, 400), max_size=4, unique=True),
    moved=st.lists(st.integers(0, 400), max_size=4),
    day=st.integers(0, 500),
)
@settings(max_examples=25, deadline=None)
def test_nothing_is_promised_for_longer_than_its_accepted_periods(
    renewals: list[int], moved: list[int], day: int
) -> None:
    """Committed means: today lies in a period that was begun or renewed; without news it never outlasts the first."""
    entries = [said("start", START, 1)]
    entries += [said("renew", START + timedelta(days=n), 2 + i) for i, n in enumerate(renewals)]
    as_of = START + timedelta(days=day)
    row = state(*entries, as_of=as_of, moved=tuple(START + timedelta(days=n) for n in moved))
    assert (row["state"] == "committed") == (row["period_from"] <= as_of <= row["ends_on"])
    assert row["ends_on"] <= row["period_from"] + timedelta(days=90) or row["ends_on"] <= LAST
    if not any(n > 0 for n in moved):
        assert row["ends_on"] == LAST
