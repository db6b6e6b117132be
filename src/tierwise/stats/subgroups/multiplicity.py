"""Many tests at once: what a p-value is worth when it was one of several.

Sources: Bonferroni 1936; Genovese, Roeder and Wasserman 2006 (weighted Bonferroni); Benjamini and Hochberg 1995 (false
discovery rate); Benjamini and Yekutieli 2001 (under any dependence); Meinshausen, Meier and Buhlmann 2009 (p-values from
repeated splits).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def bonferroni(p: ArrayLike) -> Array:
    """Each p-value times their number, at most 1: controls the chance of any false find."""
    values = _checked(p)
    return np.asarray(np.minimum(values * len(values), 1.0))


def order_factors(strength: ArrayLike, tested: ArrayLike) -> Array:
    """What to multiply each p-value by (last axis): k times 1 + 1/2 + ... + 1/K for the k-th strongest of the K tested.

    Weighted Bonferroni: the inverses of the factors add up to 1, so the chance of any false find is that of Bonferroni's
    factor K, as long as `strength` is known from accounts other than those that test.
    """
    wanted = np.asarray(tested, dtype=bool)
    order = np.argsort(np.where(wanted, -np.asarray(strength, dtype=float), np.inf), axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1, kind="stable") + 1.0
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, wanted.shape[-1] + 1))])
    return np.where(wanted, rank * harmonic[wanted.sum(axis=-1)][..., None], np.inf)


def benjamini_hochberg(p: ArrayLike) -> Array:
    """Adjusted p-values (q): rejecting q <= a keeps the expected share of false finds at or below a."""
    return _step_up(_checked(p), 1.0)


def benjamini_yekutieli(p: ArrayLike) -> Array:
    """The same under any dependence between the tests; larger by the sum of 1/i."""
    values = _checked(p)
    return _step_up(values, float((1.0 / np.arange(1, len(values) + 1)).sum()))


def median_of_splits(p: ArrayLike) -> Array:
    """Twice the median over splits (last axis), at most 1: one p-value that no lucky split decides.

    Valid under any dependence between the splits (Meinshausen, Meier and Buhlmann 2009, quantile 1/2).
    """
    return np.asarray(np.minimum(2.0 * np.median(_checked(p), axis=-1), 1.0))


def _step_up(p: Array, factor: float) -> Array:
    order = np.argsort(p, kind="stable")
    ranked = p[order] * factor * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(ranked)
    adjusted[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return adjusted


def _checked(p: ArrayLike) -> Array:
    values = np.asarray(p, dtype=float)
    if np.any(~((values >= 0.0) & (values <= 1.0))):
        raise ValueError("p-values lie between 0 and 1")
    return values
