"""What do won and lost deals say about a criterion? Weight of evidence per level, and how much the whole tells.

Sources: Siddiqi, Credit Risk Scorecards, 2006, chapters 6 and 7 (weight of evidence, information value and its reading,
points to double the odds); Ayer et al. 1955 (pooling of adjacent violators).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SMOOTHING = 0.5
# Siddiqi 2006: below this information value a criterion is called so.
READINGS = ((0.02, "useless"), (0.1, "weak"), (0.3, "medium"), (0.5, "strong"))
SUSPECT = "suspect: it may know the outcome"


@dataclass(frozen=True)
class Evidence:
    """Weight of evidence per level, and the information value of all. Positive: won more often than all deals."""

    woe: tuple[float, ...]
    information: float

    @property
    def reading(self) -> str:
        """Siddiqi's word for the information value."""
        return next((word for above, word in READINGS if self.information < above), SUSPECT)


@dataclass(frozen=True)
class Points:
    """A scale of points: score = offset + factor x ln(odds)."""

    factor: float
    offset: float


def weight_of_evidence(won: Sequence[float], lost: Sequence[float], smoothing: float = SMOOTHING) -> Evidence:
    """ln of a level's share of the won over its share of the lost, `smoothing` deals added to each count."""
    goods, bads = np.asarray(won, dtype=float) + smoothing, np.asarray(lost, dtype=float) + smoothing
    if len(goods) == 0 or goods.sum() <= 0 or bads.sum() <= 0:
        return Evidence((), 0.0)
    of_won, of_lost = goods / goods.sum(), bads / bads.sum()
    woe = np.log(of_won / of_lost)
    return Evidence(tuple(float(w) for w in woe), float(((of_won - of_lost) * woe).sum()))


def rising(values: Sequence[float] | Array, weights: Sequence[float] | Array | None = None) -> Array:
    """The nearest values that never fall (weighted least squares): adjacent violators are pooled."""
    given = np.asarray(values, dtype=float)
    sizes = np.ones(len(given)) if weights is None else np.asarray(weights, dtype=float)
    blocks: list[list[float]] = []  # mean, weight, count
    for value, weight in zip(given, sizes, strict=True):
        blocks.append([float(value), float(weight), 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            mean, size, count = blocks.pop()
            held, total = blocks[-1][0], blocks[-1][1] + size
            blocks[-1] = [(held * blocks[-1][1] + mean * size) / total, total, blocks[-1][2] + count]
    return np.repeat([b[0] for b in blocks], [int(b[2]) for b in blocks]) if blocks else given


def points_scale(doubling: float, points: float, odds: float) -> Points:
    """The scale on which `doubling` points double the odds and `points` stand for `odds`."""
    factor = doubling / log(2.0)
    return Points(factor, points - factor * log(odds))
