"""What is the least that would lift an account a tier, and could what is unknown move it? A fact to check, not a promise.

Where seats go by value, fit only breaks ties: then no score lifts an account over one that is worth more, and that is said.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec
from tierwise.sql.query import Query, query


class LiftsSpec(Spec):
    """Nothing to declare: what would lift an account follows from the scorecard and the seats."""


def tier_cuts(spec: LiftsSpec, as_of: date) -> Query:
    """What the last seat went at, and what the first account left out has. One row per team and tier with seats."""
    return query(
        """
        with ranking as (select coalesce(max(case when lifetime_value is not null then 1 else 0 end), 0) = 1 as by_value
                         from verdicts),
        competing as (
            select coalesce(c.team, '') as team, t.tier, t.rank, t.value, t.fit, c.ready_one_to_one
            from tiers t join candidates c on c.account_id = t.account_id
            where c.standing = 'eligible' and c.seatable
        ),
        seats as (
            select team, tier, max(rank) as last_rank from competing where tier in ('1', '2') group by team, tier
        ),
        left_out as (
            select s.team, s.tier, min(c.rank) as next_rank
            from seats s
            join competing c on c.team = s.team and c.tier > s.tier and (s.tier = '2' or c.ready_one_to_one)
            group by s.team, s.tier
        )
        select s.team, s.tier, l.value, l.fit, n.value as next_value, n.fit as next_fit, r.by_value
        from seats s
        cross join ranking r
        join competing l on l.rank = s.last_rank
        left join left_out o on o.team = s.team and o.tier = s.tier
        left join competing n on n.rank = o.next_rank
        """
    )


def lifts(spec: LiftsSpec, as_of: date) -> Query:
    """The cheapest change that would lift an account a tier. One row per eligible account.

    Cheapest: what is only unknown before what would have to change, then the fewest points of score. `straddles` says
    that the criteria which are unknown could move it across a cut all by themselves: ask.
    """
    return (
        query(
            """
        with described as (
            select t.account_id, t.tier, coalesce(c.team, '') as team,
                   case t.tier when '1' then null when '2' then '1' else '2' end as target,
                   t.fit, t.value, t.chance_to_act, f.lowest, f.highest, f.coverage, f.scorable,
                   c.seat_block, c.seatable, c.gate_block, c.ready_one_to_one
            from tiers t
            join candidates c on c.account_id = t.account_id
            join fit f on f.account_id = t.account_id
            where c.standing = 'eligible'
        ),
        compared as (
            select d.*, u.by_value, u.value as cut_value, u.fit as cut_fit,
                   case when u.by_value then u.fit + 0.000001
                        else (u.value + 0.000001) / nullif(d.chance_to_act, 0) end as fit_needed,
                   coalesce(u.by_value and d.value < u.value, false) as worth_less,
                   coalesce(d.seatable and case when u.by_value then d.value = u.value and d.highest > u.fit
                                                else d.highest * d.chance_to_act > u.value end, false) as may_rise,
                   coalesce(case when w.by_value then d.value = w.next_value and d.lowest < w.next_fit
                                 else d.lowest * d.chance_to_act < w.next_value end, false) as may_fall
            from described d
            left join tier_cuts u on u.team = d.team and u.tier = d.target
            left join tier_cuts w on w.team = d.team and w.tier = d.tier
        )
        select c.account_id, c.tier, c.target,
               case when c.target is null then null
                    when c.seat_block = 'not_scorable' then 'data'
                    when not c.seatable then 'profile'
                    when c.target = '1' and not c.ready_one_to_one then 'gate'
                    when c.cut_fit is null then 'none'
                    when c.worth_less and c.chance_to_act < 1 and c.chance_to_act * c.cut_value <= c.value
                    then 'readiness'
                    when c.worth_less then 'value'
                    when o.criterion is null then 'several'
                    when o.from_score is null then 'data' else 'criterion' end as kind,
               case when c.seat_block = 'not_scorable' then m.criterion
                    when not c.seatable then c.seat_block
                    when c.target is not null and (c.worth_less or c.target = '1' and not c.ready_one_to_one)
                    then c.gate_block
                    else o.criterion end as subject,
               case when c.seatable and not c.worth_less then o.from_score end as from_score,
               case when c.seatable and not c.worth_less then o.to_score end as to_score,
               case when c.seatable and not c.worth_less then o.condition end as condition,
               c.fit, case when c.seatable and not c.worth_less then round(c.fit_needed, 6) end as fit_needed, c.value,
               c.chance_to_act,
               case when c.target is not null then c.cut_value end as value_needed,
               case when c.lowest = c.highest then null
                    when c.target is not null and c.may_rise then 'up'
                    when c.tier in ('1', '2') and c.may_fall then 'down' end as straddles
        from compared c
        left join missing m on m.account_id = c.account_id and c.seat_block = 'not_scorable'
        left join options o on o.account_id = c.account_id
        """
        )
        .with_table("options", _options())
        .with_table("missing", _missing())
    )


def _options() -> Query:
    """The cheapest change of one criterion that brings an account's fit over the cut. One row per account that has one."""
    return query(
        """
        with wanting as (
            select t.account_id, f.coverage,
                   case when u.by_value then u.fit + 0.000001
                        else (u.value + 0.000001) / nullif(t.chance_to_act, 0) end as needed
            from tiers t
            join candidates c on c.account_id = t.account_id and c.standing = 'eligible' and c.seatable
            join fit f on f.account_id = t.account_id
            join tier_cuts u on u.team = coalesce(c.team, '') and u.tier = case t.tier when '2' then '1' when '3' then '2' end
            where not u.by_value or t.value = u.value
        ),
        summed as (
            select w.account_id, w.needed, w.coverage, sum(r.weight * r.score) as reached
            from wanting w join fit_reasons r on r.account_id = w.account_id
            group by w.account_id, w.needed, w.coverage
        ),
        choices as (
            select s.account_id, r.criterion, r.score as from_score, l.level as to_score, l.condition,
                   row_number() over (
                       partition by s.account_id
                       order by case when r.score is null then 0 else 1 end, l.level - coalesce(r.score, 0),
                                r.weight desc, r.criterion) as turn
            from summed s
            join fit_reasons r on r.account_id = s.account_id
            join spec_levels l on l.criterion = r.criterion
            where l.level > coalesce(r.score, -1)
              and round(20 * (coalesce(s.reached, 0) + r.weight * (l.level - coalesce(r.score, 0)))
                        / (s.coverage + case when r.score is null then r.weight else 0 end), 6) >= round(s.needed, 6)
        )
        select account_id, criterion, from_score, to_score, condition from choices where turn = 1
        """
    )


def _missing() -> Query:
    """The heaviest unknown criterion of each account that cannot be scored."""
    return query(
        """
        select account_id, criterion from (
            select r.account_id, r.criterion,
                   row_number() over (partition by r.account_id order by r.weight desc, r.criterion) as turn
            from fit_reasons r join fit f on f.account_id = r.account_id
            where r.score is null and not f.scorable
        ) n where turn = 1
        """
    )
