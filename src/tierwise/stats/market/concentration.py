"""How unequally is something shared out: Gini, Herfindahl-Hirschman, the share of the largest, and how many groups there are.

Sources: Gini 1914; Hirschman 1945 and Herfindahl 1950; Shannon 1948; Jost 2006 (effective number of groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LARGEST = 0.2


@dataclass(frozen=True)
class ShareSums:
    """What an engine adds up over accounts with shares x, ascending by x and numbered i = 1..n.

    `squares` is the sum of x^2, `ranked` the sum of i x, `top` the sum of the largest fifth; where a fifth is no whole
    number of accounts, the last one counts in part.
    """

    n: int
    total: float
    squares: float
    ranked: float
    top: float

    @classmethod
    def of(cls, shares: ArrayLike) -> ShareSums:
        """The sums of shares given one by one."""
        x = np.sort(np.asarray(shares, dtype=float))
        n = len(x)
        from_top = np.arange(n)[::-1]
        weight = np.clip(LARGEST * n - from_top, 0.0, 1.0)
        ranked = float(np.arange(1, n + 1) @ x)
        return cls(n, float(x.sum()), float(x @ x), ranked, float(weight @ x))


@dataclass(frozen=True)
class Concentration:
    """Each from 0 (all equal) towards 1 (one has everything), but for `top_share`, which is .2 when all are equal.

    `normalised_hhi` corrects for the number of accounts; with one account it is not defined.
    """

    gini: float
    hhi: float
    normalised_hhi: float | None
    top_share: float


def concentration(sums: ShareSums) -> Concentration | None:
    """The concentration of shares; None where nothing is shared out.

    Gini = 2 sum(i x) / (n sum x) - (n + 1) / n; HHI = sum of squared shares; nHHI = (HHI - 1/n) / (1 - 1/n);
    `top_share` is the Lorenz curve's last fifth.
    """
    n, total = sums.n, sums.total
    if n < 1 or total <= 0:
        return None
    gini = 2.0 * sums.ranked / (n * total) - (n + 1) / n
    hhi = sums.squares / total**2
    normalised = (hhi - 1.0 / n) / (1.0 - 1.0 / n) if n > 1 else None
    bounded = None if normalised is None else min(max(normalised, 0.0), 1.0)
    return Concentration(max(gini, 0.0), min(hhi, 1.0), bounded, min(sums.top / total, 1.0))


def entropy(counts: Sequence[int]) -> float:
    """Shannon's entropy of groups, -sum p ln p, in nats; 0 for one group or none."""
    n = np.asarray([count for count in counts if count > 0], dtype=float)
    if len(n) < 2:
        return 0.0
    p = n / n.sum()
    return float(-(p @ np.log(p)))


def effective_groups(counts: Sequence[int]) -> float:
    """exp(entropy): as many groups of equal size would be as mixed (Jost 2006). 0 without anybody."""
    return float(np.exp(entropy(counts))) if any(count > 0 for count in counts) else 0.0
