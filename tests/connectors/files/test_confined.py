"""Files are read in a child within limits: the same content, or one error of the file."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.connectors.content import EmptyFileError
from tierwise.connectors.sources.files import FilesSource, FileTable, Limits
from tierwise.connectors.sources.files.confined.reader import Reader
from tierwise.connectors.sources.files.reading import FileBytes, read_content
from tierwise.core.errors import DataError
from tierwise.pipeline.ingest import ingest
from tierwise.stores.landing import Landing

TABLE = FileTable(file="companies")
LOW = Limits(memory_gb=0.9)


def file(name: str, data: bytes) -> FileBytes:
    return FileBytes(Path(name), data, "")


def parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def workbook(*rows: list[object]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(stream)
    return stream.getvalue()


def hungry() -> bytes:
    """A few kilobytes of Parquet that hold 2 GB of text: one long value, a million times, in two columns."""
    one = pa.DictionaryArray.from_arrays(np.zeros(1_000_000, np.int32), ["x" * 1000])
    return parquet(pa.table({"account_key": one, "name": one}))


def slow(rows: int = 1_500_000) -> bytes:
    """Parquet of a million lists, each of which becomes a text."""
    offsets = np.arange(rows + 1, dtype=np.int32)
    return parquet(pa.table({"account_key": pa.ListArray.from_arrays(offsets, np.zeros(rows, np.int8))}))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(LOW)
    yield reader
    reader.close()


ORDINARY = {
    "a.csv": b"account_key,name,name\n1,A,B\ncut\n2,C,D\n",
    "latin.txt": "Kundennummer;Name\n1;M\u00fcller AG\n2;Soci\u00e9t\u00e9 \u00c9toile\n".encode("cp1252"),
    "a.jsonl": b'{"account_key": 1, "name": "A"}\nno json\n{"account_key": 2}\n',
    "a.xlsx": workbook(["account_key", "name", "since"], ["1", "Müller", datetime(2026, 3, 1)], ["2", "B"], ["3", 4, 5, 6]),  # noqa: DTZ001
    "a.parquet": parquet(pa.table({"line": [1, None], "name": ["a", "b\0"], "lists": [[1], []]})),
    "a.csv.gz": gzip.compress(b"account_key,name,name\n1,A,B\ncut\n2,C,D\n"),
    "a.jsonl.gz": gzip.compress(b'{"account_key": 1, "name": "\xc3\xbc"}\nno json\n'),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDINARY)
def test_a_file_is_read_as_without_a_child(reader: Reader, name: str) -> None:
    here, there = read_content(file(name, ORDINARY[name]), TABLE), reader.read(file(name, ORDINARY[name]), TABLE)
    assert there.table.equals(here.table)
    assert there.lines.tolist() == here.lines.tolist()
    for part in ("rows_in", "refused", "encoding", "delimiter", "serial_epoch", "warnings", "top"):
        assert getattr(there, part) == getattr(here, part), part


def test_what_is_wrong_with_a_file_is_said_as_without_a_child(reader: Reader) -> None:
    for name, data in (("a.xlsx", b"PK"), ("a.csv.gz", b"\x1f\x8b"), ("a.parquet", b"PAR1")):
        with pytest.raises(DataError) as here:
            read_content(file(name, data), TABLE)
        with pytest.raises(DataError) as there:
            reader.read(file(name, data), TABLE)
        assert str(there.value) == str(here.value)
    with pytest.raises(EmptyFileError):
        reader.read(file("a.csv.gz", gzip.compress(b"")), TABLE)


def test_memory_is_limited_and_the_next_file_is_read(reader: Reader) -> None:
    with pytest.raises(DataError, match=r"reading it takes more than 0\.9 GB of memory.*\n.*Export it as CSV"):
        reader.read(file("a.parquet", hungry()), TABLE)
    assert reader.read(file("a.parquet", ORDINARY["a.parquet"]), TABLE).rows_in == 2


LONG_TEXT = gzip.compress(b"account_key\n" + b"123456789\n" * 20_000)
SHORT_LINES = b"account_key\n" + b"1\n" * 4_000_000


@pytest.mark.parametrize(
    ("limits", "name", "data", "says"),
    [
        (Limits(processor_seconds=1), "a.parquet", slow(), "reading it takes more than 1 seconds of processor time"),
        (Limits(clock_seconds=0.05), "a.parquet", slow(), r"reading it takes longer than 0\.05 seconds"),
        (Limits(memory_gb=0.1), "a.csv", SHORT_LINES, r"reading it takes more than 0\.1 GB of memory"),
        (Limits(rows_gb=1e-4), "a.csv.gz", LONG_TEXT, "its rows take more than"),
    ],
)
def test_time_and_size_are_limited(limits: Limits, name: str, data: bytes, says: str) -> None:
    with contextlib.closing(Reader(limits)) as reader, pytest.raises(DataError, match=says):
        reader.read(file(name, data), TABLE)


def test_a_reader_that_is_ended_is_an_error_of_the_file() -> None:
    reader = Reader(Limits())
    crash = Timer(0.1, lambda: os.kill(reader._process.pid, signal.SIGSEGV))  # type: ignore[union-attr]
    crash.start()
    with pytest.raises(DataError, match=r"ended the reader \(SIGSEGV\)"):
        reader.read(file("a.parquet", slow()), TABLE)
    reader.close()


def test_an_ingest_goes_on_with_the_next_table(tmp_path: Path) -> None:
    (tmp_path / "companies.parquet").write_bytes(hungry())
    (tmp_path / "people.xlsx").write_bytes(workbook(["contact_key", "account_key"], ["1", "2"]))
    tables = {"accounts": "companies.parquet", "contacts": "people.xlsx"}
    source = FilesSource.model_validate({"kind": "files", "tables": tables, "limits": {"memory_gb": 0.9}})
    with pytest.raises(DataError, match=r"table accounts: companies\.parquet: reading it takes more than"):
        ingest({"crm": source}, {}, {}, {}, Landing(tmp_path / "landing"), tmp_path, datetime(2026, 3, 1, tzinfo=UTC))
    assert Landing(tmp_path / "landing").rows("crm", "contacts") == 1


def test_what_else_is_asked_of_a_file(reader: Reader) -> None:
    assert reader.peek("sheets", file("a.xlsx", ORDINARY["a.xlsx"])) == ["Sheet"]
    assert reader.peek("first", file("a.json", b'{\n "data": [1]\n}\n{}')) == {"data": [1]}
    assert reader.peek("first", file("a.json", b"[" * 100_000)) == {}
    with pytest.raises(DataError, match=r"no workbook|cannot be read|not a zip|damaged"):
        reader.peek("sheets", file("a.xlsx", b"PK"))


ORPHAN = """
import os, sys
from pathlib import Path
from threading import Timer
from tierwise.connectors.sources.files.confined.reader import Limits, Reader
from tierwise.connectors.sources.files import FileTable
from tierwise.connectors.sources.files.reading import load_bytes
reader = Reader(Limits())
child = reader._running().pid
print(child, flush=True)
if len(sys.argv) > 2:
    Timer(2, os.kill, (os.getpid(), 9)).start()
reader.read(load_bytes(Path(sys.argv[1])), FileTable(file="a"))
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(ORDINARY["a.csv.gz"])
    said = subprocess.run([sys.executable, "-c", ORPHAN, str(tmp_path / "a.csv.gz")], capture_output=True, text=True)
    assert said.returncode == -signal.SIGKILL, said.stderr
    gone(int(said.stdout), 60)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_a_child_that_reads_ends_with_its_parent_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(slow(10_000_000))  # ten seconds and more
    places = {**os.environ, "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-c", ORPHAN, str(tmp_path / "a.parquet"), "amid"]
    said = subprocess.run(words, capture_output=True, text=True, env=places)
    assert said.returncode == -signal.SIGKILL, said.stderr
    gone(int(said.stdout), 5)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def gone(pid: int, seconds: int) -> None:
    for _ in range(10 * seconds):
        if not running(pid):
            return
        time.sleep(0.1)
    pytest.fail("the child is still there")


def running(pid: int) -> bool:
    """Whether a process does anything: one that ended is listed until somebody asks for its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
