"""Which profiles are worth winning? Retention and value decide, the win rate only comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import grades, intervals
from tierwise.stats import verdicts as table
from tierwise.stats.verdicts import Bars
from tierwise.tables.arrow import filled
from tierwise.tables.performance import verdicts as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]


class VerdictsSpec(Spec):
    """When a leg counts as proven."""

    probability: float = default(
        0.8, "probability from which a leg is proven; disproven from one minus it", unit="share", gt=0.5, lt=1
    )
    clv_to_cac: float = default(3.0, "lifetime value over the cost of acquisition", source="methods b.4", gt=0)
    cost_window_months: int = default(12, "window of costs and new customers", unit="months", ge=1, le=60)
    cost_lag_months: int = default(0, "costs are spent this long before the customer pays", unit="months", ge=0, le=36)


def acquisition(spec: VerdictsSpec, as_of: date) -> Query:
    """Cost of acquiring a customer. One row per segment, and one for all; none without costs.

    Costs without a segment are shared in proportion to new customers. A cost without a rate counts nowhere.
    """
    return query(
        """
        with firsts as (
            select account_id, min(month) as first_month
            from revenue_months
            where revenue > 0
            group by account_id
        ),
        new_customers as (
            select x.dimension, x.name, count(*) as n
            from firsts f
            join slices x on x.account_id = f.account_id
            where f.first_month > add_months(:last, -:window) and x.dimension in ('segment', 'total')
            group by x.dimension, x.name
        ),
        spent as (
            select c.segment, cast(c.amount as double) * r.rate as cost
            from landing_costs c
            join rates r on r.currency = upper(coalesce(c.currency, ''))
            where month_of(c.month) > add_months(:last, -:window - :lag)
              and month_of(c.month) <= add_months(:last, -:lag)
        ),
        own as (select segment, sum(cost) as cost from spent where segment is not null group by segment),
        sums as (
            select sum(cost) as cost, sum(case when segment is null then cost else 0 end) as shared,
                   (select max(n) from new_customers where dimension = 'total') as n
            from spent
        ),
        allocated as (
            select n.dimension, n.name, n.n,
                   case when n.dimension = 'total' then s.cost
                        else coalesce(o.cost, 0) + s.shared * n.n / s.n end as cost
            from new_customers n
            cross join sums s
            left join own o on o.segment = n.name and n.dimension = 'segment'
            where s.cost is not null
        )
        select dimension, name, cost, n as new_customers, cost / nullif(n, 0) as cost_per_customer
        from allocated
        """,
        last=last_complete_month(as_of),
        window=spec.cost_window_months,
        lag=spec.cost_lag_months,
    )


def verdicts(
    spec: VerdictsSpec,
    as_of: date,
    spec_segments: pa.Table,
    retention: pa.Table,
    lifetime_value: pa.Table,
    win_rates: pa.Table,
    acquisition: pa.Table,
) -> pa.Table:
    """The verdict on each segment. One row per segment of the model, also where nothing is known.

    Retention and value decide; raising a win rate cannot validate a profile. See docs/methods/verdicts.md.
    """
    kept = _segments([row for row in retention.to_pylist() if row["metric"] == "net_revenue_retention"])
    worth, won = _segments(lifetime_value.to_pylist()), _segments(win_rates.to_pylist())
    cost = _segments(acquisition.to_pylist())
    has_revenue = retention.num_rows + lifetime_value.num_rows > 0
    rows = [
        _row(spec, name, kept.get(name, {}), worth.get(name, {}), won.get(name, {}), cost.get(name, {}))
        | {"has_revenue": has_revenue}
        for name in spec_segments["segment"].to_pylist()
    ]
    return filled(dictionary.VERDICTS_TABLE, rows)


def _row(spec: VerdictsSpec, name: str, kept: Row, worth: Row, won: Row, cost: Row) -> dict[str, Any]:
    chance_kept, chance_won = kept.get("chance_above_bar"), won.get("chance_above_bar")
    chance_worth, leg = _value_leg(spec, worth, cost)
    legs = [row["grade"] for row, chance in ((kept, chance_kept), (worth, chance_worth)) if chance is not None]
    grade = grades.worst(*legs) if legs else "C"
    bars = Bars(spec.probability, 1.0 - spec.probability)
    found = table.verdict(chance_kept, chance_worth, chance_won, grade, bars)
    notes = [found.note, _label(leg, chance_worth), _how_many(spec, found.verdict, kept)]
    return {
        "segment": name,
        "verdict": found.verdict,
        "note": "; ".join(note for note in notes if note),
        "chance_retention": chance_kept,
        "chance_value": chance_worth,
        "chance_win_rate": chance_won,
        "value_leg": leg,
        "grade": grade,
        # rounded before any ranking: sums of doubles differ in their last digits from run to run
        "net_revenue_retention": _rounded(_best(kept), 6),
        "lifetime_value": _rounded(_best(worth), 2),
        "win_rate": _rounded(_best(won), 6),
    }


def _value_leg(spec: VerdictsSpec, worth: Row, cost: Row) -> tuple[float | None, str]:
    """P(value over cost >= bar) where costs are known, else P(value >= everybody's); and which of the two it is."""
    value, per_customer = _best(worth), cost.get("cost_per_customer")
    se = worth.get("shrunk_se") if worth.get("shrunk_value") is not None else worth.get("se")
    if value is None or se is None:
        return None, "none"
    if not per_customer:
        return worth["chance_above_all"], "clv_against_all"
    if value <= 0:
        return 0.0, "clv_to_cac"
    # on the log scale; the number of new customers behind the cost is a count, with a variance of its own
    spread = ((se / value) ** 2 + 1.0 / cost["new_customers"]) ** 0.5
    margin = log(value / (spec.clv_to_cac * per_customer))
    return intervals.probability_above(margin, spread, 0.0, worth["n_eff"] - 1.0), "clv_to_cac"


def _label(leg: str, chance: float | None) -> str:
    known = leg == "clv_against_all" and chance is not None
    return "no costs on record: value is compared with everybody's" if known else ""


def _how_many(spec: VerdictsSpec, verdict: str, kept: Row) -> str:
    """How many more customers would prove retention, where it is what is missing and more of the same would do."""
    chance = kept.get("chance_above_bar")
    if verdict not in ("promising", "watch") or chance is None or chance >= spec.probability:
        return ""
    needed = table.needed(kept["n"], chance, spec.probability)
    more = needed - kept["n"] if needed is not None else 0
    return f"about {more} more customers with the same retention on average would prove it" if more > 0 else ""


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _best(row: Row) -> float | None:
    """The pooled value, or the raw one where there were too few segments to pool."""
    shrunk = row.get("shrunk_value")
    return shrunk if shrunk is not None else row.get("value")


def _segments(rows: list[dict[str, Any]]) -> dict[str, Row]:
    return {row["name"]: row for row in rows if row["dimension"] == "segment"}
