"""Which keys mean the same account? Domains first, then the keys of each source.

Deterministic: records with the same registrable domain, or the same key in the same key space, are one account.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class ResolveSpec(Spec):
    """Nothing to declare yet: keys are declared with the sources (`keys`), domains are read from the records."""


def account_keys(spec: ResolveSpec, as_of: date) -> Query:
    """Every key of every account. One row per key space and key.

    An account is named after its latest domain; a record that changed its domain keeps the older domain as a key.
    """
    return query(
        """
        with records as (
            select s.key_space, r.account_key, r.domain_key, r.updated_at, r.known_at, r.loaded_at, r.record_id
            from landing_accounts r join spec_sources s on s.source = r.source
        ),
        keyed as (
            select key_space, account_key,
                   last_by(domain_key, updated_at, known_at, loaded_at, record_id) as domain_key
            from records
            where account_key is not null
            group by key_space, account_key
        ),
        named as (
            select key_space, account_key, domain_key,
                   case when domain_key is not null then 'domain:' || domain_key
                        else key_space || ':' || account_key end as account_id
            from keyed
        )
        select key_space, account_key, account_id from named
        union all
        select 'domain' as key_space, r.domain_key as account_key,
               coalesce(max(case when r.account_key is null or n.domain_key = r.domain_key
                                 then 'domain:' || r.domain_key end),
                        min(n.account_id)) as account_id
        from records r
        left join named n on n.key_space = r.key_space and n.account_key = r.account_key
        where r.domain_key is not null
        group by r.domain_key
        """
    )
