"""What people said and what we did: the workspace database. SQLite by default, PostgreSQL by URL.

Rows are appended; a correction is a new row. The row in `snapshots` is what publishes a snapshot: it and the memberships
that it applied are written in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tierwise.core.errors import Busy, NotFound, StorageError

HEAD = "0001"
metadata = sa.MetaData()

snapshots = sa.Table(
    "snapshots", metadata,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run_id", sa.String(40), nullable=False, unique=True),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("published_at", sa.DateTime, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("model_hash", sa.String(64), nullable=False),
    sa.Column("engine", sa.String(40), nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
)  # fmt: skip

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
    sa.Index("applied_memberships_account", "account_id", "id"),
)  # fmt: skip


@dataclass(frozen=True)
class Snapshot:
    """A published run: when, as of when, from what, and how many rows in which table.

    `inputs` are the landing batches, `tables` name -> {rows, sha256 of each file}, `versions` those of the software.
    """

    run_id: str
    as_of: date
    published_at: datetime
    fingerprint: str
    model_hash: str
    engine: str
    inputs: tuple[str, ...] = ()
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[str, ...] = ()


class Ledgers:
    """The workspace database at a URL."""

    def __init__(self, url: str | sa.URL) -> None:
        address = sa.make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        self._where = address.render_as_string(hide_password=True)
        self._engine = sa.create_engine(address)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _durable)
        with _explained(self._where):
            migrate(self._engine)

    @classmethod
    def at(cls, path: Path) -> Ledgers:
        """The SQLite database at `path`, made when it is not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        return cls(sa.URL.create("sqlite", database=str(path)))  # a name may hold what a URL would read as its own

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _explained(self._where), self._engine.connect() as connection:
            yield connection

    def snapshots(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(snapshots).order_by(snapshots.c.sequence)).mappings().all()
        return [_snapshot(row) for row in rows]

    def latest(self, as_of: date | None = None) -> Snapshot | None:
        """The snapshot in force: of the newest day the latest; with `as_of`, the latest published for that day."""
        wanted = sa.select(snapshots).order_by(snapshots.c.as_of.desc(), snapshots.c.sequence.desc()).limit(1)
        if as_of is not None:
            wanted = wanted.where(snapshots.c.as_of == as_of)
        with self._reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return _snapshot(row) if row is not None else None

    def snapshot(self, run_id: str) -> Snapshot:
        """One snapshot. Raises NotFound."""
        with self._reading() as connection:
            row = connection.execute(sa.select(snapshots).where(snapshots.c.run_id == run_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no run '{run_id}'", "`tierwise runs` lists them")
        return _snapshot(row)

    def next_run_id(self) -> str:
        """A name for the next run: its number, four digits at least."""
        with self._reading() as connection:
            last = connection.execute(sa.select(sa.func.max(snapshots.c.sequence))).scalar()
        return f"{(last or 0) + 1:04d}"

    def head(self) -> int:
        """Number of the last applied membership; part of what a plan was made from."""
        with self._reading() as connection:
            return int(connection.execute(sa.select(sa.func.max(applied_memberships.c.id))).scalar() or 0)

    def head_before(self, run_id: str) -> int:
        """`head` as it was when a run was planned."""
        known = sa.select(snapshots.c.sequence).where(snapshots.c.run_id == run_id)
        later = sa.select(snapshots.c.run_id).where(snapshots.c.sequence >= known.scalar_subquery())
        earlier = sa.select(sa.func.max(applied_memberships.c.id)).where(applied_memberships.c.run_id.not_in(later))
        with self._reading() as connection:
            return int(connection.execute(earlier).scalar() or 0)

    def memberships(self, as_of: date) -> list[Mapping[str, Any]]:
        """The list in force as of a day: the last row of each account. Accounts that left are left out."""
        place = sa.func.row_number().over(
            partition_by=applied_memberships.c.account_id,
            order_by=(applied_memberships.c.as_of.desc(), applied_memberships.c.id.desc()),
        )
        names = ("account_id", "tier", "segment", "stage", "applied_at", "run_id")
        placed = (
            sa.select(*(applied_memberships.c[name] for name in names), place.label("place"))
            .where(applied_memberships.c.as_of <= as_of)
            .subquery()
        )
        wanted = sa.select(*(placed.c[name] for name in names)).where(placed.c.place == 1, placed.c.tier.is_not(None))
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def history(self, account_id: str, as_of: date | None = None) -> list[Mapping[str, Any]]:
        """Every applied change of one account, oldest first; with `as_of`, those of lists up to that day."""
        wanted = sa.select(applied_memberships).where(applied_memberships.c.account_id == account_id)
        if as_of is not None:
            wanted = wanted.where(applied_memberships.c.as_of <= as_of)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(wanted.order_by(applied_memberships.c.id)).mappings()]

    def publish(self, snapshot: Snapshot, moves: Iterable[Mapping[str, Any]]) -> None:
        """Make a snapshot current and append what it changed, both or neither."""
        details = {
            "inputs": list(snapshot.inputs), "tables": dict(snapshot.tables), "versions": dict(snapshot.versions),
            "marks": list(snapshot.marks),
        }  # fmt: skip
        row = {
            "run_id": snapshot.run_id, "as_of": snapshot.as_of, "published_at": snapshot.published_at,
            "fingerprint": snapshot.fingerprint, "model_hash": snapshot.model_hash, "engine": snapshot.engine,
            "details": details,
        }  # fmt: skip
        common = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, "applied_at": snapshot.published_at}
        changes = [
            {
                **common, "account_id": move["account_id"], "tier": move["to_tier"], "segment": move["to_segment"],
                "stage": move["to_stage"], "from_tier": move["from_tier"], "from_segment": move["from_segment"],
                "from_stage": move["from_stage"], "reason": move["reason"],
            }
            for move in moves
        ]  # fmt: skip
        with _explained(self._where), self._engine.begin() as connection:
            connection.execute(sa.insert(snapshots), row)
            if changes:
                connection.execute(sa.insert(applied_memberships), changes)


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest form; nothing happens when it is there already."""
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            current = connection.execute(sa.text("select version_num from alembic_version")).scalar()
            if current == HEAD:
                return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _snapshot(row: sa.RowMapping) -> Snapshot:
    details = row["details"] if isinstance(row["details"], dict) else json.loads(row["details"])
    return Snapshot(
        run_id=row["run_id"],
        as_of=row["as_of"],
        published_at=row["published_at"],
        fingerprint=row["fingerprint"],
        model_hash=row["model_hash"],
        engine=row["engine"],
        inputs=tuple(details["inputs"]),
        tables=details["tables"],
        versions=details["versions"],
        marks=tuple(details["marks"]),
    )


def _durable(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("pragma journal_mode = wal")
    cursor.execute("pragma synchronous = full")
    cursor.execute("pragma busy_timeout = 10000")
    cursor.close()


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StorageError(
            f"the workspace database cannot be used: {error.orig}", f"it is {where}; is the disk full or not writable?"
        ) from error
    except sa.exc.IntegrityError as error:
        raise Busy("another run published meanwhile", "plan again, then apply") from error
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        cause = getattr(error, "orig", error)
        raise StorageError(
            f"the workspace database is damaged or not one of ours: {cause}",
            f"it is {where}; restore it from a backup",
        ) from error
