"""Can the people be reached, placed and read? What is wrong with which contact."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.audit.spec import AuditSpec

# What is looked at in a contact by each class of defect.
FIELDS = {
    "unreadable_title": "title", "dead_address": "address", "consumer_address": "address", "shared_address": "address",
    "no_account": "person", "left_company": "person",
}  # fmt: skip


def audit_people(spec: AuditSpec, as_of: date) -> Query:
    """The contacts behind each defect. One row per defect and contact.

    An address is shared when it is that of a mailbox (`audit.shared_mailboxes`), or when one source gives it to people of
    several names. A provider of mail is told by records that name no domain beside the address: its domain is
    no company's.
    """
    return (
        query(
            """
        select d.defect, d.field, c.contact_id, c.account_id,
               case d.field when 'title' then c.title when 'address' then c.email else c.left_because end as value
        from looked_at_people c
        join defects_of_people d on case d.defect
             when 'unreadable_title' then c.title is not null and c.title_confidence = 0
             when 'dead_address' then c.email is not null and c.left_because = 'bounced'
             when 'consumer_address' then c.email is not null and coalesce(c.consumer, false)
             when 'shared_address' then c.email is not null and (c.mailbox or coalesce(c.names > 1, false))
             when 'no_account' then c.account_id is null
             else c.left_because = 'left' end
        """
        )
        .with_table("defects_of_people", DEFECTS_OF_PEOPLE)
        .with_table("looked_at_people", _looked_at(spec))
    )


def counted_people() -> Query:
    """How many people of each account were looked at, and how many have a defect. One row per defect, field and account.

    Whoever has no account stands alone. Reads `defects_of_people`.
    """
    return query(
        """
        select d.defect as what, d.field, coalesce(c.account_id, c.contact_id) as account_id,
               count_if(case d.field when 'title' then c.title is not null when 'address' then c.email is not null
                                     else true end) as looked,
               count_if(p.contact_id is not null) as met
        from contacts c
        cross join defects_of_people d
        left join audit_people p on p.contact_id = c.contact_id and p.defect = d.defect
        group by d.defect, d.field, coalesce(c.account_id, c.contact_id)
        """
    )


def _looked_at(spec: AuditSpec) -> Query:
    """Contacts with what their records say of the address. One row per contact."""
    return query(
        """
        with written as (
            select lower(trim(email)) as email, split_part(lower(trim(email)), '@', 2) as host, source,
                   domain is null as by_address, domain_key,
                   lower(trim(first_name)) || ' ' || lower(trim(last_name)) as called
            from landing_contacts
            where email like '%@%'
        ),
        named as (select email, source, count(distinct called) as names from written group by email, source),
        shared as (select email, max(names) as names from named group by email),
        hosts as (select host, bool_or(by_address and domain_key is null) as consumer from written group by host)
        select c.contact_id, c.account_id, c.email, c.title, c.title_confidence, c.left_because,
               split_part(c.email, '@', 1) in (:mailboxes) as mailbox, h.consumer, s.names
        from contacts c
        left join shared s on s.email = c.email
        left join hosts h on h.host = split_part(c.email, '@', 2)
        """,
        mailboxes=list(spec.shared_mailboxes) or [""],
    )


DEFECTS_OF_PEOPLE = query(
    " union all ".join(f"select '{defect}' as defect, '{field}' as field" for defect, field in FIELDS.items())
)
