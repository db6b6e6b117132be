"""Lifetime value from months: the partitioned estimator for censored margins, with a closed-form interval.

Value within H months = sum over months k of S(k) * mean margin in month k * discount. Averaging the margin
month by month among those observed is what keeps it unbiased when large customers stay longer. Sources:
Lin, Feuer, Etzioni and Wax 1997; Bang and Tsiatis 2000. Interval: infinitesimal jackknife over clusters, on
the log scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.stats.estimate import Estimate
from tierwise.stats.grades import VALUE_LIMITS, grade
from tierwise.stats.intervals import LEVEL, t_quantile
from tierwise.stats.shrinkage import MIN_SEGMENTS, Shrunk, morris

Array = NDArray[np.float64]
MIN_AT_RISK = 10


@dataclass(frozen=True, eq=False)
class MonthSums:
    """Per month of tenure k = 0, 1, ...: what the accounts observed in it add up to. Money in one currency.

    `paying`: accounts seen in month k; `margin`: their margins. `at_risk`: those of them for whom it is
    known whether they lived on into month k + 1; `deaths`: those who did not. An account seen only from
    month 5 on counts from month 5 on (delayed entry).
    """

    paying: Array
    margin: Array
    at_risk: Array
    deaths: Array

    def __post_init__(self) -> None:
        lengths = {len(column) for column in (self.paying, self.margin, self.at_risk, self.deaths)}
        if len(lengths) != 1 or np.any(self.deaths > self.at_risk) or np.any(self.at_risk > self.paying):
            raise ValueError("each month needs deaths <= at risk <= paying")

    @classmethod
    def of(cls, margin: ArrayLike, at_risk: ArrayLike, died: ArrayLike) -> MonthSums:
        """The sums of accounts x months matrices; a margin that is NaN was not observed."""
        m = np.asarray(margin, dtype=float)
        risk, dead = np.asarray(at_risk, dtype=float), np.asarray(died, dtype=float)
        seen = ~np.isnan(m)
        return cls(seen.sum(axis=0).astype(float), np.nansum(m, axis=0), risk.sum(axis=0), dead.sum(axis=0))

    def supported(self, horizon: int, min_at_risk: int = MIN_AT_RISK) -> int:
        """How many months from the first on, without a gap, have enough accounts; at most `horizon`."""
        enough = self.paying[:horizon] >= min_at_risk
        return int(np.argmin(enough)) if not enough.all() else len(enough)


@dataclass(frozen=True, eq=False)
class LifetimeValue:
    """The value within `horizon` months and what each observed month adds to an account's influence on it.

    In month k an observed account adds margin_weight[k] * its margin + seen_weight[k]; plus risk_weight[k]
    if it is known whether it lived on; plus death_weight[k] if it did not. Summed per cluster and squared,
    these give the variance: see `value_estimate`.
    """

    horizon: int
    value: float
    survival: Array
    mean_margin: Array
    margin_weight: Array
    seen_weight: Array
    risk_weight: Array
    death_weight: Array

    def influences(self, margin: ArrayLike, at_risk: ArrayLike, died: ArrayLike) -> Array:
        """Each account's influence, from the same matrices as `MonthSums.of`. Sums to zero."""
        m, risk, dead = (np.asarray(a, dtype=float)[:, : self.horizon] for a in (margin, at_risk, died))
        seen = ~np.isnan(m)
        flow = np.where(seen, np.nan_to_num(m) * self.margin_weight + self.seen_weight, 0.0)
        return np.asarray((flow + risk * self.risk_weight + dead * self.death_weight).sum(axis=1))


def lifetime_value(sums: MonthSums, horizon: int, annual_discount: float) -> LifetimeValue:
    """Expected discounted margin per account acquired, within `horizon` months. Currency units.

    Raises ValueError when a month before the horizon has survivors but no observation: see
    `MonthSums.supported`.
    """
    n, total = sums.paying[:horizon], sums.margin[:horizon]
    risk, deaths = sums.at_risk[:horizon], sums.deaths[:horizon]
    hazard = np.divide(deaths, risk, out=np.zeros_like(deaths), where=risk > 0)
    survival = np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]]) if len(n) else np.empty(0)
    if len(n) < horizon or np.any((n == 0) & (survival > 0)):
        raise ValueError(f"{horizon} months are not all observed; use the supported horizon")
    mean = np.divide(total, n, out=np.zeros_like(total), where=n > 0)
    discount = (1.0 + annual_discount) ** (-np.arange(len(n)) / 12.0)
    parts = survival * mean * discount
    later = np.concatenate([np.cumsum(parts[::-1])[::-1][1:], [0.0]]) if len(n) else np.empty(0)
    margin_weight = np.divide(survival * discount, n, out=np.zeros_like(mean), where=n > 0)
    # a death in month k takes away everything later; where all at risk die nothing is later
    loss = np.divide(later, risk - deaths, out=np.zeros_like(later), where=risk > deaths)
    weights = margin_weight, -margin_weight * mean, hazard * loss, -loss
    return LifetimeValue(horizon, float(parts.sum()), survival, mean, *weights)


def value_estimate(
    found: LifetimeValue,
    n: int,
    clusters: int,
    influence2: float,
    n_eff: float,
    top_share: float | None = None,
    level: float = LEVEL,
) -> Estimate:
    """The lifetime value with its interval: log scale, t with n_eff - 1 degrees of freedom.

    `influence2` is the sum over clusters of squared influences; `n_eff` Kish's number with the clusters'
    observed margins as weights. No interval for one cluster; a plain t interval when the value is not
    positive.
    """
    value = found.value if found.horizon > 0 else None
    se = (clusters / (clusters - 1) * influence2) ** 0.5 if value is not None and clusters > 1 else None
    return log_estimate(value, se, n, clusters, n_eff, top_share, level, "partitioned_margin")


def log_estimate(
    value: float | None,
    se: float | None,
    n: int,
    clusters: int,
    n_eff: float,
    top_share: float | None,
    level: float,
    method: str,
) -> Estimate:
    """A lifetime value with its interval: log scale, t with n_eff - 1 degrees of freedom; none without `se`.

    A plain t interval when the value is not positive.
    """
    lo = hi = None
    if value is not None and se is not None:
        spread = t_quantile(max(n_eff - 1.0, 1.0), level) * se
        # beyond exp(50) the interval only says that nothing is known
        factor = exp(min(spread / value, 50.0)) if value > 0 else 0.0
        lo, hi = (value / factor, value * factor) if value > 0 else (value - spread, value + spread)
    graded = grade(n, n_eff, top_share, value, lo, hi, VALUE_LIMITS)
    return Estimate(value, lo, hi, se, n, clusters, n_eff, value, 1.0, method, graded, level)


def pool_values(
    values: list[Estimate], reference: list[float | None], level: float = LEVEL
) -> tuple[Shrunk | None, ...]:
    """Partially pooled values on the log scale, relative to everybody's value at the same horizon.

    `reference[i]` is the overall lifetime value within the horizon that segment i supports, so that
    segments with a shorter record are compared like with like. None for a segment without a positive value
    or an interval, and for all when fewer than four remain.
    """
    usable = [
        i
        for i, (found, base) in enumerate(zip(values, reference, strict=True))
        if found.value is not None and found.value > 0 and found.se is not None and base is not None and base > 0
    ]
    result: list[Shrunk | None] = [None] * len(values)
    if len(usable) < MIN_SEGMENTS:
        return tuple(result)
    value = np.array([values[i].value for i in usable], dtype=float)
    base = np.array([reference[i] for i in usable], dtype=float)
    log_se = np.array([values[i].se for i in usable], dtype=float) / value
    for i, scale, shrunk in zip(usable, base, morris(np.log(value / base), log_se**2, level) or (), strict=True):
        centre, lo, hi = (float(scale * exp(x)) for x in (shrunk.value, shrunk.lo, shrunk.hi))
        result[i] = Shrunk(centre, centre * shrunk.se, lo, hi, shrunk.weight)
    return tuple(result)
