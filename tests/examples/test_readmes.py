"""Every figure that an example's README shows is the one that the run gives, and its SQL gives it too."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.examples.conftest import EXAMPLES, Ran

FIGURE = re.compile(
    r"^\|[^|]*\| (?P<shown>[\d.,]+) \| `(?P<table>\w+)\.(?P<column>\w+)(?: where (?P<where>[^`]+))?` \|$"
)
SQL = re.compile(r"```sql\n(?P<sql>.*?)\n-- gives (?P<gives>[\d.,]+)\n```", re.DOTALL)
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/README.md"))


def readme(name: str) -> str:
    return (EXAMPLES / name / "README.md").read_text(encoding="utf-8")


def as_shown(value: float | Decimal, shown: str) -> str:
    """A number with as many decimals as the README shows."""
    decimals = len(shown.partition(".")[2])
    return f"{value:,.{decimals}f}"


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_table_is_that_of_the_run(name: str, request: pytest.FixtureRequest) -> None:
    ran: Ran = request.getfixturevalue(name)
    rows = [line for line in readme(name).splitlines() if line.endswith("` |")]
    assert len(rows) >= 8
    for line in rows:
        figure = FIGURE.match(line)
        assert figure, f"not a figure: {line}"
        (row,) = ran.rows(figure["table"], figure["where"] or "")
        assert as_shown(row[figure["column"]], figure["shown"]) == figure["shown"], line


@pytest.mark.parametrize("name", NAMES)
def test_the_sql_gives_what_it_says_and_the_table_has_it(name: str, request: pytest.FixtureRequest) -> None:
    data: Path = request.getfixturevalue(name).data
    text = readme(name)
    queries = list(SQL.finditer(text))
    assert len(queries) >= 2
    for query in queries:
        with duckdb.connect(config={"file_search_path": str(data)}) as connection:
            rows = connection.execute(query["sql"]).fetchall()
        assert as_shown(rows[0][0], query["gives"]) == query["gives"], query["sql"]
        assert f"| {query['gives']} |" in text
