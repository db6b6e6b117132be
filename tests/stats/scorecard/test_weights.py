"""What deals say about weights: found where planted, refused where there is nothing to go by, always within the guards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tierwise.stats.scorecard import weights

GUARDS = weights.Guards(0.02, 0.40, lighter=((3, 0), (3, 1)))
NOW = (0.2, 0.2, 0.2, 0.15, 0.25)


def deals(strength, count=1500, seed=1):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, (count, len(strength))).astype(float)
    odds = (scores - 2.5) @ np.asarray(strength) - 1.0
    return scores, rng.random(count) < 1 / (1 + np.exp(-odds))


def test_planted_weights_are_found_and_an_idle_criterion_is_not():
    scores, won = deals((0.6, 0.3, 0.3, 0.0, 0.0))
    found = weights.suggest(scores, won, NOW, GUARDS)
    assert_allclose(found.learned, [0.5, 0.25, 0.25, 0, 0], atol=0.06)
    assert found.evidence[3].reading in ("useless", "weak")
    assert found.held_out > found.held_out_now


def test_the_pull_grows_with_won_deals():
    scores, won = deals((0.6, 0.3, 0.3, 0.0, 0.0))
    assert_allclose(weights.suggest(scores, won, NOW, GUARDS).pull, won.sum() / (won.sum() + 100))


def test_with_fewer_than_fifty_won_deals_nothing_is_said():
    scores, won = deals((0.6, 0.3, 0.3, 0.0, 0.0), count=200)
    won[np.flatnonzero(won)[49:]] = False
    with pytest.raises(ValueError, match="49 won"):
        weights.suggest(scores, won, NOW, GUARDS)


def test_where_nothing_tells_the_present_weights_stay():
    scores, _ = deals((0.0,) * 5, count=400)
    won = np.arange(400) % 2 == 0
    scores[:] = 3.0
    found = weights.suggest(scores, won, NOW, GUARDS)
    assert found.learned is None
    assert_allclose(found.weights, NOW, atol=1e-6)


def test_an_unknown_score_is_neither_good_nor_bad():
    scores, won = deals((0.6, 0.3, 0.3, 0.0, 0.0))
    scores[np.random.default_rng(3).random(scores.shape) < 0.2] = np.nan
    assert_allclose(weights.suggest(scores, won, NOW, GUARDS).learned, [0.5, 0.25, 0.25, 0, 0], atol=0.08)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_projected_weights_keep_the_guards(given):
    found = weights.projected(given, GUARDS)
    assert_allclose(found.sum(), 1, atol=1e-9)
    assert found.min() >= 0.02 - 1e-9
    assert found.max() <= 0.40 + 1e-9
    assert found[3] <= min(found[0], found[1]) - 0.005 + 1e-9


def test_weights_within_the_guards_stay():
    assert_allclose(weights.projected(NOW, GUARDS), NOW, atol=1e-7)


def test_a_won_deal_outranks_a_lost_one_as_often_as_the_area_says():
    assert weights.area_under_curve(np.array([3.0, 1, 2, 2]), np.array([True, False, True, False])) == 0.875
