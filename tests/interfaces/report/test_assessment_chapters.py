"""The chapters of assessment from their rows: what a cell says, and the one sentence on top."""

from __future__ import annotations

from typing import Any

from tierwise.interfaces.report.chapters.assessment import readiness_map, research
from tierwise.interfaces.report.chapters.assessment.readiness_map import Cell, ReadinessMap, cells


def state(dimension: str, probability: float, **more: Any) -> dict[str, Any]:
    return {
        "dimension": dimension, "probability": probability, "contested": False, "last_observed_at": 1, "informative": 1,
        "age_days": 1, **more,
    }  # fmt: skip


def test_a_cell_says_probability_and_age_or_what_is_missing() -> None:
    rows = [
        state("pressure", 0.75),
        state("ownership", 0.48, contested=True, age_days=9),
        state("timing", 0.3, last_observed_at=None),
    ]
    assert cells(rows, 0.6) == (
        Cell("passes", "75 %", "1 day"),
        Cell("contested", "48 %, contested", "9 days"),
        Cell("missing", "not asked"),
        Cell("stale", "stale"),
    )


def test_the_map_answers_in_one_sentence() -> None:
    assert "tierwise research" in ReadinessMap((), 0, 0, ()).answer
    known = (("in_decision", 1), ("actionable", 2), ("cooling", 4), ("dormant", 3))
    assert ReadinessMap((), 0, 10, known).answer == (
        "Of 10 accounts with evidence 3 can act; 4 could act lately and no longer can"
    )


def test_the_list_says_whom_to_ask_first() -> None:
    row = {"name": "Acme", "dimension": "timing", "minutes_so_far": 90.0}
    said = research.Research([row], 7, 1.5, []).answer
    assert "for 7 accounts" in said
    assert "Acme" in said
    assert "No answer would change" in research.Research([], 0, 0.0, []).answer


def test_a_chapter_names_every_dimension_in_order() -> None:
    assert [cell.said for cell in readiness_map.cells([], 0.6)] == ["not asked"] * 4
