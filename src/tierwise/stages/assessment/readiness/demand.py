"""How ready is an account, in one word? Eight temperatures, the first that is true (methods g.5).

Cooling stands directly after actionable: nearly every account that loses the capacity to act is still mobilising, pressured
or latent, so at the end of the list it would never be said (docs/decisions/0019).
"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.assessment.readiness.spec import ReadinessSpec

COLD = 0.3


def demand_temperatures(spec: ReadinessSpec, as_of: date) -> Query:
    """The readiness of an account in one word. One row per account with evidence; every other account is unknown.

    Signals never make an account actionable. Whether it fits is not asked: a temperature is not attractiveness.
    """
    return query(
        """
        with lately as (
            select account_id, max(case when day < :as_of then day end) as could_act_on
            from gate_by_day
            where can_act
            group by account_id
        ),
        sides as (
            select account_id,
                   max(case when dimension = 'pressure' and last_observed_at is not null then probability end) as pressure,
                   max(case when dimension = 'ownership' and last_observed_at is not null then probability end) as ownership
            from readiness_dimensions
            group by account_id
        )
        select r.account_id,
               case when r.can_act and l.stage = 'in_deal' then 'in_decision'
                    when r.can_act then 'actionable'
                    when y.could_act_on is not null then 'cooling'
                    when s.pressure >= :gate and s.ownership >= :gate then 'mobilising'
                    when s.pressure >= :gate then 'pressured'
                    when s.pressure >= :cold then 'latent'
                    when s.pressure is not null then 'dormant'
                    else 'unknown' end as temperature,
               case when r.can_act then cast(:as_of as date) else y.could_act_on end as could_act_on
        from readiness r
        join lifecycle l on l.account_id = r.account_id
        left join lately y on y.account_id = r.account_id
        left join sides s on s.account_id = r.account_id
        """,
        as_of=as_of,
        gate=spec.gate,
        cold=COLD,
    )
