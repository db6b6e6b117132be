"""How large is the market, and who has the seats? The sizes from TAM to TAL, and the board of every team."""

from __future__ import annotations

from datetime import date

from tierwise.core.vocabulary import NOT_WORTH
from tierwise.sql.query import Query, query
from tierwise.stages.segmentation.tiers.spec import TiersSpec


def funnel(spec: TiersSpec, as_of: date) -> Query:
    """TAM -> universe -> TAL with sizes. One row per level."""
    return query(
        """
        select 1 as position, 'TAM' as level, count(*) as accounts, null as seats from tiers
        union all
        select 2 as position, 'universe' as level, count_if(segment is not null and verdict not in (:not_worth)) as accounts,
               null as seats from tiers
        union all
        select 3 as position, 'eligible' as level, count_if(tier in ('1', '2', '3')) as accounts, null as seats from tiers
        union all
        select 4 as position, 'TAL' as level, count_if(tier in ('1', '2')) as accounts, max(n.both) as seats
        from tiers cross join numbers n
        union all
        select 5 as position, 'tier 1' as level, count_if(tier = '1') as accounts, max(n.one) as seats
        from tiers cross join numbers n
        union all
        select 6 as position, 'tier 2' as level, count_if(tier = '2') as accounts, max(n.few) as seats
        from tiers cross join numbers n
        union all
        select 7 as position, 'tier 3' as level, count_if(tier = '3') as accounts, null as seats from tiers
        union all
        select 8 as position, 'parked' as level, count_if(tier = 'parked') as accounts, null as seats from tiers
        union all
        select 9 as position, 'excluded' as level, count_if(tier = 'excluded') as accounts, null as seats from tiers
        """,
        not_worth=list(NOT_WORTH),
    ).with_table(
        "numbers",
        query(
            """
            select coalesce(sum(seats), 0) as both, coalesce(sum_if(seats, tier = '1'), 0) as one,
                   coalesce(sum_if(seats, tier = '2'), 0) as few
            from capacity
            """
        ),
    )


def seats(spec: TiersSpec, as_of: date) -> Query:
    """The board: seats, how many are taken, who is next, what the next seat would bring, why seats are empty.

    One row per team and tier. One more seat of tier 1 goes to the next who may act; a seat of tier 2 that it leaves goes to
    the first account left out. What it brings is their value times what the effort of the tier adds.
    """
    return (
        query(
            """
        select c.team, c.tier, c.seats, coalesce(t.taken, 0) as taken, c.seats - coalesce(t.taken, 0) as empty,
               coalesce(t.kept, 0) as kept, n.account_id as next_account_id, n.value as next_value,
               round(case when c.tier = '2' then n.value * (:few - :many)
                          when n.tier = '2' then n.value * (:one - :few) + coalesce(n.value_left_out, 0) * (:few - :many)
                          else n.value * (:one - :many) end, 6) as price,
               case when u.in_money then 'money' else 'fit' end as unit,
               w.blocked_by as empty_because, w.accounts as empty_accounts
        from capacity c
        cross join unit u
        left join taken t on t.team = c.team and t.tier = c.tier
        left join next n on n.team = c.team and n.for_tier = c.tier
        left join why w on w.team = c.team and w.for_tier = c.tier and c.seats > coalesce(t.taken, 0)
        """,
            one=spec.gain.one_to_one,
            few=spec.gain.one_to_few,
            many=spec.gain.one_to_many,
        )
        .with_table("why", _why_empty())
        .with_table("next", _next())
        .with_table(
            "taken",
            query(
                """
            select team, tier, count(*) as taken, count_if(kept_by in ('band', 'confirmation', 'dwell')) as kept
            from tiers where tier in ('1', '2') group by team, tier
            """
            ),
        )
        .with_table(
            "unit",
            query(
                "select coalesce(max(case when lifetime_value is not null then 1 end), 0) = 1 as in_money from verdicts"
            ),
        )
    )


def _next() -> Query:
    """Who would take one more seat, and what the first account left out of tier 2 is worth. One row per team and tier."""
    return query(
        """
        select team, for_tier, account_id, tier, value,
               max(case when for_tier = '2' then value end) over (partition by team) as value_left_out
        from (
            select s.*, row_number() over (partition by team, for_tier order by rank) as turn
            from (
                select q.team, d.for_tier, q.account_id, t.tier, q.value, q.rank
                from queue q
                join tiers t on t.account_id = q.account_id
                cross join (select '1' as for_tier union all select '2' as for_tier) d
                where t.blocked_by <> 'rank_lost'
                      and case when d.for_tier = '1' then t.tier <> '1' and q.ready_one_to_one and not q.cools_one
                               else t.tier = '3' and not q.cools_few end
            ) s
        ) l
        where turn = 1
        """
    )


def _why_empty() -> Query:
    """What keeps most of a team's eligible accounts out of a tier. One row per team and tier that leaves somebody out."""
    return query(
        """
        select team, for_tier, blocked_by, accounts
        from (
            select b.*, row_number() over (partition by team, for_tier order by accounts desc, blocked_by) as place
            from (
                select t.team, c.tier as for_tier, t.blocked_by, count(*) as accounts
                from tiers t
                join capacity c on c.team = t.team and t.tier > c.tier
                where t.tier in ('2', '3') and t.blocked_by is not null
                group by t.team, c.tier, t.blocked_by
            ) b
        ) l
        where place = 1
        """
    )
