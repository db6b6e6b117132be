"""The list of primitives: how it is written, and what a wrong call says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot

from tierwise.sql.dialects import expand, generate
from tierwise.sql.fragments import DIALECTS
from tierwise.sql.portable import UNPORTABLE
from tierwise.sql.primitives import PRIMITIVES, reference


def text(sql: str, dialect: str) -> str:
    return generate(expand(sqlglot.parse_one(sql, read="duckdb"), dialect), dialect)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_primitive_is_written_for_every_dialect(name: str) -> None:
    primitive = PRIMITIVES[name]
    assert set(primitive.write) == set(DIALECTS)
    assert primitive.meaning.endswith(".")
    least, _ = primitive.arity
    call = f"{name}({', '.join(f'c{i}' for i in range(least))})"
    own = {"spark": {"add_months"}}
    for dialect in DIALECTS:
        called = re.search(rf"\b{name}\(", text(f"select {call}", dialect).lower())
        assert bool(called) == (name in own.get(dialect, ()))


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_wrong_count_of_arguments_says_the_signature(name: str) -> None:
    least, most = PRIMITIVES[name].arity
    for count in {least - 1, (most or least) + 1} - {0}:
        if PRIMITIVES[name].accepts(count) or name in ("add_months", "months_between", "quantile", "count_if"):
            continue  # sqlglot itself refuses to parse its own names with another count
        with pytest.raises(ValueError, match=rf"{name}\(\) takes"):
            text(f"select {name}({', '.join('abcdefg'[:count])})", "duckdb")


@pytest.mark.parametrize("call", ["now()", "current_date", "arg_max(a, b)", "date_diff('day', a, b)", "random()"])
def test_what_engines_disagree_on_is_refused_with_what_to_write(call: str) -> None:
    with pytest.raises(ValueError, match="write ") as refused:
        text(f"select {call}", "spark")
    assert any(word in str(refused.value) for word in UNPORTABLE.values())


def test_an_unknown_dialect_has_a_near_miss() -> None:
    with pytest.raises(ValueError, match="did you mean 'postgres'"):
        expand(sqlglot.parse_one("select 1"), "postgre")


def test_the_tree_that_came_in_is_left_as_it_was() -> None:
    tree = sqlglot.parse_one("select points(x) / 2 as a from t", read="duckdb")
    before = tree.sql("duckdb")
    expand(tree, "spark")
    assert tree.sql("duckdb") == before


def test_arguments_keep_their_binding() -> None:
    written = text("select 2 * share(a + b, c - d)", "duckdb").replace("\n", " ")
    assert " ".join(written.split()) == ("SELECT 2 * ( CAST(a + b AS DOUBLE) / NULLIF(CAST(c - d AS DOUBLE), 0) )")


@pytest.mark.parametrize(
    ("join", "problem"),
    [
        ("asof join y using (k, t)", "needs ON"),
        ("asof join y on x.k = y.k", "one comparison of moments"),
        ("asof join y on x.k = y.k and x.t <= y.t", "looks backward"),
        ("asof join y on x.k = y.k and x.t >= y.t and x.u >= y.u", "one comparison"),
    ],
)
def test_an_asof_join_that_cannot_be_rewritten_says_why(join: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        text(f"select 1 from x {join}", "spark")


def test_number_literals_are_doubles_on_every_engine() -> None:
    assert "0.5e0" in text("select 0.5 * a", "duckdb")
    assert "0.5e0" in text("select 0.5 * a", "spark")
    assert "CAST(0.5 AS DOUBLE PRECISION)" in text("select 0.5 * a", "postgres")
    assert text("select cast(0.5 as decimal(18, 4))", "spark") == "SELECT\n  CAST(0.5 AS DECIMAL(18, 4))"


def test_the_reference_page_is_written_from_the_list() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "primitives.md"
    assert page.read_text() == reference()


@pytest.mark.parametrize("call", ["exact_sum(x) filter (where x > 0)", "exact_sum(x) over ()"])
def test_an_exact_sum_refuses_what_it_cannot_keep(call: str) -> None:
    tree = sqlglot.parse_one(f"select {call} from t", read="duckdb")
    with pytest.raises(ValueError, match="takes no filter"):
        expand(tree, "duckdb")
