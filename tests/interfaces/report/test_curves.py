"""Pictures of performance: what is drawn is what the rows say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tierwise.interfaces.report import curves
from tierwise.interfaces.report.curves import heat_map, survival_curves, value_map


def month(name: str, months: int, survival: float) -> dict[str, Any]:
    return {"name": name, "months": months, "survival": survival, "lo": survival * 0.8, "hi": min(survival * 1.1, 1.0),
            "at_risk": 20}  # fmt: skip


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.?\d*", path)]


def test_a_curve_steps_down_from_one_at_each_month() -> None:
    drawn = survival_curves([month("banks", 1, 0.9), month("banks", 2, 0.5)], [month("all", 4, 0.4)])
    (curve,) = drawn.curves
    heights = numbers(curve.line)[1::2]
    assert heights == sorted(heights)  # down on the screen
    assert heights[0] == curves.TOP
    assert heights[-1] == pytest.approx(curves.TOP + (curves.HEIGHT - curves.TOP - curves.BOTTOM) * 0.5)
    assert curve.last["months"] == 2
    assert max(numbers(drawn.behind)[0::2]) == curves.WIDTH - curves.RIGHT  # the longest curve fills the width
    assert curve.band.endswith("z")


def test_each_segment_has_a_curve_of_its_own_in_the_order_of_the_rows() -> None:
    drawn = survival_curves([month("b", 1, 0.9), month("a", 1, 0.8)], [])
    assert [curve.name for curve in drawn.curves] == ["b", "a"]
    assert drawn.behind == ""


def test_no_curves_draw_nothing() -> None:
    assert survival_curves([], []).curves == ()


def segment(name: str, win: float | None, value: float | None, **more: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("win_lo", "win_hi", "value_lo", "value_hi"))
    return {"segment": name, "win_rate": win, "value": value, **blank, **more}


def placed(*rows: dict[str, Any], bars: tuple[float | None, float | None] = (None, None)) -> curves.Map:
    return value_map(rows, bars, "{:.0%}".format, "{:,.0f}".format)


def test_more_value_is_higher_and_more_wins_are_further_right() -> None:
    drawn = placed(segment("a", 0.2, 100.0), segment("b", 0.4, 50.0))
    by_name = {point.row["segment"]: point for point in drawn.points}
    assert by_name["a"].y < by_name["b"].y
    assert by_name["a"].x < by_name["b"].x


def test_a_segment_without_one_of_the_two_is_not_on_the_map() -> None:
    assert [point.row["segment"] for point in placed(segment("a", None, 9.0), segment("b", 0.1, 9.0)).points] == ["b"]
    assert placed(segment("a", 0.2, None)).points == ()


def test_intervals_and_bars_are_on_the_same_scale() -> None:
    drawn = placed(segment("a", 0.2, 100.0, win_lo=0.1, win_hi=0.3, value_lo=60.0, value_hi=160.0), bars=(0.2, 100.0))
    (point,) = drawn.points
    assert drawn.bar_x == point.x
    assert drawn.bar_y == point.y
    assert point.x_span is not None
    assert point.x_span[0] < point.x < point.x_span[1] <= curves.MAP_WIDTH
    assert point.y_span is not None
    assert point.y_span[1] < point.y < point.y_span[0] <= curves.MAP_HEIGHT


def test_a_loss_is_below_the_line_of_zero() -> None:
    drawn = placed(segment("a", 0.2, 100.0), segment("b", 0.2, -50.0))
    zero = next(tick.x for tick in drawn.up if tick.label == "0")
    low = next(point for point in drawn.points if point.row["segment"] == "b")
    assert low.y > zero


def test_names_of_neighbours_do_not_lie_on_each_other() -> None:
    labels = [point.label for point in placed(*(segment(n, 0.2, 100.0) for n in "abc")).points]
    assert all(abs(one - other) >= 13 for i, one in enumerate(labels) for other in labels[:i])


def test_a_heat_map_has_a_cell_for_each_cohort_and_age() -> None:
    rows = [
        {"cohort": "2023", "age": 12, "value": 0.5},
        {"cohort": "2023", "age": 24, "value": 1.2},
        {"cohort": "2024", "age": 12, "value": 0.9},
    ]
    drawn = heat_map(rows, 0.6, 1.2)
    assert drawn.ages == (12, 24)
    assert [name for name, _ in drawn.cohorts] == ["2023", "2024"]
    assert [cell.shade for cell in drawn.cohorts[0][1]] == [0, curves.SHADES - 1]
    assert drawn.cohorts[1][1][1].shade is None
