"""A cumulative incidence as a rate: effective counts and their interval."""

from __future__ import annotations

import pytest

from tierwise.stats.intervals import wilson
from tierwise.stats.rates import incidence_rate
from tierwise.stats.survival import cumulative_incidence


def curve(won, lost, at_risk):
    return cumulative_incidence(range(1, len(won) + 1), at_risk, won, lost, horizon=365)


def test_without_open_subjects_it_is_wilson_on_the_counts():
    found = incidence_rate(curve([12], [28], [40]), 40, 40, 0.3 * 0.7 / 40 * 39 / 40, 40.0, 40.0)
    assert found.trials == pytest.approx(40)
    assert found.successes == pytest.approx(12)
    assert (found.estimate.lo, found.estimate.hi) == pytest.approx(wilson(12, 40))
    # half-width .137 from 40 independent subjects
    assert found.estimate.grade == "A"


def test_clusters_that_happen_to_agree_are_worth_no_more_than_their_subjects():
    assert incidence_rate(curve([12], [28], [40]), 40, 2, 1e-9, 2.0, 40.0).trials == 40


def test_no_success_has_an_upper_limit_from_the_completed():
    found = incidence_rate(curve([0], [10], [40]), 40, 20, 0.0, 20.0, 10.0)
    # ten completed, two subjects to a cluster: worth five
    assert (found.trials, found.successes) == (5.0, 0.0)
    assert (found.estimate.lo, found.estimate.hi) == pytest.approx(wilson(0, 5))


def test_one_cluster_has_counts_and_no_interval():
    found = incidence_rate(curve([3], [1], [4]), 4, 1, 0.0, 1.0, 4.0)
    assert (found.estimate.value, found.estimate.lo, found.estimate.se, found.estimate.grade) == (0.75, None, None, "C")
    assert (found.trials, found.successes) == (1.0, 0.75)


def test_nobody():
    found = incidence_rate(curve([], [], []), 0, 0, 0.0, 0.0, 0.0)
    assert (found.estimate.value, found.trials, found.estimate.grade) == (None, 0.0, "C")
    assert incidence_rate(curve([0], [0], [9]), 9, 9, 0.0, 9.0, 0.0).trials == 0.0
