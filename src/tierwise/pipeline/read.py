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
from tierwise.pipeline.flow import FLOW
from tierwise.pipeline.inputs import Inputs, landing_cut, readable
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
        yield Reader(engine, readable(model.dictionary), _registered(engine, model, snapshots, snapshot, batches))
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


def _registered(
    engine: Engine, model: Model, snapshots: Snapshots, snapshot: Snapshot, batches: Sequence[Batch]
) -> dict[str, Query]:
    catalog = model.dictionary
    inputs = Inputs(batches, (), model.spec_tables())
    views = {step.name: step.make(model.specs[step.section], snapshot.as_of) for step in FLOW if step.view}
    for name, table in catalog.items():
        if name in snapshot.tables:
            engine.register(name, snapshots.files(snapshot, name), table.types)
        elif name.startswith("landing_"):
            engine.register(f"raw_{name}", inputs.files(name), table.types)
            views[name] = landing_cut(table, snapshot.as_of, once=inputs.once(name))
        elif name not in views:
            engine.register(name, filled(table, inputs.spec_tables.get(name, ())), table.types)
    return views
