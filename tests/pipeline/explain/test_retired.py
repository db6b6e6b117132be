"""An account that stops qualifying is retired with a reason, explained when it is gone, and back by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.companies import company, write_csv
from tests.interfaces.command_line import documented, tierwise
from tests.pipeline.test_keep import BANKS, LOOSE

from tierwise.project import Project, record, retired, run

JANUARY, FEBRUARY, MARCH = (date(2024, month, 28) for month in (1, 2, 3))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Five banks in January. In February one is no bank, one left the records, one is part of another; in March one is back."""
    opened = company(tmp_path_factory.mktemp("retired") / "acme", {"crm": {"accounts": BANKS}}, tiers=LOOSE)
    records = opened.folder / "crm" / "accounts.csv"
    run(opened, JANUARY)
    left = [BANKS[0], BANKS[1], {**BANKS[3], "industry": "Farming"}, {**BANKS[2], "industry": "Farming"}]
    write_csv(records, left)
    same = {"decision": "same", "left_key": "domain:bank1.com", "right_key": "crm:2"}
    record(opened, "judgement", same, "Ann", datetime(2024, 2, 28, tzinfo=UTC))
    run(opened, FEBRUARY)
    write_csv(records, [*left[:3], BANKS[2]])
    run(opened, MARCH)
    yield opened
    opened.close()


def short(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {
        r["account_id"]: (r["from_tier"], r["retired_on"], r["run_id"], r["reason"], r["state"], r["leads_to"])
        for r in rows
    }


def test_each_is_retired_with_its_reason_and_back_by_itself(project: Project) -> None:
    assert retired(project, snapshot=project.snapshot("0001")) == (0, [])
    count, then = retired(project, snapshot=project.snapshot("0002"))
    here = {
        "domain:bank2.com": ("3", FEBRUARY, "0002", "joined with domain:bank1.com", "joined", "domain:bank1.com"),
        "domain:bank4.com": ("2", FEBRUARY, "0002", "outside_universe", "excluded", None),
        "domain:bank5.com": ("1", FEBRUARY, "0002", "no longer among the records", "gone", None),
    }
    back = {"domain:bank3.com": ("2", FEBRUARY, "0002", "outside_universe", "excluded", None)}
    assert (count, short(then)) == (4, here | back)
    count, rows = retired(project, limit=2)
    assert (count, len(rows)) == (3, 2)
    assert short(retired(project)[1]) == here
    assert {row["name"]: row["why"] for row in retired(project)[1]}["Bank 4"] == "it matches no segment of the model"


def test_the_command_lists_them(project: Project) -> None:
    facts = json.loads(tierwise("retired", project.folder, "--json").out)["data"]
    assert facts["of"] == len(facts["accounts"]) == 3
    assert facts.keys() | facts["accounts"][0].keys() <= documented("retired")
    shown = tierwise("retired", project.folder)
    assert "part of domain:bank1.com" in shown.out
    assert "Bank 4" in shown.out
    empty = tierwise("retired", project.folder, "--run", "0001")
    assert (empty.code, empty.out) == (0, "")
    assert "tierwise plan" in empty.err


def test_explain_says_when_and_why(project: Project) -> None:
    excluded = tierwise("explain", "bank4.com", "-p", project.folder)
    assert "Retired on 2024-02-28 by run 0002, from tier 2" in " ".join(excluded.out.split())
    assert project.explain("bank4.com").retired is not None
    assert project.explain("bank3.com").retired is None, "it is back"
    gone = tierwise("explain", "bank5.com", "-p", project.folder)
    assert (gone.code, "no longer among the records" in gone.out) == (0, True)
    facts = json.loads(tierwise("explain", "domain:BANK2.com", "-p", project.folder, "--json").out)["data"]
    assert facts["retired"]["leads_to"] == "domain:bank1.com"
    assert [row["tier"] for row in facts["history"]] == ["3", None]
    assert facts.keys() | facts["retired"].keys() <= documented("explain") | documented("retired")
    nobody = tierwise("explain", "bank9.com", "-p", project.folder)
    assert nobody.code != 0
    assert "there is no account" in nobody.err
