"""The shifted-beta-geometric model: published fits, cohorts of any age, and what averaging churn would hide."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.value.renewal import Renewals, ShiftedBetaGeometric, shifted_beta_geometric

REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)


def fitted(*cohorts):
    found = shifted_beta_geometric(Renewals.of_cohorts(*cohorts))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("cohort", "a", "b", "likelihood", "survival", "years"),
    [
        (REGULAR, 0.7041, 1.1820, -1680.265, [0.2201, 0.2044, 0.1912, 0.1799, 0.1700], 3.69491),
        (HIGH_END, 0.6681, 3.8061, -1611.158, [0.4604, 0.4358, 0.4142, 0.3951, 0.3780], 5.92225),
    ],
)
def test_published_cohorts(cohort, a, b, likelihood, survival, years):
    found = fitted(cohort)
    assert (found.a, found.b) == pytest.approx((a, b), abs=5e-5)
    assert found.log_likelihood == pytest.approx(likelihood, abs=5e-4)
    assert found.survival(np.arange(8, 13)) == pytest.approx(survival, abs=5e-5)
    assert found.expected_years(0.10) == pytest.approx(years, abs=5e-6)
    assert found.survival(1) == pytest.approx(found.retention(1))


def test_discounted_years_are_their_series():
    found, years = fitted(HIGH_END), np.arange(20_000)
    assert found.expected_years(0.10) == pytest.approx(float(found.survival(years) @ 1.1**-years), rel=1e-12)
    assert found.remaining_years(8, 0.10) == pytest.approx(7.5296, abs=5e-5)
    # just before renewal 8, seven have been passed: what is left is the tail of the curve
    tail = found.survival(years[8:]) @ 1.1 ** -(years[8:] - 8.0) / found.survival(7)
    assert found.remaining_years(8, 0.10) == pytest.approx(float(tail), rel=1e-9)


def test_the_same_first_year_churn_may_mean_twice_the_years():
    one, other = (ShiftedBetaGeometric(a, b, 0.0, np.zeros((2, 2))) for a, b in ((3.80, 15.20), (0.067, 0.267)))
    assert 1 - one.retention(1) == pytest.approx(0.2, abs=1e-3) == 1 - other.retention(1)
    assert (one.expected_years(0.1), other.expected_years(0.1)) == pytest.approx((4.009, 7.973), abs=5e-4)


def test_cohorts_add_up_and_may_have_any_age():
    together = fitted(REGULAR, REGULAR[:4], REGULAR[:2])
    sums = Renewals.of_cohorts(REGULAR, REGULAR[:4], REGULAR[:2])
    assert sums.at_risk.tolist()[:3] == [3000, 1262, 936]
    assert together.survival(7) == pytest.approx(0.241, abs=0.01)
    # customers first seen at their third renewal bring its count alone
    late = Renewals(sums.at_risk + np.array([0, 0, 500, 0, 0, 0, 0]), sums.lost + np.array([0, 0, 90, 0, 0, 0, 0]))
    assert shifted_beta_geometric(late).retention(3) == pytest.approx(0.82, abs=0.02)


def test_customers_who_do_not_differ():
    found = fitted([10_000 * 0.8**t for t in range(6)])
    assert found.same_for_all
    assert found.retention(1) == pytest.approx(0.8, abs=1e-3) == found.retention(6)
    assert 0 < found.standard_error(lambda model: model.retention(1)) < 0.01


def test_what_cannot_be_fitted():
    for cohort in ([100, 60], [100, 100, 100], [100, 0, 0], [0, 0, 0]):
        assert shifted_beta_geometric(Renewals.of_cohorts(cohort)) is None
    # a gap in the renewals that were seen
    assert shifted_beta_geometric(Renewals(np.array([50.0, 0, 20]), np.array([5.0, 0, 2]))) is None
    with pytest.raises(ValueError, match="lost <= at risk"):
        Renewals(np.array([5.0]), np.array([6.0]))


def test_the_standard_error_is_that_of_repeated_samples():
    rng = np.random.default_rng(4)
    years, errors = [], []
    for _ in range(150):
        leaves = np.ceil(np.log(rng.random(400)) / np.log1p(-rng.beta(1.0, 4.0, 400)))
        found = fitted([(leaves > t).sum() for t in range(6)])
        years.append(found.expected_years(0.1))
        errors.append(found.standard_error(lambda model: model.expected_years(0.1)))
    assert np.median(errors) == pytest.approx(np.std(years), rel=0.2)


@given(st.lists(st.integers(0, 200), min_size=3, max_size=8))
def test_survival_falls_and_retention_rises(counts):
    found = shifted_beta_geometric(Renewals.of_cohorts(sorted(counts, reverse=True)))
    if found is not None:
        assert np.all(np.diff(found.survival(np.arange(10))) <= 1e-12)
        assert found.retention(2) >= found.retention(1) - 1e-12
        assert np.isfinite(found.standard_error(lambda model: model.survival(5).item()))
