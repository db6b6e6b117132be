"""Who is in line for a seat, in which order, and who sits already? The order, and the accounts that capacity can reach."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.segmentation.tiers.spec import TiersSpec


def review(spec: TiersSpec, as_of: date) -> Query:
    """Whether this run is a review of the seats: only then does an account lose its seat to a better one. One row."""
    return query(
        """
        select last_on, coalesce(age_days(last_on, :as_of) >= :least, true) as due, add_days(last_on, :least) as next_on
        from (select max(reviewed_on) as last_on from earlier_memberships where tier in ('1', '2')) e
        """,
        as_of=as_of,
        least=spec.review_days,
    )


def ranked(spec: TiersSpec, as_of: date) -> Query:
    """The eligible in the order of their value. One row per eligible account.

    Overrides go first. `place_*` counts those of its team that compete for a tier's seats, `turn_*` those that may take an
    empty one.
    Equal values go by fit, then attention, then account_id. A team's line goes by the place among all: sorting by one number
    is quicker than by five columns again.
    """
    return query(
        """
        with standing as (
            select c.*, e.tier as sat, e.tier_since, coalesce(e.reviews_beyond, 0) as reviews_beyond,
                   coalesce(nullif(e.team, ''), c.team) = c.team as same_team,
                   coalesce(e.tier in ('1', '2') and k.state in ('lapsed', 'ended') and k.over_since > e.tier_since, false)
                       as commitment_over,
                   coalesce(age_days(coalesce(greatest(e.left_one_on, e.left_few_on), e.left_one_on, e.left_few_on),
                                     :as_of) < :cooldown, false) and override is null or coalesce(override = '2', false)
                       as cools_one,
                   coalesce(age_days(e.left_few_on, :as_of) < :cooldown, false) and override is null as cools_few
            from candidates c
            left join earlier_memberships e on e.account_id = c.account_id
            left join commitments k on k.account_id = c.account_id
            where c.standing = 'eligible'
        ),
        able as (
            select s.*, case override when '1' then 1 when '2' then 2 else 3 end as class,
                   seatable and ready_one_to_one and coalesce(override <> '2', true) as able_one,
                   seatable and case override when '1' then true when '2' then false
                       else same_team and not commitment_over and coalesce(sat = '1', false)
                            and (ready_one_to_one or seat_lost is null) end
                       as stays_one,
                   seatable and coalesce(override = '2', same_team and not commitment_over and coalesce(sat = '2', false))
                       as stays_few
            from standing s
        ),
        ordered as (
            select *,
                   row_number() over (order by class, value desc nulls last, fit desc nulls last, attention desc,
                                      account_id) as rank,
                   row_number() over (order by class, open_value desc nulls last, fit desc nulls last, attention desc,
                                      account_id) as open_rank
            from able
        )
        select account_id, team, value, open_value, ready_one_to_one, seatable, tier_since, reviews_beyond,
               commitment_over, cools_one, cools_few, stays_one, stays_few, override, rank, open_rank,
               sum(case when able_one or stays_one then 1 else 0 end) over line as place_one,
               sum(case when seatable then 1 else 0 end) over line as place_few,
               sum(case when able_one and not cools_one then 1 else 0 end) over line as turn_one,
               sum(case when seatable and not cools_few then 1 else 0 end) over line as turn_few,
               sum(case when seatable and not cools_few then 1 else 0 end) over open_line as turn_open
        from ordered
        window line as (partition by team order by rank rows unbounded preceding),
               open_line as (partition by team order by open_rank rows unbounded preceding)
        """,
        as_of=as_of,
        cooldown=spec.cooldown_days,
    )


def queue(spec: TiersSpec, as_of: date) -> Query:
    """Those whom capacity can reach: who sits, as many of the best as there can be seats, and one more. One row per account.

    Nobody else can be seated: whoever takes one of n empty seats is among the first n that may. The one more is next.
    """
    return query(
        """
        select r.account_id, r.team, r.rank, r.value, r.ready_one_to_one, r.tier_since, r.reviews_beyond,
               r.commitment_over, r.cools_one,
               r.cools_few, r.stays_one, r.stays_few, r.place_one, r.place_few, r.open_rank, r.override,
               coalesce((r.stays_one or r.stays_few) and age_days(r.tier_since, :as_of) < :dwell, false)
                   or r.override is not null as dwells
        from ranked r
        join spec_teams t on t.team = r.team
        where r.seatable
              and (r.stays_one or r.stays_few or r.turn_one <= t.most_one + 1 and r.ready_one_to_one and not r.cools_one
                   or r.turn_few <= t.most_one + t.most_few + 1
                   or r.turn_open <= t.most_one + t.most_few)
        """,
        as_of=as_of,
        dwell=spec.dwell_days,
    )
