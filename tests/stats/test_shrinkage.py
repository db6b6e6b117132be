"""Partial pooling against published figures and its invariants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.ratios import RatioSums
from tierwise.stats.shrinkage import (
    KAPPA_CAP,
    KAPPA_FLOOR,
    BetaPrior,
    beta_prior,
    beta_prior_by_moments,
    dersimonian_laird,
    morris,
    paule_mandel,
    toward_parent,
)

# BCG vaccine trials (Colditz 1994): vaccinated cases, non-cases, control cases, non-cases
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
        [33, 5036, 47, 5761],
        [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ],
    dtype=float,
)  # fmt: skip
Y = [1.20, 0.80, 1.00, 1.10, 0.95]
V = [0.04, 0.0025, 0.0025, 0.01, 0.0016]
WON = [3, 10, 40, 1, 25, 0, 18]
CLOSED = [4, 30, 100, 6, 120, 3, 60]


@pytest.fixture(scope="module")
def bcg():
    a, b, c, d = BCG.T
    effect = np.log(a / (a + b)) - np.log(c / (c + d))
    return effect, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_dersimonian_laird_bcg(bcg):
    found = dersimonian_laird(*bcg)
    assert (found.tau2, found.mean, found.se) == pytest.approx((0.308760, -0.714117, 0.178742), abs=1e-6)


def test_paule_mandel_bcg(bcg):
    found = paule_mandel(*bcg)
    assert (found.tau2, found.mean, found.se) == pytest.approx((0.318068, -0.714968, 0.180892), abs=2e-6)


def test_paule_mandel_small_example():
    found = paule_mandel(Y, V)
    assert (found.tau2, found.mean) == pytest.approx((0.01135085, 0.96623424), abs=1e-8)


def test_morris():
    found = morris(Y, V)
    assert [s.value for s in found] == pytest.approx([1.108954, 0.815002, 0.996953, 1.068674, 0.951003], abs=1e-6)
    assert [s.se for s in found] == pytest.approx([0.174184, 0.051007, 0.048282, 0.094471, 0.039016], abs=1e-6)


def test_three_segments_are_not_pooled():
    assert morris(Y[:3], V[:3]) is None
    assert beta_prior(WON[:3], CLOSED[:3]) is None


def test_equal_segments_have_no_variance_between():
    assert paule_mandel([1.0, 1.0, 1.0, 1.0], [0.1, 0.2, 0.3, 0.4]).tau2 == 0.0


def test_segments_known_exactly_stay_as_they_are():
    found = morris([1.0, 1.2, 0.8, 0.9], [0.0, 0.0, 0.0, 0.0])
    assert [s.value for s in found] == pytest.approx([1.0, 1.2, 0.8, 0.9])
    assert all(s.se == pytest.approx(0.0, abs=1e-12) for s in found)
    same = morris([1.0] * 4, [0.0, 0.0, 0.1, 0.1])
    assert [s.value for s in same] == pytest.approx([1.0] * 4)


def test_pooling_refuses_what_it_cannot_use():
    for y, v in [([1.0], [0.1]), ([1.0, 2.0], [0.1]), ([1.0, 2.0], [0.1, -1.0]), ([1.0, np.nan], [0.1, 0.1])]:
        with pytest.raises(ValueError, match="pooling"):
            paule_mandel(y, v)


def test_beta_binomial_likelihood():
    prior = beta_prior(WON, CLOSED)
    assert (prior.a, prior.b, prior.kappa) == pytest.approx((15.5634, 35.2225, 50.786), abs=1e-3)
    means = [prior.shrink(k, n).value for k, n in zip(WON, CLOSED, strict=True)]
    assert means == pytest.approx([0.3388, 0.3164, 0.3685, 0.2917, 0.2375, 0.2894, 0.3030], abs=5e-5)
    first = prior.shrink(3, 4)
    assert (first.lo, first.hi) == pytest.approx((0.2208, 0.4680), abs=5e-5)


def test_beta_binomial_moments():
    assert beta_prior_by_moments(WON, CLOSED).kappa == pytest.approx(23.855, abs=5e-4)


def test_beta_posterior():
    prior = BetaPrior(2, 8, "given")
    found = prior.shrink(3, 4)
    assert found.value == pytest.approx(5 / 14)
    assert (found.lo, found.hi) == pytest.approx((0.13858, 0.61427), abs=1e-5)
    assert prior.above(3, 4, 0.2) == pytest.approx(0.900869, abs=1e-6)


def test_kappa_is_capped_without_and_floored_with_extreme_differences():
    assert beta_prior([20, 20, 20, 20], [100] * 4).kappa == pytest.approx(KAPPA_CAP)
    assert beta_prior([0, 50, 0, 50], [50] * 4).kappa == pytest.approx(KAPPA_FLOOR, rel=1e-6)


def test_no_wins_anywhere_is_full_pooling_near_zero():
    prior = beta_prior([0, 0, 0, 0], [10, 20, 30, 40])
    assert prior.kappa == pytest.approx(KAPPA_CAP)
    assert 0 < prior.mean < 0.01


def test_segments_without_trials_do_not_count():
    assert beta_prior([1, 2, 3, 0], [10, 10, 10, 0]) is None


segments = st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-4, 2)), min_size=4, max_size=12)


@given(segments)
def test_shrunk_lies_between_raw_and_pooled(rows):
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    mean = paule_mandel(y, v).mean
    for raw, shrunk in zip(y, morris(y, v), strict=True):
        assert min(raw, mean) - 1e-9 <= shrunk.value <= max(raw, mean) + 1e-9
        assert shrunk.lo <= shrunk.value <= shrunk.hi


@given(segments)
def test_a_precisely_known_segment_keeps_its_own_figure(rows):
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    v[0] = 1e-9
    tau2 = paule_mandel(y, v).tau2
    if tau2 > 1e-3:
        assert morris(y, v)[0].value == pytest.approx(y[0], abs=1e-4)


counts = st.lists(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=4, max_size=10
)


@given(counts)
def test_win_rates_shrink_toward_the_common_rate(rows):
    won, trials = (list(column) for column in zip(*rows, strict=True))
    prior = beta_prior(won, trials)
    assert KAPPA_FLOOR * 0.999 <= prior.kappa <= KAPPA_CAP * 1.001
    for k, n in rows:
        value = prior.shrink(k, n).value
        assert min(k / n, prior.mean) - 1e-9 <= value <= max(k / n, prior.mean) + 1e-9


def test_groups_lean_on_their_parent_by_what_they_lack():
    values, sizes = [1.3, 0.7, 1.1, 0.9, 1.0], [2.0, 60.0, 20.0, 20.0, 1.0]
    found = toward_parent(values, [0.045, 0.0015, 0.0045, 0.0045, np.nan], sizes, 0.95)
    # one variance for all, over each n_eff; mean of gap^2 / (v + tau2) is one; (k - 2) / k of the full weight
    v = 0.09 / np.array(sizes)
    tau2 = next(t for t in np.linspace(0.01, 0.1, 900_001) if ((np.array(values) - 0.95) ** 2 / (v + t)).mean() <= 1)
    weight = v / (v + tau2) * 3 / 5
    assert [s.weight for s in found] == pytest.approx(list(weight), abs=1e-6)
    assert [s.value for s in found] == pytest.approx(list(0.95 + (1 - weight) * (np.array(values) - 0.95)), abs=1e-6)
    assert all(s.lo < s.value < s.hi for s in found)


def test_each_group_may_have_its_own_parent_whose_error_stays():
    values, variances, sizes = [1.0, 1.1, 0.8, 0.9], [0.01] * 4, [10.0] * 4
    found = toward_parent(values, variances, sizes, [1.0, 1.1, 0.8, 0.9], parent_variances=0.004)
    # nothing lies between a group and its parent: only a share 2/4 of the variance between them is left
    assert [s.value for s in found] == pytest.approx(values)
    assert [s.se**2 for s in found] == pytest.approx([0.004 + 0.006 / 2] * 4)


def test_too_few_distinct_groups_are_not_shrunk():
    given = [1.0, 1.1, 0.8, 0.9, 1.2], [0.01] * 5, [10.0] * 5
    assert toward_parent(*(column[:3] for column in given), 1.0) is None
    assert toward_parent(*given, 1.0) is not None
    assert toward_parent(*given, 1.0, distinct=3.0) is None
    with pytest.raises(ValueError, match="effective number"):
        toward_parent([1.0] * 4, [0.1] * 4, [1.0, 1.0, 1.0, 0.0], 1.0)


@given(segments, st.floats(-3, 3))
def test_a_group_lies_between_its_own_figure_and_its_parent(rows, parent):
    y, v = (np.array(column) for column in zip(*rows, strict=True))
    for raw, shrunk in zip(y, toward_parent(y, v, np.full(len(y), 9.0), parent), strict=True):
        assert min(raw, parent) - 1e-9 <= shrunk.value <= max(raw, parent) + 1e-9
        assert shrunk.lo <= shrunk.value <= shrunk.hi


def test_overlapping_groups_are_nearer_to_the_truth_and_covered():
    """Customers by three attributes whose effects add up; all values and pairs of values as groups."""
    rng = np.random.default_rng(8)
    held, raw, better = [], [], []
    for _ in range(60):
        parts = [rng.integers(0, k, 300) for k in (4, 5, 3)]
        true = 0.95 + sum(rng.normal(0, 0.05, part.max() + 1)[part] for part in parts)
        start = rng.lognormal(4, 1, 300)
        end = start * true * rng.lognormal(-0.08, 0.4, 300)
        groups = [part == i for part in parts for i in range(part.max() + 1)]
        groups += [(parts[0] == i) & (parts[1] == j) for i in range(4) for j in range(5)]
        sums = [RatioSums.of(start[g], end[g]) for g in groups]
        total = RatioSums.of(start, end)
        values, sizes = [s.ratio for s in sums], [s.n_eff for s in sums]
        variances = [s.within / (s.n_eff - 1) for s in sums]
        parent_variance = total.within / (total.n_eff - 1)
        found = toward_parent(values, variances, sizes, total.ratio, parent_variance)
        exact = np.array([(true * start)[g].sum() / start[g].sum() for g in groups])
        held += [s.lo <= t <= s.hi for s, t in zip(found, exact, strict=True)]
        raw.append(((np.array(values) - exact) ** 2).mean())
        better.append(((np.array([s.value for s in found]) - exact) ** 2).mean())
    assert np.mean(held) > 0.92
    assert np.mean(better) < 0.4 * np.mean(raw)
