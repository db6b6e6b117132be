"""Gower's distance: the oracle of methods i, and what must hold for any records."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.clusters.distance import UNKNOWN, Amount, Category, Presence, expected, gower


def one(values: list[bool]) -> Presence:
    return Presence(np.array(values)[:, None], np.ones(len(values), dtype=bool))


def test_the_oracle() -> None:
    features = [
        (Category(np.array([1, 1, 2])), 2.0),
        (Amount(np.array([10.0, 20.0, np.nan]), span=20.0), 1.0),
        (one([True, False, True]), 1.0),
        (one([False, False, True]), 1.0),
    ]
    found = gower(features, 3)
    assert (found[0, 1], found[0, 2], found[1, 2]) == (0.375, 0.75, 1.0)


def test_what_both_lack_makes_nobody_alike() -> None:
    assert gower([(one([False, False]), 1.0)], 2)[0, 1] == 1.0
    with_a_word = [(one([False, False]), 1.0), (Category(np.array([1, 1])), 1.0)]
    assert gower(with_a_word, 2)[0, 1] == 0.0


def test_several_things_are_one_feature() -> None:
    has = np.array([[1, 1, 0, 0], [1, 0, 1, 0]], dtype=bool)
    assert gower([(Presence(has, np.ones(2, dtype=bool)), 1.0)], 2)[0, 1] == pytest.approx(2 / 3, abs=1e-6)


def test_nothing_shared_is_far() -> None:
    features = [(Category(np.array([1, UNKNOWN])), 3.0), (Amount(np.array([np.nan, 4.0])), 1.0)]
    assert gower(features, 2)[0, 1] == 1.0


def test_what_is_not_known_is_neither_near_nor_far() -> None:
    # one word known of three accounts: two pairs of six agree; of the fourth nothing is known
    found = expected([(Category(np.array([1, 1, 2, UNKNOWN])), 3.0)], 4)
    assert (found[0, 1], found[0, 2]) == (0.0, 1.0)
    assert found[0, 3] == pytest.approx(2 / 3, abs=1e-6)


def test_where_everything_is_known_it_is_gowers_distance() -> None:
    features = [(Category(np.array([1, 1, 2])), 3.0), (Amount(np.array([1.0, 5.0, 9.0])), 1.0)]
    assert np.array_equal(expected(features, 3), gower(features, 3))


@given(st.lists(st.tuples(st.integers(-1, 3), st.one_of(st.none(), st.integers(0, 9))), min_size=2, max_size=12))
def test_any_records_are_at_a_distance_between_none_and_one(rows: list[tuple[int, int | None]]) -> None:
    codes = np.array([code for code, _ in rows])
    amounts = np.array([np.nan if value is None else float(value) for _, value in rows])
    for way in (gower, expected):
        found = way([(Category(codes), 3.0), (Amount(amounts), 0.5)], len(rows))
        assert np.array_equal(found, found.T)
        assert found.min() >= 0.0
        assert found.max() <= 1.0
        assert not found.diagonal().any()
