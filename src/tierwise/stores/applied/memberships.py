"""The ledger of applied memberships: every account that a published list moved, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from tierwise.stores.applied.bulk import CHUNK, batch, insert, last_row
from tierwise.stores.applied.kept_lists import KeptLists, folded
from tierwise.stores.database import Database, metadata
from tierwise.stores.runs import Snapshot, snapshots

applied_memberships = sa.Table(
    "applied_memberships", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.String(40), nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("applied_at", sa.DateTime, nullable=False),
    sa.Column("account_id", sa.Text, nullable=False),
    sa.Column("tier", sa.String(12)),
    sa.Column("segment", sa.Text),
    sa.Column("stage", sa.String(20)),
    sa.Column("from_tier", sa.String(12)),
    sa.Column("from_segment", sa.Text),
    sa.Column("from_stage", sa.String(20)),
    sa.Column("reason", sa.Text),
    sa.Column("team", sa.Text),
    sa.Column("tier_since", sa.Date),
    sa.Column("left_one_on", sa.Date),
    sa.Column("left_few_on", sa.Date),
    sa.Column("reviewed_on", sa.Date),
    sa.Column("reviews_beyond", sa.Integer),
    sa.Column("cluster", sa.Text),
    sa.Index("applied_memberships_account", "account_id", "id"),
)  # fmt: skip

KEPT = ("team", "tier_since", "left_one_on", "left_few_on", "reviewed_on", "reviews_beyond", "cluster")  # about a seat
# A column of the ledger and the column of `memberships` that it comes from.
OF_MEMBERSHIPS = {
    "account_id": "account_id", "tier": "to_tier", "segment": "to_segment", "stage": "to_stage", "from_tier": "from_tier",
    "from_segment": "from_segment", "from_stage": "from_stage", "reason": "reason", **{name: name for name in KEPT},
}  # fmt: skip
REVIEW = "review"  # the reason of a row that moves nobody
DAY = pa.date32()
IN_FORCE = pa.schema(
    [(name, pa.string()) for name in ("account_id", "tier", "segment", "stage")]
    + [("team", pa.string()), ("tier_since", DAY), ("left_one_on", DAY), ("left_few_on", DAY), ("reviewed_on", DAY)]
    + [("reviews_beyond", pa.int64()), ("cluster", pa.string())]
)


class Memberships:
    """Who was in which tier, when and why."""

    def __init__(self, database: Database, kept: KeptLists) -> None:
        self._database, self._kept = database, kept

    def head(self) -> int:
        """Number of the last applied membership; part of what a plan was made from."""
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.max(applied_memberships.c.id))).scalar() or 0)

    def head_before(self, run_id: str) -> int:
        """`head` as it was when a run was planned."""
        known = sa.select(snapshots.c.sequence).where(snapshots.c.run_id == run_id)
        later = sa.select(snapshots.c.run_id).where(snapshots.c.sequence >= known.scalar_subquery())
        earlier = sa.select(sa.func.max(applied_memberships.c.id)).where(applied_memberships.c.run_id.not_in(later))
        with self._database.reading() as connection:
            return int(connection.execute(earlier).scalar() or 0)

    def in_force(self, as_of: date) -> pa.Table:
        """The list in force as of a day, one row per account in the order of `account_id`; accounts that left are left out."""
        last = self._last(as_of)
        number, held = self._kept.newest(last, self._row) or (0, IN_FORCE.empty_table())
        return held if number == last else folded(held, self._newest(number, last))

    @contextmanager
    def keeping(self, changed: pa.Table) -> Iterator[None]:
        """Keep the list in force for the next who reads it, once what it changed is appended meanwhile."""
        if not self._kept.anywhere or not changed.num_rows:
            yield
            return
        before, held = self.head(), self.in_force(date.max)
        yield
        number = self.head()
        if number == before + changed.num_rows:  # else another run published meanwhile
            self._kept.keep(
                number, self._row(number), folded(held, _as_kept(changed).select(IN_FORCE.names).cast(IN_FORCE))
            )

    def _last(self, day: date) -> int:
        """Number of the last row of lists up to a day."""
        with self._database.reading() as connection:
            return last_row(connection, applied_memberships, day)

    def _newest(self, after: int, until: int) -> pa.Table:
        """The newest row of each account among the numbers after one and until another; the tier is empty where it left."""
        newest = (
            sa.select(applied_memberships.c.account_id, sa.func.max(applied_memberships.c.id).label("id"))
            .where(applied_memberships.c.id > after, applied_memberships.c.id <= until)
            .group_by(applied_memberships.c.account_id)
            .subquery()
        )
        wanted = (
            # as text where the database has no dates: Arrow reads a million of them faster than Python does
            sa.select(*(sa.type_coerce(applied_memberships.c[name], sa.types.NullType()) for name in IN_FORCE.names))
            .join(newest, applied_memberships.c.id == newest.c.id)
            .order_by(newest.c.account_id)
        )
        with self._database.reading() as connection:
            found = connection.execution_options(stream_results=True).execute(wanted)
            parts = [batch(rows, IN_FORCE) for rows in found.partitions(CHUNK)]
        return pa.Table.from_batches(parts, IN_FORCE)

    def _row(self, number: int) -> str:
        """What tells a row of the ledger from that of the same number in another one."""
        own = applied_memberships.c
        wanted = sa.select(own.run_id, own.as_of, own.applied_at, own.account_id).where(own.id == number)
        with self._database.reading() as connection:
            return str(connection.execute(wanted).first())

    def earlier(self, as_of: date, in_force: pa.Table) -> pa.Table:
        """The list as it was before a day, from that in force on it; the same unless a list of that day was applied."""
        newest = sa.select(applied_memberships.c.as_of).order_by(applied_memberships.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            last = connection.execute(newest).scalar()
        return in_force if last is None or last < as_of else self.in_force(as_of - timedelta(days=1))

    def history(self, account_id: str, as_of: date | None = None) -> list[Mapping[str, Any]]:
        """Every applied move of one account, oldest first; with `as_of`, those of lists up to that day."""
        wanted = sa.select(applied_memberships).where(
            applied_memberships.c.account_id == account_id, applied_memberships.c.reason.is_distinct_from(REVIEW)
        )
        if as_of is not None:
            wanted = wanted.where(applied_memberships.c.as_of <= as_of)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(wanted.order_by(applied_memberships.c.id)).mappings()]


def append(connection: sa.Connection, snapshot: Snapshot, memberships: pa.Table) -> None:
    """Write what a list changed; `memberships` has the columns of the table of that name. A first list may move a million."""
    common = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, "applied_at": snapshot.published_at}
    insert(connection, applied_memberships, common, _as_kept(memberships))


def _as_kept(memberships: pa.Table) -> pa.Table:
    """Rows of the table `memberships` with the columns of the ledger."""
    return memberships.select(list(OF_MEMBERSHIPS.values())).rename_columns(list(OF_MEMBERSHIPS))
