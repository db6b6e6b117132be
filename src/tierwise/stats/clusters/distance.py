"""How unlike are two accounts? The weighted mean of how unlike they are in each feature.

Source: Gower 1971, Biometrics 27:857; methods i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
UNKNOWN = -1
DECIMALS = 6


@dataclass(frozen=True)
class Category:
    """A word per account as its code, `UNKNOWN` where it is not known. Unlike words are at distance 1."""

    codes: NDArray[np.int64]

    def compared(self) -> tuple[Array, NDArray[np.bool_]]:
        known = self.codes != UNKNOWN
        return (self.codes[:, None] != self.codes[None, :]).astype(float), known[:, None] & known[None, :]


@dataclass(frozen=True)
class Amount:
    """A number per account, nan where it is not known. The distance is the difference over `span`, the range by default."""

    values: Array
    span: float | None = None

    def compared(self) -> tuple[Array, NDArray[np.bool_]]:
        known = ~np.isnan(self.values)
        filled = np.where(known, self.values, 0.0)
        span = self.span if self.span is not None else float(np.ptp(filled[known])) if known.any() else 0.0
        apart = np.abs(filled[:, None] - filled[None, :]) / (span or 1.0)
        return np.minimum(apart, 1.0), known[:, None] & known[None, :]


@dataclass(frozen=True)
class Presence:
    """Which of several things each account has (accounts x things), and of which accounts that is known.

    What both lack says nothing: the distance is the share of things that only one has among those that either has
    (Jaccard). Two accounts without any are not compared.
    """

    has: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def compared(self) -> tuple[Array, NDArray[np.bool_]]:
        held = self.has.astype(float)
        both, counts = held @ held.T, held.sum(axis=1)
        either = counts[:, None] + counts[None, :] - both
        return 1.0 - both / np.maximum(either, 1.0), self.known[:, None] & self.known[None, :] & (either > 0)


Feature = Category | Amount | Presence


def gower(features: Sequence[tuple[Feature, float]], accounts: int) -> Array:
    """Gower's distances between all accounts, 0 to 1, for features with their weights; accounts x accounts.

    A feature that is not known of one of a pair is left out for that pair; a pair that shares none is at distance 1.
    Rounded, so that no order of summation decides between equals.
    """
    apart, weights = np.zeros((accounts, accounts)), np.zeros((accounts, accounts))
    for feature, weight in features:
        distance, shared = feature.compared()
        apart += weight * np.where(shared, distance, 0.0)
        weights += weight * shared
    return _rounded(np.where(weights > 0, apart / np.where(weights > 0, weights, 1.0), 1.0))


def expected(features: Sequence[tuple[Feature, float]], accounts: int) -> Array:
    """The same where a feature that a pair does not share counts as far as it is apart on average, neither near nor far.

    Left out, it makes the accounts of which least is known the nearest to all: whoever agrees with them in the one thing
    known is at distance 0, and they become medoids (docs/methods/clusters.md has the figures).
    """
    apart, pairs = np.zeros((accounts, accounts)), ~np.eye(accounts, dtype=bool)
    for feature, weight in features:
        distance, shared = feature.compared()
        known = shared & pairs
        mean = float(distance[known].mean()) if known.any() else 1.0
        apart += weight * np.where(shared, distance, mean)
    return _rounded(apart / (sum(weight for _, weight in features) or 1.0))


def _rounded(distances: Array) -> Array:
    np.fill_diagonal(distances, 0.0)
    return np.asarray(np.round(distances, DECIMALS), dtype=float)
