"""What does each person at an account say, today and on the days on which the account may have been able to act?

Answers only lose weight with age, so a closed gate can open on two kinds of days alone: one on which an answer was given,
and the day after one expired. Looking at those days shows exactly whether an account could act lately.
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.assessment.readiness.spec import REPORTED_BY_SALES, ReadinessSpec


def readiness_days(spec: ReadinessSpec, as_of: date) -> Query:
    """The days on which readiness is looked at: the day itself and those of the cooling window. One row per account and day."""
    return query(
        """
        with days as (
            select account_id, cast(:as_of as date) as day from evidence
            union all
            select account_id, add_days(:as_of, :back) as day from evidence
            union all
            select account_id, cast(observed_at as date) as day from evidence
            union all
            select account_id, add_days(expires_on, 1) as day from evidence where expires_on is not null
        )
        select distinct account_id, day
        from days
        where account_id is not null and day >= add_days(:as_of, :back) and day <= :as_of
        """,
        as_of=as_of,
        back=-spec.cooling_days,
    )


def answers_by_day(spec: ReadinessSpec, as_of: date) -> Query:
    """The answer in force of each respondent: the latest given by a day. One row per account, day, dimension, respondent.

    What the account's owner on our side reports is flagged like a call note: nobody grades an own deal (methods g.3). What was
    only heard of somebody weighs little whatever the role (g.2), and so does a talker's claim of ownership (g.8). An owner who
    does not know who is accountable may count as half a no (g.2, `knowing_role`).
    """
    return query(
        """
        with said as (
            select e.account_id, d.day, e.dimension, lower(trim(e.respondent)) as respondent,
                   lower(e.answer) as answer, e.quote, e.observed_at, e.expires_on, lower(e.stance) as stance,
                   coalesce(lower(e.method), :default_method) as method,
                   coalesce(lower(e.role), case when lower(e.method) = 'hearsay' then 'hearsay' else :default_role end) as role,
                   coalesce(lower(trim(coalesce(e.interviewer, e.recorder))) = lower(trim(a.owner)), false) as by_owner,
                   e.source, e.record_id, age_days(e.observed_at, d.day) as age,
                   row_number() over (partition by e.account_id, d.day, e.dimension, lower(trim(e.respondent))
                                      order by e.observed_at desc, e.source, e.record_id desc) as place
            from evidence e
            join readiness_days d on d.account_id = e.account_id and age_days(e.observed_at, d.day) >= 0
            left join accounts a on a.account_id = e.account_id
        ),
        judged as (
            select s.*, r.counts and s.method <> 'hearsay' as counts, n.half_life_days,
                   :knowing_role and s.answer = 'unknown' and s.dimension = 'ownership' and s.role = 'owner' as half_no,
                   case when s.method = 'hearsay' then least(r.weight, h.weight) else r.weight end
                   * decay(s.age, n.half_life_days)
                   * case when s.dimension = 'ownership' and s.answer = 'yes' and coalesce(s.stance = 'talker', false)
                          then :talker else 1 end as weight,
                   a.log_likelihood_ratio as ratio, n.position
            from said s
            join spec_dimensions n on n.dimension = s.dimension
            join spec_roles r on r.role = s.role
            join spec_roles h on h.role = 'hearsay'
            join spec_answers a on a.answer = s.answer
            where s.place = 1 and (s.expires_on is null or s.expires_on >= s.day)
        )
        select j.account_id, j.day, j.dimension, j.respondent, j.role, j.method,
               j.method in (:by_sales) or j.role = 'hearsay' or j.by_owner as reported_by_sales,
               j.answer, j.quote, j.observed_at, j.expires_on, j.age as age_days, j.weight,
               case when j.half_no then 0.5 * o.log_likelihood_ratio else j.ratio end as ratio,
               j.age <= 2 * j.half_life_days and (j.half_no or not j.answer in ('unknown', 'refused')) as fresh,
               j.counts, j.source, j.record_id
        from judged j
        join spec_answers o on o.answer = 'no'
        """,
        default_method=spec.default_method,
        default_role=spec.default_role,
        knowing_role=spec.knowing_role,
        talker=spec.talker_weight,
        by_sales=list(REPORTED_BY_SALES),
    )
