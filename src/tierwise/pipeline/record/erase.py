"""Take a person out of everything that this project keeps: where the name stands, and what takes its place.

A finding stays, without who said it and without the words; the same pseudonym everywhere keeps one person one respondent.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.core.errors import NotFound
from tierwise.stores.landing import Batch
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace
from tierwise.tables.ledgers import RECORDED_EVIDENCE

PEOPLE = ("evidence", "recorded_evidence")  # tables of a snapshot that name respondents
QUOTED = "readiness_dimensions"  # and the one that repeats what they said
LEFT = "erased "


@dataclass(frozen=True)
class Traces:
    """Where a person stands: entries of the ledger, landed batches, published lists; and what is not ours to change."""

    name: str
    entries: tuple[int, ...]
    batches: tuple[str, ...]
    runs: tuple[str, ...]
    files: tuple[str, ...]
    contacts: int

    @property
    def any(self) -> bool:
        return bool(self.entries or self.batches or self.runs)


def traces(workspace: Workspace, name: str) -> Traces:
    """Where a respondent of this name stands, upper and lower case alike. Raises NotFound where nothing names one."""
    wanted = name.strip().lower()
    entries = [
        row["entry"]
        for row in workspace.ledgers.entries.history(RECORDED_EVIDENCE)
        if str(row.get("respondent") or "").strip().lower() == wanted
    ]
    batches = [batch for batch in _batches(workspace, "evidence") if _says(pq.read_table(batch.data), wanted)]
    runs = [
        snapshot.run_id
        for snapshot in workspace.ledgers.runs.all()
        if any(_says(table, wanted) for _, table in _published(workspace, snapshot, PEOPLE))
    ]
    found = Traces(
        name=name.strip(),
        entries=tuple(entries),
        batches=tuple(batch.name for batch in batches),
        runs=tuple(runs),
        files=tuple(sorted({batch.file for batch in batches})),
        contacts=sum(_same_contacts(batch, wanted) for batch in _batches(workspace, "contacts")),
    )
    if not found.any:
        raise NotFound(f"no finding names a respondent '{name}'", "tierwise show evidence --columns respondent,source")
    return found


def erase(workspace: Workspace, found: Traces) -> str:
    """Put a pseudonym in the place of the name, and nothing in that of the quotes; the pseudonym.

    Landed files and published lists are written anew with their checksums; the numbers in them stay.
    """
    wanted, pseudonym = found.name.lower(), LEFT + secrets.token_hex(4)
    instead = {"respondent": pseudonym, "quote": None}
    for batch in _batches(workspace, "evidence"):
        if batch.name in found.batches:
            workspace.landing.rewrite(batch, lambda table: _without(table, _is(table, wanted), instead))
    for snapshot in workspace.ledgers.runs.all():
        if snapshot.run_id in found.runs:
            _erase_published(workspace, snapshot, wanted, instead)
    workspace.ledgers.entries.erase(RECORDED_EVIDENCE, found.entries, instead)
    return pseudonym


def _erase_published(workspace: Workspace, snapshot: Snapshot, wanted: str, instead: dict[str, Any]) -> None:
    spoken: set[tuple[str, str]] = set()
    for _, table in _published(workspace, snapshot, ("evidence",)):
        mine = table.filter(_is(table, wanted)).select(["source", "record_id"]).to_pylist()
        spoken |= {(row["source"], row["record_id"]) for row in mine}
    changes: dict[str, Callable[[pa.Table], pa.Table]] = {
        name: lambda table: _without(table, _is(table, wanted), instead) for name in PEOPLE
    }
    changes[QUOTED] = lambda table: _without(table, _among(table, spoken), {"last_quote": None})
    tables = dict(snapshot.tables)
    for name, change in changes.items():
        if name in tables:
            tables[name] = {**tables[name], "sha256": workspace.snapshots.rewrite(snapshot, name, change)}
    workspace.ledgers.runs.rewrite(replace(snapshot, tables=tables))


def _batches(workspace: Workspace, kind: str) -> Iterator[Batch]:
    for source, table in workspace.landing.tables():
        if table == kind:
            yield from workspace.landing.batches(source, table)


def _published(workspace: Workspace, snapshot: Snapshot, names: tuple[str, ...]) -> Iterator[tuple[str, pa.Table]]:
    for name in names:
        if name in snapshot.tables:
            for path in workspace.snapshots.files(snapshot, name):
                yield name, pq.read_table(path)


def _is(table: pa.Table, wanted: str) -> Any:
    """Which rows a respondent of this name stands in."""
    return pc.fill_null(pc.equal(pc.utf8_lower(pc.utf8_trim_whitespace(table["respondent"])), wanted), False)


def _among(table: pa.Table, records: set[tuple[str, str]]) -> Any:
    pairs = zip(table["source"].to_pylist(), table["record_id"].to_pylist(), strict=True)
    return pa.array([pair in records for pair in pairs], pa.bool_())


def _says(table: pa.Table, wanted: str) -> bool:
    return bool(pc.any(_is(table, wanted)).as_py())


def _without(table: pa.Table, rows: Any, instead: dict[str, Any]) -> pa.Table:
    """A table with other values in some rows."""
    for name, value in instead.items():
        place = table.schema.get_field_index(name)
        kind = table.schema.field(place).type
        column = pc.if_else(rows, pa.scalar(value, kind), table[name])
        table = table.set_column(place, table.schema.field(place), column)
    return table


def _same_contacts(batch: Batch, wanted: str) -> int:
    people = pq.read_table(batch.data, columns=["first_name", "last_name", "email"])
    parts = [pc.fill_null(people[column], "") for column in ("first_name", "last_name")]
    full = pc.utf8_lower(pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " ")))
    mail = pc.fill_null(pc.utf8_lower(people["email"]), "")
    return int(pc.sum(pc.cast(pc.or_(pc.equal(full, wanted), pc.equal(mail, wanted)), pa.int64())).as_py() or 0)
