"""What only DuckDB promises: the same bytes, and no reach beyond the folders it was given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.core.errors import DataError, StorageError, TierwiseError
from tierwise.engines import Resources
from tierwise.engines.duckdb import FILE, DuckdbEngine

MANY = "select hash(i) % 100003 as k, i, 'account ' || i as word, i * 5e-1 as x from range(300000) r(i)"


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_rows_are_the_same_bytes(tmp_path: Path, threads: int) -> None:
    written = []
    for attempt, workers in enumerate((2, threads)):
        engine = DuckdbEngine(Resources(threads=workers))
        engine.materialize("made", MANY + (" order by hash(i)" if attempt else ""))
        engine.write("made", tmp_path / str(attempt), ["k", "i"])
        engine.close()
        written.append((tmp_path / str(attempt) / FILE).read_bytes())
    assert written[0] == written[1]


@pytest.fixture
def shut_in(tmp_path: Path) -> DuckdbEngine:
    (tmp_path / "inside").mkdir()
    (tmp_path / "scratch").mkdir()
    pq.write_table(pa.table({"a": [1]}), tmp_path / "outside.parquet")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "inside" / "a.parquet")
    return DuckdbEngine(Resources(folders=(tmp_path / "inside",), scratch=tmp_path / "scratch"))


def test_it_reads_and_writes_the_folders_it_was_given(shut_in: DuckdbEngine, tmp_path: Path) -> None:
    shut_in.register("landed", [tmp_path / "inside" / "a.parquet"])
    assert shut_in.write("landed", tmp_path / "inside" / "out", ["a"]) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_parquet('{outside}/outside.parquet')",
        "select * from read_parquet('{outside}/inside/../outside.parquet')",
        "select * from read_text('/etc/hostname')",
        "copy (select 1 as a) to '{outside}/new.parquet' (format parquet)",
        "attach '{outside}/new.db'",
    ],
)
def test_it_reaches_nothing_else(shut_in: DuckdbEngine, tmp_path: Path, sql: str) -> None:
    with pytest.raises(StorageError, match=r"(?i)permission"):
        shut_in.fetch(sql.format(outside=tmp_path))
    assert not (tmp_path / "new.parquet").exists()


@pytest.mark.parametrize("sql", ["set enable_external_access = true", "set threads = 1", "reset lock_configuration"])
def test_its_settings_are_locked(shut_in: DuckdbEngine, sql: str) -> None:
    with pytest.raises(Exception, match=r"(?i)configuration"):
        shut_in.fetch(sql)


def test_it_spills_to_scratch_and_nowhere_else(tmp_path: Path) -> None:
    small = DuckdbEngine(Resources(threads=1, memory="40MB", scratch=tmp_path / "scratch", folders=()))
    assert small.materialize("made", MANY + " order by hash(i), word") == 300000
    nowhere = DuckdbEngine(Resources(threads=1, memory="20MB"))
    with pytest.raises(TierwiseError, match="out of memory") as refused:
        nowhere.materialize("made", MANY.replace("300000", "3000000") + " order by hash(i), word")
    assert "scratch" in refused.value.hint


def test_two_engines_spill_apart_and_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    """DuckDB's spill files have the same names in every process."""
    left = tmp_path / f"duckdb-{killed()}-0" / "duckdb_temp_storage-0.tmp"
    left.parent.mkdir()
    left.touch()
    engines = [DuckdbEngine(Resources(threads=1, memory="40MB", scratch=tmp_path)) for _ in range(2)]
    for engine in engines:
        engine.materialize("made", MANY + " order by hash(i), word")
        engine.materialize("more", MANY + " order by word")
    assert len(list(tmp_path.iterdir())) == 2
    assert not left.exists()
    for engine in engines:
        engine.close()
    assert list(tmp_path.iterdir()) == []


def killed() -> int:
    """The id of a process that is gone."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_a_callers_buffers_are_copied() -> None:
    engine = DuckdbEngine()
    engine.register("arrived", pa.table({"a": [1]}))
    kinds = engine.fetch("select table_type from information_schema.tables where table_name = 'arrived'")
    assert kinds.column(0).to_pylist() == ["BASE TABLE"]


def test_a_query_nested_too_deeply_is_told_and_no_fault() -> None:
    engine = DuckdbEngine()
    try:
        with pytest.raises(DataError, match="nested this deeply"):
            engine.fetch("select 1" + " + 1" * 3000)
    finally:
        engine.close()
