"""The index with its bounds, the quantiles that it rests on, and what must pay for itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.market.motion import break_even, index, motion, quantile_draws, score

ANCHORS = {15_000: 0, 50_000: 2, 100_000: 4}
GRID = (0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.75, 0.8, 0.9, 1)


def test_break_even_as_published() -> None:
    """Methods b.6: 12,000 for an uplift of .06 on 250,000 returns 1.25; it breaks even at 200,000, or at .048."""
    found = break_even(12_000, 250_000, 0.06)
    assert found.pays_back == pytest.approx(1.25)
    assert found.required_value == pytest.approx(200_000)
    assert found.required_uplift == pytest.approx(0.048)


def test_what_is_not_known_stays_unknown() -> None:
    assert break_even(12_000, None, None) == (found := break_even(12_000, None, None))
    assert (found.required_uplift, found.required_value, found.pays_back) == (None, None, None)
    assert break_even(12_000, -5, 0.1).required_uplift is None


def test_scores_are_straight_between_the_anchors_and_level_beyond() -> None:
    assert score([0, 15_000, 32_500, 50_000, 75_000, 100_000, 9e9], ANCHORS).tolist() == [0, 0, 1, 2, 3, 4, 4]
    assert float(score(3_000, {1_000: 4, 5_000: 2, 20_000: 0})) == 3


def test_an_unknown_criterion_is_left_out_and_bounds_say_so() -> None:
    found = index({"a": 4, "b": None}, {"a": 0.25, "b": 0.75})
    assert (found.value, found.lowest, found.highest, found.coverage) == (100, 25, 100, 0.25)
    nothing = index({"a": None}, {"a": 1})
    assert (nothing.value, nothing.lowest, nothing.highest, nothing.coverage) == (None, 0, 100, 0)
    with pytest.raises(ValueError, match="no criterion has weight"):
        index({"a": 1}, {"a": 0})


@given(st.dictionaries(st.sampled_from("abcd"), st.one_of(st.none(), st.floats(0, 4)), min_size=4), st.floats(0, 4))
def test_finding_out_keeps_the_index_within_its_bounds(scores: dict[str, float | None], found: float) -> None:
    weights = {"a": 0.4, "b": 0.3, "c": 0.2, "d": 0.1}
    before = index(scores, weights)
    known = {name: found if value is None else value for name, value in scores.items()}
    after = index(known, weights)
    assert before.lowest - 1e-9 <= after.value <= before.highest + 1e-9
    assert after.lowest == pytest.approx(after.highest)


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "demand_generation_led"), (34.9, "demand_generation_led"), (35, "both"), (65, "both"), (65.1, "abm_led")],
)
def test_the_answer_is_a_mix_between_two_ends(value: float, word: str) -> None:
    assert motion(value, 35, 65) == word


@pytest.mark.parametrize(("n", "least"), [(10, 0.87), (20, 0.90), (50, 0.92)])
def test_intervals_of_a_median_hold_it(n: int, least: float) -> None:
    """Contract values, lognormal with sigma 1.25; docs/methods/motion_fit.md has the table from 4,000 runs."""
    rng, held = np.random.default_rng(3), 0
    for _ in range(600):
        values = np.quantile(rng.lognormal(0, 1.25, n), GRID)
        lo, hi = np.quantile(quantile_draws(GRID, values.tolist(), 0.5, n, rng, 500), [0.025, 0.975])
        held += lo <= 1 <= hi
    assert held / 600 >= least
