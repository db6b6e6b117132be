"""Which batches of a table hold: one small file per set, the newest is in force, so that all its files change together.

    landing/<source>/<table>/in_force/<sequence>.json

A set is written beside its place, flushed and renamed: that rename is the commit. A batch that no set names was landed by
a run that died, and holds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from tierwise.core.errors import Busy, StorageError
from tierwise.stores.disk import TEMPORARY, flush, storage

FOLDER = "in_force"


@dataclass(frozen=True)
class InForce:
    """The batches that held from `since` until the next set."""

    sequence: int
    since: datetime
    batches: tuple[str, ...]


def sets(table: Path) -> list[InForce]:
    """Every set of a table's folder, oldest first."""
    return [_read(path) for path in sorted((table / FOLDER).glob("*.json")) if not path.name.startswith(TEMPORARY)]


def write_set(table: Path, batches: Sequence[str], since: datetime) -> None:
    """Put batches in force, all at once. Raises Busy when another run was faster, StorageError when the disk refuses."""
    held = sets(table)
    sequence = held[-1].sequence + 1 if held else 1
    folder = table / FOLDER
    place, temporary = folder / f"{sequence:06d}.json", folder / f"{TEMPORARY}{sequence:06d}.json"
    said = {"sequence": sequence, "since": since.isoformat(), "batches": list(batches)}
    with storage(f"cannot put the records of {table.parent.name}/{table.name} in force"):
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(said, indent=1), encoding="utf-8")
        flush(temporary)
        if place.exists():
            raise Busy(f"{place} was written by another run meanwhile", "Run `tierwise ingest` again.")
        temporary.rename(place)
        flush(folder)
        flush(table)


def standing(held: Sequence[InForce], as_of: date) -> Sequence[InForce]:
    """The sets that were in force at some time up to the end of a day."""
    end = datetime.combine(as_of, time.max, tzinfo=UTC)
    return [one for one in held if one.since <= end]


def _read(path: Path) -> InForce:
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return InForce(said["sequence"], datetime.fromisoformat(said["since"]), tuple(said["batches"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path}: which batches are in force cannot be read ({error})", "Restore the file from a backup."
        ) from error
