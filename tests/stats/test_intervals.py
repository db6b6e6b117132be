"""Intervals of proportions and tail probabilities, against published tables."""

import numpy as np
import pytest

from tierwise.stats import intervals


@pytest.mark.parametrize(
    ("successes", "trials", "lo", "hi"),
    [(3, 4, 0.3006, 0.9544), (0, 10, 0.0, 0.2775), (12, 40, 0.1807, 0.4543)],
)
def test_wilson_published(successes, trials, lo, hi):
    assert intervals.wilson(successes, trials) == pytest.approx((lo, hi), abs=5e-5)


def test_net_promoter_is_the_adjusted_wald_of_rocks():
    """Centre and variance of the variable that is 1, 0 or -1, after 3/4, 3/2 and 3/4 answers are added."""
    lo, hi = intervals.net_promoter(45, 30, 25)  # 45.75, 31.5 and 25.75 of 103
    centre, variance = 20 / 103, 71.5 / 103 - (20 / 103) ** 2
    assert (lo + hi) / 2 == pytest.approx(centre)
    assert (hi - lo) / 2 == pytest.approx(1.959964 * (variance / 103) ** 0.5, abs=1e-6)
    assert intervals.net_promoter(4, 0, 0) != (1.0, 1.0), "those who agree are not yet everybody"
    with pytest.raises(ValueError, match="needs an answer"):
        intervals.net_promoter(0, 0, 0)


def test_net_promoter_of_many_answers_is_the_plain_interval():
    # the closed form that is usually printed: 1000 answers, 250 promoters, 75 detractors
    plain = 1.959964 * ((0.325 - 0.175**2) / 1000) ** 0.5
    assert intervals.net_promoter(250, 675, 75) == pytest.approx((0.175 - plain, 0.175 + plain), abs=1.5e-3)


@pytest.mark.parametrize("shares", [(0.45, 0.30, 0.25), (0.75, 0.20, 0.05), (0.1, 0.1, 0.8)])
@pytest.mark.parametrize("answers", [10, 40])
def test_net_promoter_holds_its_level_also_for_few_answers(shares, answers):
    draws = np.random.default_rng(7).multinomial(answers, shares, size=4000)
    ends = np.array([intervals.net_promoter(*draw) for draw in draws.tolist()])
    truth = shares[0] - shares[2]
    assert np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1])) > 0.93


def test_jeffreys_is_the_beta_half_half_posterior_with_closed_ends():
    # Brown, Cai, DasGupta 2001, table: n = 10, x = 3
    assert intervals.jeffreys(3, 10) == pytest.approx((0.093, 0.606), abs=1e-3)
    assert intervals.jeffreys(0, 10)[0] == 0.0
    assert intervals.jeffreys(10, 10)[1] == 1.0


@pytest.mark.parametrize("function", [intervals.wilson, intervals.jeffreys])
@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (5, 4), (-1, 4)])
def test_impossible_counts_are_refused(function, successes, trials):
    with pytest.raises(ValueError, match="successes"):
        function(successes, trials)


def test_t_quantile_takes_fractional_degrees_of_freedom():
    assert intervals.t_quantile(2.878788) == pytest.approx(3.259611, abs=1e-6)
    assert intervals.t_quantile(4) == pytest.approx(2.776445, abs=1e-6)
    assert intervals.normal_quantile() == pytest.approx(1.959964, abs=1e-6)


def test_probability_above_a_bar():
    assert intervals.probability_above(1.0, 0.1, 1.0, 20) == pytest.approx(0.5)
    # t with 10 degrees of freedom: P(T > 1.812461) = 0.05
    assert intervals.probability_above(1.0, 1.0, 1.0 + 1.812461, 10) == pytest.approx(0.05, abs=1e-6)
    assert intervals.probability_above(1.0, None, 0.5, 10) is None
    assert intervals.probability_above(None, 1.0, 0.5, 10) is None
    assert intervals.probability_above(1.0, 0.0, 1.0, 10) == 1.0
    assert intervals.probability_above(0.9, 0.0, 1.0, 10) == 0.0


def test_beta_tail_and_interval():
    # posterior of Beta(2, 8) after 3 of 4
    assert intervals.beta_interval(5, 9) == pytest.approx((0.13858, 0.61427), abs=1e-5)
    assert intervals.beta_above(5, 9, 0.2) == pytest.approx(0.900869, abs=1e-6)
    assert intervals.beta_above(5, 9, -1) == 1.0
    assert intervals.beta_above(5, 9, 2) == 0.0
