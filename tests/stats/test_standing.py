"""Which estimate is the largest: closed cases, draws, and invariants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tierwise.stats.intervals import standing

estimates = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 1), st.floats(1, 50)), min_size=1, max_size=8)


def test_two_normal_estimates():
    one, other = standing([1.0, 0.8], [0.3, 0.4], [1e6, 1e6])
    assert one.chance_best == pytest.approx(stats.norm.cdf(0.2 / 0.5), abs=1e-4)
    assert (one.expected_rank, other.expected_rank) == pytest.approx(
        (2 - one.chance_best, 1 + one.chance_best), abs=1e-4
    )


def test_a_small_segment_at_the_top_is_not_the_best():
    """Raw: 1.30 from three accounts leads 1.05 from ninety. The chances say how little that means."""
    small, large, poor = standing([1.30, 1.05, 0.7], [0.5, 0.03, 0.05], [2.0, 80.0, 40.0])
    assert small.chance_best < 0.75
    assert large.chance_best > 0.25
    assert poor.chance_best < 0.02
    assert poor.expected_rank > 2.5


def test_draws_agree():
    values, errors, dfs = [0.9, 1.0, 1.1, 0.5], [0.1, 0.4, 0.2, 0.05], [3.0, 1.0, 9.0, 30.0]
    rng = np.random.default_rng(5)
    drawn = np.array(values) + np.array(errors) * np.column_stack([rng.standard_t(df, 400_000) for df in dfs])
    best = np.bincount(drawn.argmax(axis=1), minlength=4) / len(drawn)
    ranks = 1 + (drawn[:, :, None] < drawn[:, None, :]).sum(axis=2).mean(axis=0)
    found = standing(values, errors, dfs)
    assert [place.chance_best for place in found] == pytest.approx(list(best), abs=0.004)
    assert [place.expected_rank for place in found] == pytest.approx(list(ranks), abs=0.008)


def test_exact_figures():
    assert [p.chance_best for p in standing([1.0, 1.0], [0.0, 0.0], [5, 5])] == pytest.approx([0.5, 0.5])
    assert [p.expected_rank for p in standing([1.0, 2.0], [0.0, 0.0], [5, 5])] == pytest.approx([2.0, 1.0])
    assert standing([], [], []) == ()


def test_many_estimates_need_no_table_of_pairs():
    found = standing(np.linspace(0, 1, 700), np.full(700, 0.1), np.full(700, 9.0))
    assert sum(place.chance_best for place in found) == pytest.approx(1.0)
    assert max(found, key=lambda place: place.chance_best) == found[-1]


@given(estimates, st.randoms())
def test_chances_add_up_and_order_does_not_matter(rows, random):
    found = standing(*zip(*rows, strict=True))
    k = len(rows)
    assert sum(place.chance_best for place in found) == pytest.approx(1.0)
    assert sum(place.expected_rank for place in found) == pytest.approx(k * (k + 1) / 2, abs=0.02 * k)
    places = list(range(k))
    random.shuffle(places)
    again = standing(*zip(*(rows[i] for i in places), strict=True))
    for i, place in zip(places, again, strict=True):
        assert place.chance_best == pytest.approx(found[i].chance_best, abs=1e-9)
