"""Claims are judged as their demands say, and a whole company can be played."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tierwise.pipeline.acceptance import CLAIMS, WORLDS, Claim, Played, acceptance
from tierwise.pipeline.acceptance.claims import ENOUGH, Outcome, outcomes
from tierwise.pipeline.acceptance.company import assessed
from tierwise.pipeline.acceptance.lists import lists
from tierwise.simulate import W1, market

LISTS = sorted({claim.of for claim in CLAIMS} | {claim.against for claim in CLAIMS if claim.against})
PLAIN = Played(seats=10, deals=0.2, value=100.0, able=0.5, logo_trap=0.0)


def company(**changed: Played) -> dict[str, Played]:
    return {**dict.fromkeys(LISTS, PLAIN), **changed}


def outcome(name: str, *companies: dict[str, Played]) -> Outcome:
    claim = next(claim for claim in CLAIMS if claim.name == name)
    return next(o for o in outcomes({claim.world: companies}) if o.claim.name == name)


def found(name: str, *companies: dict[str, Played]) -> tuple[float | None, float | None, float | None, bool | None]:
    """Of enough companies: those given, as often as it takes."""
    made = outcome(name, *(list(companies) * ENOUGH))
    return made.median, made.p10, made.pooled, made.holds


def test_a_ratio_is_that_of_two_lists() -> None:
    twice = company(gate=replace(PLAIN, deals=0.4))
    assert found("gate_deals", twice) == (2.0, 2.0, 2.0, True)
    assert found("gate_deals", company()) == (1.0, 1.0, 1.0, False)


def test_the_tenth_percentile_is_that_of_a_company_that_was_seen() -> None:
    companies = [company(gate=replace(PLAIN, deals=0.2 * factor)) for factor in (1.0, 2.0, 3.0, 4.0)]
    median, p10, pooled, holds = found("gate_deals", *companies)
    assert (median, p10, pooled, holds) == (pytest.approx(2.5), pytest.approx(1.0), pytest.approx(2.5), False)


def test_against_nothing_a_ratio_is_infinite_and_no_figure() -> None:
    nothing = company(firmographic=replace(PLAIN, deals=0.0))
    assert found("fit_and_intent_deals", nothing) == (None, None, None, True)
    empty = company(gate=replace(PLAIN, deals=0.0), gate_open=replace(PLAIN, deals=0.0))
    assert found("gate_against_open", empty)[:2] == (0.0, 0.0)


def test_a_company_where_nobody_took_a_seat_has_no_figure_and_is_counted() -> None:
    vacant = company(gate=replace(PLAIN, seats=0, deals=0.0))
    twice = company(gate=replace(PLAIN, deals=0.4))
    made = outcome("gate_deals", vacant, *[twice] * ENOUGH)
    assert (made.p10, made.seeds, made.empty, made.holds) == (2.0, ENOUGH, 1, True)
    nobody = outcome("gate_deals", vacant)
    assert (nobody.median, nobody.seeds, nobody.empty, nobody.holds) == (None, 0, 1, None)


def test_few_companies_decide_nothing() -> None:
    assert outcome("gate_deals", *[company()] * (ENOUGH - 1)).holds is None


def test_a_null_claim_must_stay_low_and_a_share_without_demand_is_only_shown() -> None:
    assert found("null_gate", company())[3] is True
    assert found("null_gate", company(gate=replace(PLAIN, deals=0.4)))[3] is False
    assert found("able_firmographic", company())[3] is None
    assert found("logo_trap_gate", company(gate=replace(PLAIN, logo_trap=0.2)))[3] is False


def test_every_claim_names_a_world_and_every_null_world_has_a_claim() -> None:
    assert {claim.world for claim in CLAIMS} == set(WORLDS)
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS)
    for claim in CLAIMS:
        assert isinstance(claim, Claim)


def test_the_list_without_profiles_does_not_see_them() -> None:
    plain = dict.fromkeys(
        ("standing_reason", "standing", "research_rank", "intent", "tier", "tier_gate_open", "employees", "industry")
    )
    good_profile = {**plain, "key": "a", "fit": 90, "fit_without_profiles": 1.0}
    good_otherwise = {**plain, "key": "b", "fit": 50, "fit_without_profiles": 4.0}
    made = lists([good_profile, good_otherwise], [], 1)
    assert (made["fit_and_intent"], made["without_profiles"]) == (["a"], ["b"])


def test_fit_without_profiles_is_another_fit() -> None:
    """Where it were the same, what profiles add would vanish in every world."""
    rows = [row for row in assessed(market(5, 800, replace(W1, interviewed_share=0.0)), 10) if row["fit"] is not None]
    assert any(abs(float(row["fit"]) - 20 * row["fit_without_profiles"]) > 1 for row in rows)
    assert all(0 <= row["fit_without_profiles"] <= 5 for row in rows if row["fit_without_profiles"] is not None)


def test_a_company_is_played_and_the_same_again() -> None:
    first, second = (acceptance(("reference",), (5,), 800, 10) for _ in range(2))
    assert first == second
    assert {outcome.claim.world for outcome in first} == {"reference"}
    able = {outcome.claim.name: outcome.median for outcome in first}
    assert able["able_firmographic"] is not None
    assert 0.0 <= able["able_firmographic"] <= 1.0
