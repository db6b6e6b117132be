"""Do two companies share people? The same address, or the same first and last name, at both.

A person known at more companies than `person_companies` works for all of them (an auditor, an agency) and says nothing, and a
mailbox of a function (info@) is nobody. Each source says of a person only where its latest record has them: who went from one
company to another is not at both. Who left is at neither.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.vocabulary import MAILBOXES
from tierwise.sql.query import Query, query
from tierwise.stages.accounts.identity.spec import IdentitySpec


def match_people(spec: IdentitySpec, as_of: date) -> Query:
    """The people of each group of keys, by address and by name. One row per group, kind and person."""
    return query(
        """
        with placed as (
            select g.group_id, r.source, coalesce(r.contact_key, lower(trim(r.email))) as contact, r.left_at,
                   case when r.email like '%@%' and split_part(lower(trim(r.email)), '@', 1) not in (:mailboxes)
                        then lower(trim(r.email)) end as address,
                   case when plain_words(r.first_name) <> '' and plain_words(r.last_name) <> ''
                        then plain_words(r.first_name || ' ' || r.last_name) end as called,
                   row_number() over (
                       partition by r.source, coalesce(r.contact_key, lower(trim(r.email)))
                       order by coalesce(r.updated_at, r.created_at, r.known_at) desc nulls last, r.loaded_at desc,
                                r.record_id, r.row_number desc) as place
            from landing_contacts r
            join spec_sources s on s.source = r.source
            left join key_groups g
              on g.key_space = case when r.account_key is not null then s.key_space else 'domain' end
             and g.account_key = coalesce(r.account_key, r.domain_key)
            where :enabled and (r.contact_key is not null or r.email is not null)
        ),
        known as (
            select group_id, address, called from placed where place = 1 and left_at is null and group_id is not null
        ),
        people as (
            select group_id, 'address' as kind, address as person from known where address is not null
            union
            select group_id, 'name' as kind, called as person from known where called is not null
        )
        select group_id, kind, person, count(*) over (partition by kind, person) <= :most as telling from people
        """,
        enabled=spec.enabled,
        mailboxes=list(MAILBOXES),
        most=spec.person_companies,
    )


def match_people_alike(spec: IdentitySpec, as_of: date) -> Query:
    """What the people of two candidates say. One row per pair of which both have people.

    One person with two addresses is one. Where only those are shared who are known everywhere, nothing is known.
    """
    return query(
        """
        with peopled as (select distinct group_id from match_people),
        shared as (
            select c.left_id, c.right_id, count_if(l.kind = 'address' and l.telling) as addresses,
                   count_if(l.kind = 'name' and l.telling) as names
            from match_candidates c
            join match_people l on l.group_id = c.left_id
            join match_people r on r.group_id = c.right_id and r.kind = l.kind and r.person = l.person
            group by c.left_id, c.right_id
        )
        select c.left_id, c.right_id,
               case when s.names > 1 or (s.names = 0 and s.addresses > 1) then 'several at both'
                    when s.addresses > 0 then 'one address at both'
                    when s.names > 0 then 'one name at both'
                    when s.left_id is not null then 'unknown'
                    else 'nobody at both' end as people_level
        from match_candidates c
        join peopled a on a.group_id = c.left_id
        join peopled b on b.group_id = c.right_id
        left join shared s on s.left_id = c.left_id and s.right_id = c.right_id
        """
    )
