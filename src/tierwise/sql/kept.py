"""Answers about queries as files of the user's cache, so that the next process has them too.

One file per answer, by the hash of its question, below a folder named by the software that answered. A file is there whole or
is not believed: its first line is the hash of the rest. All of it may be deleted at any time; where nothing may be
written, nothing is kept.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from tierwise.core.ids import digest
from tierwise.core.software import changed, software

# The folder of the cache; empty for none. Else it is `tierwise` where the user's caches are.
NAMED = "TIERWISE_CACHE"
# A model leaves some six hundred answers, three megabytes; a new version of Tierwise starts anew.
MOST = 20_000
VERSIONS = 3


def read(key: str) -> str | None:
    """The answer to the question with this hash, None where it is not kept."""
    place = folder()
    if place is None:
        return None
    try:
        mark, _, answer = (place / key).read_bytes().decode().partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return answer if mark == digest(answer) else None


def write(key: str, answer: str) -> None:
    """Keep an answer, if that can be."""
    place = folder()
    if place is None:
        return
    unfinished = place / f".{key}-{os.getpid()}-{threading.get_ident()}"
    try:
        unfinished.write_bytes(f"{digest(answer)}\n{answer}".encode())
        unfinished.replace(place / key)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


@cache
def folder() -> Path | None:
    """Where the answers of this software are; None where there is no such place, or it is somebody else's."""
    named = os.environ.get(NAMED)
    if named == "":
        return None
    try:
        home = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tierwise"
        answers = home / "queries"
        answers.mkdir(mode=0o700, parents=True, exist_ok=True)
        if changed() or answers.stat().st_uid != os.geteuid():
            return None
        mine = answers / software()[:16]
        mine.mkdir(mode=0o700, exist_ok=True)
        _thin(answers, mine)
    except (OSError, RuntimeError):  # no home, no rights, no room
        return None
    return mine


def _thin(answers: Path, mine: Path) -> None:
    """Forget what the oldest software answered, and the older half of too many answers."""
    os.utime(mine)
    for old in _by_age(answers)[:-VERSIONS]:
        shutil.rmtree(old, ignore_errors=True)
    if len(found := _by_age(mine)) > MOST:
        for file in found[: len(found) // 2]:
            file.unlink(missing_ok=True)


def _by_age(place: Path) -> list[Path]:
    """What is in a folder, oldest first; what another process removes meanwhile counts as oldest."""

    def age(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    return sorted(place.iterdir(), key=age)
