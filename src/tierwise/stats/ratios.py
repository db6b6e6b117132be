"""Ratio of sums over accounts with a clustered interval: net and gross revenue retention, shares of accounts.

A ratio r = E / S is estimated from sums over clusters (ultimate parents), so that two subsidiaries are one
observation. Linearisation: Cochran 1977, ch. 6. The t interval with Kish's effective number of clusters minus
one as degrees of freedom was the best calibrated of those compared (docs/methods/retention.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tierwise.stats.estimate import Estimate, clip
from tierwise.stats.grades import SHARE_LIMITS, GradeLimits, grade
from tierwise.stats.intervals import LEVEL, t_quantile, wilson
from tierwise.stats.shrinkage import MIN_SEGMENTS, Shrunk, morris

# sums of squares of equal numbers cancel to about this relative error; smaller residuals are rounding
ROUNDING = 1e-13


@dataclass(frozen=True)
class RatioSums:
    """The sums over clusters that a ratio estimator needs. Money in one currency.

    `den`, `num`: S and E. `den2`, `num2`, `cross`: sums over clusters of s^2, e^2 and s e. `relative`: sum
    over clusters of e^2 / s. `top`: the largest s. `n` counts accounts, `clusters` ultimate parents.
    """

    n: int
    clusters: int
    den: float
    num: float
    den2: float
    num2: float
    cross: float
    relative: float
    top: float

    @classmethod
    def of(cls, den: ArrayLike, num: ArrayLike, cluster: ArrayLike | None = None) -> RatioSums:
        """The sums of accounts given one by one; no denominator, not in the cohort."""
        s, e = np.asarray(den, dtype=float), np.asarray(num, dtype=float)
        group = np.arange(len(s)) if cluster is None else np.asarray(cluster)
        s, e, group = s[s > 0], e[s > 0], group[s > 0]
        n = len(s)
        _, index = np.unique(group, return_inverse=True)
        s, e = np.bincount(index, s), np.bincount(index, e)
        top = float(s.max()) if n else 0.0
        squares = float(s @ s), float(e @ e), float(s @ e), float((e**2 / s).sum())
        return cls(n, len(s), float(s.sum()), float(e.sum()), *squares, top)

    @property
    def ratio(self) -> float | None:
        return self.num / self.den if self.den > 0 else None

    @property
    def n_eff(self) -> float:
        """Kish's effective number of clusters, weighted by the denominator (methods 0.6)."""
        return self.den**2 / self.den2 if self.den2 > 0 else 0.0

    @property
    def top_share(self) -> float | None:
        """The largest cluster's share of the denominator."""
        return self.top / self.den if self.den > 0 else None

    @property
    def residual2(self) -> float:
        """Sum over clusters of (e - r s)^2."""
        r = self.ratio or 0.0
        total = self.num2 + r * r * self.den2
        residual = total - 2.0 * r * self.cross
        return residual if residual > ROUNDING * total else 0.0

    @property
    def se(self) -> float | None:
        """The standard error of the ratio; None for fewer than two clusters."""
        if self.den <= 0 or self.clusters < 2:
            return None
        return float((self.clusters / (self.clusters - 1) * self.residual2) ** 0.5 / self.den)

    @property
    def within(self) -> float:
        """The den-weighted variance of e / s within this segment (methods a.5, q_s)."""
        r = self.ratio or 0.0
        value = self.relative / self.den - r * r if self.den > 0 else 0.0
        return value if value > ROUNDING * r * r else 0.0


def ratio(
    sums: RatioSums,
    method: str = "ratio_t",
    ceiling: float | None = None,
    limits: GradeLimits = SHARE_LIMITS,
    level: float = LEVEL,
) -> Estimate:
    """The ratio with its effective-df t interval, clipped at 0 and at `ceiling` (methods a.3).

    No value when the denominator is zero; no interval for one cluster.
    """
    value, se = sums.ratio, sums.se
    lo = hi = None
    if value is not None and se is not None:
        spread = t_quantile(max(sums.n_eff - 1.0, 1.0), level) * se
        lo, hi = clip(value - spread, value + spread, 0.0, ceiling)
    found = grade(sums.n, sums.n_eff, sums.top_share, value, lo, hi, limits)
    return Estimate(value, lo, hi, se, sums.n, sums.clusters, sums.n_eff, sums.num, sums.den, method, found, level)


def gross(sums: RatioSums, level: float = LEVEL) -> Estimate:
    """Gross retention: the ratio of sums of min(s, e), which cannot exceed 1."""
    return ratio(sums, "gross_ratio_t", ceiling=1.0, level=level)


def proportion(sums: RatioSums, level: float = LEVEL) -> Estimate:
    """A share of accounts with a Wilson interval, widened by the design effect of clusters.

    `sums` has s = accounts and e = accounts kept per cluster. Without clusters the design effect is exactly
    1.
    """
    value = sums.ratio
    if value is None:
        return Estimate(None, None, None, None, sums.n, sums.clusters, 0.0, 0.0, 0.0, "wilson", "C", level)
    trials = sums.den / design_effect(sums)
    lo, hi = wilson(value * trials, trials, level)
    se = (value * (1.0 - value) / trials) ** 0.5
    found = grade(sums.n, sums.n_eff, sums.top_share, value, lo, hi)
    return Estimate(value, lo, hi, se, sums.n, sums.clusters, sums.n_eff, sums.num, sums.den, "wilson", found, level)


def design_effect(sums: RatioSums) -> float:
    """Variance with clusters over variance without, at least 1, for a share of accounts.

    When every account agrees, or all are of one cluster, there is no variance to compare; clusters then count as single
    observations.
    """
    value = sums.ratio or 0.0
    independent = sums.den * value * (1.0 - value)
    if independent <= 0.0 or sums.clusters < 2:
        return max(sums.den2 / sums.den, 1.0)
    return max(sums.residual2 / independent, 1.0)


def pool(segments: Sequence[RatioSums], level: float = LEVEL) -> tuple[Shrunk | None, ...]:
    """Partially pooled ratio of each segment of a partition; all None below four usable ones.

    Methods a.5.

    The variance of a segment is the pooled within-variance over its n_eff, so it exists even for one account.
    """
    usable = [sums for sums in segments if sums.den > 0]
    spare = sum(sums.n_eff - 1.0 for sums in usable)
    if len(usable) < MIN_SEGMENTS or spare <= 1e-9:
        return (None,) * len(segments)
    variance = sum(sums.n_eff * sums.within for sums in usable) / spare
    found = morris([sums.num / sums.den for sums in usable], [variance / sums.n_eff for sums in usable], level)
    pooled = iter(found or ())
    return tuple(next(pooled) if sums.den > 0 else None for sums in segments)


@dataclass(frozen=True)
class Standardised:
    """A segment's ratio with the overall mix of bands, and whether the mix turned the comparison round.

    `coverage` is the share of everybody's denominator in the bands where the segment has anybody: of those it speaks.
    """

    value: float
    simpson: bool
    coverage: float


def standardise(
    bands: Sequence[tuple[float, float]], overall: Sequence[tuple[float, float]], coverage: float = 0.8
) -> Standardised | None:
    """The ratio that the segment would have with the overall size mix (methods a.7).

    `bands[i]` and `overall[i]` are the denominator and numerator of the segment and of everybody in band i;
    the overall denominators are the weights. Bands where the segment has nobody are left out on both sides; None
    when those that are left hold less than `coverage` of everybody. `simpson` is True when segment minus overall
    changes its sign once the mix is held equal.
    """
    pairs = list(zip(bands, overall, strict=True))
    shared = [(own, every) for own, every in pairs if own[0] > 0 and every[0] > 0]
    total, weight = sum(every[0] for every in overall), sum(every[0] for _, every in shared)
    if not shared or weight < coverage * total:
        return None
    value = sum(every[0] / weight * own[1] / own[0] for own, every in shared)
    same_mix = sum(every[1] for _, every in shared) / weight
    raw = sum(own[1] for own in bands) / sum(own[0] for own in bands)
    everybody = sum(every[1] for every in overall) / total
    return Standardised(value, (value - same_mix) * (raw - everybody) < 0, weight / total)
