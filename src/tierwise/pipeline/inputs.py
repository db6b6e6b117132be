"""What a run may see: landing and ledgers, cut at as_of, each record once, what lies in the future hidden.

Steps read `landing_*` tables only in this form, so none of them can know more than the day it pretends to live in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.core.table import Table
from tierwise.engines.base import Engine
from tierwise.sql.query import Query, aliased, column, compiled, query
from tierwise.stores.landing import Batch
from tierwise.tables.arrow import filled
from tierwise.tables.landing import FACT_DATES, LANDING_TABLES

# Dates in a row that may lie after the day: a state that ends later has not ended yet.
HIDDEN = {
    "landing_subscriptions": ("ended_at",),
    "landing_opportunities": ("closed_at", "updated_at"),
    "landing_contacts": ("left_at", "updated_at"),
    "landing_accounts": ("updated_at",),
}
# Versions of a record are kept where the stage itself chooses between them.
EVERY_VERSION = ("landing_accounts", "landing_contacts")
# Rates are frozen: one without a date holds always; the step that reads them looks at `valid_from`.
DATED_BY_THEIR_STEP = ("landing_exchange_rates",)
FIRST_MONTH = date(1990, 1, 1)


@dataclass(frozen=True)
class Inputs:
    """Batches by landing table, the list in force, and the lists of the model."""

    batches: Sequence[Batch]
    memberships: pa.Table | None = None
    spec_tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def files(self, table: str) -> list[Path]:
        kind = table.removeprefix("landing_")
        return [batch.data for batch in self.batches if batch.table == kind]

    def rows(self) -> dict[str, int]:
        """Loaded rows by landing table, before any cut."""
        loaded: dict[str, int] = {}
        for batch in self.batches:
            name = f"landing_{batch.table}"
            loaded[name] = loaded.get(name, 0) + batch.loaded
        return loaded

    def repeats(self, table: str) -> bool:
        """Whether a record may be there more than once: several batches, or repeats within one."""
        kind = table.removeprefix("landing_")
        mine = [batch for batch in self.batches if batch.table == kind]
        return len(mine) > 1 or any(batch.repeated for batch in mine)

    def once(self, table: str) -> bool:
        """Whether the cut of a table must pick the newest version of each record."""
        return table not in EVERY_VERSION and self.repeats(table)


def readable(catalog: Mapping[str, Table]) -> dict[str, Table]:
    """The dictionary with the uncut landing tables, which only the cut may read."""
    return {**catalog, **{f"raw_{table.name}": catalog[table.name] for table in LANDING_TABLES}}


def register(engine: Engine, inputs: Inputs, catalog: Mapping[str, Table], as_of: date) -> dict[str, Query]:
    """Make every input readable on the engine. Returns the landing tables that are views, to be inlined by readers."""
    views: dict[str, Query] = {}
    for table in LANDING_TABLES:
        full = catalog[table.name]
        engine.register(f"raw_{table.name}", inputs.files(table.name), full.types)
        cut = landing_cut(full, as_of, once=inputs.once(table.name))
        if inputs.once(table.name):
            engine.materialize(table.name, compiled(cut, readable(catalog), engine.dialect, target=full))
        else:
            views[table.name] = cut
    for name, rows in inputs.spec_tables.items():
        engine.register(name, filled(catalog[name], rows), catalog[name].types)
    engine.register("calendar", calendar(catalog["calendar"], as_of), catalog["calendar"].types)
    engine.register(
        "batches", filled(catalog["batches"], [_batch_row(b) for b in inputs.batches]), catalog["batches"].types
    )
    members = catalog["applied_memberships"]
    in_force = filled(members, ()) if inputs.memberships is None else inputs.memberships
    engine.register("applied_memberships", in_force, members.types)
    return views


def landing_cut(table: Table, as_of: date, once: bool) -> Query:
    """A landing table as known at the end of a day. With `once`, only the newest version of each record.

    A fact whose own date lies ahead is not there yet, even when it is known already: a renewal that starts next month, a
    meeting in the calendar.
    """
    hidden = HIDDEN.get(table.name, ())
    closing = table.name == "landing_opportunities"
    columns = []
    for name in table.names:
        node: Any = column(name, "r")
        if name in hidden:
            node = aliased(_one("select case when :c < add_days(:as_of, 1) then :c end", c=node, as_of=as_of), name)
        elif closing and name in ("stage", "lost_reason"):
            node = aliased(
                _one(
                    "select case when r.closed_at < add_days(:as_of, 1) or r.closed_at is null then :c end",
                    c=node,
                    as_of=as_of,
                ),
                name,
            )
        columns.append(node)
    known = _one(
        "select (r.known_at is null or r.known_at < add_days(:as_of, 1)) and (:dated is null or :dated < add_days(:as_of, 1))",
        dated=column(FACT_DATES[table.name], "r") if table.name in FACT_DATES else None,
        as_of=as_of,
    )
    if table.name in DATED_BY_THEIR_STEP:
        known = _one("select true")
    kept = query("select :columns from raw r where :known", columns=columns, known=known).reading(
        raw=f"raw_{table.name}"
    )
    if not once:
        return kept
    return query(
        """
        select :names from (
            select v.*, row_number() over (partition by v.source, v.record_id
                                           order by v.known_at desc nulls last, v.loaded_at desc, v.batch_id desc,
                                                    v.row_number desc) as version
            from versions v
        ) n where n.version = 1
        """,
        names=[column(name, "n") for name in table.names],
    ).with_table("versions", kept)


def calendar(table: Table, as_of: date) -> pa.Table:
    """Every month from 1990 to the month of as_of."""
    months, month = [], FIRST_MONTH
    while month <= as_of:
        following = (month + timedelta(days=32)).replace(day=1)
        months.append({"month": month, "next_month": following})
        month = following
    return filled(table, months)


def _batch_row(batch: Batch) -> dict[str, Any]:
    return {
        "batch_id": batch.name, "source": batch.source, "fact": batch.table, "file": batch.file,
        "rows_in": batch.rows_in, "loaded": batch.loaded, "rejected": batch.rejected,
        "loaded_at": batch.loaded_at.replace(tzinfo=None),
    }  # fmt: skip


def _one(sql: str, **parameters: Any) -> Any:
    return query(sql, **parameters).tree.expressions[0]
