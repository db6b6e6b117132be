"""The chapters of performance from their rows: on which side a verdict stands, which bar is drawn, which ages fit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tierwise.core.vocabulary import VERDICTS
from tierwise.interfaces.report.chapters.performance import cohorts, estimates, survival, verdicts
from tierwise.interfaces.report.chapters.performance.value_map import common, side

RETENTION = "net_revenue_retention"


def test_every_verdict_stands_on_one_side() -> None:
    sides = {word: side(word) for word in VERDICTS}
    assert sides["positioning_gap"] == "worth"
    assert sides["closeable_not_worth_closing"] == "not-worth"
    assert sides["promising"] == side(None) == "open"


def test_only_a_bar_that_all_share_is_drawn() -> None:
    assert common([0.2, None, 0.2]) == 0.2
    assert common([900.0, 700.0]) is None


def test_verdicts_are_answered_in_their_own_order_and_many_are_counted() -> None:
    rows = [{"segment": name, "verdict": "watch"} for name in ("a_1", "b", "c", "d", "e")]
    said = verdicts.answer([*rows, {"segment": "f", "verdict": "validated"}])
    assert said == "validated: f; watch: a 1, b, c and 2 more"
    assert "`segments:`" in verdicts.answer([])


def kept(name: str, value: float | None, shrunk: float | None = None, grade: str = "A") -> dict[str, Any]:
    dimension = "total" if name == "all" else "segment"
    return {"dimension": dimension, "name": name, "value": value, "shrunk_value": shrunk, "grade": grade}


def test_retention_is_answered_by_what_counts() -> None:
    rows = [kept("banks", 2.0, 1.2), kept("shops", 0.7), kept("new", None), kept("all", 1.0)]
    assert (
        estimates.answer(rows) == "Net revenue retention: 100 % for everybody, 70 % (shops) to 120 % (banks) by segment"
    )
    assert estimates.answer([kept("all", 1.0)]) == "Net revenue retention: 100 % for everybody"
    assert "no revenue records have landed" in estimates.answer([])


def test_a_figure_of_too_little_evidence_answers_nothing() -> None:
    rows = [kept("banks", 1.2), kept("shops", 9.4, grade="C"), kept("all", 1.0)]
    assert estimates.answer(rows) == "Net revenue retention: 100 % for everybody, 120 % (banks) by segment"
    assert estimates.answer([kept("all", 4.7, grade="C")]).startswith("Too little evidence for net revenue retention")


def stay(name: str, months: int, chance: float) -> dict[str, Any]:
    return {"name": name, "months": months, "survival": chance}


def test_survival_is_compared_at_the_last_month_that_all_reach() -> None:
    own = [stay("banks", 6, 0.9), stay("banks", 24, 0.8), stay("shops", 12, 0.5)]
    said = survival.answer(own, [stay("all", 3, 0.7), stay("all", 30, 0.2)])
    assert said == "Still customers 1 year after they began: 70 % of all customers, 90 % of banks, 50 % of shops"
    assert "land `subscriptions`" in survival.answer([], [])


@pytest.mark.parametrize(("longest", "ages"), [(4, (1, 2, 3, 4)), (36, (3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36))])
def test_ages_that_fit_on_a_page(longest: int, ages: tuple[int, ...]) -> None:
    rows = [{"metric": RETENTION, "cohort": date(2024, 1, 1), "age": age, "value": 1.0} for age in range(longest + 1)]
    assert cohorts.heat(rows).ages == ages


def test_cohorts_are_answered_after_a_year_or_as_soon_as_one_is_old_enough() -> None:
    rows = [{"age": age, "value": value} for age, value in ((0, 1.0), (6, 0.9), (12, 0.8), (12, 1.3), (18, 0.1))]
    assert cohorts.answer(rows) == "After 1 year, 2 cohorts hold 80 % to 130 % of the revenue of their first month"
    assert cohorts.answer([{"age": 15, "value": 0.5}]).startswith("After 15 months, one cohort holds 50 %")
    assert "land subscriptions" in cohorts.answer(rows[:1])
