"""What a run may see: landing and ledgers, cut at as_of, each record once, what lies in the future hidden.

Steps read `landing_*` tables only in this form, so none of them can know more than the day it pretends to live in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.core.table import Table
from tierwise.engines.base import Engine
from tierwise.sql.query import Query, aliased, column, compiled, on_any_day, query
from tierwise.stores.landing import Batch
from tierwise.tables.accounts import EARLIER_KEYS
from tierwise.tables.arrow import filled
from tierwise.tables.effort import REVERTED_LIST
from tierwise.tables.landing import FACT_DATES, LANDING_TABLES
from tierwise.tables.ledgers import LEDGER_TABLES
from tierwise.tables.segmentation.lists import APPLIED_MEMBERSHIPS, EARLIER_MEMBERSHIPS

# What a later export says of a record and could not be known on the day: table -> column -> the condition that hides it.
# `:ends` are the words by which the model says that a deal or a subscription is over: only beside one of them is a date
# ahead the fate of the record; the close date of an open deal is a plan and hides no stage. A deal whose stage history
# goes on after the day was not yet in the stage that the export says.
_FATE_OF_DEAL = (
    "((lower(trim(r.stage)) in (:ends) or r.is_closed or r.is_won) and r.closed_at >= :after)"
    " or later_changes.opportunity_key is not null"
)
HIDDEN: Mapping[str, Mapping[str, str]] = {
    "landing_accounts": {"updated_at": "r.updated_at >= :after"},
    "landing_contacts": {
        "left_at": "r.left_at >= :after",
        "bounced_at": "r.bounced_at >= :after",
        "updated_at": "r.updated_at >= :after",
    },
    "landing_opportunities": {
        "stage": _FATE_OF_DEAL,
        "is_closed": _FATE_OF_DEAL,
        "is_won": _FATE_OF_DEAL,
        "lost_reason": _FATE_OF_DEAL,
        "closed_at": "r.closed_at >= :after or later_changes.opportunity_key is not null",
        "updated_at": "r.updated_at >= :after",
    },
    "landing_subscriptions": {
        "status": "lower(trim(r.status)) in (:ends)"
        " and coalesce(r.ended_at, r.canceled_at, r.current_period_end) >= :after",
        "ended_at": "r.ended_at >= :after",
        "canceled_at": "coalesce(r.ended_at, r.canceled_at) >= :after",
        "past_due_since": "r.past_due_since >= :after",
    },
}
# Versions of a record are kept where the stage itself chooses between them.
EVERY_VERSION = ("landing_accounts", "landing_contacts")
# Rates are frozen: one without a date holds always; the step that reads them looks at `valid_from`.
DATED_BY_THEIR_STEP = ("landing_exchange_rates",)
# What says which account an id of old, or a key, stands for.
IDS = ("account_keys", "former_ids")
FIRST_MONTH = date(1990, 1, 1)
APPLIED = {table.name: table for table in (APPLIED_MEMBERSHIPS, EARLIER_MEMBERSHIPS, REVERTED_LIST)}


@dataclass(frozen=True)
class KeysBefore:
    """Which ids keys had in lists of earlier days: the number of the last row, and how to read them where they are needed."""

    head: int = 0
    rows: Callable[[], pa.Table] = lambda: filled(EARLIER_KEYS, ())


@dataclass(frozen=True)
class Inputs:
    """Batches by landing table, the list in force, the lists of the model, what people recorded by ledger, a list put back.

    `earlier` is the list as it was before the day, `keys` what keys were called before it.
    """

    batches: Sequence[Batch]
    memberships: pa.Table | None = None
    spec_tables: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    ledgers: Mapping[str, pa.Table] = field(default_factory=dict)
    reverted: pa.Table | None = None
    earlier: pa.Table | None = None
    keys: KeysBefore = KeysBefore()

    def given(self, name: str) -> pa.Table | None:
        """The rows of a ledger, of the list in force or of a list that is put back; None for any other table."""
        own = {
            "applied_memberships": self.memberships, "earlier_memberships": self.earlier, "reverted_list": self.reverted,
        }  # fmt: skip
        if name == EARLIER_KEYS.name:
            return self.keys.rows()
        if name in own:
            return filled(APPLIED[name], ()) if own[name] is None else own[name]
        table = next((t for t in LEDGER_TABLES if t.name == name), None)
        return None if table is None else self.ledgers.get(name, filled(table, ()))

    def names_accounts(self, name: str) -> bool:
        """Whether people recorded something about accounts here: their ids are looked up among those of today."""
        rows = self.ledgers.get(name)
        return rows is not None and rows.num_rows > 0 and "account_id" in rows.column_names

    def names(self, table: str = "") -> list[str]:
        """The names of the batches of a landing table, or of all."""
        kind = table.removeprefix("landing_")
        return sorted(batch.name for batch in self.batches if not table or batch.table == kind)

    def files(self, table: str) -> list[Path]:
        kind = table.removeprefix("landing_")
        return [batch.data for batch in self.batches if batch.table == kind]

    def rows(self) -> dict[str, int]:
        """Loaded rows by landing table, before any cut, and those of the ledgers."""
        loaded: dict[str, int] = {}
        for batch in self.batches:
            name = f"landing_{batch.table}"
            loaded[name] = loaded.get(name, 0) + batch.loaded
        put_back = 0 if self.reverted is None else self.reverted.num_rows
        return (
            loaded
            | {name: table.num_rows for name, table in self.ledgers.items()}
            | {"reverted_list": put_back, EARLIER_KEYS.name: self.keys.head}
        )

    def ends(self, table: str) -> list[str]:
        """The words of the model by which a record of a table says that it is over, in lower case."""
        wanted = {
            "landing_opportunities": ("spec_stages", "stage"),
            "landing_subscriptions": ("spec_statuses", "status"),
        }
        if table not in wanted:
            return []
        name, word = wanted[table]
        return [str(row[word]) for row in self.spec_tables.get(name, ()) if row.get("state") != "not_paying"]

    def repeats(self, table: str) -> bool:
        """Whether a record may be there more than once: several batches, or repeats within one."""
        kind = table.removeprefix("landing_")
        mine = [batch for batch in self.batches if batch.table == kind]
        return len(mine) > 1 or any(batch.repeated for batch in mine)

    def once(self, table: str) -> bool:
        """Whether the cut of a table must pick the newest version of each record."""
        return table not in EVERY_VERSION and self.repeats(table)


def readable(catalog: Mapping[str, Table]) -> dict[str, Table]:
    """The dictionary with the landing tables before the cut and the ledgers with ids of old, which only the cut may read."""
    return {**catalog, **{f"raw_{table.name}": catalog[table.name] for table in (*LANDING_TABLES, *LEDGER_TABLES)}}


def register(engine: Engine, inputs: Inputs, catalog: Mapping[str, Table], as_of: date, name: str) -> Query | None:
    """Make one input readable on the engine; a landing table that needs no choice of versions is a view, to be inlined."""
    table = catalog[name.removeprefix("raw_")]
    if name.startswith("raw_landing_"):
        engine.register(name, inputs.files(table.name), table.types)
    elif name.startswith("landing_"):
        cut = landing_cut(table, as_of, once=inputs.once(name), ends=inputs.ends(name))
        if not inputs.once(name):
            return cut
        engine.materialize(name, compiled(cut, readable(catalog), engine.dialect, target=table))
    elif inputs.names_accounts(name):
        engine.register(f"raw_{name}", _rows(inputs, table, as_of), table.types)
        engine.materialize(name, compiled(with_ids_of_today(table), readable(catalog), engine.dialect, target=table))
    else:
        engine.register(name, _rows(inputs, table, as_of), table.types)
    return None


def with_ids_of_today(table: Table) -> Query:
    """A ledger with the account that each row is about today: an id of old, or a key of the account, leads to it."""
    account = query("select coalesce(n.account_id, f.account_id, k.account_id, r.account_id)").tree.expressions[0]
    columns = [aliased(account, c) if c == "account_id" else column(c, "r") for c in table.names]
    return query(
        """
        select :columns
        from raw r
        left join (select distinct account_id from account_keys) n on n.account_id = r.account_id
        left join former_ids f on f.former_id = r.account_id
        left join account_keys k on k.key_space || ':' || k.account_key = r.account_id
        """,
        columns=columns,
    ).reading(raw=f"raw_{table.name}")


def _rows(inputs: Inputs, table: Table, as_of: date) -> pa.Table:
    if (rows := inputs.given(table.name)) is not None:
        return rows
    if table.name == "calendar":
        return calendar(table, as_of)
    if table.name == "batches":
        return filled(table, [_batch_row(batch) for batch in inputs.batches])
    return filled(table, inputs.spec_tables.get(table.name, ()))


def landing_cut(table: Table, as_of: date, once: bool, ends: Sequence[str] = ()) -> Query:
    """A landing table as known at the end of a day. With `once`, only the newest version of each record.

    A fact whose own date lies ahead is not there yet, even when it is known already: a renewal that starts next month, a
    meeting in the calendar. `ends` are the words by which a record of the table says that it is over.
    """
    told = ["landing_cut", table.name, list(table.names), once, list(ends)]
    return on_any_day(told, as_of, lambda day: _landing_cut(table, day, once, ends))


def _landing_cut(table: Table, day: Any, once: bool, ends: Sequence[str]) -> Query:
    hidden = HIDDEN.get(table.name, {})
    after = _one("select add_days(:day, 1)", day=day)
    columns: list[Any] = []
    for name in table.names:
        node: Any = column(name, "r")
        if name in hidden:
            given = {"after": after, **({"ends": list(ends) or [""]} if ":ends" in hidden[name] else {})}
            node = aliased(
                _one(f"select case when not coalesce({hidden[name]}, false) then :c end", c=node, **given), name
            )
        columns.append(node)
    if table.name == "landing_opportunities":
        kept = _beside_later_changes(columns, after)
    else:
        kept = query(
            "select :columns from raw r where :known", columns=columns, known=_known(table.name, after)
        ).reading(raw=f"raw_{table.name}")
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


def _known(table: str, after: Any) -> Any:
    """The condition on which a row of a landing table is there: known on the day, and its own date come."""
    if table in DATED_BY_THEIR_STEP:
        return _one("select true")
    dated = column(FACT_DATES[table], "r") if table in FACT_DATES else None
    return _one(
        "select coalesce(r.known_at < :after, true) and coalesce(:dated < :after, true)", dated=dated, after=after
    )


def _beside_later_changes(columns: Sequence[Any], after: Any) -> Query:
    """The cut of opportunities, which looks at whether a deal's stage history goes on after the day, and at nothing in it."""
    later = query(
        "select r.source, r.opportunity_key from history r where not (:known) group by r.source, r.opportunity_key",
        known=_known("landing_stage_history", after),
    ).reading(history="raw_landing_stage_history")
    return query(
        """
        select :columns from raw_landing_opportunities r
        left join later_changes
               on later_changes.source = r.source and later_changes.opportunity_key = r.opportunity_key
        where :known
        """,
        columns=columns,
        known=_known("landing_opportunities", after),
    ).with_table("later_changes", later)


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
