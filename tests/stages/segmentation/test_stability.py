"""Which accounts compete in the draws, what their values may be, and what is then said of their seats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from numpy.testing import assert_allclose
from tests.steps import SEATS, Results, run

from tierwise.stages.segmentation.stability import StabilitySpec, segment_spread
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

WEIGHTS = {
    "strategic_fit": 0.35,
    "revenue_potential": 0.25,
    "relationship_depth": 0.2,
    "firmographic": 0.12,
    "brand": 0.08,
}
STEPS = (*SEATS[2:], "contenders", "contender_scores", "stability")


def listed(scores: Any, by_value: bool = False, seats: tuple[int, int] = (2, 3), **spec: Any) -> Results:
    """Stability of accounts a000, a001, ...; all in segment x and worth the same where value ranks."""
    table = np.asarray(scores, dtype=float)
    names = [f"a{i:03d}" for i in range(len(table))]
    rows = [{c: None if np.isnan(s) else float(s) for c, s in zip(WEIGHTS, row, strict=True)} for row in table]

    def fit(row: dict[str, float | None], unknown: float | None = None) -> Decimal:
        there = {c: unknown if s is None else s for c, s in row.items() if s is not None or unknown is not None}
        return Decimal(
            f"{20 * sum(WEIGHTS[c] * (s or 0) for c, s in there.items()) / sum(WEIGHTS[c] for c in there):.6f}"
        )

    given = {
        "fit_reasons": [{"account_id": n, "criterion": c, "weight": WEIGHTS[c], "score": row[c]}
                        for n, row in zip(names, rows, strict=True) for c in WEIGHTS],
        "fit": [{"account_id": n, "fit": fit(row), "lowest": fit(row, 0.0), "highest": fit(row, 5.0)}
                for n, row in zip(names, rows, strict=True)],
        "verdicts": [{"segment": "x", "verdict": "validated", "lifetime_value": 100.0 if by_value else None}],
        "candidates": [
            {"account_id": n, "team": "", "segment": "x", "standing": "eligible", "seatable": True, "ready_one_to_one": True,
             "fit": fit(row), "readiness_known": True, "chance_to_act": 1.0, "attention": Decimal(0),
             "value": 100.0 if by_value else float(fit(row)), "open_value": 100.0 if by_value else float(fit(row))}
            for n, row in zip(names, rows, strict=True)
        ],
    }  # fmt: skip
    made = StabilitySpec(draws=400, **spec)
    return run(*STEPS, given=given, stability=made, tiers=TiersSpec(one_to_one=seats[0], one_to_few=seats[1]))


def test_far_ahead_is_robust_and_neck_and_neck_is_not() -> None:
    found = listed([[5] * 5, [5] * 5, [3, 2, 5, 1, 3], [2, 3, 4, 5, 1], [3, 3, 3, 2, 1], [3, 3, 2, 2, 3], [0] * 5])
    standing = found.by("stability", value="standing")
    assert standing["a000"] == standing["a001"] == "robust"
    assert standing["a004"] != "robust"
    assert "a006" not in standing
    assert found.one("stability", account_id="a005")["near_miss"]


def test_the_same_is_said_where_fit_breaks_ties_of_value() -> None:
    scores = np.random.default_rng(2).integers(0, 6, (30, 5))
    by_fit, by_value = (listed(scores, by_value=mode).by("stability", value="stays") for mode in (False, True))
    assert by_fit == by_value


def test_who_cannot_reach_a_seat_is_not_drawn_and_that_changes_nothing() -> None:
    scores = np.random.default_rng(3).integers(0, 6, (200, 5)).astype(float)
    some = listed(scores)
    order = np.argsort(-(scores @ np.array(list(WEIGHTS.values()))), kind="stable")
    assert 5 <= len(some["contenders"]) < 150
    best = listed(scores[np.sort(order[: len(some["contenders"])])])
    kept = sorted(row["stays"] for row in some["stability"] if not row["near_miss"])
    assert_allclose(sorted(row["stays"] for row in best["stability"] if not row["near_miss"]), kept, atol=0.01)


def test_more_than_the_model_draws_over_are_counted() -> None:
    found = listed([[3] * 5] * 130, contenders=100)
    assert len(found["contenders"]) <= 130
    assert len(found["contenders"]) + found["contenders"][0]["left_out"] <= 130
    crowded = listed([[np.nan, 3, 3, 3, 3]] * 130, contenders=100)
    assert len(crowded["contenders"]) == 100
    assert {row["left_out"] for row in crowded["stability"]} == {30}


def test_what_is_unknown_makes_a_seat_less_sure() -> None:
    known = [[4, 4, 4, 4, 4], [4, 4, 4, 4, 4], [3, 3, 3, 3, 3]]
    unknown = [[4, np.nan, 4, 4, 4], [4, 4, 4, 4, 4], [3, 3, 3, 3, 3]]
    sure, unsure = (listed(scores, seats=(2, 0)).one("stability", account_id="a000") for scores in (known, unknown))
    assert sure["stays"] == 1
    assert 0.5 < unsure["stays"] < 1
    assert unsure["stays_weights"] == 1


def test_a_segment_without_a_value_of_its_own_may_lie_as_far_off_as_segments_do() -> None:
    tables = dictionary()
    verdicts = filled(tables["verdicts"], [
        {"segment": "x", "lifetime_value": 100.0}, {"segment": "y", "lifetime_value": 300.0}, {"segment": "z"},
    ])  # fmt: skip
    of_x, of_y = {"dimension": "segment", "name": "x"}, {"dimension": "segment", "name": "y"}
    worth = [{**of_x, "value": 100.0, "se": 10.0},
             {**of_y, "value": 310.0, "se": 9.0, "shrunk_value": 300.0, "shrunk_se": 60.0}]  # fmt: skip
    won = [{**of_x, "value": 0.2, "se": 0.05}]
    found = segment_spread(verdicts, filled(tables["lifetime_value"], worth), filled(tables["win_rates"], won))
    assert_allclose(found["x"], np.sqrt(np.log(1.01) + np.log(1 + 0.25**2)))
    assert_allclose(found["y"], np.sqrt(np.log(1 + 0.2**2)))
    assert_allclose(found["z"], np.sqrt(np.log(1 + 0.5)))  # 100 and 300 lie 0.707 of their mean apart
