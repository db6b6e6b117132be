"""Overrides: the last word, until it lapses; an earlier list that is put back goes before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.steps import DAY, run


def said(entry: int, tier: str, until: date, account: str = "a") -> dict[str, Any]:
    return {"account_id": account, "tier": tier, "reason": "the board asked", "expires_on": until, "recorder": "Ann",
            "entry": entry}  # fmt: skip


def test_an_override_counts_to_its_last_day() -> None:
    for until, there in ((DAY, True), (DAY - timedelta(days=1), False)):
        rows = run("overrides", given={"recorded_overrides": [said(1, "1", until)]})["overrides"]
        assert bool(rows) == there
    found = run("overrides", given={"recorded_overrides": [said(1, "1", DAY)]}).one("overrides")
    assert (found["tier"], found["reason"], found["recorder"], found["put_back"]) == (
        "1",
        "the board asked",
        "Ann",
        None,
    )


def test_the_last_word_counts_and_an_earlier_one_does_not_come_back() -> None:
    later = DAY + timedelta(days=30)
    both = run("overrides", given={"recorded_overrides": [said(1, "1", later), said(2, "parked", DAY)]})
    assert both.one("overrides")["tier"] == "parked"
    after = run("overrides", given={"recorded_overrides": [said(1, "1", later), said(2, "parked", DAY)]},
                as_of=DAY + timedelta(days=1))  # fmt: skip
    assert after["overrides"] == []


def test_a_list_that_is_put_back_goes_before() -> None:
    put_back = [{"account_id": name, "tier": "2", "run_id": "0003"} for name in ("a", "b")]
    rows = run("overrides", given={"recorded_overrides": [said(1, "1", DAY)], "reverted_list": put_back})
    assert rows.by("overrides", value="tier") == {"a": "2", "b": "2"}
    assert rows.by("overrides", value="put_back") == {"a": "0003", "b": "0003"}
    assert {row["recorder"] for row in rows["overrides"]} == {None}
