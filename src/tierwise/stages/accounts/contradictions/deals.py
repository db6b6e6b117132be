"""Deals against their own dates, and against revenue."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec


def deals() -> Query:
    """Deals with their amount in the model's currency. One row per deal."""
    return query(
        """
        select o.account_id, o.record_id, o.source, o.outcome, o.created_at, o.closed_at,
               cast(o.amount as double) * r.rate as money
        from opportunities o
        left join rates r on r.currency = upper(coalesce(o.currency, ''))
        """
    )


def paid() -> Query:
    """When each account's revenue began, and all of it. One row per account."""
    return query(
        """
        select account_id, min(month) as month, exact_sum(revenue, 4) as revenue
        from revenue_months where revenue > 0 group by account_id
        """
    )


def of_deals(spec: ContradictionsSpec, as_of: date) -> list[Query]:
    """Deals against their own dates, and against revenue. What began before the other records did is not judged."""
    return [*_against_revenue(spec.revenue_within_months, as_of), *_against_dates(as_of)]


def _against_revenue(months: int, as_of: date) -> list[Query]:
    return [
        query(
            """
            select 'won_without_revenue' as kind, d.record_id, cast(null as varchar) as other_record_id, d.account_id, d.money
            from deals d
            cross join (select min(month_of(moment)) as month
                        from (select started_at as moment from subscriptions union all
                              select invoiced_at as moment from invoices) m) b
            left join (select account_id, month from revenue_months where revenue > 0) r
                   on r.account_id = d.account_id and r.month >= month_of(d.closed_at)
                  and r.month <= add_months(d.closed_at, :months)
            where d.outcome = 'won' and d.account_id is not null and r.account_id is null
              and cast(d.closed_at as date) >= b.month
              and add_months(month_of(d.closed_at), :months + 1) <= add_days(:as_of, 1)
            """,
            months=months,
            as_of=as_of,
        ),
        query(
            """
            select 'revenue_without_won_deal' as kind, p.account_id as record_id, cast(null as varchar) as other_record_id,
                   p.account_id, p.revenue as money
            from paid p
            cross join (select min(closed_at) as closed_at from deals where outcome = 'won') b
            left join (select distinct account_id from deals where outcome = 'won') w on w.account_id = p.account_id
            where w.account_id is null and p.month >= add_months(b.closed_at, :months)
            """,
            months=months,
        ),
        query(
            """
            select 'lost_then_revenue' as kind, l.record_id, p.account_id as other_record_id, p.account_id, p.revenue as money
            from paid p
            join (select account_id, last_by(case when outcome = 'lost' then record_id end, closed_at, record_id) as record_id,
                         max(closed_at) as closed_at
                  from deals group by account_id
                  having count_if(outcome = 'won') = 0 and count_if(outcome = 'lost') > 0) l
              on l.account_id = p.account_id and p.month > cast(l.closed_at as date)
             and p.month <= add_months(l.closed_at, :months)
            """,
            months=months,
        ),
    ]


def _against_dates(as_of: date) -> list[Query]:
    return [
        query(
            """
            select 'open_past_closing_date' as kind, d.record_id, cast(null as varchar) as other_record_id,
                   d.account_id, d.money
            from deals d
            join landing_opportunities l on l.source = d.source and l.record_id = d.record_id
            where d.outcome = 'open' and cast(l.closed_at as date) < :as_of
            """,
            as_of=as_of,
        ),
        query(
            """
            select 'closed_before_created' as kind, d.record_id, cast(null as varchar) as other_record_id, d.account_id, d.money
            from deals d
            where d.outcome <> 'open' and cast(d.closed_at as date) < cast(d.created_at as date)
            """
        ),
    ]
