"""Which keys mean the same account? Domains first, then the keys of each source, then what is known beside them.

Deterministic: records with the same registrable domain, or the same key in the same key space, are one group; so are
two keys of which one record says that they are the same company. Accounts are made of these groups.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class ResolveSpec(Spec):
    """Nothing to declare yet: keys are declared with the sources (`keys`), domains are read from the records."""


def key_groups(spec: ResolveSpec, as_of: date) -> Query:
    """Every key, and the group that the records themselves put it in. One row per key space and key.

    A group is named after its latest domain; a record that changed its domain keeps the older domain as a key. A record
    may name the key that another source has for its company (`other_key`): the two are one group, named after the domain
    of either, else after the record that names the other. A key named by several records follows the latest.
    """
    return (
        query(
            """
            with found as (
                select key_space, account_key, max(domain_key) as domain_key from ends group by key_space, account_key
            ),
            named as (
                select k.key_space, k.account_key, k.domain_key,
                       case when coalesce(k.domain_key, f.domain_key) is not null
                            then 'domain:' || coalesce(k.domain_key, f.domain_key)
                            else k.key_space || ':' || k.account_key end as group_id
                from own k
                left join found f on f.key_space = k.key_space and f.account_key = k.account_key
            ),
            keyed as (
                select n.key_space, n.account_key, n.domain_key, coalesce(p.group_id, n.group_id) as group_id
                from named n
                left join ends e on e.other_space = n.key_space and e.other_key = n.account_key
                left join named p on p.key_space = e.key_space and p.account_key = e.account_key
                union all
                select e.other_space as key_space, e.other_key as account_key, null as domain_key, p.group_id
                from ends e
                join named p on p.key_space = e.key_space and p.account_key = e.account_key
                left join own k on k.key_space = e.other_space and k.account_key = e.other_key
                where k.account_key is null
            )
            select key_space, account_key, group_id from keyed
            union all
            select 'domain' as key_space, r.domain_key as account_key,
                   coalesce(max(case when r.account_key is null or (n.domain_key = r.domain_key
                                                                    and n.group_id = 'domain:' || r.domain_key)
                                     then 'domain:' || r.domain_key end),
                            min(n.group_id)) as group_id
            from landing_accounts r
            join spec_sources s on s.source = r.source
            left join keyed n on n.key_space = s.key_space and n.account_key = r.account_key
            where r.domain_key is not null
            group by r.domain_key
            """
        )
        .with_table("ends", _ends())
        .with_table("own", _own())
    )


def _own() -> Query:
    """Every key that has a record of its own, with its latest domain. One row per key space and key."""
    return query(
        """
        select s.key_space, r.account_key,
               last_by(r.domain_key, r.updated_at, r.known_at, r.loaded_at, r.record_id) as domain_key
        from landing_accounts r
        join spec_sources s on s.source = r.source
        where r.account_key is not null
        group by s.key_space, r.account_key
        """
    )


def _ends() -> Query:
    """Both ends of each link, with the domain of either; reads `own`. One row per key that a record names elsewhere."""
    return query(
        """
        with links as (
            select o.key_space as other_space, r.other_key,
                   last_by(s.key_space, r.updated_at, r.known_at, r.loaded_at, r.record_id) as key_space,
                   last_by(r.account_key, r.updated_at, r.known_at, r.loaded_at, r.record_id) as account_key
            from landing_accounts r
            join spec_sources s on s.source = r.source
            join spec_sources o on o.source = r.other_source
            where r.account_key is not null and r.other_key is not null
            group by o.key_space, r.other_key
        )
        select l.key_space, l.account_key, l.other_space, l.other_key, coalesce(a.domain_key, b.domain_key) as domain_key
        from links l
        join own a on a.key_space = l.key_space and a.account_key = l.account_key
        left join own b on b.key_space = l.other_space and b.account_key = l.other_key
        """
    )
