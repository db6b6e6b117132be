"""The child process that reads files within limits: `python -m tierwise.connectors.sources.files.confined.child MEMORY BYTES`.

A job is a line of JSON on stdin with the file's bytes after it; the answer is a line of JSON on stdout, the rows lie as Arrow
files in the folder that the job names. The child ends with its parent, also amid a file. See confined/reader.py.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib.abc import MetaPathFinder
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.reading import FileBytes, first_object, read_content, sheet_names
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import CheckFailed, DataError

PEEKS = {"sheets": sheet_names, "first": first_object}  # what may be asked of a file besides its content
TABLES = ("table", "lines", "refused")  # the parts of a content that are no JSON
LOOK = 0.5  # seconds between looks at whether the parent lives
REFUSED = ("line", "reason", "message", "raw")


class WithoutPandas(MetaPathFinder):
    """Arrow imports pandas where it is installed, which takes a second; nobody here asks for it."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def serve() -> None:
    """Answer jobs until there are none, or until one has met a limit."""
    memory, size = (int(word) for word in sys.argv[1:])
    sys.meta_path.insert(0, WithoutPandas())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    limits = {"AS": address_space() + memory, "FSIZE": size, "CORE": 0}
    absent = [what for what, number in limits.items() if not limit(what, number)]
    folder = Path()

    def orphaned() -> None:
        if folder.name:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    Thread(target=outlive, args=(os.getppid(), orphaned), daemon=True).start()
    try:
        while head := sys.stdin.buffer.readline():
            job = json.loads(head)
            folder = Path(job["folder"])
            without = absent if limit("CPU", math.ceil(time.process_time()) + job["seconds"]) else [*absent, "CPU"]
            said = {**answer(job), "absent": without}
            print(json.dumps(said), file=answers, flush=True)
            if "limit" in said:
                return
    finally:
        if folder.name:  # whoever asked is gone without having taken the rows
            shutil.rmtree(folder, ignore_errors=True)


def outlive(parent: int, then: Callable[[], None]) -> None:
    """Call `then` soon after the parent has ended; for ever on a platform that does not give orphans another."""
    while os.getppid() == parent:
        time.sleep(LOOK)
    then()


def address_space() -> int:
    """Bytes of address space that the libraries have taken before any file; 0 where the platform does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def limit(what: str, number: int) -> bool:
    """Limit this process (setrlimit); False where the platform cannot."""
    try:
        import resource

        kind = getattr(resource, f"RLIMIT_{what}")
        most = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (number if most == resource.RLIM_INFINITY else min(number, most), most))
    except (ImportError, AttributeError, OSError, ValueError):
        return False
    return True


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """What became of a file: the plain parts of its content, an error, or the limit that it met."""
    try:
        file = FileBytes(Path(job["file"]), sys.stdin.buffer.read(job["bytes"]), "")
        if peek := PEEKS.get(job["what"]):
            return {"told": peek(file)}
        content = read_content(file, FileTable.model_validate(job["options"]))
        _write(content, Path(job["folder"]))
    except Exception as error:  # whatever it is, it is about this file, and its process has to be told
        if any(isinstance(cause, MemoryError) for cause in _causes(error)):
            return {"limit": "memory"}
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return {"limit": "size"}
        if isinstance(error, DataError | CheckFailed):
            return {"error": type(error).__name__, "message": error.message, "hint": error.hint}
        message = f"reading it failed ({type(error).__name__}: {error})"
        return {"error": "CheckFailed", "message": message, "hint": "This is a defect of the reader: please report it."}
    return {"content": {f.name: getattr(content, f.name) for f in fields(content) if f.name not in TABLES}}


def _write(content: Content, folder: Path) -> None:
    refused = [[getattr(row, name) for row in content.refused] for name in REFUSED]
    parts = {
        "table": content.table.append_column("line", pa.array(content.lines, pa.int64())),
        "refused": pa.table(
            refused, schema=pa.schema([("line", pa.int64()), *((n, pa.string()) for n in REFUSED[1:])])
        ),
    }
    for name, rows in parts.items():
        with pa.OSFile(str(folder / f"{name}.arrow"), "wb") as stream, pa.ipc.new_file(stream, rows.schema) as writer:
            writer.write_table(rows)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


if __name__ == "__main__":
    serve()
