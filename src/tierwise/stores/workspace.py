"""Where one project keeps everything: landing, snapshots, ledgers and the lock of its one writer, below one folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tierwise.core.errors import Busy, NotFound
from tierwise.stores.landing import Batch, Landing
from tierwise.stores.ledgers import Ledgers
from tierwise.stores.lock import only_writer
from tierwise.stores.plans import Plans
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import Snapshots


class Workspace:
    """The stores of one project. Nothing is made before the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.landing = Landing(self.folder / "landing")
        self.snapshots = Snapshots(self.folder / "snapshots")
        self.plans = Plans(self.folder / "plans")
        self.ledgers = Ledgers.at(self.folder / "workspace.db")

    def writing(self, moment: datetime) -> AbstractContextManager[None]:
        """The right to write, for one process at a time. Raises Busy."""
        return only_writer(self.folder / "lock", moment)

    @property
    def writable(self) -> bool:
        """Whether this process may write here. False before the first write, too."""
        return os.access(self.folder, os.W_OK)

    @contextmanager
    def aside(self) -> Iterator[Path | None]:
        """Where to compute what is only looked at: a folder for temporary files where nothing may be written, else None."""
        if self.writable:
            yield None
        else:
            with TemporaryDirectory(prefix="tierwise-") as folder:
                yield Path(folder)

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
        if not self.writable:
            return
        with suppress(Busy), self.writing(datetime.now(UTC)):
            self.snapshots.sweep({snapshot.run_id for snapshot in self.ledgers.runs.all()})

    def close(self) -> None:
        self.ledgers.close()
