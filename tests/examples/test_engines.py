"""The same examples on Spark: the same list and the same estimates as on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.examples.conftest import AS_OF, Ran, run_example

pytestmark = pytest.mark.spark


@pytest.mark.parametrize("name", ["crm_sales", "olist"])
def test_spark_gives_the_rows_of_duckdb(name: str, request: pytest.FixtureRequest, spark: Any, tmp_path: Path) -> None:
    here: Ran = request.getfixturevalue(name)
    there = run_example(name, AS_OF[name], tmp_path, here.data, lambda model: f"engine: spark\n{model}")
    assert there.project.snapshot().engine == "spark"
    assert there.list() == here.list()
    for table in ("win_rates", "retention"):
        assert there.estimates(table) == here.estimates(table)
    for table in ("link_coverage", "win_rate_excluded", "unlisted_products", "account_parents"):
        assert _in_order(there.rows(table)) == _in_order(here.rows(table))


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=str)
