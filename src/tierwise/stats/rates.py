"""A cumulative incidence as a rate: with a clustered interval and the counts it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from tierwise.stats.estimate import Estimate
from tierwise.stats.grades import grade
from tierwise.stats.intervals import LEVEL, wilson
from tierwise.stats.survival import Incidence

METHOD = "aalen_johansen"


@dataclass(frozen=True)
class Rate:
    """An estimate and its pseudo-counts: `successes` of `trials` would be as informative without censoring."""

    estimate: Estimate
    successes: float
    trials: float


def incidence_rate(
    curve: Incidence,
    n: int,
    clusters: int,
    influence2: float,
    n_eff: float,
    completed: float,
    top_share: float | None = None,
    level: float = LEVEL,
) -> Rate:
    """The probability of an outcome within the horizon, with its interval on effective counts.

    Wilson (methods c.1, c.2).

    `influence2` is the sum over clusters of squared influences, `n_eff` Kish's number of clusters,
    `completed` the subjects whose fate within the horizon is known. Effective trials: F (1 - F) / Var. At 0
    and 1 there is no variance to go by; the completed subjects count then, reduced by clustering. No
    interval for one cluster.
    """
    value = min(max(curve.value, 0.0), 1.0) if n > 0 else None
    if value is None:
        return Rate(Estimate(None, None, None, None, 0, 0, 0.0, 0.0, 0.0, METHOD, "C", level), 0.0, 0.0)
    variance = clusters / (clusters - 1) * influence2 if clusters > 1 else 0.0
    independent = value * (1.0 - value)
    # within rounding of 0 or 1 the value has no variance of its own; clusters that happen to agree prove no more
    # than independent subjects would
    certain = independent <= 1e-12 or variance <= 1e-15
    trials = completed * n_eff / n if certain else min(independent / variance, n)
    successes = value * trials
    lo = hi = se = None
    if clusters > 1 and trials > 0:
        (lo, hi), se = wilson(successes, trials, level), variance**0.5
    found = grade(n, n_eff, top_share, value, lo, hi)
    estimate = Estimate(value, lo, hi, se, n, clusters, n_eff, successes, trials, METHOD, found, level)
    return Rate(estimate, successes, trials)
