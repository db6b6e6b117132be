"""What the sources said, kept: immutable batches of Parquet with a manifest and the rows that were refused.

    landing/<source>/<table>/<batch_id>/{data.parquet, rejected.parquet, manifest.json}

A batch is written beside its place, flushed to the disk and renamed, so it is either whole or not there. Nothing in a batch is
ever edited. Which batches hold is said by sets (see in_force): the files of a table come into force together, or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.core.errors import Busy, CheckFailed, StorageError
from tierwise.core.ids import digest, file_digest
from tierwise.stores.disk import TEMPORARY, flush, storage
from tierwise.stores.in_force import FOLDER, sets, standing, write_set

SCHEMA_VERSION = 1
REWRITTEN = "personal data was erased from this batch"
DATA, REJECTED, SEEN, MANIFEST = "data.parquet", "rejected.parquet", "seen.parquet", "manifest.json"

REJECTED_SCHEMA = pa.schema(
    [("line", pa.int64()), ("reason", pa.string()), ("message", pa.string()), ("raw", pa.string())]
)


@dataclass(frozen=True)
class Arrival:
    """One file as it was read, before it has a place: its origin and its rows.

    A later batch takes the place of an earlier one of the same `slot` (mode replace). `recipe` is a hash of
    the mapping and options that the rows were read with. `rejections` counts the refused rows by reason,
    `blanked` the unreadable values that count as missing, by reason; `unused` are the headings that no column is read from.
    Rows of a database that is read bit by bit say how far that came (`cursor`).
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
    unused: tuple[str, ...] = ()
    cursor: str = ""


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
    def place(self) -> tuple[str, str]:
        """Whose place it takes: that of its slot, or of the same file appended before."""
        return self.slot, "" if self.mode == "replace" else self.sha256

    @property
    def data(self) -> Path:
        """The loaded rows, Parquet."""
        return self.folder / DATA

    @property
    def refused(self) -> Path:
        """The rejected rows, Parquet: line, reason, message, raw."""
        return self.folder / REJECTED

    def filled(self) -> dict[str, int]:
        """How many of the loaded rows fill each column, from the footer of the file."""
        footer = pq.read_metadata(self.data)
        groups = [footer.row_group(place) for place in range(footer.num_row_groups)]
        parts = [group.column(place) for group in groups for place in range(group.num_columns)]
        found = dict.fromkeys(footer.schema.names, footer.num_rows)
        for part in parts:
            found[part.path_in_schema] -= part.statistics.null_count if part.statistics else 0
        return found

    def seen(self) -> frozenset[str]:
        """Digests of the rows that the next reading of a database meets again."""
        path = self.folder / SEEN
        return frozenset(pq.read_table(path)["digest"].to_pylist()) if path.is_file() else frozenset()


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
        """The batches in force, oldest first; none before a first set was put in force.

        With `as_of`, the set that stood at the end of that day, and of what is in force now the places that nothing had been
        landed for by then: their rows say themselves since when they were known. A file that only changed its name is no such
        place. Where no set stood yet, the newest. Raises StorageError when a batch in force is missing.
        """
        held = sets(self.root / source / table)
        if not held:
            return []
        there = {batch.batch_id: batch for batch in self.batches(source, table)}
        newest, stood = held[-1].batches, standing(held, as_of) if as_of else ()
        chosen = stood[-1].batches if stood else newest
        if missing := next((name for name in {*chosen, *newest} if name not in there), ""):
            raise StorageError(
                f"{self.root / source / table / missing}: a landed batch is missing",
                "Restore the folder from a backup, or run `tierwise ingest` again to land its file anew.",
            )
        seen = {there[name].place for one in stood for name in one.batches if name in there}
        bytes_then = {there[name].sha256 for name in chosen}
        later = [
            name for name in newest if there[name].place not in seen and there[name].sha256 not in bytes_then
        ] if stood else []  # fmt: skip
        return sorted((there[name] for name in {*chosen, *later}), key=lambda batch: batch.sequence)

    def find(self, arrival: Arrival) -> Batch | None:
        """The batch that already holds this file, read the same way; None if it has to be landed.

        It is in force, or it was landed by a run that died before it could put it in force.
        """
        held = sets(self.root / arrival.source / arrival.table)
        spent = {name for one in held[:-1] for name in one.batches} - {
            name for one in held[-1:] for name in one.batches
        }
        same = (arrival.sha256, arrival.recipe, arrival.slot, arrival.mode, arrival.file)
        return next(
            (
                b
                for b in self.batches(arrival.source, arrival.table)
                if b.batch_id not in spent and (b.sha256, b.recipe, b.slot, b.mode, b.file) == same
            ),
            None,
        )

    def put_in_force(self, batches: Sequence[Batch], since: datetime) -> list[Batch]:
        """Let the batches of one table's files hold from now on, all together; those that left without a successor.

        Where the files are appended, whatever was in force stays; a file that was read anew takes its own place.
        """
        source, table, mode = batches[0].source, batches[0].table, batches[0].mode
        folder = self.root / source / table
        held = sets(folder)
        names = held[-1].batches if held else ()
        before = [batch for batch in self.batches(source, table) if batch.batch_id in names]
        places, bytes_now = {batch.place for batch in batches}, {batch.sha256 for batch in batches}
        kept = [b for b in before if mode == "append" and b.place not in places and b.sha256 not in bytes_now]
        after = sorted({b.batch_id: b for b in [*kept, *batches]}.values(), key=lambda batch: batch.sequence)
        if (now := tuple(batch.batch_id for batch in after)) != names:
            write_set(folder, now, since)
        return [b for b in before if b.batch_id not in now and b.slot not in {batch.slot for batch in after}]

    def rows(self, source: str, table: str) -> int:
        """Loaded rows in force; a batch that is missing has none."""
        named = {name for one in sets(self.root / source / table)[-1:] for name in one.batches}
        return sum(batch.loaded for batch in self.batches(source, table) if batch.batch_id in named)

    def commit(self, arrival: Arrival, rows: pa.Table, rejected: pa.Table, seen: Collection[str] = ()) -> Batch:
        """Land a file, whole or not at all; its name is written into the rows' `batch_id`. It is not in force yet.

        `seen` are digests of rows that the next reading meets again.

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
            b for b in self.batches(arrival.source, arrival.table) if b.mode == "replace" and b.slot == arrival.slot
        ]
        batch_id = f"{self._next_sequence(arrival.source, arrival.table):06d}-{_fingerprint(arrival)}"
        rows = rows.set_column(
            rows.schema.get_field_index("batch_id"), "batch_id", pa.repeat(pa.scalar(batch_id), rows.num_rows)
        )
        with storage(f"cannot land {arrival.file}"):
            parent.mkdir(parents=True, exist_ok=True)
            temporary = parent / f"{TEMPORARY}{batch_id}"
            shutil.rmtree(temporary, ignore_errors=True)
            try:
                if seen:
                    temporary.mkdir()
                    pq.write_table(pa.table({"digest": sorted(seen)}), temporary / SEEN)
                    flush(temporary / SEEN)
                batch = self._write(temporary, arrival, batch_id, held[-1].batch_id if held else "", rows, rejected)
                _rename(temporary, parent / batch_id)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            flush(parent)
        return batch

    def rewrite(self, batch: Batch, change: Callable[[pa.Table], pa.Table]) -> None:
        """Change the rows of a batch in place, where the law asks for it; what was refused is emptied, as it is raw text.

        The manifest has the new checksums and says that it was rewritten.
        """
        with storage(f"cannot rewrite {batch.folder}"):
            _replace(batch.data, change(pq.read_table(batch.data)))
            refused = pq.read_table(batch.refused)
            _replace(batch.refused, refused.set_column(3, "raw", pa.nulls(refused.num_rows, pa.string())))
            path = batch.folder / MANIFEST
            manifest = json.loads(path.read_text(encoding="utf-8"))
            manifest["data_sha256"], manifest["rejected_sha256"] = file_digest(batch.data), file_digest(batch.refused)
            manifest["warnings"] = [*manifest["warnings"], REWRITTEN]
            path.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
            flush(path)

    def verify(self, source: str | None = None) -> list[str]:
        """What is wrong with the stored files: changed, missing or unreadable. Empty when all is well."""
        found: list[str] = []
        for name, table in self.tables():
            if source in (None, name):
                batches, folder = self.batches(name, table), self.root / name / table
                found += [problem for batch in batches for problem in _damage(batch)]
                named = {batch for one in sets(folder) for batch in one.batches}
                found += [f"{folder / lost}: missing" for lost in sorted(named - {batch.batch_id for batch in batches})]
        return found

    def sweep(self) -> int:
        """Remove what interrupted writes left behind; how many there were."""
        orphans = list(self.root.glob(f"*/*/{TEMPORARY}*"))
        for orphan in orphans:
            shutil.rmtree(orphan, ignore_errors=True)
        unfinished = list(self.root.glob(f"*/*/{FOLDER}/{TEMPORARY}*"))
        for path in unfinished:
            path.unlink(missing_ok=True)
        return len(orphans) + len(unfinished)

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
        folder.mkdir(exist_ok=True)
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
            flush(path)
        return batch


def _replace(path: Path, rows: pa.Table) -> None:
    """Write a file beside its place and rename it, so that it is whole at any time."""
    beside = path.with_name(TEMPORARY + path.name)
    pq.write_table(rows, beside, compression="zstd")
    beside.rename(path)
    flush(path)


def _fingerprint(arrival: Arrival) -> str:
    return digest([arrival.sha256, arrival.recipe, arrival.file], 12)


def _committed(folder: Path) -> bool:
    return not folder.name.startswith(TEMPORARY)


def _read_manifest(path: Path) -> Batch:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        values["loaded_at"] = datetime.fromisoformat(values["loaded_at"])
        values["warnings"], values["unused"] = tuple(values["warnings"]), tuple(values.get("unused", ()))
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


def _rename(temporary: Path, place: Path) -> None:
    if place.exists():
        raise Busy(f"{place} was landed by another run meanwhile", "Run `tierwise ingest` again.")
    temporary.rename(place)
