"""What would lift an account: said of accounts whose place is known, and tried out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.steps import SEATS, Results, run

from tierwise.stages.assessment.fit import CriterionSpec, FitSpec
from tierwise.stages.segmentation.tiers import TiersSpec

WEIGHTS = {
    "strategic_fit": 0.35,
    "revenue_potential": 0.25,
    "relationship_depth": 0.2,
    "firmographic": 0.12,
    "brand": 0.08,
}
FIT = FitSpec(
    criteria={
        name: CriterionSpec(weight=weight, score={score: f"employees >= {score}" for score in (5, 3, 1)})
        for name, weight in WEIGHTS.items()
    }
)
Scores = dict[str, float | None]


def company(*scores: float | None) -> Scores:
    return dict(zip(WEIGHTS, scores, strict=True))


def listed(
    *accounts: Scores, by_value: bool = False, seats: tuple[int, int] = (0, 1), **changes: dict[str, Any]
) -> Results:
    """Tiers and lifts of accounts a0, a1, ... with these scores; `changes` replace columns of their candidates."""
    names = [f"a{i}" for i in range(len(accounts))]
    fits = {n: _fit(scores) for n, scores in zip(names, accounts, strict=True)}
    given = {
        "fit_reasons": [{"account_id": n, "criterion": c, "weight": WEIGHTS[c], "score": scores[c]}
                        for n, scores in zip(names, accounts, strict=True) for c in WEIGHTS],
        "fit": [{"account_id": n, "fit": fits[n], "lowest": _fit(a, 0.0), "highest": _fit(a, 5.0), "scorable": True,
                 "coverage": sum(WEIGHTS[c] for c in WEIGHTS if a[c] is not None)}
                for n, a in zip(names, accounts, strict=True)],
        "verdicts": [{"segment": "x", "verdict": "validated", "lifetime_value": 100.0 if by_value else None}],
        "candidates": [
            {"account_id": n, "team": "", "segment": "x", "standing": "eligible", "seatable": True, "ready_one_to_one": True,
             "fit": fits[n], "readiness_known": True, "chance_to_act": 1.0, "value": 100.0 if by_value else float(fits[n]),
             "open_value": 100.0 if by_value else float(fits[n]), "attention": Decimal(0), **changes.get(n, {})}
            for n in names
        ],
    }  # fmt: skip
    steps = (*SEATS[2:], "tier_cuts", "lifts")
    return run(*steps, given=given, fit=FIT, tiers=TiersSpec(one_to_one=seats[0], one_to_few=seats[1]))


def _fit(scores: Scores, unknown: float | None = None) -> Decimal:
    known = {c: (scores[c] if scores[c] is not None else unknown) for c in scores}
    there = {c: s for c, s in known.items() if s is not None}
    total = sum(WEIGHTS[c] for c in there)
    return Decimal(f"{20 * sum(WEIGHTS[c] * s for c, s in there.items()) / total:.6f}")


def test_the_fewest_points_of_score_are_the_cheapest() -> None:
    # the seat went at 60; the second has 48: strategic_fit from 3 to 5 brings 14, relationship_depth from 1 to 5 brings 16
    found = listed(company(3, 3, 3, 3, 3), company(3, 3, 1, 1, 1)).one("lifts", account_id="a1")
    assert (found["kind"], found["subject"]) == ("several", None)
    found = listed(company(3, 3, 3, 3, 3), company(3, 3, 1, 3, 1)).one("lifts", account_id="a1")
    assert (found["kind"], found["subject"], found["from_score"], found["to_score"]) == (
        "criterion",
        "strategic_fit",
        3,
        5,
    )
    assert found["condition"] == "employees >= 5"
    assert found["fit_needed"] == 60.000001


def test_what_is_only_unknown_goes_first_and_is_a_question() -> None:
    found = listed(company(4, 4, 4, 4, 4), company(4, None, 4, 3, 3)).one("lifts", account_id="a1")
    assert (found["kind"], found["subject"], found["from_score"], found["to_score"]) == (
        "data",
        "revenue_potential",
        None,
        5,
    )
    assert found["straddles"] == "up"


def test_what_is_unknown_may_cost_a_seat() -> None:
    found = listed(company(4, None, 4, 4, 4), company(4, 4, 4, 4, 3))
    assert found.one("lifts", account_id="a0")["straddles"] == "down"
    assert found.one("lifts", account_id="a0")["kind"] == "none"
    assert found.one("lifts", account_id="a1")["straddles"] is None


def test_where_value_ranks_no_score_is_promised() -> None:
    worth_less = {"a1": {"value": 50.0, "open_value": 50.0}}
    found = listed(company(1, 1, 1, 1, 1), company(5, 5, 5, 5, 3), by_value=True, **worth_less)
    lift = found.one("lifts", account_id="a1")
    assert (lift["kind"], lift["subject"], lift["fit_needed"], lift["value_needed"]) == ("value", None, None, 100)


def test_where_answers_could_make_up_for_the_value_they_are_asked_for() -> None:
    unsure = {"a1": {"value": 50.0, "chance_to_act": 0.4, "gate_block": "unknown:timing"}}
    lift = listed(company(1, 1, 1, 1, 1), company(5, 5, 5, 5, 3), by_value=True, **unsure).one("lifts", account_id="a1")
    assert (lift["kind"], lift["subject"]) == ("readiness", "unknown:timing")


def test_equal_values_are_told_apart_by_fit() -> None:
    lift = listed(company(3, 3, 3, 3, 3), company(3, 3, 1, 3, 1), by_value=True).one("lifts", account_id="a1")
    assert (lift["kind"], lift["subject"]) == ("criterion", "strategic_fit")


def test_the_gate_and_the_verdict_come_before_scores() -> None:
    blocked = {"a1": {"ready_one_to_one": False, "gate_block": "weak:authority"}}
    lift = listed(company(4, 4, 4, 4, 4), company(5, 5, 5, 5, 5), seats=(1, 1), **blocked).one("lifts", account_id="a1")
    assert (lift["tier"], lift["kind"], lift["subject"]) == ("2", "gate", "weak:authority")
    unproven = {"a1": {"seatable": False, "seat_block": "verdict:watch"}}
    lift = listed(company(4, 4, 4, 4, 4), company(5, 5, 5, 5, 5), **unproven).one("lifts", account_id="a1")
    assert (lift["tier"], lift["kind"], lift["subject"]) == ("3", "profile", "verdict:watch")


SCORE = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 3.0, 5.0]))


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 3.0, 5.0]), *[SCORE] * 4), min_size=3, max_size=6), st.booleans())
def test_a_change_that_is_named_does_lift(rows: list[tuple[float | None, ...]], by_value: bool) -> None:
    accounts = [company(*row) for row in rows]
    for lift in listed(*accounts, by_value=by_value)["lifts"]:
        if lift["to_score"] is None:
            continue
        place = int(lift["account_id"][1:])
        changed = [dict(a) for a in accounts]
        changed[place][lift["subject"]] = lift["to_score"]
        assert listed(*changed, by_value=by_value).one("tiers", account_id=lift["account_id"])["tier"] == lift["target"]
