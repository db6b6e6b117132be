"""Effort under capacity: the published knapsack, brute force, bounds, and seats by hours."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.stats.allocation import NONE, Line, best_seats, knapsack, upper_bound

# Methods h, oracle 1.
EFFORTS = (10, 3, 1)
VALUES = [[90, 50, 20], [80, 60, 15], [40, 35, 30], [100, 40, 10], [30, 28, 5], [55, 20, 12]]


@pytest.mark.parametrize(
    ("capacity", "value", "bound"),
    [(10, 180, 180.0), (15, 220, 228.571), (20, 268, 271.429), (24, 288, 297.143), (30, 328, 329.556)],
)
def test_the_published_knapsack(capacity: int, value: float, bound: float) -> None:
    found = knapsack(VALUES, EFFORTS, capacity)
    assert found.value == value
    assert sum(VALUES[i][t] for i, t in enumerate(found.tiers) if t != NONE) == value
    assert sum(EFFORTS[t] for t in found.tiers if t != NONE) <= capacity
    assert upper_bound(VALUES, EFFORTS, capacity) == pytest.approx(bound, abs=5e-4)
    assert found.next_hour == knapsack(VALUES, EFFORTS, capacity + 1).value - value


small = st.lists(st.lists(st.integers(-5, 50), min_size=3, max_size=3), max_size=5)


@settings(max_examples=60)
@given(values=small, efforts=st.tuples(*[st.integers(0, 6)] * 3), capacity=st.integers(0, 20))
def test_as_good_as_trying_everything_and_below_the_bound(
    values: list[list[int]], efforts: tuple[int, int, int], capacity: int
) -> None:
    def worth(choice: tuple[int, ...]) -> int:
        return sum(values[i][t] for i, t in enumerate(choice) if t != NONE)

    within = [
        choice
        for choice in product((NONE, 0, 1, 2), repeat=len(values))
        if sum(efforts[t] for t in choice if t != NONE) <= capacity
    ]
    found = knapsack(values, efforts, capacity)
    assert found.value == max(worth(choice) for choice in within) == worth(found.tiers)
    assert found.tiers in within
    assert found.value <= upper_bound(values, efforts, capacity) + 1e-9
    assert list(found.values) == sorted(found.values), "more capacity never brings less"


lines = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6)


@settings(max_examples=60)
@given(line=lines, hours=st.integers(0, 25), efforts=st.tuples(st.integers(1, 8), st.integers(1, 4)))
def test_numbers_of_seats_bring_as_much_as_the_knapsack(
    line: list[tuple[int, bool]], hours: int, efforts: tuple[int, int]
) -> None:
    """Effort depends on the tier alone and gain is in proportion: then numbers and rank order are the optimum."""
    ordered = sorted(line, key=lambda a: -a[0])
    values = [[float(worth) if able else float("-inf"), 0.5 * worth] for worth, able in ordered]
    queue = Line([worth for worth, _ in ordered], [able for _, able in ordered])
    given_efforts = {"people": (float(efforts[0]), float(efforts[1]))}
    found = best_seats(queue, (1.0, 0.5), given_efforts, {"people": float(hours)}, (6, 6))
    assert found.value == pytest.approx(knapsack(values, efforts, hours).value)
    assert found.one * efforts[0] + found.few * efforts[1] <= hours


def test_the_scarcest_resource_decides() -> None:
    line = Line([100.0, 90.0, 80.0, 70.0], [True, True, True, True])
    efforts = {"people": (40.0, 4.0), "executives": (2.0, 0.0)}
    plenty = best_seats(line, (1.0, 0.4), efforts, {"people": 500.0, "executives": 100.0}, (4, 4))
    assert (plenty.one, plenty.few) == (4, 0)
    scarce = best_seats(line, (1.0, 0.4), efforts, {"people": 500.0, "executives": 3.0}, (4, 4))
    assert (scarce.one, scarce.few, scarce.value) == (1, 3, 100 + 0.4 * 240)


def test_who_may_not_be_moved_has_a_seat_where_the_hours_allow_it() -> None:
    line = Line([10.0, 9.0], [True, True])
    efforts = {"people": (10.0, 1.0)}
    assert best_seats(line, (1.0, 0.9), efforts, {"people": 11.0}, (2, 2)).few == 1
    assert best_seats(line, (1.0, 1.0), efforts, {"people": 11.0}, (2, 2)).one == 0
    assert best_seats(line, (1.0, 1.0), efforts, {"people": 11.0}, (2, 2), least=(1, 0)).one == 1
    assert best_seats(line, (1.0, 1.0), efforts, {"people": 9.0}, (2, 2), least=(1, 0)).one == 0
