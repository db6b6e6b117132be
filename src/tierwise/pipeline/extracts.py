"""One reading of a database's table: what is new since the batches in force, as bytes that land like a file's."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from tierwise.connectors.sources.databases import DatabaseTable
from tierwise.connectors.sources.databases.extract import Database
from tierwise.connectors.sources.files.reading import FileBytes
from tierwise.stores.landing import Batch, Landing

Place = tuple[str, str]  # source and table


@dataclass(frozen=True)
class Reading:
    """Batches that stay, and the rows that come: none where nothing is new.

    `mode` is that of the rows: all of them take every batch's place, new ones are added. `cursor` and `seen` say where the next
    reading begins; they land with the rows or not at all.
    """

    called: str
    kept: tuple[Batch, ...]
    file: FileBytes | None
    mode: str
    cursor: str
    seen: frozenset[str]
    met_again: int = 0


def reading(
    database: Database,
    table: DatabaseTable,
    place: Place,
    recipe: str,
    landing: Landing,
    whole: bool,
    progress: Callable[[int], None],
) -> Reading:
    """Read a table on from the batches in force, or from the start: without a cursor, with `whole`, or when the model reads
    it in another way than those batches were read.
    """
    called = f"{database.name} {table.table or 'query'}"
    kept = () if whole or table.cursor is None else tuple(landing.current(*place))
    if any((batch.recipe, batch.file) != (recipe, called) or not batch.cursor for batch in kept):
        kept = ()
    seen = frozenset[str]().union(*(batch.seen() for batch in kept))
    found = database.extract(table, kept[-1].cursor if kept else "", seen, progress)
    nothing_new = bool(kept) and not found.rows.num_rows
    return Reading(
        called, kept, None if nothing_new else _packed(found.rows, place[1]), "append" if kept else "replace",
        found.cursor, found.seen, found.met_again,
    )  # fmt: skip


def _packed(rows: object, kind: str) -> FileBytes:
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    data = buffer.getvalue()
    return FileBytes(Path(f"{kind}.parquet"), data, hashlib.sha256(data).hexdigest())
