"""What might the records say once they are repaired? Drawn again and again, for nobody knows before somebody looks."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query, union_all
from tierwise.stages.accounts.audit.counts import MONTH_DAYS
from tierwise.stages.accounts.audit.defects import ends
from tierwise.stages.accounts.audit.donors import resembling
from tierwise.stages.accounts.audit.spec import AuditSpec

# Defects of one account of which a repair can change what the list reads of it. A record that one source repeats is one account
# here already.
DRAWN = (
    "missing", "wrong", "stale", "contradictory", "parent_unknown", "parent_in_circle", "no_owner", "several_owners",
)  # fmt: skip
# Of a domain only whether there is one is drawn.
OF_DOMAINS = ("missing", "wrong")
ALL = "all"  # every defect repaired at once


def audit_repairs(spec: AuditSpec, as_of: date) -> Query:
    """What repaired records say in each draw. One row per contest, field and account whose value a repair changes.

    A contest is one defect of one field that the list reads (or all of them), repaired in a share of its records, in one
    draw. With a domain an account has the attention of the account in `value`; the field 'record' says that the account is
    another one, in `value`, and no account of its own.
    """
    one = query(
        """
        select r.defect || ':' || r.field_of || ':' || cast(round(100 * r.share) as varchar) || ':' || cast(r.draw as varchar)
                   as contest,
               r.defect, r.field_of as of_field, r.share, r.draw, r.field, r.account_id, max(r.value) as value
        from found r where r.value is not null
        group by r.defect, r.field_of, r.share, r.draw, r.field, r.account_id
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
        .with_table("found", union_all([_of_values(spec), _joined_records(), _joined_values()]))
        .with_table("resembling", resembling(spec))
        .with_table("joined", _joined())
        .with_table("ends", ends())
    )


def _of_values(spec: AuditSpec) -> Query:
    """One value of one account, as repaired; reads `resembling`.

    A missing or impossible value becomes that of an account that resembles it and has one. A contradiction is settled for
    either source alike. A value of some age has changed with the chance that its half-life says: a number by a factor,
    anything else to the value of an account that resembles it.
    """
    return query(
        """
        select d.draw, d.share, r.defect, r.field as field_of, r.field, r.account_id,
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
        left join resembling c on c.field = r.field and c.account_id = r.account_id
        left join audit_donors n
          on n.field = r.field
         and n.place = c.first_place + floor(draw_of('donor', d.draw, r.field, r.account_id) * c.places)
        where r.defect in (:drawn) and (r.field <> 'domain' or r.defect in (:of_domains))
              and (f.importance > 0 or r.field in ('parent', 'domain'))
              and (d.share >= 1 or draw_of('repaired', d.draw, r.field, r.account_id) < d.share)
        """,
        month=MONTH_DAYS,
        spread=spec.stale_spread,
        drawn=list(DRAWN),
        of_domains=list(OF_DOMAINS),
    )


def _joined() -> Query:
    """Pairs of accounts that are one in a draw: as often as matching takes them for one. Reads `ends`.

    The account further in its lifecycle stays, then the one with more attention; of three that are one two may stay.
    """
    return query(
        """
        with placed as (
            select l.account_id, row_number() over (
                       order by case l.stage when 'customer' then 1 when 'in_deal' then 2 when 'churned' then 3
                                             when 'closed_lost' then 4 else 5 end,
                                coalesce(i.intent, 0) desc, l.account_id) as place
            from lifecycle l
            left join intent i on i.account_id = l.account_id
            where l.account_id in (select one from ends union select other from ends)
        )
        select d.draw, d.share, case when a.place < b.place then e.one else e.other end as stays,
               case when a.place < b.place then e.other else e.one end as goes
        from ends e
        cross join audit_draws d
        join placed a on a.account_id = e.one
        join placed b on b.account_id = e.other
        where draw_of('joined', d.draw, e.left_id, e.right_id) < e.probability
              and (d.share >= 1 or draw_of('repaired', d.draw, e.left_id, e.right_id) < d.share)
        """
    )


def _joined_records() -> Query:
    """Reads `joined`."""
    return query(
        """
        select draw, share, 'split' as defect, 'record' as field_of, 'record' as field, goes as account_id, min(stays) as value
        from joined group by draw, share, goes
        """
    )


def _joined_values() -> Query:
    """What the account that stays lacked and the other knows; reads `joined`."""
    return query(
        """
        select j.draw, j.share, 'split' as defect, 'record' as field_of, v.field, j.stays as account_id, min(w.value) as value
        from joined j
        join audit_values v on v.account_id = j.stays and not v.filled
        join audit_values w on w.account_id = j.goes and w.field = v.field and w.filled and coalesce(w.valid, true)
        join spec_audit_fields f on f.field = v.field and f.importance > 0
        where v.field <> 'domain'
        group by j.draw, j.share, v.field, j.stays
        """
    )
