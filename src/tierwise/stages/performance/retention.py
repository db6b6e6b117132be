"""What became of the revenue of the customers of a year ago?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from tierwise.core.period import period
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import intervals, ratios
from tierwise.stats.estimate import Estimate
from tierwise.stats.ratios import RatioSums
from tierwise.stats.shrinkage import Shrunk
from tierwise.tables.arrow import filled, groups
from tierwise.tables.performance import retention as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

NET, GROSS, LOGO = "net_revenue_retention", "gross_revenue_retention", "logo_retention"
SUMS = ("den", "num", "den2", "num2", "den_num", "num2_den", "top")


class RetentionSpec(Spec):
    """The period, and what counts as staying."""

    period_months: int = default(12, "months between start and end", source="methods a.1", unit="months", ge=1, le=60)
    window_months: int = default(
        3, "billed revenue is averaged over this many months at both ends; subscriptions need no window",
        source="methods a.2", unit="months", ge=1, le=12,
    )  # fmt: skip
    reactivation: Literal["point_to_point", "exclude"] = default(
        "point_to_point",
        "customers who left and came back within the period: count what they pay at the end, or count them as lost",
        source="methods a.2",
    )
    bar: float = default(1.0, "net retention of a profile worth winning", source="methods b.5", unit="share", gt=0)
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)


def retention_cohort(spec: RetentionSpec, as_of: date) -> Query:
    """What each account paid at both ends of the period. One row per account that ever paid up to the end.

    Subscriptions: the month's own figure. Billed revenue: mean of a window of months, so that one order
    neither makes nor loses a customer. Amounts below zero count as zero, after netting per account.
    """
    start, last = period(spec.period_months, as_of)
    return query(
        """
        with windows as (
            select r.account_id, r.month, r.revenue, r.basis,
                   case r.basis when 'invoices' then :window else 1 end as width
            from revenue_months r
            where r.month <= :last
        ),
        ends as (
            select account_id, max(basis) as basis,
                   round(sum(case when month <= :start and month > add_months(:start, -width)
                                  then revenue / width else 0 end), 6) as raw_start,
                   round(sum(case when month > add_months(:last, -width) then revenue / width else 0 end), 6) as raw_end,
                   count_if(month >= :start and revenue > 0) as months_paid
            from windows
            group by account_id
        ),
        judged as (
            select *, basis = 'subscriptions' and raw_start > 0 and raw_end > 0
                      and months_paid <= :period as came_back
            from ends
        )
        select account_id, greatest(raw_start, 0) as start_revenue,
               case when came_back and :exclude then 0 else greatest(raw_end, 0) end as end_revenue,
               raw_start > 0 as in_cohort, came_back as reactivated_within,
               case when raw_start < 0 then 'negative_start'
                    when raw_start = 0 and raw_end > 0 then 'zero_start'
                    when raw_start > 0 and raw_end < 0 then 'negative_end_clipped' end as remark
        from judged
        """,
        start=start,
        last=last,
        window=spec.window_months,
        period=spec.period_months,
        exclude=spec.reactivation == "exclude",
    )


def retention_sums(spec: RetentionSpec, as_of: date) -> Query:
    """Sums over clusters for each metric. One row per dimension, name and metric."""
    return query(
        """
        with clusters as (
            select x.dimension, x.name, x.cluster_id, count(*) as n,
                   sum(c.start_revenue) as s, sum(c.end_revenue) as e,
                   sum(least(c.start_revenue, c.end_revenue)) as kept,
                   sum(case when c.end_revenue > 0 then 1 else 0 end) as stayed
            from retention_cohort c
            join slices_at_start x on x.account_id = c.account_id
            where c.in_cohort
            group by x.dimension, x.name, x.cluster_id
        ),
        metrics as (
            select dimension, name, :net as metric, n, s as den, e as num from clusters
            union all
            select dimension, name, :gross as metric, n, s as den, kept as num from clusters
            union all
            select dimension, name, :logo as metric, n, cast(n as double) as den, cast(stayed as double) as num
            from clusters
        )
        select dimension, name, metric, sum(n) as n, count(*) as n_clusters, sum(den) as den, sum(num) as num,
               sum(den * den) as den2, sum(num * num) as num2, sum(den * num) as den_num,
               sum(num * num / den) as num2_den, max(den) as top
        from metrics
        group by dimension, name, metric
        """,
        net=NET,
        gross=GROSS,
        logo=LOGO,
    )


def retention_bands(spec: RetentionSpec, as_of: date) -> Query:
    """Revenue at both ends by size band at the start. One row per dimension, name and band."""
    return query(
        """
        select x.dimension, x.name, coalesce(a.employee_band, 'unknown') as band,
               sum(c.start_revenue) as start_revenue, sum(c.end_revenue) as end_revenue
        from retention_cohort c
        join slices_at_start x on x.account_id = c.account_id
        left join accounts_at_start a on a.account_id = c.account_id
        where c.in_cohort
        group by x.dimension, x.name, coalesce(a.employee_band, 'unknown')
        """
    )


def retention_movements(spec: RetentionSpec, as_of: date) -> Query:
    """How starting revenue became ending revenue. One row per dimension and name; ties out exactly."""
    start, last = period(spec.period_months, as_of)
    return query(
        """
        select x.dimension, x.name, :start as start_month, :last as end_month, count(*) as accounts,
               sum(c.start_revenue) as start_revenue,
               sum(case when c.end_revenue > c.start_revenue
                        then c.end_revenue - c.start_revenue else 0 end) as expansion,
               sum(case when c.end_revenue < c.start_revenue and c.end_revenue > 0
                        then c.start_revenue - c.end_revenue else 0 end) as contraction,
               sum(case when c.end_revenue = 0 then c.start_revenue else 0 end) as churn,
               sum(c.end_revenue) as end_revenue,
               count_if(c.reactivated_within) as reactivated_within
        from retention_cohort c
        join slices_at_start x on x.account_id = c.account_id
        where c.in_cohort
        group by x.dimension, x.name
        """,
        start=start,
        last=last,
    )


def retention_excluded(spec: RetentionSpec, as_of: date) -> Query:
    """Accounts that the retention figures leave out, clip or cannot label, by reason. One row per reason."""
    return query(
        """
        with reasons as (
            select remark as reason from retention_cohort where remark is not null
            union all
            select 'attributes_unknown_at_start' as reason
            from retention_cohort c
            left join accounts_at_start a on a.account_id = c.account_id
            where c.in_cohort and a.account_id is null
        )
        select reason, count(*) as rows from reasons group by reason
        """
    )


def retention(spec: RetentionSpec, as_of: date, retention_sums: pa.Table, retention_bands: pa.Table) -> pa.Table:
    """Net and gross revenue retention and logo retention. One row per dimension, name and metric.

    Shares: 1.0 is 100 %. Customers who are not there at the start count nowhere. Interval: ratio estimator
    over ultimate parents; partially pooled within each dimension. See docs/methods/retention.md.
    """
    standardised = _standardised(retention_bands)
    rows = [
        _row(spec, dimension, name, metric, sums, shrunk, standardised)
        for (dimension, metric), slices in groups(retention_sums, ("dimension", "metric"), "name")
        for name, sums, shrunk in _pooled(dimension, slices, spec.level)
    ]
    return filled(dictionary.RETENTION, rows)


def _pooled(dimension: str, slices: pa.Table, level: float) -> Iterator[tuple[str, RatioSums, Shrunk | None]]:
    listed = slices.to_pylist()
    sums = [RatioSums(row["n"], row["n_clusters"], *(row[name] for name in SUMS)) for row in listed]
    shrunk = ratios.pool(sums, level) if dimension != "total" else (None,) * len(sums)
    return zip((row["name"] for row in listed), sums, shrunk, strict=True)


def _row(
    spec: RetentionSpec,
    dimension: str,
    name: str,
    metric: str,
    sums: RatioSums,
    shrunk: Shrunk | None,
    standardised: dict[tuple[str, str], ratios.Standardised],
) -> dict[str, Any]:
    found = _estimate(metric, sums, spec.level)
    if shrunk is not None:
        found = found.pooled(shrunk, 0.0, None if metric == NET else 1.0)
    row = {**asdict(found), "dimension": dimension, "name": name, "metric": metric, "top_share": sums.top_share}
    if metric == NET:
        value, se = (found.value, found.se) if shrunk is None else (shrunk.value, shrunk.se)
        row["chance_above_bar"] = intervals.probability_above(value, se, spec.bar, found.degrees_of_freedom)
        if mix := standardised.get((dimension, name)):
            row |= {"standardised_value": mix.value, "mix_reverses": mix.simpson}
    return row


def _estimate(metric: str, sums: RatioSums, level: float) -> Estimate:
    if metric == LOGO:
        return ratios.proportion(sums, level)
    return ratios.gross(sums, level) if metric == GROSS else ratios.ratio(sums, level=level)


def _standardised(bands: pa.Table) -> dict[tuple[str, str], ratios.Standardised]:
    """Net retention with the size mix of all, per dimension and name."""
    found = {key: {row["band"]: row for row in rows.to_pylist()} for key, rows in groups(bands, ("dimension", "name"))}
    everybody = found.get(("total", "all"), {})
    names = sorted(everybody)
    overall = [(everybody[band]["start_revenue"], everybody[band]["end_revenue"]) for band in names]
    result = {}
    for key, own in found.items():
        pairs = [(own[b]["start_revenue"], own[b]["end_revenue"]) if b in own else (0.0, 0.0) for b in names]
        if key != ("total", "all") and (mix := ratios.standardise(pairs, overall)):
            result[key] = mix
    return result
