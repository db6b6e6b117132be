"""What do customers pay in a year, and how many people did it take to win them? Quantiles, never means alone."""

from __future__ import annotations

from datetime import date
from typing import Literal

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import NOT_WORTH
from tierwise.sql.query import Query, query


class MotionValuesSpec(Spec):
    """What is read as contract value and as committee."""

    contract_value: Literal["auto", "revenue", "deals"] = default(
        "auto", "revenue: what customers paid in the last twelve complete months, or twelve times their latest "
        "subscription; deals: an account's won opportunities of those months; auto: revenue where there is any",
        source="judgement",
    )  # fmt: skip
    window_months: int = default(24, "committees of deals won within so many months count", unit="months", ge=1, le=120)
    days_before: int = default(
        90, "people met this long before a deal was opened belong to it", source="judgement", unit="days", ge=0
    )


def motion_values(spec: MotionValuesSpec, as_of: date) -> Query:
    """Contract values and committees. One row per measure and customer or won deal; what is not on record has no row.

    A contract value is what one customer brings in a year, not one deal: who buys every week has many small deals.
    A person counts for a deal who was met, or was seen on our site, between `days_before` its opening and its end. A won deal
    of which no person is on record has an unknown committee, not one of zero.
    """
    return (
        query(
            """
        select account_id, 'contract_value' as measure, basis, x from contracts where x > 0
        union all
        select account_id, 'committee' as measure, 'people met' as basis, cast(people as double) as x from committees
        """
        )
        .with_table("committees", _committees(spec, as_of))
        .with_table("contracts", _contracts(spec, as_of))
    )


def _contracts(spec: MotionValuesSpec, as_of: date) -> Query:
    return query(
        """
        with paid as (
            select account_id, max(basis) as basis, exact_sum(revenue, 4) as year, last_by(revenue, month) as latest
            from revenue_months
            where month > add_months(:last, -12) and month <= :last and :by <> 'deals'
            group by account_id
        ),
        found as (select count(*) as n from paid)
        select account_id, basis, case when basis = 'subscriptions' then 12 * latest else year end as x
        from paid
        union all
        select o.account_id, 'deals' as basis, exact_sum(cast(o.amount as double) * r.rate, 4) as x
        from opportunities o
        join rates r on r.currency = upper(coalesce(o.currency, ''))
        cross join found f
        where :by <> 'revenue' and f.n = 0 and o.outcome = 'won' and o.account_id is not null
              and month_of(o.closed_at) > add_months(:last, -12) and month_of(o.closed_at) <= :last
        group by o.account_id
        """,
        last=last_complete_month(as_of),
        by=spec.contract_value,
    )


def _committees(spec: MotionValuesSpec, as_of: date) -> Query:
    return query(
        """
        with won as (
            select record_id, account_id, cast(created_at as date) as opened_on, cast(closed_at as date) as closed_on
            from opportunities
            where outcome = 'won' and new_business and account_id is not null and created_at is not null
                  and month_of(closed_at) > add_months(:last, -:window)
        ),
        met as (
            select account_id, coalesce(lower(trim(email)), source || ':' || contact_key) as person,
                   cast(occurred_at as date) as met_on
            from activities
            where account_id is not null
            union all
            select account_id, coalesce(lower(trim(email)), person) as person, cast(occurred_at as date) as met_on
            from events
            where account_id is not null
        )
        select w.record_id, max(w.account_id) as account_id, count(distinct m.person) as people
        from won w
        join met m on m.account_id = w.account_id
        where m.person is not null and m.met_on >= add_days(w.opened_on, -:before) and m.met_on <= w.closed_on
        group by w.record_id
        """,
        last=last_complete_month(as_of),
        window=spec.window_months,
        before=spec.days_before,
    )


def motion_sums(spec: MotionValuesSpec, as_of: date) -> Query:
    """Their quantiles. One row per measure and segment, one for all, one for the universe."""
    return query(
        """
        with universe as (
            select s.account_id, s.segment
            from account_segments s left join verdicts v on v.segment = s.segment
            where coalesce(v.verdict, '') not in (:not_worth)
        ),
        placed as (
            select measure, basis, x, 'total' as dimension, 'all' as slice from motion_values
            union all
            select v.measure, v.basis, v.x, 'segment' as dimension, s.segment as slice
            from motion_values v join account_segments s on s.account_id = v.account_id
            union all
            select v.measure, v.basis, v.x, 'universe' as dimension, 'all' as slice
            from motion_values v join universe u on u.account_id = v.account_id
        )
        select measure, dimension, slice as name, max(basis) as basis, count(*) as n, exact_sum(x, 4) / count(*) as mean,
               min(x) as p0, quantile(x, 0.1) as p10, quantile(x, 0.2) as p20, quantile(x, 0.25) as p25,
               quantile(x, 0.3) as p30, quantile(x, 0.4) as p40, quantile(x, 0.45) as p45, quantile(x, 0.5) as p50,
               quantile(x, 0.55) as p55, quantile(x, 0.6) as p60, quantile(x, 0.7) as p70, quantile(x, 0.75) as p75,
               quantile(x, 0.8) as p80, quantile(x, 0.9) as p90, max(x) as p100
        from placed
        group by measure, dimension, slice
        """,
        not_worth=list(NOT_WORTH),
    )
