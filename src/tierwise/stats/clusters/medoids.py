"""Groups of bounded size around medoids: the accounts from which the others of their group are least distant in sum.

Constrained k-medoids (methods i): medoids drawn as by k-means++ (Arthur and Vassilvitskii 2007), everybody assigned exactly
within the bounds, medoids chosen anew, until nothing changes; the best of several starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.clusters.assignment import assign
from tierwise.stats.clusters.distance import DECIMALS, Array

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Bounds:
    """How many accounts a group has at least and at most."""

    lower: int
    upper: int


@dataclass(frozen=True)
class Partition:
    """The group of each account, the medoid of each group, and the sum of distances to the medoids."""

    labels: Integers
    medoids: Integers
    cost: float


def whole(distances: Array) -> Integers:
    """Distances as whole numbers of their last decimal: sums are exact and equals stay equal."""
    return np.rint(distances * 10**DECIMALS).astype(np.int64)


def partition(distances: Integers, groups: int, bounds: Bounds, starts: int, rng: np.random.Generator) -> Partition:
    """The best of several starts. Groups are numbered by their first account.

    Raises ValueError when no such number of groups keeps the bounds.
    """
    found = [_settled(distances, _drawn(distances, groups, rng), bounds) for _ in range(starts)]
    labels, medoids, cost = min(found, key=lambda one: one[2])
    firsts = np.array([np.flatnonzero(labels == group)[0] for group in range(groups)])
    order = np.argsort(firsts)
    return Partition(np.argsort(order)[labels], medoids[order], cost / 10**DECIMALS)


def _drawn(distances: Integers, groups: int, rng: np.random.Generator) -> Integers:
    """First medoids: each new one the likelier the farther it is from those drawn before, by squared distance."""
    accounts = len(distances)
    drawn = [int(rng.integers(accounts))]
    nearest = distances[drawn[0]].astype(float)
    while len(drawn) < groups:
        weights = nearest**2
        weights[drawn] = 0.0
        if not weights.any():  # all are equal to some medoid: any other will do
            weights = np.ones(accounts)
            weights[drawn] = 0.0
        reach = np.cumsum(weights)
        drawn.append(int(np.searchsorted(reach, rng.random() * reach[-1], side="right")))
        nearest = np.minimum(nearest, distances[drawn[-1]])
    return np.array(drawn)


def _settled(distances: Integers, medoids: Integers, bounds: Bounds) -> tuple[Integers, Integers, int]:
    """Assign and choose medoids in turns until the cost no longer falls."""
    labels = assign(distances[:, medoids], bounds.lower, bounds.upper)
    cost = _cost(distances, labels, medoids)
    while True:
        chosen = _central(distances, labels, len(medoids))
        again = assign(distances[:, chosen], bounds.lower, bounds.upper)
        lower = _cost(distances, again, chosen)
        if lower >= cost:
            return labels, medoids, cost
        labels, medoids, cost = again, chosen, lower


def _central(distances: Integers, labels: Integers, groups: int) -> Integers:
    medoids = []
    for group in range(groups):
        members = np.flatnonzero(labels == group)
        medoids.append(members[np.argmin(distances[np.ix_(members, members)].sum(axis=1))])
    return np.array(medoids)


def _cost(distances: Integers, labels: Integers, medoids: Integers) -> int:
    return int(distances[np.arange(len(labels)), medoids[labels]].sum())
