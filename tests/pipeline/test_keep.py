"""Kept plans: made true exactly, once, by one process, or refused with what changed; and lists that are put back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company, write_csv

from tierwise import project as tierwise
from tierwise.core.errors import CheckFailed, NotFound, UsageError
from tierwise.project import Project

JANUARY, FEBRUARY = date(2024, 1, 31), date(2024, 2, 29)
NOW = datetime(2024, 3, 1, tzinfo=UTC)
BANKS: list[dict[str, Any]] = [
    {"account_key": str(n), "domain": f"bank{n}.com", "name": f"Bank {n}", "industry": "Banking", "employees": 100 * n}
    for n in range(1, 6)
]
# Seats by rank alone: what is tested here is not how firmly a seat is held.
LOOSE = {"one_to_one": 1, "one_to_few": 2, "exit_at": 1, "confirmations": 1, "dwell_days": 0, "cooldown_days": 0,
         "review_days": 0}  # fmt: skip
APPLY = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tierwise.project import Project, apply_named
from tierwise.stores.ledgers import Ledgers
if sys.argv[2] == "killed":
    Ledgers.publish = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
apply_named(Project.open(Path(sys.argv[1])), "larger")
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = company(tmp_path / "acme", {"crm": {"accounts": BANKS}}, tiers=LOOSE)
    tierwise.run(opened, JANUARY)
    yield opened
    opened.close()


def larger(project: Project, employees: int = 9000) -> None:
    """Bank 1 grows beyond all others."""
    write_csv(project.folder / "crm" / "accounts.csv", [{**BANKS[0], "employees": employees}, *BANKS[1:]])
    project.ingest(NOW)


def kept(project: Project, day: date = FEBRUARY) -> dict[str, int]:
    with project.plan(day) as plan:
        tierwise.keep(project, plan, "larger", "Ann", NOW)
        return dict(plan.rows)


def tiers(project: Project) -> dict[str, str]:
    return {row["account_id"].removeprefix("domain:"): row["tier"] for row in project.read("tiers").to_pylist()}


def test_a_kept_plan_is_made_true_by_somebody_else(project: Project) -> None:
    larger(project)
    rows = kept(project)
    [open_plan] = tierwise.plans(project)
    assert (open_plan.state, open_plan.recorder, open_plan.as_of, open_plan.moved) == ("open", "Ann", FEBRUARY, 3)
    assert tiers(project)["bank5.com"] == "1", "nothing was published"
    other = Project.open(project.folder)
    snapshot = tierwise.apply_named(other, "larger", NOW)
    assert {name: facts["rows"] for name, facts in snapshot.tables.items()} == rows
    assert tiers(other)["bank1.com"] == "1"
    assert project.verify() == []
    [applied] = tierwise.plans(other)
    assert (applied.state, applied.run_id, applied.moved) == ("applied", "0002", 3), "what it said stays"
    with pytest.raises(CheckFailed, match="applied already, as run 0002"):
        tierwise.apply_named(other, "larger", NOW)
    other.close()


def test_what_changed_is_said(project: Project) -> None:
    kept(project)
    larger(project)
    with pytest.raises(CheckFailed, match=r"the records \(crm/accounts\) changed"):
        tierwise.apply_named(project, "larger", NOW)
    assert tierwise.plans(project)[0].changed == ("the records (crm/accounts)",)
    tierwise.record(project, "override", {"account": "bank2.com", "tier": "1", "reason": "x", "expires_on": "2024-12-31"},
                    "Ann", datetime(2024, 2, 1, tzinfo=UTC))  # fmt: skip
    path = project.folder / "tierwise.yaml"
    path.write_text(json.dumps({**json.loads(path.read_text()), "currency": "EUR"}), encoding="utf-8")
    again = Project.open(project.folder)
    with pytest.raises(CheckFailed, match=r"the model, the records \(crm/accounts\) and what people recorded changed"):
        tierwise.apply_named(again, "larger", NOW)
    assert [run.run_id for run in again.runs()] == ["0001"]
    again.close()


def test_names_of_plans(project: Project) -> None:
    kept(project)
    with project.plan(FEBRUARY) as plan:
        for name, said in (("larger", "already"), ("../larger", "no name"), ("", "no name")):
            with pytest.raises(UsageError, match=said):
                tierwise.keep(project, plan, name, "Ann", NOW)
    with pytest.raises(NotFound, match=r"(?s)no plan 'lager'.*did you mean 'larger'"):
        tierwise.apply_named(project, "lager", NOW)
    tierwise.drop_plan(project, "larger", NOW)
    assert tierwise.plans(project) == []


def test_a_damaged_plan_is_refused(project: Project) -> None:
    larger(project)
    kept(project)
    path = project.folder / ".tierwise" / "plans" / "larger" / "tables" / "tiers" / "part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-9] + b"corrupted")
    with pytest.raises(CheckFailed, match="damaged: tiers"):
        tierwise.apply_named(project, "larger", NOW)
    assert [run.run_id for run in project.runs()] == ["0001"]


def test_a_killed_apply_leaves_the_plan_and_the_list_in_force(project: Project) -> None:
    larger(project)
    kept(project)
    killed = subprocess.run([sys.executable, "-c", APPLY, str(project.folder), "killed"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [run.run_id for run in project.runs()] == ["0001"]
    assert tierwise.plans(project)[0].state == "open"
    assert tierwise.apply_named(project, "larger", NOW).run_id == "0002"
    assert project.verify() == []


def test_of_two_processes_one_applies(project: Project) -> None:
    larger(project)
    kept(project)
    command = [sys.executable, "-c", APPLY, str(project.folder), "whole"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert any(word in "".join(said) for word in ("applied already", "another run", "changed since"))
    assert [run.run_id for run in project.runs()] == ["0001", "0002"]


def test_an_earlier_list_is_put_back_and_back_again(project: Project) -> None:
    larger(project)
    tierwise.run(project, FEBRUARY)
    before = tiers(project)
    assert (before["bank1.com"], before["bank5.com"]) == ("1", "2")
    done = tierwise.revert(project, as_of=FEBRUARY, now=NOW)
    assert (done.wanted.run_id, done.snapshot.run_id, done.snapshot.put_back) == ("0001", "0003", "0001")
    assert done.not_restored == []
    then = {r["account_id"].removeprefix("domain:"): r["tier"]
            for r in project.read("tiers", snapshot=project.snapshot("0001")).to_pylist()}  # fmt: skip
    assert tiers(project) == then
    assert {row["reason"] for row in done.moves.to_pylist() if row["from_tier"] != row["to_tier"]} >= {"put_back:0001"}
    again = tierwise.revert(project, as_of=FEBRUARY, now=NOW)
    assert (again.wanted.run_id, tiers(project)) == ("0002", before)
    assert len(project.explain("bank1.com").history) == 4, "the ledger was only appended to"


def test_who_must_not_be_contacted_is_not_put_back(project: Project) -> None:
    closed = [{**BANKS[4], "do_not_contact": "yes"}, *({**bank, "do_not_contact": "no"} for bank in BANKS[:4])]
    write_csv(project.folder / "crm" / "accounts.csv", closed)
    project.ingest(NOW)
    tierwise.run(project, FEBRUARY)
    done = tierwise.revert(project, as_of=FEBRUARY, now=NOW)
    [left] = done.not_restored
    assert (left["account_id"], left["wanted"], left["tier"], left["why"]) == (
        "domain:bank5.com", "1", "excluded", "do_not_contact",
    )  # fmt: skip
    assert "1" not in tiers(project).values(), "its seat stays empty: nobody else was on that list"


def test_without_an_earlier_list_nothing_is_put_back(project: Project) -> None:
    with pytest.raises(NotFound, match="no earlier list"):
        tierwise.revert(project, as_of=FEBRUARY, now=NOW)
    with pytest.raises(NotFound, match="no run '0009'"):
        tierwise.revert(project, "0009", as_of=FEBRUARY, now=NOW)
