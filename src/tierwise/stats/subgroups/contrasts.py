"""A group against the accounts outside it: difference of two ratios, its interval and its p-value, from sums.

Every function takes arrays: one element per group, or per group and split. Sources: Cochran 1977 ch. 6 (ratio
estimator), Welch 1947 (degrees of freedom); Kish's effective numbers take the place of counts (methods a.3, d.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# the sums of a group, in the order of the last axis of an array of sums
SUMS = ("n", "s", "e", "ss", "ee", "se", "k")
# residuals below this share of what they were computed from are rounding
ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class Groups:
    """Sums over clusters: `s` weight, `e` outcome, `ss`, `ee`, `se` their squares and product, `n` accounts, `k` clusters.

    A group's value is e / s: with starting and ending revenue its net retention; with weight 1 a mean.
    """

    n: Array
    s: Array
    e: Array
    ss: Array
    ee: Array
    se: Array
    k: Array

    @classmethod
    def of(cls, sums: Array) -> Groups:
        """From an array whose last axis holds SUMS; without the last of them every account is a cluster."""
        n, s, e, ss, ee, se = (sums[..., i] for i in range(6))
        return cls(n, s, e, ss, ee, se, sums[..., 6] if sums.shape[-1] > 6 else n)

    def __sub__(self, other: Groups) -> Groups:
        """The accounts of this group that are not in `other`, which lies inside it."""
        left = {name: getattr(self, name) - getattr(other, name) for name in SUMS}
        return Groups(**{name: x if name in ("e", "se") else np.maximum(x, 0.0) for name, x in left.items()})

    @property
    def value(self) -> Array:
        return np.divide(self.e, self.s, out=np.full_like(self.e, np.nan), where=self.s > 0)

    @property
    def n_eff(self) -> Array:
        """Kish's effective number of clusters."""
        return np.divide(self.s**2, self.ss, out=np.zeros_like(self.s), where=self.ss > 0)

    @property
    def variance(self) -> Array:
        """The squared standard error of the value; NaN for fewer than two clusters."""
        r = np.nan_to_num(self.value)
        total = self.ee + r**2 * self.ss
        residual = total - 2.0 * r * self.se
        residual = np.where(residual > ROUNDING * total, residual, 0.0)
        enough = (self.k > 1) & (self.s > 0)
        factor = np.divide(self.k, self.k - 1.0, out=np.full_like(self.k, np.nan), where=enough)
        return np.divide(factor * residual, self.s**2, out=np.full_like(self.s, np.nan), where=enough)


@dataclass(frozen=True, eq=False)
class Contrast:
    """Inside minus outside: effect, standard error and degrees of freedom; NaN where a side has too few clusters."""

    effect: Array
    se: Array
    df: Array

    def p(self, sign: int) -> Array:
        """One-sided p-value of a difference in the direction of `sign`; 1 where there is nothing to test.

        One side is enough where the direction was fixed by accounts other than those that test it.
        """
        from scipy.special import stdtr

        t = np.divide(sign * self.effect, self.se, out=np.zeros_like(self.se), where=self.se > 0)
        exact = np.where(sign * self.effect > 0, 0.0, 1.0)
        p = np.where(self.se == 0, exact, stdtr(np.nan_to_num(self.df, nan=1.0), -t))
        return np.asarray(np.where(np.isnan(self.effect) | np.isnan(self.se), 1.0, p))

    def spread(self, level: float) -> Array:
        """Half the width of the interval of a level: effect - spread to effect + spread."""
        from scipy.special import stdtrit

        return np.asarray(stdtrit(np.nan_to_num(self.df, nan=1.0), 0.5 + level / 2.0) * self.se)


def contrast(inside: Groups, outside: Groups) -> Contrast:
    """The difference of the two values, with Welch's degrees of freedom on effective numbers, at least 1."""
    a, b = inside.variance, outside.variance
    free = np.maximum(inside.n_eff - 1.0, 1.0), np.maximum(outside.n_eff - 1.0, 1.0)
    bottom = a**2 / free[0] + b**2 / free[1]
    df = np.divide((a + b) ** 2, bottom, out=np.ones_like(a), where=bottom > 0)
    return Contrast(inside.value - outside.value, np.sqrt(a + b), np.maximum(df, 1.0))


def quality(inside: Groups, everybody: Groups, exponent: float) -> Array:
    """q_a = (n_eff of the group / n_eff of all)^a x (value of the group - value of all); 0 for an empty group.

    a = 1/2 is like a test, a = 1 the weighted relative accuracy; with weight 1 and a yes/no outcome exactly
    P(G) (p_G - p_0). Source: Klosgen 1996; Lavrac, Flach and Zupan 1999 (methods d.2).
    """
    share = np.divide(inside.n_eff, everybody.n_eff, out=np.zeros_like(inside.s), where=everybody.n_eff > 0)
    return np.asarray(np.nan_to_num(share**exponent * (inside.value - everybody.value)))


def smallest_effect(spread: float, n_eff_inside: float, n_eff_outside: float, alpha: float, power: float) -> float:
    """The difference that a one-sided test at `alpha` finds with probability `power`, on the scale of the value.

    `spread` is the standard deviation of one account's value; normal approximation.
    """
    from scipy.special import ndtri

    reach = float(ndtri(1.0 - alpha) + ndtri(power))
    return reach * spread * (1.0 / n_eff_inside + 1.0 / n_eff_outside) ** 0.5
