"""Read what was published: the Parquet of one snapshot, in an in-memory engine of the reader's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from tierwise.core.errors import UsageError
from tierwise.core.table import Table
from tierwise.engines.base import Engine, Resources
from tierwise.engines.registry import open_engine
from tierwise.model.model import Model
from tierwise.pipeline.explain import Reader
from tierwise.pipeline.inputs import Inputs, landing_cut, readable
from tierwise.pipeline.run import step_named
from tierwise.sql.predicates import Scope, check_predicate, predicate
from tierwise.sql.query import Query, column, query
from tierwise.stores.landing import Batch
from tierwise.stores.ledgers import Snapshot
from tierwise.stores.snapshots import Snapshots
from tierwise.tables.arrow import filled


@contextmanager
def open_reader(
    model: Model, snapshots: Snapshots, snapshot: Snapshot, batches: Sequence[Batch], resources: Resources
) -> Iterator[Reader]:
    """A reader over one snapshot: its tables, the landed records behind it, and the views of the flow."""
    engine = open_engine("duckdb", resources)
    try:
        shelf = _Shelf(engine, model, snapshots, snapshot, batches)
        yield Reader(engine, readable(model.dictionary), shelf.views, shelf.provide)
    finally:
        engine.close()


def read_table(reader: Reader, shape: Table, where: str = "", limit: int | None = None) -> pa.Table:
    """Rows of one table, in the order of its key; `where` is a condition like those of the model."""
    columns = [column(name, "t") for name in shape.names]
    sql = "select :columns from wanted t"
    parameters: dict[str, object] = {"columns": columns}
    if where:
        scope = Scope.of(t=shape.types)
        if problems := check_predicate(where, scope):
            raise UsageError(f"--where {where!r}: {problems[0].message}", problems[0].hint)
        sql += " where :condition"
        parameters["condition"] = predicate(where, scope)
    if shape.key:
        sql += " order by :key"
        parameters["key"] = [column(name, "t") for name in shape.key]
    if limit is not None:
        sql += " limit :most"
        parameters["most"] = limit
    return reader.fetch(query(sql, **parameters).reading(wanted=shape.name))


class _Shelf:
    """One snapshot and the landed records behind it, put on an engine table by table as they are asked for."""

    def __init__(
        self, engine: Engine, model: Model, snapshots: Snapshots, snapshot: Snapshot, batches: Sequence[Batch]
    ) -> None:
        self._engine, self._model, self._snapshots, self._snapshot = engine, model, snapshots, snapshot
        self._inputs = Inputs(batches, (), model.spec_tables())
        self._there: set[str] = set()
        self.views: dict[str, Query] = {}

    def provide(self, names: Sequence[str]) -> None:
        """Make tables readable that are not yet; what a view reads comes with it."""
        for name in names:
            if name not in self._there:
                self._there.add(name)
                self._put(name)

    def _put(self, name: str) -> None:
        table = self._model.dictionary[name]
        if name in self._snapshot.tables:
            self._engine.register(name, self._snapshots.files(self._snapshot, name), table.types)
        elif name.startswith("landing_"):
            self._engine.register(f"raw_{name}", self._inputs.files(name), table.types)
            self.views[name] = landing_cut(table, self._snapshot.as_of, once=self._inputs.once(name))
        elif (step := step_named(name)) is not None and step.view:
            self.views[name] = step.make(self._model.specs[step.section], self._snapshot.as_of)
            self.provide(self.views[name].reads)
        else:
            self._engine.register(name, filled(table, self._inputs.spec_tables.get(name, ())), table.types)
