"""The rows of every ledger that people write: one journal in the workspace database, appended and never edited.

A row names its ledger and holds its columns as JSON, read back by the dictionary's types. A row that `replaces` another
corrects it, or withdraws it when it has no content. Erasing personal data is the one change in place: it empties columns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from tierwise.core.errors import NotFound
from tierwise.core.table import DATE, MONEY, POINTS, TIMESTAMP, Table
from tierwise.stores.database import Database, metadata
from tierwise.tables.arrow import filled
from tierwise.tables.ledgers import RECORDED

ledger_entries = sa.Table(
    "ledger_entries", metadata,
    sa.Column("entry", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("ledger", sa.String(40), nullable=False),
    sa.Column("recorded_at", sa.DateTime, nullable=False),
    sa.Column("known_at", sa.DateTime, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("replaces", sa.Integer),
    sa.Column("content", sa.JSON),
    sa.Index("ledger_entries_ledger", "ledger", "known_at"),
)  # fmt: skip

OWN = tuple(column.name for column in RECORDED)
SHOWN = 5  # entries that are named where one is not there
FROM_JSON: Mapping[str, Callable[[str], Any]] = {
    DATE: date.fromisoformat, TIMESTAMP: datetime.fromisoformat, MONEY: Decimal, POINTS: Decimal,
}  # fmt: skip


class Entries:
    """What people recorded, ledger by ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self,
        table: Table,
        rows: Sequence[Mapping[str, Any]],
        recorder: str,
        moment: datetime,
        known_at: datetime | None = None,
        replaces: int | None = None,
    ) -> list[int]:
        """Write rows, all or none; their numbers. With `replaces`, the row takes the place of an earlier one."""
        common = {"ledger": table.name, "recorded_at": moment, "known_at": known_at or moment, "recorder": recorder}
        with self._database.writing() as connection:
            if replaces is not None:
                _find(connection, table, replaces)
            return [
                _insert(connection, {**common, "replaces": replaces, "content": _to_json(table, row)}) for row in rows
            ]

    def withdraw(self, table: Table, entry: int, recorder: str, moment: datetime) -> int:
        """Take a row back, from now on; the number of the row that says so. Raises NotFound."""
        row = {"ledger": table.name, "recorded_at": moment, "known_at": moment, "recorder": recorder}
        with self._database.writing() as connection:
            _find(connection, table, entry)
            return _insert(connection, {**row, "replaces": entry, "content": sa.null()})

    def known(self, table: Table, as_of: date) -> pa.Table:
        """The rows of a ledger as known at the end of a day, without those that were corrected or withdrawn by then."""
        rows = [row for row in self._rows(table) if row["known_at"] < _after(as_of)]
        gone = {row["replaces"] for row in rows}
        kept = [row for row in rows if row["entry"] not in gone and row["content"] is not None]
        return filled(table, [_from_json(table, row) for row in kept])

    def history(self, table: Table) -> list[dict[str, Any]]:
        """Every row of a ledger, oldest first, with what it replaces or withdraws and what replaced it."""
        rows = self._rows(table)
        later = {row["replaces"]: row["entry"] for row in rows if row["replaces"] is not None}
        return [
            {
                **_from_json(table, row), "replaces": row["replaces"], "replaced_by": later.get(row["entry"]),
                "withdraws": row["content"] is None,
            }
            for row in rows
        ]  # fmt: skip

    def head(self, as_of: date) -> int:
        """Number of the last row that is known at the end of a day; part of what a plan was made from."""
        wanted = sa.select(sa.func.max(ledger_entries.c.entry)).where(ledger_entries.c.known_at < _after(as_of))
        with self._database.reading() as connection:
            return int(connection.execute(wanted).scalar() or 0)

    def erase(self, table: Table, entries: Collection[int], instead: Mapping[str, Any]) -> None:
        """Put other values, mostly none, in columns of rows for good, where the law asks for it. Nothing else is changed."""
        with self._database.writing() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("pragma secure_delete = on")  # what was there is overwritten, not only left
            for entry in sorted(entries):
                content = dict(_find(connection, table, entry)["content"] or {})
                erased = {name: instead.get(name, value) for name, value in content.items()}
                connection.execute(
                    sa.update(ledger_entries).where(ledger_entries.c.entry == entry).values(content=erased)
                )

    def _rows(self, table: Table) -> list[Mapping[str, Any]]:
        wanted = sa.select(ledger_entries).where(ledger_entries.c.ledger == table.name)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(wanted.order_by(ledger_entries.c.entry)).mappings()]


def _insert(connection: sa.Connection, row: Mapping[str, Any]) -> int:
    key = connection.execute(sa.insert(ledger_entries), dict(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _find(connection: sa.Connection, table: Table, entry: int) -> sa.RowMapping:
    wanted = sa.select(ledger_entries).where(ledger_entries.c.entry == entry, ledger_entries.c.ledger == table.name)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        known = sa.select(ledger_entries.c.entry).where(ledger_entries.c.ledger == table.name)
        last = connection.execute(known.order_by(ledger_entries.c.entry.desc()).limit(SHOWN)).scalars().all()
        listed = f"the last ones: {', '.join(str(number) for number in sorted(last))}" if last else "there is none yet"
        raise NotFound(f"there is no entry {entry} among {table.name.removeprefix('recorded_')}", listed)
    return row


def _after(as_of: date) -> datetime:
    return datetime.combine(as_of + timedelta(days=1), time())


def _to_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if value is not None and name not in OWN}
    return {
        name: str(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
        for name, value in plain.items()
    }


def _from_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    content = {
        name: FROM_JSON[table.types[name]](value) if value is not None and table.types[name] in FROM_JSON else value
        for name, value in (row["content"] or {}).items()
        if name in table.types
    }
    return {**content, **{name: row[name] for name in OWN}}
