"""What one run derived: an immutable folder of Parquet, one sub-folder per table.

    snapshots/<run_id>/<table>/*.parquet

A run writes beside its place. Publishing flushes everything to the disk, renames the folder, and then commits its row in the
workspace database; a folder without a row was never published and is swept.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.core.errors import NotFound, StorageError
from tierwise.core.ids import file_digest
from tierwise.stores.disk import flush
from tierwise.stores.runs import Snapshot

WRITING = ".writing-"


class Snapshots:
    """The snapshot folders below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def workspace(self, aside: Path | None = None) -> Path:
        """A fresh folder for one run to write into; remains of dead runs are left to `sweep`.

        One below `aside` can be looked at and not published.
        """
        folder = (aside or self.root) / f"{WRITING}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        return folder

    def settle(self, written: Path, run_id: str) -> Path:
        """Flush a written folder and give it its name. It is not published before its row is committed."""
        with _explained(written):
            for path in sorted(written.rglob("*"), reverse=True):
                flush(path)
            flush(written)
            place = self.root / run_id
            if place.exists():
                shutil.rmtree(place)
            written.rename(place)
            flush(self.root)
        return place

    def holds(self, snapshot: Snapshot) -> list[str]:
        """The tables of a snapshot that are still there."""
        return [table for table in snapshot.tables if (self.root / snapshot.run_id / table).is_dir()]

    def take(self, snapshot: Snapshot, table: str, folder: Path) -> None:
        """The files of a table in another folder, their bytes checked: linked where the disk can, else copied.

        Raises StorageError when they are not what was published.
        """
        share(self.root / snapshot.run_id / table, folder)
        if checksums(folder) != snapshot.tables[table]["sha256"]:
            raise damaged(snapshot, table)

    def discard(self, written: Path) -> None:
        """Remove what a run wrote and nobody published; nothing happens when it was settled."""
        shutil.rmtree(written, ignore_errors=True)

    def files(self, snapshot: Snapshot, table: str) -> list[Path]:
        """The Parquet files of a table, their bytes checked. Raises NotFound when the snapshot does not hold the table."""
        folder = self.root / snapshot.run_id / table
        if table not in snapshot.tables:
            raise NotFound(f"run {snapshot.run_id} has no table '{table}'", "`tierwise show` lists the tables")
        if wrong := self._damaged(snapshot, table):
            raise damaged(snapshot, f"{', '.join(wrong)} in {folder}")
        return sorted(folder.glob("*.parquet"))

    def rewrite(self, snapshot: Snapshot, table: str, change: Callable[[pa.Table], pa.Table]) -> dict[str, str]:
        """Change the rows of a published table in place, where the law asks for it; the new checksums by file name."""
        for path in self.files(snapshot, table):
            beside = path.with_name(WRITING + path.name)
            with _explained(path):
                pq.write_table(change(pq.read_table(path)), beside, compression="zstd")
                flush(beside)
                beside.rename(path)
        return checksums(self.root / snapshot.run_id / table)

    def verify(self, snapshot: Snapshot) -> list[str]:
        """Files whose bytes are not what was published, relative to the snapshot; an empty list when all is well."""
        return [f"{table}/{name}" for table in snapshot.tables for name in self._damaged(snapshot, table)]

    def _damaged(self, snapshot: Snapshot, table: str) -> list[str]:
        """Files of a table that are missing, changed, or not of it."""
        folder, expected = self.root / snapshot.run_id / table, snapshot.tables[table]["sha256"]
        here = {path.name for path in folder.glob("*.parquet")}
        changed = {name for name in here & expected.keys() if file_digest(folder / name) != expected[name]}
        return sorted(changed | (here ^ expected.keys()))

    def sweep(self, published: set[str]) -> list[str]:
        """Remove folders that no row knows and that no living process writes; their names."""
        gone = []
        for folder in sorted(self.root.glob("*")) if self.root.is_dir() else []:
            dead = folder.name.startswith(WRITING) and not _alive(folder.name.removeprefix(WRITING).split("-")[0])
            orphan = not folder.name.startswith(".") and folder.name not in published
            if dead or orphan:
                shutil.rmtree(folder, ignore_errors=True)
                gone.append(folder.name)
        return gone


def damaged(snapshot: Snapshot, what: str) -> StorageError:
    """What to say of a snapshot whose files changed, and what to do."""
    hint = "`tierwise run --force` makes it anew from the landed records"
    return StorageError(f"run {snapshot.run_id} is damaged: {what} is not what was published", hint)


def share(files: Path, folder: Path) -> None:
    """The same Parquet files in another folder; nobody ever changes one."""
    folder.mkdir(parents=True, exist_ok=True)
    with _explained(folder):
        for path in files.glob("*.parquet"):
            try:
                os.link(path, folder / path.name)
            except OSError:
                shutil.copy2(path, folder / path.name)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each Parquet file of a table's folder, by file name."""
    return {path.name: file_digest(path) for path in sorted(folder.glob("*.parquet"))}


def _alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _explained(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot write {where}: {error.strerror}", "is the disk full or not writable?") from error
