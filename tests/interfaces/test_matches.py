"""Pairs that wait for a person, judgements and their way back, and where an account's values come from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company
from tests.interfaces.command_line import documented, tierwise
from tests.pipeline.test_keep import BANKS, LOOSE

from tierwise import project as doors
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.explain.account import Reader
from tierwise.pipeline.identity.judgements import contradictions, standing
from tierwise.pipeline.identity.matches import Matches, matches
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

TWIN = {"account_key": "8", "domain": "bank1.com", "name": "Bank One", "industry": "Banks"}
INVOICED = {"account_key": "c1", "name": "Bank 2 GmbH", "country": "DE"}


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with one published list. Judgements are recorded into it."""
    folder = tmp_path_factory.mktemp("matches") / "acme"
    sources = {"crm": {"accounts": [*BANKS, TWIN]}, "billing": {"accounts": [INVOICED]}}
    opened = company(folder, sources, tiers=LOOSE)
    doors.run(opened, date(2026, 1, 28))
    opened.close()
    return folder


def test_judgements_are_recorded_contradict_each_other_and_are_undone(acme: Path) -> None:
    empty = tierwise("matches", acme)
    assert (empty.out, empty.code) == ("", 0)
    assert "tierwise matches accept ONE OTHER" in empty.err
    at = ("--project", acme)
    assert (
        "entry 1"
        in tierwise("matches", "accept", "Bank 2", "billing:c1", "--note", "Ann knows", "--by", "Ann", *at).err
    )
    assert "entry 1 says the opposite" in tierwise("matches", "reject", "crm:2", "billing:c1", "--by", "Ben", *at).err
    assert "crm:8 is not of the company" in tierwise("matches", "split", "bank1.com", "crm:8", *at).err
    checked = tierwise("check", acme)
    assert checked.code == 0
    assert "entry 1: domain:bank2.com and billing:c1 are one company, by Ann on 20" in " ".join(checked.err.split())
    assert "entry 2: crm:2 and billing:c1 are two companies, by Ben on 20" in " ".join(checked.err.split())
    opposed = json.loads(tierwise("check", acme, "--json").out)["data"]["contradictions"]
    assert [[row["entry"] for row in together] for together in opposed] == [[1, 2]]
    rows = json.loads(tierwise("matches", acme, "--json").out)["data"]["judgements"]
    assert [row["state"] for row in rows] == ["contradicted", "contradicted", "new"]

    assert tierwise("run", acme, "--as-of", "2030-01-01", "--quiet").code == 0
    listed = tierwise("matches", acme)
    assert "contradicts entry 2" in listed.out
    assert "contradicts entry 1" in listed.out
    assert "tierwise matches undo 1 or tierwise matches undo 2" in listed.err
    assert "tierwise matches undo 1 or tierwise matches undo 2" in tierwise("check", acme).err
    assert "Ann knows" in listed.out
    said = json.loads(tierwise("matches", acme, "--json").out)["data"]
    assert [row["state"] for row in said["judgements"]] == ["contradicted", "contradicted", "obeyed"]
    assert said.keys() <= documented("matches")
    split = json.loads(tierwise("explain", "crm:8", "--lineage", "--json", *at).out)["data"]
    assert split["account_id"] == "crm:8"
    assert "split from the company of domain:bank1.com by" in split["groups"][0]["text"]
    assert "entry 3" in split["groups"][0]["text"]

    assert "withdrawn" in tierwise("matches", "undo", "2", *at).err
    assert json.loads(tierwise("check", acme, "--json").out)["data"]["contradictions"] == []
    assert json.loads(tierwise("matches", acme, "--json").out)["data"]["judgements"][0]["entry"] == 1


def test_what_cannot_be_judged_is_said(acme: Path) -> None:
    at = ("--project", acme)
    for words, hint in (
        (("accpt", "x", "y"), "did you mean 'accept'?"),
        (("accept", "Bank 2"), "tierwise matches accept ONE OTHER"),
        (("accept", "Bank 2", "bank2.com"), "name two of them"),
        (("split", "Bank 3", "crm:4"), "did you mean 'crm:3'?"),
        (("split", "Bank 3", "crm:3", "domain:bank3.com"), "leave one of"),
        (("undo", "first"), "tierwise matches undo ENTRY"),
        (("undo", "99"), "there is no entry 99 among judgements"),
    ):
        done = tierwise("matches", *words, *at)
        assert done.code != 0
        assert hint in done.err


def test_every_value_has_its_record_and_what_the_others_say(acme: Path) -> None:
    at = ("--project", acme, "--run", "0001")
    shown = tierwise("explain", "bank1.com", "--lineage", *at)
    assert "same domain bank1.com" in shown.out
    assert "accounts.csv row" in shown.out
    found = json.loads(tierwise("explain", "bank1.com", "--field", "industry", "--json", *at).out)["data"]
    told = found["fields"][0]
    assert (told["value"], told["by"]["source"], told["by"]["record_id"], told["by"]["row_number"]) == (
        "Banking",
        "crm",
        "1",
        2,
    )
    assert [(other["value"], other["record_id"]) for other in told["others"]] == [("Banks", "8")]
    assert "most recent record" in told["rule"]
    assert "did you mean 'industry'?" in tierwise("explain", "bank1.com", "--field", "industri", *at).err


def waiting(entries: list[dict[str, Any]], limit: int = 9) -> Matches:
    """The queue of four groups: a pair in doubt of tier 3, one of tier 1, and one that people keep apart."""
    key_space, names = "crm", "abcd"
    rows: dict[str, list[dict[str, Any]]] = {
        "key_groups": [{"key_space": key_space, "account_key": n, "group_id": f"crm:{n}"} for n in names],
        "account_keys": [{"key_space": key_space, "account_key": n, "account_id": f"crm:{n}"} for n in names],
        "match_pairs": [
            {"left_id": "crm:a", "right_id": "crm:b", "weight": 3, "probability": 0.9, "decision": "review"},
            {"left_id": "crm:c", "right_id": "crm:d", "weight": 2, "probability": 0.8, "decision": "review"},
            {"left_id": "crm:a", "right_id": "crm:d", "weight": 9, "probability": 0.99, "decision": "same"},
        ],
        "match_reasons": [
            {
                "left_id": "crm:c",
                "right_id": "crm:d",
                "field": "name",
                "level": "alike",
                "weight": 2,
                "text": "one name",
            }
        ],
        "tiers": [{"account_id": "crm:a", "tier": "3", "value": 9}, {"account_id": "crm:d", "tier": "1", "value": 5}],
        "landing_accounts": [{"source": "crm", "account_key": n, "record_id": n, "name": n.upper()} for n in names],
        "spec_sources": [{"source": "crm", "key_space": key_space, "priority": 1}],
    }
    tables, engine = dictionary(), DuckdbEngine()
    try:
        for name in (*rows, "match_chains", "judgements"):
            engine.register(name, filled(tables[name], rows.get(name, ())), tables[name].types)
        return matches(Reader(engine, tables, {}, lambda names: None), entries, limit)
    finally:
        engine.close()


def test_the_pair_on_which_most_hangs_is_first() -> None:
    found = waiting([])
    assert [(m.left_id, m.right_id, m.tier, m.why) for m in found.queue] == [
        ("crm:a", "crm:d", "1", "kept_apart"), ("crm:c", "crm:d", "1", "review"), ("crm:a", "crm:b", "3", "review"),
    ]  # fmt: skip
    assert [row["name"] for row in (*found.queue[1].left, *found.queue[1].right)] == ["C", "D"]
    assert found.queue[1].reasons == [{"field": "name", "level": "alike", "weight": 2.0, "text": "one name"}]
    assert (len(waiting([], limit=1).queue), waiting([], limit=1).waiting) == (1, 3)


def test_a_pair_that_was_judged_since_waits_no_more() -> None:
    entry = {"entry": 1, "decision": "different", "left_key": "crm:d", "right_key": "crm:c"}
    found = waiting([entry])
    assert [(m.left_id, m.right_id) for m in found.queue] == [("crm:a", "crm:d"), ("crm:a", "crm:b")]
    assert found.judgements == [{**entry, "state": "new", "against": ""}]


def entry(number: int, decision: str, left: str, right: str) -> dict[str, Any]:
    return {
        "entry": number,
        "decision": decision,
        "left_key": f"crm:{left}",
        "right_key": f"crm:{right}",
        "together": None,
    }


def test_contradictions_by_way_of_a_third_are_told_apart_before_any_list() -> None:
    rows = standing(
        None,
        [
            entry(1, "same", "a", "b"), entry(2, "same", "b", "c"), entry(3, "different", "c", "a"),
            entry(4, "same", "d", "e"), entry(5, "same", "f", "g"), entry(6, "different", "g", "f"),
        ],
    )  # fmt: skip
    assert [[row["entry"] for row in together] for together in contradictions(rows)] == [[1, 2, 3], [5, 6]]
    assert [row["state"] for row in rows if row["entry"] == 4] == ["new"]
