"""What became of the revenue of the customers of a year ago?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import model_validator

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
    gross: Literal["point_to_point", "path"] = default(
        "point_to_point",
        "gross retention compares the two ends, or takes the least that a customer paid in any month between them",
        source="methods a.1",
    )
    escalator: Literal["include", "strip"] = default(
        "include", "price rises agreed in the contract count as expansion, or are taken out of it", source="methods a.2"
    )
    escalator_share: float = default(
        0.0, "the agreed rise, needed by `escalator: strip`", source="the company's contracts", unit="share per year",
        ge=0, lt=1,
    )  # fmt: skip
    mix_coverage: float = default(
        0.8, "size bands where a segment has customers must hold this share of all revenue for a figure at equal size mix",
        unit="share", gt=0, le=1,
    )  # fmt: skip
    bar: float = default(1.0, "net retention of a profile worth winning", source="methods b.5", unit="share", gt=0)
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)

    @model_validator(mode="after")
    def _strip_what(self) -> Self:
        if self.escalator == "strip" and self.escalator_share == 0:
            raise ValueError(
                "`escalator: strip` needs the rise that your contracts agree: escalator_share, 0.03 for 3 %"
            )
        return self

    def policy(self, metric: str, basis: str) -> str:
        """What was decided about a figure, to stand beside it: figures of two policies do not compare."""
        said = [f"{self.period_months} months", f"reactivation {self.reactivation}"]
        if metric == NET:
            said.append(f"escalator {self.escalator}")
        if metric == GROSS:
            said.append(f"gross {self.gross}")
        if basis == "invoices":
            said.append(f"mean of {self.window_months} months billed")
        return ", ".join(said)


def retention_cohort(spec: RetentionSpec, as_of: date) -> Query:
    """What each account paid at both ends of the period. One row per account that ever paid up to the end.

    Subscriptions: the month's own figure. Billed revenue: mean of a window of months, so that one order
    neither makes nor loses a customer. Amounts below zero count as zero, after netting per account. Stripped of the
    agreed rise, growth is growth beyond it; nobody shrinks by that.
    """
    start, _ = period(spec.period_months, as_of)
    return query(
        """
        with judged as (
            select *, greatest(raw_start, 0) as start_revenue, greatest(raw_end, 0) as paid_at_end,
                   basis = 'subscriptions' and raw_start > 0 and raw_end > 0
                   and months_paid <= :period as came_back
            from ends
        ),
        counted as (
            select *, case when came_back and :exclude then 0
                           when paid_at_end > start_revenue and raw_start > 0
                           then greatest(start_revenue, round(paid_at_end / :risen, 6))
                           else paid_at_end end as end_revenue
            from judged
        )
        select account_id, basis, start_revenue, paid_at_end, end_revenue,
               case when :path then least(start_revenue, end_revenue, lowest)
                    else least(start_revenue, end_revenue) end as kept_revenue,
               raw_start > 0 as in_cohort, came_back as reactivated_within,
               case when raw_start <= 0 and paid_at_end = 0 then null
                    when raw_start <= 0 and first_month <= :start then 'reactivated'
                    when raw_start <= 0 then 'new'
                    when end_revenue = 0 then 'churn'
                    when end_revenue < start_revenue then 'contraction'
                    when end_revenue > start_revenue then 'expansion' else 'unchanged' end as movement,
               case when raw_start < 0 then 'negative_start'
                    when raw_start = 0 and raw_end > 0 then 'zero_start'
                    when raw_start > 0 and raw_end < 0 then 'negative_end_clipped' end as remark
        from counted
        """,
        start=start,
        period=spec.period_months,
        exclude=spec.reactivation == "exclude",
        path=spec.gross == "path",
        risen=(1.0 + spec.escalator_share) ** (spec.period_months / 12) if spec.escalator == "strip" else 1.0,
    ).with_table("ends", _ends(spec, as_of))


def _ends(spec: RetentionSpec, as_of: date) -> Query:
    """The level of each account's revenue at both ends, and the lowest between them. One row per account."""
    start, last = period(spec.period_months, as_of)
    return query(
        """
        with histories as (
            select account_id, max(basis) as basis, min(case when revenue > 0 then month end) as first_month,
                   max(case basis when 'invoices' then :window else 1 end) as width
            from revenue_months
            where month <= :last
            group by account_id
        ),
        levels as (
            select h.account_id, c.month, round(exact_sum(r.revenue) / max(h.width), 6) as revenue
            from revenue_months r
            join histories h on h.account_id = r.account_id
            join calendar c on c.month >= r.month and c.month < add_months(r.month, h.width)
            where r.month > add_months(:start, -:window) and c.month between :start and :last
            group by h.account_id, c.month
        )
        select h.account_id, max(h.basis) as basis, max(h.first_month) as first_month,
               coalesce(max(case when l.month = :start then l.revenue end), 0) as raw_start,
               coalesce(max(case when l.month = :last then l.revenue end), 0) as raw_end,
               count_if(l.revenue > 0) as months_paid,
               case when count_if(l.revenue > 0) > :period then min(l.revenue) else 0 end as lowest
        from histories h
        left join levels l on l.account_id = h.account_id
        group by h.account_id
        """,
        start=start,
        last=last,
        window=spec.window_months,
        period=spec.period_months,
    )


def retention_sums(spec: RetentionSpec, as_of: date) -> Query:
    """Sums over clusters for each metric. One row per dimension, name and metric."""
    return query(
        """
        with clusters as (
            select x.dimension, x.name, x.cluster_id, count(*) as n, max(c.basis) as basis,
                   exact_sum(c.start_revenue) as s, exact_sum(c.end_revenue) as e, exact_sum(c.kept_revenue) as kept,
                   count_if(c.end_revenue > 0) as stayed
            from retention_cohort c
            join slices_at_start x on x.account_id = c.account_id
            where c.in_cohort
            group by x.dimension, x.name, x.cluster_id
        ),
        metrics as (
            select dimension, name, :net as metric, n, basis, s as den, e as num from clusters
            union all
            select dimension, name, :gross as metric, n, basis, s as den, kept as num from clusters
            union all
            select dimension, name, :logo as metric, n, basis, cast(n as double) as den, cast(stayed as double) as num
            from clusters
        )
        select dimension, name, metric, max(basis) as basis, sum(n) as n, count(*) as n_clusters,
               exact_sum(den) as den, exact_sum(num) as num, exact_sum(den * den) as den2,
               exact_sum(num * num) as num2, exact_sum(den * num) as den_num,
               exact_sum(num * num / den) as num2_den, max(den) as top
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
               exact_sum(c.start_revenue) as start_revenue, exact_sum(c.end_revenue) as end_revenue
        from retention_cohort c
        join slices_at_start x on x.account_id = c.account_id
        left join accounts_at_start a on a.account_id = c.account_id
        where c.in_cohort
        group by x.dimension, x.name, coalesce(a.employee_band, 'unknown')
        """
    )


def retention_movements(spec: RetentionSpec, as_of: date) -> Query:
    """How starting revenue became ending revenue. One row per dimension and name.

    start + expansion - contraction - churn = end, and end + agreed rises + new + reactivated = all revenue of the end.
    A run in which either does not hold publishes nothing.
    """
    start, last = period(spec.period_months, as_of)
    return query(
        """
        select x.dimension, x.name, :start as start_month, :last as end_month, count_if(c.in_cohort) as accounts,
               exact_sum(c.start_revenue) as start_revenue,
               exact_sum(case when c.movement = 'expansion' then c.end_revenue - c.start_revenue else 0 end)
               as expansion,
               exact_sum(case when c.movement = 'contraction' then c.start_revenue - c.end_revenue else 0 end)
               as contraction,
               exact_sum(case when c.movement = 'churn' then c.start_revenue else 0 end) as churn,
               exact_sum(case when c.in_cohort then c.end_revenue else 0 end) as end_revenue,
               exact_sum(case when c.in_cohort and c.end_revenue > 0 then c.paid_at_end - c.end_revenue else 0 end)
               as escalated,
               exact_sum(case when c.movement in ('reactivated', 'churn') then c.paid_at_end else 0 end) as reactivated,
               exact_sum(case when c.movement = 'new' then c.paid_at_end else 0 end) as new,
               exact_sum(c.paid_at_end) as total_end,
               count_if(c.movement = 'churn') as churned_accounts, count_if(c.movement = 'new') as new_accounts,
               count_if(c.movement = 'reactivated') as reactivated_accounts,
               count_if(c.reactivated_within) as reactivated_within
        from retention_cohort c
        join slices_at_start x on x.account_id = c.account_id
        where c.movement is not null
        group by x.dimension, x.name
        """,
        start=start,
        last=last,
    )


def retention_excluded(spec: RetentionSpec, as_of: date) -> Query:
    """Accounts that the retention figures leave out, clip, cannot label or find suspicious. One row per reason.

    A customer that left while another company of its group began to pay may be one customer under two names.
    """
    return query(
        """
        with moved as (
            select x.cluster_id, c.movement
            from retention_cohort c
            join slices_at_start x on x.account_id = c.account_id and x.dimension = 'total'
            where c.movement in ('churn', 'new')
        ),
        begun as (select distinct cluster_id from moved where movement = 'new'),
        reasons as (
            select remark as reason from retention_cohort where remark is not null
            union all
            select 'attributes_unknown_at_start' as reason
            from retention_cohort c
            left join accounts_at_start a on a.account_id = c.account_id
            where c.in_cohort and a.account_id is null
            union all
            select 'left_while_its_group_began' as reason
            from moved m
            join begun b on b.cluster_id = m.cluster_id
            where m.movement = 'churn'
        )
        select reason, count(*) as rows from reasons group by reason
        """
    )


def retention(spec: RetentionSpec, as_of: date, retention_sums: pa.Table, retention_bands: pa.Table) -> pa.Table:
    """Net and gross revenue retention and logo retention. One row per dimension, name and metric.

    Shares: 1.0 is 100 %. Customers who are not there at the start count nowhere. Interval: ratio estimator
    over ultimate parents; partially pooled within each dimension. See docs/methods/retention.md.
    """
    standardised = _standardised(retention_bands, spec.mix_coverage)
    rows: list[dict[str, Any]] = []
    for (dimension, metric), slices in groups(retention_sums, ("dimension", "metric"), "name"):
        judged = [_row(spec, dimension, metric, *one, standardised) for one in _pooled(dimension, slices, spec.level)]
        rows += _ranked(judged) if metric == NET and dimension != "total" else judged
    return filled(dictionary.RETENTION, rows)


def _pooled(dimension: str, slices: pa.Table, level: float) -> Iterator[tuple[str, str, RatioSums, Shrunk | None]]:
    listed = slices.to_pylist()
    sums = [RatioSums(row["n"], row["n_clusters"], *(row[name] for name in SUMS)) for row in listed]
    shrunk = ratios.pool(sums, level) if dimension != "total" else (None,) * len(sums)
    return zip((row["name"] for row in listed), (row["basis"] for row in listed), sums, shrunk, strict=True)


def _row(
    spec: RetentionSpec,
    dimension: str,
    metric: str,
    name: str,
    basis: str,
    sums: RatioSums,
    shrunk: Shrunk | None,
    standardised: Mapping[tuple[str, str], ratios.Standardised],
) -> dict[str, Any]:
    found = _estimate(metric, sums, spec.level)
    if shrunk is not None:
        found = found.pooled(shrunk, 0.0, None if metric == NET else 1.0)
    row = {**asdict(found), "dimension": dimension, "name": name, "metric": metric, "top_share": sums.top_share}
    row["method"] = f"{found.method}, {spec.policy(metric, basis)}"
    if metric == NET:
        value, se = (found.value, found.se) if shrunk is None else (shrunk.value, shrunk.se)
        row["chance_above_bar"] = intervals.probability_above(value, se, spec.bar, found.degrees_of_freedom)
        if mix := standardised.get((dimension, name)):
            row |= {
                "standardised_value": mix.value, "standardised_coverage": mix.coverage, "mix_reverses": mix.simpson,
            }  # fmt: skip
    return row


def _estimate(metric: str, sums: RatioSums, level: float) -> Estimate:
    if metric == LOGO:
        return ratios.proportion(sums, level)
    return ratios.gross(sums, level) if metric == GROSS else ratios.ratio(sums, level=level)


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the chance that each is the best of its dimension, and the place to expect; never by raw value."""
    known = [row for row in rows if row["se"] is not None or row["shrunk_se"] is not None]
    if len(known) < 2:
        return rows
    pooled = [row["shrunk_value"] is not None for row in known]
    values = [row["shrunk_value" if p else "value"] for row, p in zip(known, pooled, strict=True)]
    errors = [row["shrunk_se" if p else "se"] for row, p in zip(known, pooled, strict=True)]
    # the variance of a pooled figure is that of all segments: as well known as all of them together make it
    together = sum(max(row["n_eff"] - 1.0, 0.0) for row in known)
    dfs = [together if p else row["n_eff"] - 1.0 for row, p in zip(known, pooled, strict=True)]
    for row, place in zip(known, intervals.standing(values, errors, dfs), strict=True):
        row |= {"chance_best": place.chance_best, "expected_rank": place.expected_rank}
    return rows


def _standardised(bands: pa.Table, coverage: float) -> dict[tuple[str, str], ratios.Standardised]:
    """Net retention with the size mix of all, per dimension and name."""
    found = {key: {row["band"]: row for row in rows.to_pylist()} for key, rows in groups(bands, ("dimension", "name"))}
    everybody = found.get(("total", "all"), {})
    names = sorted(everybody)
    overall = [(everybody[band]["start_revenue"], everybody[band]["end_revenue"]) for band in names]
    result = {}
    for key, own in found.items():
        pairs = [(own[b]["start_revenue"], own[b]["end_revenue"]) if b in own else (0.0, 0.0) for b in names]
        if key != ("total", "all") and (mix := ratios.standardise(pairs, overall, coverage)):
            result[key] = mix
    return result
