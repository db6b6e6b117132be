"""Files that unpack to more than they are, read in a child process within limits: what ends a parser is an error of one file.

Workbooks, Parquet and packed files are opened by libraries that may abort the process, or ask for any amount of memory. Text
and JSON lines are read by this process, in bounded cells. See docs/decisions/0029.
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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Event, Lock, Timer
from typing import Any

import pyarrow as pa

from tierwise.connectors.content import Content, EmptyFileError, Refused
from tierwise.connectors.sources.files.reading import WORKBOOKS, FileBytes, read_content
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import CheckFailed, DataError

CONFINED = (*WORKBOOKS, ".parquet")
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
NEXT = "Export it as CSV, or in smaller files; if it is not from you, do not open it."


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: bytes of memory, seconds of processor and of the clock, bytes of what is read."""

    memory: int = 8_000_000_000
    processor: int = 300
    clock: float = 900
    size: int = 8_000_000_000


LIMITS = Limits()


def read_confined(file: FileBytes, table: FileTable) -> Content:
    """The content of a file, as `read_content` gives it. Raises DataError, also where reading it met a limit."""
    if file.packed or file.suffix in CONFINED:
        return _reader(LIMITS).read(file, table)
    return read_content(file, table)


@cache
def _reader(limits: Limits) -> Reader:
    """One child for all files of this process: starting it takes half a second."""
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
            said = self._ask(file, table, folder)
            if met := said.get("limit"):
                self.close()
                raise self._beyond(met)
            if kind := said.get("error"):
                raise EmptyFileError(said["message"]) if kind == EMPTY else ERRORS[kind](said["message"], said["hint"])
            return _content(Path(folder), said)

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    stream.close()  # type: ignore[union-attr]

    def _ask(self, file: FileBytes, table: FileTable, folder: str) -> dict[str, Any]:
        options = table.model_dump(mode="json", by_alias=True)
        job = {"file": file.path.name, "options": options, "folder": folder, "bytes": len(file.data)}
        process, line, late = self._running(), b"", Event()
        assert process.stdin is not None
        assert process.stdout is not None

        def end() -> None:
            late.set()
            process.kill()

        watch = Timer(self.limits.clock, end)
        watch.start()
        try:
            process.stdin.write(json.dumps({**job, "seconds": self.limits.processor}).encode() + b"\n")
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
            words = [sys.executable, "-P", "-m", CHILD, str(self.limits.memory), str(self.limits.size)]
            # the child finds Tierwise where this process found it
            places = {**os.environ, **SMALL, "PYTHONPATH": os.pathsep.join(place for place in sys.path if place)}
            self._owner, self._process = os.getpid(), subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=places
            )  # fmt: skip
        return self._process

    def _beyond(self, met: str) -> DataError:
        limits = self.limits
        said = {
            "memory": f"reading it takes more than {limits.memory / 1e9:,.1f} GB of memory",
            "processor": f"reading it takes more than {limits.processor:,} seconds of processor time",
            "clock": f"reading it takes longer than {limits.clock:,} seconds",
            "size": f"its rows take more than {limits.size / 1e9:,.1f} GB",
        }
        ended = f"reading it ended the reader ({met}), as damaged files do and files that ask for too much memory"
        return DataError(f"{said.get(met, ended)}: refused as unsafe", NEXT)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _content(folder: Path, said: dict[str, Any]) -> Content:
    table, refused = (_rows(folder / f"{name}.arrow") for name in ("table", "refused"))
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in said["content"].items()
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
