"""Resampling of clusters: the slow, assumption-light check on the closed forms.

Percentile intervals under-cover below about fifty accounts (docs/methods/retention.md), so nothing shown to
a user rests on them; tests and benchmarks/coverage.py compare against them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def percentile_interval(
    statistic: Callable[[Array], Array],
    clusters: int,
    rng: np.random.Generator,
    draws: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """The percentile interval of a statistic of cluster weights.

    `statistic` takes a draws x clusters matrix of how often each cluster was drawn and returns one figure
    per draw.
    """
    weights = rng.multinomial(clusters, np.full(clusters, 1.0 / clusters), size=draws).astype(float)
    tail = (1.0 - level) / 2.0
    lo, hi = np.quantile(statistic(weights), [tail, 1.0 - tail])
    return float(lo), float(hi)
