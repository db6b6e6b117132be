"""Does the effort go where it is worth it? Last year's spend, activities and pipeline, seen from the validated universe."""

from __future__ import annotations

from datetime import date

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import NOT_WORTH, VALIDATED
from tierwise.sql.query import Query, query, union_all


class WasteSpec(Spec):
    """How far back effort is looked at."""

    window_months: int = default(
        12, "complete months before the day", source="product: last year", unit="months", ge=1, le=120
    )


def waste(spec: WasteSpec, as_of: date) -> Query:
    """Where spend, activities and pipeline went. One row per kind, dimension, name and place.

    Places: accounts of a validated profile; of one that is proven neither way; of one judged not worth it; outside every
    segment; accounts that no record knows, apart from all others; and spend that no segment is named for. The last is divided
    a second time as the activities were (`basis` activities), an estimate and marked as one. Pipeline is every opportunity
    opened in the window at its amount, whatever became of it.
    """
    return (
        query(
            """
        with weighed as (
            select f.*, case when kind = 'activities' then cast(n as double) else amount end as weight from found f
        ),
        placed as (
            select kind, basis, dimension, name, exact_sum(weight, 4) as weight from weighed
            where place not in ('unknown_account', 'shared')
            group by kind, basis, dimension, name
        )
        select w.kind, w.dimension, w.name, w.place, w.n, w.accounts, w.amount, w.without_amount,
               case when w.place not in ('unknown_account', 'shared') then round(share(w.weight, p.weight), 6) end as share,
               w.basis
        from weighed w
        left join placed p on p.kind = w.kind and p.basis = w.basis and p.dimension = w.dimension
                              and coalesce(p.name, '') = coalesce(w.name, '')
        """
        )
        .with_table("found", query("select * from recorded union all select * from divided"))
        .with_table("divided", _divided())
        .with_table("recorded", union_all([_efforts(), _spend()]))
        .with_table("costs", _costs(spec, as_of))
        .with_table("efforts", _placed_records(spec, as_of))
        .with_table("places", _places())
    )


def _places() -> Query:
    """The place of every account."""
    return query(
        """
        select a.account_id, s.segment,
               case when s.segment is null then 'outside' when v.verdict in (:validated) then 'validated'
                    when v.verdict in (:not_worth) then 'not_worth' else 'unproven' end as place
        from accounts a
        left join account_segments s on s.account_id = a.account_id
        left join verdicts v on v.segment = s.segment
        """,
        validated=list(VALIDATED),
        not_worth=list(NOT_WORTH),
    )


def _placed_records(spec: WasteSpec, as_of: date) -> Query:
    """Every activity and opportunity of the window with its place."""
    return query(
        """
        with records as (
            select 'activities' as kind, account_id, owner, kind as channel, cast(null as double) as amount, false as priced
            from activities
            where month_of(occurred_at) > add_months(:last, -:window) and month_of(occurred_at) <= :last
            union all
            select 'pipeline' as kind, o.account_id, o.owner, o.origin as channel, cast(o.amount as double) * r.rate as amount,
                   true as priced
            from opportunities o left join rates r on r.currency = upper(coalesce(o.currency, ''))
            where o.new_business and month_of(o.created_at) > add_months(:last, -:window) and month_of(o.created_at) <= :last
        )
        select r.kind, r.account_id, p.segment, r.owner, r.channel, coalesce(p.place, 'unknown_account') as place, r.amount,
               r.priced and r.amount is null as unpriced
        from records r left join places p on p.account_id = r.account_id
        """,
        last=last_complete_month(as_of),
        window=spec.window_months,
    )


def _efforts() -> Query:
    """Activities and pipeline by total, segment, owner and channel."""
    return query(
        """
        select e.kind, 'recorded' as basis, d.dimension,
               case d.dimension when 'total' then 'all' when 'segment' then e.segment when 'owner' then e.owner
                                else e.channel end as name,
               e.place, count(*) as n, count(distinct e.account_id) as accounts, exact_sum(e.amount, 4) as amount,
               count_if(e.unpriced) as without_amount
        from efforts e
        cross join (select 'total' as dimension union all select 'segment' as dimension union all
                    select 'owner' as dimension union all select 'channel' as dimension) d
        group by e.kind, d.dimension,
                 case d.dimension when 'total' then 'all' when 'segment' then e.segment when 'owner' then e.owner
                                  else e.channel end,
                 e.place
        """
    )


def _costs(spec: WasteSpec, as_of: date) -> Query:
    """Cost items of the window in the model's currency with the place of their segment."""
    return query(
        """
        select c.segment, cast(c.amount as double) * r.rate as amount,
               case when c.segment is null then 'shared' when m.segment is null then 'outside'
                    when v.verdict in (:validated) then 'validated' when v.verdict in (:not_worth) then 'not_worth'
                    else 'unproven' end as place
        from landing_costs c
        left join rates r on r.currency = upper(coalesce(c.currency, ''))
        left join spec_segments m on m.segment = c.segment
        left join verdicts v on v.segment = c.segment
        where month_of(c.month) > add_months(:last, -:window) and month_of(c.month) <= :last
        """,
        last=last_complete_month(as_of),
        window=spec.window_months,
        validated=list(VALIDATED),
        not_worth=list(NOT_WORTH),
    )


def _spend() -> Query:
    """Spend as it is recorded, by total and segment."""
    return query(
        """
        select 'spend' as kind, 'recorded' as basis, d.dimension,
               case d.dimension when 'total' then 'all' else c.segment end as name, c.place, count(*) as n,
               cast(null as bigint) as accounts, exact_sum(c.amount, 4) as amount,
               count_if(c.amount is null) as without_amount
        from costs c
        cross join (select 'total' as dimension union all select 'segment' as dimension) d
        group by d.dimension, case d.dimension when 'total' then 'all' else c.segment end, c.place
        """
    )


def _divided() -> Query:
    """Spend with the shared part divided as the activities with a known account were."""
    return query(
        """
        with worked as (
            select place, count(*) as n from efforts
            where kind = 'activities' and place <> 'unknown_account'
            group by place
        ),
        shared as (select exact_sum(amount, 4) as amount, count(*) as items from costs where place = 'shared'),
        known as (
            select place, exact_sum(amount, 4) as amount, count(*) as items from costs where place <> 'shared' group by place
        ),
        every as (select sum(n) as n from worked)
        select 'spend' as kind, 'activities' as basis, 'total' as dimension, 'all' as name,
               coalesce(w.place, k.place) as place, coalesce(k.items, 0) + s.items as n, cast(null as bigint) as accounts,
               coalesce(k.amount, 0) + round(s.amount * coalesce(w.n, 0) / e.n, 4) as amount, 0 as without_amount
        from worked w
        full join known k on k.place = w.place
        cross join shared s
        cross join every e
        where s.amount is not null and e.n > 0
        """
    )
