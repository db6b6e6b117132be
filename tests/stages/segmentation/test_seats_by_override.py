"""Overrides take seats: within capacity, before the rank and who sits there, and never against a hard exit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stages.segmentation.test_tiers import UNASKED, account, row, tiers, verdict

CROWD = [account(f"a{n}", fit=n) for n in range(1, 8)]


def test_an_override_takes_a_seat_and_the_last_in_rank_goes() -> None:
    found = tiers(*CROWD, asked={"a1": "1"}, one_to_one=2, one_to_few=2)
    assert found.by("tiers", value="tier") == {
        "a1": "1", "a7": "1", "a6": "2", "a5": "2", "a4": "3", "a3": "3", "a2": "3",
    }  # fmt: skip
    assert (row(found, "a1")["kept_by"], row(found, "a6")["blocked_by"]) == ("override", "capacity")


def test_it_goes_before_those_who_sit_there() -> None:
    found = tiers(
        *CROWD, asked={"a1": "1", "a2": "2"}, sat={"a7": "1", "a6": "1", "a5": "2"}, one_to_one=2, one_to_few=1
    )
    assert {a for a, t in found.by("tiers", value="tier").items() if t == "1"} == {"a1", "a7"}
    assert {a for a, t in found.by("tiers", value="tier").items() if t == "2"} == {"a2"}
    assert row(found, "a2")["blocked_by"] == "override"


def test_down_out_and_aside() -> None:
    found = tiers(*CROWD, asked={"a7": "3", "a6": "parked", "a5": "excluded", "a4": "2"}, one_to_one=2, one_to_few=2)
    assert found.by("tiers", value="tier") == {
        "a7": "3", "a6": "parked", "a5": "excluded", "a4": "2", "a3": "1", "a2": "1", "a1": "2",
    }  # fmt: skip
    assert {row(found, a)["blocked_by"] for a in ("a7", "a6", "a5", "a4")} == {"override"}


def test_more_overrides_than_seats_go_by_value() -> None:
    found = tiers(*CROWD, asked={"a1": "1", "a2": "1", "a3": "1"}, one_to_one=2, one_to_few=1)
    assert {a for a, t in found.by("tiers", value="tier").items() if t == "1"} == {"a3", "a2"}
    assert row(found, "a1")["blocked_by"] == "override:no_seat"


def test_it_passes_the_gate_the_verdict_and_the_rest_after_a_loss() -> None:
    poor = [verdict("good", "validated"), verdict("bad", "not_worth_closing")]
    known = {**UNASKED, "dimensions_known": 2}
    found = tiers(account("a", segment="bad", readiness=known), account("b", segment=None, readiness=known), verdicts=poor,
                  asked={"a": "1", "b": "2"}, one_to_one=1, one_to_few=1)  # fmt: skip
    assert found.by("tiers", value="tier") == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"do_not_contact": True}, "do_not_contact"),
        ({"competitor": True}, "competitor"),
        ({"stage": "customer"}, "customer"),
    ],
)
def test_hard_exits_win_and_say_so(what: dict[str, object], said: str) -> None:
    found = tiers(account("a", **what), account("b"), asked={"a": "1"}, one_to_one=1, one_to_few=1)  # type: ignore[arg-type]
    assert (row(found, "a")["tier"], row(found, "a")["blocked_by"]) == ("excluded", said)
    assert row(found, "b")["tier"] == "1"


def test_while_a_list_is_put_back_nobody_else_sits() -> None:
    found = tiers(*CROWD, asked={"a1": "1", "a7": "3"}, back={"a1": "1", "a7": "3"}, one_to_one=3, one_to_few=3)
    assert found.by("tiers", value="tier") == {**{f"a{n}": "3" for n in range(2, 8)}, "a1": "1"}
    assert row(found, "a6")["blocked_by"] == "put_back"


@given(
    asked=st.dictionaries(st.sampled_from([f"a{n}" for n in range(1, 8)]), st.sampled_from(["1", "2", "3", "parked"])),
    sat=st.dictionaries(st.sampled_from([f"a{n}" for n in range(1, 8)]), st.sampled_from(["1", "2"])),
)
@settings(max_examples=15, deadline=None)
def test_capacity_holds_whatever_people_ask_for(asked: dict[str, str], sat: dict[str, str]) -> None:
    found = tiers(*CROWD, asked=asked, sat=sat, one_to_one=2, one_to_few=2).by("tiers", value="tier")
    for tier in ("1", "2"):
        wanted = {a for a, t in asked.items() if t == tier}
        there = {a for a, t in found.items() if t == tier}
        assert len(there) <= 2
        assert wanted <= there or there <= wanted
