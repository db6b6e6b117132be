"""Weight of evidence, pooling and points against published figures."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tierwise.stats.scorecard.evidence import SUSPECT, points_scale, rising, weight_of_evidence


def test_weight_of_evidence_of_the_published_example():
    # levels with 100, 200, 300 of one kind and 50, 40, 10 of the other; the figures are unsmoothed
    found = weight_of_evidence([100, 200, 300], [50, 40, 10], smoothing=0)
    assert_allclose(found.woe, [-1.098612, -0.182322, 1.609438], atol=1e-6)
    assert_allclose(found.information, 1.022134, atol=1e-6)
    assert found.reading == SUSPECT


def test_half_a_deal_in_every_cell_keeps_an_empty_one_finite():
    found = weight_of_evidence([10, 0], [0, 10])
    assert np.isfinite(found.woe).all()
    assert weight_of_evidence([5, 5], [5, 5]).reading == "useless"


def test_points_of_the_published_scale():
    scale = points_scale(20, 600, 50)
    assert_allclose([scale.factor, scale.offset], [28.853901, 487.122876], atol=1e-6)


def test_violators_of_the_published_example_are_pooled():
    assert_allclose(rising([1, 3, 2, 4, 3, 5]), [1, 2.5, 2.5, 3.5, 3.5, 5])


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_pooled_values_never_fall_and_keep_the_mean(values):
    found = rising(values)
    assert (np.diff(found) >= -1e-9).all()
    assert_allclose(found.mean(), np.mean(values), atol=1e-9)
