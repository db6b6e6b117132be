"""A project: a folder with a model, its records and what was derived from them. The one facade; it only forwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.core.errors import Busy, NotFound, UsageError, near_miss
from tierwise.engines.base import Engine, Resources
from tierwise.engines.registry import engine_kind, open_engine
from tierwise.model.advice import advice
from tierwise.model.defaults import Parameter, describe
from tierwise.model.draft import SCHEMA_FILE
from tierwise.model.load import FILE, load_model
from tierwise.model.model import Model
from tierwise.model.schema import schema
from tierwise.pipeline import explain as explaining
from tierwise.pipeline.draft import Draft, draft_model, exports_in
from tierwise.pipeline.ingest import IngestReport, ingest
from tierwise.pipeline.plan import Plan, apply_plan, fingerprint, make_plan
from tierwise.pipeline.read import open_reader, read_table
from tierwise.pipeline.run import Progress, step_named, step_sql
from tierwise.simulate.demo import write_demo
from tierwise.stores.landing import Batch, Landing
from tierwise.stores.ledgers import Ledgers, Snapshot
from tierwise.stores.lock import only_writer
from tierwise.stores.snapshots import Snapshots

STATE = ".tierwise"


def quiet(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


class Project:
    """A project on disk. `data` is where relative paths of sources start; the project's own folder by default."""

    def __init__(self, folder: Path, model: Model, data: Path | None = None) -> None:
        self.folder, self.model, self.data = Path(folder), model, Path(data or folder)
        state = self.folder / STATE
        self._landing = Landing(state / "landing")
        self._snapshots = Snapshots(state / "snapshots")
        self._ledgers = Ledgers.at(state / "workspace.db")
        self._lock = state / "lock"
        # Whatever a condition of the model says, DuckDB reaches no file but those of the project's own state.
        self._resources = Resources(scratch=state / "scratch", folders=(state,))

    @classmethod
    def open(cls, folder: Path, data: Path | None = None) -> Project:
        """The project in `folder`. Raises NotFound without a model, ModelError with every problem of the model."""
        if data is not None and not Path(data).is_dir():
            raise NotFound(f"there is no folder {data}", "give the folder of the records with --data")
        return cls(folder, load_model(Path(folder)), data)

    def close(self) -> None:
        self._ledgers.close()

    # records

    def ingest(
        self, now: datetime | None = None, progress: Callable[[str], None] = lambda message: None
    ) -> IngestReport:
        """Land every file of every source; nothing that was landed before is landed twice."""
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        own = {c.name: c.type for c in self.model.columns}
        with only_writer(self._lock, moment):
            shared = (self.model.map, self.model.values)
            return ingest(self.model.sources, *shared, own, self._landing, self.data, moment, progress)

    # plan and apply

    @contextmanager
    def plan(self, as_of: date | None = None, progress: Progress = quiet) -> Iterator[Plan]:
        """What a run would publish and what it would change. Nothing is published; the computed tables go on leaving."""
        day = as_of or today()
        self._sweep()
        with self._engine() as engine:
            made = make_plan(self.model, engine, self._landed(day), self._ledgers, self._snapshots, day, progress)
            try:
                yield made
            finally:
                self._snapshots.discard(made.folder)

    def apply(self, plan: Plan, now: datetime | None = None) -> Snapshot:
        """Publish exactly this plan; raises CheckFailed when what it was made from has changed."""
        moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
        with only_writer(self._lock, moment):
            return apply_plan(plan, self.model, self._landed(plan.as_of), self._ledgers, self._snapshots, moment)

    def standing(self, as_of: date | None = None) -> Snapshot | None:
        """The snapshot that a run would only repeat: same model, same records, same day, same list in force."""
        day = as_of or today()
        latest = self._ledgers.latest(day)
        if latest is None:
            return None
        mark = fingerprint(self.model, self._landed(day), day, self._ledgers.head_before(latest.run_id))
        return latest if mark == latest.fingerprint else None

    # reading

    def runs(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        return self._ledgers.snapshots()

    def snapshot(self, run_id: str | None = None, as_of: date | None = None) -> Snapshot:
        """The snapshot in force, of a day, or by its run. Raises NotFound when there is none."""
        if run_id is not None:
            return self._ledgers.snapshot(run_id)
        found = self._ledgers.latest(as_of)
        if found is None:
            day = f" as of {as_of}" if as_of else ""
            raise NotFound(
                f"nothing has been published{day} yet", f"run: tierwise run{f' --as-of {as_of}' if as_of else ''}"
            )
        return found

    def verify(self) -> list[str]:
        """Stored files whose bytes are not what was written: landed batches and published tables. Empty when all is well."""
        damaged = self._landing.verify()
        for snapshot in self.runs():
            damaged += [f"run {snapshot.run_id}: {name}" for name in self._snapshots.verify(snapshot)]
        return damaged

    def read(self, table: str, where: str = "", limit: int | None = None, snapshot: Snapshot | None = None) -> pa.Table:
        """Rows of any table of the dictionary; `where` is a condition like those of the model."""
        if table not in self.model.dictionary:
            raise NotFound(
                f"there is no table '{table}'", near_miss(table, self.model.dictionary) or "`tierwise show` lists them"
            )
        shown = snapshot or self.snapshot()
        if (step := step_named(table)) is not None and not (step.view or table in shown.tables):
            raise NotFound(f"'{table}' lives only while a run needs it", "`tierwise show` lists what is kept")
        with self._reader(shown) as reader:
            return read_table(reader, self.model.dictionary[table], where, limit)

    def explain(self, account: str, snapshot: Snapshot | None = None) -> explaining.Explanation:
        """Every reason for one account, by id, name or domain. Raises NotFound with the near miss."""
        shown = snapshot or self.snapshot()
        with self._reader(shown) as reader:
            account_id = explaining.find_account(reader, account)
            history = self._ledgers.history(account_id, shown.as_of)
            return explaining.explain_account(reader, account_id, shown.as_of, history)

    def sql(self, step: str, engine: str | None = None, as_of: date | None = None) -> str:
        """The SQL text that an engine would get for a step."""
        found = step_named(step)
        if found is None or found.in_memory:
            known = ", ".join(name for name in self.model.dictionary if step_named(name))
            raise UsageError(
                f"no step '{step}' that runs as SQL", near_miss(step, known.split(", ")) or f"known: {known}"
            )
        dialect = engine_kind(engine or self.model.engine).dialect
        return step_sql(found, self.model.specs, self.model.dictionary, as_of or today(), dialect)

    # inside

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = open_engine(self.model.engine, self._resources)
        try:
            yield engine
        finally:
            engine.close()

    def _reader(self, shown: Snapshot) -> AbstractContextManager[explaining.Reader]:
        return open_reader(self.model, self._snapshots, shown, self._files(shown), self._resources)

    def _landed(self, as_of: date) -> list[Batch]:
        wanted = [(name, kind) for name, source in self.model.sources.items() for kind in source.files]
        batches = [batch for name, kind in wanted for batch in self._landing.current(name, kind, as_of)]
        if not batches:
            raise NotFound("no records have been landed yet", "run: tierwise ingest")
        return batches

    def _files(self, snapshot: Snapshot) -> list[Batch]:
        wanted = set(snapshot.inputs)
        return [
            b
            for source, kind in self._landing.tables()
            for b in self._landing.batches(source, kind)
            if b.name in wanted
        ]

    def _sweep(self) -> None:
        """Remove what dead runs left; not while another run publishes, whose folder has no row yet."""
        with suppress(Busy), only_writer(self._lock, datetime.now(UTC)):
            self._snapshots.sweep({snapshot.run_id for snapshot in self._ledgers.snapshots()})


@dataclass(frozen=True)
class Run:
    """What `run` did: the files that it read, and the list in force. `new` is False when nothing had changed."""

    files: IngestReport
    snapshot: Snapshot
    new: bool


def run(project: Project, as_of: date | None = None, force: bool = False, progress: Progress = quiet) -> Run:
    """Ingest, plan, apply. Where nothing changed the list in force stands, unless `force` computes it anew."""
    report = project.ingest(progress=lambda message: progress(message, 0, 0))
    standing = None if force else project.standing(as_of)
    if standing is not None:
        return Run(report, standing, new=False)
    with project.plan(as_of, progress) as plan:
        return Run(report, project.apply(plan), new=True)


def draft(folder: Path, exports: Path, company: str, currency: str, progress: Progress = quiet) -> Draft:
    """A first model for a project in `folder`, guessed from `exports`. Raises NotFound when there are none."""
    found = exports_in(Path(exports)) if Path(exports).is_dir() else []
    if not found:
        raise NotFound(f"there are no exports in {exports}", "put CSV, Excel, Parquet or JSON-lines files there")
    return draft_model(Path(folder), found, company, currency, progress)


def init(folder: Path, text: str, force: bool = False) -> Path:
    """Write a model file, and the JSON Schema beside it. Raises UsageError rather than overwrite, unless `force`."""
    target = Path(folder) / FILE
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "change it by hand, or --force to write it anew")
    target.parent.mkdir(parents=True, exist_ok=True)
    (target.parent / SCHEMA_FILE).write_text(
        json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    target.write_text(text, encoding="utf-8")
    return target


def read_model(folder: Path) -> Model:
    """The model of a project, nothing opened. Raises NotFound without one, ModelError with all problems."""
    return load_model(Path(folder))


def advice_on(model: Model) -> list[str]:
    """What a model that is well may still lack, a sentence each."""
    return list(advice(model))


def model_schema() -> dict[str, Any]:
    """What a model file may hold, as JSON Schema."""
    return schema()


def parameters(model: Model) -> list[Parameter]:
    """Every parameter of a model with its value, where it comes from and what it means."""
    return describe(model)


def demo(folder: Path) -> date:
    """Write a simulated company's exports and its model into `folder`; the day on which its history ends."""
    return write_demo(Path(folder))


def today() -> date:
    """The day at the rim: where no as_of is given, and only there, the clock is asked."""
    return datetime.now(UTC).date()
