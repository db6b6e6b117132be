"""Tables of the dictionary as Arrow, for steps that compute in memory on sufficient statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, POINTS, TEXT, TIMESTAMP, Table

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_type(type_: str) -> pa.DataType:
    """The Arrow type of a column type of the dictionary."""
    import pyarrow as pa

    return {
        TEXT: pa.string(),
        INTEGER: pa.int64(),
        NUMBER: pa.float64(),
        MONEY: pa.decimal128(18, 4),
        POINTS: pa.decimal128(18, 6),
        BOOLEAN: pa.bool_(),
        DATE: pa.date32(),
        TIMESTAMP: pa.timestamp("us"),
    }[type_]


def filled(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table with exactly the columns and types of `table`; a missing value is null.

    Raises KeyError when a row has a column that the dictionary does not have.
    """
    import pyarrow as pa

    listed = list(rows)
    known = set(table.names)
    for row in listed:
        if not row.keys() <= known:
            raise KeyError(f"{table.name} has no column {', '.join(sorted(row.keys() - known))}")
    columns = [pa.array([row.get(c.name) for row in listed], type=arrow_type(c.type)) for c in table.columns]
    return pa.Table.from_arrays(columns, names=list(table.names))


def groups(rows: pa.Table, keys: Sequence[str], order: str = "") -> Iterator[tuple[tuple[Any, ...], pa.Table]]:
    """The rows of each combination of keys, in the order of the keys and within it of `order`."""
    names = [*keys, *([order] if order else [])]
    ordered = rows.sort_by([(name, "ascending") for name in names]) if names else rows
    values = list(zip(*(ordered[name].to_pylist() for name in keys), strict=True))
    start = 0
    for end in range(1, len(values) + 1):
        if end == len(values) or values[end] != values[start]:
            yield values[start], ordered.slice(start, end - start)
            start = end


def numbers(rows: pa.Table, name: str) -> Any:
    """A column as a numpy array of doubles."""
    import numpy as np

    return np.asarray(rows[name].to_pylist(), dtype=float)
