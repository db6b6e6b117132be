"""Readers and runs get an engine that reaches the project's own state and no other file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.companies import company

from tierwise.core.errors import NotFound, StorageError
from tierwise.engines import Engine
from tierwise.interfaces.report.content import gather
from tierwise.pipeline.run import engine_on
from tierwise.project import Project, run

DAY = date(2024, 1, 31)
OUTSIDE = "select * from read_parquet('{}')"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    accounts = [{"account_key": "1", "domain": "bank.com", "name": "Bank", "industry": "Banking", "employees": 100}]
    opened = company(tmp_path / "acme", {"crm": {"accounts": accounts}})
    run(opened, DAY)
    yield opened
    opened.close()


@pytest.fixture(params=["a reader's", "a run's"])
def engine(request: pytest.FixtureRequest, project: Project) -> Iterator[Engine]:
    """The engine behind `show` and `explain`, and the one behind `plan`."""
    if request.param == "a run's":
        with engine_on(project.workspace.folder, "duckdb") as engine:
            yield engine
    else:
        with project.published() as published:
            yield published.reader._engine


@pytest.mark.parametrize("place", ["beside.parquet", "acme/records.parquet", "acme/.tierwise/../records.parquet"])
def test_an_engine_reads_no_file_outside_the_state(engine: Engine, tmp_path: Path, place: str) -> None:
    """Not even those of the project's own folder: what a source says is read by ingest alone."""
    pq.write_table(pa.table({"a": [1]}), tmp_path / place)
    with pytest.raises(StorageError, match=r"(?i)permission"):
        engine.fetch(OUTSIDE.format(tmp_path / place))


def test_an_engine_writes_no_file_outside_the_state(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"(?i)permission"):
        engine.fetch(f"copy (select 1 as a) to '{tmp_path / 'new.parquet'}' (format parquet)")
    assert not (tmp_path / "new.parquet").exists()


def test_an_engine_reads_what_was_landed(engine: Engine, project: Project) -> None:
    (landed,) = (project.folder / ".tierwise" / "landing").rglob("data.parquet")
    assert engine.fetch(OUTSIDE.format(landed)).num_rows == 1


def test_a_project_opened_by_a_relative_path_runs_and_reads(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = Project.open(Path("acme"))
    run(relative, DAY, force=True)
    assert relative.read("tiers").num_rows == 1
    relative.close()


def test_every_version_of_a_record_is_shown(tmp_path: Path) -> None:
    """What a run reads of landed accounts is what a reader sees: one row per record and version."""
    versions = [
        {"account_key": "1", "name": name, "updated_at": f"2024-01-0{day}"}
        for day, name in enumerate(("Old", "New"), 1)
    ]
    opened = company(tmp_path / "acme", {"crm": {"accounts": versions}})
    run(opened, DAY)
    assert opened.read("landing_accounts")["name"].to_pylist() == ["Old", "New"]
    assert opened.read("accounts")["name"].to_pylist() == ["New"]
    opened.close()


BEFORE: dict[str, Any] = {
    "attributes": {"pain": {"type": "text"}},
    "segments": {"banks": {"where": "industry = 'Banking' and pain = 'audit'", "problem": "audits"}},
    "signals": {"pricing": {"where": "path like '/pricing%'", "party": "first", "family": "web", "points": 10}},
    "opportunities": {"won": ["Signed"]},
}
AFTER: dict[str, Any] = {
    "segments": {"everybody": {"where": "employees > 0"}},
    "signals": {"blog": {"where": "path like '/blog%'", "party": "first", "family": "web", "points": 1}},
    "opportunities": {"won": ["Closed Won"]},
}


def test_a_run_is_read_with_the_model_that_it_was_made_with(tmp_path: Path) -> None:
    """Own columns, lists of the model, and what views compute from them stay as they were."""
    records = {
        "crm": {
            "accounts": [{"account_key": "1", "domain": "bank.com", "industry": "Banking", "employees": 9, "pain": "audit"}],
            "opportunities": [{"opportunity_key": "d", "account_key": "1", "stage": "Signed", "created_at": "2024-01-02",
                               "closed_at": "2024-02-20"}],
        },
        "web": {"events": [{"event_key": "e", "domain": "bank.com", "kind": "page", "path": "/pricing", "person": "a@bank.com",
                            "occurred_at": "2024-01-09"}]},
    }  # fmt: skip
    options = {"web": {"keys": "crm"}}
    first = company(tmp_path / "acme", records, options=options, **BEFORE)
    made = run(first, DAY).snapshot
    shown = ("accounts", "signals", "spec_signals", "spec_segments", "landing_opportunities")
    then = {table: first.read(table).to_pylist() for table in shown}, first.explain("bank.com"), gather(first)
    first.close()

    later = company(tmp_path / "acme", records, options=options, **AFTER)
    assert later.model_of(made).hash() == made.model_hash != later.model.hash()
    assert ({table: later.read(table).to_pylist() for table in shown}, later.explain("bank.com"), gather(later)) == then
    assert then[0]["accounts"][0]["pain"] == "audit"
    assert then[0]["landing_opportunities"][0]["stage"] is None, "it was signed after the day"
    assert [row["signal_id"] for row in then[1].signals] == ["pricing"]
    again = run(later, DAY).snapshot
    assert "pain" not in later.read("accounts", snapshot=again).column_names
    assert [row["signal_id"] for row in later.read("spec_signals", snapshot=again).to_pylist()] == ["blog"]
    assert later.read("spec_signals", snapshot=made).to_pylist() == then[0]["spec_signals"]
    later.close()


@pytest.mark.parametrize("lacking", ["contacts", "tiers", "fit_reasons"])
def test_a_list_made_before_there_was_a_table_says_so(project: Project, lacking: str) -> None:
    """Read as empty, it would say what nobody found out."""
    made = project.snapshot()
    older = replace(made, tables={name: of for name, of in made.tables.items() if name != lacking})
    for read in (lambda: project.read(lacking, snapshot=older), lambda: project.explain("bank.com", older)):
        with pytest.raises(NotFound, match=f"no table '{lacking}'") as failure:
            read()
        assert f"--as-of {DAY} --force" in failure.value.hint


def test_a_model_that_cannot_be_read_any_more_is_said(project: Project) -> None:
    made = project.snapshot()
    lost = replace(made, model_hash="of another version", model={**made.model, "unknown": 1})
    with pytest.raises(StorageError, match="cannot read") as failure:
        project.model_of(lost)
    assert "--force" in failure.value.hint
    assert project.model_of(replace(lost, model={})) is project.model
