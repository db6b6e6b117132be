"""What every engine must do alike: take tables in, run SQL, give rows back, write Parquet."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.engines import Engine

SUMMER_TIME = datetime.fromisoformat("2024-03-31 01:30:00.123456")
BEFORE_1970 = datetime.fromisoformat("1969-12-31 23:59:59")

ROWS = pa.table(
    {
        "id": pa.array([3, 1, 2], pa.int64()),
        "word": pa.array(["zoë", None, "a'b\\c"], pa.string()),
        "value": pa.array([1.5, -0.0, None], pa.float64()),
        "amount": pa.array([Decimal("12.3400"), None, Decimal("-0.0001")], pa.decimal128(18, 4)),
        "flag": pa.array([True, None, False], pa.bool_()),
        "day": pa.array([date(2024, 2, 29), None, date(1969, 12, 31)], pa.date32()),
        "moment": pa.array([SUMMER_TIME, None, BEFORE_1970]),
    }
).cast(
    pa.schema(
        {
            "id": pa.int64(), "word": pa.string(), "value": pa.float64(), "amount": pa.decimal128(18, 4),
            "flag": pa.bool_(), "day": pa.date32(), "moment": pa.timestamp("us"),
        }
    )
)  # fmt: skip
SORTED = ROWS.sort_by("id").to_pylist()


def test_an_arrow_table_comes_back_as_it_went_in(engine: Engine) -> None:
    engine.register("arrived", ROWS)
    given = engine.fetch("select * from arrived order by id")
    assert given.to_pylist() == SORTED
    assert given.schema.field("moment").type == pa.timestamp("us")
    assert given.schema.field("amount").type.scale == 4 or engine.dialect == "postgres"


def test_an_empty_arrow_table_keeps_its_columns(engine: Engine) -> None:
    engine.register("arrived", ROWS.slice(0, 0))
    assert engine.fetch("select * from arrived").column_names == ROWS.column_names
    assert engine.fetch("select count(*) as n from arrived").to_pylist() == [{"n": 0}]


def test_files_are_matched_by_column_name(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"c": [2.5], "a": [2]}), tmp_path / "2.parquet")
    engine.register("landed", [tmp_path / "1.parquet", tmp_path / "2.parquet"])
    rows = engine.fetch("select a, b, c from landed order by a").to_pylist()
    assert rows == [{"a": 1, "b": "x", "c": None}, {"a": 2, "b": None, "c": 2.5}]


def test_declared_columns_are_cast_added_and_all_there_is(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "b": ["x"]}), tmp_path / "1.parquet")
    columns = {"b": "VARCHAR", "a": "BIGINT", "later": "TIMESTAMP"}
    engine.register("landed", [tmp_path / "1.parquet"], columns)
    rows = engine.fetch("select * from landed")
    assert rows.to_pylist() == [{"b": "x", "a": 1, "later": None}]
    assert rows.schema.types == [pa.string(), pa.int64(), pa.timestamp("us")]


def test_no_files_at_all_are_an_empty_table(engine: Engine) -> None:
    engine.register("landed", [], {"a": "BIGINT", "m": "DECIMAL(18,4)", "b": "VARCHAR"})
    assert engine.fetch("select a, m, b from landed").to_pylist() == []


def test_neither_files_nor_columns_is_a_mistake(engine: Engine) -> None:
    with pytest.raises(ValueError, match="shape is unknown"):
        engine.register("landed", [])


def test_a_table_is_made_replaced_and_dropped(engine: Engine) -> None:
    engine.register("arrived", ROWS)
    assert engine.materialize("made", "select id from arrived") == 3
    assert engine.materialize("made", "select id from arrived where id > 1") == 2
    assert engine.fetch("select sum(id) as n from made").to_pylist() == [{"n": 5}]
    engine.drop("made")
    engine.drop("made")
    with pytest.raises(Exception, match=r"(?i)made"):
        engine.fetch("select * from made")


def test_a_made_table_does_not_follow_what_it_was_made_from(engine: Engine) -> None:
    engine.register("arrived", ROWS)
    engine.materialize("made", "select id from arrived")
    engine.register("arrived", ROWS.slice(0, 1))
    assert engine.fetch("select count(*) as n from made").to_pylist() == [{"n": 3}]


def test_a_written_table_is_read_back_in_its_order(engine: Engine, tmp_path: Path) -> None:
    engine.register("arrived", ROWS)
    engine.materialize("made", "select * from arrived")
    assert engine.write("made", tmp_path / "made", ["id"]) == 3
    files = sorted((tmp_path / "made").iterdir())
    assert {file.suffix for file in files} == {".parquet"}
    assert pq.read_metadata(files[0]).row_group(0).column(0).compression == "ZSTD"
    read = pa.concat_tables([pq.read_table(file) for file in files])
    assert read.to_pylist() == SORTED
    assert read.schema.field("moment").type == pa.timestamp("us")


def test_nulls_come_last_in_a_written_table(engine: Engine, tmp_path: Path) -> None:
    engine.register("arrived", ROWS)
    engine.write("arrived", tmp_path / "made", ["word"])
    files = sorted((tmp_path / "made").iterdir())
    read = pa.concat_tables([pq.read_table(file) for file in files])
    assert read.column("id").to_pylist() == [2, 3, 1]
