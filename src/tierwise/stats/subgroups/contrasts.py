"""A group against the accounts outside it: difference of two ratios, its interval and its p-value, from sums.

Every function takes arrays: one element per group, or per group and split. Sources: Cochran 1977 ch. 6 (ratio
estimator), Welch 1947 (degrees of freedom), Smyth 2004 (moderated variance); Kish's effective numbers take the place
of counts (methods a.3, d.4).
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
    def residual(self) -> Array:
        """Sum over clusters of the squared distance of the outcome from what the group's value makes of the weight."""
        r = np.nan_to_num(self.value)
        total = self.ee + r**2 * self.ss
        residual = total - 2.0 * r * self.se
        return np.where(residual > ROUNDING * total, residual, 0.0)

    @property
    def variance(self) -> Array:
        """The squared standard error of the value; NaN for fewer than two clusters."""
        enough = (self.k > 1) & (self.s > 0)
        factor = np.divide(self.k, self.k - 1.0, out=np.full_like(self.k, np.nan), where=enough)
        return np.divide(factor * self.residual, self.s**2, out=np.full_like(self.s, np.nan), where=enough)


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


def contrast(inside: Groups, outside: Groups, borrowed: float = 0.0) -> Contrast:
    """The difference of the two values, with Welch's degrees of freedom on effective numbers, at least 1.

    `borrowed` accounts of the spread of both sides together are added to the group's own: where a few large customers
    leave, a small group without such a customer looks certain by luck (Smyth 2004; none: Welch's test as it is).
    """
    own, free = inside.variance, np.maximum(inside.n_eff - 1.0, 1.0)
    if not borrowed:
        return _difference(inside, outside, own, free)
    mixed = (borrowed * _typical(inside, outside) + free * np.nan_to_num(own)) / (borrowed + free)
    return _difference(inside, outside, np.where(np.isnan(own), np.nan, mixed), borrowed + free)


def cautious(inside: Groups, outside: Groups) -> Contrast:
    """The difference with the larger of two variances of the group: its own, and the one that both sides' spread gives it.

    For choosing among many: the smallest of many variances is small by luck.
    """
    own, typical = inside.variance, _typical(inside, outside)
    free = np.where(
        own > typical, np.maximum(inside.n_eff - 1.0, 1.0), np.maximum(inside.n_eff + outside.n_eff - 2.0, 1.0)
    )
    return _difference(inside, outside, np.maximum(own, typical), free)


def _typical(inside: Groups, outside: Groups) -> Array:
    """The squared standard error that the group's value had if its accounts spread like those of both sides together."""
    both = inside.ss + outside.ss
    spread = np.divide(inside.residual + outside.residual, both, out=np.zeros_like(both), where=both > 0)
    return np.divide(spread * inside.ss, inside.s**2, out=np.full_like(inside.s, np.nan), where=inside.s > 0)


def _difference(inside: Groups, outside: Groups, a: Array, free: Array) -> Contrast:
    b = outside.variance
    bottom = a**2 / free + b**2 / np.maximum(outside.n_eff - 1.0, 1.0)
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
