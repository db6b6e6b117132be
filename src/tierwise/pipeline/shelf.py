"""What a published snapshot holds, put on an engine table by table as readers ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa

from tierwise.core.errors import NotFound
from tierwise.core.spec import Spec
from tierwise.core.step import Step
from tierwise.core.table import Table
from tierwise.engines.base import Engine
from tierwise.model.model import Model
from tierwise.pipeline.inputs import Inputs, calendar, landing_cut, readable
from tierwise.pipeline.run import execute, fetch, step_named
from tierwise.sql.query import Query, compiled, query
from tierwise.stores.landing import Batch
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import Snapshots
from tierwise.tables.arrow import filled


def made_before(snapshot: Snapshot, table: str) -> NotFound:
    """Why a snapshot lacks a table that every run stores today: read as empty, it would say what nobody found out."""
    return NotFound(
        f"run {snapshot.run_id} has no table '{table}': it was made before Tierwise had one",
        f"make its list anew: tierwise run --as-of {snapshot.as_of} --force",
    )


class Shelf:
    """One snapshot and the landed records behind it, put on an engine table by table as they are asked for."""

    def __init__(
        self, engine: Engine, model: Model, snapshots: Snapshots, snapshot: Snapshot, batches: Sequence[Batch]
    ) -> None:
        self._engine, self._model, self._snapshots, self._snapshot = engine, model, snapshots, snapshot
        self._catalog = readable(model.dictionary)
        self._inputs = Inputs(batches, (), model.spec_tables())
        self._there: set[str] = set()
        self.views: dict[str, Query] = {}

    def keeps(self, name: str) -> bool:
        """Whether the snapshot holds the rows of a table."""
        return name in self._snapshot.tables

    def provide(self, names: Sequence[str]) -> None:
        """Make tables readable that are not yet; what a view reads comes with it."""
        for name in names:
            if name not in self._there:
                self._there.add(name)
                self._put(name)

    def _put(self, name: str) -> None:
        table = self._catalog[name]
        if self.keeps(name):
            self._engine.register(name, self._snapshots.files(self._snapshot, name), table.types)
        elif name.startswith("landing_"):
            cut = landing_cut(table, self._snapshot.as_of, once=self._inputs.once(name), ends=self._inputs.ends(name))
            self.views[name] = cut
            self.provide(cut.reads)
        elif name.startswith("raw_landing_"):
            self._engine.register(name, self._inputs.files(name.removeprefix("raw_")), table.types)
        elif (step := step_named(name)) is not None and step.view:
            self.views[name] = step.make(self._model.specs[step.section], self._snapshot.as_of)
            self.provide(self.views[name].reads)
        elif step is not None and step.stored:
            raise made_before(self._snapshot, name)
        elif name == "calendar":
            self._engine.register(name, calendar(table, self._snapshot.as_of), table.types)
        else:
            self._engine.register(name, filled(table, self._inputs.spec_tables.get(name, ())), table.types)


class Workbench:
    """Steps on an engine, each after what it reads and the shelf does not keep; and tables beside those of the dictionary."""

    def __init__(
        self, engine: Engine, shelf: Shelf, specs: Mapping[str, Spec], catalog: Mapping[str, Table], as_of: date
    ) -> None:
        self._engine, self._shelf, self._specs, self._as_of = engine, shelf, specs, as_of
        self._catalog = dict(catalog)
        self._there: set[str] = set()

    def provide(self, name: str) -> None:
        """Make a table readable: from the snapshot, or by executing its step."""
        if name in self._there:
            return
        self._there.add(name)
        step = step_named(name)
        if step is None or step.view or self._shelf.keeps(name):
            self._shelf.provide([name])
            return
        for read in self._reads(step):
            self.provide(read)
        execute(self._engine, step, self._specs[step.section], self._as_of, self._catalog, self._shelf.views)

    def make(self, name: str, wanted: Query, shape: Table) -> int:
        """Compute a table with the columns of `shape` under a name of its own, in place of what had it; its rows."""
        for read in wanted.reads:
            self.provide(read)
        table = replace(shape, name=name)
        sql = compiled(wanted, readable(self._catalog), self._engine.dialect, target=table, views=self._shelf.views)
        self._catalog[name] = table
        self._there.add(name)
        return self._engine.materialize(name, sql)

    def put(self, name: str, rows: pa.Table, shape: Table) -> None:
        """Make rows readable under a name, in place of what had it."""
        self._catalog[name] = replace(shape, name=name)
        self._there.add(name)
        self._engine.register(name, rows, shape.types)

    def remake(self, name: str) -> None:
        """Execute a step anew, after something that it reads was put in place of what had its name."""
        step = step_named(name)
        assert step is not None
        self.make(name, self.query(step), self._catalog[name])

    def query(self, step: Step, spec: Spec | None = None) -> Query:
        """The query of a step that runs on the engine, from its section of the model or another `spec`."""
        made: Query = step.make(spec or self._specs[step.section], self._as_of)
        return made

    def shape(self, name: str) -> Table:
        """The columns of a table."""
        return self._catalog[name]

    def fetch(self, wanted: Query) -> pa.Table:
        """The rows of a query over tables that are there."""
        return fetch(self._engine, wanted, readable(self._catalog), self._shelf.views)

    def count(self, sql: str) -> int:
        return int(self.fetch(query(sql))["n"][0].as_py())

    def _reads(self, step: Step) -> tuple[str, ...]:
        return step.reads if step.in_memory else self.query(step).reads
