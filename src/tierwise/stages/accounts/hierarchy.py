"""Who owns whom? Parents as the files name them, up to the top of each tree."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class HierarchySpec(Spec):
    """Nothing to declare yet: parents come from the records' `parent_key`."""


def account_parents(spec: HierarchySpec, as_of: date) -> Query:
    """Parent and ultimate parent. One row per account that names a parent.

    The newest version of a record speaks: a parent that it no longer names is no parent any more. Another record of the
    account that names none says nothing, and so does a source that never names parents.
    Pointers are doubled five times, so a tree may be 32 levels deep; what still has a parent after that is in a cycle and
    stays its own top.
    """
    return query(
        """
        with versions as (
            select r.*, row_number() over (
                partition by r.source, r.account_key
                order by coalesce(r.updated_at, r.known_at) desc nulls last, r.loaded_at desc,
                         case when r.parent_key is null then 1 else 0 end, r.record_id, r.parent_key
            ) as version
            from landing_accounts r
            where r.account_key is not null
        ),
        named as (
            select k.account_id, p.account_id as parent_id, r.updated_at, r.known_at, r.loaded_at, r.record_id
            from versions r
            join spec_sources s on s.source = r.source
            join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
            left join account_keys p on p.key_space = s.key_space and p.account_key = r.parent_key
            where r.version = 1 and r.parent_key is not null
        ),
        one as (
            select account_id, last_by(parent_id, updated_at, known_at, loaded_at, record_id) as parent_id
            from named
            where parent_id is null or parent_id <> account_id
            group by account_id
        ),
        up1 as (select account_id, parent_id as top from one where parent_id is not null),
        up2 as (select a.account_id, coalesce(b.top, a.top) as top from up1 a left join up1 b on b.account_id = a.top),
        up4 as (select a.account_id, coalesce(b.top, a.top) as top from up2 a left join up2 b on b.account_id = a.top),
        up8 as (select a.account_id, coalesce(b.top, a.top) as top from up4 a left join up4 b on b.account_id = a.top),
        up16 as (select a.account_id, coalesce(b.top, a.top) as top from up8 a left join up8 b on b.account_id = a.top),
        up32 as (select a.account_id, coalesce(b.top, a.top) as top from up16 a left join up16 b on b.account_id = a.top)
        select o.account_id, o.parent_id,
               case when u.top is null or again.account_id is not null then o.account_id else u.top end
                   as ultimate_parent_id,
               again.account_id is not null as in_cycle,
               o.parent_id is null as dangling
        from one o
        left join up32 u on u.account_id = o.account_id
        left join up1 again on again.account_id = u.top
        """
    )
