"""Rows by the million between Arrow and the workspace database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def _written_out(connection: sa.Connection, column: sa.Column[Any], value: Any) -> sa.ColumnElement[Any]:
    literal = sa.literal(value, column.type).compile(connection, compile_kwargs={"literal_binds": True})
    return sa.literal_column(str(literal))
