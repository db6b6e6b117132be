"""The chapters of the list from their rows: moves counted and explained, seats taken, and why tier 1 is empty."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from tierwise.interfaces.report.chapters.segmentation import first_tier, scorecard
from tierwise.interfaces.report.chapters.segmentation.moves import moves_of

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
