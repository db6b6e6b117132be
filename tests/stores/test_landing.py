"""A batch is whole or not there, says what it holds, and is never edited."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.core.errors import Busy, CheckFailed, StorageError
from tierwise.stores.disk import TEMPORARY
from tierwise.stores.in_force import FOLDER
from tierwise.stores.landing import DATA, MANIFEST, REJECTED_SCHEMA, Arrival, Batch, Landing

MARCH, APRIL, MAY = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (3, 4, 5))
SCHEMA = pa.schema([("record_id", pa.string()), ("batch_id", pa.string())])


def rows(*ids: str) -> pa.Table:
    return pa.table([list(ids), [None] * len(ids)], schema=SCHEMA)


def refused(count: int = 0) -> pa.Table:
    return pa.table([[1] * count, ["r"] * count, ["m"] * count, ["x"] * count], schema=REJECTED_SCHEMA)


def arrival(
    sha256: str = "a", *, rows_in: int = 1, loaded_at: datetime = MARCH, mode: str = "replace", slot: str = ""
) -> Arrival:
    return Arrival(
        "crm", "accounts", "c.csv", sha256, 10, rows_in, loaded_at, mode, slot, "r1", {"name": "Name"}, "utf-8", ","
    )


def land(landing: Landing, *arrivals: Arrival) -> list[Batch]:
    """The files of one table, committed and put in force together."""
    batches = [landing.find(a) or landing.commit(a, rows("1"), refused()) for a in arrivals]
    landing.put_in_force(batches, max(a.loaded_at for a in arrivals))
    return batches


def test_what_was_landed_is_there(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    said = replace(arrival(rows_in=3), rejections={"ragged": 1}, warnings=("w",))
    batch = landing.commit(said, rows("1", "2"), refused(1))
    (found,) = Landing(tmp_path).batches("crm", "accounts")
    assert found == batch
    assert (found.rows_in, found.loaded, found.rejected, found.rejections) == (3, 2, 1, {"ragged": 1})
    assert pq.read_table(found.data).to_pydict() == {"record_id": ["1", "2"], "batch_id": [batch.batch_id] * 2}
    assert pq.read_table(found.refused).num_rows == 1
    assert landing.tables() == [("crm", "accounts")]
    assert landing.verify() == []


def test_rows_that_do_not_add_up_are_not_landed(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed, match="3 rows in, but 1 loaded and 1 rejected"):
        Landing(tmp_path).commit(arrival(rows_in=3), rows("1"), refused(1))
    assert not list(tmp_path.iterdir())


def test_a_changed_file_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    (first,) = land(landing, arrival("a"))
    second, other = land(landing, arrival("b", loaded_at=APRIL), arrival("c", slot="other.csv", loaded_at=APRIL))
    assert (second.supersedes, other.supersedes) == (first.batch_id, "")
    assert landing.current("crm", "accounts") == [second, other]
    assert landing.batches("crm", "accounts") == [first, second, other]


def test_as_of_shows_the_batch_of_that_day_or_the_newest_before_any(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    (first,) = land(landing, arrival("a"))
    (second,) = land(landing, arrival("b", loaded_at=MAY))
    assert landing.current("crm", "accounts", date(2026, 4, 1)) == [first]
    assert landing.current("crm", "accounts", date(2026, 5, 1)) == [second]
    assert landing.current("crm", "accounts", date(2020, 1, 1)) == [second]


def test_appended_batches_all_hold(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    both = [land(landing, arrival(sha, mode="append"))[0] for sha in "ab"]
    assert landing.current("crm", "accounts") == both


def test_an_appended_file_that_is_read_anew_counts_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    for sha in "ab":
        land(landing, arrival(sha, mode="append"))
    anew = replace(arrival("a", mode="append"), recipe="r2")
    assert landing.find(anew) is None
    (batch,) = land(landing, anew)
    assert [(b.sha256, b.recipe) for b in landing.current("crm", "accounts")] == [("b", "r1"), ("a", "r2")]
    assert landing.find(anew) == batch


def test_the_same_file_is_found_again_until_something_else_took_its_place(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    assert landing.find(arrival("a")) is None
    (first,) = land(landing, arrival("a"))
    assert landing.find(arrival("a", loaded_at=MAY)) == first
    assert landing.find(replace(arrival("a"), recipe="r2")) is None
    land(landing, arrival("b"))
    assert landing.find(arrival("a")) is None  # a file that went back to its old content lands again
    again = land(landing, arrival("a"))
    assert landing.current("crm", "accounts") == again


def test_a_file_that_vanished_leaves_and_its_past_stays(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    january, february = land(landing, arrival("a", slot="1.csv"), arrival("b", slot="2.csv"))
    assert landing.put_in_force([february], APRIL) == [january]
    assert landing.current("crm", "accounts") == [february]
    assert landing.current("crm", "accounts", date(2026, 3, 31)) == [january, february]
    assert landing.put_in_force([february], MAY) == []
    (new,) = [landing.commit(arrival("c", slot="3.csv", loaded_at=MAY), rows("1"), refused())]
    landing.put_in_force([february, new], MAY)
    assert landing.current("crm", "accounts", date(2026, 4, 2)) == [
        february,
        new,
    ]  # its rows say since when they were known
    assert landing.current("crm", "accounts", date(2026, 3, 31)) == [january, february, new]


def test_a_file_that_only_changed_its_name_does_not_count_twice_in_the_past(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    before = land(landing, arrival("a", slot="deals_1.csv"))
    renamed = land(landing, arrival("a", slot="1.csv", loaded_at=APRIL))
    assert landing.current("crm", "accounts") == renamed
    assert landing.current("crm", "accounts", date(2026, 3, 31)) == before


def test_a_batch_that_no_set_names_holds_nothing_and_is_not_landed_twice(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    held = land(landing, arrival("a", slot="1.csv"))
    orphan = landing.commit(arrival("b", slot="2.csv"), rows("1"), refused())  # and here the run died
    assert landing.current("crm", "accounts") == held
    assert landing.find(arrival("b", slot="2.csv", loaded_at=MAY)) == orphan


def test_a_batch_in_force_that_is_missing_is_said_and_landed_anew(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    (batch,) = land(landing, arrival("a"))
    shutil.rmtree(batch.folder)
    assert landing.verify() == []  # nothing of the table is there: its set is all that is left
    with pytest.raises(StorageError, match="a landed batch is missing"):
        landing.current("crm", "accounts")
    assert land(landing, arrival("a")) == landing.current("crm", "accounts")


def test_bit_rot_and_losses_are_found(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    batch = landing.commit(arrival(), rows("1"), refused())
    content = bytearray(batch.data.read_bytes())
    content[len(content) // 2] ^= 1
    batch.data.write_bytes(content)
    batch.refused.unlink()
    assert [problem.rsplit(": ", 1)[1] for problem in landing.verify()] == [
        "its bytes are not those that were written",
        "missing",
    ]
    (batch.folder / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(StorageError, match="manifest"):
        landing.batches("crm", "accounts")


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_full_disk_lands_nothing_and_says_so(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = Landing(tmp_path)
    land(landing, arrival("a"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full) if step == "fsync" else monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StorageError, match="No space left"):
        land(landing, arrival("b"))
    monkeypatch.undo()
    assert [batch.sha256 for batch in landing.current("crm", "accounts")] == ["a"]
    assert not list(tmp_path.rglob(f"{TEMPORARY}*"))


def test_two_runs_do_not_overwrite_each_other(tmp_path: Path) -> None:
    first = Landing(tmp_path)
    batch = first.commit(arrival(), rows("1"), refused())
    (batch.folder / MANIFEST).unlink()  # as if the other had not finished when we looked
    with pytest.raises(Busy):
        first.commit(arrival(), rows("1"), refused())
    assert (batch.folder / DATA).is_file()


def test_sweep_removes_only_what_was_interrupted(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    (batch,) = land(landing, arrival())
    orphan = batch.folder.parent / f"{TEMPORARY}000002-x"
    orphan.mkdir()
    (orphan / MANIFEST).write_bytes((batch.folder / MANIFEST).read_bytes())
    assert landing.batches("crm", "accounts") == [batch]
    unfinished = batch.folder.parent / FOLDER / f"{TEMPORARY}000002.json"
    unfinished.write_text("{", encoding="utf-8")
    assert landing.sweep() == 2
    assert not unfinished.exists()
    assert not orphan.exists()
    assert landing.current("crm", "accounts") == [batch]


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_landing import FILES, Landing, arrival, refused, rows
landing = Landing(Path(sys.argv[1]))
held = landing.current("crm", "accounts")
number = int(held[0].sha256) if held else 0
while True:
    number += 1
    landing.sweep()
    said = [arrival(str(number), rows_in=3, slot=slot) for slot in FILES]
    batches = [landing.find(one) or landing.commit(one, rows("1", "2", "3"), refused()) for one in said]
    landing.put_in_force(batches, said[0].loaded_at)
    print("landed one", flush=True)
"""
FILES = ("deals_1.csv", "deals_2.csv", "deals_3.csv")


def test_killed_at_any_moment_every_batch_is_whole_and_the_files_hold_together(tmp_path: Path) -> None:
    before = 0
    for attempt in range(8):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.05 + 0.013 * attempt)
            writer.send_signal(signal.SIGKILL)
        landing = Landing(tmp_path)
        batches = landing.batches("crm", "accounts")
        assert landing.verify() == []
        assert all(pq.read_table(batch.data).num_rows == batch.loaded == 3 for batch in batches)
        assert [batch.sequence for batch in batches] == list(range(1, len(batches) + 1))
        held = landing.current("crm", "accounts")
        assert sorted(batch.slot for batch in held) == list(FILES)
        (version,) = {int(batch.sha256) for batch in held}  # never part of one set with part of another
        assert version > before
        before = version
