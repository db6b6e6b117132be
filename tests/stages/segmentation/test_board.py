"""The board: seats by team and by hours, who is next, what the next seat brings, why seats are empty."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.steps import SEATS, Results, run

from tierwise.stages.segmentation.alarms import AlarmsSpec
from tierwise.stages.segmentation.tiers import TiersSpec

EFFORT = {"one_to_one": {"people": 40, "executives": 2}, "one_to_few": {"people": 4, "executives": 0}}


def board(
    *accounts: tuple[str, float, str | None], blocked: dict[str, dict[str, Any]] | None = None, **spec: Any
) -> Results:
    """Accounts as (name, value, team); `blocked` replaces columns of their candidates."""
    given = {
        "candidates": [
            {"account_id": name, "team": team, "segment": "x", "standing": "eligible", "seatable": team is not None,
             "seat_block": None if team is not None else "no_team", "readiness_known": True, "ready_one_to_one": True,
             "value": value, "open_value": value, "attention": Decimal(0), **(blocked or {}).get(name, {})}
            for name, value, team in accounts
        ],
        "verdicts": [{"segment": "x", "verdict": "validated", "lifetime_value": 1.0}],
    }  # fmt: skip
    steps = (*SEATS[2:], "hours", "seats", "alarms")
    return run(*steps, given=given, tiers=TiersSpec.model_validate(spec), alarms=AlarmsSpec())


def test_the_price_of_the_next_seat_and_who_would_take_it() -> None:
    """u = 1, 0.4, 0.1: a third seat of tier 1 takes c out of tier 2, whose seat goes to d; a second of tier 2 goes to d."""
    found = board(("a", 100, ""), ("b", 90, ""), ("c", 80, ""), ("d", 50, ""), one_to_one=2, one_to_few=1)
    first, second = found["seats"]
    assert (first["taken"], first["empty"], first["next_account_id"], first["unit"]) == (2, 0, "c", "money")
    assert first["price"] == pytest.approx(80 * 0.6 + 50 * 0.3)
    assert (second["taken"], second["next_account_id"], second["next_value"]) == (1, "d", 50)
    assert second["price"] == pytest.approx(50 * 0.3)
    assert {row["empty_because"] for row in found["seats"]} == {None}


def test_empty_seats_say_why() -> None:
    closed = {"ready_one_to_one": False, "gate_block": "weak:timing", "seat_lost": "gate:weak:timing"}
    found = board(("a", 9, ""), ("b", 8, ""), blocked={"a": closed, "b": closed}, one_to_one=2, one_to_few=5)
    first, second = found["seats"]
    assert (first["taken"], first["empty"], first["empty_because"], first["empty_accounts"]) == (
        0,
        2,
        "gate:weak:timing",
        2,
    )
    assert (second["empty"], second["empty_because"], second["price"]) == (3, None, None)


def test_capacity_by_team() -> None:
    teams = {"North": {"one_to_one": 1, "one_to_few": 0}, "South": {"one_to_one": 1, "one_to_few": 1}}
    found = board(("a", 9, "North"), ("b", 8, "North"), ("c", 1, "South"), ("d", 99, None), per="owner", teams=teams)
    assert found.by("tiers", value="tier") == {"a": "1", "b": "3", "c": "1", "d": "3"}
    assert found.by("tiers", value="blocked_by")["d"] == "no_team"
    seats = {(row["team"], row["tier"]): (row["seats"], row["taken"]) for row in found["seats"]}
    assert seats == {("North", "1"): (1, 1), ("North", "2"): (0, 0), ("South", "1"): (1, 1), ("South", "2"): (1, 0)}


def test_hours_make_seats_and_say_which_resource_is_scarce() -> None:
    crowd = [(name, 100.0 - n, "") for n, name in enumerate("abcdef")]
    found = board(*crowd, hours={"people": 88, "executives": 9}, effort=EFFORT)
    assert [(row["tier"], row["seats"]) for row in found["seats"]] == [("1", 2), ("2", 2)]
    people, executives = found.one("hours", resource="people"), found.one("hours", resource="executives")
    assert (people["used"], executives["used"], executives["brings"]) == (88, 4, 0)
    assert (people["more"], people["brings"]) == (4, pytest.approx(96 * 0.3)), (
        "40 hours would bring 87.6: less per hour"
    )
    limited = board(*crowd, hours={"people": 88}, one_to_one=0, one_to_few=2, effort=EFFORT)
    assert sorted(limited.by("tiers", value="tier").values()) == ["2", "2", "3", "3", "3", "3"]


@settings(max_examples=15)
@given(
    drawn=st.lists(
        st.tuples(st.integers(1, 9), st.sampled_from((0.02, 0.5, 1.0)), st.sampled_from(("N", "S"))),
        min_size=5,
        max_size=30,
    ),
    one=st.integers(0, 3),
    few=st.integers(0, 3),
)
def test_with_the_gate_open_seats_go_by_the_open_value(drawn: list[tuple[int, float, str]], one: int, few: int) -> None:
    """Of all accounts, also of those that are far from any seat as long as the gate stands."""
    crowd = {f"{n:02d}": one_of for n, one_of in enumerate(drawn)}
    gated = {
        name: {"open_value": worth, "ready_one_to_one": chance > 0.4} for name, (worth, chance, _) in crowd.items()
    }
    capacity = {"one_to_one": one, "one_to_few": few}
    found = board(
        *((name, worth * chance, team) for name, (worth, chance, team) in crowd.items()),
        blocked=gated, per="owner", teams={"N": capacity, "S": capacity},
    )  # fmt: skip
    expected = {}
    for wanted in ("N", "S"):
        line = sorted((-worth, name) for name, (worth, _, team) in crowd.items() if team == wanted)
        expected |= {name: "1" if n < one else "2" if n < one + few else "3" for n, (_, name) in enumerate(line)}
    assert found.by("tiers", value="tier_gate_open") == expected


def test_forty_seats_raise_an_alarm() -> None:
    for seats, raised in ((20, False), (39, False), (40, True)):
        assert board(("a", 1, ""), one_to_one=seats).one("alarms", alarm="too_many_one_to_one")["raised"] is raised


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"teams": {"North": {"one_to_one": 1}}}, "`teams` needs `per`"),
        ({"per": "owner"}, "`per` needs `teams`"),
        ({"per": "owner", "teams": {"A": {"one_to_one": 1}}, "one_to_one": 3}, "delete `one_to_one`"),
        ({"hours": {}}, "name no resource"),
        ({"hours": {"executives": 9}, "effort": EFFORT}, "one_to_few takes none of the hours"),
        ({"gain": {"one_to_one": 0.2}}, "brings out no less"),
    ],
)
def test_capacity_that_says_two_things(spec: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TiersSpec.model_validate(spec)
