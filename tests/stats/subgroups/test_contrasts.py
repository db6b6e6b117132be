"""A group against the others: published qualities, Welch's test, and what sums must not lose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tierwise.stats.ratios import RatioSums, ratio
from tierwise.stats.subgroups.contrasts import Groups, cautious, contrast, quality, smallest_effect


def groups(weight: list[float], value: list[float], member: list[bool] | None = None) -> Groups:
    """The sums of accounts given one by one; `value` is outcome over weight."""
    s, m = np.asarray(weight, dtype=float), np.asarray(value, dtype=float)
    keep = np.ones(len(s), dtype=bool) if member is None else np.asarray(member)
    s, e = s[keep], (s * m)[keep]
    sums = [len(s), s.sum(), e.sum(), s @ s, e @ e, s @ e, len(s)]
    return Groups.of(np.array(sums, dtype=float))


A = [True] * 4 + [False] * 6
YES = [1, 1, 1, 0, 0, 0, 1, 0, 0, 0]
NUMBERS = [1.2, 1.0, 1.3, 0.9, 0.8, 0.9, 0.7, 1.0, 0.6, 1.0]


def test_with_weight_one_and_yes_or_no_quality_is_weighted_relative_accuracy() -> None:
    everybody = groups([1] * 10, YES)
    assert quality(groups([1] * 10, YES, A), everybody, 1.0) == pytest.approx(0.4 * (0.75 - 0.4))


@pytest.mark.parametrize(("exponent", "standard"), [(0.5, 0.32), (1.0, 0.64)])
def test_quality_of_a_mean_is_pysubgroups_divided_by_the_number_of_all(exponent: float, standard: float) -> None:
    """pysubgroup's StandardQFNumeric is n^a (mean - mean of all): not divided by N^a, and never weighted."""
    assert np.mean(NUMBERS) == pytest.approx(0.94)
    inside, everybody = groups([1] * 10, NUMBERS, A), groups([1] * 10, NUMBERS)
    assert inside.value == pytest.approx(1.10)
    assert quality(inside, everybody, exponent) * 10**exponent == pytest.approx(standard)


def test_a_group_is_its_sum_of_outcomes_over_weights_and_not_a_mean_of_ratios() -> None:
    found = groups([1, 1, 1, 1, 96], [2, 2, 2, 2, 80 / 96])
    assert found.value == pytest.approx(0.88)


def test_with_equal_weights_the_contrast_is_welchs_test() -> None:
    rng = np.random.default_rng(3)
    one, other = rng.normal(1.0, 0.2, 30), rng.normal(1.1, 0.5, 55)
    found = contrast(groups([1] * 30, list(one)), groups([1] * 55, list(other)))
    welch = stats.ttest_ind(one, other, equal_var=False)
    assert found.df == pytest.approx(welch.df)
    less = stats.ttest_ind(one, other, equal_var=False, alternative="less").pvalue
    assert (found.p(-1), found.p(1)) == (pytest.approx(less), pytest.approx(1.0 - less))
    interval = welch.confidence_interval(0.95)
    ends = float(found.effect - found.spread(0.95)), float(found.effect + found.spread(0.95))
    assert ends == (pytest.approx(interval.low), pytest.approx(interval.high))


@given(st.lists(st.tuples(st.floats(0.1, 100), st.floats(0, 3), st.booleans()), min_size=3, max_size=40))
def test_value_and_variance_are_those_of_the_retention_of_a_segment(rows: list[tuple[float, float, bool]]) -> None:
    weight, value, member = (list(column) for column in zip(*rows, strict=True))
    mine = groups(weight, value, member)
    keep = np.asarray(member)
    wanted = ratio(RatioSums.of(np.asarray(weight)[keep], (np.asarray(weight) * value)[keep]))
    if wanted.value is None:
        assert np.isnan(mine.value)
        return
    assert mine.value == pytest.approx(wanted.value)
    if wanted.se is None:
        assert np.isnan(mine.variance)
    else:
        assert float(mine.variance) ** 0.5 == pytest.approx(wanted.se, abs=1e-7)
    assert mine.n_eff == pytest.approx(wanted.n_eff)


@given(st.floats(1e-3, 1e6))
def test_the_currency_does_not_matter(rate: float) -> None:
    weight, value = [1.0, 5.0, 2.0, 9.0, 4.0, 7.0], [1.2, 0.0, 1.0, 0.9, 1.4, 1.0]
    member = [True, True, True, False, False, False]
    other = [not x for x in member]
    plain = contrast(groups(weight, value, member), groups(weight, value, other))
    paid = [w * rate for w in weight]
    changed = contrast(groups(paid, value, member), groups(paid, value, other))
    assert changed.effect == pytest.approx(plain.effect)
    assert changed.p(1) == pytest.approx(plain.p(1))


def test_the_others_are_everybody_without_the_group() -> None:
    weight, value = list(range(1, 11)), NUMBERS
    left = groups(weight, value) - groups(weight, value, A)
    wanted = groups(weight, value, [not x for x in A])
    for name in ("n", "k", "s", "e", "ss", "ee", "se"):
        assert getattr(left, name) == pytest.approx(getattr(wanted, name))


def test_the_moderated_variance_is_smyths_mean_of_two() -> None:
    """(d0 s0^2 + d s^2) / (d0 + d): with equal weights s0 is the spread within both sides, d the group's own freedom."""
    one, other = [1.0, 1.1, 1.2, 1.0, 1.2], [0.0, 1.0, 2.0, 1.5, 0.5, 1.0, 1.0]
    found = contrast(groups([1] * 5, one), groups([1] * 7, other), borrowed=30)
    within = (5 * np.var(one) + 7 * np.var(other)) / 12
    mixed = (30 * within + 4 * np.var(one, ddof=1)) / 34
    assert found.se**2 == pytest.approx(mixed / 5 + np.var(other, ddof=1) / 7)


def test_a_small_group_that_nobody_left_is_not_certain() -> None:
    """Twelve that stayed beside 500 of whom one in eight left: a group drawn by lot is like that one time in five."""
    inside, outside = groups([1] * 12, [1.0] * 11 + [1.1]), groups([1] * 500, [0.0] * 62 + [1.0] * 438)
    assert contrast(inside, outside).p(1) < 1e-9
    assert contrast(inside, outside, borrowed=30).p(1) > 0.02
    assert cautious(inside, outside).p(1) > 0.05


def test_a_group_more_uneven_than_the_others_is_judged_by_its_own_spread() -> None:
    inside, outside = groups([1] * 12, [0.0, 3.0] * 6), groups([1] * 500, [1.0, 1.1] * 250)
    assert cautious(inside, outside).se == pytest.approx(contrast(inside, outside).se)
    many, plain = groups([1] * 3000, [0.0, 3.0] * 1500), groups([1] * 500, [1.0, 1.1] * 250)
    assert contrast(many, plain, borrowed=30).se == pytest.approx(contrast(many, plain).se, rel=0.01)


def test_one_account_is_no_evidence() -> None:
    found = contrast(groups([5], [3.0]), groups([1] * 30, [1.0] * 30))
    assert found.p(1) == found.p(-1) == 1.0


def test_the_smallest_effect_is_found_at_the_stated_power() -> None:
    rng = np.random.default_rng(5)
    inside, outside, alpha, power = 60, 400, 0.01, 0.8
    effect = smallest_effect(0.4, inside, outside, alpha, power)
    one, other = rng.normal(1 + effect, 0.4, (4000, inside)), rng.normal(1, 0.4, (4000, outside))
    found = (stats.ttest_ind(one, other, axis=1, equal_var=False, alternative="greater").pvalue <= alpha).mean()
    assert found == pytest.approx(power, abs=0.03)
