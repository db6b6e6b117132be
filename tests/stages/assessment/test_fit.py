"""Fit: a weighted mean over what is known, bounds for what is not, and guards on the weights (methods e.1, e.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.steps import Results, run

from tierwise.stages.assessment.fit import FitSpec, guards

ORACLE = {  # methods e.1, the template with seven criteria
    "strategic_fit": 0.25, "revenue_potential": 0.20, "buying_signals": 0.18, "relationship_depth": 0.15,
    "market_timing": 0.12, "firmographic": 0.07, "brand": 0.03,
}  # fmt: skip
STEPS = ("fit_scores", "fit_reasons", "fit")


def scorecard(weights: dict[str, float], scores: dict[str, float | None]) -> FitSpec:
    """A scorecard whose criteria give fixed scores; None is not known."""
    criteria = {
        name: {"weight": weight, "score": {5: "false"}, "otherwise": scores[name]} for name, weight in weights.items()
    }
    return FitSpec.model_validate({"criteria": criteria})


def fit(spec: FitSpec, **tables: Any) -> Results:
    return run(*STEPS, given={"accounts": [{"account_id": "a", "employees": 500}], **tables}, fit=spec)


def test_oracle() -> None:
    scores = dict(zip(ORACLE, (4, 5, 3, 2, 4, 5, 5), strict=True))
    assert fit(scorecard(ORACLE, scores)).one("fit")["fit"] == Decimal("76.4")


def test_oracle_with_one_unknown() -> None:
    scores: dict[str, float | None] = dict(zip(ORACLE, (4, 5, 3, None, 4, 5, 5), strict=True))
    row = fit(scorecard(ORACLE, scores)).one("fit")
    assert row["fit"] == Decimal("82.823529")
    assert (row["lowest"], row["highest"]) == (Decimal("70.4"), Decimal("85.4"))
    assert (row["coverage"], row["scorable"]) == (0.85, True)


def test_unknown_is_not_zero() -> None:
    scores = dict.fromkeys(ORACLE, 4.0)
    known = fit(scorecard(ORACLE, scores)).one("fit")
    one_unknown = fit(scorecard(ORACLE, {**scores, "brand": None}))
    assert one_unknown.one("fit")["fit"] == known["fit"] == 80
    reason = one_unknown.one("fit_reasons", criterion="brand")
    assert (reason["score"], reason["points"], reason["weight"]) == (None, None, 0.03)


def test_too_little_known_is_not_scorable() -> None:
    scores: dict[str, float | None] = dict.fromkeys(ORACLE)
    scores |= {"strategic_fit": 5, "revenue_potential": 5, "firmographic": 5}
    row = fit(scorecard(ORACLE, scores)).one("fit")
    assert (row["fit"], row["coverage"], row["scorable"]) == (100, 0.52, False)
    row = fit(scorecard(ORACLE, {**scores, "market_timing": 0})).one("fit")
    assert (row["coverage"], row["scorable"]) == (0.64, True)
    nothing = fit(scorecard(ORACLE, dict.fromkeys(ORACLE))).one("fit")
    assert (nothing["fit"], nothing["lowest"], nothing["highest"], nothing["scorable"]) == (None, 0, 100, False)


def test_a_scale_is_straight_between_its_anchors() -> None:
    spec = FitSpec.model_validate(
        {
            "criteria": {
                name: {"weight": 0.2, "scale": {"column": "employees", "anchors": {100: 1, 200: 2, 1000: 4}}}
                for name in ("one", "two", "three", "four", "five")
            }
        }
    )
    people = {10: 1, 100: 1, 150: 1.5, 200: 2, 600: 3, 1000: 4, 9999: 4, None: None}
    accounts = [{"account_id": f"{n}", "employees": n} for n in people]
    found = run(*STEPS, given={"accounts": accounts}, fit=spec)
    scores = {row["account_id"]: row["score"] for row in found["fit_reasons"] if row["criterion"] == "one"}
    assert scores == {f"{n}": score for n, score in people.items()}


def test_the_highest_true_condition_counts_and_unknown_above_it_is_unknown() -> None:
    levels = {5: "employees >= 1000", 3: "employees >= 100", 1: "country = 'DE'"}
    spec = FitSpec.model_validate({"criteria": {n: {"weight": 0.2, "score": levels} for n in "abcde"}})
    accounts = [
        {"account_id": "big", "employees": 2000, "country": "DE"}, {"account_id": "mid", "employees": 100},
        {"account_id": "small", "employees": 5, "country": "DE"}, {"account_id": "other", "employees": 5, "country": "FR"},
        {"account_id": "nobody", "country": "FR"}, {"account_id": "unclear", "country": "DE"},
    ]  # fmt: skip
    found = run(*STEPS, given={"accounts": accounts}, fit=spec)
    scores = {row["account_id"]: row["score"] for row in found["fit_reasons"] if row["criterion"] == "a"}
    # 'unclear' may be 5, 3 or 1: the condition that is true speaks, as the least that is certain
    assert scores == {"big": 5, "mid": 3, "small": 1, "other": 0, "nobody": None, "unclear": 1}


def test_an_account_without_contacts_has_none_and_that_is_known() -> None:
    elsewhere = [{"account_id": "b", "known_contacts": 2, "engaged_contacts": 1, "contact_functions": 1}]
    row = fit(FitSpec(), relationship=elsewhere).one("fit_reasons", criterion="relationship_depth")
    assert (row["score"], row["points"]) == (0, 0)


def test_a_company_that_records_no_people_does_not_know_them() -> None:
    row = fit(FitSpec()).one("fit_reasons", criterion="relationship_depth")
    assert (row["score"], row["points"]) == (None, None)


def test_bought_signals_alone_score_nothing() -> None:
    """Invariant 7: third-party signals promote neither directly nor by way of a criterion."""
    weights = {**ORACLE, "intent_seen": 0.1, "strategic_fit": 0.15}
    spec = scorecard(weights, dict.fromkeys(weights, 1.0)).model_dump()
    spec["criteria"]["intent_seen"] = {
        "weight": 0.1,
        "score": {5: "intent >= 50", 3: "families >= 2", 2: "high_intent"},
    }
    signal = {"account_id": "a", "intent": Decimal(90), "people": 3, "families": 2, "high_intent": True, "first_party": True,
              "third_party_only": False, "guarded": False, "corroborated": True}  # fmt: skip
    own = fit(FitSpec.model_validate(spec), intent=[signal])
    bought = fit(FitSpec.model_validate(spec), intent=[{**signal, "corroborated": False}])
    nothing = fit(FitSpec.model_validate(spec), intent=[{**signal, "account_id": "b"}])
    assert own.one("fit_reasons", criterion="intent_seen")["score"] == 5
    assert bought["fit"] == nothing["fit"]


BASE = {
    "strategic_fit": 0.35,
    "revenue_potential": 0.25,
    "relationship_depth": 0.20,
    "firmographic": 0.12,
    "brand": 0.08,
}


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (
            {**BASE, "firmographic": 0.25, "strategic_fit": 0.22},
            "'firmographic' (0.25) must weigh less than 'strategic_fit'",
        ),
        ({**BASE, "firmographic": 0.25, "relationship_depth": 0.07}, "must weigh less than 'revenue_potential' (0.25)"),
        (
            {**BASE, "relationship_depth": 0.14, "buying_signals": 0.06},
            "'brand' (0.08) must weigh less than 'buying_signals'",
        ),
        ({**BASE, "strategic_fit": 0.41, "relationship_depth": 0.14}, "0.40 is the most"),
        ({**BASE, "relationship_depth": 0.19, "other": 0.01}, "below 0.02"),
        ({k: v for k, v in BASE.items() if k != "brand"} | {"strategic_fit": 0.43}, "5 to 8 criteria, this one has 4"),
        ({**{f"c{n}": 0.1 for n in range(8)}, "d": 0.2}, "5 to 8 criteria, this one has 9"),
        ({**BASE, "strategic_fit": 0.36}, "sum to 1.01, not to 1"),
        ({**BASE, "strategic_fit": 0.35 + 2e-9}, "not to 1"),
        ({**BASE, "relationship_depth": 0.1, "readiness": 0.1}, "'readiness' cannot be a criterion"),
        ({**BASE, "relationship_depth": 0.1, "readiness_prior": 0.1}, "'readiness_prior' cannot be a criterion"),
    ],
)
def test_guards(weights: dict[str, float], said: str) -> None:
    assert any(said in problem for problem in guards(weights)), list(guards(weights))
    with pytest.raises(ValidationError):
        scorecard(weights, dict.fromkeys(weights, 1.0))


def test_weights_within_the_guards_pass() -> None:
    for weights in (
        BASE,
        ORACLE,
        {**BASE, "strategic_fit": 0.35 + 5e-10},
        {**BASE, "strategic_fit": 0.40, "brand": 0.03},
    ):
        assert list(guards(weights)) == []
    assert list(guards({name: c.weight for name, c in FitSpec().criteria.items()})) == []


scores_drawn = st.lists(st.one_of(st.none(), st.floats(0, 5).map(lambda x: round(x, 3))), min_size=5, max_size=5)


@settings(max_examples=15, deadline=None)
@given(drawn=scores_drawn, which=st.integers(0, 4), higher=st.floats(0, 5))
def test_bounds_hold_and_raising_one_criterion_never_lowers(
    drawn: list[float | None], which: int, higher: float
) -> None:
    """P.7 for fit, the exact sum of reasons (invariant 4) and the bounds (e.1)."""
    scores = dict(zip(BASE, drawn, strict=True))
    name = list(BASE)[which]
    found = fit(scorecard(BASE, scores))
    row = found.one("fit")
    points = [r["points"] for r in found["fit_reasons"] if r["points"] is not None]
    assert row["fit"] == (sum(points) if points else None)
    if row["fit"] is not None:
        assert row["lowest"] <= row["fit"] <= row["highest"]
        assert 0 <= row["fit"] <= 100
    if scores[name] is not None and higher >= scores[name]:  # type: ignore[operator]
        assert fit(scorecard(BASE, {**scores, name: higher})).one("fit")["fit"] >= row["fit"]
