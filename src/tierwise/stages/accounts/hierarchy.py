"""Who belongs to whom? Three trees as the files name them, up to the top of each, and what counts at which account.

The legal tree says who owns whom, the buying tree who buys for whom, the territory tree who is worked together. An account that
another buys for is no buying entity: it has no seat of its own, and its facts count where the model says.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query, union_all

# Each tree with the column of account records that names the parent in it.
TREES = {"legal": "parent_key", "buying": "buying_parent_key", "territory": "territory_parent_key"}

Rule = Literal["none", "buying", "ultimate"]
RULE = "none: at the account itself; buying: at the account that buys for it; ultimate: at the top of its group"


class RollUpSpec(Spec):
    """At which account facts count."""

    revenue: Rule = default("buying", f"deals, subscriptions and invoices. {RULE}")
    signals: Rule = default("buying", f"events, intent reports and activities. {RULE}")
    readiness: Rule = default("buying", f"evidence. {RULE}")
    people: Rule = default("buying", f"contacts. {RULE}")


class HierarchySpec(Spec):
    """What counts at which account of a group. Parents come from the records."""

    roll_up: RollUpSpec = default(
        RollUpSpec, "where the facts of an account count, by kind of fact", source="methods 0.1"
    )

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        rules = self.roll_up.model_dump()
        return {"spec_roll_ups": [{"kind": kind, "rule": rule} for kind, rule in rules.items() if rule != "none"]}


def account_trees(spec: HierarchySpec, as_of: date) -> Query:
    """Parent and top in each tree. One row per tree and account that names a parent in it.

    The newest version of a record speaks: a parent that it no longer names is no parent any more. Another record of the
    account that names none says nothing, and so does a source that never names parents.
    Pointers are doubled five times, so a tree may be 32 levels deep; what still has a parent after that is in a cycle and
    stays its own top.
    """
    return (
        query(
            """
            with one as (
                select tree, account_id, last_by(parent_id, updated_at, known_at, loaded_at, record_id) as parent_id
                from named
                where parent_id is null or parent_id <> account_id
                group by tree, account_id
            ),
            up1 as (select tree, account_id, parent_id as top from one where parent_id is not null),
            up2 as (select a.tree, a.account_id, coalesce(b.top, a.top) as top
                    from up1 a left join up1 b on b.tree = a.tree and b.account_id = a.top),
            up4 as (select a.tree, a.account_id, coalesce(b.top, a.top) as top
                    from up2 a left join up2 b on b.tree = a.tree and b.account_id = a.top),
            up8 as (select a.tree, a.account_id, coalesce(b.top, a.top) as top
                    from up4 a left join up4 b on b.tree = a.tree and b.account_id = a.top),
            up16 as (select a.tree, a.account_id, coalesce(b.top, a.top) as top
                     from up8 a left join up8 b on b.tree = a.tree and b.account_id = a.top),
            up32 as (select a.tree, a.account_id, coalesce(b.top, a.top) as top
                     from up16 a left join up16 b on b.tree = a.tree and b.account_id = a.top)
            select o.tree, o.account_id, o.parent_id,
                   case when u.top is null or again.account_id is not null then o.account_id else u.top end as top_id,
                   again.account_id is not null as in_cycle,
                   o.parent_id is null as dangling
            from one o
            left join up32 u on u.tree = o.tree and u.account_id = o.account_id
            left join up1 again on again.tree = u.tree and again.account_id = u.top
            """
        )
        .with_table("named", union_all([_named(tree, key) for tree, key in TREES.items()]))
        .with_table("versions", _versions())
    )


def account_parents(spec: HierarchySpec, as_of: date) -> Query:
    """The legal tree: who owns whom. One row per account that names a parent."""
    return query(
        """
        select account_id, parent_id, top_id as ultimate_parent_id, in_cycle, dangling
        from account_trees where tree = 'legal'
        """
    )


def roll_ups(spec: HierarchySpec, as_of: date) -> Query:
    """At which other account the facts of an account count. One row per kind of fact and account for which it is another.

    With `ultimate` the top of the group is asked first and then who buys for it, so facts end at a buying entity in any case.
    """
    return query(
        """
        with tops as (
            select account_id, coalesce(max(case when tree = 'legal' then top_id end), account_id) as owner_id,
                   coalesce(max(case when tree = 'buying' then top_id end), account_id) as buyer_id
            from account_trees
            group by account_id
        ),
        units as (
            select r.kind, t.account_id,
                   case r.rule when 'buying' then t.buyer_id else coalesce(o.buyer_id, t.owner_id) end as unit_id
            from tops t
            cross join spec_roll_ups r
            left join tops o on o.account_id = t.owner_id
        )
        select kind, account_id, unit_id from units where unit_id <> account_id
        """
    )


def _versions() -> Query:
    """The versions of each account record, the newest first; of versions of one moment, one that names a parent."""
    return query(
        """
        select r.*, row_number() over (
            partition by r.source, r.account_key
            order by coalesce(r.updated_at, r.known_at) desc nulls last, r.loaded_at desc,
                     case when coalesce(r.parent_key, r.buying_parent_key, r.territory_parent_key) is null
                          then 1 else 0 end,
                     r.record_id, r.parent_key, r.buying_parent_key, r.territory_parent_key
        ) as version
        from landing_accounts r
        where r.account_key is not null
        """
    )


def _named(tree: str, key: str) -> Query:
    """The parents that the newest versions name in one tree; reads `versions`."""
    return query(
        f"""
        select :tree as tree, k.account_id, p.account_id as parent_id, r.updated_at, r.known_at, r.loaded_at, r.record_id
        from versions r
        join spec_sources s on s.source = r.source
        join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
        left join account_keys p on p.key_space = s.key_space and p.account_key = r.{key}
        where r.version = 1 and r.{key} is not null
        """,
        tree=tree,
    )
