"""Which tier is each account in, since when, and what keeps it from the tier above?"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, column, query
from tierwise.stages.segmentation.tiers.candidates import UNPROVEN
from tierwise.stages.segmentation.tiers.spec import TiersSpec
from tierwise.tables.segmentation.tiers import TIERS_TABLE


def tier_assignments(spec: TiersSpec, as_of: date) -> Query:
    """Tiers within capacity. One row per account, the parked and the excluded too."""
    return query(
        """
        with placed as (
            select c.*, r.rank, r.place_one, r.place_few, r.cools_one, r.cools_few, r.commitment_over,
                   coalesce(s.tier, '3') as tier, coalesce(s.tier_gate_open, '3') as tier_gate_open, s.kept_by, s.left_tier,
                   coalesce(one.seats, 0) as seats_one, coalesce(few.seats, 0) as seats_few
            from candidates c
            join ranked r on r.account_id = c.account_id
            left join seatings s on s.account_id = c.account_id
            left join capacity one on one.team = c.team and one.tier = '1'
            left join capacity few on few.team = c.team and few.tier = '2'
        ),
        listed as (
            select p.account_id, p.tier, p.tier_gate_open, p.team, p.rank, p.segment, p.verdict, p.stage, p.value, p.fit,
                   p.intent, p.chance_to_act, p.tier in ('1', '2') and not p.readiness_known as provisional,
                   nullif(case when not p.readiness_known then 'readiness_unknown' else '' end
                          || case when not p.readiness_known and p.verdict in (:unproven) then ',' else '' end
                          || case when p.verdict in (:unproven) then 'profile_unvalidated' else '' end, '') as marks,
                   case when p.override = p.tier then 'override' else p.kept_by end as kept_by,
                   case when p.tier = '1' then null
                        when p.override = p.tier then 'override'
                        when p.override in ('1', '2') then 'override:no_seat'
                        when not p.seatable then p.seat_block
                        when p.left_tier is not null then 'rank_lost'
                        when p.commitment_over and p.tier = '3' then 'commitment_over'
                        when not p.ready_one_to_one and (p.tier_gate_open = '1' or p.place_one < p.seats_one)
                        then 'gate:' || p.gate_block
                        when p.cools_one and p.place_one <= p.seats_one
                             or p.cools_few and p.place_few <= p.seats_one + p.seats_few and p.tier = '3' then 'cooldown'
                        else 'capacity' end as blocked_by,
                   case when not p.readiness_known then q.question end as first_question, p.wake_on
            from placed p
            left join spec_dimensions q on 'unknown:' || q.dimension = p.gate_block
            union all
            select c.account_id, c.standing as tier, c.standing as tier_gate_open, c.team, null as rank, c.segment, c.verdict,
                   c.stage, c.value, c.fit, c.intent, c.chance_to_act, false as provisional, null as marks, null as kept_by,
                   c.standing_reason as blocked_by, null as first_question, c.wake_on
            from candidates c
            where c.standing <> 'eligible'
        )
        select :listed, case when e.tier = l.tier then e.tier_since else :as_of end as since
        from listed l
        left join earlier_memberships e on e.account_id = l.account_id
        """,
        listed=[column(name, "l") for name in TIERS_TABLE.names if name != "since"],
        as_of=as_of,
        unproven=list(UNPROVEN),
    )
