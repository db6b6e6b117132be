"""The ledger of ids: what account each key belonged to in the published lists. Appended by `apply`, so that ids stay.

A row is written when a key's account is another than the last that was written of it. A key that is itself the id of its
account, and always was, needs none.
"""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from tierwise.stores.applied.bulk import CHUNK, batch, insert, last_row
from tierwise.stores.database import Database, metadata
from tierwise.stores.runs import Snapshot

account_ids = sa.Table(
    "account_ids", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.String(40), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("key_space", sa.Text, nullable=False),
    sa.Column("account_key", sa.Text, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Index("account_ids_account", "account_id"),
)  # fmt: skip

KEY = ("key_space", "account_key")
HAD = pa.schema(
    [*((name, pa.string()) for name in (*KEY, "account_id")), ("first_row", pa.int64()), ("last_row", pa.int64())]
)
LAST = pa.schema([*((name, pa.string()) for name in (*KEY, "known_id"))])


class AccountIds:
    """Which ids keys had, list by list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self, day: date) -> int:
        """Number of the last row of a list of an earlier day than this; part of what a plan is made from."""
        with self._database.reading() as connection:
            return last_row(connection, account_ids, day - timedelta(days=1))

    def before(self, day: date) -> pa.Table:
        """Every key and id that it had in lists of earlier days, with the numbers of the first and the last row."""
        c = account_ids.c
        first, last = sa.func.min(c.id).label("first_row"), sa.func.max(c.id).label("last_row")
        wanted = (
            sa.select(c.key_space, c.account_key, c.account_id, first, last)
            .where(c.as_of < day)
            .group_by(c.key_space, c.account_key, c.account_id)
            .order_by(first)
        )
        with self._database.reading() as connection:
            found = connection.execution_options(stream_results=True).execute(wanted)
            return pa.Table.from_batches([batch(rows, HAD) for rows in found.partitions(CHUNK)], HAD)


def append(connection: sa.Connection, snapshot: Snapshot, keys: pa.Table) -> None:
    """Write the keys whose account is not the one last written; `keys` as the table `account_keys`."""
    called = pc.binary_join_element_wise(keys["key_space"], keys["account_key"], ":")
    known = keys.append_column("called", called).join(_last(connection), list(KEY), join_type="left outer")
    changed = pc.not_equal(pc.coalesce(known["known_id"], known["called"]), known["account_id"])
    rows = known.filter(changed).select(["account_id", *KEY])
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names])
    insert(connection, account_ids, {"run_id": snapshot.run_id, "as_of": snapshot.as_of}, rows)


def _last(connection: sa.Connection) -> pa.Table:
    """The last account written of each key."""
    c = account_ids.c
    newest = sa.select(sa.func.max(c.id)).group_by(c.key_space, c.account_key)
    wanted = sa.select(c.key_space, c.account_key, c.account_id).where(c.id.in_(newest))
    found = connection.execution_options(stream_results=True).execute(wanted)
    return pa.Table.from_batches([batch(rows, LAST) for rows in found.partitions(CHUNK)], LAST)
