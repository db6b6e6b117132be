"""How good is a partition, and how alike are two? Silhouette, adjusted Rand index, purity, and which group is which again.

Sources: Rousseeuw 1987, J. Comput. Appl. Math. 20:53; Hubert and Arabie 1985, J. Classification 2:193; methods i.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.clusters.assignment import assign
from tierwise.stats.clusters.distance import DECIMALS, Array

Integers = NDArray[np.int64]


def silhouettes(distances: Array, labels: Integers) -> Array:
    """How much nearer each account is to its own group than to the next, -1 to 1; 0 for one that is alone.

    nan for everybody where there is one group: there is nothing to be nearer to.
    """
    groups = int(labels.max()) + 1
    if groups < 2:
        return np.full(len(labels), np.nan)
    member = np.eye(groups)[labels]
    sizes, sums = member.sum(axis=0), distances @ member
    own = member.astype(bool)
    within = sums[own] / np.maximum(sizes[labels] - 1, 1)
    beside = np.where(own, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(within, beside)
    found = (beside - within) / np.where(larger > 0, larger, 1.0)
    return np.asarray(np.round(np.where(sizes[labels] > 1, found, 0.0), DECIMALS), dtype=float)


def adjusted_rand(first: Integers, second: Integers) -> float:
    """How far two partitions of the same accounts agree: 1 fully, 0 as by chance, below 0 less than that."""
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    pairs, rows, columns = (_pairs(counts).sum() for counts in (table, table.sum(axis=1), table.sum(axis=0)))
    every = _pairs(np.array([len(first)], dtype=float)).sum()
    expected = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def purity(values: Sequence[Hashable | None]) -> tuple[Hashable | None, float]:
    """The most frequent value and its share of all, those that are not known among them; (None, 0) where none is."""
    counts: dict[Hashable, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    if not counts:
        return None, 0.0
    most = min(counts, key=lambda value: (-counts[value], str(value)))
    return most, counts[most] / len(values)


def same_again(now: Sequence[frozenset[str]], before: Sequence[frozenset[str]], least: float) -> dict[int, int]:
    """Which group of before each group of now is, by the pairing with the most overlap in sum (Kuhn's assignment).

    Overlap is Jaccard's index. A pair below `least` is two groups, not one.
    """
    if not now or not before:
        return {}
    overlap = np.array([[len(a & b) / len(a | b) for b in before] for a in now])
    alike = np.rint(np.where(overlap >= least, overlap, 0.0) * 10**DECIMALS).astype(np.int64)
    nobody = np.zeros((len(now), len(now)), dtype=np.int64)  # a column of one's own for who is new
    found = assign(-np.hstack([alike, nobody]), 0, 1)
    return {i: int(j) for i, j in enumerate(found) if j < len(before) and alike[i, j] > 0}


def _pairs(counts: Array) -> Array:
    return counts * (counts - 1) / 2
