"""How good are records, as one number? Half-lives, the weighted geometric mean of dimensions, the overlap of lists.

Sources: methods m; DAMA UK 2013 (six dimensions). The mean is geometric so that one dead dimension is not averaged away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, log

from tierwise.stats.intervals import LEVEL


@dataclass(frozen=True)
class Dimension:
    """One dimension of quality: a share with its interval, and its weight in the score."""

    value: float
    lo: float
    hi: float
    weight: float


def half_life_months(lost_per_month: float) -> float:
    """Months after which half is left when a share is lost every month: 2.1 % a month is 32.66 months."""
    if not 0 < lost_per_month < 1:
        raise ValueError(f"a share lost per month lies between 0 and 1, not {lost_per_month}")
    return log(0.5) / log(1.0 - lost_per_month)


def geometric(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted geometric mean; weights need not add up to one. Raises ValueError without weight."""
    total = sum(weights)
    if total <= 0:
        raise ValueError("a mean needs a weight")
    if any(value <= 0 and weight > 0 for value, weight in zip(values, weights, strict=True)):
        return 0.0
    return exp(sum(w * log(v) for v, w in zip(values, weights, strict=True) if w > 0) / total)


def score(dimensions: Sequence[Dimension], level: float = LEVEL) -> tuple[float, float, float] | None:
    """The score of a field, 0 to 100, with its interval; None where nothing with a weight was measured.

    The interval adds the squared half-widths of the logarithms, dimensions taken as independent; where a dimension is 0 the
    score is.
    """
    counted = [d for d in dimensions if d.weight > 0]
    if not counted:
        return None
    value = geometric([d.value for d in counted], [d.weight for d in counted])
    if value <= 0.0:
        return 0.0, 0.0, 100.0 * geometric([d.hi for d in counted], [d.weight for d in counted])
    total = sum(d.weight for d in counted)
    down = sum((d.weight / total * log(d.value / max(d.lo, 1e-9))) ** 2 for d in counted) ** 0.5
    up = sum((d.weight / total * log(max(d.hi, d.value) / d.value)) ** 2 for d in counted) ** 0.5
    return 100.0 * value, 100.0 * value * exp(-down), min(100.0, 100.0 * value * exp(up))


def jaccard(*lists: Collection[str]) -> float | None:
    """What lists share, of what is in any of them; None where all are empty."""
    sets = [set(one) for one in lists]
    either = set().union(*sets)
    return len(set.intersection(*sets)) / len(either) if either else None
