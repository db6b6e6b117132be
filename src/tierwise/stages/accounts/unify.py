"""Who are the accounts? One row each, every attribute from the most recent record that has it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from tierwise.core import table
from tierwise.core.period import start_of_period
from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.sql.query import Query, aliased, call, case_of, column, query
from tierwise.tables.accounts import ATTRIBUTES

TYPES = {
    "text": table.TEXT, "integer": table.INTEGER, "number": table.NUMBER, "boolean": table.BOOLEAN, "date": table.DATE,
    "money": table.MONEY,
}  # fmt: skip


class AttributeSpec(Spec):
    """A column of your own that accounts have."""

    type: Literal["text", "integer", "number", "boolean", "date", "money"] = default(
        "text", "type of the values", source="convention"
    )
    meaning: str = default("", "what it says about an account", source="convention")


class AccountsSpec(Spec):
    """What is known of accounts, and which record wins when records disagree."""

    attributes: dict[str, AttributeSpec] = default(dict, "your own columns of accounts, by name", source="convention")
    employee_bands: tuple[int, ...] = default(
        (50, 200, 1000, 5000), "edges of the size bands", source="methods d.1", unit="employees"
    )
    survivorship: Literal["recency", "priority"] = default(
        "recency", "which record wins: the most recent, or the first source of the model"
    )

    @field_validator("employee_bands")
    @classmethod
    def _ascending(cls, edges: tuple[int, ...]) -> tuple[int, ...]:
        if list(edges) != sorted(set(edges)) or any(edge < 1 for edge in edges):
            raise ValueError("the edges of the size bands must be positive and ascend, for example [50, 200, 1000]")
        return edges

    # Set by the model from its retention section: labels for retention are those at the start of the period.
    retention_months: int = Field(default=12, exclude=True)

    def columns(self) -> tuple[Column, ...]:
        """The model's own attributes as columns of the dictionary."""
        return tuple(
            Column(name, TYPES[a.type], a.meaning or name.replace("_", " ")) for name, a in self.attributes.items()
        )


def accounts(spec: AccountsSpec, as_of: date) -> Query:
    """The accounts. One row per account."""
    return _unified(spec, query("select true").tree.expressions[0])


def accounts_at_start(spec: AccountsSpec, as_of: date) -> Query:
    """Accounts with revenue, as they were known at the start of the retention period. One row per account."""
    then = query(
        """
        select (r.known_at is null or r.known_at < add_days(:start, 1))
               and k.account_id in (select m.account_id from revenue_months m)
        """,
        start=start_of_period(spec.retention_months, as_of),
    )
    return _unified(spec, then.tree.expressions[0])


def accounts_at_purchase(spec: AccountsSpec, as_of: date) -> Query:
    """Customers as they were known at the end of the month in which they became customers. One row per account."""
    then = query(
        """
        select k.account_id in (select c.account_id from profile_purchases c)
               and (r.known_at is null or r.known_at < (select max(p.known_until) from profile_purchases p
                                                        where p.account_id = k.account_id))
        """
    )
    return _unified(spec, then.tree.expressions[0])


def _unified(spec: AccountsSpec, known: object) -> Query:
    names = [c.name for c in (*ATTRIBUTES, *spec.columns())]
    winners = [aliased(call("first_by", column(name, "r"), column("place", "r")), name) for name in names]
    return query(
        """
        with unified as (
            select r.account_id,
                   first_by(r.name, r.place) as name,
                   first_by(r.domain_key, r.place) as domain,
                   :winners,
                   first_by(r.owner, r.place) as owner,
                   coalesce(bool_or(r.do_not_contact), false) as do_not_contact,
                   coalesce(bool_or(r.competitor), false) as competitor,
                   min(r.created_at) as created_at,
                   count(distinct r.source || ':' || r.record_id) as records
            from ranked r
            group by r.account_id
        )
        select u.account_id, coalesce(u.name, u.domain, u.account_id) as name, u.domain,
               p.parent_id, coalesce(p.ultimate_parent_id, u.account_id) as ultimate_parent_id,
               nullif(b.top_id, u.account_id) as buying_id, coalesce(t.top_id, u.account_id) as territory_id,
               :attributes, :band as employee_band,
               u.owner, u.do_not_contact, u.competitor, u.created_at, u.records
        from unified u
        left join account_parents p on p.account_id = u.account_id
        left join account_trees b on b.tree = 'buying' and b.account_id = u.account_id
        left join account_trees t on t.tree = 'territory' and t.account_id = u.account_id
        """,
        winners=winners,
        attributes=[column(name, "u") for name in names],
        band=size_band(spec.employee_bands, "u"),
    ).with_table("ranked", ranked_records(spec, known))


def ranked_records(spec: AccountsSpec, known: object = True) -> Query:
    """The records of each account, in the order in which they are believed (`place`). One row per version of a record."""
    return query(
        """
        with records as (
            select k.account_id, r.*, s.priority,
                   coalesce(r.updated_at, r.created_at, r.known_at) as recency
            from landing_accounts r
            join spec_sources s on s.source = r.source
            join account_keys k
              on (k.key_space = case when r.account_key is not null then s.key_space else 'domain' end)
             and (k.account_key = coalesce(r.account_key, r.domain_key))
            where :known
        )
        select *, row_number() over (
            partition by account_id
            order by :order_one desc nulls last, :order_two desc nulls last, loaded_at desc, source, record_id,
                     row_number desc
        ) as place
        from records
        """,
        known=known,
        order_one=_order(spec)[0],
        order_two=_order(spec)[1],
    )


def _order(spec: AccountsSpec) -> tuple[object, object]:
    recency, best = column("recency"), query("select -priority").tree.expressions[0]
    return (recency, best) if spec.survivorship == "recency" else (best, recency)


def size_band(edges: tuple[int, ...], of: str) -> object:
    """The size band of a table's employees as a label: 1-49, 50-199, ..., 5000+."""
    branches = []
    for low, high in zip((1, *edges), edges, strict=False):
        condition = query(f"select {of}.employees < :high and {of}.employees >= 0", high=high).tree.expressions[0]
        branches.append((condition, f"{low}-{high - 1}"))
    last = edges[-1] if edges else 1
    condition = query(f"select {of}.employees >= :low", low=last).tree.expressions[0]
    return case_of([*branches, (condition, f"{last}+")])
