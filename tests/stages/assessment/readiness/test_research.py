"""Whom to ask next: what an answer is worth, per hour, where the gate must open (methods g.6)."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.steps import DAY, Results, run

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.stages.assessment.readiness import ReadinessSpec, ResearchSpec

STEPS = ("research_pool", "research_outcomes", "research_questions", "research", "research_coverage")
ORACLE = (0.9, 0.8, 0.3, 0.7)


def candidate(account: str = "a", worth: float = 100.0, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account, "segment": "core", "standing": "eligible", "seatable": True, "open_value": worth, "fit": 50,
        **more,
    }  # fmt: skip


def state(dimension: str, probability: float, account: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "account_id": account, "dimension": dimension, "probability": probability, "informative": 0, "contested": False,
        "last_observed_at": datetime(2024, 6, 1), **more,
    }  # fmt: skip


def heard(account: str = "a", **more: Any) -> dict[str, Any]:
    return {"account_id": account, "respondents": 2, "asked_by_research": 2, "can_act_one_to_one": False, **more}


def asked(
    candidates: list[dict[str, Any]], *, spec: ResearchSpec | None = None, **given: list[dict[str, Any]]
) -> Results:
    return run(*STEPS, given={"candidates": candidates, **given}, research=spec or ResearchSpec())


def oracle(cost: float, probabilities: tuple[float, ...] = ORACLE, **gate: Any) -> Results:
    states = [state(d, p) for d, p in zip(DIMENSIONS, probabilities, strict=True)]
    spec = ResearchSpec(act_cost=cost)
    return asked([candidate()], spec=spec, readiness_dimensions=states, readiness=[heard(**gate)])


@pytest.mark.parametrize(("cost", "expected"), [(12.0, (0.372, 1.212, 5.412, 2.052)), (25.0, (0.0, 0.0, 3.852, 0.0))])
def test_oracles(cost: float, expected: tuple[float, ...]) -> None:
    """V = 100, P = (.9, .8, .3, .7)."""
    found = oracle(cost).by("research_questions", "dimension", value="information")
    assert [found[d] for d in DIMENSIONS] == pytest.approx(expected, abs=5e-4)


def test_only_the_answer_that_can_open_the_gate_is_worth_asking() -> None:
    found = oracle(12.0)
    worth = found.by("research_questions", "dimension", value="worth_asking")
    # authority at .3 closes the gate whatever is said elsewhere: 8.532 if one more answer opens it, .36 x (35.70 - 12)
    assert worth == {"pressure": 0, "ownership": 0, "authority": pytest.approx(8.532, abs=5e-4), "timing": 0}
    first = found.one("research")
    assert (first["ask"], first["dimension"], first["people"], first["minutes"]) == ("question", "authority", 1, 15)
    assert first["worth_per_hour"] == pytest.approx(4 * 8.532, abs=5e-3)


def test_an_open_gate_is_asked_about_when_it_goes_stale() -> None:
    passing = (0.9, 0.8, 0.7, 0.7)
    late = oracle(12.0, passing, can_act_one_to_one=True, recheck_on=DAY.replace(month=7, day=10))
    early = oracle(12.0, passing, can_act_one_to_one=True, recheck_on=DAY.replace(month=9))
    assert late.one("research")["worth_asking"] > 0
    assert sum(r["worth_asking"] for r in early["research"]) < late.one("research")["worth_asking"] / 4


def test_nobody_was_asked_yet() -> None:
    """No single answer changes anything, and yet the list is not empty: people are missing, so interviews are."""
    found = asked([candidate("a", 100.0), candidate("b", 300.0), candidate("c", 200.0)])
    assert {row["information"] for row in found["research_questions"]} == {0}
    assert {row["state"] for row in found["research_questions"]} == {"missing"}
    listed = [(row["account_id"], row["ask"], row["people"], row["minutes_so_far"]) for row in found["research"]]
    assert listed == [("b", "interview", 2, 90), ("c", "interview", 2, 180), ("a", "interview", 2, 270)]
    assert {(row["role_wanted"], row["dimension"]) for row in found["research"]} == {("owner", "pressure")}


def test_interviews_are_worth_what_every_combination_of_answers_is() -> None:
    """Two people, four dimensions: the gate opens only on two yeses everywhere, .8859 each."""
    found = asked([candidate()]).one("research")
    both = 0.35 * 0.85**2 + 0.65 * 0.15**2
    assert found["worth_asking"] == pytest.approx(both**4 * (100 * 0.885905**4 - 100 * 0.6**4), abs=1e-5)


def test_who_is_half_way_goes_before_who_is_worth_as_much() -> None:
    half = [state(d, 0.753165, "b", informative=1) for d in DIMENSIONS]
    dead = [state(d, 0.086777, "c", informative=1) for d in DIMENSIONS]
    people = [heard("b", respondents=1), heard("c", respondents=1)]
    found = asked([candidate("a"), candidate("b"), candidate("c")], readiness_dimensions=half + dead, readiness=people)
    assert [row["account_id"] for row in found["research"]] == ["b", "a"]
    assert found.one("research", account_id="b")["people"] == 1


def test_only_accounts_that_may_be_seated_are_asked() -> None:
    rows = [candidate("a", standing="parked"), candidate("b", seatable=False), candidate("c", open_value=None)]
    assert asked(rows)["research"] == []


def test_of_those_nobody_was_asked_about_the_most_valuable_are_looked_at() -> None:
    many = [candidate(f"a{n}", float(n)) for n in range(1, 9)]
    found = asked(many, spec=ResearchSpec(accounts=3))
    assert [row["account_id"] for row in found["research"]] == ["a8", "a7", "a6"]


def test_states_and_coverage() -> None:
    states = [
        state("pressure", 0.9), state("ownership", 0.35, contested=True),
        state("authority", 0.5, informative=1, last_observed_at=None), state("timing", 0.35, last_observed_at=None),
    ]  # fmt: skip
    found = asked([candidate(), candidate("b")], readiness_dimensions=states, readiness=[heard()])
    known = {r["dimension"]: r["state"] for r in found["research_questions"] if r["account_id"] == "a"}
    assert [known[d] for d in DIMENSIONS] == ["passes", "contested", "stale", "unknown"]
    rows = {
        r["dimension"]: (r["accounts"], r["asked"], r["answered"], r["stale"], r["passing"])
        for r in found["research_coverage"]
    }
    assert rows == {
        "pressure": (2, 1, 1, 0, 1), "ownership": (2, 1, 1, 0, 0), "authority": (2, 1, 0, 1, 0), "timing": (2, 1, 0, 0, 0),
    }  # fmt: skip


def test_three_people_may_be_needed() -> None:
    spec = ResearchSpec(readiness=ReadinessSpec.model_validate({"respondents": {"one_to_one": 3}}))
    assert asked([candidate()], spec=spec).one("research")["people"] == 3
