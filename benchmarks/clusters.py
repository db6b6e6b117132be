"""Are planted problems found again, and what does the exact assignment cost?

    python -m benchmarks.clusters recovery [--replications 20] [--seed 1]
    python -m benchmarks.clusters assignment [--seed 1]
    python -m benchmarks.clusters time [--seed 1]

`recovery`: 160 accounts around six problems of 12 to 40 accounts, described as tier 2 is: the problem, which of eight
technologies run (two are typical of a problem), the latest signal, the sub-vertical, size and region. In the world `strong`
every account has the value that is typical of its problem, in `weak` half do, and size and region say nothing. Of every
value a share is then missing and a share is wrong. Figures: adjusted Rand index with the truth when the number of clusters
is chosen; when it is given; when it is given and what is not known is left out, as Gower has it; the numbers chosen.

`assignment`: milliseconds of one assignment within 10 to 50 per cluster, ours against scipy's `linear_sum_assignment` on
columns repeated once per place; both are exact.

`time`: seconds to choose the number of clusters with the defaults.

Figures of runs are in docs/methods/clusters.md.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tierwise.stats.clusters.assignment import assign
from tierwise.stats.clusters.choice import Effort, best_partition, choices
from tierwise.stats.clusters.distance import UNKNOWN, Category, Feature, Presence, expected, gower
from tierwise.stats.clusters.medoids import Bounds
from tierwise.stats.clusters.quality import adjusted_rand

Integers = NDArray[np.int64]
SIZES = (12, 18, 22, 30, 38, 40)
BOUNDS = Bounds(10, 50)
DIRT = ((0.0, 0.0), (0.2, 0.1), (0.3, 0.2))
# problem, trigger, sub-vertical, size, region: values, weight
WORDS = ((len(SIZES), 3.0), (6, 1.0), (8, 1.0), (4, 1.0), (4, 0.5))
# share of accounts that have the value typical of their problem
WORLDS = {"strong": (1.0, 1.0, 1.0, 1.0, 1.0), "weak": (1.0, 0.5, 0.6, 0.0, 0.0)}
TECHNOLOGIES, TYPICAL = 8, 2


def planted(
    sizes: tuple[int, ...], world: str, missing: float, wrong: float, rng: np.random.Generator
) -> tuple[Integers, list[tuple[Feature, float]]]:
    """Accounts with their true problem, and their features with weights."""
    problem = np.repeat(np.arange(len(sizes)), sizes)
    features: list[tuple[Feature, float]] = []
    for place, ((few, weight), share) in enumerate(zip(WORDS, WORLDS[world], strict=True)):
        values = len(sizes) if place == 0 else few
        typical = np.arange(len(sizes)) if place == 0 else rng.integers(values, size=len(sizes))
        own = np.where(rng.random(len(problem)) < share, typical[problem], rng.integers(values, size=len(problem)))
        noted = np.where(rng.random(len(problem)) < wrong, rng.integers(values, size=len(problem)), own)
        features.append((Category(np.where(rng.random(len(problem)) < missing, UNKNOWN, noted)), weight))
    typical_of = np.zeros((len(sizes), TECHNOLOGIES), dtype=bool)
    for row in typical_of:
        row[rng.choice(TECHNOLOGIES, TYPICAL, replace=False)] = True
    runs = rng.random((len(problem), TECHNOLOGIES)) < np.where(typical_of[problem], 0.8, 0.1)
    noted = np.where(rng.random(runs.shape) < wrong, rng.random(runs.shape) < runs.mean(), runs)
    features.append((Presence(noted, rng.random(len(problem)) >= missing), 1.0))
    return problem, features


def recovery(replications: int, seed: int) -> None:
    """Print how well the problems are found, by how much the records say and how dirty they are."""
    print(
        "world   missing  wrong  chosen: ARI, p10 to p90  given: ARI, p10 to p90  unknown left out: ARI   numbers chosen"
    )
    for world, (missing, wrong) in product(WORLDS, DIRT):
        found: list[tuple[float, float, float, int]] = []
        for replication in range(replications):
            rng = np.random.default_rng([seed, replication, round(100 * missing)])
            problem, features = planted(SIZES, world, missing, wrong, rng)
            distances, effort = expected(features, len(problem)), Effort(seed=replication + 1)
            number = next(c.groups for c in choices(distances, BOUNDS, effort) if c.chosen)
            ways = ((distances, number), (distances, len(SIZES)), (gower(features, len(problem)), len(SIZES)))
            labels = [best_partition(way, k, BOUNDS, effort).labels for way, k in ways]
            chosen, given, left_out = (adjusted_rand(problem, one) for one in labels)
            found.append((chosen, given, left_out, number))
        numbers = ", ".join(f"{k}: {n}" for k, n in sorted(Counter(row[3] for row in found).items()))
        said = "  ".join(f"{_spread([row[column] for row in found]):>22}" for column in (0, 1, 2))
        print(f"{world:6}  {missing:7.0%}  {wrong:5.0%}  {said}  {numbers}", flush=True)


def assignment(seed: int) -> None:
    """Print what one exact assignment costs in two ways."""
    print("accounts  clusters  ours ms  repeated columns ms  same cost")
    for accounts, groups in ((60, 4), (160, 6), (160, 12), (500, 20), (1000, 40), (2000, 60)):
        rng = np.random.default_rng([seed, accounts, groups])
        points = rng.normal(size=(accounts, 3))
        away = np.linalg.norm(points[:, None] - points[None, rng.choice(accounts, groups, replace=False)], axis=2)
        costs = np.rint(away / away.max() * 1e6).astype(np.int64)
        ours, theirs = _timed(costs, _ours), _timed(costs, _repeated)
        print(f"{accounts:8}  {groups:8}  {ours[0]:7.1f}  {theirs[0]:19.1f}  {ours[1] == theirs[1]}")


def duration(seed: int) -> None:
    """Print how long the number of clusters takes to choose."""
    print("accounts  seconds")
    for accounts in (60, 100, 200, 500, 1000, 2000):
        sizes = tuple([25] * (accounts // 25) + ([accounts % 25] if accounts % 25 else []))
        rng = np.random.default_rng([seed, accounts])
        _, features = planted(sizes, "strong", 0.2, 0.1, rng)
        started = time.perf_counter()
        choices(expected(features, accounts), BOUNDS, Effort())
        print(f"{accounts:8}  {time.perf_counter() - started:7.1f}")


def _ours(costs: Integers) -> Integers:
    return assign(costs, BOUNDS.lower, BOUNDS.upper)


def _repeated(costs: Integers) -> Integers:
    groups = np.repeat(np.arange(costs.shape[1]), BOUNDS.upper)
    wanted = np.tile(np.arange(BOUNDS.upper) < BOUNDS.lower, costs.shape[1])
    _, taken = linear_sum_assignment(costs[:, groups] - wanted * (int(costs.max()) * (len(costs) + 1)))
    return np.asarray(groups[taken], dtype=np.int64)


def _timed(costs: Integers, way: Callable[[Integers], Integers]) -> tuple[float, int]:
    started = time.perf_counter()
    labels = way(costs)
    return 1000 * (time.perf_counter() - started), int(costs[np.arange(len(costs)), labels].sum())


def _spread(values: Sequence[float]) -> str:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


def main() -> None:
    """One part, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=("recovery", "assignment", "time"))
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.part in (None, "recovery"):
        recovery(given.replications, given.seed)
    if given.part in (None, "assignment"):
        assignment(given.seed)
    if given.part in (None, "time"):
        duration(given.seed)


if __name__ == "__main__":
    main()
