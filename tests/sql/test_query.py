"""Queries: parameters are literals or nodes, tables are read off the tree, columns are resolved or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot.optimizer.qualify import qualify

from tierwise.core.table import DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.sql import query as queries
from tierwise.sql.dialects import annotated
from tierwise.sql.query import QueryError, aliased, case_of, column, compiled, null_of, query, union_all

PEOPLE = Table("people", "one row per person", (Column("name", TEXT, ""), Column("age", INTEGER, "")), ("name",))
CATALOG = {"people": PEOPLE}


def fetched(wanted: Any, **views: Any) -> list[dict[str, Any]]:
    engine = DuckdbEngine()
    try:
        engine.materialize("people", "select * from (values ('ann', 30), ('bob', 50)) t(name, age)")
        return engine.fetch(compiled(wanted, CATALOG, "duckdb", views=views)).to_pylist()
    finally:
        engine.close()


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -7, 2**40, 0.1, -1e-300, 1e300, "", "it's", "'; drop table people --", ":name", "$name",
        "\\' or 1=1",
        "naïve ﬁ 😀", "line\nbreak", date(2024, 2, 29), datetime(2024, 2, 29, 12, 30, 1, 5000, UTC).replace(tzinfo=None),
        Decimal("0.000001"), Decimal("-12345.678900"),
    ],
)  # fmt: skip
def test_a_parameter_comes_out_as_it_went_in(value: Any) -> None:
    got = fetched(query("select :value as value", value=value))[0]["value"]
    assert got == value
    assert isinstance(got, type(value))


def test_lists_expand_where_a_list_stands() -> None:
    assert fetched(query("select name from people where name in (:names) order by name", names=["ann", "x'y"])) == [
        {"name": "ann"}
    ]
    columns = [column("age", "p"), aliased(null_of("VARCHAR"), "nothing")]
    assert fetched(query("select :columns from people p where p.name = 'bob'", columns=columns)) == [
        {"age": 50, "nothing": None}
    ]
    with pytest.raises(QueryError, match="a list parameter stands where a single value is needed"):
        _ = query("select * from people where age = :ages", ages=[1, 2]).tree


def test_parameters_are_all_given_and_all_used() -> None:
    with pytest.raises(QueryError, match="no value for the parameter :age"):
        _ = query("select * from people where age = :age").tree
    with pytest.raises(QueryError, match="does not use: more"):
        _ = query("select 1 as one", more=1).tree
    with pytest.raises(QueryError, match="cannot bind a set"):
        _ = query("select :x as x", x={1}).tree
    with pytest.raises(QueryError, match="does not parse"):
        _ = query("select from where").tree


def test_a_bound_query_is_not_changed_by_another_binding() -> None:
    sql = "select :x as x"
    first = query(sql, x=1)
    assert fetched(query(sql, x=2)) == [{"x": 2}]
    assert fetched(first) == [{"x": 1}]


def test_one_text_serves_for_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days are told apart by their names, whatever the order in which they are given, also in views and unions."""
    sql = "select d from days where d between :first and :last and note <> :note"
    first, last, note = date(2024, 1, 31), date(2024, 2, 1), "<00000000>"
    days = {"days": Table("days", "", (Column("d", DATE, ""), Column("note", TEXT, "")))}

    def texts(**given: Any) -> list[str]:
        one = query(sql, note=note, **given)
        outer = query("select d from chosen where d <> :other", other=date(2025, 5, 5))
        return [
            compiled(one, days, "duckdb"),
            compiled(union_all([query("select :d as d", d=date(2026, 6, 6)), one]), days, "duckdb"),
            compiled(outer, days, "duckdb", views={"chosen": one}),
            compiled(outer.with_table("chosen", one), days, "duckdb"),
        ]

    def plain(text: str) -> str:
        return text.replace("2024-01-31", "FIRST").replace("2024-02-01", "LAST")

    before = texts(first=first, last=last)
    monkeypatch.setattr(queries, "_compiled", lambda *question: pytest.fail("compiled again"))
    assert texts(last=last, first=first) == before
    later = texts(last=date(2025, 12, 1), first=date(2025, 11, 30))
    swapped = [t.replace("2025-11-30", "FIRST").replace("2025-12-01", "LAST") for t in later]
    assert swapped == [plain(text) for text in before]
    assert all(text.index("FIRST") < text.index("LAST") and note in text for text in swapped)


@pytest.mark.parametrize(
    "other",
    [
        query("select :x as x from people", x=2),
        query("select :x as x from people", x=1.0),
        query("select :x as x from people", x=True),
        query("select :x as x from people", x="1"),
        query("select :x as x from people", x=Decimal(1)),
        query("select :x as x from people", x=column("age")),
        query("select :x as x from people", x=date(2024, 1, 1)),
        query("select age in (:x) as x from people", x=[date(2024, 1, 1)]),
        query("select age in (:x) as x from people", x=[date(2024, 1, 2)]),
        query("select :x as x from pets", x=1).reading(pets="people").with_table("p", query("select 1 as one")),
    ],
)
def test_what_differs_is_compiled_anew(other: Any) -> None:
    first = query("select :x as x from people", x=1)
    assert compiled(first, CATALOG, "duckdb") != compiled(other, CATALOG, "duckdb")
    assert first.key != other.key


def test_a_table_of_another_shape_is_compiled_anew() -> None:
    wanted, named = query("select * from people"), query("select name, age from people")
    wider = replace(PEOPLE, columns=(*PEOPLE.columns, Column("town", TEXT, "")))
    texts = [
        compiled(wanted, CATALOG, "duckdb"),
        compiled(wanted, {"people": wider}, "duckdb"),
        compiled(named, CATALOG, "duckdb", target=Table("made", "", PEOPLE.columns)),
        compiled(named, CATALOG, "duckdb", target=Table("made", "", PEOPLE.columns[::-1])),
        compiled(wanted, CATALOG, "spark"),
        compiled(wanted, CATALOG, "duckdb", views={"people": query("select 'ann' as name, 30 as age")}),
        compiled(wanted, CATALOG, "duckdb", views={"people": query("select 'ann' as name, 31 as age")}),
    ]
    assert len(set(texts)) == len(texts)


def test_what_a_query_reads() -> None:
    nested = query(
        "with p as (select * from people) select * from p join pets using (name) where name in (select n from names)"
    )
    assert nested.reads == ("names", "people", "pets")
    assert query("select 1 as one").reads == ()
    assert query("select * from facts").reading(facts="people").reads == ("people",)


def test_unknown_names_are_refused_with_the_near_miss() -> None:
    with pytest.raises(QueryError, match=r"(?s)no table 'poeple'.*did you mean 'people'"):
        compiled(query("select * from poeple"), CATALOG, "duckdb")
    with pytest.raises(QueryError, match="agee"):
        compiled(query("select agee from people"), CATALOG, "duckdb")


def test_a_target_gives_order_and_types_or_refuses() -> None:
    target = Table("made", "", (Column("age", NUMBER, ""), Column("name", TEXT, "")))
    engine = DuckdbEngine()
    engine.materialize("people", "select 'ann' as name, 30 as age")
    text = compiled(query("with p as (select * from people) select name, age from p"), CATALOG, "duckdb", target=target)
    made = engine.fetch(text)
    assert made.column_names == ["age", "name"]
    assert [str(kind) for kind in made.schema.types] == ["double", "string"]
    engine.close()
    for sql, said in (("select name from people", r"missing columns \['age'\]"),
                      ("select name, age, age as old from people", r"not in the dictionary \['old'\]")):  # fmt: skip
        with pytest.raises(QueryError, match=said):
            compiled(query(sql), CATALOG, "duckdb", target=target)


def test_views_are_inlined_also_through_each_other() -> None:
    views = {
        "elders": query("select * from adults where age > 40"),
        "adults": query("select * from people where age > 18"),
    }
    assert fetched(query("select name from elders"), **views) == [{"name": "bob"}]
    inside = query("select name from young").with_table("young", query("select * from adults where age < 40"))
    assert fetched(inside, **views) == [{"name": "ann"}]


def test_rows_of_several_queries() -> None:
    both = union_all(query("select :n as n", n=n) for n in (1, 2, 2))
    assert [row["n"] for row in fetched(both)] == [1, 2, 2]


def test_a_case_without_branches_is_its_otherwise() -> None:
    assert fetched(query("select :c as c", c=case_of([], "none"))) == [{"c": "none"}]
    condition = query("select p.age > 40").tree.expressions[0]
    old = query("select :c as c from people p order by name", c=case_of([(condition, "old")], "young"))
    assert [row["c"] for row in fetched(old)] == ["young", "old"]


@pytest.mark.parametrize(
    "sql",
    [
        "m + x",
        "x - m",
        "m * x",
        "m / x",
        "coalesce(m, x)",
        "greatest(m, x)",
        "case when b then m else x end",
        "if(b, x, m)",
    ],
)
def test_a_decimal_that_meets_a_double_is_a_double(sql: str) -> None:
    """As on DuckDB; sqlglot alone says DECIMAL(18,4) when that comes first."""
    tree = qualify(sqlglot.parse_one(f"select {sql} as y from t", dialect="duckdb"), schema=TYPES, dialect="duckdb")
    (found,) = annotated(tree, TYPES).selects
    assert found.type is not None
    assert found.type.sql(dialect="duckdb") == "DOUBLE"


TYPES = {"t": {"m": "DECIMAL(18,4)", "x": "DOUBLE", "b": "BOOLEAN"}}
