"""Dictionary tables as Arrow: exact types, groups in order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, POINTS, TEXT, TIMESTAMP, TYPES, Column, Table
from tierwise.tables.arrow import arrow_type, filled, groups, numbers

EVERY = Table(
    "every", "one row", tuple(Column(type_.split("(")[0].lower() + str(i), type_, "") for i, type_ in enumerate(TYPES))
)
PLAIN = Table("plain", "one row", (Column("g", TEXT, ""), Column("k", INTEGER, ""), Column("x", NUMBER, "")))


def test_every_type_of_the_dictionary_has_an_arrow_type():
    values = {
        TEXT: "a", INTEGER: 1, NUMBER: 1.5, MONEY: Decimal("1.25"), POINTS: Decimal("0.000001"), BOOLEAN: True,
        DATE: date(2025, 6, 30), TIMESTAMP: datetime.fromisoformat("2025-06-30 12:00:00"),
    }  # fmt: skip
    row = {column.name: values[column.type] for column in EVERY.columns}
    table = filled(EVERY, [row, {}])
    assert table.to_pylist() == [row, dict.fromkeys(EVERY.names)]
    assert [field.type for field in table.schema] == [arrow_type(type_) for type_ in TYPES]


def test_no_rows_keep_the_shape():
    table = filled(PLAIN, [])
    assert (table.num_rows, table.column_names) == (0, ["g", "k", "x"])
    assert list(groups(table, ("g",), "k")) == []


def test_a_column_that_the_dictionary_lacks_is_refused():
    with pytest.raises(KeyError, match="plain has no column y, z"):
        filled(PLAIN, [{"g": "a", "z": 1, "y": 2}])


def test_groups_are_ordered_whatever_the_order_of_the_rows():
    rows = [("b", 2, 1.0), ("a", 1, 2.0), ("b", 1, 3.0), ("a", 0, 4.0)]
    table = filled(PLAIN, [dict(zip(PLAIN.names, row, strict=True)) for row in rows])
    found = {key: numbers(part, "x").tolist() for key, part in groups(table, ("g",), "k")}
    assert found == {("a",): [4.0, 2.0], ("b",): [3.0, 1.0]}
    assert [key for key, _ in groups(table, ("g", "k"))] == [("a", 0), ("a", 1), ("b", 1), ("b", 2)]


def test_a_missing_number_is_not_zero():
    assert pa.compute.is_nan(pa.array(numbers(filled(PLAIN, [{}]), "x")))[0].as_py()
