"""Ingest: read the files and databases of every source, type their rows, land them; and account for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from tierwise.connectors.content import EmptyFileError
from tierwise.connectors.source import Source, SourceTable, Words
from tierwise.connectors.sources.databases import DatabaseSource, DatabaseTable
from tierwise.connectors.sources.databases.extract import connected
from tierwise.connectors.sources.files import FilesSource, FileTable, Limits
from tierwise.connectors.sources.files.columnar import read_parquet
from tierwise.connectors.sources.files.confined.reader import LIMITS, read_confined
from tierwise.connectors.sources.files.mapping import resolve
from tierwise.connectors.sources.files.reading import FileBytes, find_files, load_bytes
from tierwise.connectors.sources.files.rows import Landed, land_rows, nothing
from tierwise.core.errors import DataError, TierwiseError
from tierwise.core.ids import digest
from tierwise.core.table import Column, Table
from tierwise.pipeline.extracts import reading
from tierwise.stores.landing import Arrival, Batch, Landing
from tierwise.tables.landing import LANDING_TABLES

READER_VERSION = 6  # part of a batch's recipe: raise it when the same bytes would land as other rows
SAMPLES = 5


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `new` is False when it had landed before, unchanged.

    `samples` holds the first messages of refused rows.
    """

    batch: Batch
    new: bool
    samples: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        return self.batch.source

    @property
    def table(self) -> str:
        return self.batch.table

    @property
    def file(self) -> str:
        return self.batch.file

    @property
    def changed(self) -> bool:
        """Whether it landed now and takes the place of an earlier version of the same file."""
        return self.new and bool(self.batch.supersedes)

    @property
    def rows_in(self) -> int:
        return self.batch.rows_in

    @property
    def loaded(self) -> int:
        return self.batch.loaded

    @property
    def rejected(self) -> int:
        return self.batch.rejected

    @property
    def reasons(self) -> Mapping[str, int]:
        """Refused rows by reason; the sum is `rejected`."""
        return self.batch.rejections

    @property
    def blanked(self) -> Mapping[str, int]:
        """Unreadable values that count as missing, by reason."""
        return self.batch.blanked

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader decided or left out, for the user to know."""
        return self.batch.warnings


@dataclass(frozen=True)
class Gone:
    """A file whose rows left, as it is no longer among the files of its table; the table's rows before and after."""

    source: str
    table: str
    file: str
    rows: int
    before: int
    after: int


@dataclass(frozen=True)
class IngestReport:
    """Every file of a run, in the order of the model, and the files that left."""

    files: tuple[FileReport, ...] = field(default=())
    gone: tuple[Gone, ...] = ()

    @property
    def batches(self) -> list[Batch]:
        return [file.batch for file in self.files]


@dataclass(frozen=True)
class Target:
    """Where a file goes and how it is to be read."""

    source: str
    table: Table
    spec: SourceTable
    shared: Mapping[str, str]
    limits: Limits = LIMITS

    @property
    def kind(self) -> str:
        return self.table.name.removeprefix("landing_")

    @property
    def recipe(self) -> str:
        """Hash of everything but the bytes that decides what the rows become."""
        options = self.spec.model_dump(exclude={"file", "mode", "overlap"})
        return digest([READER_VERSION, options, dict(self.shared), self.table.types], 16)


@dataclass(frozen=True)
class Prepared:
    """A file that is ready to land, or the batch that holds it already."""

    arrival: Arrival
    landed: Landed | None = None
    held: Batch | None = None
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Manner:
    """Who is told how far it is, and whether databases are read from the start instead of on from the last reading."""

    progress: Callable[[str], None] = lambda message: None
    whole: bool = False


def ingest(
    sources: Mapping[str, Source],
    mappings: Mapping[str, Mapping[str, str]],
    words: Mapping[str, Words],
    attributes: Mapping[str, str],
    landing: Landing,
    base: Path,
    loaded_at: datetime,
    manner: Manner = Manner(),  # a constant
) -> IngestReport:
    """Land every file of `sources`; the files of a table come into force together, or not at all.

    `mappings` and `words` hold the model's shared headings and values per table kind, `attributes` the accounts' own
    columns (name -> dictionary type), `base` the folder of relative paths, `loaded_at` the moment of loading. Raises DataError
    with all that was found wrong, in every file, after landing the tables that are well.
    """
    landing.sweep()
    reports: list[FileReport] = []
    gone: list[Gone] = []
    problems: list[TierwiseError] = []
    for name, source in sources.items():
        for kind, spec in source.described.items():
            target = Target(
                name, landing_table(kind, attributes), _told(spec, words.get(kind, {})), mappings.get(kind, {})
            )
            try:
                if isinstance(source, FilesSource) and isinstance(spec, FileTable):
                    within = replace(target, limits=source.limits)
                    prepared = _of_files(source, spec, within, landing, base, loaded_at, manner)
                else:
                    prepared = _of_database(source, target, landing, base, loaded_at, manner)
                landed = [_land(item, landing) for item in prepared]
                gone += _put_in_force(landed, landing, loaded_at)
                reports += landed if isinstance(source, FilesSource) else landed[-1:]
            except TierwiseError as error:
                problems.append(_located(error, f"source {name}, table {kind}"))
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise DataError("\n".join(str(problem) for problem in problems))
    return IngestReport(tuple(reports), tuple(gone))


def _of_files(
    source: FilesSource,
    spec: FileTable,
    target: Target,
    landing: Landing,
    base: Path,
    loaded_at: datetime,
    manner: Manner,
) -> list[Prepared]:
    prepared = []
    for path in find_files(source, spec, base):
        manner.progress(f"reading {target.source}: {path.name}")
        # files of one name in different folders are different files
        called = path.relative_to(base / source.path).as_posix() if spec.is_glob else path.name
        slot = called if spec.is_glob else ""
        prepared.append(prepare(load_bytes(path), Read(called, spec.mode, slot), target, landing, loaded_at))
    return prepared


def _of_database(
    source: Source,
    target: Target,
    landing: Landing,
    base: Path,
    loaded_at: datetime,
    manner: Manner,
) -> list[Prepared]:
    """The batches that stay, and the new rows; what was read before is said to be met again."""
    if not isinstance(source, DatabaseSource) or not isinstance(target.spec, DatabaseTable):
        raise TypeError(f"{type(source).__name__} is no source")
    place = (target.source, target.kind)
    with connected(source, base) as database:
        manner.progress(f"reading {target.source}: {target.kind}")
        found = reading(
            database, target.spec, place, target.recipe, landing, manner.whole,
            lambda rows: manner.progress(f"reading {target.source}: {target.kind}, {rows:,} rows"),
        )  # fmt: skip
    prepared = [Prepared(batch, held=batch) for batch in found.kept]
    if found.file is not None:
        again = (f"{found.met_again:,} rows had landed before",) if found.met_again else ()
        read = Read(found.called, found.mode, cursor=found.cursor, seen=found.seen, notes=again)
        prepared.append(prepare(found.file, read, target, landing, loaded_at))
    return prepared


def _told(spec: SourceTable, shared: Words) -> SourceTable:
    """The table with what every source's values mean; its own word goes first."""
    both = {column: {**shared.get(column, {}), **spec.words.get(column, {})} for column in {*shared, *spec.words}}
    return spec.model_copy(update={"words": both})


def landing_table(kind: str, attributes: Mapping[str, str]) -> Table:
    """The landing table of a kind; accounts also have the model's own attributes."""
    table = next(table for table in LANDING_TABLES if table.name == f"landing_{kind}")
    own = [Column(name, type_, "attribute of the model") for name, type_ in attributes.items()]
    return table.with_columns(own) if kind == "accounts" else table


@dataclass(frozen=True)
class Read:
    """How bytes were come by: what they are called, whose place they take, and for a database how far that came."""

    called: str
    mode: str
    slot: str = ""
    cursor: str = ""
    seen: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def prepare(file: FileBytes, read: Read, target: Target, landing: Landing, loaded_at: datetime) -> Prepared:
    """Type one file, unless it has landed before under that name. Raises DataError with the file's name."""
    arrival = Arrival(
        source=target.source,
        table=target.kind,
        file=read.called,
        sha256=file.sha256,
        bytes=len(file.data),
        rows_in=0,
        loaded_at=loaded_at,
        mode=read.mode,
        slot=read.slot,
        recipe=target.recipe,
        warnings=read.notes,
        cursor=read.cursor,
    )
    if held := landing.find(arrival):
        return Prepared(arrival, held=held)
    try:
        return replace(_read(file, arrival, target), seen=read.seen)
    except DataError as error:
        raise _located(error, read.called) from error


def _read(file: FileBytes, arrival: Arrival, target: Target) -> Prepared:
    table, spec = target.table, target.spec
    try:
        content = read_confined(file, spec, target.limits) if isinstance(spec, FileTable) else read_parquet(file.data)
    except EmptyFileError:
        if not spec.allow_empty:
            raise
        return Prepared(arrival, nothing(table))
    found = resolve(content.table.column_names, table, spec, target.shared)
    if found.problems:
        raise DataError("\n".join(found.problems))
    if not found.columns:
        raise DataError(
            f"no heading is known: {', '.join(content.table.column_names[:20])}",
            "say under `map` which is which column",
        )
    landed = land_rows(content, table, spec, found.columns, target.source, arrival.loaded_at)
    if not landed.rows.num_rows and not spec.allow_empty:
        if not content.rows_in:
            raise EmptyFileError("the file has a heading and no rows")
        first = "\n".join(refusal.message for refusal in landed.refused[:SAMPLES])
        raise DataError(
            f"none of {content.rows_in:,} rows can be loaded, among them:\n{first}",
            "Say how the file is written (`delimiter`, `map`, `values`, `dates`), or export it again.",
        )
    unused = (f"not used: {', '.join(found.unused)}",) if found.unused else ()
    arrival = replace(
        arrival,
        rows_in=content.rows_in,
        mapping=dict(found.columns),
        encoding=content.encoding,
        delimiter=content.delimiter,
        rejections=landed.rejections,
        blanked=landed.blanked,
        warnings=arrival.warnings + landed.warnings + unused,
        unused=tuple(found.unused),
    )
    return Prepared(arrival, landed)


def _land(prepared: Prepared, landing: Landing) -> FileReport:
    if prepared.held is not None:
        return FileReport(prepared.held, False, _samples(prepared.held))
    if prepared.landed is None:
        raise ValueError("a prepared file has rows or a batch")
    refused = prepared.landed.refused_table()
    batch = landing.commit(prepared.arrival, prepared.landed.rows, refused, prepared.seen)
    return FileReport(batch, True, _samples(batch))


def _put_in_force(landed: Sequence[FileReport], landing: Landing, loaded_at: datetime) -> list[Gone]:
    """Let a table's files hold, all at once; the files that left with that."""
    source, table = landed[0].source, landed[0].table
    before = landing.rows(source, table)
    left = landing.put_in_force([report.batch for report in landed], loaded_at)
    after = landing.rows(source, table)
    return [Gone(source, table, batch.file, batch.loaded, before, after) for batch in left]


def _samples(batch: Batch) -> tuple[str, ...]:
    """The first messages of a batch's refused rows."""
    if not batch.rejected:
        return ()
    return tuple(pq.read_table(batch.refused, columns=["message"]).slice(0, SAMPLES)["message"].to_pylist())


def _located(error: TierwiseError, where: str) -> TierwiseError:
    """The same error, saying where; an EmptyFileError becomes a plain DataError."""
    kind = DataError if isinstance(error, DataError) else type(error)
    return kind(f"{where}: {error.message}", error.hint)
