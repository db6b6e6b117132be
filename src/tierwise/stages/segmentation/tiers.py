"""Which accounts get effort, within capacity? Eligible, then a profile worth winning, then able to decide, then by value.

Order: methods h.2. Seats stay empty rather than hold unready accounts. What keeps an account from the tier above is said.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import NOT_WORTH, SEATABLE_VERDICTS
from tierwise.sql.query import Query, query

UNPROVEN = ("unvalidated", "insufficient_evidence")


class TiersSpec(Spec):
    """Capacity, and who may be seated."""

    one_to_one: int = default(12, "seats of tier 1; 5 to 20 is usual", source="judgement", unit="accounts", ge=0)
    one_to_few: int = default(60, "seats of tier 2; 20 to 100 is usual", source="judgement", unit="accounts", ge=0)
    scope: Literal["prospects", "customers", "both"] = default("prospects", "whose list it is", source="judgement")
    unvalidated: Literal["auto", "allow", "refuse"] = default(
        "auto",
        "may profiles be seated for or against which too few revenue records speak, or none; they are marked. "
        "auto: only where the company has none at all",
        source="judgement",
    )
    rest_after_loss_days: int = default(90, "an account is parked this long after a lost deal", source="judgement (methods k)",
                                        unit="days", ge=0)  # fmt: skip
    rest_after_churn_days: int = default(90, "an account is parked this long after its revenue ended",
                                         source="judgement (methods k)", unit="days", ge=0)  # fmt: skip
    # Set by the model from its readiness section: the gate belongs there, its effect here.
    gate_mode: Literal["auto", "required", "advisory"] = Field(default="auto", exclude=True)
    readiness_prior: float = Field(default=0.35, exclude=True)
    fit_holds_intent: bool = Field(default=False, exclude=True)


def candidates(spec: TiersSpec, as_of: date) -> Query:
    """Everything that the tiers look at, before capacity. One row per account.

    Value: CLV x win rate of the profile x P(can act), 1 while the gate is advisory; fit where the company knows no CLV.
    Nobody was asked: the prior, which is neither no nor zero.
    """
    return query(
        """
        with judged as (
            select d.*,
                   case when competitor then 'competitor'
                        when do_not_contact then 'do_not_contact'
                        when segment is null then 'outside_universe'
                        when verdict in (:not_worth) then 'profile_' || verdict
                        when :scope = 'prospects' and stage = 'customer' then 'customer'
                        when :scope = 'prospects' and group_customer then 'group_customer'
                        when :scope = 'customers' and stage <> 'customer' then 'not_a_customer'
                        end as excluded_for,
                   case when not coalesce(verdict in (:seatable)
                                          or (verdict in (:unproven) and :unvalidated = 'allow')
                                          or (verdict = 'unvalidated' and :unvalidated = 'auto'
                                              and not coalesce(has_revenue, false)), false)
                        then 'verdict:' || verdict
                        when not coalesce(scorable, false) then 'not_scorable' end as seat_block,
                   case when stage = 'closed_lost' and age_days(since, :as_of) < :after_loss then 'lost_lately'
                        when stage = 'churned' and age_days(since, :as_of) < :after_churn then 'churned_lately'
                        end as parked_for,
                   case when stage = 'closed_lost' then add_days(since, :after_loss)
                        when stage = 'churned' then add_days(since, :after_churn) end as wake
            from described d
        )
        select account_id, segment, verdict, stage, fit, intent, attention, round(chance_to_act, 6) as chance_to_act,
               round(worth * chance_to_act, 6) as value, round(worth, 6) as open_value,
               case when excluded_for is not null then 'excluded'
                    when parked_for is not null then 'parked' else 'eligible' end as standing,
               coalesce(excluded_for, parked_for) as standing_reason,
               case when excluded_for is null and parked_for is not null then wake end as wake_on,
               seat_block is null as seatable, seat_block,
               not required or coalesce(can_act_one_to_one, false) as ready_one_to_one,
               coalesce(dimensions_known = 4 and heard_one_to_few, false) as readiness_known,
               case when not asked then 'unknown:pressure' else blocked_by end as gate_block
        from judged
        """,
        as_of=as_of,
        scope=spec.scope,
        not_worth=list(NOT_WORTH),
        seatable=list(SEATABLE_VERDICTS),
        unvalidated=spec.unvalidated,
        unproven=list(UNPROVEN),
        after_loss=spec.rest_after_loss_days,
        after_churn=spec.rest_after_churn_days,
    ).with_table("described", _described(spec))


def tier_assignments(spec: TiersSpec, as_of: date) -> Query:
    """Tiers within capacity. One row per account.

    Seats go by value, equal values by fit, then attention, then account_id. The same is done with the gate open, so that both
    the tier and the tier without the gate can be shown.
    """
    return query(
        """
        with ranked as (
            select c.*,
                   row_number() over (order by c.value desc nulls last, c.fit desc nulls last, c.attention desc,
                                      c.account_id) as rank,
                   sum(case when c.seatable and c.ready_one_to_one then 1 else 0 end) over (
                       order by c.value desc nulls last, c.fit desc nulls last, c.attention desc, c.account_id
                       rows unbounded preceding) as ready_so_far,
                   row_number() over (partition by c.seatable
                                      order by c.open_value desc nulls last, c.fit desc nulls last, c.attention desc,
                                               c.account_id) as open_rank
            from candidates c
            where c.standing = 'eligible'
        ),
        first_seats as (
            select r.*, r.seatable and r.ready_one_to_one and r.ready_so_far <= :one_to_one as sits_first from ranked r
        ),
        second_ranks as (
            select f.*, row_number() over (partition by f.seatable and not f.sits_first order by f.rank) as second_rank
            from first_seats f
        ),
        seated as (
            select s.*,
                   case when sits_first then '1' when seatable and second_rank <= :one_to_few then '2' else '3' end as tier,
                   case when seatable and open_rank <= :one_to_one then '1'
                        when seatable and open_rank <= :one_to_one + :one_to_few then '2' else '3' end as tier_gate_open
            from second_ranks s
        )
        select t.account_id, t.tier, t.tier_gate_open, t.rank, t.segment, t.verdict, t.stage, t.value, t.fit, t.intent,
               t.chance_to_act, t.tier in ('1', '2') and not t.readiness_known as provisional,
               nullif(case when not t.readiness_known then 'readiness_unknown' else '' end
                      || case when not t.readiness_known and t.verdict in (:unproven) then ',' else '' end
                      || case when t.verdict in (:unproven) then 'profile_unvalidated' else '' end, '') as marks,
               case when t.tier = '1' then null
                    when not t.seatable then t.seat_block
                    when not t.ready_one_to_one and (t.tier_gate_open = '1' or t.ready_so_far < :one_to_one)
                    then 'gate:' || t.gate_block
                    else 'capacity' end as blocked_by,
               case when not t.readiness_known then q.question end as first_question, t.wake_on
        from seated t
        left join spec_dimensions q on 'unknown:' || q.dimension = t.gate_block
        union all
        select c.account_id, c.standing as tier, c.standing as tier_gate_open, null as rank, c.segment, c.verdict, c.stage,
               c.value, c.fit, c.intent, c.chance_to_act, false as provisional, null as marks,
               c.standing_reason as blocked_by, null as first_question, c.wake_on
        from candidates c
        where c.standing <> 'eligible'
        """,
        one_to_one=spec.one_to_one,
        one_to_few=spec.one_to_few,
        unproven=list(UNPROVEN),
    )


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
        select 4 as position, 'TAL' as level, count_if(tier in ('1', '2')) as accounts, :both as seats from tiers
        union all
        select 5 as position, 'tier 1' as level, count_if(tier = '1') as accounts, :one_to_one as seats from tiers
        union all
        select 6 as position, 'tier 2' as level, count_if(tier = '2') as accounts, :one_to_few as seats from tiers
        union all
        select 7 as position, 'tier 3' as level, count_if(tier = '3') as accounts, null as seats from tiers
        union all
        select 8 as position, 'parked' as level, count_if(tier = 'parked') as accounts, null as seats from tiers
        union all
        select 9 as position, 'excluded' as level, count_if(tier = 'excluded') as accounts, null as seats from tiers
        """,
        not_worth=list(NOT_WORTH),
        both=spec.one_to_one + spec.one_to_few,
        one_to_one=spec.one_to_one,
        one_to_few=spec.one_to_few,
    )


def _described(spec: TiersSpec) -> Query:
    """What an account is worth and may do, from everything that was assessed. One row per account."""
    return query(
        """
        with evidence_at_all as (select count(*) > 0 as any_evidence from evidence where account_id is not null),
        mode as (
            select case :gate_mode when 'required' then true when 'advisory' then false else any_evidence end as required
            from evidence_at_all
        ),
        company as (
            select max(case when lifetime_value is not null then 1 else 0 end) = 1 as any_value,
                   avg(lifetime_value) as mean_value, avg(win_rate) as mean_win_rate
            from verdicts
        )
        select a.account_id, a.competitor, a.do_not_contact, s.segment,
               coalesce(v.verdict, case when s.segment is not null then 'unvalidated' end) as verdict,
               v.has_revenue,
               l.stage, l.since, l.group_customer, f.fit, f.scorable,
               coalesce(i.intent, 0) as intent,
               case when :fit_holds_intent or not coalesce(i.corroborated, false) then 0 else i.intent end as attention,
               m.required, r.account_id is not null as asked, r.dimensions_known, r.heard_one_to_few,
               r.can_act_one_to_one, r.blocked_by,
               case when c.any_value
                    then coalesce(v.lifetime_value, c.mean_value) * coalesce(v.win_rate, c.mean_win_rate, 1)
                    else f.fit end as worth,
               case when m.required then coalesce(r.chance_to_act, power(:prior, 4)) else 1 end as chance_to_act
        from accounts a
        cross join mode m
        cross join company c
        join lifecycle l on l.account_id = a.account_id
        left join account_segments s on s.account_id = a.account_id
        left join verdicts v on v.segment = s.segment
        left join fit f on f.account_id = a.account_id
        left join intent i on i.account_id = a.account_id
        left join readiness r on r.account_id = a.account_id
        """,
        gate_mode=spec.gate_mode,
        prior=spec.readiness_prior,
        fit_holds_intent=spec.fit_holds_intent,
    )
