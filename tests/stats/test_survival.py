"""Survival curves and competing outcomes against published data."""

import numpy as np
import pytest
from benchmarks.coverage import pipeline
from benchmarks.coverage import won_within as won_within_a_year
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.survival import cumulative_incidence, kaplan_meier, log_log_band

# Freireich et al. 1963, 6-mercaptopurine arm: weeks of remission, 1 = relapse
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
RELAPSE = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
# won, lost, open deals by age in days
DAYS = np.array([10, 20, 20, 30, 45, 45, 60, 60, 80, 90])
OUTCOMES = np.array(list("wlowlowloo"))


def grouped(days, *indicators):
    """Distinct times, numbers at risk and events per indicator."""
    times = np.unique(days)
    at_risk = [(days >= t).sum() for t in times]
    return times, at_risk, *([indicator[days == t].sum() for t in times] for indicator in indicators)


def won_within(days, outcomes, horizon):
    return cumulative_incidence(*grouped(days, outcomes == "w", outcomes == "l"), horizon=horizon)


def influences(curve, days, outcomes):
    """Each subject's influence, looked up as an engine would: by the last event time up to its exit."""
    result = []
    for day, outcome in zip(days, outcomes, strict=True):
        index = int(np.searchsorted(curve.times, day, side="right")) - 1
        if index < 0:
            result.append(0.0)
            continue
        value = curve.risk_influence[index]
        if outcome in "wl" and day <= curve.horizon:
            value += curve.exit_influence[index] + (curve.event_influence[index] if outcome == "w" else 0.0)
        result.append(value)
    return np.array(result)


def test_kaplan_meier_freireich():
    curve = kaplan_meier(*grouped(WEEKS, RELAPSE))
    published = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    assert {t: round(curve.at(t), 4) for t in published} == published
    assert curve.at(5.9) == 1.0
    assert curve.median() == 23


@pytest.mark.parametrize(("horizon", "mean", "se"), [(35, 23.287395, 2.827468), (24, 18.357423, 1.636556)])
def test_restricted_mean_freireich(horizon, mean, se):
    assert kaplan_meier(*grouped(WEEKS, RELAPSE)).restricted_mean(horizon) == pytest.approx((mean, se), abs=1e-6)


def test_median_not_reached_and_all_gone():
    assert kaplan_meier([1, 2], [10, 9], [1, 1]).median() is None
    gone = kaplan_meier([1, 2], [2, 1], [1, 1])
    assert gone.median() == 1
    assert gone.restricted_mean(3)[0] == pytest.approx(1.5)
    # without censoring the standard error is that of the mean of {1, 2}
    assert gone.restricted_mean(3)[1] == pytest.approx(0.25**0.5 / 2**0.5)


def test_no_subjects():
    empty = cumulative_incidence([], [], [], [], horizon=365)
    assert (empty.value, empty.variance(), empty.conditional_median()) == (0.0, 0.0, None)
    assert kaplan_meier([], [], []).median() is None


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="ascending"):
        kaplan_meier([2, 1], [2, 1], [1, 1])
    with pytest.raises(ValueError, match="between 0"):
        kaplan_meier([1], [1], [2])
    with pytest.raises(ValueError, match="more outcomes"):
        cumulative_incidence([1], [2], [1], [2], horizon=9)


def test_aalen_johansen_worked_example():
    curve = won_within(DAYS, OUTCOMES, 365)
    assert [curve.at(t) for t in (10, 20, 30, 60)] == pytest.approx([0.1, 0.1, 0.21429, 0.35714], abs=5e-6)
    lost = cumulative_incidence(*grouped(DAYS, OUTCOMES == "l", OUTCOMES == "w"), horizon=365)
    assert lost.value == pytest.approx(0.35714, abs=5e-6)
    assert curve.survival[-1] == pytest.approx(0.28571, abs=5e-6)


def test_open_deals_are_neither_dropped_nor_lost():
    value = won_within(DAYS, OUTCOMES, 365).value
    won = (OUTCOMES == "w").sum()
    assert won / (OUTCOMES != "o").sum() == 0.5
    assert won / len(OUTCOMES) == 0.3
    # treating a loss as censored overstates
    naive = 1 - kaplan_meier(*grouped(DAYS, OUTCOMES == "w")).at(365)
    assert naive == pytest.approx(0.42143, abs=5e-6)
    assert 0.3 < value < naive


def test_horizon_cuts():
    curve = won_within(DAYS, OUTCOMES, 45)
    assert curve.value == pytest.approx(0.21429, abs=5e-6)
    assert curve.conditional_median() == 30
    assert won_within(DAYS, OUTCOMES, 365).conditional_median() == 30


def test_variance_without_open_deals_is_binomial():
    days = np.array([3, 5, 5, 8, 13, 21, 30, 41, 55, 60])
    outcomes = np.array(list("wlwllwllwl"))
    curve = won_within(days, outcomes, 365)
    assert curve.value == pytest.approx(0.4)
    assert curve.variance() == pytest.approx(0.4 * 0.6 / 10)
    assert (influences(curve, days, outcomes) ** 2).sum() == pytest.approx(0.4 * 0.6 / 10)


def test_influences_are_the_jackknife_in_the_limit():
    """Repeating the sample many times, leaving one subject out changes the estimate by its influence."""
    times = 400
    days, outcomes = np.tile(DAYS, times), np.tile(OUTCOMES, times)
    whole = won_within(days, outcomes, 365)
    found = influences(whole, DAYS, OUTCOMES)
    for i in range(len(DAYS)):
        keep = np.ones(len(days), dtype=bool)
        keep[i] = False
        assert whole.value - won_within(days[keep], outcomes[keep], 365).value == pytest.approx(
            found[i], rel=0.01, abs=1e-7
        )


deals = st.lists(st.tuples(st.integers(1, 60), st.sampled_from("wlo")), min_size=1, max_size=60)


@given(deals, st.integers(1, 70))
def test_influences_sum_to_zero(rows, horizon):
    days, outcomes = np.array([d for d, _ in rows]), np.array([o for _, o in rows])
    curve = won_within(days, outcomes, horizon)
    assert influences(curve, days, outcomes).sum() == pytest.approx(0.0, abs=1e-9)
    assert curve.variance() >= 0


@given(deals)
def test_outcomes_and_survivors_account_for_everyone(rows):
    days, outcomes = np.array([d for d, _ in rows]), np.array([o for _, o in rows])
    won = won_within(days, outcomes, 100)
    lost = cumulative_incidence(*grouped(days, outcomes == "l", outcomes == "w"), horizon=100)
    assert won.value + lost.value + won.survival[-1] == pytest.approx(1.0)
    assert np.all(np.diff(won.incidence) >= -1e-12)


def test_the_band_is_the_published_one() -> None:
    # Stata, [ST] sts list, remission times of the 6-mercaptopurine arm
    published = {6: (0.6197, 0.9516), 7: (0.5631, 0.9228), 10: (0.5032, 0.8894), 13: (0.4316, 0.8491),
                 16: (0.3675, 0.8049), 22: (0.2678, 0.7468), 23: (0.1881, 0.6801)}  # fmt: skip
    curve = kaplan_meier(*grouped(WEEKS, RELAPSE))
    lo, hi = log_log_band(curve)
    found = {int(t): (low, high) for t, low, high in zip(curve.times, lo, hi, strict=True) if int(t) in published}
    for time, ends in published.items():
        assert found[time] == pytest.approx(ends, abs=5e-5)


def test_where_nobody_left_or_nobody_stayed_there_is_no_width() -> None:
    lo, hi = log_log_band(kaplan_meier([1, 2, 3], [4, 4, 2], [0, 1, 2]))
    assert (lo[0], hi[0]) == (1, 1)
    assert (lo[2], hi[2]) == (0, 0)


def test_a_growing_pipeline_with_losses_nobody_logs():
    """Estimate against the two usual ratios, and the length of the cycle against the median of won deals (c.1, c.3)."""
    rng = np.random.default_rng(3)
    _, won, _ = pipeline(400_000, rng)
    within = won[won <= 365]
    truth, days = len(within) / len(won), float(np.median(within))
    found = []
    for _ in range(80):
        age, won, lost = pipeline(2000, rng)
        curve, is_won, is_lost = won_within_a_year(age, won, lost, 365), won <= age, lost <= age
        ratios = is_won.sum() / (is_won | is_lost).sum(), is_won.mean()
        found.append((curve.value, *ratios, curve.conditional_median(), np.median(won[is_won])))
    value, of_closed, of_created, median, naive = np.mean(found, axis=0)
    assert value == pytest.approx(truth, abs=0.004)
    assert of_closed > 1.25 * truth
    assert of_created < 0.85 * truth
    assert median == pytest.approx(days, abs=2.5)
    assert naive < days - 5
