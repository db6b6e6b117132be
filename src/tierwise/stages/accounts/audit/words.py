"""What does each source say of a field, and when did somebody last check it?"""

from __future__ import annotations

from datetime import date
from typing import Any

from tierwise.core.table import TEXT, Column
from tierwise.sql.query import Query, query, union_all
from tierwise.stages.accounts.audit.spec import AuditSpec


def audit_words(spec: AuditSpec, as_of: date) -> Query:
    """The latest word of each source on each field. One row per account, source and field that it fills.

    `checked_on` is the day that the model names for the field (`audit.verified`), of the same record. The date of the last
    change of a record is never used: a synchronisation touches it and verifies nothing. A day ahead of `as_of` is none.
    """
    said = [part for column in spec.fields for part in _said(column, spec.verified.get(column.name))]
    wide = query(
        f"""
        select w.account_id, w.source, {", ".join(said)}
        from (select r.*, k.account_id, coalesce(r.updated_at, r.created_at, r.known_at) as recency
              from landing_accounts r
              join spec_sources s on s.source = r.source
              join account_keys k
                on k.key_space = case when r.account_key is not null then s.key_space else 'domain' end
               and k.account_key = coalesce(r.account_key, r.domain_key)) w
        group by w.account_id, w.source
        """
    )
    rows = [_row(column, spec, as_of) for column in spec.fields]
    return query("select account_id, source, field, value, checked_on from rows").with_table(
        "rows", union_all(rows)
    ).with_table("wide", wide)  # fmt: skip


def _said(column: Column, verified: str | None) -> list[str]:
    """The value of the latest record that fills the field, and the day of its check: '' where that record has none."""
    latest = "w.recency, w.loaded_at, w.record_id, w.row_number"
    value = "coalesce(w.domain_key, w.domain)" if column.name == "domain" else f"w.{column.name}"
    parts = [f"last_by({value}, {latest}) as {column.name}"]
    if verified is not None:
        day = f"coalesce(cast(cast(w.{verified} as date) as varchar), '')"
        parts.append(f"last_by(case when {value} is not null then {day} end, {latest}) as {column.name}_checked")
    return parts


def _row(column: Column, spec: AuditSpec, as_of: date) -> Query:
    checked = f"cast(nullif(w.{column.name}_checked, '') as date)" if column.name in spec.verified else "null"
    return query(
        f"""
        select w.account_id, w.source, :field as field, {as_text(column, "w")} as value,
               case when {checked} <= :as_of then {checked} end as checked_on
        from wide w
        where {filled(column, "w")}
        """,
        field=column.name,
        as_of=as_of,
        **parameters(column, spec),
    )


def as_text(column: Column, of: str) -> str:
    """The value of a column as text."""
    return f"{of}.{column.name}" if column.type == TEXT else f"cast({of}.{column.name} as varchar)"


def filled(column: Column, of: str) -> str:
    """The condition that a field says something: `N/A`, `unknown` and a count of nobody are no answers (methods m)."""
    value = f"{of}.{column.name}"
    if column.type == TEXT:
        return f"{value} is not null and lower(trim({value})) not in (:placeholders) and trim({value}) <> ''"
    if column.name in ("employees", "annual_revenue"):
        return f"{value} is not null and {value} <> 0"
    return f"{value} is not null"


def parameters(column: Column, spec: AuditSpec) -> dict[str, Any]:
    """What `filled` needs to know."""
    return {"placeholders": list(spec.placeholders)} if column.type == TEXT else {}
