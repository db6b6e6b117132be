"""What does it cost to win a customer, and how long does it take until it has paid that back?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import intervals
from tierwise.stats.grades import COST_LIMITS, grade
from tierwise.stats.value.cost import Cost, acquisition_cost, fieller, payback
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import acquisition as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
SLICE = ("dimension", "name")
DAYS_IN_MONTH = 30.4375


class AcquisitionSpec(Spec):
    """Which costs stand against which new customers."""

    window_months: int = default(
        12, "customers who first paid in these last months, and what was spent on them", unit="months", ge=1, le=60
    )
    lag_months: int | None = default(
        None, "costs are spent this long before the customer first pays; null: the median days to win of all deals",
        source="methods b.4", unit="months", ge=0, le=36,
    )  # fmt: skip
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)


def acquired(spec: AcquisitionSpec, as_of: date) -> Query:
    """The new customers whom the costs are for. One row per account.

    A month of new customers counts only when the month in which they were won over lies within the months that the
    costs are on record for.
    """
    firsts = query(
        """
        with firsts as (
            select account_id, min(month) as first_month from revenue_months where revenue > 0 group by account_id
        )
        select f.account_id
        from firsts f
        join span s on f.first_month between s.first_month and s.last_month
        """
    )
    return _spanned(firsts, spec, as_of)


def acquisition_costs(spec: AcquisitionSpec, as_of: date) -> Query:
    """Costs and the new customers that they are for. One row per segment with either, and one for all.

    A cost without a rate counts nowhere.
    """
    costs = query(
        """
        with new_customers as (
            select x.dimension, x.name, count(*) as n
            from acquired a
            join slices x on x.account_id = a.account_id and x.dimension in ('segment', 'total')
            group by x.dimension, x.name
        ),
        costs as (
            select c.segment, sum(points(c.cost)) as cost
            from spent c
            join span s on add_months(c.month, s.lag) between s.first_month and s.last_month
            group by c.segment
        ),
        named as (
            select dimension, name from new_customers
            union
            select 'segment' as dimension, segment as name from costs where segment is not null
        ),
        sums as (
            select sum(cost) as cost, sum(case when segment is null then cost else 0 end) as shared,
                   (select coalesce(max(n), 0) from new_customers where dimension = 'total') as n
            from costs
        )
        select k.dimension, k.name, case when k.dimension = 'total' then t.cost else coalesce(c.cost, 0) end as own_cost,
               case when k.dimension = 'total' then 0 else t.shared end as shared_cost,
               coalesce(n.n, 0) as new_customers, t.n as all_new_customers, s.lag as lag_months,
               months_between(s.first_month, s.last_month) + 1 as months
        from named k
        cross join span s
        cross join sums t
        left join new_customers n on n.dimension = k.dimension and n.name = k.name
        left join costs c on k.dimension = 'segment' and c.segment = k.name
        where t.cost is not null
        """
    )
    return _spanned(costs, spec, as_of)


def acquisition_spread(spec: AcquisitionSpec, as_of: date) -> Query:
    """Influences on the lifetime value, added up over the new customers. One row per segment, and one for all.

    New customers count in both figures: where they are worth more than the others, a year that won more of them shows a
    higher value and a lower cost at once. The sum is the covariance of the value with the number of new customers, over
    ultimate parents.
    """
    return query(
        """
        with won as (
            select x.dimension, x.name, x.cluster_id, count(*) as n
            from acquired a
            join slices x on x.account_id = a.account_id and x.dimension in ('segment', 'total')
            group by x.dimension, x.name, x.cluster_id
        ),
        clusters as (
            select c.dimension, c.name, c.cluster_id, max(c.n) as n, max(w.unit) as unit,
                   cast(sum(points(t.margin * w.margin_weight + w.seen_weight
                                   + t.at_risk * w.risk_weight + t.died * w.death_weight)) as double) as influence
            from won c
            join slices x on x.dimension = c.dimension and x.name = c.name and x.cluster_id = c.cluster_id
            join tenure_months t on t.account_id = x.account_id
            join value_weights w on w.dimension = c.dimension and w.name = c.name and w.tenure = t.tenure
            group by c.dimension, c.name, c.cluster_id
        )
        select dimension, name, cast(sum(points(influence * n)) as double) * max(unit) as influence_of_new
        from clusters
        group by dimension, name
        """
    )


def acquisition(
    spec: AcquisitionSpec,
    as_of: date,
    acquisition_costs: pa.Table,
    acquisition_spread: pa.Table,
    lifetime_value: pa.Table,
    value_curve: pa.Table,
) -> pa.Table:
    """Cost of acquiring a customer, lifetime value over it, and months until it is paid back. One row per segment.

    Costs without a segment are shared in proportion to new customers. Interval of the ratio: Fieller, with the
    covariance of its two parts. See docs/methods/lifetime_value.md.
    """
    shared = {(row["dimension"], row["name"]): row["influence_of_new"] for row in acquisition_spread.to_pylist()}
    worth = {(row["dimension"], row["name"]): row for row in lifetime_value.to_pylist()}
    curves = {key: numbers(rows, "margin") for key, rows in groups(_observed(value_curve), SLICE, "tenure")}
    rows: list[dict[str, Any]] = []
    for found in acquisition_costs.to_pylist():
        key = found["dimension"], found["name"]
        cost = acquisition_cost(
            found["own_cost"], found["shared_cost"], found["new_customers"], found["all_new_customers"], spec.level
        )
        row = {name: found[name] for name in (*SLICE, "new_customers", "lag_months", "months")}
        row["cost"] = found["own_cost"]
        if found["all_new_customers"]:
            row["cost"] += found["shared_cost"] * found["new_customers"] / found["all_new_customers"]
        if cost is not None:
            row |= _described(cost)
            row |= _against(spec, cost, worth.get(key, {}), shared.get(key, 0.0))
            row["payback_months"] = payback(curves.get(key, ()), cost.value)
        rows.append(row)
    return filled(dictionary.ACQUISITION, rows)


def _described(cost: Cost) -> dict[str, Any]:
    return {
        "cost_per_customer": cost.value, "lo": cost.lo, "hi": cost.hi, "se": cost.se, "n_eff": cost.n_eff,
        "grade": grade(int(cost.n_eff), cost.n_eff, None, cost.value, cost.lo, cost.hi, COST_LIMITS),
    }  # fmt: skip


def _against(spec: AcquisitionSpec, cost: Cost, worth: Row, influence_of_new: float) -> dict[str, Any]:
    """Lifetime value over the cost, with the interval that both uncertainties give.

    The correlation is that of the raw value, kept for the pooled one.
    """
    pooled = worth.get("shrunk_value") is not None
    value, se = (worth.get(name) for name in (("shrunk_value", "shrunk_se") if pooled else ("value", "se")))
    if value is None:
        return {}
    if se is None:
        return {"value_to_cost": value / cost.value}
    quantile = intervals.t_quantile(max(worth["n_eff"] - 1.0, 1.0), spec.level)
    own = worth["se"] * cost.se
    together = min(max(-cost.falls_by * influence_of_new / own, -1.0), 1.0) if own > 0 else 0.0
    ratio = fieller(value, se, cost.value, cost.se, together * se * cost.se, quantile)
    return {
        "correlation": together, "value_to_cost": ratio.value, "ratio_lo": ratio.lo, "ratio_hi": ratio.hi,
    }  # fmt: skip


def _observed(value_curve: pa.Table) -> pa.Table:
    """The months on record: what a model says of later ones pays nothing back."""
    import pyarrow.compute as pc

    return value_curve.filter(pc.equal(value_curve["source"], "months"))


def _spanned(reader: Query, spec: AcquisitionSpec, as_of: date) -> Query:
    """`reader` with the months that count, and what they are found from."""
    return (
        reader.with_table("span", _span(spec, as_of)).with_table("lag", _lag(spec)).with_table("spent", _spent(as_of))
    )


def _spent(as_of: date) -> Query:
    """Costs in the model's currency. One row per cost of a complete month."""
    return query(
        """
        select c.segment, month_of(c.month) as month, cast(c.amount as double) * r.rate as cost
        from landing_costs c
        join rates r on r.currency = upper(coalesce(c.currency, ''))
        where month_of(c.month) <= :last
        """,
        last=last_complete_month(as_of),
    )


def _span(spec: AcquisitionSpec, as_of: date) -> Query:
    """The months of first payments whose costs are on record, within the window, and the lag. One row."""
    return query(
        """
        select greatest(add_months(min(s.month), max(l.lag)), add_months(:last, 1 - :window)) as first_month,
               least(add_months(max(s.month), max(l.lag)), :last) as last_month, max(l.lag) as lag
        from spent s
        cross join lag l
        """,
        last=last_complete_month(as_of),
        window=spec.window_months,
    )


def _lag(spec: AcquisitionSpec) -> Query:
    """Months from spending to the first payment."""
    if spec.lag_months is not None:
        return query("select cast(:lag as bigint) as lag", lag=spec.lag_months)
    return query(
        """
        select cast(round(coalesce(max(median_days_to_win), 0) / :days) as bigint) as lag
        from win_rates
        where dimension = 'total'
        """,
        days=DAYS_IN_MONTH,
    )
