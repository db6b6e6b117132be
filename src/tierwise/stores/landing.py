"""What the sources said, kept: immutable batches of Parquet with a manifest and the rows that were refused.

    landing/<source>/<table>/<batch_id>/{data.parquet, rejected.parquet, manifest.json}

A batch is written beside its place, flushed to the disk and renamed: that rename is the commit, so a batch
is either whole or not there. Nothing in a batch is ever edited.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.core.errors import Busy, CheckFailed, StorageError
from tierwise.core.ids import digest, file_digest

SCHEMA_VERSION = 1
TEMPORARY = ".writing-"
DATA, REJECTED, MANIFEST = "data.parquet", "rejected.parquet", "manifest.json"

REJECTED_SCHEMA = pa.schema(
    [("line", pa.int64()), ("reason", pa.string()), ("message", pa.string()), ("raw", pa.string())]
)


@dataclass(frozen=True)
class Arrival:
    """One file as it was read, before it has a place: its origin and its rows.

    A later batch takes the place of an earlier one of the same `slot` (mode replace). `recipe` is a hash of
    the mapping and options that the rows were read with. `rejections` counts the refused rows by reason,
    `blanked` the unreadable values that count as missing, by reason.
    """

    source: str
    table: str
    file: str
    sha256: str
    bytes: int
    rows_in: int
    loaded_at: datetime
    mode: str
    slot: str
    recipe: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    rejections: Mapping[str, int] = field(default_factory=dict)
    blanked: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch(Arrival):
    """A committed batch: its arrival, its name and place, and what it weighs.

    `repeated` counts the loaded rows that repeat a record of the same batch.
    """

    batch_id: str = ""
    sequence: int = 0
    supersedes: str = ""
    loaded: int = 0
    rejected: int = 0
    repeated: int = 0
    data_sha256: str = ""
    rejected_sha256: str = ""
    schema_version: int = SCHEMA_VERSION
    folder: Path = Path()

    @property
    def name(self) -> str:
        """Source, table and batch: unique in a project."""
        return f"{self.source}/{self.table}/{self.batch_id}"

    @property
    def data(self) -> Path:
        """The loaded rows, Parquet."""
        return self.folder / DATA

    @property
    def refused(self) -> Path:
        """The rejected rows, Parquet: line, reason, message, raw."""
        return self.folder / REJECTED


class Landing:
    """The batches below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def batches(self, source: str, table: str) -> list[Batch]:
        """Every committed batch of a table, oldest first."""
        folder = self.root / source / table
        if not folder.is_dir():
            return []
        found = [_read_manifest(path) for path in sorted(folder.glob(f"*/{MANIFEST}")) if _committed(path.parent)]
        return sorted(found, key=lambda batch: batch.sequence)

    def tables(self) -> list[tuple[str, str]]:
        """(source, table) of everything that has landed."""
        if not self.root.is_dir():
            return []
        return sorted(
            {
                (p.parents[2].name, p.parents[1].name)
                for p in self.root.glob(f"*/*/*/{MANIFEST}")
                if _committed(p.parent)
            }
        )

    def current(self, source: str, table: str, as_of: date | None = None) -> list[Batch]:
        """The batches that hold: of each slot the newest (mode replace), and every file that was appended.

        A file appended again with another mapping or other options is the same rows read anew: the newest reading holds.
        With `as_of`, the batch that stood at the end of that day; where nothing had landed yet, the newest,
        whose rows say themselves since when they were known.
        """
        batches = self.batches(source, table)
        slots: dict[tuple[str, str], list[Batch]] = {}
        for batch in batches:
            slots.setdefault((batch.slot, "" if batch.mode == "replace" else batch.sha256), []).append(batch)
        if as_of is None:
            chosen = [slot[-1] for slot in slots.values()]
        else:
            end = datetime.combine(as_of, time.max, tzinfo=UTC)
            chosen = [([b for b in slot if b.loaded_at <= end] or slot)[-1] for slot in slots.values()]
        return sorted(chosen, key=lambda batch: batch.sequence)

    def find(self, arrival: Arrival) -> Batch | None:
        """The batch that already holds this file, read the same way; None if it has to be landed."""
        held = self.current(arrival.source, arrival.table)
        same = (arrival.sha256, arrival.recipe, arrival.slot, arrival.mode)
        return next((b for b in held if (b.sha256, b.recipe, b.slot, b.mode) == same), None)

    def commit(self, arrival: Arrival, rows: pa.Table, rejected: pa.Table) -> Batch:
        """Land a file, whole or not at all; its name is written into the rows' `batch_id`.

        Raises CheckFailed when rows do not add up, StorageError when the disk refuses, Busy when another run
        was faster.
        """
        if arrival.rows_in != rows.num_rows + rejected.num_rows:
            raise CheckFailed(
                f"{arrival.file}: {arrival.rows_in:,} rows in, but {rows.num_rows:,} loaded "
                f"and {rejected.num_rows:,} rejected",
                "Nothing was landed. This is a defect of the reader: please report it with the first lines.",
            )
        parent = self.root / arrival.source / arrival.table
        held = [
            b for b in self.current(arrival.source, arrival.table) if b.mode == "replace" and b.slot == arrival.slot
        ]
        batch_id = f"{self._next_sequence(arrival.source, arrival.table):06d}-{_fingerprint(arrival)}"
        rows = rows.set_column(
            rows.schema.get_field_index("batch_id"), "batch_id", pa.repeat(pa.scalar(batch_id), rows.num_rows)
        )
        with _storage(f"cannot land {arrival.file}"):
            parent.mkdir(parents=True, exist_ok=True)
            temporary = parent / f"{TEMPORARY}{batch_id}"
            shutil.rmtree(temporary, ignore_errors=True)
            try:
                batch = self._write(temporary, arrival, batch_id, held[-1].batch_id if held else "", rows, rejected)
                _rename(temporary, parent / batch_id)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            _flush(parent)
        return batch

    def verify(self, source: str | None = None) -> list[str]:
        """What is wrong with the stored files: changed, missing or unreadable. Empty when all is well."""
        return [
            problem
            for s, t in self.tables()
            if source in (None, s)
            for b in self.batches(s, t)
            for problem in _damage(b)
        ]

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; the number of folders removed."""
        orphans = list(self.root.glob(f"*/*/{TEMPORARY}*"))
        for orphan in orphans:
            shutil.rmtree(orphan, ignore_errors=True)
        return len(orphans)

    def _next_sequence(self, source: str, table: str) -> int:
        return max((batch.sequence for batch in self.batches(source, table)), default=0) + 1

    def _write(
        self,
        folder: Path,
        arrival: Arrival,
        batch_id: str,
        supersedes: str,
        rows: pa.Table,
        rejected: pa.Table,
    ) -> Batch:
        folder.mkdir()
        pq.write_table(rows, folder / DATA, compression="zstd")
        pq.write_table(rejected.cast(REJECTED_SCHEMA), folder / REJECTED, compression="zstd")
        batch = Batch(
            **{f.name: getattr(arrival, f.name) for f in fields(Arrival)},
            batch_id=batch_id,
            sequence=int(batch_id.split("-")[0]),
            supersedes=supersedes,
            loaded=rows.num_rows,
            rejected=rejected.num_rows,
            repeated=rows.num_rows - pc.count_distinct(rows["record_id"], mode="all").as_py(),
            data_sha256=file_digest(folder / DATA),
            rejected_sha256=file_digest(folder / REJECTED),
            folder=folder.parent / batch_id,
        )
        manifest = {name: value for name, value in asdict(batch).items() if name != "folder"}
        text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False, default=_as_json)
        (folder / MANIFEST).write_text(text, encoding="utf-8")
        for path in (folder / DATA, folder / REJECTED, folder / MANIFEST, folder):
            _flush(path)
        return batch


def _fingerprint(arrival: Arrival) -> str:
    return digest([arrival.sha256, arrival.recipe, arrival.file], 12)


def _committed(folder: Path) -> bool:
    return not folder.name.startswith(TEMPORARY)


def _read_manifest(path: Path) -> Batch:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        values["loaded_at"] = datetime.fromisoformat(values["loaded_at"])
        values["warnings"] = tuple(values["warnings"])
        return Batch(**values, folder=path.parent)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path}: the manifest of a landed batch cannot be read ({error})",
            "Restore the folder from a backup, or delete it and run `tierwise ingest` again.",
        ) from error


def _damage(batch: Batch) -> Iterator[str]:
    for path, expected in ((batch.data, batch.data_sha256), (batch.refused, batch.rejected_sha256)):
        if not path.is_file():
            yield f"{path}: missing"
        elif file_digest(path) != expected:
            yield f"{path}: its bytes are not those that were written"


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else dict(value)


def _flush(path: Path) -> None:
    """Force a file's or a folder's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _rename(temporary: Path, place: Path) -> None:
    if place.exists():
        raise Busy(f"{place} was landed by another run meanwhile", "Run `tierwise ingest` again.")
    temporary.rename(place)


@contextmanager
def _storage(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{what}: {error.strerror or error}",
            "Nothing was landed. Free space or fix the rights, then run it again.",
        ) from error
