"""Partial pooling: a small segment borrows strength from its siblings, a large one keeps its own figure.

Sources: Paule and Mandel 1982 (between-segment variance); Morris 1983 (intervals that allow for its
estimation); DerSimonian and Laird 1986; Skellam 1948 and Griffiths 1973 (beta-binomial). Segments must be a
partition; groups that overlap are shrunk toward what holds them (`toward_parent`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.intervals import LEVEL, beta_above, beta_interval, normal_quantile
from tierwise.stats.solve import maximum, root

Array = NDArray[np.float64]
MIN_SEGMENTS = 4
KAPPA_FLOOR, KAPPA_CAP = 2.0, 10_000.0


@dataclass(frozen=True)
class Shrunk:
    """One segment after pooling: value, standard error, interval, and the weight given to the pooled mean."""

    value: float
    se: float
    lo: float
    hi: float
    weight: float


@dataclass(frozen=True)
class Between:
    """What the segments have in common: between variance, pooled mean and the mean's standard error."""

    tau2: float
    mean: float
    se: float


def paule_mandel(values: Sequence[float] | Array, variances: Sequence[float] | Array) -> Between:
    """Between variance as the root of sum (y - mu)^2 / (v + tau2) = k - 1; 0 when there is no positive root.

    Raises ValueError with fewer than two segments or a negative variance.
    """
    y, v = _checked(values, variances)

    def excess(tau2: float) -> float:
        weights = 1.0 / (v + tau2)
        mean = float(weights @ y / weights.sum())
        return float(weights @ (y - mean) ** 2) - (len(y) - 1)

    spread = float(((y - y.mean()) ** 2).sum())
    # with an exactly known segment excess(0) is infinite or undefined: start just above zero
    floor = 0.0 if float(v.min()) > 0.0 else 1e-14 * spread
    if spread <= 0.0 or excess(floor) <= 0.0:
        return _pooled(y, v, 0.0)
    return _pooled(y, v, root(excess, floor, spread))


def dersimonian_laird(values: Sequence[float] | Array, variances: Sequence[float] | Array) -> Between:
    """Between variance by moments; the familiar comparator of Paule-Mandel."""
    y, v = _checked(values, variances)
    weights = 1.0 / v
    mean = float(weights @ y / weights.sum())
    q = float(weights @ (y - mean) ** 2)
    scale = float(weights.sum() - (weights @ weights) / weights.sum())
    return _pooled(y, v, max((q - (len(y) - 1)) / scale, 0.0))


def morris(
    values: Sequence[float] | Array, variances: Sequence[float] | Array, level: float = LEVEL
) -> tuple[Shrunk, ...] | None:
    """Empirical-Bayes estimate per segment; None with fewer than four segments.

    The value is the centre of Morris's interval: weight B (k-3)/(k-1) on the pooled mean, B = v / (v + tau2).
    """
    if len(values) < MIN_SEGMENTS:
        return None
    y, v = _checked(values, variances)
    between = paule_mandel(y, v)
    k = len(y)
    total = v + between.tau2
    exact = total <= 0.0
    safe = np.where(exact, 1.0, total)
    weight = np.where(exact, 0.0, v / safe) * (k - 3) / (k - 1)
    theta = (1.0 - weight) * y + weight * between.mean
    # Morris's mean variance is weighted by precision, so that vbar + tau2 is the harmonic mean of v + tau2
    harmonic = k / float((1.0 / safe).sum())
    spread = 2.0 / (k - 3) * weight**2 * harmonic / safe * (y - between.mean) ** 2
    se = np.sqrt(v * (1.0 - weight * (k - 1) / k) + np.where(exact, 0.0, spread))
    z = normal_quantile(level)
    return tuple(
        Shrunk(float(t), float(s), float(t - z * s), float(t + z * s), float(w))
        for t, s, w in zip(theta, se, weight, strict=True)
    )


def toward_parent(
    values: Sequence[float] | Array,
    variances: Sequence[float] | Array,
    n_eff: Sequence[float] | Array,
    parents: float | Sequence[float] | Array,
    parent_variances: float | Sequence[float] | Array = 0.0,
    distinct: float | None = None,
    level: float = LEVEL,
) -> tuple[Shrunk, ...] | None:
    """Groups that may overlap, each shrunk toward the group that holds it; None where too few are distinct.

    One figure per group; `parents` and `parent_variances` are one figure for all or one per group. The variance of
    a group is that of all groups over its own n_eff, so a group of one account may give any (methods a.5). A
    group's error is part of its parent's: between the two lies v - v_parent. The spread of groups about their parents
    is found as Paule and Mandel do, about means that are given; the interval is Morris's for such. Where many of
    the groups are nearly the same accounts, `distinct` says as how many they count.
    """
    y, size = np.asarray(values, dtype=float), np.asarray(n_eff, dtype=float)
    given = np.where(size > 1.0, np.asarray(variances, dtype=float), 0.0)
    if np.any(size <= 0.0) or len(size) != len(y):
        raise ValueError("every group needs an effective number above 0")
    y, given = _checked(y, given) if len(y) > 1 else (y, given)
    spare = np.maximum(size - 1.0, 0.0)
    k = len(y) if distinct is None else min(distinct, len(y))
    if k < MIN_SEGMENTS or spare.sum() <= 1e-9:
        return None
    own = float((spare * size * given).sum() / spare.sum()) / size
    held = np.minimum(np.broadcast_to(np.asarray(parent_variances, dtype=float), y.shape), own)
    centre = np.broadcast_to(np.asarray(parents, dtype=float), y.shape)
    v, gap = own - held, y - centre
    total = v + _spread_about(gap, v)
    safe = np.where(total > 0.0, total, 1.0)
    weight = v / safe * (k - 2) / k
    harmonic = len(y) / float((1.0 / safe).sum())
    unsure = 2.0 / (k - 2) * weight**2 * harmonic / safe * gap**2
    se = np.sqrt(held + v * (1.0 - weight) + unsure)
    theta, z = y - weight * gap, normal_quantile(level)
    columns = (theta, se, theta - z * se, theta + z * se, weight)
    return tuple(Shrunk(*(float(x) for x in row)) for row in zip(*columns, strict=True))


def _spread_about(gap: Array, v: Array) -> float:
    """Variance of true gaps: the root of mean gap^2 / (v + tau2) = 1; 0 when there is no positive root."""
    floor = 0.0 if float(v.min()) > 0.0 else 1e-14 * float(gap @ gap)

    def excess(tau2: float) -> float:
        return float((gap**2 / (v + tau2)).mean()) - 1.0

    if not np.any(gap) or excess(floor) <= 0.0:
        return 0.0
    return root(excess, floor, float(gap @ gap))


@dataclass(frozen=True)
class BetaPrior:
    """What the segments' win rates have in common: Beta(a, b). `method` says how it was found."""

    a: float
    b: float
    method: str

    @property
    def kappa(self) -> float:
        return self.a + self.b

    @property
    def mean(self) -> float:
        return self.a / self.kappa

    def posterior(self, successes: float, trials: float) -> tuple[float, float]:
        """The Beta parameters after `successes` of `trials`."""
        return self.a + successes, self.b + trials - successes

    def shrink(self, successes: float, trials: float, level: float = LEVEL) -> Shrunk:
        """Posterior mean, standard deviation and credible interval of one segment."""
        a, b = self.posterior(successes, trials)
        lo, hi = beta_interval(a, b, level)
        mean = a / (a + b)
        return Shrunk(mean, (mean * (1 - mean) / (a + b + 1)) ** 0.5, lo, hi, self.kappa / (self.kappa + trials))

    def above(self, successes: float, trials: float, bar: float) -> float:
        """P(rate > bar) given the segment's own counts."""
        return beta_above(*self.posterior(successes, trials), bar)


def beta_prior(successes: Sequence[float] | Array, trials: Sequence[float] | Array) -> BetaPrior | None:
    """The beta-binomial prior of a partition; None below four segments with trials.

    Maximum likelihood, or moments where the likelihood is flat.

    kappa = a + b is kept within [2, 10000]: the cap is full pooling, reached when the segments do not differ.
    Fractional counts are allowed (pseudo-counts of a censored estimate). Segments without trials do not
    count.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    k, n = k[n > 0], n[n > 0]
    if len(n) < MIN_SEGMENTS:
        return None
    if np.any((k < 0) | (k > n)):
        raise ValueError("every segment needs 0 <= successes <= trials")
    won, all_trials = float(k.sum()), float(n.sum())
    if won <= 0.0 or won >= all_trials:
        # no variation at all: the likelihood runs to the edge; Jeffreys keeps the mean inside (0, 1)
        return _prior((won + 0.5) / (all_trials + 1.0), KAPPA_CAP, "no_variation")
    likelihood = _BetaBinomial(k, n)
    log_kappa = maximum(likelihood.profile, float(np.log(KAPPA_FLOOR)), float(np.log(KAPPA_CAP)))
    if not np.isfinite(likelihood.profile(log_kappa)):
        return beta_prior_by_moments(k, n)
    kappa = float(np.exp(log_kappa))
    if kappa > 0.999 * KAPPA_CAP:
        return _prior(won / all_trials, KAPPA_CAP, "full_pooling")
    return _prior(likelihood.mean_given(kappa), kappa, "maximum_likelihood")


def beta_prior_by_moments(successes: Sequence[float] | Array, trials: Sequence[float] | Array) -> BetaPrior:
    """The beta-binomial prior from the one-way analysis of variance of the binary outcomes."""
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    total, groups = float(n.sum()), len(n)
    mean = float(k.sum()) / total
    share = k / n
    between = float(n @ (share - mean) ** 2) / (groups - 1)
    within = float(n @ (share * (1 - share))) / (total - groups)
    size = (total - float(n @ n) / total) / (groups - 1)
    correlation = (between - within) / (between + (size - 1) * within)
    kappa = KAPPA_CAP if correlation <= 0 else 1.0 / correlation - 1.0
    return _prior(mean, min(max(kappa, KAPPA_FLOOR), KAPPA_CAP), "moments")


class _BetaBinomial:
    """The log-likelihood of segment counts, profiled over the mean: one dimension, log kappa, is left."""

    def __init__(self, successes: Array, trials: Array) -> None:
        self.k, self.n = successes, trials

    def mean_given(self, kappa: float) -> float:
        from scipy.special import digamma

        def slope(mean: float) -> float:
            a, b = mean * kappa, (1.0 - mean) * kappa
            gain = digamma(self.k + a) - digamma(a) - digamma(self.n - self.k + b) + digamma(b)
            return float(gain.sum())

        return root(slope, 1e-9, 1.0 - 1e-9)

    def profile(self, log_kappa: float) -> float:
        from scipy.special import betaln

        kappa = float(np.exp(log_kappa))
        mean = self.mean_given(kappa)
        a, b = mean * kappa, (1.0 - mean) * kappa
        return float((betaln(self.k + a, self.n - self.k + b) - betaln(a, b)).sum())


def _prior(mean: float, kappa: float, method: str) -> BetaPrior:
    return BetaPrior(mean * kappa, (1.0 - mean) * kappa, method)


def _checked(values: Sequence[float] | Array, variances: Sequence[float] | Array) -> tuple[Array, Array]:
    y, v = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    if len(y) != len(v) or len(y) < 2 or np.any(v < 0) or not (np.all(np.isfinite(y)) and np.all(np.isfinite(v))):
        raise ValueError("pooling needs two or more finite values, each with a variance of 0 or more")
    return y, v


def _pooled(y: Array, v: Array, tau2: float) -> Between:
    total = v + tau2
    if np.any(total <= 0.0):
        # segments that are known exactly carry all the weight
        exact = total <= 0.0
        return Between(tau2, float(y[exact].mean()), 0.0)
    weights = 1.0 / total
    return Between(tau2, float(weights @ y / weights.sum()), float(weights.sum() ** -0.5))
