"""Moves: what a list changes against the one in force, with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from tests.steps import run


def moves(before: dict[str, Any] | None, now: dict[str, Any] | None) -> list[dict[str, Any]]:
    def rows(row: dict[str, Any] | None) -> list[dict[str, Any]]:
        return [] if row is None else [{"account_id": "a", "tier": "2", "segment": "s", "stage": "unaware", **row}]

    given = {"tiers": rows(now), "applied_memberships": rows(before), "earlier_memberships": rows(before)}
    return run("review", "now_and_then", "moves", given=given)["moves"]


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (None, {}, "new account"),
        (None, {"tier": "parked"}, "new account"),
        ({}, None, "no longer among the records"),
        ({"tier": "1"}, {"blocked_by": "gate:weak:timing"}, "gate:weak:timing"),
        ({}, {"tier": "excluded", "blocked_by": "customer", "stage": "customer"}, "customer"),
        ({}, {"tier": "1", "segment": "t"}, "segment"),
        ({}, {"tier": "1"}, "seat by value"),
        ({"tier": "3"}, {"blocked_by": "capacity"}, "seat by value"),
        ({"tier": "parked"}, {"tier": "3", "blocked_by": "capacity"}, "eligible again"),
        ({"tier": "excluded"}, {"tier": "parked", "blocked_by": "lost_lately"}, "lost_lately"),
        ({"tier": "parked"}, {"tier": "excluded", "blocked_by": "customer"}, "customer"),
        ({}, {"segment": "t"}, "segment"),
        ({}, {"segment": None}, "segment"),
        ({"segment": None}, {}, "segment"),
        ({}, {"stage": "researching"}, "stage"),
    ],
)
def test_reasons(before: dict[str, Any] | None, now: dict[str, Any] | None, reason: str) -> None:
    assert [row["reason"] for row in moves(before, now)] == [reason]


def test_what_stays_does_not_move() -> None:
    assert moves({}, {}) == moves({"segment": None}, {"segment": None}) == []
    assert moves({}, {"blocked_by": "capacity"}) == []


def test_a_stranger_that_stays_outside_is_no_move() -> None:
    assert moves(None, {"tier": "excluded"}) == []


def test_both_sides_are_said() -> None:
    row = moves({"tier": "3", "stage": "in_deal"}, {"tier": "1", "segment": "t"})[0]
    assert (row["from_tier"], row["to_tier"], row["from_segment"], row["to_segment"]) == ("3", "1", "s", "t")
    assert (row["from_stage"], row["to_stage"]) == ("in_deal", "unaware")
