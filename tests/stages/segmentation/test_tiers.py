"""Tiers: eligible, worth winning, able to decide, then by value; within capacity (methods h.2, rulings)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import DAY, SEATS, Results, run

from tierwise.core.vocabulary import NOT_WORTH, SEATABLE_VERDICTS, VERDICTS
from tierwise.stages.assessment.readiness.spec import QUESTIONS
from tierwise.stages.segmentation.tiers import TiersSpec

READY = {"dimensions_known": 4, "chance_to_act": 0.6, "can_act_one_to_one": True, "heard_one_to_few": True}
WEAK = {
    **READY,
    "chance_to_act": 0.1,
    "can_act_one_to_one": False,
    "blocked_by": "weak:timing",
}
UNASKED = {**WEAK, "dimensions_known": 2, "blocked_by": "unknown:authority"}


def account(name: str, fit: float | None = 50, **more: Any) -> dict[str, Any]:
    """An account as tiers see it; `readiness`, `intent` and `segment` may be None."""
    base = {"segment": "good", "stage": "unaware", "readiness": None, "intent": None, "scorable": True, "since": None}
    return {"account_id": name, "fit": fit, **base, **more}


def verdict(segment: str, word: str, **more: Any) -> dict[str, Any]:
    return {"segment": segment, "verdict": word, "has_revenue": word != "unvalidated", **more}


def tiers(
    *accounts: dict[str, Any], verdicts: Any = None, evidence: bool = False, asked: Any = (), sat: Any = (),
    back: Any = (), **spec: Any,
) -> Results:  # fmt: skip
    def rows(name: str) -> list[dict[str, Any]]:
        return [{"account_id": a["account_id"], **a[name]} for a in accounts if a[name] is not None]

    given = {
        "accounts": [
            {"account_id": a["account_id"], "do_not_contact": a.get("do_not_contact", False),
             "competitor": a.get("competitor", False)} for a in accounts
        ],
        "account_segments": [a for a in ({"account_id": a["account_id"], "segment": a["segment"]} for a in accounts)
                             if a["segment"]],
        "verdicts": [verdict("good", "validated")] if verdicts is None else verdicts,
        "lifecycle": [
            {"account_id": a["account_id"], "stage": a["stage"], "since": a["since"],
             "group_customer": a.get("group_customer", False)} for a in accounts
        ],
        "fit": [
            {"account_id": a["account_id"], "fit": None if a["fit"] is None else Decimal(str(a["fit"])),
             "scorable": a["scorable"]} for a in accounts
        ],
        "intent": rows("intent"),
        "overrides": [{"account_id": a, "tier": t, "expires_on": DAY} for a, t in dict(asked).items()],
        "earlier_memberships": [{"account_id": a, "tier": t, "tier_since": DAY} for a, t in dict(sat).items()],
        "reverted_list": [{"account_id": a, "tier": t, "run_id": "0001"} for a, t in dict(back).items()],
        "readiness": rows("readiness"),
        "evidence": [{"account_id": accounts[0]["account_id"], "answer": "yes"}] if evidence or rows("readiness") else [],
    }  # fmt: skip
    return run(*SEATS, "funnel", given=given, tiers=TiersSpec(**spec))


def seats(*accounts: dict[str, Any], **more: Any) -> dict[str, str]:
    return tiers(*accounts, **more).by("tiers", value="tier")


def row(found: Results, name: str) -> dict[str, Any]:
    return found.one("tiers", account_id=name)


def intent(points: float, bought: bool = False) -> dict[str, Any]:
    return {"intent": Decimal(str(points)), "corroborated": not bought}


# order and capacity


def test_seats_go_by_value_and_stay_within_capacity() -> None:
    crowd = [account(f"a{n}", fit=n) for n in range(1, 8)]
    found = tiers(*crowd, one_to_one=2, one_to_few=3)
    assert found.by("tiers", value="tier") == {
        "a7": "1", "a6": "1", "a5": "2", "a4": "2", "a3": "2", "a2": "3", "a1": "3",
    }  # fmt: skip
    assert found.by("tiers", value="rank") == {f"a{n}": 8 - n for n in range(1, 8)}
    assert {row(found, f"a{n}")["blocked_by"] for n in (1, 2, 3, 4, 5)} == {"capacity"}
    assert row(found, "a7")["blocked_by"] is None


def test_value_counts_as_far_as_there_is_attention_and_equal_values_go_by_fit_then_account_id() -> None:
    worth = [verdict("good", "validated", lifetime_value=100.0)]
    crowd = [
        account("d", 50),
        account("c", 50),
        account("b", 50, intent=intent(20)),
        account("a", 60),
        account("e", None),
    ]
    found = tiers(*crowd, verdicts=worth)
    assert found.by("tiers", value="rank") == {"b": 1, "a": 2, "c": 3, "d": 4, "e": 5}
    assert (row(found, "a")["value"], row(found, "b")["value"]) == (20.0, 36.0)
    aside = tiers(*crowd, verdicts=worth, quiet=1)
    assert aside.by("tiers", value="rank") == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert row(aside, "b")["value"] == 100.0
    # nobody shows any: that says nothing about anybody
    unheard = tiers(account("a"), account("b"), verdicts=worth)
    assert unheard.by("tiers", value="value") == {"a": 100.0, "b": 100.0}


def test_values_that_differ_beyond_six_decimals_are_equal() -> None:
    worth = [
        verdict("good", "validated", lifetime_value=100.0),
        verdict("also", "validated", lifetime_value=100.0000001),
    ]
    crowd = [account("a", segment="good"), account("b", segment="also")]
    assert tiers(*crowd, verdicts=worth).by("tiers", value="rank") == {"a": 1, "b": 2}


def test_bought_signals_do_not_break_a_tie() -> None:
    """Invariant 7: third-party signals alone never promote."""
    both = account("a"), account("b", intent=intent(90, bought=True))
    found = tiers(*both, one_to_one=1, one_to_few=1)
    assert found.by("tiers", value="tier") == {"a": "1", "b": "2"}
    assert row(found, "b")["intent"] == 90
    assert seats(account("a"), account("b", intent=intent(1)), one_to_one=1, one_to_few=1) == {"a": "2", "b": "1"}


def test_intent_is_used_once() -> None:
    """Where a criterion of fit looks at intent, it does not rank again; it is shown all the same."""
    both = account("a"), account("b", intent=intent(90))
    found = tiers(*both, fit_holds_intent=True)
    assert found.by("tiers", value="rank") == {"a": 1, "b": 2}
    assert row(found, "b")["intent"] == 90


def test_value_is_lifetime_value_times_win_rate_times_chance() -> None:
    worth = [
        verdict("good", "validated", lifetime_value=1000.0, win_rate=0.2), verdict("new", "promising", lifetime_value=600.0),
        verdict("odd", "promising", win_rate=0.4),
    ]  # fmt: skip
    crowd = [account("a", readiness=READY), account("b", segment="new", readiness=READY), account("c", segment="odd")]
    found = tiers(*crowd, verdicts=worth)
    expected = {"a": 1000 * 0.2 * 0.6, "b": 600 * 0.3 * 0.6, "c": 800 * 0.4 * 0.35**4}
    assert found.by("tiers", value="value") == pytest.approx(expected, abs=1e-6)


# eligible: excluded is not ever, parked is not now


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"competitor": True}, "competitor"), ({"do_not_contact": True}, "do_not_contact"),
        ({"segment": None}, "outside_universe"), ({"stage": "customer"}, "customer"),
        ({"group_customer": True}, "group_customer"),
    ],
)  # fmt: skip
def test_excluded(more: dict[str, Any], reason: str) -> None:
    found = row(tiers(account("a", 99, **more)), "a")
    assert (found["tier"], found["tier_gate_open"], found["blocked_by"]) == ("excluded", "excluded", reason)
    assert (found["rank"], found["marks"], found["first_question"], found["wake_on"]) == (None, None, None, None)


def test_whose_list_it_is() -> None:
    crowd = [account("a"), account("b", stage="customer"), account("c", group_customer=True)]
    assert seats(*crowd) == {"a": "1", "b": "excluded", "c": "excluded"}
    assert seats(*crowd, scope="customers") == {"a": "excluded", "b": "1", "c": "excluded"}
    assert seats(*crowd, scope="both") == {"a": "1", "b": "1", "c": "1"}
    assert row(tiers(*crowd, scope="customers"), "a")["blocked_by"] == "not_a_customer"


@pytest.mark.parametrize(("stage", "reason"), [("closed_lost", "lost_lately"), ("churned", "churned_lately")])
def test_parked_until_it_rested(stage: str, reason: str) -> None:
    ended = DAY - timedelta(days=89)
    found = row(tiers(account("a", stage=stage, since=ended)), "a")
    assert (found["tier"], found["blocked_by"], found["wake_on"]) == ("parked", reason, ended + timedelta(days=90))
    assert seats(account("a", stage=stage, since=DAY - timedelta(days=90))) == {"a": "1"}


def test_signals_never_let_in_what_the_profile_left_out() -> None:
    """Invariant 7."""
    found = seats(account("a", 99, segment=None, intent=intent(100)), account("b", 1))
    assert found == {"a": "excluded", "b": "1"}


# profiles


@pytest.mark.parametrize("word", VERDICTS)
def test_which_profiles_may_be_seated(word: str) -> None:
    verdicts = [verdict("good", word, has_revenue=True)]
    found = row(tiers(account("a"), verdicts=verdicts), "a")
    if word in SEATABLE_VERDICTS:
        assert (found["tier"], found["blocked_by"]) == ("1", None)
    elif word in NOT_WORTH:
        assert (found["tier"], found["blocked_by"]) == ("excluded", f"profile_{word}")
    else:
        assert (found["tier"], found["blocked_by"]) == ("3", f"verdict:{word}")


@pytest.mark.parametrize(
    ("unvalidated", "has_revenue", "tier"),
    [("auto", False, "1"), ("auto", True, "3"), ("allow", True, "1"), ("allow", False, "1"), ("refuse", False, "3")],
)
def test_unvalidated_profiles(unvalidated: str, has_revenue: bool, tier: str) -> None:
    verdicts = [verdict("good", "unvalidated", has_revenue=has_revenue)]
    found = row(tiers(account("a", readiness=READY), verdicts=verdicts, unvalidated=unvalidated), "a")
    assert found["tier"] == tier
    assert found["marks"] == "profile_unvalidated"
    assert found["blocked_by"] == (None if tier == "1" else "verdict:unvalidated")


def test_what_cannot_be_scored_is_not_seated() -> None:
    found = row(tiers(account("a", 99, scorable=False)), "a")
    assert (found["tier"], found["blocked_by"]) == ("3", "not_scorable")


# readiness


def test_without_any_evidence_the_gate_is_advisory() -> None:
    found = row(tiers(account("a")), "a")
    assert (found["tier"], found["provisional"], found["chance_to_act"]) == ("1", True, 1)
    assert (found["marks"], found["blocked_by"]) == ("readiness_unknown", None)
    assert found["first_question"] == QUESTIONS["pressure"]


def test_from_the_first_finding_on_it_is_required_for_one_to_one() -> None:
    crowd = [account("a", 99), account("b", 98, readiness=WEAK), account("c", 10, readiness=READY)]
    found = tiers(*crowd, one_to_one=2, one_to_few=5)
    assert found.by("tiers", value="tier") == {"a": "2", "b": "2", "c": "1"}
    assert found.by("tiers", value="tier_gate_open") == {"a": "1", "b": "1", "c": "2"}
    assert found.by("tiers", value="blocked_by") == {"a": "gate:unknown:pressure", "b": "gate:weak:timing", "c": None}
    assert found.by("tiers", value="provisional") == {"a": True, "b": False, "c": False}
    assert (row(found, "a")["chance_to_act"], row(found, "b")["first_question"]) == (0.015006, None)


def test_a_seat_of_tier_2_is_provisional_until_somebody_who_counts_answered() -> None:
    unheard = account("a", readiness={**WEAK, "heard_one_to_few": False})
    found = tiers(unheard, account("b", readiness=WEAK), one_to_one=0, one_to_few=2)
    assert found.by("tiers", value="tier") == {"a": "2", "b": "2"}
    assert found.by("tiers", value="provisional") == {"a": True, "b": False}


def test_a_finding_that_no_longer_counts_keeps_the_gate_required() -> None:
    """It was asked once: the ledger holds evidence, though none is fresh enough for a row of readiness."""
    assert seats(account("a", 99), evidence=True) == {"a": "2"}


@pytest.mark.parametrize(
    ("mode", "readiness", "tier"),
    [
        ("required", None, "2"),
        ("advisory", WEAK, "1"),
        ("auto", None, "1"),
        ("auto", WEAK, "2"),
        ("required", READY, "1"),
    ],
)
def test_modes_of_the_gate(mode: str, readiness: Any, tier: str) -> None:
    assert seats(account("a", readiness=readiness), gate_mode=mode) == {"a": tier}


def test_empty_seats_rather_than_unready_accounts() -> None:
    found = tiers(*(account(f"a{n}", n, readiness=WEAK) for n in range(4)), one_to_one=2, one_to_few=1)
    assert sorted(found.by("tiers", value="tier").values()) == ["2", "3", "3", "3"]
    # there is room in tier 1: what keeps every one of them out is the gate, not capacity
    assert set(found.by("tiers", value="blocked_by").values()) == {"gate:weak:timing"}


def test_behind_full_seats_the_unready_wait_for_capacity() -> None:
    crowd = [account("a", 50, readiness=READY), account("b", 5, readiness=WEAK), account("c", 99, readiness=UNASKED)]
    found = tiers(*crowd, one_to_one=1, one_to_few=1)
    assert found.by("tiers", value="blocked_by") == {"a": None, "b": "capacity", "c": "gate:unknown:authority"}
    question = QUESTIONS["authority"]
    assert row(found, "c")["first_question"] == question


# funnel


def test_the_funnel_adds_up() -> None:
    crowd = [
        account("a"), account("b"), account("c"), account("d", segment=None), account("e", stage="customer"),
        account("f", stage="churned", since=DAY), account("g", segment="bad"),
    ]  # fmt: skip
    verdicts = [verdict("good", "validated"), verdict("bad", "avoid")]
    levels = tiers(*crowd, verdicts=verdicts, one_to_one=1, one_to_few=1).by("funnel", "level", value="accounts")
    assert levels == {
        "TAM": 7, "universe": 5, "eligible": 3, "TAL": 2, "tier 1": 1, "tier 2": 1, "tier 3": 1, "parked": 1, "excluded": 3,
    }  # fmt: skip


drawn_accounts = st.lists(
    st.fixed_dictionaries(
        {
            "fit": st.one_of(st.none(), st.integers(0, 100)),
            "segment": st.sampled_from(["good", "bad", "new", None]),
            "stage": st.sampled_from(["unaware", "customer", "closed_lost", "in_deal"]),
            "since": st.sampled_from([date(2024, 6, 1), date(2023, 1, 1)]),
            "readiness": st.sampled_from([None, READY, WEAK, UNASKED]),
            "intent": st.sampled_from([None, intent(10), intent(90, bought=True)]),
            "scorable": st.booleans(),
            "competitor": st.booleans(),
        }
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    drawn=drawn_accounts,
    one=st.integers(0, 3),
    few=st.integers(0, 4),
    mode=st.sampled_from(["auto", "required", "advisory"]),
)
def test_what_holds_for_every_list(drawn: list[dict[str, Any]], one: int, few: int, mode: str) -> None:
    crowd = [account(f"a{n:02}", **row) for n, row in enumerate(drawn)]
    verdicts = [verdict("good", "validated"), verdict("bad", "avoid"), verdict("new", "insufficient_evidence")]
    found = tiers(*crowd, verdicts=verdicts, one_to_one=one, one_to_few=few, gate_mode=mode)
    rows = found["tiers"]
    assert len(rows) == len(crowd)
    given_of = {a["account_id"]: a for a in crowd}
    required = mode == "required" or (mode == "auto" and any(a["readiness"] for a in crowd))
    for name, capacity in (("1", one), ("2", few)):
        for column in ("tier", "tier_gate_open"):
            assert sum(r[column] == name for r in rows) <= capacity
    for r in rows:
        a = given_of[r["account_id"]]
        if r["tier"] in ("1", "2"):
            assert (a["segment"], a["scorable"], a["competitor"]) == ("good", True, False)
        if r["tier"] == "1":
            assert not required or a["readiness"] == READY
        assert (r["blocked_by"] is None) == (r["tier"] == "1")
    ranks = sorted(r["rank"] for r in rows if r["rank"] is not None)
    assert ranks == list(range(1, len(ranks) + 1))
    seated = {t: [r["rank"] for r in rows if r["tier"] == t and (t == "2" or not required)] for t in ("1", "2")}
    assert max(seated["1"], default=0) < min(seated["2"], default=99)
