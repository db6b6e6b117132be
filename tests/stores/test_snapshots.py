"""Snapshot folders: settled whole, checked when read, swept when nobody published them."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.core.errors import NotFound, StorageError
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import Snapshots, checksums


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots")


def published(snapshots: Snapshots, run_id: str = "0001", rows: int = 100) -> Snapshot:
    folder = snapshots.workspace()
    tables = {}
    for name in ("tiers", "fit"):
        (folder / name).mkdir()
        pq.write_table(pa.table({"n": list(range(rows))}), folder / name / "part-00000.parquet")
        tables[name] = {"rows": rows, "sha256": checksums(folder / name)}
    snapshots.settle(folder, run_id)
    return Snapshot(run_id, date(2024, 1, 1), datetime(2024, 1, 2), "f", "m", "duckdb", tables=tables)


def test_a_settled_folder_has_its_name_and_nothing_else_is_left(snapshots: Snapshots) -> None:
    snapshot = published(snapshots)
    assert [path.name for path in snapshots.root.iterdir()] == ["0001"]
    assert [path.name for path in snapshots.files(snapshot, "tiers")] == ["part-00000.parquet"]
    assert snapshots.verify(snapshot) == []
    with pytest.raises(NotFound, match="no table 'intent'"):
        snapshots.files(snapshot, "intent")


def test_remains_of_a_run_that_never_published_give_way(snapshots: Snapshots) -> None:
    (snapshots.root / "0001" / "tiers").mkdir(parents=True)
    (snapshots.root / "0001" / "tiers" / "part-00009.parquet").write_bytes(b"old")
    assert snapshots.verify(published(snapshots)) == []


@pytest.mark.parametrize("where", [0, 4, 0.5, -5, -1])
def test_a_flipped_bit_is_found_when_the_table_is_read(snapshots: Snapshots, where: float) -> None:
    snapshot = published(snapshots)
    path = snapshots.files(snapshot, "tiers")[0]
    body = bytearray(path.read_bytes())
    at = int(where * len(body)) if isinstance(where, float) else int(where)
    body[at] ^= 1
    path.write_bytes(bytes(body))
    assert snapshots.verify(snapshot) == ["tiers/part-00000.parquet"]
    with pytest.raises(StorageError, match=r"(?s)0001 is damaged: part-00000\.parquet.*run --force"):
        snapshots.files(snapshot, "tiers")
    assert snapshots.files(snapshot, "fit")


def test_a_missing_file_and_a_strange_one_are_found(snapshots: Snapshots) -> None:
    snapshot = published(snapshots)
    folder = snapshots.root / "0001"
    (folder / "tiers" / "part-00000.parquet").unlink()
    pq.write_table(pa.table({"n": [1]}), folder / "fit" / "part-00001.parquet")
    assert snapshots.verify(snapshot) == ["tiers/part-00000.parquet", "fit/part-00001.parquet"]
    for table in ("tiers", "fit"):
        with pytest.raises(StorageError, match="damaged"):
            snapshots.files(snapshot, table)


def test_orphans_are_swept_and_the_living_stay(snapshots: Snapshots) -> None:
    published(snapshots, "0001")
    published(snapshots, "0002")
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead = snapshots.root / f".writing-{done.stdout.strip()}"
    dead.mkdir()
    mine = snapshots.workspace()
    assert sorted(snapshots.sweep({"0001"})) == sorted([dead.name, "0002"])
    assert sorted(path.name for path in snapshots.root.iterdir()) == sorted(["0001", mine.name])
    assert mine.name.startswith(f".writing-{os.getpid()}-")
    assert snapshots.workspace() != mine  # two plans of one process do not share a folder


def test_discarding_what_was_settled_touches_nothing(snapshots: Snapshots) -> None:
    folder = snapshots.workspace()
    (folder / "tiers").mkdir()
    snapshots.settle(folder, "0001")
    snapshots.discard(folder)
    assert (snapshots.root / "0001" / "tiers").is_dir()


def test_a_folder_that_cannot_be_written_is_said(snapshots: Snapshots, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot write"):
        snapshots.settle(tmp_path / "gone", "0001")
