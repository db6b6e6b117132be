"""What a customer is worth: margins month by month, discounted, with an interval; and what lies beyond the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tierwise.sql.query import Query, query
from tierwise.stages.performance.lifetime_value.repeat import repeat_margins
from tierwise.stages.performance.lifetime_value.spec import LifetimeValueSpec
from tierwise.stats import intervals, value
from tierwise.stats.estimate import Estimate
from tierwise.stats.shrinkage import Shrunk
from tierwise.stats.survival import KaplanMeier, kaplan_meier
from tierwise.stats.value import MonthSums
from tierwise.stats.value.renewal import ShiftedBetaGeometric
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import lifetime_value as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]
Row = Mapping[str, Any]
Key = tuple[str, str]
SLICE = ("dimension", "name")
TOTAL = ("total", "all")
WEIGHTS = ("margin_weight", "seen_weight", "risk_weight", "death_weight")
YEAR = 12
LEAST_LEAVING = 1e-3  # a model in which nobody leaves has not seen the end of anything, and says nothing of later
FINE = 100.0  # decimals hold six digits: two more of an influence, and the largest account still fits when squared


def value_weights(spec: LifetimeValueSpec, as_of: date, value_months: pa.Table) -> pa.Table:
    """What each observed month adds to an account's influence. One row per dimension, name and month in support.

    In units of the slice's own value and size, so that influences can be squared and added up in decimals.
    """
    rows = []
    for (dimension, name), months in groups(value_months, SLICE, "tenure"):
        sums = _sums(months)
        found = value.lifetime_value(sums, _supported(spec, sums), spec.discount)
        unit, size = _unit(found, sums), _size(found, sums)
        weights = zip(*((getattr(found, weight) / unit).tolist() for weight in WEIGHTS), strict=True)
        rows += [
            {"dimension": dimension, "name": name, "tenure": tenure, "size_weight": size, "unit": unit}
            | dict(zip(WEIGHTS, parts, strict=True))
            for tenure, parts in enumerate(weights)
        ]
    return filled(dictionary.VALUE_WEIGHTS, rows)


def value_spread(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Influences summed per ultimate parent, squared and summed. One row per dimension and name."""
    return query(
        """
        with clusters as (
            select x.dimension, x.name, x.cluster_id, sum(t.entered) as n,
                   cast(sum(points(t.margin * w.size_weight)) as double) as size,
                   cast(sum(points(t.margin * w.margin_weight + w.seen_weight
                                   + t.at_risk * w.risk_weight + t.died * w.death_weight)) as double) as influence
            from tenure_months t
            join slices x on x.account_id = t.account_id
            join value_weights w on w.dimension = x.dimension and w.name = x.name and w.tenure = t.tenure
            group by x.dimension, x.name, x.cluster_id
        )
        select dimension, name, sum(n) as n, count(*) as n_clusters, sum(points(influence * influence)) as influence2,
               sum(points(size)) as size, sum(points(size * size)) as size2, max(size) as top
        from clusters
        group by dimension, name
        """
    )


def value_curve(
    spec: LifetimeValueSpec, as_of: date, value_months: pa.Table, renewal_models: pa.Table, repeat_models: pa.Table
) -> pa.Table:
    """What a new customer is expected to bring in each month of its life. One row per dimension, name and month.

    Not discounted; those who left by then bring nothing. `source`: the months on record, and beyond them a model of
    yearly `renewals` or of repeated `purchases`.
    """
    rows: list[dict[str, Any]] = []
    yearly, repeated = _by_slice(renewal_models), _by_slice(repeat_models)
    for key, months in groups(value_months, SLICE, "tenure"):
        sums = _sums(months)
        horizon = _supported(spec, sums)
        found = value.lifetime_value(sums, horizon, spec.discount)
        rows += _curve(key, "months", 0, found.survival * found.mean_margin, found.survival)
        if not 0 < horizon < spec.horizon_months:
            continue
        if key in yearly and not _watched(months):
            left = _onward(spec, sums, _model(yearly[key]))
            rows += _curve(key, "renewals", horizon, left * _latest(sums, horizon), left)
        elif key in repeated and _trusted(spec, repeated[key]):
            margins = repeat_margins(spec, repeated[key], horizon, spec.horizon_months)
            rows += _curve(key, "purchases", horizon, margins, None)
    return filled(dictionary.VALUE_CURVE, rows)


def lifetime_value(
    spec: LifetimeValueSpec,
    as_of: date,
    value_curve: pa.Table,
    value_months: pa.Table,
    value_spread: pa.Table,
    renewal_models: pa.Table,
    repeat_models: pa.Table,
) -> pa.Table:
    """Discounted margin per acquired account within the supported horizon. One row per dimension and name.

    Model currency per account. Customers who are still here are neither dropped nor taken for lost. Interval:
    influence function over ultimate parents, log scale. See docs/methods/lifetime_value.md.
    """
    curves = {key: _curve_of(rows) for key, rows in groups(value_curve, SLICE, "tenure")}
    spreads, yearly, repeated = _by_slice(value_spread), _by_slice(renewal_models), _by_slice(repeat_models)
    found = {}
    for key, months in groups(value_months, SLICE, "tenure"):
        sums, curve = _sums(months), curves.get(key, {})
        estimate, more = _observed(spec, sums, spreads.get(key))
        if _watched(months):
            more |= _watched_only(spec, curve, sums, repeated.get(key), estimate)
        else:
            more |= _left_or_stayed(spec, curve, sums, yearly.get(key), estimate)
        found[key] = estimate, more
    rows: list[dict[str, Any]] = []
    for dimension in sorted({key[0] for key in found}):
        rows += _judged(spec, {key: found[key] for key in sorted(found) if key[0] == dimension}, curves.get(TOTAL, {}))
    return filled(dictionary.LIFETIME_VALUE, rows)


Found = tuple[Estimate, dict[str, Any]]


def _judged(
    spec: LifetimeValueSpec, found: Mapping[Key, Found], everybody: Mapping[str, Array]
) -> list[dict[str, Any]]:
    """The estimates of one dimension, pooled where it has enough slices, beside everybody's at the same horizon."""
    estimates = [estimate for estimate, _ in found.values()]
    reference = [_value_of(spec, everybody, more["supported_months"]) for _, more in found.values()]
    total = all(key == TOTAL for key in found)
    pooled: Sequence[Shrunk | None] = (None,) * len(found)
    if not total:
        pooled = value.pool_values(estimates, reference, spec.level)
    rows = []
    for (key, (one, more)), base, shrunk in zip(found.items(), reference, pooled, strict=True):
        chance = None if total else _chance_above(one, shrunk, base)
        described = {"dimension": key[0], "name": key[1], "value_of_all": base, "chance_above_all": chance}
        rows.append(asdict(one if shrunk is None else one.pooled(shrunk)) | more | described)
    return rows


def _observed(spec: LifetimeValueSpec, sums: MonthSums, spread: Row | None) -> Found:
    """The value of one slice within the months that enough customers were seen in."""
    horizon = _supported(spec, sums)
    found = value.lifetime_value(sums, horizon, spec.discount)
    if spread is None:
        return value.value_estimate(found, 0, 0, 0.0, 0.0, level=spec.level), {"supported_months": horizon}
    n_eff = spread["size"] ** 2 / spread["size2"] if spread["size2"] else 0.0
    top_share = spread["top"] / spread["size"] if spread["size"] and spread["size"] > 0 else None
    influence2 = spread["influence2"] * _unit(found, sums) ** 2
    estimate = value.value_estimate(found, spread["n"], spread["n_clusters"], influence2, n_eff, top_share, spec.level)
    level = max(_left(sums, horizon) * _latest(sums, horizon), 0.0) if horizon else 0.0
    most = found.value + level * float(_discounts(spec, horizon).sum()) if horizon else None
    return estimate, {"supported_months": horizon, "most_value": most}


def _left_or_stayed(
    spec: LifetimeValueSpec, curve: Mapping[str, Array], sums: MonthSums, model: Row | None, within: Estimate
) -> dict[str, Any]:
    """What is known of a slice whose customers are seen to leave: how long they stay, and what renewals add."""
    horizon, tenure = _supported(spec, sums), _tenure(sums)
    known = {
        "setting": "contractual",
        "expected_months": tenure.restricted_mean(horizon)[0] if horizon else None,
        "median_months": tenure.median(),
    }
    if model is None:
        return known
    known["contract_years"] = model["contract_years"]
    if "renewals" not in curve:
        return known
    fitted, discounts = _model(model), _discounts(spec, horizon)
    shape = float(_onward(spec, sums, fitted) @ discounts)
    error = fitted.standard_error(lambda m: float(_onward(spec, sums, m) @ discounts)) / shape
    return known | _beyond(spec, float(curve["renewals"] @ discounts), error, within)


def _watched_only(
    spec: LifetimeValueSpec, curve: Mapping[str, Array], sums: MonthSums, model: Row | None, within: Estimate
) -> dict[str, Any]:
    """What is known of a slice whose customers just stop buying: who is likely active, and what purchases add."""
    known: dict[str, Any] = {"setting": "not_contractual"}
    if model is None:
        return known
    horizon = _supported(spec, sums)
    seen = curve["months"][1:] @ _discounts(spec, 1, horizon) if horizon > 1 else 0.0
    said = repeat_margins(spec, model, 1, horizon) @ _discounts(spec, 1, horizon) if horizon > 1 else 0.0
    known |= {
        "active_customers": model["active_customers"] if model["leaves"] >= LEAST_LEAVING else None,
        "spend_correlation": model["correlation"],
        "model_over_records": float(said / seen) if seen > 0 else None,
    }
    if "purchases" not in curve:
        return known
    added = float(curve["purchases"] @ _discounts(spec, horizon))
    return known | _beyond(spec, added, model["beyond_error"], within)


def _beyond(spec: LifetimeValueSpec, added: float, error: float, within: Estimate) -> dict[str, Any]:
    """What a model adds beyond the records, up to the horizon: a band of its own, never part of the value."""
    if added <= 0 or within.se is None or within.value is None or within.value <= 0:
        return {"beyond_value": added}
    quantile = intervals.t_quantile(within.degrees_of_freedom, spec.level)
    factor = float(np.exp(min(quantile * (error**2 + (within.se / within.value) ** 2) ** 0.5, 50.0)))
    return {"beyond_value": added, "beyond_lo": added / factor, "beyond_hi": added * factor}


def _trusted(spec: LifetimeValueSpec, model: Row) -> bool:
    """Whether a model of purchases may look beyond: it sees somebody leave, and spend does not go with frequency."""
    correlation = model["correlation"]
    return model["leaves"] >= LEAST_LEAVING and (correlation is None or abs(correlation) <= spec.most_correlation)


def _watched(months: pa.Table) -> bool:
    """Whether the slice's customers have no contract: nobody is seen to leave."""
    return bool(numbers(months, "watched").sum() > 0)


def _value_of(spec: LifetimeValueSpec, everybody: Mapping[str, Array], horizon: int) -> float | None:
    """Everybody's value within the horizon that one slice supports; the total supports at least as much."""
    margins = everybody.get("months", np.empty(0))
    if horizon == 0 or len(margins) < horizon:
        return None
    return float(margins[:horizon] @ _discounts(spec, 0, horizon))


def _chance_above(found: Estimate, shrunk: Shrunk | None, bar: float | None) -> float | None:
    centre, se = (found.value, found.se) if shrunk is None else (shrunk.value, shrunk.se)
    if centre is None or se is None or bar is None or bar <= 0:
        return None
    if centre <= 0:
        return intervals.probability_above(centre, se, bar, found.degrees_of_freedom)
    return intervals.probability_above(log(centre / bar), se / centre, 0.0, found.degrees_of_freedom)


def _unit(found: value.LifetimeValue, sums: MonthSums) -> float:
    """The unit of influences: a hundredth of a typical account's, whatever the currency and the number of accounts."""
    return (abs(found.value) or 1.0) / max(float(sums.paying.max()), 1.0) ** 0.5 / FINE


def _size(found: value.LifetimeValue, sums: MonthSums) -> float:
    """The unit of margins, by the same reasoning."""
    total = float(sums.margin[: found.horizon].sum())
    return FINE * max(float(sums.paying.max()), 1.0) ** 0.5 / total if total > 0 else 0.0


def _discounts(spec: LifetimeValueSpec, first: int, end: int | None = None) -> Array:
    """Discount of each month from `first` up to the horizon, or up to `end`."""
    return np.asarray((1.0 + spec.discount) ** (-np.arange(first, spec.horizon_months if end is None else end) / 12.0))


def _left(sums: MonthSums, horizon: int) -> float:
    """Share of customers who are there when the supported months are over."""
    return _tenure(sums).at(horizon)


def _latest(sums: MonthSums, horizon: int) -> float:
    """Mean margin of a month in the last supported year."""
    last = slice(max(horizon - YEAR, 0), horizon)
    return float(sums.margin[last].sum() / sums.paying[last].sum())


def _onward(spec: LifetimeValueSpec, sums: MonthSums, model: ShiftedBetaGeometric) -> Array:
    """Share of acquired customers who are there in each month after the supported ones, up to the horizon.

    By the model from the first day on: the observed share of the last months rests on the few who are that old.
    """
    return model.survival(np.arange(_supported(spec, sums), spec.horizon_months) // YEAR)


def _model(row: Row) -> ShiftedBetaGeometric:
    covariance = np.array(
        [[row["variance_odds"], row["covariance"]], [row["covariance"], row["variance_size"]]], dtype=float
    )
    return ShiftedBetaGeometric(row["a"], row["b"], 0.0, covariance)


def _curve(key: Key, source: str, first: int, margins: Array, survival: Array | None) -> list[dict[str, Any]]:
    left = [None] * len(margins) if survival is None else survival.tolist()
    return [
        {
            "dimension": key[0],
            "name": key[1],
            "tenure": first + k,
            "source": source,
            "margin": margin,
            "survival": share,
        }
        for k, (margin, share) in enumerate(zip(margins.tolist(), left, strict=True))
    ]


def _curve_of(rows: pa.Table) -> dict[str, Array]:
    """Margins by source, in the order of months."""
    return {source[0]: numbers(part, "margin") for source, part in groups(rows, ("source",), "tenure")}


def _by_slice(rows: pa.Table) -> dict[Key, Row]:
    return {(row["dimension"], row["name"]): row for row in rows.to_pylist()}


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
