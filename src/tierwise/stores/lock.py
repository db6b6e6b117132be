"""One writer at a time: a lock that the operating system releases when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tierwise.core.errors import Busy


@contextmanager
def only_writer(path: Path, since: datetime) -> Iterator[None]:
    """Hold the project for writing. Raises Busy, with the holder's process and since when, when another run has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            raise Busy(
                f"another run holds this project: {stream.read().strip() or 'unknown'}", "wait for it, or stop it"
            ) from None
        stream.truncate(0)
        stream.write(json.dumps({"process": os.getpid(), "host": os.uname().nodename, "since": since.isoformat()}))
        stream.flush()
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)
