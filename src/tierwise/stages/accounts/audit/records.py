"""How often does one source hold an account, and who owns it?"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.audit.spec import AuditSpec


def audit_records(spec: AuditSpec, as_of: date) -> Query:
    """How many records a source has for an account. One row per account and source; versions of a record are one."""
    return query(
        """
        select k.account_id, r.source, count(distinct coalesce(r.account_key, r.record_id)) as records
        from landing_accounts r
        join spec_sources s on s.source = r.source
        join account_keys k
          on k.key_space = case when r.account_key is not null then s.key_space else 'domain' end
         and k.account_key = coalesce(r.account_key, r.domain_key)
        group by k.account_id, r.source
        """
    )


def audit_owners(spec: AuditSpec, as_of: date) -> Query:
    """How many people own an account, and how many of them are still there. One row per account."""
    return query(
        """
        with latest as (
            select k.account_id, r.source, coalesce(r.account_key, r.record_id) as record,
                   lower(trim(last_by(r.owner, coalesce(r.updated_at, r.created_at, r.known_at), r.loaded_at, r.record_id,
                                      r.row_number))) as owner
            from landing_accounts r
            join spec_sources s on s.source = r.source
            join account_keys k
              on k.key_space = case when r.account_key is not null then s.key_space else 'domain' end
             and k.account_key = coalesce(r.account_key, r.domain_key)
            group by k.account_id, r.source, coalesce(r.account_key, r.record_id)
        )
        select account_id, count(distinct owner) as owners,
               count(distinct case when owner not in (:placeholders) and owner not in (:left) then owner end) as active_owners
        from latest
        group by account_id
        """,
        placeholders=list(spec.placeholders) or [""],
        left=[name.strip().lower() for name in spec.former_owners] or [""],
    )
