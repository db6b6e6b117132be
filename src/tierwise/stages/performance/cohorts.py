"""What is left of the customers who began together, month by month?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import ratios
from tierwise.stats.estimate import Estimate
from tierwise.stats.ratios import RatioSums
from tierwise.tables.arrow import filled, groups
from tierwise.tables.performance import cohorts as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

# per metric its columns in cohort_sums; what they were at age 0 is the denominator
METRICS = {
    "net_revenue_retention": ("revenue", "revenue2", "revenue_start"),
    "gross_revenue_retention": ("kept", "kept2", "kept_start"),
    "logo_retention": ("paying", "paying2", "paying_start"),
}
# rows of cohort_sums by first month and age
Months = dict[date, dict[int, dict[str, Any]]]
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class CohortsSpec(Spec):
    """Who began together, and how long they are followed."""

    by: Literal["month", "quarter", "year"] = default(
        "quarter", "customers whose first paid month lies in the same month, quarter or year are one cohort",
        source="methods a.1",
    )  # fmt: skip
    months: int = default(36, "cohorts are followed to this age", unit="months", ge=1, le=240)
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)
    # Set by the model from its retention section: billed revenue is averaged over as many months.
    window_months: int = Field(default=3, exclude=True)


def cohort_levels(spec: CohortsSpec, as_of: date) -> Query:
    """What each customer paid at each age, counted from its first paid month. One row per account and age with revenue.

    Billed revenue: the mean of a window that begins with the month, so that a window is left out until it is complete.
    """
    return query(
        """
        with firsts as (
            select account_id, max(basis) as basis, min(case when revenue > 0 then month end) as first_month,
                   max(case basis when 'invoices' then :window else 1 end) as width
            from revenue_months
            where month <= :last
            group by account_id
        ),
        levels as (
            select f.account_id, f.first_month, months_between(f.first_month, c.month) as age,
                   max(f.basis) as basis, max(months_between(f.first_month, :last) + 1 - f.width) as oldest,
                   greatest(round(exact_sum(r.revenue) / max(f.width), 6), 0) as revenue
            from firsts f
            join revenue_months r on r.account_id = f.account_id
            join calendar c on c.month <= r.month and c.month > add_months(r.month, -f.width)
            where c.month >= f.first_month and c.month <= add_months(:last, 1 - f.width)
              and months_between(f.first_month, c.month) <= :months
            group by f.account_id, f.first_month, c.month
        )
        select l.account_id, l.first_month, l.age, l.basis, l.oldest, b.revenue as start_revenue, l.revenue
        from levels l
        join levels b on b.account_id = l.account_id and b.age = 0
        where l.revenue > 0 and b.revenue > 0
        """,
        window=spec.window_months,
        last=last_complete_month(as_of),
        months=spec.months,
    )


def cohort_sums(spec: CohortsSpec, as_of: date) -> Query:
    """Sums over clusters by age. One row per dimension, name, first month and age at which anybody paid.

    Subsidiaries that began in the same month are one cluster. Of the dimensions only segments and the total are followed.
    """
    return query(
        """
        with placed as (
            select x.dimension, x.name, x.cluster_id, l.first_month, l.age, l.basis, l.oldest, l.start_revenue,
                   l.revenue
            from cohort_levels l
            join slices x on x.account_id = l.account_id and x.dimension in ('total', 'segment')
        ),
        begun as (
            select dimension, name, first_month, cluster_id, count(*) as n, exact_sum(start_revenue) as s
            from placed
            where age = 0
            group by dimension, name, first_month, cluster_id
        ),
        moved as (
            select dimension, name, first_month, cluster_id, age, max(basis) as basis, max(oldest) as oldest,
                   count(*) as stayed, exact_sum(revenue) as e, exact_sum(least(revenue, start_revenue)) as kept
            from placed
            group by dimension, name, first_month, cluster_id, age
        )
        select m.dimension, m.name, m.first_month, m.age, max(m.basis) as basis, max(m.oldest) as oldest,
               sum(m.stayed) as n, count(*) as n_clusters, max(b.s) as top,
               exact_sum(m.e) as revenue, exact_sum(m.e * m.e) as revenue2, exact_sum(m.e * b.s) as revenue_start,
               exact_sum(m.kept) as kept, exact_sum(m.kept * m.kept) as kept2, exact_sum(m.kept * b.s) as kept_start,
               cast(sum(m.stayed) as double) as paying, cast(sum(m.stayed * m.stayed) as double) as paying2,
               cast(sum(m.stayed * b.n) as double) as paying_start
        from moved m
        join begun b on b.dimension = m.dimension and b.name = m.name and b.first_month = m.first_month
                    and b.cluster_id = m.cluster_id
        group by m.dimension, m.name, m.first_month, m.age
        """
    )


def cohorts(spec: CohortsSpec, as_of: date, cohort_sums: pa.Table) -> pa.Table:
    """Net, gross and logo retention by start cohort and age. One row per dimension, name, cohort, age and metric.

    Shares of what the cohort paid in its first month; age in months. Customers who have not reached an age yet are left out
    of it on both sides; `complete` says whether all have. Customers count by the segment of today.
    """
    listed = cohort_sums.to_pylist()
    since = min((row["first_month"] for row in listed if row["basis"] == "invoices"), default=None)
    found: list[dict[str, Any]] = []
    for (dimension, name), own in groups(cohort_sums, ("dimension", "name"), "first_month"):
        begun: dict[date, Months] = {}
        for row in own.to_pylist():
            together = begun.setdefault(_cohort(spec, row["first_month"]), {})
            together.setdefault(row["first_month"], {})[row["age"]] = row
        for cohort, months in begun.items():
            # before the first invoice there are no records: who was there then may have begun earlier
            known = since is None or since not in months
            placed = {"dimension": dimension, "name": name, "cohort": cohort, "start_known": known}
            found += ({**placed, **figures} for figures in _followed(spec, months))
    return filled(dictionary.COHORTS, found)


def _cohort(spec: CohortsSpec, month: date) -> date:
    """The first day of the month, quarter or year that a month lies in."""
    width = MONTHS[spec.by]
    return date(month.year, (month.month - 1) // width * width + 1, 1)


def _followed(spec: CohortsSpec, months: Months) -> Iterator[dict[str, Any]]:
    """The figures of one cohort at every age that somebody in it has reached."""
    firsts = [ages[0] for _, ages in sorted(months.items())]
    for age in range(min(max(first["oldest"] for first in firsts), spec.months) + 1):
        old = [first for first in firsts if first["oldest"] >= age]
        then = [months[first["first_month"]].get(age) for first in old]
        for metric, columns in METRICS.items():
            sums = _sums(columns, old, [row for row in then if row is not None])
            estimate = ratios.proportion(sums, spec.level) if metric == "logo_retention" else _share(metric, sums, spec)
            yield {
                **asdict(estimate), "metric": metric, "age": age, "complete": len(old) == len(firsts),
                "method": f"{estimate.method}, of the first month, reactivation point_to_point",
            }  # fmt: skip


def _share(metric: str, sums: RatioSums, spec: CohortsSpec) -> Estimate:
    return ratios.ratio(sums, level=spec.level) if metric.startswith("net") else ratios.gross(sums, spec.level)


def _sums(columns: tuple[str, str, str], firsts: list[dict[str, Any]], then: list[dict[str, Any]]) -> RatioSums:
    value, square, cross = columns
    n, clusters = (sum(first[name] for first in firsts) for name in ("n", "n_clusters"))
    den, den2 = (sum(first[name] for first in firsts) for name in (value, square))
    num, num2, both = (sum(row[name] for row in then) for name in (value, square, cross))
    top = max(first["top"] for first in firsts) if value != "paying" else 1.0
    return RatioSums(n, clusters, den, num, den2, num2, both, 0.0, top)
