"""Where does effort meet no movement? Withdraw, keep, feed or leave: what was already spent is no reason (methods h.5)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class StallSpec(Spec):
    """When effort and movement are judged."""

    window_days: int = default(90, "days of effort that are looked at", source="methods h.5", unit="days", ge=7)
    quiet_days: int = default(
        45, "least time without movement before an account is quiet; longer where its stage takes longer", source="methods h.5",
        unit="days", ge=1,
    )  # fmt: skip
    # Set by the model from its section on relationship.
    inbound: tuple[str, ...] = Field(default=("inbound",), exclude=True)


def stall(spec: StallSpec, as_of: date) -> Query:
    """Effort against movement. One row per account in tiers 1 and 2, with a commitment, or with an open deal.

    Effort: what we did in the window, in touches. High from the median of these accounts on. Moving: the buyer moved within
    the quiet days, or the median time of the deal's stage where that is longer. Stalled: an open deal slower in its stage than
    four in five that advance, no movement, and high effort. Effort is no input of any score.
    """
    return query(
        """
        with watched as (
            select t.account_id, t.tier, t.segment from tiers t
            left join commitments c on c.account_id = t.account_id and c.state = 'committed'
            left join (select distinct account_id from opportunities where outcome = 'open' and new_business) d
                   on d.account_id = t.account_id
            where t.tier in ('1', '2') or c.account_id is not null or d.account_id is not null
        ),
        spent as (
            select account_id, count(*) as effort
            from activities
            where account_id is not null and not coalesce(lower(direction) in (:inbound), false)
                  and age_days(occurred_at, :as_of) < :window
            group by account_id
        ),
        moved as (select account_id, max(moved_on) as moved_on from movement group by account_id),
        measured as (
            select w.account_id, w.tier, coalesce(s.effort, 0) as effort, m.moved_on,
                   age_days(m.moved_on, :as_of) as quiet_for, d.stage, d.days as days_in_stage, d.slow_days,
                   greatest(:quiet, coalesce(d.median_days, :quiet)) as quiet_after
            from watched w
            left join spent s on s.account_id = w.account_id
            left join moved m on m.account_id = w.account_id
            left join slowest d on d.account_id = w.account_id
        ),
        middle as (select cast(quantile(effort, 0.5) as double) as median_effort from measured),
        judged as (
            select m.*, e.median_effort, effort > 0 and effort >= e.median_effort as worked,
                   coalesce(quiet_for <= quiet_after, false) as moving
            from measured m cross join middle e
        )
        select account_id, tier, effort, median_effort, moved_on, quiet_for, quiet_after, stage, days_in_stage, slow_days,
               coalesce(worked and not moving and days_in_stage > slow_days, false) as stalled,
               case when worked and moving then 'keep' when worked then 'withdraw' when moving then 'feed'
                    else 'leave' end as advice
        from judged
        """,
        as_of=as_of,
        inbound=[word.lower() for word in spec.inbound] or [""],
        window=spec.window_days,
        quiet=float(spec.quiet_days),
    ).with_table("slowest", _slowest())


def _slowest() -> Query:
    """The open deal of each account that is furthest beyond the time of its stage."""
    return query(
        """
        select account_id, stage, days, median_days, slow_days
        from (
            select s.account_id, s.stage, s.days, coalesce(own.median_days, every.median_days) as median_days,
                   coalesce(own.slow_days, every.slow_days) as slow_days,
                   row_number() over (partition by s.account_id
                                      order by s.days - coalesce(own.slow_days, every.slow_days, s.days) desc, s.days desc,
                                               s.record_id) as place
            from stage_spells s
            left join stage_times own on own.segment = s.segment and own.stage = s.stage
            left join stage_times every on every.segment = '' and every.stage = s.stage
            where s.ended = 'open'
        ) t
        where place = 1
        """
    )
