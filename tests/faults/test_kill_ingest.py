"""kill -9 at any moment of an ingest: nothing acknowledged is lost, and the files of a table change together or not at all."""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.faults.ingesting import ingest

from tierwise.project import Project
from tierwise.stores.disk import TEMPORARY
from tierwise.stores.in_force import sets
from tierwise.stores.landing import Landing

MODEL = """
company: Kills
currency: USD
sources:
  crm:
    kind: files
    path: crm
    tables:
      accounts: {file: companies.csv, history: assumed}
      contacts: {file: people.csv, history: assumed}
      opportunities: {file: "deals_*.csv", dates: iso}
segments:
  large: {where: "employees >= 100"}
"""
# Table -> its files, their heading, and the column that says which export a row is of.
TABLES = {
    "accounts": (("companies.csv",), "account_key,name,employees", "employees"),
    "contacts": (("people.csv",), "account_key,contact_key,last_name", "last_name"),
    "opportunities": (("deals_1.csv", "deals_2.csv", "deals_3.csv"), "account_key,opportunity_key,stage", "stage"),
}
ROWS = 40  # rows of a file that can be read; one more cannot
BEFORE, WRITING, LANDED, BETWEEN, AFTER, ENDED = (
    "before anything was written",
    "while a batch was being written",
    "batches landed, their table not in force",
    "between two tables",
    "after the last table",
    "not at all: it had ended",
)  # where a kill found the ingest, by what lay on the disk afterwards
PER_PROJECT = 25  # kills before a project starts anew, as every killed ingest leaves batches behind


@dataclass(frozen=True)
class Standing:
    """What a reader finds: the export that each table is of, every batch there is, and what is wrong."""

    exports: dict[str, int]
    batches: frozenset[str]
    wrong: tuple[str, ...]


def write_exports(folder: Path, export: int) -> None:
    """Every file anew, each row saying which export it is of, and one row of each cut."""
    (folder / "crm").mkdir(parents=True, exist_ok=True)
    (folder / "tierwise.yaml").write_text(MODEL, encoding="utf-8")
    for files, heading, _ in TABLES.values():
        for name in files:
            rows = [f"{name}-{i},{name}-{i},{export}" for i in range(ROWS)]
            (folder / "crm" / name).write_text("\n".join([heading, *rows, "cut"]) + "\n", encoding="utf-8")


def standing(folder: Path) -> Standing:
    """Every table as a reader finds it; every batch's bytes against its checksums."""
    landing = Landing(folder / ".tierwise" / "landing")
    wrong, exports = list(landing.verify()), {}
    for table, (files, _, says) in TABLES.items():
        held = landing.current("crm", table)
        counts = [(batch.file, batch.rows_in, batch.loaded, batch.rejected) for batch in held]
        if counts != [(name, ROWS + 1, ROWS, 1) for name in files]:
            wrong.append(f"{table}: {counts} in force")
        rows = pa.concat_tables(pq.read_table(batch.data, columns=[says]) for batch in held)
        found = {int(value) for value in rows[says].to_pylist()}
        if len(found) != 1:
            wrong.append(f"{table}: rows of the exports {sorted(found)} together")
        exports[table] = max(found)
    there = {batch.name for table in TABLES for batch in landing.batches("crm", table)}
    return Standing(exports, frozenset(there), tuple(wrong))


def moment(folder: Path, export: int, before: Standing, after: Standing) -> str:
    """How far a killed ingest had come."""
    crm = folder / ".tierwise" / "landing" / "crm"
    if list(crm.rglob(f"{TEMPORARY}*")):
        return WRITING
    named = {f"crm/{table}/{name}" for table in TABLES for one in sets(crm / table) for name in one.batches}
    if after.batches - before.batches - named:
        return LANDED
    done = sum(of == export for of in after.exports.values())
    return {0: BEFORE, len(TABLES): AFTER}.get(done, BETWEEN)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that have imported Tierwise already, so that a kill meets the ingest and not its imports."""
    context = multiprocessing.get_context("forkserver")
    # Arrow imports pandas when it first meets an array, wherever that is installed
    context.set_forkserver_preload(["tests.faults.ingesting", "pandas", "pyarrow.pandas_compat", "pyarrow.csv"])
    return context


def whole(processes: ForkServerContext, folder: Path) -> list[float]:
    """Ingest undisturbed; the seconds between each of its messages and the next."""
    process, hears = begun(processes, folder)
    times = [time.monotonic()]
    with contextlib.suppress(EOFError):
        while hears.recv():
            times.append(time.monotonic())
    process.join()
    return [later - earlier for earlier, later in pairwise(times)]


def killed(processes: ForkServerContext, folder: Path, messages: int, after: float) -> bool:
    """Ingest and kill it, so many seconds after so many messages; whether it had said that all is landed."""
    process, hears = begun(processes, folder)
    said = [hears.recv() for _ in range(messages)]
    time.sleep(after)
    process.kill()
    process.join()
    with contextlib.suppress(EOFError):
        while True:
            said.append(hears.recv())
    return said[-1:] == ["done"]


def begun(processes: ForkServerContext, folder: Path) -> tuple[ForkServerProcess, Connection]:
    """An ingest whose project is open, and what it says from then on."""
    hears, says = processes.Pipe(duplex=False)
    process = processes.Process(target=ingest, args=(folder, says))
    process.start()
    says.close()
    assert hears.recv() == "begun"
    return process, hears


def campaign(processes: ForkServerContext, folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kills drawn over every stretch of an ingest, each of another export; how many met which moment, were lost or torn."""
    chance, counts = random.Random(seed), Counter({"lost": 0, "torn": 0})
    write_exports(folder, 0)
    whole(processes, folder)
    write_exports(folder, 1)  # over earlier records, as those that are killed
    lasting = whole(processes, folder)
    before = standing(folder)
    assert (set(before.exports.values()), before.wrong) == ({1}, ())
    for export in range(2, kills + 2):
        write_exports(folder, export)
        stretch = chance.randrange(len(lasting))
        done = killed(processes, folder, stretch, chance.uniform(0, 1.05) * lasting[stretch])
        after = standing(folder)
        counts[ENDED if done else moment(folder, export, before, after)] += 1
        acknowledged = done and set(after.exports.values()) != {export}
        earlier = any(after.exports[table] < before.exports[table] for table in TABLES)
        counts["lost"] += acknowledged or earlier or not before.batches <= after.batches
        counts["torn"] += bool(after.wrong)
        before = after
    return counts


def converged(folder: Path, fresh: Path) -> bool:
    """Whether one more ingest leaves nothing unfinished and holds the same rows as a project that was never killed."""
    write_exports(fresh, max(standing(folder).exports.values()) + 1)
    write_exports(folder, max(standing(folder).exports.values()) + 1)
    for place in (folder, fresh):
        with closing(Project.open(place)) as project:
            project.ingest()
    rows = [_rows(Landing(place / ".tierwise" / "landing")) for place in (folder, fresh)]
    return rows[0] == rows[1] and not list(folder.rglob(f"{TEMPORARY}*"))


def _rows(landing: Landing) -> list[pa.Table]:
    return [
        pq.read_table(batch.data).drop(["batch_id", "loaded_at", "known_at"])
        for table in TABLES
        for batch in landing.current("crm", table)
    ]


def test_a_killed_ingest_loses_nothing(processes: ForkServerContext, tmp_path: Path) -> None:
    counts = campaign(processes, tmp_path / "project", kills=8, seed=1)
    assert (counts["lost"], counts["torn"]) == (0, 0), counts
    assert converged(tmp_path / "project", tmp_path / "fresh")


@pytest.mark.soak
def test_two_hundred_kills_of_an_ingest(processes: ForkServerContext, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for turn in range(200 // PER_PROJECT):
        place = tmp_path / str(turn)
        counts += campaign(processes, place / "project", PER_PROJECT, seed=turn)
        assert converged(place / "project", place / "fresh")
    print(f"\n{sum(counts[name] for name in (BEFORE, WRITING, LANDED, BETWEEN, AFTER, ENDED))} kills of an ingest:")
    for name in (BEFORE, WRITING, LANDED, BETWEEN, AFTER, ENDED, "lost", "torn"):
        print(f"  {counts[name]:4}  {name}")
    assert (counts["lost"], counts["torn"]) == (0, 0)
