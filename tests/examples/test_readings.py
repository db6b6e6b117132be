"""Every figure of an example's READING.md is the one that the run gives: each carries the column that it comes from.

A figure stands before a comment that a reader does not see: `1.34<!-- retention.value where name = 'bulk' -->`. A share is
shown as a percentage, a grade as its letter.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.examples.conftest import EXAMPLES, Ran
from tests.examples.test_readmes import SQL, as_shown

FIGURE = re.compile(
    r"(?P<shown>[\d.,]*\d(?: %)?|\b[ABC])<!-- (?P<table>\w+)\.(?P<column>\w+)(?: where (?P<where>.+?))? -->"
)
BARE = re.compile(r"(?<![\w.<])\d[\d.,]*\d(?: %)?(?!\w|<!--|[\d.,]*<!--)")
PAGES = sorted(path.parent.name for path in EXAMPLES.glob("*/READING.md"))
# Names and dates of the records, and what the model itself declares: no figure of a run.
GIVEN = {"2010", "2011", "2017", "2018", "1.2", "12", "30", "31", "90", "80 %", "95 %", "100 %"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def reading(name: str) -> str:
    return (EXAMPLES / name / "READING.md").read_text(encoding="utf-8")


def shown(value: Any, like: str) -> str:
    """A value of a table in the form in which the page shows it."""
    if isinstance(value, str):
        return value
    if like.endswith(" %"):
        return as_shown(100 * value, like.removesuffix(" %")) + " %"
    return as_shown(value, like)


def filled(name: str, ran: Ran) -> str:
    """The page with every figure as the run gives it."""

    def figure(match: re.Match[str]) -> str:
        (row,) = ran.rows(match["table"], match["where"] or "")
        return shown(row[match["column"]], match["shown"]) + match[0][len(match["shown"]) :]

    return FIGURE.sub(figure, reading(name))


def test_the_examples_with_revenue_have_a_reading() -> None:
    assert PAGES == ["olist", "wholesaler"]
    assert all("(READING.md)" in (EXAMPLES / name / "README.md").read_text(encoding="utf-8") for name in PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_that_of_the_run(name: str, request: pytest.FixtureRequest) -> None:
    assert len(FIGURE.findall(reading(name))) >= 20
    assert reading(name) == filled(name, request.getfixturevalue(name))


@pytest.mark.parametrize("name", PAGES)
def test_no_figure_is_without_its_source(name: str) -> None:
    text = SQL.sub("", reading(name))
    given = {match["gives"] for match in SQL.finditer(reading(name))}
    assert set(BARE.findall(FIGURE.sub("", DATE.sub("", text)))) <= GIVEN | given


@pytest.mark.parametrize("name", PAGES)
def test_the_sql_gives_what_it_says(name: str, request: pytest.FixtureRequest) -> None:
    data: Path = request.getfixturevalue(name).data
    queries = list(SQL.finditer(reading(name)))
    assert queries
    for query in queries:
        with duckdb.connect(config={"file_search_path": str(data)}) as connection:
            rows = connection.execute(query["sql"]).fetchall()
        assert as_shown(rows[0][0], query["gives"]) == query["gives"], query["sql"]
