"""What might a record say once it is repaired? Drawn again and again, for nobody knows before somebody looks."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query, union_all
from tierwise.stages.accounts.audit.counts import MONTH_DAYS
from tierwise.stages.accounts.audit.spec import AuditSpec

# Defects of which a repair can change what the list reads of an account. A missing domain changes who the account is, and a
# record that one source repeats is one account here already: neither is drawn.
DRAWN = (
    "missing", "wrong", "stale", "contradictory", "parent_unknown", "parent_in_circle", "no_owner", "several_owners",
)  # fmt: skip
NOT_DRAWN = ("domain",)
ALL = "all"  # every defect repaired at once


def audit_donors(spec: AuditSpec, as_of: date) -> Query:
    """Values that repaired records may turn out to have: those of the accounts without the defect. One row per field and place.

    Of a parent, what is drawn is whether there is a customer above the account.
    """
    return query(
        """
        select field, row_number() over (partition by field order by account_id) as place,
               count(*) over (partition by field) as places, value
        from values_there
        """
    ).with_table(
        "values_there",
        query(
            """
            select field, account_id, value from audit_values
            where filled and coalesce(valid, true) and field not in (:not_drawn)
            union all
            select 'parent' as field, p.account_id, cast(coalesce(l.group_customer, false) as varchar) as value
            from account_parents p
            join lifecycle l on l.account_id = p.account_id
            where not p.dangling and not p.in_cycle
            """,
            not_drawn=list(NOT_DRAWN),
        ),
    )


def audit_repairs(spec: AuditSpec, as_of: date) -> Query:
    """What repaired records say in each draw. One row per contest, field and account whose value a repair changes.

    A contest is one defect of one field that the list reads (or all of them), repaired in a share of its records, in one
    draw. A missing or
    impossible value becomes that of some account that has one. A contradiction is settled for either source alike. A value of
    some age has changed with the chance that its half-life says: a number by a factor, anything else to a donor's value.
    """
    found = query(
        """
        select d.draw, d.share, r.defect, r.field, r.account_id,
               case when r.defect = 'contradictory' then case when draw_of('sides', d.draw, r.field, r.account_id) < 0.5
                                                              then r.value end
                    when r.defect <> 'stale' then n.value
                    when draw_of('changed', d.draw, r.field, r.account_id) < decay(v.age_days, f.half_life_months * :month)
                    then null
                    when f.is_number then cast(round(cast(r.value as double) * exp(:spread * sqrt(-2 * ln(1 - draw_of(
                         'far', d.draw, r.field, r.account_id))) * cos(6.283185307179586 * draw_of(
                         'side', d.draw, r.field, r.account_id))), 4) as varchar)
                    else n.value end as value
        from audit_rows r
        cross join audit_draws d
        left join spec_audit_fields f on f.field = r.field
        left join audit_values v on v.account_id = r.account_id and v.field = r.field
        left join (select distinct field, places from audit_donors) c on c.field = r.field
        left join audit_donors n
          on n.field = r.field
         and n.place = 1 + floor(draw_of('donor', d.draw, r.field, r.account_id) * c.places)
        where r.defect in (:drawn) and r.field not in (:not_drawn) and (f.importance > 0 or r.field = 'parent')
              and (d.share >= 1 or draw_of('repaired', d.draw, r.field, r.account_id) < d.share)
        """,
        month=MONTH_DAYS,
        spread=spec.stale_spread,
        drawn=list(DRAWN),
        not_drawn=list(NOT_DRAWN),
    )
    one = query(
        """
        select r.defect || ':' || r.field || ':' || cast(round(100 * r.share) as varchar) || ':' || cast(r.draw as varchar)
                   as contest,
               r.defect, r.field as of_field, r.share, r.draw, r.field, r.account_id, r.value
        from found r where r.value is not null
        """
    )
    together = query(
        """
        select :all || '::' || cast(round(100 * r.share) as varchar) || ':' || cast(r.draw as varchar) as contest,
               :all as defect, '' as of_field, r.share, r.draw, r.field, r.account_id, max(r.value) as value
        from found r where r.value is not null
        group by r.share, r.draw, r.field, r.account_id
        """,
        all=ALL,
    )
    return (
        query("select contest, defect, of_field, share, draw, field, account_id, value from both")
        .with_table("both", union_all([one, together]))
        .with_table("found", found)
    )
