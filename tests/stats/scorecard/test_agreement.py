"""Agreement against published figures, and what it must do under any input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tierwise.stats.scorecard import agreement

TABLE = [[8, 2, 0], [3, 10, 4], [1, 3, 19]]


def test_tau_b_of_the_published_example():
    x, y = [12, 2, 1, 12, 2], [1, 4, 7, 1, 0]
    assert_allclose(agreement.tau_b(x, y), -0.471405, atol=1e-6)
    assert_allclose(agreement.tau_b_p_value(x, y), 0.282746, atol=1e-6)


@pytest.mark.parametrize(("weights", "value"), [("nominal", 0.592732), ("linear", 0.666984), ("quadratic", 0.743096)])
def test_kappa_of_the_published_table(weights, value):
    assert_allclose(agreement.weighted_kappa(TABLE, weights), value, atol=1e-6)


def test_alpha_of_krippendorffs_own_example():
    # Krippendorff 2011, example C: four observers, twelve units, gaps; ordinal alpha .815
    gap = np.nan
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    assert_allclose(agreement.krippendorff_ordinal(ratings), 0.815, atol=5e-4)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30))
def test_tau_b_turns_with_one_side_and_stays_within_one(pairs):
    x, y = np.array(pairs).T
    value = agreement.tau_b(x, y)
    if value is None:
        assert len(set(x)) == 1 or len(set(y)) == 1
    else:
        assert -1 - 1e-12 <= value <= 1 + 1e-12
        assert_allclose(agreement.tau_b(-x, y), -value, atol=1e-12)


def test_an_interval_is_the_same_for_the_same_seed_and_holds_the_value():
    x = np.arange(30) % 7
    y = (x + np.arange(30) % 4).astype(float)
    one, two = (agreement.tau_b_interval(x, y, np.random.default_rng(5), draws=200) for _ in range(2))
    assert one == two
    assert one.lo <= one.value <= one.hi
    assert one.n == 30


def test_siblings_are_drawn_together():
    x, y = np.repeat([0, 1, 2, 3, 4, 5], 6), np.repeat([0, 2, 1, 3, 5, 4], 6)
    apart = agreement.tau_b_interval(x, y, np.random.default_rng(5), draws=300)
    together = agreement.tau_b_interval(x, y, np.random.default_rng(5), clusters=np.repeat(range(6), 6), draws=300)
    assert together.hi - together.lo > apart.hi - apart.lo


def test_nobody_agrees_where_nothing_varies():
    assert agreement.tau_b([1, 1, 1], [1, 2, 3]) is None
    assert agreement.weighted_kappa([[3, 0], [0, 0]]) is None
    assert agreement.krippendorff_ordinal([[3, 3], [3, 3]]) is None


def test_the_overlap_of_lists_is_counted_against_chance():
    found = agreement.overlap([9, 8, 7, 1, 0], [9, 1, 8, 2, 0], 2)
    assert (found.both, found.length) == (2 - 1 + 0, 2)
    assert_allclose(found.by_chance, 0.8)


@pytest.mark.parametrize(
    ("kappa", "word"), [(0.85, "almost perfect"), (0.6, "substantial"), (-0.1, "poor"), (None, "not defined")]
)
def test_landis_and_koch_name_it(kappa, word):
    assert agreement.in_words(kappa) == word


def test_pairs_that_come_in_clusters_leave_kappa_less_sure():
    table = [[30, 5, 1], [4, 25, 6], [0, 5, 24]]
    alone, clustered, few = (
        agreement.kappa_of_counts(table, np.random.default_rng(1), design_effect=effect) for effect in (1.0, 4.0, 60.0)
    )
    assert alone.value == clustered.value == few.value
    assert clustered.hi - clustered.lo > 1.5 * (alone.hi - alone.lo)
    assert few.lo is None
