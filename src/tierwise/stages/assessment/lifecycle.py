"""Where is each account in its own buying journey? The first stage that is true.

Order and windows: methods k. Windows are judgements and parameters of the model.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class LifecycleSpec(Spec):
    """How long things last."""

    stale_deal_days: int = default(180, "an open deal without buyer activity for longer is stale", unit="days", gt=0)
    churned_months: int = default(36, "a former customer counts as churned for this long", unit="months", gt=0)
    lost_months: int = default(24, "a lost deal marks the account for this long", unit="months", gt=0)
    invoice_customer_days: int = default(
        180, "without subscriptions: a customer is billed at least once within these days", unit="days", gt=0
    )
    won_customer_months: int = default(
        24, "without any billing record: a won deal makes a customer for this long", unit="months", gt=0
    )
    evaluating_intent: float = default(
        60.0, "intent from which one person's evaluation counts", unit="0-100", ge=0, le=100
    )
    researching_intent: float = default(25.0, "intent from which an account is researching", unit="0-100", ge=0, le=100)
    dormant_days: int = default(180, "days without signal or move of the buyer: dormant", unit="days", gt=0)


def account_lifecycle(spec: LifecycleSpec, as_of: date) -> Query:
    """Lifecycle stage of each account. One row per account; exactly one stage."""
    staged = query(
        """
        with staged as (
            select j.*, b.account_id is not null as below_customer,
                   case when j.is_customer then 'customer'
                        when in_deal then 'in_deal'
                        when coalesce(ended_at, billed_at) is not null
                             and months_between(coalesce(ended_at, billed_at), :as_of) <= :churned_months then 'churned'
                        when lost_at is not null and coalesce(lost_at > won_at, true)
                             and months_between(lost_at, :as_of) <= :lost_months then 'closed_lost'
                        when coalesce(families >= 2 and high_intent
                                      and (people >= 2 or intent >= :evaluating_intent), false) then 'evaluating'
                        when coalesce(intent >= :researching_intent and not guarded, false) then 'researching'
                        else 'unaware' end as stage
            from judged j
            left join below b on b.account_id = j.account_id
        )
        select account_id, stage,
               case stage when 'customer' then coalesce(first_at, won_at)
                          when 'in_deal' then open_since
                          when 'churned' then coalesce(ended_at, billed_at)
                          when 'closed_lost' then lost_at end as since,
               case stage when 'customer' then case when coalesce(running, false) then 'active subscription'
                                                    when never_billed then 'won deal' else 'billed lately' end
                          when 'in_deal' then 'open deal'
                          when 'churned' then 'revenue ended'
                          when 'closed_lost' then 'latest deal lost'
                          when 'evaluating' then 'high-intent signals of several kinds'
                          when 'researching' then 'intent'
                          else case when last_signal_at is null then 'no signal'
                                    when intent >= :researching_intent then 'one kind of signal from one person'
                                    else 'little intent' end end as because,
               coalesce(age_days(last_event_at, :as_of) > :dormant_days, true) as dormant,
               coalesce(stale_deal, false) as stale_deal,
               below_customer and not is_customer as group_customer
        from staged
        """,
        as_of=as_of,
        dormant_days=spec.dormant_days,
        churned_months=spec.churned_months,
        lost_months=spec.lost_months,
        evaluating_intent=spec.evaluating_intent,
        researching_intent=spec.researching_intent,
    )
    return staged.with_table("below", _below()).with_table("judged", _judged(spec, as_of)).with_table("facts", _facts())


def _judged(spec: LifecycleSpec, as_of: date) -> Query:
    """Who is a customer, and whose open deal is alive; reads `facts`. One row per account."""
    return query(
        """
        select f.*,
               coalesce(running, false)
               or (running is null and coalesce(age_days(billed_at, :as_of) <= :invoice_customer_days, false))
               or (never_billed and won_at is not null
                   and months_between(won_at, :as_of) <= :won_customer_months
                   and coalesce(lost_at <= won_at, true)) as is_customer,
               open_since is not null and age_days(moved_at, :as_of) <= :stale_deal_days as in_deal,
               open_since is not null and age_days(moved_at, :as_of) > :stale_deal_days as stale_deal
        from facts f
        """,
        as_of=as_of,
        invoice_customer_days=spec.invoice_customer_days,
        won_customer_months=spec.won_customer_months,
        stale_deal_days=spec.stale_deal_days,
    )


def _below() -> Query:
    """Accounts with a customer somewhere above them in their group; reads `judged`. One row per such account.

    Pointers are doubled as for the ultimate parent: 32 levels.
    """
    doubled = [
        f"""up{2 * n} as (
            select a.account_id, coalesce(b.top, a.top) as top, a.above or coalesce(b.above, false) as above
            from up{n} a left join up{n} b on b.account_id = a.top
        )"""
        for n in (1, 2, 4, 8, 16)
    ]
    return query(
        f"""
        with up1 as (
            select a.account_id, a.parent_id as top, coalesce(j.is_customer, false) as above
            from accounts a
            left join judged j on j.account_id = a.parent_id
            where a.parent_id is not null
        ),
        {", ".join(doubled)}
        select account_id from up32 where above
        """
    )


def _facts() -> Query:
    """What decides a stage: revenue, deals, the buyer's latest move, attention. One row per account."""
    return query(
        """
        with spells as (
            select account_id, min(started_at) as first_at,
                   max(case when ended_at is null then 1 else 0 end) = 1 as running, max(ended_at) as ended_at
            from subscriptions
            where account_id is not null and state is distinct from 'not_paying'
            group by account_id
        ),
        billed as (
            select account_id, max(invoiced_at) as last_at
            from invoices
            where account_id is not null and not coalesce(amount < 0, false)
            group by account_id
        ),
        deals as (
            select account_id,
                   min(case when outcome = 'open' then created_at end) as open_since,
                   max(case when outcome = 'open' then created_at end) as last_opened_at,
                   max(case when outcome = 'won' then closed_at end) as won_at,
                   max(case when outcome = 'lost' then closed_at end) as lost_at
            from opportunities
            where account_id is not null and new_business
            group by account_id
        )
        select a.account_id, s.running, s.first_at, s.ended_at, b.last_at as billed_at,
               d.open_since, d.won_at, d.lost_at,
               greatest(coalesce(d.last_opened_at, r.last_buyer_activity_at),
                        coalesce(r.last_buyer_activity_at, d.last_opened_at)) as moved_at,
               i.intent, i.people, i.families, i.high_intent, i.guarded, i.last_signal_at,
               greatest(coalesce(i.last_signal_at, r.last_buyer_activity_at),
                        coalesce(r.last_buyer_activity_at, i.last_signal_at)) as last_event_at,
               s.account_id is null and b.account_id is null as never_billed
        from accounts a
        left join spells s on s.account_id = a.account_id
        left join billed b on b.account_id = a.account_id
        left join deals d on d.account_id = a.account_id
        left join relationship r on r.account_id = a.account_id
        left join intent i on i.account_id = a.account_id
        """
    )
