"""Where one project keeps everything: landing, snapshots, ledgers and the lock of its one writer, below one folder."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from tierwise.core.errors import Busy, NotFound
from tierwise.stores.landing import Batch, Landing
from tierwise.stores.ledgers import Ledgers
from tierwise.stores.lock import only_writer
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import Snapshots


class Workspace:
    """The stores of one project. Nothing is made before the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.landing = Landing(self.folder / "landing")
        self.snapshots = Snapshots(self.folder / "snapshots")
        self.ledgers = Ledgers.at(self.folder / "workspace.db")

    def writing(self, moment: datetime) -> AbstractContextManager[None]:
        """The right to write, for one process at a time. Raises Busy."""
        return only_writer(self.folder / "lock", moment)

    def landed(self, tables: Iterable[tuple[str, str]], as_of: date) -> list[Batch]:
        """The batches that hold on a day of these tables, named by source and kind. Raises NotFound without any."""
        batches = [batch for source, kind in tables for batch in self.landing.current(source, kind, as_of)]
        if not batches:
            raise NotFound("no records have been landed yet", "run: tierwise ingest")
        return batches

    def behind(self, snapshot: Snapshot) -> list[Batch]:
        """The batches that a snapshot was made from."""
        wanted = set(snapshot.inputs)
        held = [batch for source, kind in self.landing.tables() for batch in self.landing.batches(source, kind)]
        return [batch for batch in held if batch.name in wanted]

    def verify(self) -> list[str]:
        """Stored files whose bytes are not what was written: landed batches and published tables. Empty when all is well."""
        damaged = self.landing.verify()
        for snapshot in self.ledgers.runs.all():
            damaged += [f"run {snapshot.run_id}: {name}" for name in self.snapshots.verify(snapshot)]
        return damaged

    def sweep(self) -> None:
        """Remove what dead runs left; not while another run publishes, whose folder has no row yet."""
        with suppress(Busy), self.writing(datetime.now(UTC)):
            self.snapshots.sweep({snapshot.run_id for snapshot in self.ledgers.runs.all()})

    def close(self) -> None:
        self.ledgers.close()
