"""Run the flow: one engine, every step in order, each table written beside its place. The only loop that executes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from tierwise.core.spec import Spec
from tierwise.core.step import Step
from tierwise.core.table import Table
from tierwise.engines.base import Engine, Resources
from tierwise.engines.registry import open_engine
from tierwise.pipeline.flow import DISCOVERY, FLOW, REPAIRS
from tierwise.pipeline.inputs import IDS, Inputs, landing_cut, readable, register
from tierwise.pipeline.reuse import Earlier, Keys, Made
from tierwise.sql.query import Query, compiled, query
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import TABLES
from tierwise.tables.landing import LANDING_TABLES
from tierwise.tables.ledgers import LEDGER_TABLES

Progress = Callable[[str, int, int], None]
# What a snapshot keeps of what the run was given.
GIVEN = ("batches", "reverted_list", *(table.name for table in LEDGER_TABLES))
# What the cut of a landing table looks at besides its own records.
LATER = {"landing_opportunities": ("raw_landing_stage_history",)}


class Execution:
    """The tables of one run on an engine, each there when it is asked for: given, taken from an earlier run, or computed.

    `catalog` is the dictionary of the model. After `compute` every stored table of the flow is there, or known to be as before.
    """

    def __init__(
        self,
        engine: Engine,
        specs: Mapping[str, Spec],
        catalog: Mapping[str, Table],
        inputs: Inputs,
        as_of: date,
        earlier: Earlier | None = None,
    ) -> None:
        lists = {t.name: inputs.spec_tables.get(t.name, ()) for t in TABLES if t.name.startswith("spec_")}
        self._engine, self._specs, self._catalog, self._as_of = engine, specs, catalog, as_of
        self._inputs, self._earlier = replace(inputs, spec_tables=lists), earlier or Earlier()
        self._steps = {step.name: step for step in FLOW}
        self._keys = Keys(FLOW, specs, catalog, self._inputs, as_of, engine.name, self._earlier)
        self._loaded = self._inputs.rows() | {name: len(rows) for name, rows in lists.items()}
        self._views: dict[str, Query] = {}
        self._rows: dict[str, int] = {}
        self._there: set[str] = set()

    def compute(self, progress: Progress = lambda step, done, of: None, wanted: Collection[str] | None = None) -> None:
        """Compute every stored table of the flow, or those `wanted`, that an earlier run does not have; with what they read."""
        for done, step in enumerate(FLOW):
            progress(step.name, done, len(FLOW))
            if step.stored and not step.view and not self._kept(step.name) and (wanted is None or step.name in wanted):
                self._provide(step.name)
        progress("done", len(FLOW), len(FLOW))

    @property
    def made(self) -> dict[str, Made]:
        """How each table of the flow comes about, for the next run."""
        return {name: replace(self._keys.made(name), rows=self._known_rows(name)) for name in self._steps}

    @property
    def rows(self) -> dict[str, int]:
        """Rows of every table that a snapshot holds."""
        stored = [step.name for step in FLOW if step.stored and not step.view]
        given = {name: self._engine_rows(name) for name in GIVEN}
        return given | {name: self._count(name) for name in stored}

    @property
    def computed(self) -> list[str]:
        """The tables that this run computed."""
        return [name for name in self._steps if name in self._rows]

    def fetch(self, wanted: Query) -> pa.Table:
        """The rows of a query over any table of the run."""
        for name in wanted.reads:
            self._provide(name)
        return fetch(self._engine, wanted, self._catalog, self._views)

    def beside(self, name: str, table: str, files: Sequence[Path]) -> None:
        """Make the files of an earlier `table` readable under another name."""
        self._catalog = {**self._catalog, name: replace(self._catalog[table], name=name)}
        self._engine.register(name, files, self._catalog[table].types)
        self._there.add(name)

    def rests_on(self, tables: Sequence[str]) -> tuple[set[str], set[str]]:
        """What some tables are derived from in the end: the tables that no step makes, and the sections of the model."""
        seen: set[str] = set()
        waiting, sections = list(tables), set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                if name in self._steps:
                    sections.add(self._steps[name].section)
                    waiting += self._keys.made(name).reads
        return seen - set(self._steps), sections

    def write(self, folder: Path) -> None:
        """Every stored table as Parquet below `folder`: the computed ones written, the others taken from the earlier run."""
        for name in GIVEN:
            self._provide(name)
            self._engine.write(name, folder / name, self._catalog[name].key)
        for step in FLOW:
            if step.stored and step.name in self._rows:
                self._engine.write(step.name, folder / step.name, self._catalog[step.name].key)
            elif step.stored and not step.view:
                self._earlier.take(step.name, folder / step.name)

    def _kept(self, name: str) -> bool:
        return name in self._earlier.stored and self._keys.fresh(name)

    def _count(self, name: str) -> int:
        """Rows of a table, before any cut for landed ones; a view counts as none."""
        if name not in self._steps or self._steps[name].view:
            return self._loaded.get(name, 0)
        if (known := self._known_rows(name)) is not None:
            return known
        self._provide(name)
        return self._rows[name]

    def _known_rows(self, name: str) -> int | None:
        """Rows of a table that was computed, now or by the earlier run; None where nobody needed it."""
        if name in self._rows or not self._keys.fresh(name):
            return self._rows.get(name)
        return self._earlier.made[name].rows

    def _engine_rows(self, name: str) -> int:
        return int(self.fetch(query("select count(*) as n from given").reading(given=name))["n"][0].as_py())

    def _provide(self, name: str) -> None:
        """Make a table readable that is not yet; what a view reads comes with it."""
        if name in self._there:
            return
        self._there.add(name)
        step = self._steps.get(name)
        if step is None:
            for read in (f"raw_{name}", *LATER.get(name, ())) if name.startswith("landing_") else ():
                self._provide(read)
            for read in IDS if self._inputs.names_accounts(name) else ():
                self._provide(read)
            view = register(self._engine, self._inputs, self._catalog, self._as_of, name)
            if view is not None:
                self._views[name] = view
        elif step.view:
            self._views[name] = step.make(self._specs[step.section], self._as_of)
            for read in self._views[name].reads:
                self._provide(read)
        elif self._kept(name):
            self._engine.register(name, self._earlier.files(name), self._catalog[name].types)
        else:
            self._rows[name] = self._execute(step)

    def _execute(self, step: Step) -> int:
        table = self._catalog[step.name]
        if step.empty_without and not any(self._count(name) for name in step.empty_without):
            self._engine.register(step.name, filled(table, ()), table.types)
            return 0
        made = self._keys.query(step)
        for read in step.reads if made is None else made.reads:
            self._provide(read)
        spec = self._specs[step.section]
        return execute(self._engine, step, spec, self._as_of, self._catalog, self._views, made) or 0


def execute(
    engine: Engine,
    step: Step,
    spec: Spec,
    as_of: date,
    catalog: Mapping[str, Table],
    views: dict[str, Query],
    made: Query | None = None,
) -> int | None:
    """Run one step on the engine; its rows, or None when it is a view. `made` is its query, where it is known already."""
    table = catalog[step.name]
    if step.in_memory:
        given = {name: fetch(engine, query(f"select * from {name}"), catalog, views) for name in step.reads}
        found = step.make(spec, as_of, **given)
        result = found if isinstance(found, pa.Table) else filled(table, found)
        engine.register(step.name, result, table.types)
        return int(result.num_rows)
    wanted = step.make(spec, as_of) if made is None else made
    if step.view:
        views[step.name] = wanted
        return None
    return engine.materialize(step.name, compiled(wanted, readable(catalog), engine.dialect, target=table, views=views))


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
    """The step of the flow, of discovery or of repairs that writes a table, None when no step does."""
    return next((step for step in (*FLOW, *DISCOVERY, *REPAIRS) if step.name == name), None)


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
    for other in (*FLOW, *DISCOVERY, *REPAIRS):
        if other.name == step.name:
            return
        yield other
