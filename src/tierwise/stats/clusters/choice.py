"""How many groups? The number whose groups stand apart and are found again when the accounts are drawn anew.

Silhouette x stability (methods i). Stability: the mean adjusted Rand index between the groups of all accounts and those of
bootstrap samples of them, each partitioned from scratch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from tierwise.stats.clusters.distance import DECIMALS, Array
from tierwise.stats.clusters.medoids import Bounds, Integers, Partition, partition, whole
from tierwise.stats.clusters.quality import adjusted_rand, silhouettes


@dataclass(frozen=True)
class Effort:
    """How hard to look: starts per partition, bootstrap samples, numbers of groups tried, and the seed."""

    starts: int = 8
    resamples: int = 20
    tried: int = 12
    seed: int = 1


@dataclass(frozen=True)
class Choice:
    """One number of groups: mean silhouette, and stability where the product is the best so far; `score` is their product."""

    groups: int
    silhouette: float | None
    stability: float | None = None
    score: float | None = None
    chosen: bool = False


def numbers_of_groups(accounts: int, bounds: Bounds, tried: int) -> list[int]:
    """The numbers of groups that are tried: all that keep the bounds, or `tried` of them evenly spread; none if none does."""
    fewest, most = -(-accounts // bounds.upper), accounts // bounds.lower
    if most < max(fewest, 1):
        return []
    spread = np.linspace(fewest, most, min(tried, most - fewest + 1))
    return sorted({round(float(k)) for k in spread})


def choices(distances: Array, bounds: Bounds, effort: Effort) -> list[Choice]:
    """Every number of groups that was tried, fewest first, one of them chosen; empty where none keeps the bounds.

    Stability is at most 1: accounts are drawn anew for a number of groups only while it can still win. A
    single group has no silhouette: it is chosen where no number has groups that stand apart.
    """
    found: dict[int, Choice] = {}
    for groups in numbers_of_groups(len(distances), bounds, effort.tried):
        labels = best_partition(distances, groups, bounds, effort).labels
        mean = None if groups == 1 else round(float(silhouettes(distances, labels).mean()), DECIMALS)
        found[groups] = Choice(groups, mean)
    best = 0.0
    for choice in sorted(found.values(), key=lambda one: (-(one.silhouette or 0.0), one.groups)):
        if choice.silhouette is not None and choice.silhouette > best:
            held = _stability(distances, choice.groups, bounds, effort, best / choice.silhouette)
            if held is not None:
                best = round(choice.silhouette * held, DECIMALS)
                found[choice.groups] = replace(choice, stability=held, score=best)
    if not found:
        return []
    winner = min(found.values(), key=lambda one: (-(one.score or 0.0), -(one.silhouette or 0.0), one.groups))
    return [replace(choice, chosen=choice is winner) for choice in found.values()]


def best_partition(distances: Array, groups: int, bounds: Bounds, effort: Effort) -> Partition:
    """The partition of all accounts into so many groups; the same whenever it is asked for."""
    rng = _rng(effort.seed, groups, 0)
    return partition(whole(distances), groups, bounds, effort.starts, rng)


def _stability(distances: Array, groups: int, bounds: Bounds, effort: Effort, least: float) -> float | None:
    """Mean adjusted Rand index of the bootstrap samples; None as soon as it can no longer be more than `least`."""
    labels = best_partition(distances, groups, bounds, effort).labels
    agreed = 0.0
    for left, (drawn, again) in enumerate(redrawn(distances, groups, bounds, effort), 1 - effort.resamples):
        agreed += adjusted_rand(labels[drawn], again)
        if agreed - left <= least * effort.resamples:
            return None
    return round(agreed / effort.resamples, DECIMALS)


def kept_company(distances: Array, groups: int, bounds: Bounds, effort: Effort) -> Array:
    """How much of its group each account meets again when accounts are drawn anew: mean Jaccard index; nan if never drawn."""
    labels = best_partition(distances, groups, bounds, effort).labels
    sums, times = np.zeros(len(labels)), np.zeros(len(labels))
    for drawn, again in redrawn(distances, groups, bounds, effort):
        before, after = np.eye(groups)[labels[drawn]], np.eye(groups)[again]
        both = before.T @ after
        either = before.sum(axis=0)[:, None] + after.sum(axis=0)[None, :] - both
        sums[drawn] += (both / np.maximum(either, 1.0))[labels[drawn], again]
        times[drawn] += 1
    return np.where(times > 0, sums / np.maximum(times, 1.0), np.nan)


def redrawn(distances: Array, groups: int, bounds: Bounds, effort: Effort) -> Iterable[tuple[Integers, Integers]]:
    """Bootstrap samples: the accounts in each, once, and their groups when the sample alone is partitioned.

    Bounds are wider by half there: the draw itself makes groups larger and smaller, which is no change of theirs.
    """
    costs, accounts = whole(distances), len(distances)
    wider = Bounds(max(bounds.lower // 2, 1), bounds.upper * 3 // 2)
    for sample in range(1, effort.resamples + 1):
        rng = _rng(effort.seed, groups, sample)
        taken = np.sort(rng.integers(accounts, size=accounts))
        again = partition(costs[np.ix_(taken, taken)], groups, wider, max(effort.starts // 4, 1), rng).labels
        drawn, first = np.unique(taken, return_index=True)
        yield drawn, again[first]


def _rng(*parts: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(parts)))
