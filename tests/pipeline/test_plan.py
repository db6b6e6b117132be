"""Plan and apply: nothing is seen before it is applied, exactly the plan is applied, and history stays."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company, write_csv

from tierwise.core.errors import Busy, CheckFailed, NotFound, StorageError, UsageError
from tierwise.pipeline import run as running
from tierwise.pipeline.plan import make as planning
from tierwise.project import Project, run, sql
from tierwise.sql.query import Query, column, query
from tierwise.stages.performance import retention
from tierwise.stores.lock import only_writer
from tierwise.tables.performance.retention import RETENTION_MOVEMENTS

JANUARY, FEBRUARY = date(2024, 1, 31), date(2024, 2, 29)
BANKS: list[dict[str, Any]] = [
    {"account_key": str(n), "domain": f"bank{n}.com", "name": f"Bank {n}", "industry": "Banking", "employees": 100 * n}
    for n in range(1, 6)
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = company(tmp_path / "acme", {"crm": {"accounts": BANKS}}, tiers={"one_to_one": 1, "one_to_few": 2})
    yield opened
    opened.close()


def everything(folder: Path) -> dict[str, bytes]:
    """Every file that a reader could see, with its bytes (the database after a checkpoint of its log)."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "workspace.db" not in path.name and path.name != "lock"
    }


def tiers(project: Project, **which: Any) -> dict[str, str]:
    rows = project.read("tiers", snapshot=project.snapshot(**which)).to_pylist()
    return {row["account_id"].removeprefix("domain:"): row["tier"] for row in rows}


def test_a_plan_writes_nothing_a_reader_sees(project: Project) -> None:
    before = everything(project.folder)
    with project.plan(JANUARY) as plan:
        assert plan.tiers == {"1": 1, "2": 2, "3": 2}
        assert plan.flow() == {("", "1"): 1, ("", "2"): 2, ("", "3"): 2}
        assert set(plan.marks) == {"attributes assumed", "readiness unknown"}
        assert project.runs() == []
        with pytest.raises(NotFound, match="nothing has been published"):
            project.snapshot()
    assert everything(project.folder) == before
    assert project.runs() == []


def test_a_plan_is_applied_once_and_exactly(project: Project) -> None:
    with project.plan(JANUARY) as plan:
        rows = dict(plan.rows)
        snapshot = project.apply(plan, datetime(2024, 2, 1, 9, tzinfo=UTC))
        with pytest.raises(CheckFailed, match="changed since this plan"):
            project.apply(plan)
    assert (snapshot.run_id, snapshot.as_of, snapshot.published_at) == ("0001", JANUARY, datetime(2024, 2, 1, 9))
    assert {name: facts["rows"] for name, facts in snapshot.tables.items()} == rows
    assert project.runs() == [snapshot] == [project.snapshot()]
    assert {path.name for path in (project.folder / ".tierwise" / "snapshots").iterdir()} == {"0001"}
    assert project.read("tiers").num_rows == 5
    assert project.read("tiers", where="tier = '2'", limit=1).num_rows == 1


def test_new_records_refuse_an_old_plan(project: Project) -> None:
    with project.plan(JANUARY) as plan:
        write_csv(project.folder / "crm" / "accounts.csv", BANKS[:4])
        project.ingest()
        with pytest.raises(CheckFailed, match=r"(?s)changed since this plan.*plan again"):
            project.apply(plan)
    assert project.runs() == []


def test_another_list_in_force_refuses_an_old_plan(project: Project) -> None:
    with project.plan(JANUARY) as plan:
        other = Project.open(project.folder)
        run(other, JANUARY)
        other.close()
        with pytest.raises(CheckFailed):
            project.apply(plan)
    assert [snapshot.run_id for snapshot in project.runs()] == ["0001"]


def test_a_second_writer_is_busy(project: Project) -> None:
    with project.plan(JANUARY) as plan:
        with only_writer(project.folder / ".tierwise" / "lock", datetime(2024, 1, 1)), pytest.raises(Busy):
            project.apply(plan)
        with only_writer(project.folder / ".tierwise" / "lock", datetime(2024, 1, 1)), pytest.raises(Busy):
            project.ingest()
        assert project.apply(plan).run_id == "0001"


def test_what_another_run_is_publishing_is_not_swept(project: Project) -> None:
    """Its folder has its name already, its row is not committed yet: only the lock says that it lives."""
    settled = project.folder / ".tierwise" / "snapshots" / "0001"
    settled.mkdir(parents=True)
    with only_writer(project.folder / ".tierwise" / "lock", datetime(2024, 1, 1)), project.plan(JANUARY):
        assert settled.is_dir()
    with project.plan(JANUARY):
        assert not settled.exists()


def test_a_broken_invariant_publishes_nothing_and_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks of every run, seen to stop it: a flow that seats one account too many."""
    crowded = project.model.model_copy(update={"tiers": project.model.tiers.model_copy(update={"one_to_one": 0})})
    check = planning._check
    monkeypatch.setattr(planning, "_check", lambda execution, model: check(execution, crowded))
    with pytest.raises(CheckFailed, match="tier 1 has 1 accounts for 0 seats"), project.plan(JANUARY):
        pytest.fail("a plan came out of it")
    assert not (project.folder / ".tierwise" / "snapshots").exists()


def test_revenue_that_does_not_add_up_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that forgets churn: the run stops, whatever else it found."""
    paid = [
        {"subscription_key": n, "account_key": n, "mrr": 100, "started_at": "2022-01-01", "ended_at": end}
        for n, end in (("1", ""), ("2", "2023-06-01"))
    ]
    records = {"crm": {"accounts": BANKS, "subscriptions": paid}}
    project = company(tmp_path / "acme", records, retention={"reactivation": "exclude"})
    with project.plan(JANUARY) as plan:
        assert plan.rows["retention_movements"] > 0

    def forgetful(spec: Any, as_of: date) -> Query:
        made = retention.retention_movements(spec, as_of)
        kept = [column(name, "m") for name in RETENTION_MOVEMENTS.names if name != "churn"]
        return query("select :kept, 0 as churn from made m", kept=kept).with_table("made", made)

    steps = [replace(s, make=forgetful) if s.name == "retention_movements" else s for s in running.FLOW]
    monkeypatch.setattr(running, "FLOW", tuple(steps))
    with pytest.raises(CheckFailed, match="retention_movements do not add up"), project.plan(JANUARY):
        pytest.fail("a plan came out of it")
    project.close()


def test_moves_history_and_time_travel(project: Project) -> None:
    run(project, JANUARY)
    assert tiers(project)["bank5.com"] == "1"
    write_csv(
        project.folder / "crm" / "accounts.csv", [*BANKS[:4], {**BANKS[0], "account_key": "6", "domain": "new.com"}]
    )
    second = run(project, FEBRUARY)
    moves = {row["account_id"]: row for row in project.read("moves").to_pylist()}
    assert {(k, m["from_tier"], m["to_tier"], m["reason"]) for k, m in moves.items()} == {
        ("domain:bank5.com", "1", None, "no longer among the records"), ("domain:bank4.com", "2", "1", "seat by value"),
        ("domain:bank2.com", "3", "2", "seat by value"), ("domain:new.com", None, "3", "new account"),
    }  # fmt: skip
    assert tiers(project, as_of=JANUARY)["bank5.com"] == "1"
    assert "bank5.com" not in tiers(project, as_of=FEBRUARY)
    why = project.explain("bank4.com")
    assert [(row["as_of"], row["tier"]) for row in why.history] == [(JANUARY, "2"), (FEBRUARY, "1")]
    then = project.explain("Bank 4", snapshot=project.snapshot(as_of=JANUARY))
    assert [(row["as_of"], row["tier"]) for row in then.history] == [(JANUARY, "2")]
    assert (then.tier["tier"], why.tier["tier"], why.above) == ("2", "1", "")
    # the same again changes nothing, and is not computed again unless one insists
    again = run(project, FEBRUARY)
    assert (again.new, again.snapshot) == (False, second.snapshot)
    forced = run(project, FEBRUARY, force=True)
    assert (forced.new, forced.snapshot.run_id) == (True, "0003")
    assert project.read("moves").num_rows == 0
    assert forced.snapshot.tables["tiers"] == second.snapshot.tables["tiers"]


def test_looking_back_changes_no_history(project: Project) -> None:
    run(project, FEBRUARY)
    before, history = tiers(project), project.explain("bank5.com").history
    write_csv(project.folder / "crm" / "accounts.csv", BANKS[:4])
    looked_back = run(project, JANUARY)
    assert looked_back.snapshot.as_of == JANUARY
    assert "bank5.com" not in tiers(project, as_of=JANUARY)
    assert tiers(project) == before, "the list in force is that of the newest day"
    assert project.explain("bank5.com").history == history


def test_damage_is_found_by_the_reader_and_force_repairs(project: Project) -> None:
    run(project, JANUARY)
    path = project.folder / ".tierwise" / "snapshots" / "0001" / "tiers" / "part-00000.parquet"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 4
    path.write_bytes(bytes(body))
    with pytest.raises(StorageError, match=r"(?s)0001 is damaged.*run --force"):
        project.read("tiers")
    run(project, JANUARY, force=True)
    assert project.read("tiers").num_rows == 5


def test_deleted_snapshots_come_back_the_same(project: Project) -> None:
    """Facts are kept, everything else is derived: another run gives the same bytes."""
    first = run(project, JANUARY).snapshot
    shutil.rmtree(project.folder / ".tierwise" / "snapshots")
    (project.folder / ".tierwise" / "workspace.db").unlink()
    for left in (project.folder / ".tierwise").glob("workspace.db-*"):
        left.unlink()
    project.close()
    again = Project.open(project.folder)
    second = run(again, JANUARY).snapshot
    assert second.fingerprint == first.fingerprint
    assert second.tables == first.tables
    again.close()


def test_questions_that_cannot_be_answered(project: Project) -> None:
    run(project, JANUARY)
    with pytest.raises(NotFound, match=r"(?s)no table 'teirs'.*did you mean 'tiers'"):
        project.read("teirs")
    with pytest.raises(UsageError, match=r"(?s)no column 'teir'.*did you mean 'tier'"):
        project.read("tiers", where="teir = '1'")
    with pytest.raises(NotFound, match=r"(?s)no account 'bnak1.com'.*did you mean 'bank1.com'"):
        project.explain("bnak1.com")
    with pytest.raises(NotFound, match="nothing has been published as of 2024-02-29"):
        project.snapshot(as_of=FEBRUARY)
    with pytest.raises(UsageError, match="no step 'verdicts' that runs as SQL"):
        sql(project.model, "verdicts")
    assert 'from "accounts"' in sql(project.model, "standings").lower()
