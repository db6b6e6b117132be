"""Whom to ask next on the screen, guides and sheets, and the sheet's way back into the ledger."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.interfaces.command_line import tierwise

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.interfaces.report.guide import state_of
from tierwise.interfaces.report.wording import not_now


def test_the_list_stays_within_the_hours(asking: Path) -> None:
    whole = json.loads(tierwise("research", asking, "--hours", "1000", "--json").out)["data"]
    assert whole["of"] == len(whole["accounts"]) > 2
    worth = [row["worth_per_hour"] for row in whole["accounts"]]
    assert worth == sorted(worth, reverse=True)
    assert min(worth) > 0
    few = json.loads(tierwise("research", asking, "--hours", "1.6", "--json").out)["data"]["accounts"]
    assert few == whole["accounts"][: len(few)]
    assert 0 < sum(row["minutes"] for row in few) <= 96
    shown = tierwise("research", asking, "--hours", "1.6")
    assert few[0]["name"] in shown.out
    assert "fit into 1.6 hours" in shown.err


def test_coverage(asking: Path) -> None:
    rows = json.loads(tierwise("research", asking, "--coverage", "--json").out)["data"]
    assert {row["dimension"] for row in rows} == set(DIMENSIONS)
    assert all(row["answered"] + row["stale"] <= row["asked"] <= row["accounts"] for row in rows)


def test_a_guide_asks_what_decides_first(asking: Path) -> None:
    listed = json.loads(tierwise("research", asking, "--json", "--hours", "1000").out)["data"]["accounts"]
    first = next(row for row in listed if row["people"] == 2)
    guide = tierwise("research", asking, "--guide", first["account_id"]).out
    assert guide.startswith(f"# Interview: {first['name']}")
    assert guide.count("\n## ") >= 4
    assert "nobody there has been asked" in guide
    assert "Who, if anyone, is accountable" in guide
    wrong = tierwise("research", asking, "--guide", "nobody at all")
    assert wrong.code != 0
    assert "there is no account" in wrong.err


@pytest.mark.parametrize(
    ("blocked", "said"),
    [
        ("weak:ownership", "not now, because ownership is diffuse; ask again on 2027-02-01"),
        ("contested:timing", "not now, because people there contradict each other about timing; ask again on 2027-02-01"),
        ("unknown:authority",
         "not now, because nobody has said anything about authority that still holds; ask again on 2027-02-01"),
        (None, "can act; what decides holds until 2027-02-01"),
    ],
)  # fmt: skip
def test_not_now_says_why_and_until_when(blocked: str | None, said: str) -> None:
    row = {"blocked_by": blocked, "ask_again_on": date(2027, 2, 1), "weakest_probability": 0.2}
    assert not_now(row) == said


def test_every_unknown_dimension_is_named() -> None:
    row = {"blocked_by": "unknown:pressure", "ask_again_on": date(2027, 2, 1), "weakest_probability": 0.35}
    answered = [{"dimension": "ownership", "last_observed_at": 1}, {"dimension": "authority", "last_observed_at": 1},
                {"dimension": "timing", "last_observed_at": None}]  # fmt: skip
    assert "about pressure and timing that still holds" in not_now(row, answered)


def test_what_faded_is_not_called_a_no() -> None:
    row = {"blocked_by": "weak:ownership", "ask_again_on": date(2027, 2, 1), "weakest_probability": 0.55}
    assert "ownership is no longer sure enough" in not_now(row)
    assert "nobody there has been asked" in not_now(None)


def test_states() -> None:
    known = {"contested": False, "last_observed_at": 1, "informative": 1, "probability": 0.6}
    assert state_of(None, 0.6) == "missing"
    assert state_of(known, 0.6) == "passes"
    assert state_of(known, 0.61) == "weak"
    assert state_of({**known, "contested": True}, 0.6) == "contested"
    assert state_of({**known, "last_observed_at": None}, 0.6) == "stale"
    assert state_of({**known, "last_observed_at": None, "informative": 0}, 0.6) == "unknown"


def test_a_latest_yes_that_is_outweighed_is_not_called_a_no() -> None:
    row = {"blocked_by": "weak:ownership", "ask_again_on": date(2027, 2, 1), "weakest_probability": 0.2}
    said = not_now(row, [{"dimension": "ownership", "last_answer": "yes"}])
    assert "the latest yes about ownership does not outweigh" in said
    assert "diffuse" in not_now(row, [{"dimension": "ownership", "last_answer": "no"}])
