"""What did each account pay in each month? Subscriptions where the company has them, else what it billed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class RevenueSpec(Spec):
    """Which records say what an account pays."""

    basis: Literal["auto", "subscriptions", "invoices"] = default(
        "auto", "what revenue is read from; auto: subscriptions if there are any, else invoices", source="methods a.2"
    )
    not_revenue: tuple[str, ...] = default(
        (), "product codes on invoices that bring no revenue: postage, fees, corrections", source="convention"
    )
    # Set by the model: amounts without a currency are in the model's.
    currency: str = Field(default="USD", exclude=True)


def rates(spec: RevenueSpec, as_of: date) -> Query:
    """The one rate of each currency: the model's own, else the latest one given. One row per currency.

    Of several for one day, that of the first source in the model counts, within it the one landed last; how many others
    disagree is counted.
    """
    return query(
        """
        with given as (
            select upper(r.currency) as currency, r.rate, r.source, r.valid_from,
                   row_number() over (partition by upper(r.currency)
                                      order by r.valid_from desc nulls last, s.priority nulls last, r.loaded_at desc,
                                               r.row_number desc, r.record_id, r.rate) as place
            from landing_exchange_rates r
            left join spec_sources s on s.source = r.source
            where r.rate > 0 and coalesce(r.valid_from <= :as_of, true)
        ),
        chosen as (
            select c.currency, c.rate, c.source, count(distinct g.rate) - 1 as disagreeing
            from given c
            join given g on g.currency = c.currency and g.valid_from is not distinct from c.valid_from
            where c.place = 1
            group by c.currency, c.rate, c.source
        ),
        own as (select upper(currency) as currency, rate from spec_rates where upper(currency) <> :currency)
        select :currency as currency, 1 as rate, 'model' as source, 0 as disagreeing
        union all select '' as currency, 1 as rate, 'model' as source, 0 as disagreeing
        union all select currency, rate, 'model' as source, 0 as disagreeing from own
        union all
        select g.currency, g.rate, g.source, g.disagreeing
        from chosen g
        left join own o on o.currency = g.currency
        where o.currency is null and g.currency <> :currency
        """,
        as_of=as_of,
        currency=spec.currency.upper(),
    )


def revenue_months(spec: RevenueSpec, as_of: date) -> Query:
    """Revenue per account and complete month, at frozen rates. One row per account and month with revenue.

    A subscription counts in a month when it is in force at the month's last instant (methods 0.2). Credits
    are netted within the month; a negative month stays negative here and is clipped where a metric says so. Sums
    are rounded as money is: what a return takes back in full leaves nothing, not the last bits of a sum.
    """
    return (
        query(
            """
            with recurring as (
                select s.account_id, c.month, exact_sum(s.revenue, 8) as revenue,
                       'subscriptions' as basis
                from spells s
                join calendar c on s.started_at < c.next_month and coalesce(s.ended_at >= c.next_month, true)
                where s.problem is null and c.next_month <= add_days(:as_of, 1)
                group by s.account_id, c.month
            ),
            billed as (
                select l.account_id, month_of(l.invoiced_at) as month, exact_sum(l.revenue, 8) as revenue,
                       'invoices' as basis
                from lines l
                where l.problem is null and add_months(month_of(l.invoiced_at), 1) <= add_days(:as_of, 1)
                group by l.account_id, month_of(l.invoiced_at)
            ),
            every as (select * from recurring union all select * from billed)
            select account_id, month, round(revenue, 4) as revenue, basis from every where round(revenue, 4) <> 0
            """,
            as_of=as_of,
        )
        .with_table("spells", _spells(spec))
        .with_table("lines", _lines(spec))
    )


def revenue_excluded(spec: RevenueSpec, as_of: date) -> Query:
    """Spells or lines that count nowhere, by reason; `end_unknown` counts until it was loaded. One row per reason."""
    return (
        query(
            """
            with every as (
                select coalesce(problem, case when state = 'end_unknown' then state end) as problem from spells
                union all select problem from lines
            )
            select problem as reason, count(*) as rows from every where problem is not null group by problem
            """
        )
        .with_table("spells", _spells(spec))
        .with_table("lines", _lines(spec))
    )


def _spells(spec: RevenueSpec) -> Query:
    """Subscription spells with their monthly revenue; `problem` is empty for those that count."""
    return query(
        """
        select s.account_id, s.started_at, s.ended_at, s.state,
               cast(coalesce(s.mrr, s.amount / nullif(s.interval_months, 0)) as double) * r.rate as revenue,
               case when s.state = 'not_paying' then 'not_paying'
                    when s.account_id is null then 'no_account'
                    when coalesce(s.mrr, s.amount / nullif(s.interval_months, 0)) is null then 'no_amount'
                    when r.rate is null then 'missing_rate' end as problem
        from subscriptions s
        left join rates r on r.currency = upper(coalesce(s.currency, ''))
        where :wanted
        """,
        wanted=spec.basis != "invoices",
    )


def _lines(spec: RevenueSpec) -> Query:
    """Invoice lines with their amount; none where the company has subscriptions and the basis is not declared."""
    return query(
        """
        select i.account_id, i.invoiced_at,
               coalesce(cast(i.amount as double), i.quantity * cast(i.unit_price as double)) * r.rate as revenue,
               case when lower(trim(i.product)) in (:not_revenue) then 'not_revenue'
                    when i.account_id is null then 'no_account'
                    when coalesce(cast(i.amount as double), i.quantity * cast(i.unit_price as double)) is null
                         then 'no_amount'
                    when r.rate is null then 'missing_rate' end as problem
        from invoices i
        cross join (select count(*) as spells from subscriptions where account_id is not null) as found
        left join rates r on r.currency = upper(coalesce(i.currency, ''))
        where :basis = 'invoices' or (:basis = 'auto' and found.spells = 0)
        """,
        basis=spec.basis,
        not_revenue=[code.strip().lower() for code in spec.not_revenue] or [""],
    )
