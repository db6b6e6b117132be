"""Who used to work at a customer of ours, and where are they now? People who know the product open doors."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


def moved_people(spec: Spec, as_of: date) -> Query:
    """People who now work at another account than the customer of ours at which they were. One row per person and customer.

    Found by a record of the same person at both accounts; or by name, where one person of that name has left the customer and
    exactly one other person on record has it.
    """
    return (
        query(
            """
            select f.contact_id, f.account_id, f.former_account_id, min(f.basis) as basis,
                   max(c.last_month) as last_revenue_month
            from (
                select contact_id, account_id, former_account_id, 'record' as basis from by_record
                union all
                select contact_id, account_id, former_account_id, 'same name' as basis from by_name
            ) f
            join (select account_id, max(month) as last_month from revenue_months where revenue > 0 group by account_id) c
              on c.account_id = f.former_account_id
            group by f.contact_id, f.account_id, f.former_account_id
            """
        )
        .with_table("by_record", _by_record())
        .with_table("by_name", _by_name())
    )


def _by_record() -> Query:
    """People of whom an older record names another account."""
    return query(
        """
        select p.contact_id, p.account_id, w.former_account_id
        from contacts p
        join (
            select coalesce(i.contact_id, m.contact_id, lower(trim(r.email))) as contact_id,
                   coalesce(u.unit_id, k.account_id, d.account_id) as former_account_id
            from landing_contacts r
            join spec_sources s on s.source = r.source
            left join contact_keys i on i.key_space = s.key_space and i.contact_key = r.contact_key
            left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(r.email))
            left join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = r.domain_key
            left join roll_ups u on u.kind = 'people' and u.account_id = coalesce(k.account_id, d.account_id)
        ) w on w.contact_id = p.contact_id and w.former_account_id <> p.account_id
        where not p.left_company
        """
    )


def _by_name() -> Query:
    """People whose namesake, the only one on record, has left another account."""
    return query(
        """
        select a.contact_id, a.account_id, b.account_id as former_account_id
        from named a
        join named b on b.called = a.called and b.contact_id <> a.contact_id and b.account_id <> a.account_id
        join (select called from named group by called having count(*) = 2) n on n.called = a.called
        where not a.left_company and b.left_company
        """
    ).with_table(
        "named",
        query(
            """
            select contact_id, account_id, left_company, lower(trim(first_name)) || ' ' || lower(trim(last_name)) as called
            from contacts
            where first_name is not null and last_name is not null and account_id is not null
            """
        ),
    )
