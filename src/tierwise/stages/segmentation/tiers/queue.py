"""Who is in line for a seat, in which order, and who sits already? The order, and the accounts that capacity can reach."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, column, query
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

    Overrides go first (`class`). `place_*` counts those of its team that compete for a tier's seats, `turn_*` those that may
    take an empty one. Equal values go by fit, then attention, then account_id. With one team for all, its line is the order of
    all: sorted once.
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
        )
        select account_id, team, class, value, open_value, fit, attention, ready_one_to_one, seatable, tier_since,
               reviews_beyond, commitment_over, cools_one, cools_few, stays_one, stays_few, override,
               row_number() over everybody as rank,
               sum(case when able_one or stays_one then 1 else 0 end) over line as place_one,
               sum(case when seatable then 1 else 0 end) over line as place_few,
               sum(case when able_one and not cools_one then 1 else 0 end) over line as turn_one,
               sum(case when seatable and not cools_few then 1 else 0 end) over line as turn_few
        from able
        window everybody as (
                   order by class, value desc nulls last, fit desc nulls last, attention desc, account_id
               ),
               line as (
                   partition by :team
                   order by class, value desc nulls last, fit desc nulls last, attention desc, account_id
                   rows unbounded preceding
               )
        """,
        as_of=as_of,
        cooldown=spec.cooldown_days,
        team=[] if spec.per is None else [column("team")],
    )


def queue(spec: TiersSpec, as_of: date) -> Query:
    """Those whom capacity can reach: who sits, as many of the best as there can be seats, and one more. One row per account.

    Nobody else can be seated: whoever takes one of n empty seats is among the first n that may. The one more is next. With the
    gate open the first n are others; none of them is worth less than the least of the n that are first by value, so that only
    those above it are put in that order.
    """
    return query(
        """
        with reach as (
            select r.team, min(r.open_value) as least
            from ranked r
            join spec_teams t on t.team = r.team
            where r.class = 3 and r.seatable and not r.cools_few and r.turn_few <= t.most_one + t.most_few
            group by r.team
        ),
        opened as (
            select r.account_id, row_number() over (
                       partition by r.team
                       order by r.class, r.open_value desc nulls last, r.fit desc nulls last, r.attention desc, r.account_id
                   ) as turn_open
            from ranked r
            left join reach l on l.team = r.team
            where r.seatable and not r.cools_few and (r.class < 3 or r.open_value >= l.least or l.least is null)
        ),
        reached as (
            select r.*, coalesce((r.stays_one or r.stays_few) and age_days(r.tier_since, :as_of) < :dwell, false)
                       or r.override is not null as dwells
            from ranked r
            join spec_teams t on t.team = r.team
            left join opened o on o.account_id = r.account_id
            where r.seatable
                  and (r.stays_one or r.stays_few or r.turn_one <= t.most_one + 1 and r.ready_one_to_one and not r.cools_one
                       or r.turn_few <= t.most_one + t.most_few + 1
                       or o.turn_open <= t.most_one + t.most_few)
        )
        select account_id, team, rank, value, ready_one_to_one, tier_since, reviews_beyond, commitment_over, cools_one,
               cools_few, stays_one, stays_few, place_one, place_few, override, dwells,
               row_number() over (
                   order by class, open_value desc nulls last, fit desc nulls last, attention desc, account_id
               ) as open_rank
        from reached
        """,
        as_of=as_of,
        dwell=spec.dwell_days,
    )
