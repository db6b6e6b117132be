"""Many tests at once, against published numbers and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.subgroups.multiplicity import (
    benjamini_hochberg,
    benjamini_yekutieli,
    bonferroni,
    median_of_splits,
    order_factors,
)

# Benjamini and Hochberg 1995, section 3.2: fifteen hypotheses about thrombolysis, ordered
BH_1995 = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_benjamini_hochberg_1995_rejects_four_where_bonferroni_rejects_three() -> None:
    assert (benjamini_hochberg(BH_1995) <= 0.05).sum() == 4
    assert (benjamini_yekutieli(BH_1995) <= 0.05).sum() == 3
    assert (bonferroni(BH_1995) <= 0.05).sum() == 3
    assert benjamini_hochberg(BH_1995)[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])


@given(CHANCES)
def test_adjusting_never_makes_a_chance_smaller_nor_changes_the_order(p: list[float]) -> None:
    hochberg, yekutieli, each = benjamini_hochberg(p), benjamini_yekutieli(p), bonferroni(p)
    assert np.all(np.asarray(p) <= hochberg + 1e-12)
    assert np.all(hochberg <= yekutieli + 1e-12)
    assert np.all(hochberg <= each + 1e-12)
    order = np.argsort(p, kind="stable")
    assert np.all(np.diff(hochberg[order]) >= -1e-12)


@given(CHANCES, st.randoms())
def test_the_order_in_which_tests_come_does_not_matter(p: list[float], random: object) -> None:
    mixed = list(enumerate(p))
    random.shuffle(mixed)  # type: ignore[attr-defined]
    adjusted = benjamini_hochberg([value for _, value in mixed])
    back = dict(zip((i for i, _ in mixed), adjusted, strict=True))
    assert [back[i] for i in range(len(p))] == pytest.approx(list(benjamini_hochberg(p)))


def test_the_strongest_proposal_pays_least_and_all_pay_together_what_bonferroni_asks() -> None:
    factors = order_factors([[5.0, 9.0, 7.0, 1.0]], [[True, True, True, False]])
    assert factors[0] == pytest.approx([3 * 11 / 6, 1 * 11 / 6, 2 * 11 / 6, np.inf])
    assert order_factors([[0.0, 0.0]], [[False, False]]).tolist() == [[np.inf, np.inf]]


@given(st.lists(st.tuples(st.floats(0, 9), st.booleans()), min_size=1, max_size=24))
def test_the_shares_of_the_error_add_up_to_one(proposals: list[tuple[float, bool]]) -> None:
    strength, tested = zip(*proposals, strict=True)
    shares = 1.0 / order_factors(strength, tested)
    assert shares.sum() == pytest.approx(float(any(tested)))


def test_twice_the_median_over_splits() -> None:
    assert median_of_splits([0.01, 0.2, 1, 0.03, 0.04]) == pytest.approx(0.08)
    assert median_of_splits([[0.9, 0.9, 1.0], [0.1, 0.2, 0.3]]) == pytest.approx([1.0, 0.4])


def test_a_profile_that_half_of_the_splits_never_proposed_is_not_found() -> None:
    assert median_of_splits([1e-9, 1e-9, 1.0, 1.0, 1.0]) == 1.0


@pytest.mark.parametrize("p", [[-0.1], [1.1], [float("nan")]])
def test_what_is_no_chance_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg(p)


def test_nothing_to_test_is_nothing_found() -> None:
    assert len(benjamini_hochberg([])) == len(bonferroni([])) == 0
