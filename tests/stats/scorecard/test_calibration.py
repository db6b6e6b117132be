"""A chance is called a probability only where it foretells deals that it was not made from."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from tierwise.stats.scorecard.calibration import calibrated, reliability


def deals(count, slope, seed=2):
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, count)
    return scores, rng.random(count) < 1 / (1 + np.exp(-(slope * (scores - 60))))


def test_many_won_deals_give_a_rising_curve_near_the_truth():
    scores, won = deals(3000, 0.06)
    curve = calibrated(scores, won)
    assert curve.method == "isotonic"
    at = np.array([20.0, 40, 60, 80])
    assert_allclose(curve.at(at), 1 / (1 + np.exp(-0.06 * (at - 60))), atol=0.1)
    assert (np.diff(curve.at(np.arange(101.0))) >= 0).all()


def test_few_won_deals_give_a_logistic_curve_that_never_falls():
    scores, won = deals(150, -0.05)
    curve = calibrated(scores, won)
    assert curve.method == "logistic"
    assert curve.scores[1] == 0.0


def test_what_foretells_is_believable_and_says_how_far():
    found = reliability(*deals(2000, 0.06))
    assert found.believable
    assert found.skill > 0.1
    assert found.slope.lo <= 1 <= found.slope.hi
    assert sum(b.n for b in found.bins) == 2000
    assert all(b.lo <= b.won / b.n <= b.hi for b in found.bins)


def test_what_does_not_foretell_is_no_probability():
    found = reliability(*deals(400, 0.0))
    assert not found.believable


def test_without_both_kinds_of_deals_there_is_nothing_to_say():
    assert reliability(np.arange(20.0), np.ones(20, dtype=bool)) is None
