"""Who are the people? One row per contact, at the account that the latest record says."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class ContactsSpec(Spec):
    """Nothing to declare yet: titles are parsed by a later step."""


def contacts(spec: ContactsSpec, as_of: date) -> Query:
    """Contacts with their account. One row per e-mail address, or per source and key where there is none.

    A record whose address changed is one contact: all its versions go by the latest address.
    """
    return query(
        """
        with addresses as (
            select source, contact_key,
                   last_by(lower(trim(email)), coalesce(updated_at, created_at, known_at), loaded_at, record_id,
                           row_number) as email
            from landing_contacts
            where contact_key is not null
            group by source, contact_key
        ),
        records as (
            select coalesce(e.email, lower(trim(r.email)), s.key_space || ':' || r.contact_key) as contact_id,
                   coalesce(k.account_id, d.account_id) as account_id, coalesce(e.email, lower(trim(r.email))) as email,
                   r.first_name, r.last_name, r.title, r.function, r.seniority, r.left_at,
                   row_number() over (
                       partition by coalesce(e.email, lower(trim(r.email)), s.key_space || ':' || r.contact_key)
                       order by coalesce(r.updated_at, r.created_at, r.known_at) desc nulls last,
                                s.priority, r.loaded_at desc, r.source, r.record_id, r.row_number desc
                   ) as place
            from landing_contacts r
            join spec_sources s on s.source = r.source
            left join addresses e on e.source = r.source and e.contact_key = r.contact_key
            left join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = r.domain_key
            where r.email is not null or r.contact_key is not null
        )
        select contact_id,
               first_by(account_id, place) as account_id,
               first_by(email, place) as email,
               first_by(first_name, place) as first_name,
               first_by(last_name, place) as last_name,
               first_by(title, place) as title,
               first_by(function, place) as function,
               first_by(seniority, place) as seniority,
               max(case when place = 1 then left_at end) is not null as left_company
        from records
        group by contact_id
        """
    )
