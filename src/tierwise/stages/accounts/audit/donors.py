"""What might a repaired record say? Values of accounts that resemble it, for what is missing is not missing at random."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.audit.spec import AuditSpec


def audit_donors(spec: AuditSpec, as_of: date) -> Query:
    """Values that repaired records may turn out to have: those of accounts without the defect. One row per field and place.

    Places go by `first`, `second` and `third`, what accounts may resemble each other in, so that accounts that share them stand
    side by side. Of a parent, what is drawn is whether there is a customer above the account; of a domain, the account whose
    attention comes with one.
    """
    return (
        query(
            """
            select field, row_number() over (
                       partition by field order by first nulls last, second nulls last, third nulls last, account_id
                   ) as place, first, second, third, value
            from (select v.field, v.account_id, v.value, l.first, l.second, l.third
                  from values_there v join likenesses l on l.account_id = v.account_id and l.field = v.field) d
            """
        )
        .with_table("values_there", _values_there())
        .with_table("likenesses", likenesses())
        .with_table("fields_drawn", FIELDS_DRAWN)
    )


def resembling(spec: AuditSpec) -> Query:
    """From which places of `audit_donors` the record of an account with a defect is drawn. One row per field and account.

    The closest accounts that are enough (`audit.donors`): alike in industry, size and country, in the first two, in the
    first, or all there are. What is to be drawn is no likeness: of sizes, it is industry and country. Reads `likenesses`.
    """
    return (
        query(
            """
            select r.field, r.account_id,
                   coalesce(c3.first_place, c2.first_place, c1.first_place, c0.first_place) as first_place,
                   coalesce(c3.places, c2.places, c1.places, c0.places) as places
            from (select distinct field, account_id from audit_rows) r
            join likenesses l on l.account_id = r.account_id and l.field = r.field
            join cells c0 on c0.field = r.field and c0.depth = 0
            left join cells c1 on c1.field = r.field and c1.depth = 1 and c1.first = l.first and c1.places >= :least
            left join cells c2 on c2.field = r.field and c2.depth = 2 and c2.first = l.first and c2.second = l.second
                               and c2.places >= :least
            left join cells c3 on c3.field = r.field and c3.depth = 3 and c3.first = l.first and c3.second = l.second
                               and c3.third = l.third and c3.places >= :least
            """,
            least=spec.donors,
        )
        .with_table("cells", _CELLS)
        .with_table("likenesses", likenesses())
        .with_table("fields_drawn", FIELDS_DRAWN)
    )


def likenesses() -> Query:
    """What accounts may resemble each other in, by the field that is drawn. One row per account and field that has a defect."""
    return query(
        """
        select a.account_id, f.field,
               case when f.field = 'industry' then a.employee_band else a.industry end as first,
               case when f.field in ('industry', 'employees') then a.country else a.employee_band end as second,
               case when f.field not in ('industry', 'employees', 'country') then a.country end as third
        from accounts a
        cross join fields_drawn f
        """
    )


def _values_there() -> Query:
    return query(
        """
        select v.field, v.account_id, case when v.field = 'domain' then v.account_id else v.value end as value
        from audit_values v
        where v.filled and coalesce(v.valid, true)
        union all
        select 'parent' as field, p.account_id, cast(coalesce(l.group_customer, false) as varchar) as value
        from account_parents p
        join lifecycle l on l.account_id = p.account_id
        where not p.dangling and not p.in_cycle
        """
    )


FIELDS_DRAWN = query("select distinct field from audit_rows where field <> 'record'")
# Accounts that are alike stand side by side: a cell is where they begin and how many they are.
_CELLS = query(
    """
    select field, 0 as depth, cast(null as varchar) as first, cast(null as varchar) as second,
           cast(null as varchar) as third, min(place) as first_place, count(*) as places
    from audit_donors group by field
    union all
    select field, 1 as depth, first, cast(null as varchar) as second, cast(null as varchar) as third,
           min(place) as first_place, count(*) as places
    from audit_donors where first is not null group by field, first
    union all
    select field, 2 as depth, first, second, cast(null as varchar) as third, min(place) as first_place, count(*) as places
    from audit_donors where first is not null and second is not null group by field, first, second
    union all
    select field, 3 as depth, first, second, third, min(place) as first_place, count(*) as places
    from audit_donors where first is not null and second is not null and third is not null
    group by field, first, second, third
    """
)
