"""Intervals for proportions, the probability that an estimate lies above a bar, and that it is the largest of several.

Sources: Wilson 1927; Rocks 2016; Brown, Cai and DasGupta 2001 (Wilson and Jeffreys recommended for small n).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
# values at which all distributions are compared: so many in all, some around each
NODES, FEWEST = 8000, 4
# what is known exactly is placed like something known to a millionth of the largest error
EXACT = 1e-6


def normal_quantile(level: float = LEVEL) -> float:
    """The two-sided standard normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2.0)


def t_quantile(df: float, level: float = LEVEL) -> float:
    """The two-sided Student t quantile; `df` may be fractional."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.5 + level / 2.0))


def wilson(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson score interval of a proportion. Fractional counts (effective numbers) are allowed.

    Raises ValueError without trials, or with more successes than trials.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"a proportion needs 0 <= successes <= trials > 0, not {successes} of {trials}")
    z2 = normal_quantile(level) ** 2
    share = successes / trials
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    spread = (z2 * (share * (1 - share) + z2 / (4 * trials)) / trials) ** 0.5 / (1 + z2 / trials)
    # at 0 and at all successes the closed form is exactly 0 and 1; rounding is not
    lo = 0.0 if successes == 0 else max(centre - spread, 0.0)
    hi = 1.0 if successes == trials else min(centre + spread, 1.0)
    return lo, hi


def net_promoter(promoters: float, passives: float, detractors: float, level: float = LEVEL) -> tuple[float, float]:
    """Interval of a net promoter score: share of promoters less share of detractors. Fractional counts are allowed.

    Adjusted Wald: three answers are added, 3/4 of a promoter, 3/2 passives, 3/4 of a detractor (Rocks 2016, The American
    Statistician 70, 365-372, who finds it to hold its level also for few answers). The variance is that of a variable that is
    1, 0 or -1. Raises ValueError without answers.
    """
    answers = promoters + passives + detractors
    if answers <= 0:
        raise ValueError("a net promoter score needs an answer")
    up, down, n = promoters + 0.75, detractors + 0.75, answers + 3.0
    centre = (up - down) / n
    spread = normal_quantile(level) * (((up + down) / n - centre**2) / n) ** 0.5
    return max(centre - spread, -1.0), min(centre + spread, 1.0)


def jeffreys(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Jeffreys interval, Beta(1/2, 1/2) prior, with the usual 0 and 1 at the ends.

    Raises ValueError without trials, or with more successes than trials.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"a proportion needs 0 <= successes <= trials > 0, not {successes} of {trials}")
    lo, hi = beta_interval(successes + 0.5, trials - successes + 0.5, level)
    return (0.0 if successes == 0 else lo), (1.0 if successes == trials else hi)


def beta_interval(a: float, b: float, level: float = LEVEL) -> tuple[float, float]:
    """The central interval of a Beta(a, b) distribution."""
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1.0 - tail))


def beta_above(a: float, b: float, bar: float) -> float:
    """P(x > bar) for x ~ Beta(a, b)."""
    from scipy.special import betaincc

    return float(betaincc(a, b, min(max(bar, 0.0), 1.0)))


def probability_above(value: float | None, se: float | None, bar: float, df: float) -> float | None:
    """P(x >= bar) for an estimate with a standard error and `df` degrees of freedom (methods a.6).

    None when the standard error is not defined; 0 or 1 when it is exactly zero.
    """
    from scipy.special import stdtr

    if value is None or se is None:
        return None
    if se == 0.0:
        return 1.0 if value >= bar else 0.0
    return float(stdtr(max(df, 1.0), (value - bar) / se))


@dataclass(frozen=True)
class Place:
    """The chance to be the best of all, and the place to expect: 1 is the best."""

    chance_best: float
    expected_rank: float


def standing(values: Sequence[float], errors: Sequence[float], dfs: Sequence[float]) -> tuple[Place, ...]:
    """The standing of each of several estimates with their standard errors and degrees of freedom (1 at least).

    A ranking by raw values puts small groups at both ends. Here each true value has its own t distribution about its
    (pooled) estimate, independent of the others (methods a.6); integrated on a grid, so the same figures every time.

    Chances add up to one, expected ranks to 1 + 2 + ... + k. Estimates that are all exact and equal share both.
    """
    from scipy.special import stdtr, stdtrit

    centre, spread, df = (np.asarray(column, dtype=float) for column in (values, errors, dfs))
    if not len(centre):
        return ()
    df, k = np.maximum(df, 1.0), len(centre)
    spread = np.maximum(spread, EXACT * (spread.max() or 1.0))
    each = max(NODES // k, FEWEST)
    levels = (np.arange(each) + 0.5) / each
    edges = np.unique(centre[:, None] + spread[:, None] * stdtrit(df[:, None], levels[None, :]))
    below = np.concatenate(
        [np.zeros((k, 1)), stdtr(df[:, None], (edges - centre[:, None]) / spread[:, None]), np.ones((k, 1))], axis=1
    )
    mass = np.diff(below, axis=1)
    with np.errstate(divide="ignore"):
        logs = np.log(below)
    # where some are certainly not below, a product without one of them needs to know how many there are
    none = np.isneginf(logs)
    logs = np.where(none, 0.0, logs)
    others = np.where(none.sum(axis=0) - none > 0, 0.0, np.exp(logs.sum(axis=0) - logs))
    best = (mass * (others[:, 1:] + others[:, :-1]) / 2.0).sum(axis=1)
    over = (1.0 - below).sum(axis=0) - (1.0 - below)
    ahead = (mass * (over[:, 1:] + over[:, :-1]) / 2.0).sum(axis=1)
    return tuple(Place(float(b), float(1.0 + a)) for b, a in zip(best / best.sum(), ahead, strict=True))
