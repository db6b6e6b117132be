"""The example projects, run in a folder of their own so that the repository stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tierwise.pipeline.ingest import IngestReport
from tierwise.project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
# The last day of each company's records.
AS_OF = {"crm_sales": date(2017, 12, 31), "olist": date(2018, 6, 30), "wholesaler": date(2011, 12, 9)}


@dataclass(frozen=True)
class Ran:
    """An example after a run: what was landed, its folder of records, and its tables."""

    project: Project
    landed: IngestReport
    data: Path

    def rows(self, table: str, where: str = "") -> list[dict[str, Any]]:
        return self.project.read(table, where).to_pylist()

    def one(self, table: str, where: str = "") -> dict[str, Any]:
        (row,) = self.rows(table, where)
        return row

    def named(self, table: str, dimension: str, column: str, metric: str = "") -> dict[str, Any]:
        """One column of a table of estimates, by name, for one dimension."""
        where = f"dimension = '{dimension}'" + (f" and metric = '{metric}'" if metric else "")
        return {row["name"]: row[column] for row in self.rows(table, where)}

    def estimates(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table of estimates in one order, to compare: sums differ in their last bits from run to run."""
        rows = sorted(self.rows(table), key=lambda row: (row["dimension"], row["name"], row.get("metric", "")))
        return [{k: pytest.approx(v, abs=1e-6) if isinstance(v, float) else v for k, v in row.items()} for row in rows]

    def list(self) -> list[dict[str, Any]]:
        """The tiers, in one order."""
        return sorted(self.rows("tiers"), key=lambda row: row["account_id"])


def run_example(name: str, as_of: date, folder: Path, data: Path | None, change: Callable[[str], str] = str) -> Ran:
    """Run `examples/NAME` from a copy in `folder`; `change` edits the text of its model."""
    model = (EXAMPLES / name / "tierwise.yaml").read_text(encoding="utf-8")
    (folder / "tierwise.yaml").write_text(change(model), encoding="utf-8")
    if data is None:
        shutil.copytree(EXAMPLES / name / "data", folder / "data")
    project = Project.open(folder, data)
    landed = project.ingest()
    with project.plan(as_of) as plan:
        project.apply(plan)
    return Ran(project, landed, data or folder / "data")


@pytest.fixture(scope="session")
def crm_sales(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("crm_sales")
    return run_example("crm_sales", AS_OF["crm_sales"], folder, data_dir / "crm_sales_opportunities")


@pytest.fixture(scope="session")
def olist(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("olist")
    return run_example("olist", AS_OF["olist"], folder, data_dir / "olist_b2b_funnel")


@pytest.fixture(scope="session")
def wholesaler(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run_example("wholesaler", AS_OF["wholesaler"], tmp_path_factory.mktemp("wholesaler"), None)
