"""Value against what it costs: the ratio with its interval, payback, and the formula that is no forecast.

Source of the interval: Fieller 1954. Both ends may be far apart, and where the cost itself is not known to differ
from nothing there is no interval: the ratio is not identified.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.stats.intervals import LEVEL, normal_quantile, probability_above


@dataclass(frozen=True)
class Cost:
    """What one new customer cost. `n_eff`: a count of so many customers would be as uncertain.

    `falls_by`: by how much one more new customer would make it cheaper, for what varies with their number.
    """

    value: float
    lo: float
    hi: float
    se: float
    n_eff: float
    falls_by: float


def acquisition_cost(own: float, shared: float, customers: int, everybody: int, level: float = LEVEL) -> Cost | None:
    """Own costs over own new customers plus shared costs over all of them; None without customers or costs.

    The sums are what the books say; the uncertainty is that of the counts (Poisson), with an interval that is exact
    for one count.
    """
    from scipy.special import gammaincinv

    if everybody <= 0 or (own > 0 and customers <= 0):
        return None
    parts = own / customers if own > 0 else 0.0, shared / everybody
    value = sum(parts)
    if value <= 0:
        return None
    variance = (parts[0] ** 2 / customers if own > 0 else 0.0) + parts[1] ** 2 / everybody
    n_eff, tail = value**2 / variance, (1.0 - level) / 2.0
    most, least = (float(gammaincinv(n_eff + more, share)) for more, share in ((1.0, 1.0 - tail), (0.0, tail)))
    falls_by = (parts[0] / customers if own > 0 else 0.0) + parts[1] / everybody
    return Cost(value, value * n_eff / most, value * n_eff / least, variance**0.5, n_eff, falls_by)


@dataclass(frozen=True)
class Ratio:
    """A over b, both uncertain. `lo` and `hi` are None where b is not known to be above zero: not identified."""

    value: float
    lo: float | None
    hi: float | None

    @property
    def identified(self) -> bool:
        return self.lo is not None


def fieller(
    a: float, se_a: float, b: float, se_b: float, covariance: float = 0.0, quantile: float | None = None
) -> Ratio:
    """The ratio a / b with Fieller's interval; `quantile` is that of the level, 1.96 by default.

    Raises ValueError when b is not positive.
    """
    if b <= 0.0:
        raise ValueError(f"a cost is positive, not {b:g}")
    z2 = (normal_quantile(LEVEL) if quantile is None else quantile) ** 2
    if z2 * se_b**2 >= b**2:
        return Ratio(a / b, None, None)
    # the ratios rho for which a - rho b is within z standard errors of zero: between two roots
    square, middle, rest = b**2 - z2 * se_b**2, a * b - z2 * covariance, a**2 - z2 * se_a**2
    reach = max(middle**2 - square * rest, 0.0) ** 0.5
    return Ratio(a / b, (middle - reach) / square, (middle + reach) / square)


def chance_of_ratio(
    bar: float, a: float, se_a: float, b: float, se_b: float, covariance: float = 0.0, df: float = 1e9
) -> float:
    """P(a / b >= bar) for a positive b: that of a - bar b being above zero, as in Fieller's interval."""
    spread = max(se_a**2 + bar**2 * se_b**2 - 2.0 * bar * covariance, 0.0) ** 0.5
    return probability_above(a - bar * b, spread, 0.0, df) or 0.0


def payback(margins: ArrayLike, cost: float) -> int | None:
    """Months until the expected margins of a customer add up to its cost; None when they do not within the records.

    `margins[k]` is what is expected in month k, those who have left by then included as nothing.
    """
    covered = np.flatnonzero(np.cumsum(np.asarray(margins, dtype=float)) >= cost)
    return int(covered[0]) + 1 if len(covered) else None


def perpetuity(margin: float, retention: float, discount: float, growth: float = 0.0, first: bool = True) -> float:
    """Value for ever at one margin per year and one retention for all: for comparison only, it is no forecast.

    `first` counts the payment at acquisition. Raises ValueError when revenue grows faster than customers leave and
    money loses value: the sum has no end, as when net retention above 1 is put into it.
    """
    kept = retention * (1.0 + growth) / (1.0 + discount)
    if kept >= 1.0:
        raise ValueError("retention with growth is not below 1 + discount: a sum for ever has no value")
    return margin / (1.0 - kept) if first else margin * kept / (1.0 - kept)
