"""Ratio estimator: the worked example, the fixtures of known mistakes, and the invariants."""

import numpy as np
import pytest
from benchmarks.audit_intervals import held
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats import ratios
from tierwise.stats.intervals import wilson
from tierwise.stats.ratios import RatioSums

START = [100, 200, 50, 150, 0, 300]
END = [120, 0, 50, 100, 80, 450]


def test_net_retention_worked_example():
    sums = RatioSums.of(START, END)
    found = ratios.ratio(sums)
    assert found.value == pytest.approx(0.9)
    assert (found.n, found.n_clusters, found.num, found.den) == (5, 5, 720, 800)
    assert found.n_eff == pytest.approx(3.878788, abs=1e-6)
    assert sums.top_share == pytest.approx(0.375)
    assert found.se == pytest.approx(0.3616099, abs=1e-7)
    assert (found.lo, found.hi) == pytest.approx((0.0, 2.078708), abs=2e-6)
    assert found.grade == "C"


def test_gross_and_logo_retention_worked_example():
    assert ratios.gross(RatioSums.of(START, np.minimum(START, END))).value == pytest.approx(0.6875)
    logos = ratios.proportion(RatioSums.of(np.array(START) > 0, (np.array(START) > 0) & (np.array(END) > 0)))
    assert logos.value == pytest.approx(0.8)
    # no clusters: exactly Wilson on 4 of 5
    assert (logos.lo, logos.hi) == pytest.approx((0.375535, 0.963774), abs=1e-5)


def test_mean_of_ratios_is_avoided():
    found = ratios.ratio(RatioSums.of([1, 1, 1, 1, 96], [2, 2, 2, 2, 80]))
    assert found.value == pytest.approx(0.88)
    assert np.mean(np.array([2, 2, 2, 2, 80]) / [1, 1, 1, 1, 96]) == pytest.approx(1.767, abs=1e-3)


def test_an_unmerged_duplicate_would_halve_retention():
    split, truth = RatioSums.of([100, 100], [0, 100]), RatioSums.of([100, 100], [0, 100], ["a", "a"])
    assert ratios.ratio(split).value == 0.5
    # one parent: the value is the sum over both, and one cluster has no interval
    found = ratios.ratio(truth)
    assert (found.n, found.n_clusters, found.se, found.lo, found.grade) == (2, 1, None, None, "C")


def test_constant_currency_example():
    assert ratios.ratio(RatioSums.of([110, 100], [121, 100])).value == pytest.approx(1.052381, abs=1e-6)


def test_one_account_and_no_account():
    one = ratios.ratio(RatioSums.of([100], [90]))
    assert (one.value, one.se, one.lo, one.hi, one.grade) == (0.9, None, None, None, "C")
    assert one.n_eff == 1.0
    none = ratios.ratio(RatioSums.of([], []))
    assert (none.value, none.n, none.grade) == (None, 0, "C")
    assert ratios.proportion(RatioSums.of([], [])).value is None


def test_subsidiaries_of_one_parent_widen_the_interval():
    rng = np.random.default_rng(3)
    start = np.repeat(rng.lognormal(4, 0.5, 40), 3)
    end = start * np.repeat(rng.uniform(0, 2, 40), 3)
    parents = np.repeat(np.arange(40), 3)
    alone, grouped = RatioSums.of(start, end), RatioSums.of(start, end, parents)
    assert grouped.ratio == pytest.approx(alone.ratio)
    assert grouped.se > 1.5 * alone.se
    kept, whole = (end > 0.5 * start).astype(float), np.ones(120)
    assert ratios.proportion(RatioSums.of(whole, kept, parents)).lo < ratios.proportion(RatioSums.of(whole, kept)).lo
    everybody = RatioSums.of(whole, whole, parents)
    assert ratios.design_effect(everybody) == pytest.approx(3.0)


def test_simpson_is_flagged():
    """Small and big: A 900->945 and 100->80, B 100->108 and 900->756. B is better in both bands and worse in total."""
    a, b, both = [(900, 945), (100, 80)], [(100, 108), (900, 756)], [(1000, 1053), (1000, 836)]
    found_a, found_b = ratios.standardise(a, both), ratios.standardise(b, both)
    assert found_a.value == pytest.approx((1.05 + 0.80) / 2)
    assert found_b.value == pytest.approx((1.08 + 0.84) / 2)
    # against all (.9445): A looks better (1.025) and is worse (.925), B looks worse (.864) and is better (.96)
    assert (found_a.simpson, found_b.simpson) == (True, True)
    assert not ratios.standardise(both, both).simpson
    assert ratios.standardise([(900, 945), (0, 0)], both) is None
    assert ratios.standardise([], []) is None


def test_pool_gives_single_account_segments_a_variance():
    rng = np.random.default_rng(5)
    many = [RatioSums.of(s := rng.lognormal(4, 1, n), s * rng.uniform(0.3, 1.6, n)) for n in (40, 60, 25, 1)]
    pooled = ratios.pool(many)
    assert all(shrunk is not None and shrunk.se > 0 for shrunk in pooled)
    # the single account leans on its siblings most
    assert pooled[3].weight == max(shrunk.weight for shrunk in pooled)
    assert ratios.pool(many[:3]) == (None, None, None)
    with_empty = ratios.pool([*many, RatioSums.of([], [])])
    assert with_empty[4] is None
    assert with_empty[:4] == pooled


def test_estimate_carries_its_pooled_figures_clipped():
    many = [RatioSums.of([100.0] * 3, [5.0, 0.0, x]) for x in (0.0, 1.0, 400.0, 9.0)]
    pooled = ratios.pool(many)
    found = ratios.ratio(many[0]).pooled(pooled[0], floor=0.0)
    assert found.shrunk_value == pooled[0].value
    assert found.shrunk_lo == 0.0
    assert found.degrees_of_freedom == 2.0


accounts = st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(0, 1e6), st.integers(0, 8)), min_size=2, max_size=40)


def columns(rows):
    return (np.array(column) for column in zip(*rows, strict=True))


@given(accounts, st.randoms())
def test_order_does_not_matter(rows, random):
    s, e, g = columns(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = ratios.ratio(RatioSums.of(s, e, g)), ratios.ratio(RatioSums.of(*columns(shuffled)))
    assert first.value == pytest.approx(second.value)
    assert first.n_eff == pytest.approx(second.n_eff)
    assert (first.se or 0.0) == pytest.approx(second.se or 0.0, rel=1e-6, abs=1e-6)


@given(accounts, st.floats(0.001, 1000))
def test_the_unit_of_money_does_not_matter(rows, scale):
    s, e, g = columns(rows)
    first, second = RatioSums.of(s, e, g), RatioSums.of(s * scale, e * scale, g)
    assert first.ratio == pytest.approx(second.ratio)
    assert (first.se or 0.0) == pytest.approx(second.se or 0.0, rel=1e-6, abs=1e-6)


@given(accounts)
def test_an_account_that_starts_at_zero_changes_nothing(rows):
    s, e, g = columns(rows)
    assert RatioSums.of(s, e, g) == RatioSums.of(np.append(s, 0.0), np.append(e, 99.0), np.append(g, 1))


@given(accounts)
def test_gross_is_at_most_net_and_at_most_one(rows):
    s, e, g = columns(rows)
    gross, net = RatioSums.of(s, np.minimum(s, e), g).ratio, RatioSums.of(s, e, g).ratio
    assert gross <= min(1.0, net) + 1e-12


@given(accounts)
def test_effective_number_is_between_one_and_the_clusters(rows):
    sums = RatioSums.of(*columns(rows))
    assert 1 - 1e-9 <= sums.n_eff <= sums.clusters + 1e-9


@given(accounts)
def test_standard_error_is_the_textbook_formula(rows):
    s, e, _ = columns(rows)
    r = e.sum() / s.sum()
    residual = ((e - r * s) ** 2).sum()
    expected = (len(s) / (len(s) - 1) * residual) ** 0.5 / s.sum()
    assert RatioSums.of(s, e).se == pytest.approx(expected, rel=1e-4, abs=1e-5 * max(r, 1.0))


def test_shares_of_families_hold_the_truth_where_independent_accounts_do_not():
    """Two fifths of the accounts are in groups that are good or bad together; figures: docs/methods/audit.md."""
    independent, families = held("families", 300, 0.3, 0.5, 400, np.random.default_rng(7)) / 400
    assert independent < 0.85
    assert 0.90 <= families <= 0.98


def test_one_cluster_is_one_observation_whatever_its_share():
    found = ratios.proportion(RatioSums.of([1.0] * 50, [1.0] * 25 + [0.0] * 25, [1] * 50))
    assert (found.value, found.n_eff, found.grade) == (0.5, 1.0, "C")
    assert (found.lo, found.hi) == pytest.approx(wilson(0.5, 1))
