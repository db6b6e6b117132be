"""Conditions of the model: types, places and near misses. What is hostile is refused in tests/model/test_injection.py."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tierwise.engines.duckdb import DuckdbEngine
from tierwise.sql.predicates import DEEPEST, LONGEST, Scope, any_unknown, check_predicate, columns_of, predicate
from tierwise.sql.query import compiled, query
from tierwise.tables.dictionary import dictionary

SCOPE = Scope.of(a=dictionary()["accounts"].types, i={"intent": "DOUBLE", "name": "DOUBLE"})
ROWS = [
    {"account_id": "1", "name": "Acme's", "industry": "Banking", "employees": 300, "do_not_contact": False,
     "created_at": "2024-02-03"},
    {"account_id": "2", "name": "100% Beta_Co", "industry": None, "employees": None, "do_not_contact": True,
     "created_at": None},
]  # fmt: skip


def matching(text: str) -> list[str]:
    engine = DuckdbEngine()
    try:
        tables = dictionary()
        columns = {key: [row[key] for row in ROWS] for key in ROWS[0]}
        engine.register("accounts", pa.table(columns), tables["accounts"].types)
        condition = predicate(text, Scope.of(a=tables["accounts"].types))
        wanted = query("select a.account_id from accounts a where :c order by 1", c=condition)
        return engine.fetch(compiled(wanted, tables, "duckdb"))["account_id"].to_pylist()
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("employees between 200 and 999", ["1"]), ("EMPLOYEES >= 300", ["1"]), ("not (employees > 300)", ["1"]),
        ("industry is null", ["2"]), ("industry is not null and not do_not_contact", ["1"]),
        ("industry in ('Banking', 'X')", ["1"]),
        ("industry not in ('Banking')", []), ("name = 'Acme''s'", ["1"]), ("lower(name) like 'acme%'", ["1"]),
        ("contains(name, '100%')", ["2"]), ("coalesce(employees, 0) = 0", ["2"]), ("employees / 3 + 1 = 101", ["1"]),
        ("-employees < 0", ["1"]), ("created_at >= date '2024-02-03'", ["1"]), ("created_at < '2024-02-03'", []),
        ("year(created_at) = 2024 and month(created_at) = 2", ["1"]), ("do_not_contact", ["2"]), ("true", ["1", "2"]),
        ("do_not_contact = true or employees = 300", ["1", "2"]), ("starts_with(upper(trim(name)), 'ACME')", ["1"]),
        ("abs(round(floor(employees))) = 300", ["1"]), ("length(name) > 6", ["2"]),
        ("nullif(industry, 'Banking') is null", ["1", "2"]),
    ],
)  # fmt: skip
def test_conditions_mean_what_sql_means(text: str, expected: list[str]) -> None:
    assert check_predicate(text, SCOPE) == []
    assert matching(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("industri = 'x'", "no column 'industri'", "did you mean 'industry'?"),
        ("employes > 5", "no column 'employes'", "did you mean 'employees'?"),
        ("lowr(name) = 'x'", "the function lowr() is not allowed", "did you mean 'lower'?"),
        ("contain(name, 'x')", "the function contain() is not allowed", "did you mean 'contains'?"),
        ("a.name = 'x'", "without a table", ""),
        ("employees = 'many'", "employees is number, 'many' is text", "single quotes"),
        ("name = 5", "is text, 5 is number", "single quotes"),
        ("employees in ('a', 'b')", "employees is number, 'a' is text", ""),
        ("employees between 'a' and 5", "employees is number", ""),
        ("do_not_contact = 1", "is yes/no, 1 is number", ""),
        ("name", "this is text, not a condition", "compare it"),
        ("employees + 1", "this is number, not a condition", "compare it"),
        ("employees or true", "or needs yes/no, employees is number", ""),
        ("employees like '1%'", "like needs text, employees is number", ""),
        ("year(name) = 1", "year needs date, name is text", ""),
        ("lower(created_at) = 'x'", "lower needs text", ""),
        ("created_at = 5", "created_at is date, 5 is number", ""),
        ("abs(name) = 1", "abs needs number", ""),
        ("name + 'x' = 'y'", "arithmetic needs number", ""),
        ("employees >", "cannot be read", "looks like"),
        ("", "an empty condition", "employees >= 200"),
        ("employees > 1 -- c", "comments and semicolons", ""),
        ("x" * (LONGEST + 1), f"{LONGEST} is the most", ""),
    ],
)
def test_problems_say_what_and_what_to_do(text: str, message: str, hint: str) -> None:
    problems = check_predicate(text, SCOPE)
    assert problems
    assert any(message in p.message and hint in p.hint for p in problems), problems
    with pytest.raises(ValueError, match="."):  # noqa: RUF043
        predicate(text, SCOPE)


def test_every_problem_is_told_with_its_place() -> None:
    text = "industri = 'x' and employes > 5"
    problems = check_predicate(text, SCOPE)
    assert [text[p.offset or 0 :][:8] for p in problems] == ["industri", "employes"]
    text = "employees > 5 and name like 5 and employees = 'x'"
    assert {p.offset for p in check_predicate(text, SCOPE)} == {text.rindex("5"), text.rindex("employees")}


def test_the_first_table_that_has_a_name_owns_it() -> None:
    node = predicate("name = 'x' and intent > 5", SCOPE).sql(dialect="duckdb")
    assert (node.count('"a"."name"'), node.count('"i"."intent"')) == (1, 1)


@pytest.mark.parametrize(
    ("text", "fits"), [("employees", True), ("employees * 2", True), ("name", False), ("true", False)]
)
def test_number_expressions(text: str, fits: bool) -> None:
    assert (check_predicate(text, SCOPE, family="number") == []) == fits


def test_columns_and_unknown() -> None:
    assert columns_of("Employees > 5 and lower(industry) = 'x'") == {"employees", "industry"}
    assert columns_of("(((") == set()
    node: Any = any_unknown("employees > 5", SCOPE)
    assert node.sql(dialect="duckdb") == '(("a"."employees" > 5) IS NULL)'


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "employees = 1" + ")" * 300, "not " * 300 + "competitor", "employees > 1" + " + 1" * 300,
        "employees > 1" + "+1" * 1900, "employees > " + "- " * 400 + "1", "lower(" * 300 + "name" + ")" * 300 + " = 'a'",
    ],
)  # fmt: skip
def test_a_condition_nested_too_deeply_is_a_problem_and_no_fault(text: str) -> None:
    (problem,) = check_predicate(text, SCOPE)
    assert "too deeply" in problem.message
    assert problem.hint


def test_a_long_chain_is_not_deep() -> None:
    assert matching(" or ".join(f"employees = {n}" for n in range(200))) == []
    assert matching(" or ".join(f"employees = {n}" for n in range(120, 320))) == ["1"]
    assert matching("employees > 1" + " + 1" * (DEEPEST - 10)) == ["1"]
