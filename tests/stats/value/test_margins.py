"""The partitioned estimator of lifetime value: worked example, bias against the naive ways, interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.stats.bootstrap import percentile_interval
from tierwise.stats.survival import kaplan_meier
from tierwise.stats.value import MonthSums, lifetime_value, pool_values, value_estimate

NAN = float("nan")


def matrices(margins, churn, censoring, months):
    """Observed margins, known-to-live-on and died, from churn month T and observed months C."""
    month = np.arange(months)
    churn, censoring = np.asarray(churn)[:, None], np.asarray(censoring)[:, None]
    observed = (month < churn) & (month < censoring)
    # C months observed: the status at the end of the last one is known
    died = observed & (month + 1 == churn) & (churn <= censoring)
    return (
        np.where(observed, np.asarray(margins, dtype=float), NAN),
        observed.astype(float),
        died.astype(float),
    )


@pytest.fixture
def lin():
    margins = [[10, 10, 10], [20, 20, 25], [5, 5, 5], [8, 8, 8]]
    return matrices(margins, churn=[2, 9, 1, 9], censoring=[9, 2, 9, 3], months=3)


def test_worked_example(lin):
    sums = MonthSums.of(*lin)
    found = lifetime_value(sums, 3, 0.0)
    assert found.survival * found.mean_margin == pytest.approx([10.75, 9.5, 4.0])
    assert found.value == pytest.approx(24.25)
    assert lifetime_value(sums, 3, 0.12).value == pytest.approx(24.0858604, abs=1e-7)


def test_survival_is_kaplan_meier(lin):
    sums = MonthSums.of(*lin)
    curve = kaplan_meier([1, 2, 3], sums.at_risk, sums.deaths)
    assert lifetime_value(sums, 3, 0.0).survival == pytest.approx([1.0, curve.at(1), curve.at(2)])


def test_the_last_month_is_paid_but_its_end_is_not_known():
    """An account in its last complete month has a margin, and may not dilute the hazard."""
    margin = [[10.0, NAN], [10.0, 10.0]]
    blind = MonthSums.of(margin, at_risk=[[0, 0], [1, 0]], died=[[0, 0], [0, 0]])
    assert lifetime_value(blind, 2, 0.0).value == 20.0
    with pytest.raises(ValueError, match="deaths <= at risk"):
        MonthSums.of(margin, at_risk=[[0, 0], [1, 0]], died=[[1, 0], [1, 0]])


def test_delayed_entry_counts_from_the_month_first_seen():
    margin = [[NAN, NAN, 30.0], [10.0, 10.0, 10.0]]
    sums = MonthSums.of(margin, at_risk=[[0, 0, 1], [1, 1, 1]], died=[[0, 0, 0], [0, 0, 0]])
    assert sums.paying.tolist() == [1, 1, 2]
    assert lifetime_value(sums, 3, 0.0).value == 40.0


def test_supported_horizon():
    sums = MonthSums(np.array([12.0, 10, 9, 11]), np.ones(4), np.ones(4), np.zeros(4))
    assert sums.supported(60) == 2
    assert sums.supported(1) == 1
    assert sums.supported(60, min_at_risk=9) == 4
    assert MonthSums(*(np.empty(0),) * 4).supported(60) == 0
    with pytest.raises(ValueError, match="not all observed"):
        lifetime_value(sums, 5, 0.1)


def test_nothing_is_later_when_all_are_gone():
    sums = MonthSums.of([[5.0, NAN], [7.0, NAN]], at_risk=[[1, 0], [1, 0]], died=[[1, 0], [1, 0]])
    assert lifetime_value(sums, 2, 0.0).value == 6.0


def staggered(n, rng, months=60):
    """Large customers leave less, revenue grows, entry is staggered; and the truth for these customers."""
    size = rng.lognormal(0, 0.75, n)
    churn = rng.geometric(np.clip(0.03 * size**-0.6, 0.002, 0.25)).astype(float)
    margin = size[:, None] * 1.01 ** np.arange(months)
    censoring = rng.integers(1, months + 13, n)
    truth = (margin * (np.arange(months) < churn[:, None])).sum(axis=1).mean()
    return margin, churn, censoring, truth


def test_unbiased_where_the_usual_figures_are_not():
    margin, churn, censoring, truth = staggered(60_000, np.random.default_rng(11))
    data = matrices(margin, churn, censoring, 60)
    assert lifetime_value(MonthSums.of(*data), 60, 0.0).value == pytest.approx(truth, rel=0.02)
    realised = np.nansum(data[0], axis=1)
    gone = data[2].sum(axis=1) > 0
    assert realised.mean() < 0.85 * truth
    assert realised[gone].mean() < 0.6 * truth
    # survival analysis of cumulative revenue: censoring is informative on that scale
    order = np.argsort(realised, kind="stable")
    times, first = np.unique(realised[order], return_index=True)
    curve = kaplan_meier(times, len(order) - first, np.add.reduceat(gone[order], first))
    assert curve.restricted_mean(float(times[-1]))[0] > 1.2 * truth


def test_influences_are_the_jackknife_in_the_limit(lin):
    times = 500
    data = [np.tile(matrix, (times, 1)) for matrix in lin]
    whole = lifetime_value(MonthSums.of(*data), 3, 0.12)
    found = whole.influences(*data)[:4]
    for i in range(4):
        keep = np.ones(len(data[0]), dtype=bool)
        keep[i] = False
        without = lifetime_value(MonthSums.of(*(matrix[keep] for matrix in data)), 3, 0.12)
        assert whole.value - without.value == pytest.approx(found[i], rel=0.01, abs=1e-8)


def test_closed_form_agrees_with_the_bootstrap():
    rng = np.random.default_rng(2)
    margin, churn, censoring, _ = staggered(300, rng, months=24)
    data = matrices(margin, churn, censoring, 24)
    found = lifetime_value(MonthSums.of(*data), 24, 0.1)
    psi = found.influences(*data)
    se = (300 / 299 * psi @ psi) ** 0.5

    def statistic(weights):
        values = []
        for draw in weights:
            rows = np.repeat(np.arange(300), draw.astype(int))
            values.append(lifetime_value(MonthSums.of(*(m[rows] for m in data)), 24, 0.1).value)
        return np.array(values)

    lo, hi = percentile_interval(statistic, 300, rng, draws=600)
    assert (hi - lo) / (2 * 1.96) == pytest.approx(se, rel=0.10)
    estimate = value_estimate(found, 300, 300, float(psi @ psi), 150.0)
    assert estimate.se == pytest.approx(se)
    assert (estimate.lo, estimate.hi) == pytest.approx((lo, hi), rel=0.06)
    assert estimate.hi - estimate.value > estimate.value - estimate.lo


def test_estimate_without_support_or_with_one_cluster():
    empty = lifetime_value(MonthSums(*(np.empty(0),) * 4), 0, 0.1)
    assert value_estimate(empty, 0, 0, 0.0, 0.0).value is None
    one = lifetime_value(MonthSums.of([[5.0]], [[0]], [[0]]), 1, 0.1)
    found = value_estimate(one, 1, 1, 0.0, 1.0)
    assert (found.value, found.lo, found.grade) == (5.0, None, "C")


def test_negative_margins_have_a_plain_interval():
    data = ([[-5.0], [-7.0], [1.0]], [[0]] * 3, [[0]] * 3)
    found = lifetime_value(MonthSums.of(*data), 1, 0.1)
    psi = found.influences(*data)
    estimate = value_estimate(found, 3, 3, float(psi @ psi), 3.0)
    assert estimate.lo < estimate.value < estimate.hi
    assert estimate.value == pytest.approx(-11 / 3)


def test_pooling_is_relative_to_everybody_at_the_same_horizon():
    found = [
        value_estimate(lifetime_value(MonthSums.of([[v]], [[0]], [[0]]), 1, 0.0), 50, 50, s * s * v * v, 40.0)
        for v, s in ((100.0, 0.05), (210.0, 0.05), (90.0, 0.4), (400.0, 0.05), (95.0, 0.05))
    ]
    # the last segment but one supports a horizon in which everybody is worth four times as much
    pooled = pool_values(found, [100.0, 200.0, 100.0, 400.0, 100.0])
    assert pooled[3].value == pytest.approx(400.0, rel=0.03)
    assert pooled[2].value > 90.0
    assert all(shrunk.lo < shrunk.value < shrunk.hi for shrunk in pooled)
    assert pool_values(found[:3], [100.0] * 3) == (None, None, None)
    assert pool_values(found, [100.0, 200.0, 100.0, 400.0, None])[4] is None


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(5, 40), st.floats(0.01, 100))
def test_scale_and_zero_sum(seed, n, scale):
    rng = np.random.default_rng(seed)
    margin, churn, censoring, _ = staggered(n, rng, months=12)
    data = matrices(margin, churn, censoring, 12)
    horizon = MonthSums.of(*data).supported(12, min_at_risk=2)
    if horizon:
        found = lifetime_value(MonthSums.of(*data), horizon, 0.1)
        assert found.influences(*data).sum() == pytest.approx(0.0, abs=1e-9)
        scaled = (data[0] * scale, data[1], data[2])
        assert lifetime_value(MonthSums.of(*scaled), horizon, 0.1).value == pytest.approx(found.value * scale)
