"""Run the flow: one engine, every step in order, each table written beside its place. The only loop that executes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from tierwise.core.spec import Spec
from tierwise.core.step import Step
from tierwise.core.table import Table
from tierwise.engines.base import Engine, Resources
from tierwise.engines.registry import open_engine
from tierwise.pipeline.flow import DISCOVERY, FLOW
from tierwise.pipeline.inputs import Inputs, landing_cut, readable, register
from tierwise.sql.query import Query, compiled, query
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import TABLES
from tierwise.tables.landing import LANDING_TABLES
from tierwise.tables.ledgers import LEDGER_TABLES

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Computed:
    """Rows of each table that was written."""

    rows: Mapping[str, int]


def compute(
    engine: Engine,
    specs: Mapping[str, Spec],
    catalog: Mapping[str, Table],
    inputs: Inputs,
    as_of: date,
    folder: Path,
    progress: Progress = lambda step, done, of: None,
) -> Computed:
    """Execute the flow on `engine` as of a day; every stored table as Parquet under `folder`."""
    spec_tables = {t.name: inputs.spec_tables.get(t.name, ()) for t in TABLES if t.name.startswith("spec_")}
    known = replace(inputs, spec_tables=spec_tables)
    views = register(engine, known, catalog, as_of)
    given = ("batches", "reverted_list", *(table.name for table in LEDGER_TABLES))
    rows = {name: engine.write(name, folder / name, catalog[name].key) for name in given}
    there = inputs.rows() | {name: len(listed) for name, listed in spec_tables.items()}
    for done, step in enumerate(FLOW):
        progress(step.name, done, len(FLOW))
        if step.empty_without and not any(there.get(name, 0) for name in step.empty_without):
            engine.register(step.name, filled(catalog[step.name], ()), catalog[step.name].types)
            count: int | None = 0
        else:
            count = execute(engine, step, specs[step.section], as_of, catalog, views)
        there[step.name] = count or 0
        if count is not None and step.stored:
            rows[step.name] = engine.write(step.name, folder / step.name, catalog[step.name].key)
    progress("done", len(FLOW), len(FLOW))
    return Computed(rows)


def execute(
    engine: Engine, step: Step, spec: Spec, as_of: date, catalog: Mapping[str, Table], views: dict[str, Query]
) -> int | None:
    """Run one step on the engine; its rows, or None when it is a view."""
    table = catalog[step.name]
    if step.in_memory:
        given = {name: fetch(engine, query(f"select * from {name}"), catalog, views) for name in step.reads}
        made = step.make(spec, as_of, **given)
        result = made if isinstance(made, pa.Table) else filled(table, made)
        engine.register(step.name, result, table.types)
        return int(result.num_rows)
    made = step.make(spec, as_of)
    if step.view:
        views[step.name] = made
        return None
    return engine.materialize(step.name, compiled(made, readable(catalog), engine.dialect, target=table, views=views))


def fetch(engine: Engine, wanted: Query, catalog: Mapping[str, Table], views: Mapping[str, Query]) -> pa.Table:
    """The rows of a query on the engine."""
    return engine.fetch(compiled(wanted, readable(catalog), engine.dialect, views=views))


@contextmanager
def engine_on(folder: Path, setting: str, scratch: Path | None = None) -> Iterator[Engine]:
    """An engine for a workspace in `folder`. Whatever a condition of the model says, DuckDB reaches no file outside it."""
    engine = open_engine(setting, Resources(scratch=scratch or folder / "scratch", folders=(folder,)))
    try:
        yield engine
    finally:
        engine.close()


def step_named(name: str) -> Step | None:
    """The step of the flow or of discovery that writes a table, None when no step does."""
    return next((step for step in (*FLOW, *DISCOVERY) if step.name == name), None)


def step_sql(step: Step, specs: Mapping[str, Spec], catalog: Mapping[str, Table], as_of: date, dialect: str) -> str:
    """The SQL text of one step as the engine of `dialect` would get it: views of the flow and the cut at `as_of` inlined.

    `raw_landing_*` are the landed files. Where a record has several versions, a run first makes a table of the newest.
    """
    lists = Inputs((), (), {name: rows for spec in specs.values() for name, rows in spec.tables().items()})
    views = {
        table.name: landing_cut(catalog[table.name], as_of, once=False, ends=lists.ends(table.name))
        for table in LANDING_TABLES
    }
    views |= {s.name: s.make(specs[s.section], as_of) for s in _before(step) if s.view}
    made = step.make(specs[step.section], as_of)
    return compiled(made, readable(catalog), dialect, target=catalog[step.name], views=views)


def _before(step: Step) -> Iterable[Step]:
    for other in (*FLOW, *DISCOVERY):
        if other.name == step.name:
            return
        yield other
