"""Overlaps: exact where all customers are known, close where some are drawn, and never understated without them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tierwise.stats.subgroups.cells import Cells, Selector, roll_up
from tierwise.stats.subgroups.overlap import Overlaps

SELECTORS = [Selector(place, code, code) for place in range(4) for code in (1, 2, 3)]


def customers(n: int) -> tuple[np.ndarray, Cells]:
    codes = np.random.default_rng(1).integers(1, 4, (n, 4))
    sums = np.ones((n, 6))
    blocks = {places: (codes[:, places], np.zeros(n, dtype=np.int64), sums) for places in combinations(range(4), 3)}
    return codes, roll_up(blocks, SELECTORS, 2, 1, support=20)


def packed(codes: np.ndarray) -> np.ndarray:
    return codes @ (32 ** np.arange(codes.shape[1]))


def members(codes: np.ndarray, key: tuple[int, ...]) -> np.ndarray:
    return np.all([codes[:, SELECTORS[number].place] == SELECTORS[number].low for number in key], axis=0)


def test_with_all_customers_any_two_descriptions_are_compared_exactly() -> None:
    codes, cells = customers(600)
    overlaps = Overlaps(cells, SELECTORS, packed(codes))
    for one, other in combinations(range(len(cells.keys)), 2):
        a, b = members(codes, cells.keys[one]), members(codes, cells.keys[other])
        assert overlaps.between(one, other) == pytest.approx((a & b).sum() / (a | b).sum())


def test_with_some_of_them_two_profiles_that_share_a_condition_are_still_told_apart() -> None:
    codes, cells = customers(40_000)
    overlaps = Overlaps(cells, SELECTORS, packed(codes[:5000]))
    one, other = cells.place_of[(0, 3)], cells.place_of[(0, 6)]
    assert overlaps.between(one, other) == pytest.approx(1 / 5, abs=0.05)


def test_without_enough_drawn_the_most_that_two_can_share_counts() -> None:
    codes, cells = customers(600)
    overlaps = Overlaps(cells, SELECTORS, packed(codes[:5]))
    shared = [cells.place_of[key] for key in ((0, 3), (0, 6))]
    a, b = (members(codes, cells.keys[cell]) for cell in shared)
    assert (a & b).sum() / (a | b).sum() < overlaps.between(*shared) <= 1
    assert overlaps.between(cells.place_of[(0,)], cells.place_of[(1,)]) == 0
