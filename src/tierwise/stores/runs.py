"""The ledger of published runs: the row of a run is what publishes its snapshot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tierwise.core.errors import NotFound
from tierwise.stores.database import Database, metadata

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


@dataclass(frozen=True)
class Snapshot:
    """A published run: when, as of when, from what, and how many rows in which table.

    `inputs` are the landing batches, `tables` name -> {rows, sha256 of each file}, `versions` those of the software.
    `model` is the model that it was made with, as plain values; `made` says of each table of the flow how it came about.
    `plan` names the kept plan that it made true, `put_back` the earlier run whose list it put back; empty where none.
    `tiers` counts accounts by tier and `flow` those that went from one tier to another, '' being no list; empty for runs
    of versions that did not count. `accepted` are the reasons that held the run back, each with what it says, who let it be
    published all the same, and why.
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
    model: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plan: str = ""
    put_back: str = ""
    tiers: Mapping[str, int] = field(default_factory=dict)
    flow: tuple[tuple[str, str, int], ...] = ()
    accepted: tuple[Mapping[str, str], ...] = ()

    @property
    def overrides(self) -> int | None:
        """How many decisions of people were in force; None where the run did not count them."""
        held = self.tables.get("overrides")
        return int(held["rows"]) if held else None

    def entered(self, tier: str) -> int:
        """Accounts that this list took into a tier."""
        return sum(n for before, after, n in self.flow if after == tier != before)

    def left(self, tier: str) -> int:
        """Accounts that this list took out of a tier."""
        return sum(n for before, after, n in self.flow if before == tier != after)


class Runs:
    """What was published, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Snapshot]:
        """Every published snapshot, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(snapshots).order_by(snapshots.c.sequence)).mappings().all()
        return [_snapshot(row) for row in rows]

    def latest(self, as_of: date | None = None) -> Snapshot | None:
        """The snapshot in force: of the newest day the latest; with `as_of`, the latest published for that day."""
        wanted = sa.select(snapshots).order_by(snapshots.c.as_of.desc(), snapshots.c.sequence.desc()).limit(1)
        if as_of is not None:
            wanted = wanted.where(snapshots.c.as_of == as_of)
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().first()
        return _snapshot(row) if row is not None else None

    def newest(self) -> Snapshot | None:
        """The snapshot that was published last, whatever its day."""
        with self._database.reading() as connection:
            row = (
                connection.execute(sa.select(snapshots).order_by(snapshots.c.sequence.desc()).limit(1))
                .mappings()
                .first()
            )
        return _snapshot(row) if row is not None else None

    def find(self, run_id: str) -> Snapshot:
        """One snapshot. Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(snapshots).where(snapshots.c.run_id == run_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no run '{run_id}'", "`tierwise runs` lists them")
        return _snapshot(row)

    def rewrite(self, snapshot: Snapshot) -> None:
        """Put new checksums of tables in the row of a run, after personal data was erased from them."""
        with self._database.writing() as connection:
            held = (
                connection.execute(sa.select(snapshots).where(snapshots.c.run_id == snapshot.run_id)).mappings().one()
            )
            details = held["details"] if isinstance(held["details"], dict) else json.loads(held["details"])
            changed = {**details, "tables": dict(snapshot.tables)}
            connection.execute(
                sa.update(snapshots).where(snapshots.c.run_id == snapshot.run_id).values(details=changed)
            )

    def next_id(self) -> str:
        """A name for the next run: its number, four digits at least."""
        with self._database.reading() as connection:
            last = connection.execute(sa.select(sa.func.max(snapshots.c.sequence))).scalar()
        return f"{(last or 0) + 1:04d}"


def append(connection: sa.Connection, snapshot: Snapshot) -> None:
    """Write the row of a run."""
    details = {
        "inputs": list(snapshot.inputs), "tables": dict(snapshot.tables), "versions": dict(snapshot.versions),
        "marks": list(snapshot.marks), "model": dict(snapshot.model), "made": dict(snapshot.made),
        "plan": snapshot.plan, "put_back": snapshot.put_back, "tiers": dict(snapshot.tiers),
        "flow": [list(move) for move in snapshot.flow], "accepted": [dict(row) for row in snapshot.accepted],
    }  # fmt: skip
    row = {
        "run_id": snapshot.run_id, "as_of": snapshot.as_of, "published_at": snapshot.published_at,
        "fingerprint": snapshot.fingerprint, "model_hash": snapshot.model_hash, "engine": snapshot.engine,
        "details": details,
    }  # fmt: skip
    connection.execute(sa.insert(snapshots), row)


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
        model=details.get("model", {}),
        made=details.get("made", {}),
        plan=details.get("plan", ""),
        put_back=details.get("put_back", ""),
        tiers=details.get("tiers", {}),
        flow=tuple((before, after, n) for before, after, n in details.get("flow", ())),
        accepted=tuple(details.get("accepted", ())),
    )
