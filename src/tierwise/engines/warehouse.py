"""PostgreSQL by its address (`engine: postgresql://...`). Experimental: only the suite has run on it.

Texts are stored with the byte order ("C"), so that comparisons and sorting agree with the other engines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.core.errors import RemoteError, TierwiseError
from tierwise.engines.base import quoted

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "part-00000.parquet"

# Names of types: Arrow's to PostgreSQL's, and the data dictionary's where they differ.
_DECLARED = {"DOUBLE": "double precision", "VARCHAR": 'text collate "C"'}


class PostgresEngine:
    """Temporary tables of one connection."""

    name = "postgres"
    dialect = "postgres"

    def __init__(self, address: str) -> None:
        psycopg = _psycopg()
        try:
            self._connection = psycopg.connect(address, autocommit=True)
        except psycopg.OperationalError as error:
            raise RemoteError(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from error
        self._connection.execute("set timezone = 'UTC'")
        self._connection.execute("set client_min_messages = warning")
        self._connection.execute("create extension if not exists fuzzystrmatch")  # for the distance of two words

    def register(self, name: str, source: pa.Table | Sequence[Path], columns: Mapping[str, str] | None = None) -> None:
        if not isinstance(source, Sequence):
            rows = source
        elif source:
            rows = _read_files(source)
        elif columns is not None:
            rows = None
        else:
            raise ValueError(f"{name}: neither files nor columns, so its shape is unknown")
        kinds = {field.name: _kind_of(field.type) for field in rows.schema} if rows is not None else {}
        declared = {c: _DECLARED.get(kind.upper(), kind) for c, kind in columns.items()} if columns else kinds
        shape = ", ".join(f"{quoted(column)} {kind}" for column, kind in declared.items())
        self.drop(name)
        self._connection.execute(f"create temporary table {quoted(name)} ({shape})")
        shared = [column for column in declared if column in kinds]
        if rows is None or not shared:
            return
        names = ", ".join(quoted(column) for column in shared)
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"copy {quoted(name)} ({names}) from stdin") as copy,
        ):
            for row in rows.select(shared).to_pylist():
                copy.write_row([row[column] for column in shared])

    def materialize(self, name: str, sql: str) -> int:
        self.drop(name)
        return int(self._connection.execute(f"create temporary table {quoted(name)} as {sql}").rowcount)

    def fetch(self, sql: str) -> pa.Table:
        import pyarrow as pa

        cursor = self._connection.execute(sql)
        rows = cursor.fetchall()
        fields = [pa.field(column.name, _arrow_type(column)) for column in cursor.description]
        arrays = [pa.array([row[i] for row in rows], field.type) for i, field in enumerate(fields)]
        return pa.Table.from_arrays(arrays, schema=pa.schema(fields))

    def write(self, name: str, folder: Path, order_by: Sequence[str]) -> int:
        import pyarrow.parquet as pq

        order = f" order by {', '.join(quoted(column) for column in order_by)}" if order_by else ""
        rows = self.fetch(f"select * from {quoted(name)}{order}")
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, folder / FILE, compression="zstd")
        return int(rows.num_rows)

    def drop(self, name: str) -> None:
        self._connection.execute(f"drop table if exists pg_temp.{quoted(name)}")

    def close(self) -> None:
        self._connection.close()


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError as error:
        hint = "pip install 'tierwise[connectors]'"
        raise TierwiseError("this engine needs psycopg, which is not installed", hint) from error
    return psycopg


def _read_files(paths: Sequence[Path]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.concat_tables([pq.read_table(path) for path in paths], promote_options="permissive")


def _kind_of(kind: pa.DataType) -> str:
    import pyarrow as pa

    checks = (
        (pa.types.is_integer, "bigint"),
        (pa.types.is_floating, "double precision"),
        (pa.types.is_decimal, f"numeric({getattr(kind, 'precision', 38)}, {getattr(kind, 'scale', 0)})"),
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "timestamp"),
    )
    return next((name for matches, name in checks if matches(kind)), 'text collate "C"')


def _arrow_type(column: Any) -> pa.DataType:
    """Arrow's type for a column of a result, by PostgreSQL's name of its type."""
    import psycopg
    import pyarrow as pa

    found = psycopg.adapters.types.get(column.type_code)
    name = found.name if found else "text"
    if name == "numeric":
        return pa.decimal128(column.precision or 38, column.scale if column.scale is not None else 10)
    kinds = {
        pa.int64(): ("int2", "int4", "int8"),
        pa.float64(): ("float4", "float8"),
        pa.bool_(): ("bool",),
        pa.date32(): ("date",),
        pa.timestamp("us"): ("timestamp",),
    }
    return next((kind for kind, names in kinds.items() if name in names), pa.string())
