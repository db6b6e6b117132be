"""What draws of repaired records say together: how much the list moves, with the range of the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tierwise.stats.intervals import LEVEL


@dataclass(frozen=True)
class Range:
    """The mean of some draws, and the range that holds 95 % of them; `draws` is how many there were."""

    value: float
    lo: float
    hi: float
    draws: int


def spread(found: Mapping[int, float], draws: int, level: float = LEVEL) -> Range:
    """What was found by draw, out of `draws`: a draw without an entry found nothing, which is 0. Quantiles of type 7."""
    if draws < 1 or len(found) > draws:
        raise ValueError(f"{len(found)} draws found something, of {draws}")
    values: Sequence[float] = [*found.values(), *[0.0] * (draws - len(found))]
    ordered = np.sort(np.asarray(values, dtype=float))
    lo, hi = np.quantile(ordered, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Range(float(ordered.mean()), float(lo), float(hi), draws)
