"""The chapters of the list from their rows: moves counted and explained, seats taken, and why tier 1 is empty."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tierwise.interfaces.report.chapters.segmentation import effort, first_tier, scorecard
from tierwise.interfaces.report.chapters.segmentation.moves import moves_of
from tierwise.interfaces.report.listing import Listing

MOVES = [
    ("a", "2", "1", "seat by value"), ("b", "1", "2", "seat by value"), ("c", "3", "2", "capacity"),
    ("d", "1", None, "no longer among the records"), ("e", None, "excluded", "new account"),
    ("f", "2", "2", "stage"), ("g", None, "3", "new account"),
]  # fmt: skip


def moves_table() -> pa.Table:
    names = ("account_id", "from_tier", "to_tier", "reason")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in MOVES])


def test_moves_are_those_of_a_tier_next_to_tier_1_first_and_a_newcomer_outside_is_none() -> None:
    moves = moves_of(moves_table())
    assert moves.flow == [("1", "2", 1), ("2", "1", 1), ("1", "", 1), ("3", "2", 1), ("", "3", 1)]
    assert [row["account_id"] for row in moves.first] == ["b", "a", "d", "c", "g"]
    assert moves.total == 5
    assert moves.reasons[0] == {"reason": "seat by value", "accounts": 2}


def test_moves_say_how_many_came_into_tier_1_and_why() -> None:
    moves = moves_of(moves_table())
    assert replace(moves, previous="0007").answer == (
        "5 accounts changed tier since run 0007: 1 into tier 1, 2 out of it; the most frequent reason: seat by value (2)"
    )
    assert moves.answer == "This is the first list: 1 into tier 1 (1:1)"
    assert moves_of(moves_table().slice(0, 0)).answer == "No account moved"


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ({"universe": 0}, "Look at the segments"),
        ({"universe": 9, "TAL": 0}, "no profile is proven"),
        ({"universe": 9, "TAL": 3}, "lists whom to ask"),
    ],
)
def test_an_empty_tier_1_says_why(sizes: dict[str, int], why: str) -> None:
    assert why in first_tier.FirstTier((), first_tier.why_empty(sizes)).answer


def test_seats_are_counted_by_how_sure_they_are() -> None:
    sure = [
        {"tier": "1", "robust": 3, "middling": 1, "fragile": 1},
        {"tier": "2", "robust": 40, "middling": 0, "fragile": 20},
    ]
    assert scorecard._answer(sure, 7) == (
        "3 of 5 seats of tier 1 (1:1) and 40 of 60 seats of tier 2 (1:few) are robust: kept in nine of ten draws of "
        "weights and figures; 7 accounts could change their tier by what is unknown about them"
    )
    assert "No account has a seat" in scorecard._answer([], 0)


def watched(account: str, tier: str, advice: str, touches: int, quiet_for: int, **more: Any) -> dict[str, Any]:
    row = {"account_id": account, "tier": tier, "advice": advice, "effort": touches, "quiet_for": quiet_for}
    return {**row, "stage": None, "days_in_stage": None, "slow_days": None, "stalled": False, **more}


def effort_of(**tables: list[dict[str, Any]]) -> effort.Effort:
    """The chapter of rows by table."""
    return effort.read(
        Listing(SimpleNamespace(read=lambda name, where: pa.Table.from_pylist(tables.get(name, []))), "")
    )


def test_effort_names_whom_to_leave_by_cost_and_whom_to_feed_by_tier() -> None:
    slow = {"stage": "proposal", "days_in_stage": 90, "slow_days": 40, "stalled": True}
    found = effort_of(
        stall=[
            watched("a", "3", "withdraw", 2, 80), watched("b", "2", "withdraw", 9, 60, **slow),
            watched("c", "excluded", "feed", 0, 1), watched("d", "1", "feed", 0, 20), watched("e", "2", "leave", 0, 99),
        ],
        overrides=[{"account_id": "a", "put_back": None}, {"account_id": "b", "put_back": "0003"}],
    )  # fmt: skip
    assert found.answer == (
        "Of 5 accounts in tier 1 or 2, promised something or in a deal, 2 take effort and do not move, "
        "and 2 move with little effort from us"
    )
    withdraw, feed, keep, leave = found.groups
    assert [row["account_id"] for row in withdraw.named] == ["b", "a"]
    assert (withdraw.accounts, withdraw.touches, withdraw.stalled) == (2, 11, 1)
    assert withdraw.named[0]["deal"] == "proposal, 90 days; four in five advance within 40"
    assert [row["account_id"] for row in feed.named] == ["d", "c"]
    assert (keep.accounts, leave.accounts, leave.named) == (0, 1, [])
    assert [row["account_id"] for row in found.overrides] == ["a"], "a list that is put back is no decision of a person"


def test_effort_without_anybody_says_so() -> None:
    assert effort_of().answer.startswith("Nobody is watched yet")
