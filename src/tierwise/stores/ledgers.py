"""What people said and what we did: the ledgers of the workspace database. Rows are appended; a correction is a new row.

Each ledger is a module beside this one: `runs`, `memberships`.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from tierwise.stores import memberships, runs
from tierwise.stores.database import Database
from tierwise.stores.memberships import Memberships
from tierwise.stores.runs import Runs, Snapshot


class Ledgers:
    """The ledgers of one workspace database: SQLite by default, PostgreSQL by URL."""

    def __init__(self, url: str | sa.URL) -> None:
        self._database = Database(url)
        self.runs, self.memberships = Runs(self._database), Memberships(self._database)

    @classmethod
    def at(cls, path: Path) -> Ledgers:
        """The SQLite database at `path`, made by the first write when it is not there."""
        return cls(sa.URL.create("sqlite", database=str(path)))  # a name may hold what a URL would read as its own

    def publish(self, snapshot: Snapshot, moves: pa.Table) -> None:
        """Make a snapshot current and append what it changed, both or neither; `moves` as the table of that name."""
        with self._database.writing() as connection:
            runs.append(connection, snapshot)
            memberships.append(connection, snapshot, moves)

    def close(self) -> None:
        self._database.close()
