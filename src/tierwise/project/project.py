"""A folder with a model, its records and what was derived from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from tierwise.connectors.sources.files import FilesSource
from tierwise.core.errors import ModelError, NotFound
from tierwise.model.load import load_model
from tierwise.model.model import Model
from tierwise.pipeline.explain.account import Explanation
from tierwise.pipeline.ingest import IngestReport, Manner, ingest
from tierwise.pipeline.plan.holds import Accepted
from tierwise.pipeline.plan.make import Plan, PutBack, apply_plan, make_plan
from tierwise.pipeline.read import Published, kept_model, model_of
from tierwise.pipeline.run import Progress, engine_on
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace

STATE = ".tierwise"


def quiet(step: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


class Project:
    """A project on disk. `data` is where relative paths of sources start; the project's own folder by default.

    `refused` holds the problems of a model's file in place of which an earlier model is used.
    """

    def __init__(self, folder: Path, model: Model, data: Path | None = None) -> None:
        self.folder, self.model, self.data = Path(folder), model, Path(data or folder)
        self.workspace = Workspace(self.folder / STATE)
        self.refused: ModelError | None = None

    @classmethod
    def open(cls, folder: Path, data: Path | None = None, to_read: bool = False) -> Project:
        """The project in `folder`. Raises NotFound without a model, ModelError with every problem of the model.

        Opened `to_read` what it has published, an error in the model's file does not hide the lists made before it: the
        model is then that of the newest list, and `refused` holds the error.
        """
        try:
            model = load_model(Path(folder))
        except ModelError as error:
            if not to_read or (kept := _newest_model(Path(folder))) is None:
                raise
            project = cls(folder, kept)
            project.refused = error
            return project
        if data is not None:
            _check_place(Path(folder), model, Path(data))
        return cls(folder, model, data)

    def close(self) -> None:
        self.workspace.close()

    # records

    def ingest(
        self,
        now: datetime | None = None,
        progress: Callable[[str], None] = lambda message: None,
        whole: bool = False,
    ) -> IngestReport:
        """Land every file of every source; nothing that was landed before is landed twice.

        Databases are read on from where the last reading ended, or from the start when `whole`.
        """
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        own = {c.name: c.type for c in self.model.columns}
        with self.workspace.writing(moment):
            shared = (self.model.map, self.model.values)
            return ingest(
                self.model.sources, *shared, own, self.workspace.landing, self.data, moment, Manner(progress, whole)
            )

    # plan and apply

    @contextmanager
    def plan(
        self,
        as_of: date | None = None,
        progress: Progress = quiet,
        anew: bool = False,
        wanted: PutBack | None = None,
        glance: bool = False,
    ) -> Iterator[Plan]:
        """What a run would publish and what it would change. Nothing is published; it can be applied until one leaves.

        Tables that are as in the run before are taken from there, unless everything is to be computed `anew`. `wanted` is an
        earlier list to put back; a `glance` computes only what would move and cannot be applied. Where the project may only be
        read it is computed among the machine's temporary files.
        """
        self.workspace.sweep()
        with self.workspace.aside() as aside, engine_on(self.workspace.folder, self.model.engine, aside) as engine:
            yield make_plan(self.model, engine, self.workspace, as_of or today(), progress, anew, wanted, glance)

    def apply(self, plan: Plan, now: datetime | None = None, accepted: Accepted | None = None) -> Snapshot:
        """Publish exactly this plan; raises CheckFailed when what it was made from has changed, or something holds it back."""
        moment = (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
        with self.workspace.writing(moment):
            return apply_plan(plan, self.model, self.workspace, moment, accepted)

    # what is published

    def runs(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        return self.workspace.ledgers.runs.all()

    def snapshot(self, run_id: str | None = None, as_of: date | None = None) -> Snapshot:
        """The snapshot in force, of a day, or by its run. Raises NotFound when there is none."""
        if run_id is not None:
            return self.workspace.ledgers.runs.find(run_id)
        found = self.workspace.ledgers.runs.latest(as_of)
        if found is None:
            day = f" as of {as_of}" if as_of else ""
            raise NotFound(
                f"nothing has been published{day} yet", f"run: tierwise run{f' --as-of {as_of}' if as_of else ''}"
            )
        return found

    def model_of(self, snapshot: Snapshot) -> Model:
        """The model that a snapshot was made with, whatever the file says today."""
        return model_of(snapshot, self.model)

    def published(self, snapshot: Snapshot | None = None) -> Published:
        """A snapshot open for reading, the one in force by default: `with project.published() as published`."""
        return Published(self.model, self.workspace, snapshot or self.snapshot())

    def read(self, table: str, where: str = "", limit: int | None = None, snapshot: Snapshot | None = None) -> pa.Table:
        """Rows of any table of the dictionary; `where` is a condition like those of the model."""
        with self.published(snapshot) as published:
            return published.read(table, where, limit)

    def explain(self, account: str, snapshot: Snapshot | None = None) -> Explanation:
        """Every reason for one account, by id, name or domain. Raises NotFound with the near miss."""
        with self.published(snapshot) as published:
            return published.explain(account)

    def verify(self) -> list[str]:
        """Stored files whose bytes are not what was written. Empty when all is well."""
        return self.workspace.verify()


def _newest_model(folder: Path) -> Model | None:
    """The model of the list that was published last; None without any."""
    with closing(Workspace(folder / STATE)) as workspace:
        newest = workspace.ledgers.runs.newest()
    return kept_model(newest) if newest is not None and newest.model else None


def _check_place(folder: Path, model: Model, data: Path) -> None:
    """Raise NotFound when records are sought in a folder that is not there, and say where they are if beside the model."""
    if not data.is_dir():
        raise NotFound(f"there is no folder {data}", "give the folder of the records with --data")
    for source in (source for source in model.sources.values() if isinstance(source, FilesSource)):
        if not (data / source.path).is_dir() and (folder / source.path).is_dir():
            raise NotFound(f"there is no folder {data / source.path}", f"{folder / source.path} is: leave --data out")


def today() -> date:
    """The day at the rim: where no as_of is given, and only there, the clock is asked."""
    return datetime.now(UTC).date()
