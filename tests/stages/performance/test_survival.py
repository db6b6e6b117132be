"""Survival curves: from counts by month of tenure, as far as enough customers are observed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.steps import Rows, run

from tierwise.stages.performance.survival import SurvivalSpec

COUNTS = [(20, 2), (15, 3), (10, 0), (4, 1)]


def survival(counts: list[tuple[int, int]] = COUNTS, tenures: list[int] | None = None, **spec: Any) -> Rows:
    rows = [
        {"dimension": "segment", "name": "banks", "tenure": k, "paying": n, "margin": 1.0, "at_risk": n, "deaths": d}
        for k, (n, d) in zip(tenures or range(len(counts)), counts, strict=True)
    ]
    return run("survival", given={"value_months": rows}, survival=SurvivalSpec(**spec))["survival"]


def test_the_curve_is_the_product_of_the_months() -> None:
    found = survival(min_at_risk=1)
    assert [row["months"] for row in found] == [1, 2, 3, 4]
    assert [row["survival"] for row in found] == pytest.approx([0.9, 0.72, 0.72, 0.54])
    assert all(row["lo"] < row["survival"] < row["hi"] for row in found)


def test_it_ends_where_too_few_are_observed() -> None:
    assert [row["at_risk"] for row in survival(min_at_risk=5)] == [20, 15, 10]
    assert survival(min_at_risk=21) == []


def test_a_month_that_nobody_was_seen_in_ends_it_too() -> None:
    assert [row["months"] for row in survival(tenures=[0, 1, 3, 4], min_at_risk=1)] == [1, 2]
