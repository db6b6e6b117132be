"""Readiness: log odds from people's answers, the weakest dimension, unknown is neither zero nor no (methods g.2, g.4)."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import DAY, Results, run

from tierwise.core.table import TEXT, Column, Table
from tierwise.core.vocabulary import DIMENSIONS
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.sql.query import compiled
from tierwise.stages.assessment.readiness import HALF_LIVES, ReadinessSpec
from tierwise.stages.assessment.readiness.gate import nominal_agreement
from tierwise.tables.arrow import filled

STEPS = (
    "readiness_days", "answers_by_day", "readiness_by_day", "gate_by_day", "readiness_dimensions", "readiness",
    "demand_temperatures",
)  # fmt: skip
EVEN = ReadinessSpec(prior=0.5, correlation=0.0)


def said(answer: str, dimension: str = "pressure", age: int = 0, who: str = "ann", **more: Any) -> dict[str, Any]:
    moment = datetime.combine(DAY, datetime.min.time()) - timedelta(days=age)
    return {
        "account_id": "a", "respondent": who, "role": "owner", "method": "interview", "dimension": dimension,
        "answer": answer, "observed_at": moment, "record_id": f"{dimension}{who}{age}{answer}{more}", **more,
    }  # fmt: skip


def everywhere(answer: str = "yes", who: str = "ann", **more: Any) -> list[dict[str, Any]]:
    return [said(answer, dimension, who=who, **more) for dimension in DIMENSIONS]


def readiness(
    *answers: dict[str, Any], spec: ReadinessSpec | None = None, stage: str = "unaware", day: date = DAY
) -> Results:
    more = {"accounts": [{"account_id": "a", "owner": "Rep"}], "lifecycle": [{"account_id": "a", "stage": stage}]}
    return run(*STEPS, given={"evidence": answers, **more}, as_of=day, readiness=spec or ReadinessSpec())


def probability(*answers: dict[str, Any], spec: ReadinessSpec | None = None) -> float:
    return float(readiness(*answers, spec=spec).one("readiness_dimensions", dimension="pressure")["probability"])


def test_an_answer_weighs_its_log_likelihood_ratio() -> None:
    ratios = {row["answer"]: row["log_likelihood_ratio"] for row in ReadinessSpec().tables()["spec_answers"]}
    assert ratios["yes"] == pytest.approx(1.734601, abs=5e-7) == -ratios["no"]
    assert ratios["partial"] == ratios["unknown"] == ratios["refused"] == 0
    uneven = ReadinessSpec(sensitivity=0.9, specificity=0.8).tables()["spec_answers"]
    assert uneven[0]["log_likelihood_ratio"] == pytest.approx(log(0.9 / 0.2))
    assert uneven[1]["log_likelihood_ratio"] == pytest.approx(log(0.1 / 0.8))


@pytest.mark.parametrize(
    ("answers", "spec", "expected"),
    [
        ([said("yes")], EVEN, 0.85),
        ([said("yes"), said("yes", who="bob")], EVEN, 0.969799),
        ([said("yes"), said("no", who="bob")], EVEN, 0.5),
        ([said("yes"), said("unknown", who="bob")], EVEN, 0.85),
        ([said("yes", age=90)], EVEN, 0.704184),
        ([said("yes")], None, 0.753165),
        ([said("no")], None, 0.086777),
        ([said("yes", age=90)], None, 0.561749),
        ([said("yes"), said("yes", who="bob")], None, 0.885905),
        ([said("yes"), said("yes", who="bob"), said("yes", who="cyd")], None, 0.932977),
    ],
)
def test_oracles(answers: list[dict[str, Any]], spec: ReadinessSpec | None, expected: float) -> None:
    assert probability(*answers, spec=spec) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("answer", ["unknown", "refused", "partial"])
def test_who_does_not_know_changes_nothing(answer: str) -> None:
    assert probability(said(answer)) == 0.35
    assert probability(said("yes"), said(answer, who="bob")) == probability(said("yes"))
    assert probability(said("no"), said(answer, who="bob")) == probability(said("no"))


@pytest.mark.parametrize("answer", ["unknown", "refused"])
def test_unknown_is_a_question_and_never_a_no(answer: str) -> None:
    """A dimension with no other answer blocks as unknown, like one that nobody was asked about."""
    answers = [a for a in everywhere() + everywhere(who="bob") if a["dimension"] != "timing"]
    unasked = readiness(*answers).one("readiness")
    found = readiness(*answers, said(answer, "timing"), said(answer, "timing", who="bob"))
    assert found.one("readiness") == unasked
    assert (unasked["blocked_by"], unasked["dimensions_known"]) == ("unknown:timing", 3)
    row = found.one("readiness_dimensions", dimension="timing")
    assert (row["unknown_answers"], row["respondents"], row["last_answer"]) == (2, 0, None)


@pytest.mark.parametrize(
    ("more", "weight"),
    [
        ({"role": "economic"}, 1.0), ({"role": "user"}, 0.7), ({"role": "outsider"}, 0.4), ({"role": "hearsay"}, 0.4),
        ({"role": None}, 0.4), ({"role": None, "method": "hearsay"}, 0.4), ({"role": "OWNER", "answer": "YES"}, 1.0),
        ({"role": "owner", "method": "hearsay"}, 0.4), ({"role": "economic", "method": "Hearsay"}, 0.4),
    ],
)  # fmt: skip
def test_roles_weigh(more: dict[str, Any], weight: float) -> None:
    assert readiness({**said("yes"), **more}).one("readiness_dimensions")["yes_weight"] == weight


def test_one_respondent_is_the_latest_answer() -> None:
    assert probability(said("no", age=10), said("yes", age=1)) == probability(said("yes", age=1))
    assert probability(said("yes", age=10), said("no", age=1, who=" Ann ")) == probability(said("no", age=1))


def test_the_gate_opens_for_two_people_on_every_dimension() -> None:
    alone = readiness(*everywhere()).one("readiness")
    assert (alone["can_act_one_to_one"], alone["heard_one_to_few"], alone["blocked_by"]) == (
        False,
        True,
        "respondents",
    )
    twice = readiness(*everywhere(), *everywhere(age=1), *everywhere(who="ANN ")).one("readiness")
    assert (twice["respondents"], twice["can_act_one_to_one"]) == (1, False)
    two = readiness(*everywhere(), *everywhere(who="bob")).one("readiness")
    assert (two["respondents"], two["can_act_one_to_one"], two["blocked_by"]) == (2, True, None)
    assert two["chance_to_act"] == pytest.approx(0.885905**4, abs=1e-6)


@pytest.mark.parametrize("more", [{"role": "outsider"}, {"role": "hearsay"}, {"role": "owner", "method": "hearsay"}])
def test_hearsay_is_no_respondent(more: dict[str, str]) -> None:
    found = readiness(*everywhere(), *everywhere(who="rep", **more)).one("readiness")
    assert (found["respondents"], found["can_act_one_to_one"]) == (1, False)


@pytest.mark.parametrize("missing", DIMENSIONS)
def test_a_dimension_nobody_was_asked_about_closes_the_gate_as_unknown(missing: str) -> None:
    answers = [a for a in everywhere() + everywhere(who="bob") if a["dimension"] != missing]
    found = readiness(*answers).one("readiness")
    assert (found["can_act_one_to_one"], found["blocked_by"]) == (False, f"unknown:{missing}")
    assert (found["weakest_dimension"], found["weakest_probability"]) == (missing, 0.35)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_answers_go_stale_after_two_half_lives(dimension: str) -> None:
    limit = int(2 * HALF_LIVES[dimension])
    others = [a for a in everywhere() + everywhere(who="bob") if a["dimension"] != dimension]
    assert readiness(*others, said("yes", dimension, limit)).one("readiness")["dimensions_known"] == 4
    stale = readiness(*others, said("yes", dimension, limit + 1)).one("readiness")
    assert (stale["dimensions_known"], stale["blocked_by"]) == (3, f"unknown:{dimension}")


def test_an_answer_counts_until_its_own_expiry() -> None:
    assert probability(said("yes", expires_on=DAY)) == 0.753165
    gone = readiness(said("yes", expires_on=date(2024, 6, 29)), *everywhere(who="bob"))
    assert gone.one("readiness_dimensions", dimension="pressure")["respondents"] == 1


def test_the_weakest_dimension_rules() -> None:
    """Oracle g: P = (.9, .8, .3, .7) cannot act although the mean is .675; the product is .151."""
    given_states = [
        {
            "account_id": "a",
            "day": DAY,
            "dimension": d,
            "probability": p,
            "contested": False,
            "last_observed_at": datetime(2024, 6, 1),
        }
        for d, p in zip(DIMENSIONS, (0.9, 0.8, 0.3, 0.7), strict=True)
    ]
    answered = [{"account_id": "a", "day": DAY, "respondent": who, "fresh": True, "counts": True} for who in ("x", "y")]
    found = run("gate_by_day", given={"readiness_by_day": given_states, "answers_by_day": answered}).one("gate_by_day")
    assert found["can_act_one_to_one"] is False
    assert (found["blocked_by"], found["weakest_probability"]) == ("weak:authority", 0.3)
    assert found["chance_to_act"] == pytest.approx(0.9 * 0.8 * 0.3 * 0.7, abs=5e-7)


def test_contested_is_said() -> None:
    answers = everywhere() + everywhere(who="bob")[1:] + [said("no", who="bob")]
    found = readiness(*answers)
    assert found.one("readiness_dimensions", dimension="pressure")["contested"]
    assert found.one("readiness")["blocked_by"] == "contested:pressure"
    weak = readiness(said("yes"), said("no", who="rep", role="hearsay")).one("readiness_dimensions")
    assert not weak["contested"]


def test_a_certain_no_is_zero_and_no_error() -> None:
    sure = ReadinessSpec(correlation=0.0, sensitivity=0.9999, specificity=0.9999)
    found = readiness(*[said("no", who=f"p{n}") for n in range(9)], spec=sure).one("readiness")
    assert (found["weakest_probability"], found["chance_to_act"]) == (0, 0)


def test_facts_without_an_account_count_nowhere() -> None:
    found = readiness({**said("yes"), "account_id": None})
    assert found["readiness_dimensions"] == found["readiness"] == []


@settings(max_examples=12, deadline=None)
@given(
    answers=st.lists(
        st.tuples(st.sampled_from(DIMENSIONS), st.sampled_from(["ann", "bob", "cyd"]), st.integers(0, 100),
                  st.sampled_from(["yes", "no"])),
        min_size=1, max_size=12, unique_by=lambda drawn: drawn[:2],
    ),
    which=st.integers(0, 11),
)  # fmt: skip
def test_a_yes_instead_of_a_no_never_lowers(answers: list[tuple[str, str, int, str]], which: int) -> None:
    """P.7 for can act: raising one dimension lowers neither the gate nor the chance to act."""
    which %= len(answers)
    raised = [(*a[:3], "yes" if n == which else a[3]) for n, a in enumerate(answers)]
    before = readiness(*(said(y, d, age, who) for d, who, age, y in answers)).one("readiness")
    after = readiness(*(said(y, d, age, who) for d, who, age, y in raised)).one("readiness")
    for name in (
        "weakest_probability",
        "chance_to_act",
        "can_act_one_to_one",
        "dimensions_known",
    ):
        assert after[name] >= before[name]


def test_a_respondent_without_a_role_has_the_declared_one() -> None:
    """By default an outsider's: then nobody who counts has answered and the gate stays closed."""
    answers = [*everywhere(role=None), *everywhere(who="bob", role=None)]
    closed = readiness(*answers).one("readiness")
    assert (closed["respondents"], closed["can_act_one_to_one"]) == (0, False)
    told = readiness(*answers, spec=ReadinessSpec(default_role="owner")).one("readiness")
    assert told == readiness(*everywhere(), *everywhere(who="bob")).one("readiness")
    assert (told["respondents"], told["can_act_one_to_one"]) == (2, True)
    hearsay = readiness(
        *(answer | {"method": "hearsay"} for answer in answers), spec=ReadinessSpec(default_role="owner")
    )
    assert hearsay.one("readiness")["respondents"] == 0


def temperature(*answers: dict[str, Any], stage: str = "unaware") -> str:
    return str(readiness(*answers, stage=stage).one("demand_temperatures")["temperature"])


def without(dimension: str, *, who: str = "ann", age: int = 0) -> list[dict[str, Any]]:
    return [a for a in everywhere(who=who, age=age) if a["dimension"] != dimension]


def test_one_account_may_rest_on_research_and_not_on_sales_alone() -> None:
    """Methods g.3: reps do not grade their own deals; one finding of research is enough."""
    by_sales = [*everywhere(method="call_note"), *everywhere(who="bob", interviewer=" rep ")]
    alone = readiness(*by_sales).one("readiness")
    assert (alone["asked_by_research"], alone["can_act_one_to_one"]) == (0, False)
    assert (alone["blocked_by"], alone["can_act"]) == ("reported_by_sales", True)
    joined = readiness(*by_sales, said("yes", who="cyd")).one("readiness")
    assert (joined["asked_by_research"], joined["can_act_one_to_one"]) == (1, True)


def test_a_talker_claims_ownership_at_half_weight() -> None:
    def weight(answer: str, dimension: str, stance: str | None) -> float:
        found = readiness(said(answer, dimension, stance=stance)).one("readiness_dimensions")
        return float(found["yes_weight"] + found["no_weight"])

    assert weight("yes", "ownership", "talker") == 0.5
    assert weight("yes", "ownership", "mobilizer") == weight("yes", "ownership", None) == 1
    assert weight("no", "ownership", "talker") == weight("yes", "authority", "talker") == 1


def test_an_owner_who_does_not_know_the_owner_may_be_half_a_no() -> None:
    rule = ReadinessSpec(knowing_role=True)
    asked = said("unknown", "ownership")
    plain = readiness(asked).one("readiness_dimensions")
    assert (plain["probability"], plain["last_answer"]) == (0.35, None)
    half = readiness(asked, spec=rule).one("readiness_dimensions")
    odds = log(0.35 / 0.65) - 0.5 * log(0.85 / 0.15)
    assert half["probability"] == pytest.approx(1 / (1 + 2.718281828459045**-odds), abs=5e-7)
    other = readiness(said("unknown", "ownership", role="user"), spec=rule).one("readiness_dimensions")
    assert other["probability"] == 0.35


def test_temperatures() -> None:
    two = [*everywhere(), *everywhere(who="bob")]
    assert temperature(*two, stage="in_deal") == "in_decision"
    assert temperature(*two) == temperature(*everywhere()) == "actionable"
    assert temperature(*without("timing"), stage="in_deal") == "mobilising"
    assert temperature(said("yes")) == "pressured"
    assert temperature(said("partial")) == "latent"
    assert temperature(said("no")) == "dormant"
    assert temperature(*without("pressure")) == temperature(said("unknown")) == "unknown"


def test_outside_views_make_nobody_actionable() -> None:
    views = [answer for n in range(9) for answer in everywhere(who=f"p{n}", role="outsider")]
    found = readiness(*views, spec=ReadinessSpec(correlation=0.0))
    assert found.one("readiness")["weakest_probability"] > 0.9
    assert found.one("demand_temperatures")["temperature"] == "mobilising"


@pytest.mark.parametrize(("age", "expected"), [(90, "cooling"), (172, "cooling"), (176, "mobilising")])
def test_cooling_is_what_could_act_within_ninety_days(age: int, expected: str) -> None:
    """Two people's timing stays above the gate for 82 days; 90 days ago answers that are 176 days old now were 86 days old."""
    strong = [said("yes", d, age, who) for d in DIMENSIONS for who in ("ann", "bob")]
    later = [said("yes", d, who=who) for d in ("pressure", "ownership") for who in ("ann", "bob")]
    assert temperature(*strong, *later) == expected


@pytest.mark.parametrize(
    ("answers", "days"),
    [
        # timing has the shortest half-life: logit .35 + 2.6686 x 2^(-age/60) falls below logit .6 after 82.8 days
        (everywhere() + everywhere(who="bob"), 82),
        (
            [{**a, "observed_at": a["observed_at"] - timedelta(days=10)} for a in everywhere() + everywhere(who="bob")],
            72,
        ),
        (everywhere(), 45),
        (everywhere() + everywhere(who="bob", expires_on=DAY + timedelta(days=20)), 20),
    ],
)
def test_an_open_gate_says_until_when_it_stays_open(answers: list[dict[str, Any]], days: int) -> None:
    """On that day it still is; on the next it no longer is, unless what remains after an answer expired is enough."""
    said_of_it = readiness(*answers).one("readiness")
    until = DAY + timedelta(days=days)
    assert said_of_it["can_act"]
    assert said_of_it["recheck_on"] == until
    assert readiness(*answers, day=until).one("readiness")["can_act"]
    after = readiness(*answers, day=until + timedelta(days=1)).one("readiness")
    assert after["can_act"] == (days == 20)
    assert after["recheck_on"] > until if after["can_act"] else after["blocked_by"] == "weak:timing"


@settings(deadline=None, max_examples=25)
@given(
    ages=st.lists(st.tuples(st.sampled_from(["ann", "bob", "cyd"]), st.integers(0, 100)), min_size=1, max_size=3),
    prior=st.sampled_from([0.2, 0.35, 0.5, 0.7]),
    gate=st.sampled_from([0.4, 0.6, 0.8]),
)
def test_a_gate_stays_open_until_the_day_it_says(ages: list[tuple[str, int]], prior: float, gate: float) -> None:
    answers = [a for who, age in dict(ages).items() for a in everywhere(who=who, age=age)]
    spec = ReadinessSpec(prior=prior, gate=gate)
    today = readiness(*answers, spec=spec).one("readiness")
    if not today["can_act"]:
        return
    until = today["recheck_on"]
    assert readiness(*answers, spec=spec, day=until).one("readiness")["can_act"]
    assert not readiness(*answers, spec=spec, day=until + timedelta(days=1)).one("readiness")["can_act"]


def test_a_later_no_cools() -> None:
    before = [*everywhere(age=20), *everywhere(who="bob", age=20)]
    later = [said("no", "authority", 5, who) for who in ("ann", "cyd", "dee")]
    found = readiness(*before, *later).one("demand_temperatures")
    assert (found["temperature"], found["could_act_on"]) == ("cooling", DAY - timedelta(days=20))


def test_when_to_ask_again() -> None:
    weak = readiness(*without("ownership"), said("no", "ownership", 30)).one("readiness")
    assert (weak["blocked_by"], weak["ask_again_on"]) == ("weak:ownership", DAY + timedelta(days=150))
    assert readiness(*without("ownership")).one("readiness")["ask_again_on"] == DAY
    open_gate = readiness(*everywhere(), *everywhere(who="bob")).one("readiness")
    assert open_gate["ask_again_on"] == open_gate["recheck_on"] == DAY + timedelta(days=82)


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units, * missing.
PUBLISHED = ("1 2 3 3 2 1 4 1 2 * * *", "1 2 3 3 2 2 4 1 2 5 * 3", "* 3 3 3 2 3 4 2 2 5 1 *", "1 2 3 3 2 4 4 1 2 5 1 *")


def agreement(observers: tuple[str, ...]) -> tuple[float | None, int]:
    shape = Table("ratings", "one row per rating", tuple(Column(n, TEXT, n) for n in ("account_id", "unit", "answer")))
    rows = [
        {"account_id": "a", "unit": str(unit), "answer": value}
        for observer in observers
        for unit, value in enumerate(observer.split())
        if value != "*"
    ]
    engine = DuckdbEngine()
    try:
        engine.register("ratings", filled(shape, rows), shape.types)
        found = engine.fetch(compiled(nominal_agreement("ratings"), {"ratings": shape}, engine.dialect)).to_pylist()
    finally:
        engine.close()
    return (found[0]["agreement"], found[0]["compared_answers"]) if found else (None, 0)


def test_agreement_is_that_of_the_published_table() -> None:
    assert agreement(PUBLISHED) == (pytest.approx(0.743, abs=5e-4), 40)
    assert agreement(tuple(reversed(PUBLISHED))) == agreement(PUBLISHED)


def test_agreement_of_one_person_or_one_word_says_nothing() -> None:
    assert agreement(("1 2 3",)) == (None, 0)
    assert agreement(("1 1 1", "1 1 1")) == (None, 6)
    assert agreement(("1 2 1 2", "1 2 1 2")) == (1.0, 8)


def test_respondents_agree() -> None:
    mixed = [said("no", "timing"), *without("timing")]
    same = readiness(*mixed, *({**a, "respondent": "bob", "record_id": a["record_id"] + "b"} for a in mixed))
    assert (same.one("readiness")["agreement"], same.one("readiness")["compared_answers"]) == (1.0, 8)
    alone = readiness(*everywhere()).one("readiness")
    assert (alone["agreement"], alone["compared_answers"]) == (None, 0)
