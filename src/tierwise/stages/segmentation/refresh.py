"""Which old values should be looked up again first? Those that could move an account across a cut, the likeliest change first.

A value is stale when it is older than its half-life: it has then changed more likely than not. What it could do is bounded and
not drawn: every criterion that reads the field may turn out 0 or 5, and a field that a segment reads may take the account in or
out of it. `tierwise audit` prices each class of defect by drawing; this says where to begin, account by account.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query

MONTH_DAYS = 365.25 / 12


class RefreshSpec(Spec):
    """Nothing to declare: half-lives and the columns with the day of the last check stand in the section `audit`."""

    # Set by the model: which criteria read a field, and which fields decide about segments.
    criteria: dict[str, tuple[str, ...]] = Field(default_factory=dict, exclude=True)
    segmenting: tuple[str, ...] = Field(default=(), exclude=True)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        read = [
            {"field": field, "criterion": criterion}
            for criterion, fields in self.criteria.items()
            for field in sorted(fields)
        ]
        decide = [{"field": field, "criterion": ""} for field in sorted(set(self.segmenting))]
        return {"spec_field_uses": [*decide, *read]}


def stale_fields(spec: RefreshSpec, as_of: date) -> Query:
    """Values older than their half-life, and what they could do. One row per account and stale field, place 1 first.

    Fields by which the account may cross a cut come first, then by `at_stake`: the chance that the value has changed times
    what the account is worth. Accounts excluded for another reason are left out: nothing that could be looked up brings them
    in. Fit ranges over the criteria that are known; cuts are those of the list, seats of others held still.
    """
    return (
        query(
            """
            select j.account_id, j.field, j.value, j.checked_on, j.age_days, j.half_life_months,
                   round(j.chance_changed, 6) as chance_changed, j.tier, j.decides_segment, j.lowest_fit, j.highest_fit,
                   j.may_cross, round(j.chance_changed * coalesce(j.worth, 0), 6) as at_stake,
                   row_number() over (
                       order by case when j.may_cross then 0 else 1 end,
                                round(j.chance_changed * coalesce(j.worth, 0), 6) desc, j.account_id, j.field
                   ) as place
            from judged j
            """
        )
        .with_table("judged", _judged())
        .with_table("ranged", _ranged())
        .with_table("swings", _swings())
        .with_table("old", _old())
    )


def _judged() -> Query:
    """Each stale value with whether it could move its account across a cut of today's list."""
    return query(
        """
        select r.*,
               r.decides_segment
               or coalesce(case when u.by_value then r.open_value = u.value and r.highest_fit > u.fit
                                else r.highest_fit > u.fit end, false)
               or coalesce(case when d.by_value then r.open_value = d.next_value and r.lowest_fit < d.next_fit
                                else r.lowest_fit < d.next_fit end, false) as may_cross
        from ranged r
        left join tier_cuts u on u.team = r.team and r.standing = 'eligible'
                             and u.tier = case r.tier when '3' then '2' when '2' then '1' end
        left join tier_cuts d on d.team = r.team and r.standing = 'eligible' and d.tier = r.tier
        """
    )


def _ranged() -> Query:
    """Each stale value with the fits that its account could have."""
    return query(
        """
        select o.*, t.tier, c.standing, coalesce(c.team, '') as team, c.open_value,
               case when c.standing = 'eligible' then c.open_value end as worth,
               coalesce(s.decides_segment, false) as decides_segment,
               round(cast(f.fit as double) - coalesce(s.down, 0), 6) as lowest_fit,
               round(cast(f.fit as double) + coalesce(s.up, 0), 6) as highest_fit
        from old o
        join tiers t on t.account_id = o.account_id
        join candidates c on c.account_id = o.account_id
        left join fit f on f.account_id = o.account_id
        left join swings s on s.account_id = o.account_id and s.field = o.field
        where c.standing <> 'excluded' or (c.standing_reason = 'outside_universe' and coalesce(s.decides_segment, false))
        """
    )


def _old() -> Query:
    """Values older than the half-life of their field."""
    return query(
        """
        select v.account_id, v.field, v.value, v.checked_on, v.age_days, h.half_life_months,
               1 - decay(v.age_days, h.half_life_months * :month) as chance_changed
        from audit_values v
        join spec_audit_fields h on h.field = v.field
        where v.filled and v.age_days > h.half_life_months * :month
        """,
        month=MONTH_DAYS,
    )


def _swings() -> Query:
    """How far fit could go by a field, and whether a segment reads it. One row per account and field that is read."""
    return query(
        """
        select a.account_id, u.field, bool_or(u.criterion = '') as decides_segment,
               sum(case when r.score is not null then 20 * r.weight * r.score / nullif(f.coverage, 0) end) as down,
               sum(case when r.score is not null then 20 * r.weight * (5 - r.score) / nullif(f.coverage, 0) end) as up
        from (select distinct account_id from old) a
        cross join spec_field_uses u
        left join fit_reasons r on r.account_id = a.account_id and r.criterion = u.criterion
        left join fit f on f.account_id = a.account_id
        group by a.account_id, u.field
        """
    )
