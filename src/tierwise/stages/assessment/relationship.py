"""How well do we know people there? Contacts who still work there, and which of them moved lately."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class RelationshipSpec(Spec):
    """What counts as engaged."""

    engaged_days: int = default(90, "days within which a contact must have moved to count as engaged", source="methods j.2",
                                unit="days", gt=0)  # fmt: skip
    inbound: tuple[str, ...] = default(
        ("inbound", "incoming", "received", "reply"), "directions that mean that the buyer moved", source="convention"
    )


def account_relationship(spec: RelationshipSpec, as_of: date) -> Query:
    """Known and engaged people. One row per account with contacts or buyer activity.

    Who has left, or works elsewhere by now, is neither known nor engaged. A touch of ours does not count: only what the buyer
    did (inbound activities, first-party signals of a person). Touches and signals by key and by e-mail address are one
    person's where a contact or an event says so.
    """
    return query(
        """
        with moved as (
            select a.account_id,
                   coalesce(i.contact_id, m.contact_id, lower(trim(a.email)), s.key_space || ':' || a.contact_key)
                       as contact_id,
                   a.occurred_at
            from activities a
            join spec_sources s on s.source = a.source
            left join contact_keys i on i.key_space = s.key_space and i.contact_key = a.contact_key
            left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(a.email))
            where a.account_id is not null and lower(a.direction) in (:inbound)
            union all
            select s.account_id, s.person as contact_id, s.last_at as occurred_at
            from signal_days s join spec_signals d on d.signal_id = s.signal_id
            where d.party = 'first' and s.person is not null
        ),
        recent as (
            select m.account_id, m.contact_id, max(m.occurred_at) as last_at,
                   bool_or(age_days(m.occurred_at, :as_of) <= :engaged_days)
                       and not bool_or(coalesce(c.left_company or c.account_id <> m.account_id, false)) as engaged
            from moved m
            left join contacts c on c.contact_id = m.contact_id
            group by m.account_id, m.contact_id
        ),
        moves as (
            select account_id, max(last_at) as last_at, count_if(engaged and contact_id is not null) as engaged
            from recent
            group by account_id
        ),
        known as (
            select c.account_id, count(*) as known_contacts, count(distinct nullif(c.function, 'other')) as contact_functions
            from contacts c
            where c.account_id is not null and not c.left_company
            group by c.account_id
        ),
        came as (
            select account_id, count(distinct contact_id) as from_customers from moved_people group by account_id
        )
        select coalesce(k.account_id, m.account_id) as account_id,
               coalesce(k.known_contacts, 0) as known_contacts,
               coalesce(m.engaged, 0) as engaged_contacts,
               coalesce(k.contact_functions, 0) as contact_functions,
               coalesce(f.from_customers, 0) as from_customers,
               m.last_at as last_buyer_activity_at
        from known k
        full join moves m on m.account_id = k.account_id
        left join came f on f.account_id = k.account_id
        """,
        as_of=as_of,
        engaged_days=spec.engaged_days,
        inbound=[word.lower() for word in spec.inbound] or [""],
    )
