"""Rows by the million between Arrow and the workspace database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

CHUNK = 50_000  # rows that are in Python's hands at a time


def batch(rows: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of a result as Arrow."""
    columns = [pa.array(values).cast(f.type) for values, f in zip(zip(*rows, strict=True), schema, strict=True)]
    return pa.record_batch(columns, schema=schema)


def insert(connection: sa.Connection, table: sa.Table, common: Mapping[str, Any], rows: pa.Table) -> None:
    """Write rows that have columns of the table, with what all of them share in `common`.

    The statement is compiled once, with what is shared written out, and the rows go to the driver as they are.
    """
    shared = {name: _written_out(connection, table.c[name], value) for name, value in common.items()}
    own: dict[str, Any] = {name: sa.bindparam(name) for name in rows.column_names}
    statement = sa.insert(table).values({**shared, **own}).compile(connection)
    for part in rows.to_batches(max_chunksize=CHUNK):
        values: list[Any] = (
            list(zip(*(part.column(name).to_pylist() for name in statement.positiontup), strict=True))
            if statement.positiontup
            else part.to_pylist()
        )
        connection.exec_driver_sql(str(statement), values)


def last_row(connection: sa.Connection, table: sa.Table, day: date) -> int:
    """Number of the last row of lists up to a day, halving: lists are appended in the order of their days.

    `table` has columns `id` and `as_of`; 0 where no list is that old.
    """
    c = table.c
    first_from = sa.select(c.id, c.as_of).where(c.id >= sa.bindparam("number")).order_by(c.id).limit(1)
    low, high = 0, int(connection.execute(sa.select(sa.func.max(c.id))).scalar() or 0)
    while low < high:
        number, day_there = connection.execute(first_from, {"number": (low + high + 1) // 2}).one()
        low, high = (number, high) if day_there <= day else (low, (low + high + 1) // 2 - 1)
    return low


def _written_out(connection: sa.Connection, column: sa.Column[Any], value: Any) -> sa.ColumnElement[Any]:
    literal = sa.literal(value, column.type).compile(connection, compile_kwargs={"literal_binds": True})
    return sa.literal_column(str(literal))
