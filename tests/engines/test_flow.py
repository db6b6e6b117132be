"""One model, the same published rows on every engine: the demo and the examples, run on DuckDB and on Spark.

Each project is landed once and copied, so that both runs read the same batches. What is compared are the Parquet files
that a reader would get, row by row in their order: doubles after rounding to 6 decimals, everything else exactly.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tierwise.project import Project
from tierwise.simulate.demo import SEED, WORLD
from tierwise.simulate.exports.write import write_exports
from tierwise.simulate.history import DEFAULT_AS_OF, market

EXAMPLES = Path(__file__).parents[2] / "examples"
ACCOUNTS = 600
Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Landed:
    """A project whose records are landed and of which nothing is published, and what DuckDB publishes of it."""

    folder: Path
    as_of: date
    published: Tables

    def on(self, engine: str, folder: Path) -> Tables:
        """What `engine` publishes of a copy of the project in `folder`."""
        shutil.copytree(self.folder, folder)
        return published(folder, engine, self.as_of)


def published(folder: Path, engine: str, as_of: date) -> Tables:
    """Run the project with `engine:` in its model; every published table as its Parquet files hold it."""
    file = folder / "tierwise.yaml"
    model = file.read_text(encoding="utf-8")
    assert "\nengine:" not in f"\n{model}"
    file.write_text(f"engine: {engine}\n{model}", encoding="utf-8")
    project = Project.open(folder)
    with project.plan(as_of) as plan:
        snapshot = project.apply(plan)
    project.close()
    assert snapshot.engine == ("spark-connect" if engine.startswith("sc://") else engine)
    place = folder / ".tierwise" / "snapshots" / snapshot.run_id
    found = {}
    for name, written in snapshot.tables.items():
        found[name] = pa.concat_tables([pq.read_table(path) for path in sorted((place / name).glob("*.parquet"))])
        assert found[name].num_rows == written["rows"], name
    return found


def land(folder: Path, scratch: Path, as_of: date, data: Path | None = None) -> Landed:
    project = Project.open(folder, data)
    project.ingest()
    project.close()
    landed = Landed(folder, as_of, {})
    return Landed(folder, as_of, landed.on("duckdb", scratch / "duckdb"))


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(round(v, 6) if isinstance(v, float) else v for v in row.values()) for row in table.to_pylist()]


def differences(expected: Tables, given: Tables) -> Iterator[str]:
    """Per table the first row that differs, or how its shape does."""
    assert given.keys() == expected.keys()
    for name, table in expected.items():
        other = given[name]
        if (table.schema.names, table.schema.types) != (other.schema.names, other.schema.types):
            yield f"{name}: {table.schema} is not {other.schema}"
        elif table.num_rows != other.num_rows:
            yield f"{name}: {table.num_rows} rows, not {other.num_rows}"
        else:
            pairs = zip(rows(table), rows(other), strict=True)
            first = next(((n, a, b) for n, (a, b) in enumerate(pairs) if a != b), None)
            if first:
                cells = zip(table.column_names, first[1], first[2], strict=True)
                yield f"{name}, row {first[0]}: {[cell for cell in cells if cell[1] != cell[2]]} of {first[1]}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Landed:
    """The simulated company of `tierwise demo`, with fewer accounts."""
    folder = tmp_path_factory.mktemp("demo")
    write_exports(market(SEED, ACCOUNTS, WORLD, DEFAULT_AS_OF), folder / "landed")
    model = files("tierwise.simulate").joinpath("demo.yaml").read_text(encoding="utf-8")
    (folder / "landed" / "tierwise.yaml").write_text(model, encoding="utf-8")
    return land(folder / "landed", folder, DEFAULT_AS_OF)


def test_the_demo_fills_the_tables_that_are_compared(demo: Landed) -> None:
    """Two empty lists would be equal too."""
    counts = {name: table.num_rows for name, table in demo.published.items()}
    assert counts["tiers"] == counts["candidates"] == counts["accounts"] >= ACCOUNTS
    scores = {"fit_reasons", "intent_reasons", "readiness"}
    filled = scores | {"retention", "lifetime_value", "win_rates", "moves", "verdicts"}
    assert not {name for name in filled if not counts[name]}


def test_a_difference_is_seen(demo: Landed) -> None:
    win_rates = demo.published["win_rates"]
    values = win_rates["value"].to_pylist()
    place = win_rates.column_names.index("value")

    def with_first(value: float) -> Tables:
        changed = win_rates.set_column(place, "value", pa.array([value, *values[1:]], pa.float64()))
        return {**demo.published, "win_rates": changed}

    assert list(differences(demo.published, with_first(values[0] + 1e-12))) == []
    assert len(list(differences(demo.published, with_first(values[0] + 2e-6)))) == 1
    tiers = demo.published["tiers"]
    backwards = {**demo.published, "tiers": tiers.take(list(reversed(range(tiers.num_rows))))}
    assert len(list(differences(demo.published, backwards))) == 1


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
def test_the_demo_on_spark(demo: Landed, tmp_path: Path) -> None:
    assert list(differences(demo.published, demo.on("spark", tmp_path / "spark"))) == []


@pytest.mark.spark
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize(
    ("name", "as_of", "records"),
    [
        ("crm_sales", date(2017, 12, 31), "crm_sales_opportunities"),
        pytest.param("olist", date(2018, 6, 30), "olist_b2b_funnel", marks=pytest.mark.soak),
        ("wholesaler", date(2011, 12, 9), ""),
    ],
    ids=["crm_sales", "olist", "wholesaler"],
)
def test_an_example_on_spark(
    name: str, as_of: date, records: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The wholesaler's records are in the repository, those of the others where TIERWISE_DATA says."""
    data = request.getfixturevalue("data_dir") / records if records else EXAMPLES / name
    (tmp_path / "landed").mkdir()
    shutil.copy(EXAMPLES / name / "tierwise.yaml", tmp_path / "landed")
    landed = land(tmp_path / "landed", tmp_path, as_of, data)
    assert list(differences(landed.published, landed.on("spark", tmp_path / "spark"))) == []


@pytest.mark.soak
@pytest.mark.spark
def test_the_demo_through_spark_connect(demo: Landed, connect_address: str, tmp_path: Path) -> None:
    assert list(differences(demo.published, demo.on(connect_address, tmp_path / "connect"))) == []
