"""Seats over reviews: the queries do what the plain rules of methods h.3 do, and what must hold of those rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from benchmarks.hysteresis import Held, Rule, reviewed
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import SEATS, run

from tierwise.stages.segmentation.tiers import TiersSpec

START, MONTH = date(2024, 1, 1), 30
RULE = Rule("as declared", exit_at=1.5, confirmations=2, dwell_days=60, cooldown_days=45)
KEPT = ("account_id", "team", "tier_since", "left_one_on", "left_few_on", "reviewed_on", "reviews_beyond")
NAMES = "abcdefg"
months = st.lists(st.permutations(range(len(NAMES))), min_size=2, max_size=6)


def next_list(before: list[dict[str, Any]], scores: tuple[int, ...], day: date, seats: int) -> list[dict[str, Any]]:
    """The ledger after a list of tier 1 alone, from the ledger before it."""
    given = {
        "candidates": [
            {"account_id": name, "team": "", "segment": "x", "standing": "eligible", "seatable": True, "readiness_known": True,
             "ready_one_to_one": True, "value": float(score), "open_value": float(score), "attention": 0}
            for name, score in zip(NAMES, scores, strict=True)
        ],
        "earlier_memberships": before, "applied_memberships": before,
    }  # fmt: skip
    spec = TiersSpec(
        one_to_one=seats, one_to_few=0, exit_at=RULE.exit_at, confirmations=2, dwell_days=60, cooldown_days=45
    )
    found = run(*SEATS[2:], "now_and_then", "memberships", given=given, as_of=day, tiers=spec)["memberships"]
    kept = {row["account_id"]: {"tier": row["to_tier"], **{name: row[name] for name in KEPT}} for row in found}
    return list(({row["account_id"]: row for row in before} | kept).values())


@settings(max_examples=4)
@given(months=st.lists(st.permutations(range(len(NAMES))), min_size=5, max_size=5), seats=st.integers(1, 3))
def test_the_queries_do_what_the_rules_say(months: list[tuple[int, ...]], seats: int) -> None:
    ledger: list[dict[str, Any]] = []
    held = Held()
    for number, scores in enumerate(months):
        order = sorted(range(len(NAMES)), key=lambda a: -scores[a])
        held = reviewed(held, order, seats, RULE, number * MONTH)
        ledger = next_list(ledger, scores, START + timedelta(days=number * MONTH), seats)
        sits = {row["account_id"]: (row["tier_since"], row["reviews_beyond"]) for row in ledger if row["tier"] == "1"}
        assert sits == {NAMES[a]: (START + timedelta(days=day), held.beyond[a]) for a, day in held.since.items()}


@given(months=months, seats=st.integers(0, 4))
def test_seats_are_never_exceeded_and_none_stays_empty_for_nothing(months: list[tuple[int, ...]], seats: int) -> None:
    held = Held()
    for number, order in enumerate(months):
        held = reviewed(held, order, seats, RULE, number * MONTH)
        resting = sum(number * MONTH - day < RULE.cooldown_days for day in held.left.values())
        assert len(held.since) <= seats
        assert len(held.since) >= min(seats, len(NAMES) - resting)


@given(order=st.permutations(range(len(NAMES))), seats=st.integers(0, 4), reviews=st.integers(1, 8))
def test_constant_scores_move_nobody(order: list[int], seats: int, reviews: int) -> None:
    first = reviewed(Held(), order, seats, RULE, 0)
    held = first
    for number in range(1, reviews):
        held = reviewed(held, order, seats, RULE, number * MONTH)
        assert (held.since, held.left) == (first.since, {})


@given(months=months, seats=st.integers(1, 4))
def test_nobody_loses_a_seat_within_the_dwell_or_gets_one_back_within_the_cooldown(
    months: list[tuple[int, ...]], seats: int
) -> None:
    held = Held()
    for number, order in enumerate(months):
        before, held = held, reviewed(held, order, seats, RULE, number * MONTH)
        for account in before.since.keys() - held.since.keys():
            assert number * MONTH - before.since[account] >= RULE.dwell_days
        for account in (held.since.keys() - before.since.keys()) & before.left.keys():
            assert number * MONTH - before.left[account] >= RULE.cooldown_days
