"""What exactly is wrong, and with which accounts?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tierwise.sql.query import Query, query, union_all
from tierwise.stages.accounts.audit.counts import MONTH_DAYS
from tierwise.stages.accounts.audit.families import counted, sums
from tierwise.stages.accounts.audit.people import DEFECTS_OF_PEOPLE, counted_people
from tierwise.stages.accounts.audit.people import FIELDS as OF_PEOPLE
from tierwise.stages.accounts.audit.spec import AuditSpec
from tierwise.stats.ratios import proportion
from tierwise.tables.arrow import filled
from tierwise.tables.audit import AUDIT_DEFECTS

if TYPE_CHECKING:
    import pyarrow as pa

# Every class of defect in the order in which they are shown, and what it says.
DEFECTS = {
    "missing": "no source says it",
    "wrong": "what is written cannot be",
    "stale": "last checked more than a half-life ago: as likely as not it has changed",
    "contradictory": "two sources say different things",
    "repeated": "one source holds the account more than once",
    "split": "it may be the same company as another account (`tierwise matches`)",
    "parent_unknown": "its parent is not among the records",
    "parent_in_circle": "its parents lead in a circle",
    "no_owner": "nobody who is still there owns it",
    "several_owners": "more than one owner",
    # of people; the contacts are in `audit_people`
    "unreadable_title": "no word of the title says a function or a rank",
    "dead_address": "mail to the address came back",
    "consumer_address": "the address is at a mail provider, or at no domain: it belongs to no company",
    "shared_address": "the address is a mailbox, or that of several people",
    "no_account": "the person belongs to no account",
    "left_company": "the person has left and is still on record",
}


def audit_rows(spec: AuditSpec, as_of: date) -> Query:
    """The accounts behind each defect. One row per defect, field and account."""
    every = union_all([_of_values(), _stale(), _repeated(), _split(), _parents(), _owners()])
    return (
        query("select defect, field, account_id, value from every")
        .with_table("every", every)
        .with_table("ends", ends())
    )


def audit_found(spec: AuditSpec, as_of: date) -> Query:
    """How many accounts were looked at and how many have a defect, summed over ultimate parents.

    One row per defect and field that was looked for.
    """
    rows = query(
        """
        select l.what, l.field, l.account_id, 1 as looked, case when r.account_id is null then 0 else 1 end as met
        from could_have l
        left join audit_rows r on r.defect = l.what and r.field = l.field and r.account_id = l.account_id
        """
    )
    found = counted([rows, counted_people()]).with_table("defects_of_people", DEFECTS_OF_PEOPLE)
    could_have = union_all([_looked_at_values(), _looked_at_accounts()])
    return query(
        "select what as defect, field, accounts, clusters, looked, met, looked2, met2, crossed, most from found"
    ).with_table("found", found.with_table("could_have", could_have))


def audit_defects(spec: AuditSpec, as_of: date, audit_found: pa.Table) -> pa.Table:
    """What is wrong, with the share of the accounts that were looked at. One row per defect and field that was found."""
    order = list(DEFECTS)
    found = [row for row in audit_found.to_pylist() if row["met"]]
    rows: list[dict[str, object]] = []
    for row in sorted(found, key=lambda row: (order.index(row["defect"]), row["field"])):
        share = proportion(sums(row))
        rows.append(
            {
                "defect": row["defect"], "field": row["field"], "position": len(rows) + 1, "says": DEFECTS[row["defect"]],
                "of": "contacts" if row["defect"] in OF_PEOPLE else "accounts",
                "accounts": round(row["met"]), "n": round(row["looked"]), "share": share.value, "lo": share.lo, "hi": share.hi,
                "n_eff": share.n_eff, "grade": share.grade, "importance": spec.importance.get(row["field"], 0.0),
            }
        )  # fmt: skip
    return filled(AUDIT_DEFECTS, rows)


def _of_values() -> Query:
    """Who owns an account is judged over all its records, below."""
    return query(
        """
        select d.defect, v.field, v.account_id,
               case when d.defect = 'contradictory' then v.other_value else v.value end as value
        from audit_values v
        cross join (select 'missing' as defect union all select 'wrong' as defect union all select 'contradictory' as defect) d
        where v.field <> 'owner'
              and case d.defect when 'missing' then not v.filled when 'wrong' then not v.valid else v.contradicted end
        """
    )


def _stale() -> Query:
    return query(
        """
        select 'stale' as defect, v.field, v.account_id, v.value
        from audit_values v
        join spec_audit_fields f on f.field = v.field
        where v.filled and v.age_days > f.half_life_months * :month
        """,
        month=MONTH_DAYS,
    )


def _repeated() -> Query:
    return query(
        """
        select 'repeated' as defect, 'record' as field, account_id, cast(max(records) as varchar) as value
        from audit_records where records > 1 group by account_id
        """
    )


def _split() -> Query:
    """Accounts that matching is not sure about; reads `ends`."""
    return query(
        """
        select 'split' as defect, 'record' as field, account_id, min(other) as value
        from (select one as account_id, other from ends union all select other as account_id, one as other from ends) both
        group by account_id
        """
    )


def ends() -> Query:
    """Pairs of accounts that may be one company, and of which people have not said that they are two. One row per pair."""
    return query(
        """
        select p.left_id, p.right_id, p.probability, a.account_id as one, b.account_id as other
        from match_pairs p
        join accounts_of a on a.group_id = p.left_id
        join accounts_of b on b.group_id = p.right_id
        left join apart_groups x on x.left_id = p.left_id and x.right_id = p.right_id
        left join apart_groups y on y.left_id = p.right_id and y.right_id = p.left_id
        where a.account_id <> b.account_id and x.left_id is null and y.left_id is null
        """
    ).with_table("accounts_of", _accounts_of())


def _accounts_of() -> Query:
    """The account of each group of keys that matching compared. One row per group."""
    return query(
        """
        select g.group_id, min(k.account_id) as account_id
        from key_groups g
        join account_keys k on k.key_space = g.key_space and k.account_key = g.account_key
        where g.group_id in (select left_id from match_pairs union select right_id from match_pairs)
        group by g.group_id
        """
    )


def _parents() -> Query:
    return query(
        """
        select case when dangling then 'parent_unknown' else 'parent_in_circle' end as defect, 'parent' as field, account_id,
               parent_id as value
        from account_parents where dangling or in_cycle
        """
    )


def _owners() -> Query:
    """Where nobody owns anything the company keeps no owners, and lacks none."""
    return query(
        """
        select case when o.active_owners = 0 then 'no_owner' else 'several_owners' end as defect, 'owner' as field,
               o.account_id, cast(o.active_owners as varchar) as value
        from audit_owners o
        cross join (select coalesce(max(owners), 0) as most from audit_owners) m
        where o.active_owners <> 1 and m.most > 0
        """
    )


def _looked_at_values() -> Query:
    return query(
        """
        select d.what, v.field, v.account_id
        from audit_values v
        cross join (select 'missing' as what union all select 'wrong' as what union all select 'stale' as what
                    union all select 'contradictory' as what) d
        where (v.field <> 'owner' or d.what = 'stale')
              and case d.what when 'missing' then true when 'wrong' then v.valid is not null
                              when 'stale' then v.filled and v.checked_on is not null
                              else v.contradicted is not null end
        """
    )


def _looked_at_accounts() -> Query:
    return query(
        """
        select d.what, 'record' as field, r.account_id
        from (select distinct account_id from audit_records) r
        cross join (select 'repeated' as what union all select 'split' as what) d
        union all
        select d.what, 'parent' as field, p.account_id
        from account_parents p
        cross join (select 'parent_unknown' as what union all select 'parent_in_circle' as what) d
        union all
        select d.what, 'owner' as field, o.account_id
        from audit_owners o
        cross join (select 'no_owner' as what union all select 'several_owners' as what) d
        """
    )
