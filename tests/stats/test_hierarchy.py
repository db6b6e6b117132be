"""Pooled rates: against a plain dense grid, against betas in closed form, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, betaln

from tierwise.stats.hierarchy import pooled_rates, separate_rates
from tierwise.stats.intervals import beta_above, beta_interval
from tierwise.stats.shrinkage import beta_prior

WON = [3, 10, 40, 1, 25, 0, 18]
CLOSED = [4, 30, 100, 6, 120, 3, 60]


def dense(won, trials, bar, cells=80):
    """Mean, 2.5 % and 97.5 % quantile and P(rate > bar) by brute force: every (sd, mean) cell is one beta per segment."""
    share = (np.arange(cells) + 0.5) / cells
    kappa, mean = np.meshgrid(share**-2 - 1, share, indexing="ij")
    a, b = mean * kappa, (1 - mean) * kappa
    likelihood = sum(betaln(k + a, n - k + b) - betaln(a, b) for k, n in zip(won, trials, strict=True))
    weight = np.exp(likelihood - likelihood.max())
    used = weight > 1e-6 * weight.max()
    weight = weight[used] / weight[used].sum()
    at = np.linspace(0, 1, 251)
    rows = []
    for k, n in zip(won, trials, strict=True):
        left, right = (k + a)[used], (n - k + b)[used]
        below = np.array([weight @ betainc(left, right, x) for x in at])
        lo, hi = np.interp([0.025, 0.975], below, at)
        rows.append((weight @ (left / (left + right)), lo, hi, 1 - weight @ betainc(left, right, bar)))
    return np.array(rows)


@pytest.mark.parametrize(("won", "trials"), [(WON, CLOSED), ([2, 1, 6, 9], [14, 24, 37, 60])])
def test_the_posterior_is_that_of_a_dense_grid(won, trials):
    found = pooled_rates(won, trials)
    rows = [(s.value, s.lo, s.hi, p) for s, p in zip(found.shrunk(), found.above(0.3), strict=True)]
    np.testing.assert_allclose(rows, dense(won, trials, 0.3), atol=0.004)


def test_a_rate_on_its_own_is_jeffreys():
    found = separate_rates([0, 3, 50], [10, 4, 100])
    for (k, n), shrunk, above in zip(((0, 10), (3, 4), (50, 100)), found.shrunk(), found.above(0.3), strict=True):
        assert (shrunk.lo, shrunk.hi) == pytest.approx(beta_interval(k + 0.5, n - k + 0.5), abs=4e-4)
        assert shrunk.value == pytest.approx((k + 0.5) / (n + 1), abs=1e-6)
        assert above == pytest.approx(beta_above(k + 0.5, n - k + 0.5, 0.3), abs=3e-4)
        assert shrunk.weight == 0.0


def test_above_another_rate_counts_what_is_unknown_of_both():
    rates, others = separate_rates([30, 30], [100, 100]), separate_rates([30, 2000], [100, 10_000])
    equal, higher = rates.above_rates(others)
    assert equal == pytest.approx(0.5, abs=1e-3)
    draws = np.random.default_rng(1).beta([[30.5], [2000.5]], [[70.5], [8000.5]], (2, 400_000))
    assert higher == pytest.approx((draws[0] > draws[1]).mean(), abs=2e-3)


def test_segments_alike_are_pooled_without_pretending_to_know_their_mean():
    won, trials = [2, 4, 6, 9], [14, 24, 37, 60]
    pooled, alone = pooled_rates(won, trials).shrunk(), separate_rates(won, trials).shrunk()
    full = beta_prior(won, trials)
    # 21 of 135: the mean itself is known to .03; full pooling at its estimate claimed a tenth of that
    assert full.shrink(2, 14).se < 0.004
    for one, own in zip(pooled, alone, strict=True):
        assert 0.025 < one.se < own.se


def test_few_segments_are_not_pooled_and_impossible_counts_are_refused():
    assert pooled_rates(WON[:3], CLOSED[:3]) is None
    for won, trials in ([[1, 2, 3, 5], [4, 4, 4, 4]], [[-1, 2, 3, 4], [4, 4, 4, 4]], [[1, 2], [4, 4, 4]]):
        with pytest.raises(ValueError, match="successes"):
            pooled_rates(won, trials)
    with pytest.raises(ValueError, match="without trials"):
        pooled_rates([1, 2, 3, 0], [4, 4, 4, 0])


def test_no_win_anywhere_and_nothing_but_wins_mirror_each_other():
    never, always = pooled_rates([0] * 4, [10, 20, 30, 40]), pooled_rates([10, 20, 30, 40], [10, 20, 30, 40])
    for low, high in zip(never.shrunk(), always.shrunk(), strict=True):
        assert 0 < low.value < 0.05
        assert high.value == pytest.approx(1 - low.value, abs=1e-9)
        assert (high.lo, high.hi) == pytest.approx((1 - low.hi, 1 - low.lo), abs=1e-9)


counts = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=4, max_size=9
)


@settings(max_examples=40)
@given(counts)
def test_a_value_lies_between_its_own_rate_and_the_others(rows):
    won, trials = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    own = won / trials
    for i, one in enumerate(pooled_rates(won, trials).shrunk()):
        # what it is drawn to is a mean of all, its own rate and that of a first trial included
        least, most = min(own.min(), 0.5), max(own.max(), 0.5)
        pulled = (one.value - (1.0 - one.weight) * own[i]) / one.weight
        assert 0.0 < one.weight < 1.0
        assert 0.0 <= one.lo < one.value < one.hi <= 1.0
        assert least - 0.02 <= pulled <= most + 0.02


@settings(max_examples=40)
@given(counts, st.data())
def test_another_success_never_lowers_a_rate(rows, data):
    won, trials = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    i = data.draw(st.integers(0, len(rows) - 1))
    more = won.copy()
    more[i] = min(won[i] + 1, trials[i])
    before, after = pooled_rates(won, trials), pooled_rates(more, trials)
    low, high = before.shrunk()[i], after.shrunk()[i]
    for name in ("value", "lo", "hi"):
        assert getattr(high, name) >= getattr(low, name) - 2e-3
    assert after.above(0.3)[i] >= before.above(0.3)[i] - 2e-3


@given(st.floats(0.02, 0.98), st.lists(st.tuples(st.floats(0, 1), st.integers(5, 200)), min_size=3, max_size=6))
@settings(max_examples=25)
def test_a_segment_with_many_trials_keeps_its_own_rate(rate, rows):
    trials = np.array([1e6, *(n for _, n in rows)])
    found = pooled_rates(np.array([rate, *(share for share, _ in rows)]) * trials, trials).shrunk()[0]
    assert found.value == pytest.approx(rate, abs=1e-3)
    assert found.hi - found.lo == pytest.approx(4 * (rate * (1 - rate) / 1e6) ** 0.5, rel=0.1)
