"""Intervals for proportions, and the probability that an estimate lies above a bar.

Sources: Wilson 1927; Brown, Cai and DasGupta 2001 (Wilson and Jeffreys recommended for small n).
"""

from __future__ import annotations

from statistics import NormalDist

LEVEL = 0.95


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
