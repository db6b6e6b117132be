"""What a published snapshot holds, put on an engine table by table as readers ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.core.errors import NotFound
from tierwise.engines.base import Engine
from tierwise.model.model import Model
from tierwise.pipeline.inputs import Inputs, calendar, landing_cut, readable
from tierwise.pipeline.run import step_named
from tierwise.sql.query import Query
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
