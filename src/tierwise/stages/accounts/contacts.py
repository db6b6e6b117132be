"""Who are the people? One row per contact, at the account that the latest record says."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class ContactsSpec(Spec):
    """How people are known."""

    # Set by the model from its titles section: the size from which some titles mean more.
    large_from: int = Field(default=200, exclude=True)


def contact_keys(spec: ContactsSpec, as_of: date) -> Query:
    """By which ids and addresses a person is known. One row per key space and key; addresses have the key space 'e-mail'.

    A contact goes by its latest address, an earlier address of the same record leads to it. An event that holds an id and an
    address says that both are one person, where no contact record knows the id. So does a name: people of one first and last
    name at one account are one, unless some source has two of them there.
    """
    return (
        query(
            """
            select i.key_space, i.contact_key, coalesce(p.same_as, i.contact_id) as contact_id
            from contact_ids i
            left join same_people p on p.contact_id = i.contact_id
            union all
            select 'e-mail' as key_space, contact_id as contact_key, same_as as contact_id
            from same_people where contact_id like '%@%'
            """
        )
        .with_table("same_people", _same_people())
        .with_table("contact_ids", _contact_ids())
    )


def _contact_ids() -> Query:
    """The ids and earlier addresses of each person by record and event. One row per key space and key."""
    return query(
        """
        with seen as (
            select s.key_space, r.contact_key, lower(trim(r.email)) as email, 1 as trust,
                   coalesce(r.updated_at, r.created_at, r.known_at) as at, r.loaded_at, r.record_id, r.row_number
            from landing_contacts r join spec_sources s on s.source = r.source
            where r.contact_key is not null
            union all
            select s.key_space, e.person as contact_key, lower(trim(e.email)) as email, 0 as trust,
                   e.occurred_at as at, e.loaded_at, e.record_id, e.row_number
            from landing_events e join spec_sources s on s.source = e.source
            where e.person is not null and e.email is not null and e.person not like '%@%'
        ),
        ids as (
            select key_space, contact_key, max(trust) as trust,
                   coalesce(last_by(email, trust, at, loaded_at, record_id, row_number),
                            key_space || ':' || contact_key) as contact_id
            from seen group by key_space, contact_key
        ),
        renamed as (
            select s.email, last_by(i.contact_id, s.at, s.loaded_at, s.record_id, s.row_number) as contact_id,
                   bool_or(i.contact_id = s.email) as current_address
            from seen s join ids i on i.key_space = s.key_space and i.contact_key = s.contact_key
            where s.trust = 1 and s.email is not null
            group by s.email
        )
        select key_space, contact_key, contact_id from ids
        union all
        select 'e-mail' as key_space, email as contact_key, contact_id from renamed where not current_address
        """
    )


def _same_people() -> Query:
    """People who are another contact by name and account; reads `contact_ids`. One row per contact that is the same as another.

    Addresses go before ids. Two of one name in one source are two people: nobody is the same as either.
    """
    return query(
        """
        with placed as (
            select coalesce(i.contact_id, lower(trim(r.email))) as contact_id, r.source,
                   coalesce(k.account_id, d.account_id) as account_id,
                   lower(trim(r.first_name)) || ' ' || lower(trim(r.last_name)) as called,
                   coalesce(r.updated_at, r.created_at, r.known_at) as at, r.loaded_at, r.record_id, r.row_number
            from landing_contacts r
            join spec_sources s on s.source = r.source
            left join contact_ids i on i.key_space = s.key_space and i.contact_key = r.contact_key
            left join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = r.domain_key
            where r.email is not null or r.contact_key is not null
        ),
        latest as (
            select contact_id, last_by(account_id, at, loaded_at, record_id, row_number) as account_id,
                   last_by(called, at, loaded_at, record_id, row_number) as called
            from placed group by contact_id
        ),
        held as (
            select l.account_id, l.called, count(distinct p.contact_id) as people
            from latest l
            join (select distinct contact_id, source from placed) p on p.contact_id = l.contact_id
            where l.account_id is not null and l.called is not null
            group by l.account_id, l.called, p.source
        ),
        alone as (
            select account_id, called from held
            group by account_id, called having max(people) = 1 and count(*) > 1
        ),
        chosen as (
            select l.contact_id,
                   min(case when l.contact_id like '%@%' then l.contact_id end)
                       over (partition by l.account_id, l.called) as by_address,
                   min(l.contact_id) over (partition by l.account_id, l.called) as by_id
            from latest l
            join alone a on a.account_id = l.account_id and a.called = l.called
        )
        select contact_id, coalesce(by_address, by_id) as same_as
        from chosen where contact_id <> coalesce(by_address, by_id)
        """
    )


def contacts(spec: ContactsSpec, as_of: date) -> Query:
    """Contacts with their account. One row per person: by e-mail address, else by source and key.

    A record whose address changed is one contact: all its versions go by the latest address. What a source calls function and
    seniority goes before what the title says; a word of a source that nobody knows stays as it is.
    """
    return query(
        """
        with records as (
            select coalesce(i.contact_id, m.contact_id, lower(trim(r.email))) as contact_id,
                   coalesce(u.unit_id, k.account_id, d.account_id) as account_id,
                   r.first_name, r.last_name, r.title, r.function, r.seniority, r.left_at,
                   case when lower(trim(r.email)) = coalesce(i.contact_id, m.contact_id, lower(trim(r.email)))
                        then r.bounced_at end as bounced_at,
                   row_number() over (
                       partition by coalesce(i.contact_id, m.contact_id, lower(trim(r.email)))
                       order by coalesce(r.updated_at, r.created_at, r.known_at) desc nulls last,
                                s.priority, r.loaded_at desc, r.source, r.record_id, r.row_number desc
                   ) as place
            from landing_contacts r
            join spec_sources s on s.source = r.source
            left join contact_keys i on i.key_space = s.key_space and i.contact_key = r.contact_key
            left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(r.email))
            left join account_keys k on k.key_space = s.key_space and k.account_key = r.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = r.domain_key
            left join roll_ups u on u.kind = 'people' and u.account_id = coalesce(k.account_id, d.account_id)
            where r.email is not null or r.contact_key is not null
        ),
        people as (
            select contact_id,
                   first_by(account_id, place) as account_id,
                   first_by(first_name, place) as first_name,
                   first_by(last_name, place) as last_name,
                   first_by(title, place) as title,
                   first_by(lower(trim(function)), place) as function,
                   first_by(lower(trim(seniority)), place) as seniority,
                   case when max(case when place = 1 then left_at end) is not null then 'left'
                        when max(bounced_at) is not null then 'bounced' end as left_because
            from records
            group by contact_id
        )
        select p.contact_id, p.account_id,
               case when p.contact_id like '%@%' then p.contact_id end as email,
               p.first_name, p.last_name, p.title,
               coalesce(case when f.function <> 'other' then f.function end, p.function, t.function) as function,
               coalesce(case when s.seniority <> 'unknown' then s.seniority end, p.seniority,
                        case when a.employees is null then t.seniority
                             when a.employees >= :large_from then t.seniority_large
                             else t.seniority_small end) as seniority,
               t.confidence as title_confidence, p.left_because is not null as left_company, p.left_because
        from people p
        left join titles t on t.title = lower(trim(p.title))
        left join titles f on f.title = p.function
        left join titles s on s.title = p.seniority
        left join accounts a on a.account_id = p.account_id
        """,
        large_from=spec.large_from,
    )
