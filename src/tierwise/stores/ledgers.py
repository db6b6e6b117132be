"""What people said and what we did: the ledgers of the workspace database. Rows are appended; a correction is a new row.

`runs`, `memberships` and `ids` are written by `apply`, `entries` by people.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from tierwise.stores import runs
from tierwise.stores.applied import ids, memberships
from tierwise.stores.applied.ids import AccountIds
from tierwise.stores.applied.kept_lists import KeptLists
from tierwise.stores.applied.memberships import Memberships
from tierwise.stores.applied.retired import Retirements
from tierwise.stores.database import Database
from tierwise.stores.entries import Entries
from tierwise.stores.runs import Runs, Snapshot
from tierwise.tables.ledgers import LEDGER_TABLES


class Ledgers:
    """The ledgers of one workspace database: SQLite by default, PostgreSQL by URL."""

    def __init__(self, url: str | sa.URL, lists: Path | None = None) -> None:
        self._database = Database(url)
        self.runs, self.memberships = Runs(self._database), Memberships(self._database, KeptLists(lists))
        self.entries, self.ids = Entries(self._database), AccountIds(self._database)
        self.retired = Retirements(self._database)

    @classmethod
    def at(cls, path: Path) -> Ledgers:
        """The SQLite database at `path`, made by the first write when it is not there; the list in force is kept beside it."""
        # a name may hold what a URL would read as its own
        return cls(sa.URL.create("sqlite", database=str(path)), path.parent / "lists")

    def publish(self, snapshot: Snapshot, changed: pa.Table, keys: pa.Table | None = None) -> None:
        """Make a snapshot current and append what it changed, all or nothing.

        `changed` is as the table `memberships`, `keys` as `account_keys`; a list that looks back has none.
        """
        with self.memberships.keeping(changed), self._database.writing() as connection:
            runs.append(connection, snapshot)
            memberships.append(connection, snapshot, changed)
            if keys is not None:
                ids.append(connection, snapshot, keys)

    def heads(self, as_of: date) -> tuple[int, int, int]:
        """How far the ledgers reach that a plan is made from: applied memberships, what people recorded by a day, ids."""
        return self.memberships.head(), self.entries.head(as_of), self.ids.head(as_of)

    def recorded(self, as_of: date) -> dict[str, pa.Table]:
        """What people recorded, ledger by ledger, as known at the end of a day."""
        return {table.name: self.entries.known(table, as_of) for table in LEDGER_TABLES}

    def close(self) -> None:
        self._database.close()
