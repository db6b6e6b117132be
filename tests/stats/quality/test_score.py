"""Oracles of methods m: half-lives, the geometric mean and its minimum, the overlap of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.core.decay import decay
from tierwise.stats.quality.score import Dimension, geometric, half_life_months, jaccard, score

VALUES = (0.95, 0.90, 0.85, 0.70, 0.80, 0.60, 0.90)
WEIGHTS = (0.20, 0.15, 0.20, 0.15, 0.15, 0.05, 0.10)


def test_two_percent_a_month_is_a_half_life_of_almost_33_months() -> None:
    months = half_life_months(0.021)
    assert months == pytest.approx(32.6592, abs=5e-5)
    assert 1 - decay(12, months) == pytest.approx(0.224838, abs=5e-7)  # lost in a year, which compounds


@pytest.mark.parametrize(
    ("age", "half_life", "left"),
    [(12, 32.7, 0.775408), (18, 24, 0.594604), (12, 36, 0.793701)],
)
def test_what_is_left_of_a_value(age: float, half_life: float, left: float) -> None:
    assert decay(age, half_life) == pytest.approx(left, abs=5e-7)


def test_the_score_is_the_weighted_geometric_mean() -> None:
    assert sum(v * w for v, w in zip(VALUES, WEIGHTS, strict=True)) == pytest.approx(0.84)
    assert geometric(VALUES, WEIGHTS) == pytest.approx(0.833921, abs=5e-7)
    assert geometric(VALUES, [2 * w for w in WEIGHTS]) == pytest.approx(0.833921, abs=5e-7)


def test_one_dead_dimension_is_not_averaged_away() -> None:
    assert geometric((0.99, 0.0), (0.9, 0.1)) == 0.0
    assert geometric((0.99, 0.0), (0.9, 0.0)) == pytest.approx(0.99)


def test_what_was_not_measured_leaves_its_weight_to_the_others() -> None:
    assert score([Dimension(0.9, 0.8, 1.0, 0.2)]) == pytest.approx((90.0, 80.0, 100.0))
    assert score([]) is None
    assert score([Dimension(0.9, 0.8, 1.0, 0.0)]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 1)), min_size=1, max_size=7))
def test_a_score_lies_between_the_worst_and_the_best_and_within_its_interval(given: list[tuple[float, float]]) -> None:
    found = score([Dimension(v, max(v - 0.1, 0), min(v + 0.1, 1), w) for v, w in given])
    assert found is not None
    value, lo, hi = found
    values = [v for v, _ in given]
    assert 100 * min(values) - 1e-9 <= value <= 100 * max(values) + 1e-9
    assert lo - 1e-9 <= value <= hi + 1e-9


def test_audiences_of_the_published_example() -> None:
    crm, marketing, ads = "ABCDEFGH", "ABCDEXY", "ABCFGH"
    assert jaccard(crm, marketing) == 0.5
    assert (set(crm) - set(marketing), set(marketing) - set(crm)) == (set("FGH"), set("XY"))
    assert jaccard(crm, ads) == 0.75
    assert set(crm) - set(ads) == set("DE")
    assert jaccard(crm, marketing, ads) == pytest.approx(0.30)
    assert jaccard((), ()) is None
