"""How long did each customer stay, and what did it bring in each month of its life?"""

from __future__ import annotations

from datetime import date

from tierwise.core.period import last_complete_month
from tierwise.sql.query import Query, query
from tierwise.stages.performance.lifetime_value.spec import LifetimeValueSpec, first_full_month, unknown_age


def tenure_months(spec: LifetimeValueSpec, as_of: date) -> Query:
    """The life of each customer by month, as far as it was seen. One row per account and month of tenure.

    With a contract a customer is gone after its last month before a gap of `gone_after_months`; what it pays after
    coming back is not counted. A recent month counts only when the gap after it could have been seen in full, for
    those who stayed as for those who left: otherwise it would hold only good news. Without a contract nobody is seen
    to leave: every month from the first purchase on counts, also those that brought nothing.
    """
    lives = query(
        """
        with lives as (
            select account_id, watched, min(month) as first_month, case when watched then 0 else max(gap) end as gap,
                   case when watched then :last else
                   min(case when next_paid is null or months_between(month, next_paid) > gap then month end) end
                   as last_month
            from paid
            group by account_id, watched
        ),
        aged as (
            select l.account_id, l.watched, m.month, months_between(l.first_month, m.month) as tenure,
                   cast(m.revenue as double) * :gross_margin
                       - case when l.watched and m.revenue <= 0 then 0 else :cost_to_serve end as margin,
                   months_between(m.month, :last) >= l.gap as known, m.month = l.last_month as ends,
                   m.month = greatest(l.first_month, :records_from) as enters,
                   months_between(l.first_month, :last) - l.gap as known_to
            from lives l
            join months m on m.account_id = l.account_id and m.month <= l.last_month
            left join unknown_age u on u.account_id = l.account_id
            where u.account_id is null and m.month >= :records_from
              and months_between(m.month, :last) >= l.gap - 1
        )
        select account_id, tenure, margin, case when enters then 1 else 0 end as entered,
               case when known then 1 else 0 end as at_risk,
               case when known and ends and not watched then 1 else 0 end as died, known_to,
               case when watched then 1 else 0 end as watched
        from aged
        where tenure < :horizon
        """,
        gross_margin=spec.gross_margin,
        cost_to_serve=spec.cost_to_serve,
        horizon=spec.horizon_months,
        last=last_complete_month(as_of),
        records_from=first_full_month(spec),
    )
    lives = lives.with_table("unknown_age", unknown_age(spec))
    return lives.with_table("months", _months(as_of)).with_table("paid", _paid(spec))


def _paid(spec: LifetimeValueSpec) -> Query:
    """Months with revenue, the next of them, and what tells that a customer is gone. One row per account and month."""
    return query(
        """
        select account_id, month, revenue, lead(month) over (partition by account_id order by month) as next_paid,
               :setting = 'not_contractual' or (:setting = 'auto' and basis = 'invoices') as watched,
               case basis when 'invoices' then :gap_billed else :gap end as gap
        from revenue_months
        where revenue > 0
        """,
        setting=spec.setting,
        gap=spec.gone_after_months,
        gap_billed=spec.gone_after_months_billed,
    )


def _months(as_of: date) -> Query:
    """Those months and the months between them without revenue. One row per account and month."""
    return query(
        """
        select account_id, month, revenue from paid
        union all
        select p.account_id, c.month, coalesce(r.revenue, 0) as revenue
        from paid p
        join calendar c on c.month > p.month
             and c.month < coalesce(p.next_paid, case when p.watched then add_months(:last, 1) else p.month end)
        left join revenue_months r on r.account_id = p.account_id and r.month = c.month
        where coalesce(p.next_paid > add_months(p.month, 1), p.watched)
        """,
        last=last_complete_month(as_of),
    )


def lifetime_value_excluded(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Customers that the lifetime value leaves out, by reason. One row per reason."""
    return query(
        """
        with paid as (
            select account_id, months_between(min(month), max(month)) as span
            from revenue_months
            where revenue > 0
            group by account_id
        ),
        seen as (
            select account_id, max(tenure) as tenure, max(died) as died from tenure_months group by account_id
        ),
        reasons as (
            select 'unknown_age_at_first_record' as reason from unknown_age
            union all
            select 'came_back_after_leaving' as reason
            from paid p
            join seen s on s.account_id = p.account_id
            where s.died = 1 and p.span > s.tenure
        )
        select reason, count(*) as rows from reasons group by reason
        """
    ).with_table("unknown_age", unknown_age(spec))


def value_months(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Counts and margins by month of tenure. One row per dimension, name and month.

    Money is added up in decimals: sums of doubles depend on the order, and differ in their last digits from run to run.
    """
    return query(
        """
        select x.dimension, x.name, t.tenure, count(*) as paying, sum(points(t.margin)) as margin,
               sum(t.at_risk) as at_risk, sum(t.died) as deaths, sum(t.watched) as watched
        from tenure_months t
        join slices x on x.account_id = t.account_id
        group by x.dimension, x.name, t.tenure
        """
    )
