"""The pictures of a report from its rows: on which side a verdict stands, which bars are drawn, which ages fit."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tierwise.core.vocabulary import VERDICTS
from tierwise.interfaces.report.pictures import pictures, side


def content(**rows: Any) -> Any:
    """What the pictures look at in the content of a report."""
    bars = {"win_rate": {"banks": 0.2, "shops": 0.2}, "lifetime_value": {"banks": 900.0, "shops": 700.0}}
    return SimpleNamespace(**({"survival": [], "cohorts": [], "segments": [], "win_rates": [], "lifetime_value": [],
                               "bars": bars} | rows))  # fmt: skip


def estimate(name: str, value: float | None, shrunk: float | None = None) -> dict[str, Any]:
    return {"dimension": "segment", "name": name, "value": value, "lo": None, "hi": None, "shrunk_value": shrunk,
            "shrunk_lo": shrunk, "shrunk_hi": shrunk}  # fmt: skip


def test_every_verdict_stands_on_one_side() -> None:
    sides = {word: side(word) for word in VERDICTS}
    assert sides["positioning_gap"] == "worth"
    assert sides["closeable_not_worth_closing"] == "not-worth"
    assert sides["promising"] == side(None) == "open"


def test_the_map_shows_pooled_figures_and_only_a_bar_that_all_share() -> None:
    drawn = pictures(
        content(
            segments=[{"segment": "banks", "verdict": "validated"}, {"segment": "shops", "verdict": "avoid"}],
            win_rates=[estimate("banks", 0.5, 0.4), estimate("shops", 0.1)],
            lifetime_value=[estimate("banks", 1000.0, 900.0), estimate("shops", None)],
        )
    )["map"]
    (point,) = drawn.points  # shops have no value
    assert (point.row["win_rate"], point.row["value"]) == (0.4, 900.0)
    assert drawn.bar_x is not None
    assert drawn.bar_y is None


def test_curves_are_of_segments_with_everybody_behind() -> None:
    def at(dimension: str, name: str) -> dict[str, Any]:
        return {"dimension": dimension, "name": name, "months": 1, "survival": 0.9, "lo": 0.8, "hi": 1.0, "at_risk": 9}

    drawn = pictures(content(survival=[at("segment", "banks"), at("total", "all")]))["survival"]
    assert [curve.name for curve in drawn.curves] == ["banks"]
    assert drawn.behind


@pytest.mark.parametrize(("longest", "ages"), [(4, (1, 2, 3, 4)), (36, (3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36))])
def test_ages_that_fit_on_a_page(longest: int, ages: tuple[int, ...]) -> None:
    rows = [
        {"metric": "net_revenue_retention", "cohort": date(2024, 1, 1), "age": age, "value": 1.0}
        for age in range(longest + 1)
    ]
    assert pictures(content(cohorts=rows))["heat"].ages == ages
