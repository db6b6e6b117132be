"""Files of customers, read in a child process within limits: what ends a parser is an error of one file.

A parser may abort its process, or ask for any amount of memory, and files may unpack to more than they are.
See docs/decisions/0029.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from threading import Event, Lock, Timer
from typing import Any, Literal

import pyarrow as pa

from tierwise.connectors.content import Content, EmptyFileError, Refused
from tierwise.connectors.sources.files.reading import FileBytes
from tierwise.connectors.sources.files.spec import FileTable, Limits
from tierwise.core.errors import CheckFailed, DataError

EMPTY = EmptyFileError.__name__
CHILD = "tierwise.connectors.sources.files.confined.child"
SMALL = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}  # on many cores each thread would reserve memory
SIGXCPU = 24 if sys.platform == "win32" else signal.SIGXCPU
ERRORS = {kind.__name__: kind for kind in (DataError, CheckFailed)}
WHAT = {
    "AS": "memory",
    "FSIZE": "the size of its rows",
    "CPU": "processor time",
    "CORE": "what it leaves when it crashes",
}
NEXT = "Export it as CSV, in smaller files, or raise `limits` of the source; if it is not from you, do not open it."
LIMITS = Limits()


def peek_confined(what: Literal["sheets", "first"], file: FileBytes) -> Any:
    """The names of a workbook's sheets, or the first object of a JSON file. Raises DataError as `read_confined` does."""
    return _reader(LIMITS).peek(what, file)


def read_confined(file: FileBytes, table: FileTable, limits: Limits = LIMITS) -> Content:
    """The content of a file, as `read_content` gives it. Raises DataError, also where reading it met a limit."""
    return _reader(limits).read(file, table)


@cache
def _reader(limits: Limits) -> Reader:
    """One child for all files of this process: starting it takes a fifth of a second."""
    reader = Reader(limits)
    atexit.register(reader.close)
    return reader


class Reader:
    """A child process that reads one file after another; it is started when needed, and again after a file has ended it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = Lock()

    def read(self, file: FileBytes, table: FileTable) -> Content:
        """The content of a file. Raises DataError and CheckFailed as `read_content` does, and DataError at a limit."""
        with self._lock, tempfile.TemporaryDirectory(prefix="tierwise-") as folder:
            return _content(Path(folder), self._answer("content", file, table, folder))

    def peek(self, what: str, file: FileBytes) -> Any:
        """What the child tells of a file (its PEEKS). Raises as `read` does."""
        with self._lock, tempfile.TemporaryDirectory(prefix="tierwise-") as folder:
            return self._answer(what, file, FileTable(file=file.path.name), folder)["told"]

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    stream.close()  # type: ignore[union-attr]

    def _answer(self, what: str, file: FileBytes, table: FileTable, folder: str) -> dict[str, Any]:
        said = self._ask(what, file, table, folder)
        if met := said.get("limit"):
            self.close()
            raise self._beyond(met)
        if kind := said.get("error"):
            raise EmptyFileError(said["message"]) if kind == EMPTY else ERRORS[kind](said["message"], said["hint"])
        return said

    def _ask(self, what: str, file: FileBytes, table: FileTable, folder: str) -> dict[str, Any]:
        options = table.model_dump(mode="json", by_alias=True)
        job = {"what": what, "file": file.path.name, "options": options, "folder": folder, "bytes": len(file.data)}
        process, line, late = self._running(), b"", Event()
        assert process.stdin is not None
        assert process.stdout is not None

        def end() -> None:
            late.set()
            process.kill()

        watch = Timer(self.limits.clock_seconds, end)
        watch.start()
        try:
            process.stdin.write(json.dumps({**job, "seconds": self.limits.processor_seconds}).encode() + b"\n")
            process.stdin.write(file.data)
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            pass  # the child has ended, and how says why
        except BaseException:
            self.close()  # it may be amid a file that nobody waits for
            raise
        finally:
            watch.cancel()
        if line:
            return json.loads(line)
        code = process.wait()
        return {"limit": "clock" if late.is_set() else "processor" if -code == SIGXCPU else _ending(code)}

    def _running(self) -> subprocess.Popen[bytes]:
        """The child; a process that was forked off its owner has one of its own."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            sizes = (str(int(gigabytes * 1e9)) for gigabytes in (self.limits.memory_gb, self.limits.rows_gb))
            words = [sys.executable, "-P", "-m", CHILD, *sizes]
            # the child finds Tierwise where this process found it
            places = {**os.environ, **SMALL, "PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}
            self._owner, self._process = os.getpid(), subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=places
            )  # fmt: skip
        return self._process

    def _beyond(self, met: str) -> DataError:
        limits = self.limits
        said = {
            "memory": f"reading it takes more than {limits.memory_gb:,.1f} GB of memory",
            "processor": f"reading it takes more than {limits.processor_seconds:,} seconds of processor time",
            "clock": f"reading it takes longer than {limits.clock_seconds:,} seconds",
            "size": f"its rows take more than {limits.rows_gb:,.1f} GB",
        }
        ended = f"reading it ended the reader ({met}), as damaged files do and files that ask for too much memory"
        return DataError(f"{said.get(met, ended)}: refused as unsafe", NEXT)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _content(folder: Path, said: dict[str, Any]) -> Content:
    table, refused = (_rows(folder / f"{name}.arrow") for name in ("table", "refused"))
    plain: dict[str, Any] = {
        name: tuple(tuple(v) if isinstance(v, list) else v for v in value) if isinstance(value, list) else value
        for name, value in said["content"].items()
    }
    notes = tuple(f"no limit of {WHAT[what]} could be set on this machine" for what in said["absent"])
    last = table.num_columns - 1
    return Content(
        table=table.remove_column(last),
        lines=table.column(last).to_numpy(),
        refused=tuple(Refused(**row) for row in refused.to_pylist()),
        **{**plain, "warnings": (*plain["warnings"], *notes)},
    )


def _rows(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as stream:
        rows = pa.ipc.open_file(stream).read_all()
    rows.validate(full=True)
    return rows
