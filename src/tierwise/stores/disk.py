"""Writing so that it is there or not: names of what is unfinished, forcing to the disk, what a full disk says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tierwise.core.errors import StorageError

TEMPORARY = ".writing-"


def flush(path: Path) -> None:
    """Force a file's or a folder's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def storage(what: str) -> Iterator[None]:
    """What the disk refuses, as a StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{what}: {error.strerror or error}",
            "Nothing was landed. Free space or fix the rights, then run it again.",
        ) from error
