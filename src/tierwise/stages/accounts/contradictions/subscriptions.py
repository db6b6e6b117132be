"""Subscriptions against themselves, against each other, and against invoices."""

from __future__ import annotations

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec


def spells() -> Query:
    """Subscription spells with their revenue per month in the model's currency. One row per spell."""
    return query(
        """
        select s.account_id, s.source, s.record_id, s.state, s.started_at, s.ended_at, lower(trim(s.plan)) as plan,
               cast(s.mrr as double) as mrr,
               cast(s.amount as double) / nullif(s.interval_months, 0) as over_months, r.rate,
               cast(coalesce(s.mrr, s.amount / nullif(s.interval_months, 0)) as double) * r.rate as money
        from subscriptions s
        left join rates r on r.currency = upper(coalesce(s.currency, ''))
        """
    )


def of_subscriptions(spec: ContradictionsSpec) -> list[Query]:
    """Subscriptions against themselves, against each other, and against invoices."""
    return [
        query(
            """
            select 'ended_without_end' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id, s.money
            from spells s
            join landing_subscriptions l on l.source = s.source and l.record_id = s.record_id
            join spec_statuses m on m.status = lower(trim(l.status)) and m.state = 'ended'
            where l.ended_at is null and l.canceled_at is null and l.current_period_end is null
            """
        ),
        query(
            """
            select 'overlapping_subscriptions' as kind, s.record_id, f.record_id as other_record_id, s.account_id, s.money
            from spells s
            join (select account_id, plan, first_by(record_id, started_at, record_id) as record_id
                  from spells where state = 'running' group by account_id, plan) f
              on f.account_id = s.account_id and f.plan = s.plan and f.record_id <> s.record_id
            where s.state = 'running'
            """
        ),
        query(
            """
            select 'monthly_and_period_amount' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id,
                   abs(s.mrr - s.over_months) * s.rate as money
            from spells s
            where abs(s.mrr - s.over_months) > :tolerance * abs(s.mrr)
            """,
            tolerance=spec.amount_tolerance,
        ),
        query(
            """
            select 'ended_before_started' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id, s.money
            from spells s
            where cast(s.ended_at as date) < cast(s.started_at as date)
            """
        ),
        query(
            """
            select 'invoiced_after_end' as kind, i.record_id, s.record_id as other_record_id, i.account_id, i.money
            from (select i.account_id, i.record_id, i.invoiced_at, r.rate *
                         coalesce(cast(i.amount as double), i.quantity * cast(i.unit_price as double)) as money
                  from invoices i
                  left join rates r on r.currency = upper(coalesce(i.currency, ''))) i
            join (select account_id, last_by(record_id, ended_at, record_id) as record_id, max(ended_at) as ended_at
                  from spells where state <> 'not_paying' group by account_id
                  having count_if(state = 'running') = 0) s
              on s.account_id = i.account_id and cast(i.invoiced_at as date) > add_days(s.ended_at, :grace)
            where i.money > 0
            """,
            grace=spec.invoice_grace_days,
        ),
    ]
