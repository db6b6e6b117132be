"""Which profiles are worth winning? Retention and value decide, the win rate only comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import exp, log
from typing import TYPE_CHECKING, Any

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import grades, intervals
from tierwise.stats.grades import SHARE_LIMITS, VALUE_LIMITS, GradeLimits
from tierwise.stats.value.cost import chance_of_ratio
from tierwise.stats.verdicts import Bars, Leg, Missing, verdict
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
    payback_months: int = default(
        12,
        "a cost that is paid back later than this is remarked on",
        source="Skok, SaaS Metrics 2.0",
        unit="months",
        ge=1,
    )
    equal_within: float = default(
        0.05, "win rates that differ by no more than this are shown as equal", unit="share", gt=0, lt=1
    )


def pace(spec: VerdictsSpec, as_of: date) -> Query:
    """How fast evidence on a segment grows: customers per month. One row per segment, and one for all."""
    return query(
        """
        with paid as (
            select account_id, min(month) as first_month, max(month) as last_month,
                   max(case when month <= add_months(:last, -12) then month end) as last_before
            from revenue_months
            where revenue > 0 and month <= :last
            group by account_id
        ),
        records as (select months_between(min(first_month), :last) + 1 as months from paid),
        recent as (
            -- the first customers on record are no new ones: of short records only the later half is looked at
            select months, cast(greatest(least(floor(months / 2), 12), 1) as bigint) as window from records
        ),
        counted as (
            select x.dimension, x.name, max(r.months) as months,
                   count_if(p.first_month > add_months(:last, -r.window)) / cast(max(r.window) as double) as fresh,
                   count_if(p.last_month > add_months(:last, -12)) as now,
                   count_if(coalesce(p.last_before > add_months(:last, -24), false)) as before
            from paid p
            cross join recent r
            join slices x on x.account_id = p.account_id and x.dimension in ('segment', 'total')
            group by x.dimension, x.name
        )
        select dimension, name, fresh as new_per_month,
               case when months >= 24 then (now - before) / cast(12 as double) else fresh end as net_per_month
        from counted
        """,
        last=last_complete_month(as_of),
    )


def verdicts(
    spec: VerdictsSpec,
    as_of: date,
    spec_segments: pa.Table,
    retention: pa.Table,
    lifetime_value: pa.Table,
    win_rates: pa.Table,
    acquisition: pa.Table,
    pace: pa.Table,
) -> pa.Table:
    """The verdict on each segment. One row per segment of the model, also where nothing is known.

    Retention and value decide; raising a win rate cannot validate a profile. See docs/methods/verdicts.md.
    """
    kept = _segments([row for row in retention.to_pylist() if row["metric"] == "net_revenue_retention"])
    worth, won = _segments(lifetime_value.to_pylist()), _segments(win_rates.to_pylist())
    cost, speed = _segments(acquisition.to_pylist()), _segments(pace.to_pylist())
    has_revenue = retention.num_rows + lifetime_value.num_rows > 0
    rows = []
    for name in spec_segments["segment"].to_pylist():
        legs = kept.get(name, {}), worth.get(name, {}), cost.get(name, {})
        rows.append(_row(spec, name, *legs, won.get(name, {}), speed.get(name, {})) | {"has_revenue": has_revenue})
    return filled(dictionary.VERDICTS_TABLE, rows)


def equal_win_rates(
    spec: VerdictsSpec, as_of: date, verdicts: pa.Table, lifetime_value: pa.Table, win_rates: pa.Table
) -> pa.Table:
    """Segments won equally often whose customers are worth different amounts. One row per pair.

    Equal: the rates differ by `equal_within` at most, and neither is likely the higher one. Values are compared
    each against everybody's at the same horizon, so that a short record is not taken for a poor customer.
    """
    worth, won = _segments(lifetime_value.to_pylist()), _segments(win_rates.to_pylist())
    judged = {row["segment"]: row["verdict"] for row in verdicts.to_pylist()}
    rows = []
    for name in sorted(judged):
        for other in sorted(judged):
            first, second = worth.get(name, {}), worth.get(other, {})
            if name == other or not _equally_won(spec, won.get(name, {}), won.get(other, {})):
                continue
            compared = _worth_more(first, second)
            if compared is None or compared[1] < spec.probability or "C" in (first["grade"], second["grade"]):
                continue
            rows.append(
                {
                    "segment": name, "other": other, "times": compared[0], "chance_worth_more": compared[1],
                    "win_rate": _rounded(_best(won[name]), 6), "other_win_rate": _rounded(_best(won[other]), 6),
                    "lifetime_value": _rounded(_best(first), 2), "other_lifetime_value": _rounded(_best(second), 2),
                    "verdict": judged[name], "other_verdict": judged[other],
                }
            )  # fmt: skip
    return filled(dictionary.EQUAL_WIN_RATES, rows)


def _row(spec: VerdictsSpec, name: str, kept: Row, worth: Row, cost: Row, won: Row, speed: Row) -> dict[str, Any]:
    chance_kept, chance_won = kept.get("chance_above_bar"), won.get("chance_above_bar")
    chance_worth, most, leg = _value_leg(spec, worth, cost)
    legs = [row["grade"] for row, chance in ((kept, chance_kept), (worth, chance_worth)) if chance is not None]
    grade = grades.worst(*legs) if legs else "C"
    bars = Bars(spec.probability, 1.0 - spec.probability)
    found = verdict(chance_kept, chance_worth, chance_won, grade, bars, most)
    paces = speed.get("net_per_month"), speed.get("new_per_month")
    evidence = (
        (chance_kept, _leg("retention", kept, chance_kept, None, SHARE_LIMITS, paces[0])),
        (chance_worth, _leg("lifetime value", worth, chance_worth, most, VALUE_LIMITS, paces[1])),
    )
    missing = Missing(found.verdict, tuple(one for chance, one in evidence if chance is not None), bars)
    notes = [found.note, *missing.words(), *_remarks(spec, leg, chance_worth, worth, cost)]
    return {
        "segment": name,
        "verdict": found.verdict,
        "note": "; ".join(note for note in notes if note),
        "chance_retention": _rounded(chance_kept, 6),
        "chance_value": _rounded(chance_worth, 6),
        "chance_value_at_most": _rounded(most, 6),
        "chance_win_rate": _rounded(chance_won, 6),
        "value_leg": leg,
        "grade": grade,
        # rounded before any ranking: what lies below these digits is no information
        "net_revenue_retention": _rounded(_best(kept), 6),
        "lifetime_value": _rounded(_best(worth), 2),
        "win_rate": _rounded(_best(won), 6),
        "value_to_cost": _rounded(cost.get("value_to_cost"), 6),
        "more_customers": missing.customers,
        "more_months": missing.months,
    }


def _value_leg(spec: VerdictsSpec, worth: Row, cost: Row) -> tuple[float | None, float | None, str]:
    """P(value over cost >= bar) where costs are known, else P(value >= everybody's).

    With it what it would be if nobody left after the records, and which of the two comparisons it is.
    """
    value, per_customer = _best(worth), cost.get("cost_per_customer")
    se = worth.get("shrunk_se") if worth.get("shrunk_value") is not None else worth.get("se")
    if value is None or se is None:
        return None, None, "none"
    if not per_customer or cost.get("se") is None:
        return worth["chance_above_all"], worth["chance_above_all"], "clv_against_all"
    # the raw value knows by how much a longer record could raise it; the pooled one is raised alike
    most, raw = worth.get("most_value"), worth.get("value")
    longer = max(most / raw, 1.0) if most and raw and raw > 0 else 1.0
    df = max(worth["n_eff"] - 1.0, 1.0)
    together = (cost.get("correlation") or 0.0) * se * cost["se"]
    chances = [
        chance_of_ratio(spec.clv_to_cac, times * value, times * se, per_customer, cost["se"], times * together, df)
        for times in (1.0, longer)
    ]
    return chances[0], chances[1], "clv_to_cac"


def _leg(name: str, row: Row, chance: float | None, most: float | None, limits: GradeLimits, pace: float | None) -> Leg:
    known = 0.0 if chance is None else chance
    ceiling = known if most is None else max(known, most)
    return Leg(name, known, ceiling, row.get("n") or 0, row.get("n_eff") or 0.0, limits.b_n, limits.b_n_eff, pace)


def _remarks(spec: VerdictsSpec, leg: str, chance: float | None, worth: Row, cost: Row) -> Iterator[str]:
    """What a reader of the value leg must know."""
    if leg == "clv_against_all" and chance is not None:
        unknown = "the cost of acquisition is not known" if cost else "no costs on record"
        yield f"{unknown}: value is compared with everybody's"
    if leg != "clv_to_cac":
        return
    if cost.get("ratio_lo") is None:
        yield f"the cost of acquisition is not identified: {cost['new_customers']} new customers"
    if (worth.get("most_value") or 0.0) > (worth.get("value") or 0.0) * 1.001:
        yield f"value is counted over {worth['supported_months']} months: a longer record can only raise it"
    if (cost.get("value_to_cost") or 0.0) < 1.0:
        yield "costs more than it brings within the records"
    if cost.get("payback_months") is None:
        yield "not paid back within the records"
    elif cost["payback_months"] > spec.payback_months:
        yield f"paid back after {cost['payback_months']} months"


def _equally_won(spec: VerdictsSpec, one: Row, other: Row) -> bool:
    """Whether two win rates are near each other and neither is likely the higher one."""
    rates, errors = (_best(one), _best(other)), (_error(one), _error(other))
    if (
        rates[0] is None
        or rates[1] is None
        or errors[0] is None
        or errors[1] is None
        or "C" in (one["grade"], other["grade"])
    ):
        return False
    difference, se = rates[0] - rates[1], (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    chance = intervals.probability_above(difference, se, 0.0, 1e9)
    return (
        abs(difference) <= spec.equal_within and chance is not None and 1 - spec.probability < chance < spec.probability
    )


def _worth_more(one: Row, other: Row) -> tuple[float, float] | None:
    """How many times as much the first is worth, and how likely it is worth more; None where that cannot be said."""
    logs, variance = [], 0.0
    for row in (one, other):
        value, error, everybody = _best(row), _error(row), row.get("value_of_all")
        if value is None or value <= 0 or error is None or everybody is None or everybody <= 0:
            return None
        logs.append(log(value / everybody))
        variance += (error / value) ** 2
    df = max(min(one["n_eff"], other["n_eff"]) - 1.0, 1.0)
    return exp(logs[0] - logs[1]), intervals.probability_above(logs[0] - logs[1], variance**0.5, 0.0, df) or 0.0


def _error(row: Row) -> float | None:
    return row.get("shrunk_se") if row.get("shrunk_value") is not None else row.get("se")


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _best(row: Row) -> float | None:
    """The pooled value, or the raw one where there were too few segments to pool."""
    shrunk = row.get("shrunk_value")
    return shrunk if shrunk is not None else row.get("value")


def _segments(rows: list[dict[str, Any]]) -> dict[str, Row]:
    return {row["name"]: row for row in rows if row["dimension"] == "segment"}
