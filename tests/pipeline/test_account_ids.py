"""Ids outlive their records: a changed domain, two accounts that become one and two again, entries that name an id of old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company, write_csv
from tests.pipeline.test_keep import BANKS, LOOSE

from tierwise import project as tierwise
from tierwise.project import Project
from tierwise.sql.query import query as tierwise_query

JANUARY, FEBRUARY, MARCH, APRIL = (date(2024, month, 28) for month in (1, 2, 3, 4))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = company(tmp_path / "acme", {"crm": {"accounts": BANKS}}, tiers=LOOSE)
    yield opened
    opened.close()


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def ids(project: Project) -> dict[str, str]:
    """The account of each key of the CRM."""
    rows = project.read("account_keys", where="key_space = 'crm'").to_pylist()
    return {row["account_key"]: row["account_id"].removeprefix("domain:").removesuffix(".com") for row in rows}


def judged(project: Project, decision: str, day: date, **more: Any) -> int:
    row = {"decision": decision, "left_key": "domain:bank1.com", "right_key": "crm:2", **more}
    return tierwise.record(project, "judgement", row, "Ann", at(day)).entries[0]


def test_ids_stay(project: Project) -> None:
    tierwise.run(project, JANUARY)
    assert ids(project) == {str(n): f"bank{n}" for n in range(1, 6)}

    # another domain, and another record that is new
    rows = [BANKS[0], {**BANKS[1], "domain": "a-new-name.com"}, *BANKS[2:]]
    write_csv(project.folder / "crm" / "accounts.csv", rows)
    tierwise.run(project, FEBRUARY)
    assert ids(project) == {str(n): f"bank{n}" for n in range(1, 6)}
    assert project.read("accounts", where="account_id = 'domain:bank2.com'")["domain"].to_pylist() == ["a-new-name.com"]

    # an entry that names an account which becomes part of another, and one that names a key
    override = {"tier": "1", "reason": "the board", "expires_on": "2030-01-01"}
    tierwise.record(project, "override", {"account": "domain:bank2.com", **override}, "Ann", at(FEBRUARY))
    entry = judged(project, "same", MARCH)
    with project.plan(MARCH) as plan:
        found = tierwise.changes_of(project, plan)
        project.apply(plan)
    joined = ids(project)
    assert (joined["1"], joined["2"]) == ("bank1", "bank1")
    assert [
        (row["account_id"], row["component"], row["reason"]) for row in found.causes.to_pylist() if not row["to_tier"]
    ] == [("domain:bank2.com", "joined", "joined with domain:bank1.com")]
    assert project.read("overrides")["account_id"].to_pylist() == ["domain:bank1.com"]
    assert project.read("former_ids").to_pylist() == [
        {"former_id": "domain:bank2.com", "account_id": "domain:bank1.com"}
    ]

    # undone: both ids are back, and a list of an earlier day is what it was
    tierwise.withdraw(project, "judgement", entry, "Ben", at(APRIL))
    tierwise.run(project, APRIL)
    assert ids(project) == {str(n): f"bank{n}" for n in range(1, 6)}
    assert project.read("overrides")["account_id"].to_pylist() == ["domain:bank2.com"]
    with project.plan(MARCH, anew=True) as plan:
        keys = plan.execution.fetch(tierwise_query("select * from account_keys")) if plan.execution else None
    assert keys is not None
    assert {row["account_id"] for row in keys.to_pylist() if row["account_key"] in ("1", "2")} == {"domain:bank1.com"}
