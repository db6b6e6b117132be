"""How much more often is a trait found in a group than in all? Lift, its interval, and how surprising it is.

Sources: smoothed lift, methods i; Katz et al. 1978 (interval of a ratio of shares), with half a case added to each count
(Walter 1975); Monroe, Colaresi and Quinn 2008, equations 16 and 20 (log odds with a prior, and their z).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, log, sqrt

from tierwise.stats.intervals import LEVEL, normal_quantile

SMOOTHING = 4.0
PRIOR = 0.5


@dataclass(frozen=True)
class Lift:
    """Share in the group over share in all; 1 is no difference. `z` is of the log odds against the rest."""

    value: float
    lo: float
    hi: float
    z: float

    @property
    def p_value(self) -> float:
        """Two-sided: how often chance alone gives as much."""
        return erfc(abs(self.z) / sqrt(2.0))


def lift(having: int, size: int, all_having: int, all_size: int, level: float = LEVEL) -> Lift | None:
    """Lift of a trait that `having` of `size` in the group and `all_having` of `all_size` altogether have.

    The group is a part of all. The value is smoothed towards 1 by `SMOOTHING` cases, so that one account out of one says
    little. The interval compares the group with the rest and is carried over to all. None where nobody or everybody has the
    trait, or nobody is outside the group: there is nothing to compare. Raises ValueError when the counts cannot be.
    """
    rest, rest_having = all_size - size, all_having - having
    if not (0 <= having <= size and 0 <= rest_having <= rest):
        raise ValueError(f"{having} of {size} cannot be part of {all_having} of {all_size}")
    if size == 0 or rest == 0 or all_having in (0, all_size):
        return None
    overall = all_having / all_size
    value = (having + SMOOTHING * overall) / (size + SMOOTHING) / overall
    a, n, b, m = having + PRIOR, size + 2 * PRIOR, rest_having + PRIOR, rest + 2 * PRIOR
    centre, spread = log(a / n) - log(b / m), normal_quantile(level) * sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    weight = size / all_size
    lo, hi = (_against_all(exp(end), weight) for end in (centre - spread, centre + spread))
    odds = log(a / (size - having + PRIOR)) - log(b / (rest - rest_having + PRIOR))
    return Lift(value, lo, hi, odds / sqrt(1 / a + 1 / b))


def _against_all(ratio: float, weight: float) -> float:
    """A ratio against the rest as a ratio against all, of which the group is `weight`."""
    return ratio / (weight * ratio + 1 - weight)
