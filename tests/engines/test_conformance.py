"""The same rows on every engine: each primitive and allowed function is executed and compared with Python.

`cases.py` is the one list. A primitive or an allowed function without a case fails here.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify
from tests.engines.cases import AGGREGATES, AWKWARD, COLUMNS, SCALARS, WHOLE, Aggregate, Scalar, Whole

from tierwise.engines import Engine
from tierwise.sql.dialects import annotated, expand, generate
from tierwise.sql.predicates import FUNCTION_NAMES
from tierwise.sql.primitives import PRIMITIVES

ARROW = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "DECIMAL(18,4)": pa.decimal128(18, 4),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
TABLE = pa.Table.from_pylist(list(AWKWARD), pa.schema({name: ARROW[kind] for name, kind in COLUMNS.items()}))

OPERATORS = (
    "like",
    "ilike",
    "in",
    "between",
    "is null",
    "and or not",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
)


def test_every_primitive_and_allowed_function_has_a_case() -> None:
    cases = {case.name for case in (*SCALARS, *AGGREGATES, *WHOLE)}
    assert set(PRIMITIVES) | set(FUNCTION_NAMES) | set(OPERATORS) <= cases


def run(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    """Rows of canonical SQL, compiled as a step's query is, sorted by the first column."""
    engine.register("awkward", TABLE)
    schema = {"awkward": COLUMNS}
    tree = qualify(sqlglot.parse_one(sql, read="duckdb"), schema=dict(schema), dialect="duckdb")
    text = generate(expand(annotated(tree, schema), engine.dialect), engine.dialect)
    rows = engine.fetch(text)
    return sorted((tuple(row.values()) for row in rows.to_pylist()), key=lambda row: str(row[0]).zfill(9))


def same(given: Any, wanted: Any) -> bool:
    """Equal in type family and value; doubles after rounding to 6 decimals (9 digits when they are large)."""
    if isinstance(wanted, float):
        return isinstance(given, float) and given == pytest.approx(wanted, rel=1e-9, abs=5e-7)
    return type(given) is type(wanted) and given == wanted


def compare(given: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> None:
    wanted = sorted(wanted, key=lambda row: str(row[0]).zfill(9))
    assert [row[0] for row in given] == [row[0] for row in wanted]
    differing = [(g, w) for g, w in zip(given, wanted, strict=True) if not same(g[1], w[1])]
    assert not differing, "\n".join(f"row {g[0]!r}: {g[1]!r}, wanted {w[1]!r}" for g, w in differing)


@pytest.mark.parametrize("case", SCALARS, ids=lambda case: case.sql)
def test_scalar(engine: Engine, case: Scalar) -> None:
    given = run(engine, f"select id, {case.sql} as answer from awkward")
    compare(given, [(row["id"], case.answer(row)) for row in AWKWARD])


@pytest.mark.parametrize("case", AGGREGATES, ids=lambda case: case.sql)
def test_aggregate(engine: Engine, case: Aggregate) -> None:
    given = run(engine, f"select grp, {case.sql} as answer from awkward group by grp")
    groups = sorted({row["grp"] for row in AWKWARD})
    compare(given, [(g, case.answer([row for row in AWKWARD if row["grp"] == g])) for g in groups])


@pytest.mark.parametrize("case", AGGREGATES, ids=lambda case: case.sql)
def test_aggregate_over_no_rows(engine: Engine, case: Aggregate) -> None:
    given = run(engine, f"select 0 as grp, {case.sql} as answer from awkward where id < 0")
    compare(given, [(0, case.over_nothing)])


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.sql)
def test_whole_query(engine: Engine, case: Whole) -> None:
    compare(run(engine, case.sql), case.rows())
