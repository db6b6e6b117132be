"""What do the tiers look at, before capacity? Whether each account may be listed, seated and act, and what it is worth."""

from __future__ import annotations

from datetime import date

from tierwise.core.vocabulary import NOT_WORTH, SEATABLE_VERDICTS
from tierwise.sql.query import Query, column, literal, query
from tierwise.stages.segmentation.tiers.spec import EVERYBODY, TiersSpec

UNPROVEN = ("unvalidated", "insufficient_evidence")


def standings(spec: TiersSpec, as_of: date) -> Query:
    """Whether each account may be listed, seated and act, and what its profile is worth: all but fit. One row per account.

    A table of its own, so that other weights of the scorecard leave it as it is. An override goes before everything but the
    hard exits: who is a competitor, must not be contacted, or is on the wrong side of the scope stays out.
    """
    return query(
        """
        with heard as (
            select count_if(corroborated and intent > 0 and not :fit_holds_intent) > 0 as anybody from intent
        ),
        judged as (
            select d.*,
                   case when h.anybody then :quiet + (1 - :quiet) * cast(d.attention as double) / 100 else 1 end as interest,
                   case when competitor then 'competitor'
                        when cause is not null then 'excluded:' || cause
                        when do_not_contact then 'do_not_contact'
                        when buys_elsewhere then 'buys_elsewhere'
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
                        then 'verdict:' || verdict end as profile_block,
                   case when stage = 'closed_lost' and age_days(since, :as_of) < rest_days then 'lost_lately'
                        when stage = 'churned' and age_days(since, :as_of) < :after_churn then 'churned_lately'
                        when rests then 'not_now' || coalesce(':' || dimension, '') end as parked_for,
                   case when not coalesce(competitor or do_not_contact, false)
                             and not (:scope = 'prospects' and stage = 'customer')
                             and not (:scope = 'customers' and stage <> 'customer') then wanted end as override,
                   case when stage = 'closed_lost' and age_days(since, :as_of) < rest_days then add_days(since, rest_days)
                        when stage = 'churned' and age_days(since, :as_of) < :after_churn then add_days(since, :after_churn)
                        when rests then parked_until end as wake
            from described d
            cross join heard h
        )
        select account_id, team, segment, verdict, stage, intent, attention, chance_to_act, interest, profile_value,
               case when override in ('parked', 'excluded') then override when override is not null then 'eligible'
                    when excluded_for is not null then 'excluded'
                    when parked_for is not null then 'parked' else 'eligible' end as standing,
               case when override in ('parked', 'excluded') then 'override'
                    when override is null then coalesce(excluded_for, parked_for) end as standing_reason,
               case when override is null and excluded_for is null and parked_for is not null then wake end as wake_on,
               profile_block, putting_back,
               not required or coalesce(can_act_one_to_one, false) or coalesce(override = '1', false) as ready_one_to_one,
               case when required and not asked then 'gate:unknown:pressure'
                    when required and blocked_by like 'weak:%' then 'gate:' || blocked_by end as seat_lost,
               coalesce(dimensions_known = 4 and heard_one_to_few, false) as readiness_known,
               case when not asked then 'unknown:pressure' else blocked_by end as gate_block, override
        from judged
        """,
        as_of=as_of,
        scope=spec.scope,
        not_worth=list(NOT_WORTH),
        seatable=list(SEATABLE_VERDICTS),
        unvalidated=spec.unvalidated,
        unproven=list(UNPROVEN),
        after_churn=spec.rest_after_churn_days,
        quiet=spec.quiet,
        fit_holds_intent=spec.fit_holds_intent,
    ).with_table("described", _described(spec))


def candidates(spec: TiersSpec, as_of: date) -> Query:
    """Everything that the tiers look at, before capacity. One row per account.

    Value: CLV x win rate of the profile x P(can act), 1 while the gate is advisory; fit where the company knows no CLV. It
    counts in full with full attention, and as far as `quiet` without any. Nobody was asked: the prior, which is neither no
    nor zero. While an earlier list is put back, nobody else may be seated.
    """
    return query(
        """
        with scored as (
            select s.*, f.fit, coalesce(s.profile_value, f.fit) as worth,
                   coalesce(s.profile_block, case when not coalesce(f.scorable, false) then 'not_scorable' end) as block
            from standings s
            left join fit f on f.account_id = s.account_id
        )
        select account_id, team, segment, verdict, stage, fit, intent, attention, round(chance_to_act, 6) as chance_to_act,
               round(interest, 6) as interest, round(worth * interest * chance_to_act, 6) as value,
               round(worth * interest, 6) as open_value, standing, standing_reason, wake_on,
               team is not null and coalesce(override in ('1', '2'), block is null and not putting_back) as seatable,
               case when team is null and coalesce(override in ('1', '2'), block is null) then 'no_team'
                    when override in ('1', '2') then null when override is not null then 'override'
                    when putting_back then 'put_back' else block end as seat_block,
               ready_one_to_one, seat_lost, readiness_known, gate_block, override
        from scored
        """
    )


def _described(spec: TiersSpec) -> Query:
    """What the profile of an account is worth and what the account may do, from all but its fit. One row per account."""
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
        select a.account_id, :team as team, a.competitor, a.do_not_contact, s.segment,
               a.buying_id is not null as buys_elsewhere,
               x.cause, coalesce(k.rests, false) as rests, coalesce(z.days, :after_loss) as rest_days,
               k.dimension, k.wake_on as parked_until,
               coalesce(v.verdict, case when s.segment is not null then 'unvalidated' end) as verdict,
               v.has_revenue,
               l.stage, l.since, l.group_customer,
               coalesce(i.intent, 0) as intent,
               case when :fit_holds_intent or not coalesce(i.corroborated, false) then 0 else i.intent end as attention,
               w.tier as wanted, b.putting_back, m.required, r.account_id is not null as asked,
               r.dimensions_known, r.heard_one_to_few, r.can_act_one_to_one, r.blocked_by,
               case when c.any_value
                    then coalesce(v.lifetime_value, c.mean_value) * coalesce(v.win_rate, c.mean_win_rate, 1)
                    end as profile_value,
               case when m.required then coalesce(r.chance_to_act, power(:prior, 4)) else 1 end as chance_to_act
        from accounts a
        cross join mode m
        cross join company c
        join lifecycle l on l.account_id = a.account_id
        left join account_segments s on s.account_id = a.account_id
        left join verdicts v on v.segment = s.segment
        left join intent i on i.account_id = a.account_id
        left join readiness r on r.account_id = a.account_id
        left join (
            select account_id, lower(trim(last_by(lost_reason, closed_at, opportunity_key))) as reason
            from opportunities where outcome = 'lost' and new_business group by account_id
        ) lost on lost.account_id = a.account_id
        left join spec_rests z on z.reason = lost.reason
        left join parked k on k.account_id = a.account_id
        left join (select account_id, last_by(cause, entry) as cause from recorded_exclusions group by account_id) x
               on x.account_id = a.account_id
        left join overrides w on w.account_id = a.account_id
        cross join (select count(*) > 0 as putting_back from reverted_list) b
        left join spec_teams p on lower(p.team) = lower(trim(:named))
        """,
        team=column("team", "p"),
        named=literal(EVERYBODY) if spec.per is None else column(spec.per, "a"),
        gate_mode=spec.gate_mode,
        after_loss=spec.rest_after_loss_days,
        prior=spec.readiness_prior,
        fit_holds_intent=spec.fit_holds_intent,
    )
