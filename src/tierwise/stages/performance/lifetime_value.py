"""What is a customer worth from the day it is acquired, within a horizon?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.core.period import last_complete_month, months_before
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import intervals, value
from tierwise.stats.estimate import Estimate
from tierwise.stats.shrinkage import Shrunk
from tierwise.stats.survival import KaplanMeier, kaplan_meier
from tierwise.stats.value import MonthSums
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import lifetime_value as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

SLICE = ("dimension", "name")
WEIGHTS = ("margin_weight", "seen_weight", "risk_weight", "death_weight")


class LifetimeValueSpec(Spec):
    """What counts as margin, for how long, and when a customer is gone."""

    gross_margin: float = default(0.8, "share of revenue that is margin", unit="share", gt=0, le=1)
    cost_to_serve: float = default(
        0.0, "cost of serving one customer for a month", source="methods b.1", unit="model currency per month", ge=0
    )
    horizon_months: int = default(60, "value is counted for this long", unit="months", ge=1, le=240)
    min_at_risk: int = default(
        10, "the horizon ends where fewer customers than this are observed", unit="accounts", ge=1
    )
    discount: float = default(0.10, "discount per year", source="Fader and Hardie 2007", unit="share", ge=0, lt=1)
    gone_after_months: int = default(
        1, "months without a subscription after which a customer is gone for good", source="methods b.1",
        unit="months", ge=1, le=24,
    )  # fmt: skip
    gone_after_months_billed: int = default(
        6, "the same where revenue is read from invoices", unit="months", ge=1, le=24
    )
    records_from: date | None = default(
        None,
        "first day of complete revenue records; customers who were there before enter at the age they then have, or, "
        "where revenue is read from invoices, are left out because their age is not known",
        source="methods b.1 (left truncation)",
    )
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)


def tenure_months(spec: LifetimeValueSpec, as_of: date) -> Query:
    """The life of each customer by month, as far as it was seen. One row per account and month of tenure.

    A customer is gone after its last month before a gap of `gone_after_months`; what it pays after coming
    back is not counted. A recent month counts only when the gap after it could have been seen in full, for
    those who stayed as for those who left: otherwise it would hold only good news.
    """
    return query(
        """
        with paid as (
            select account_id, month, revenue,
                   lead(month) over (partition by account_id order by month) as next_paid,
                   case basis when 'invoices' then :gap_billed else :gap end as gap
            from revenue_months
            where revenue > 0
        ),
        lives as (
            select account_id, max(gap) as gap, min(month) as first_month,
                   min(case when next_paid is null or months_between(month, next_paid) > gap then month end)
                   as last_month
            from paid
            group by account_id
        ),
        unpaid as (
            select p.account_id, c.month, coalesce(r.revenue, 0) as revenue
            from paid p
            join calendar c on c.month > p.month and c.month < p.next_paid
            left join revenue_months r on r.account_id = p.account_id and r.month = c.month
            where p.next_paid > add_months(p.month, 1)
        ),
        months as (select account_id, month, revenue from paid union all select * from unpaid),
        aged as (
            select l.account_id, m.month, months_between(l.first_month, m.month) as tenure,
                   cast(m.revenue as double) * :gross_margin - :cost_to_serve as margin,
                   months_between(m.month, :last) >= l.gap as known, m.month = l.last_month as ends,
                   m.month = greatest(l.first_month, :records_from) as enters
            from lives l
            join months m on m.account_id = l.account_id and m.month <= l.last_month
            left join unknown_age u on u.account_id = l.account_id
            where u.account_id is null and m.month >= :records_from
              and months_between(m.month, :last) >= l.gap - 1
        )
        select account_id, tenure, margin, case when enters then 1 else 0 end as entered,
               case when known then 1 else 0 end as at_risk,
               case when known and ends then 1 else 0 end as died
        from aged
        where tenure < :horizon
        """,
        gap=spec.gone_after_months,
        gap_billed=spec.gone_after_months_billed,
        gross_margin=spec.gross_margin,
        cost_to_serve=spec.cost_to_serve,
        horizon=spec.horizon_months,
        last=last_complete_month(as_of),
        records_from=_records_from(spec),
    ).with_table("unknown_age", _unknown_age(spec))


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
    ).with_table("unknown_age", _unknown_age(spec))


def value_months(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Counts and margins by month of tenure. One row per dimension, name and month."""
    return query(
        """
        select x.dimension, x.name, t.tenure, count(*) as paying, sum(t.margin) as margin,
               sum(t.at_risk) as at_risk, sum(t.died) as deaths
        from tenure_months t
        join slices x on x.account_id = t.account_id
        group by x.dimension, x.name, t.tenure
        """
    )


def value_weights(spec: LifetimeValueSpec, as_of: date, value_months: pa.Table) -> pa.Table:
    """What each observed month adds to an account's influence. One row per dimension, name and month in support."""
    rows = []
    for (dimension, name), months in groups(value_months, SLICE, "tenure"):
        sums = _sums(months)
        found = value.lifetime_value(sums, _supported(spec, sums), spec.discount)
        weights = zip(*(getattr(found, weight).tolist() for weight in WEIGHTS), strict=True)
        rows += [
            {"dimension": dimension, "name": name, "tenure": tenure, **dict(zip(WEIGHTS, parts, strict=True))}
            for tenure, parts in enumerate(weights)
        ]
    return filled(dictionary.VALUE_WEIGHTS, rows)


def value_spread(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Influences summed per ultimate parent, squared and summed. One row per dimension and name."""
    return query(
        """
        with clusters as (
            select x.dimension, x.name, x.cluster_id, sum(t.entered) as n,
                   sum(t.margin) as margin,
                   sum(t.margin * w.margin_weight + w.seen_weight
                       + t.at_risk * w.risk_weight + t.died * w.death_weight) as influence
            from tenure_months t
            join slices x on x.account_id = t.account_id
            join value_weights w on w.dimension = x.dimension and w.name = x.name and w.tenure = t.tenure
            group by x.dimension, x.name, x.cluster_id
        )
        select dimension, name, sum(n) as n, count(*) as n_clusters, sum(influence * influence) as influence2,
               sum(margin) as margin, sum(margin * margin) as margin2, max(margin) as top
        from clusters
        group by dimension, name
        """
    )


def lifetime_value(spec: LifetimeValueSpec, as_of: date, value_months: pa.Table, value_spread: pa.Table) -> pa.Table:
    """Discounted margin per acquired account within the supported horizon. One row per dimension and name.

    Model currency per account. Customers who are still here are neither dropped nor taken for lost. Interval:
    influence function over ultimate parents, log scale. See docs/methods/lifetime_value.md.
    """
    months = {key: _sums(rows) for key, rows in groups(value_months, SLICE, "tenure")}
    spread = {(row["dimension"], row["name"]): row for row in value_spread.to_pylist()}
    everybody = months.get(("total", "all"))
    rows: list[dict[str, Any]] = []
    for dimension in sorted({key[0] for key in months}):
        keys = sorted(key for key in months if key[0] == dimension)
        horizons = [_supported(spec, months[key]) for key in keys]
        found = [
            _estimate(spec, months[key], horizon, spread.get(key)) for key, horizon in zip(keys, horizons, strict=True)
        ]
        reference = [_value_of(spec, everybody, horizon) for horizon in horizons]
        pooled = value.pool_values(found, reference, spec.level) if dimension != "total" else (None,) * len(keys)
        for key, horizon, one, base, shrunk in zip(keys, horizons, found, reference, pooled, strict=True):
            rows.append(
                {
                    **asdict(one if shrunk is None else one.pooled(shrunk)),
                    "dimension": dimension,
                    "name": key[1],
                    "supported_months": horizon,
                    "expected_months": _tenure(months[key]).restricted_mean(horizon)[0] if horizon else None,
                    "median_months": _tenure(months[key]).median(),
                    "value_of_all": base,
                    "chance_above_all": _chance_above(one, shrunk, base) if dimension != "total" else None,
                }
            )
    return filled(dictionary.LIFETIME_VALUE, rows)


def _estimate(spec: LifetimeValueSpec, sums: MonthSums, horizon: int, spread: dict[str, Any] | None) -> Estimate:
    found = value.lifetime_value(sums, horizon, spec.discount)
    if spread is None:
        return value.value_estimate(found, 0, 0, 0.0, 0.0, level=spec.level)
    positive = spread["margin"] > 0
    n_eff = spread["margin"] ** 2 / spread["margin2"] if spread["margin2"] > 0 else 0.0
    top_share = spread["top"] / spread["margin"] if positive else None
    return value.value_estimate(
        found, spread["n"], spread["n_clusters"], spread["influence2"], n_eff, top_share, spec.level
    )


def _value_of(spec: LifetimeValueSpec, everybody: MonthSums | None, horizon: int) -> float | None:
    """Everybody's value within the horizon that one slice supports; the total supports at least as much."""
    if everybody is None or horizon == 0 or len(everybody.paying) < horizon:
        return None
    return value.lifetime_value(everybody, horizon, spec.discount).value


def _chance_above(found: Estimate, shrunk: Shrunk | None, bar: float | None) -> float | None:
    centre, se = (found.value, found.se) if shrunk is None else (shrunk.value, shrunk.se)
    if centre is None or se is None or bar is None or bar <= 0:
        return None
    if centre <= 0:
        return intervals.probability_above(centre, se, bar, found.degrees_of_freedom)
    return intervals.probability_above(log(centre / bar), se / centre, 0.0, found.degrees_of_freedom)


def _sums(months: pa.Table) -> MonthSums:
    """The months of one slice; a month of tenure in which nobody was seen is zero."""
    tenure = numbers(months, "tenure").astype(int)
    columns = []
    for name in ("paying", "margin", "at_risk", "deaths"):
        column = np.zeros(int(tenure.max()) + 1)
        column[tenure] = numbers(months, name)
        columns.append(column)
    return MonthSums(*columns)


def _tenure(sums: MonthSums) -> KaplanMeier:
    """The survival curve by months of tenure: who leaves after month k has stayed k + 1 months."""
    return kaplan_meier(np.arange(1, len(sums.at_risk) + 1), sums.at_risk, sums.deaths)


def _supported(spec: LifetimeValueSpec, sums: MonthSums) -> int:
    return sums.supported(spec.horizon_months, spec.min_at_risk)


def _unknown_age(spec: LifetimeValueSpec) -> Query:
    """Invoiced customers of the first months of the records: they may be older than their first invoice."""
    return query(
        """
        select r.account_id
        from revenue_months r
        cross join (select min(month) as first_month from revenue_months where revenue > 0) as e
        where r.revenue > 0 and r.basis = 'invoices'
        group by r.account_id
        having min(months_between(greatest(e.first_month, :records_from), r.month)) < :gap
        """,
        records_from=_records_from(spec),
        gap=spec.gone_after_months_billed,
    )


def _records_from(spec: LifetimeValueSpec) -> date:
    """The first month that the records hold in full."""
    start = spec.records_from or date(1900, 1, 1)
    return start if start.day == 1 else months_before(start, -1)
