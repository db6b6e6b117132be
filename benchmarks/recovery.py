"""How often does discovery find a profile that is there, and one that is not?

    python -m benchmarks.recovery [--replications 40] [--null 100] [--customers 1500] [--spread 0.75] [--depth 2] [--seed 1]
                                  [--strengths 2 3.4 4.9 5.5 7] [--uneven]

A market of customers with eight attributes of four values; revenue is log-normal, 12 % leave, 30 % grow by a fifth. In
one profile of two conditions (1 customer in 16) net retention is higher or lower by a difference that gives it the
stated z = difference x sqrt(n_eff of the profile) / standard deviation of one account. Every replication runs the steps
of `tierwise discover` on DuckDB. Found: one of the profiles shown in the right tail shares 80 % (Jaccard) with the planted
one. False: a profile shown whose true difference is below .02 or of the other sign; in null worlds, anything shown.
`--uneven`: a quarter of the customers vary twice as much around the same mean, which is no profile.

Figures of runs are in docs/methods/discovery.md.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tierwise.core.table import TEXT, Column
from tierwise.engines.base import Resources
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.flow import DISCOVERY
from tierwise.sql.query import compiled
from tierwise.stages.performance.discovery.spec import DiscoverySpec
from tierwise.stats.intervals import wilson
from tierwise.tables.dictionary import dictionary

Array = NDArray[np.float64]
Bits = NDArray[np.bool_]
ATTRIBUTES, VALUES = 8, 4
STRENGTHS = (2.0, 3.4, 4.9, 5.5, 7.0)
SMALL = 0.02
STAYS, GROWS, GROWTH = 0.88, 0.3, 0.2
MEAN = STAYS * (1.0 + GROWS * GROWTH)  # expected retention of an account
DAY = date(2024, 12, 31)
LEFT_OUT = ("accounts_at_purchase", "profile_limits")  # not read here


@dataclass(frozen=True, eq=False)
class Market:
    """Customers with codes per attribute, starting revenue and true expected retention."""

    codes: NDArray[np.int64]
    start: Array
    ratio: Array
    expected: Array
    planted: Bits


def market(n: int, z: float, spread: float, rng: np.random.Generator, uneven: bool = False) -> Market:
    """A market with one planted profile of strength z, up or down; none when z is 0."""
    codes = rng.integers(0, VALUES, (n, ATTRIBUTES))
    start = rng.lognormal(0.0, spread, n)
    stays, grows = rng.random(n) < STAYS, rng.random(n) < GROWS
    ratio = np.where(stays, np.where(grows, 1.0 + GROWTH, 1.0), 0.0)
    if uneven:
        wide = codes[:, 2] == 0
        ratio[wide] = MEAN + 2.0 * (ratio[wide] - MEAN)
    planted = (codes[:, 0] == 0) & (codes[:, 1] == 0) if z else np.zeros(n, dtype=bool)
    change = np.zeros(n)
    if z:
        weight = start[planted]
        change[planted] = z * ratio.std() / (weight.sum() ** 2 / (weight @ weight)) ** 0.5 * rng.choice([-1.0, 1.0])
    return Market(codes, start, ratio + change, np.full(n, MEAN) + change, planted)


class Discovering:
    """The steps of discovery on one engine, their SQL compiled once."""

    def __init__(self, depth: int) -> None:
        self.names = tuple(f"a{i}" for i in range(ATTRIBUTES))
        columns = tuple(Column(name, TEXT, "") for name in self.names)
        self.tables = dictionary(columns)
        self.spec = DiscoverySpec(attributes=self.names, columns=columns, depth=depth)
        self.engine = DuckdbEngine(Resources(threads=1))
        self.steps = [step for step in DISCOVERY if step.name not in LEFT_OUT]
        self.text = {
            step.name: compiled(step.make(self.spec, DAY), self.tables, "duckdb", target=self.tables[step.name])
            for step in self.steps
            if not step.in_memory
        }
        for name in ("revenue_months", "opportunities", "signals"):
            self.engine.register(name, [], self.tables[name].types)

    def found(self, world: Market) -> list[tuple[str, Bits, float]]:
        """Tail, members and estimated difference of every profile shown."""
        ids = [f"c{i:06}" for i in range(len(world.start))]
        labels = {name: [f"v{code}" for code in world.codes[:, i]] for i, name in enumerate(self.names)}
        accounts = pa.table({"account_id": ids, **labels})
        for name in ("accounts", "accounts_at_start"):
            self.engine.register(name, accounts, self.tables[name].types)
        cohort = {"account_id": ids, "start_revenue": world.start, "end_revenue": world.start * world.ratio}
        cohort_table = pa.table({**cohort, "in_cohort": [True] * len(ids)})
        self.engine.register("retention_cohort", cohort_table, self.tables["retention_cohort"].types)
        for step in self.steps:
            if step.in_memory:
                given = {name: self.engine.fetch(f"select * from {name}") for name in step.reads}
                made = step.make(self.spec, DAY, **given)
                self.engine.register(step.name, made, self.tables[step.name].types)
            else:
                self.engine.materialize(step.name, self.text[step.name])
        selectors = self.engine.fetch("select * from profile_selectors order by selector").to_pylist()
        result = []
        for row in self.engine.fetch("select tail, profile, effect from profiles").to_pylist():
            members = np.ones(len(ids), dtype=bool)
            for number in row["profile"].split(","):
                selector = selectors[int(number)]
                members &= world.codes[:, selector["place"]] == int(selector["value"][1:])
            result.append((row["tail"], members, row["effect"]))
        return result


def true_difference(world: Market, members: Bits) -> float:
    """What the members' net retention truly exceeds that of the others by."""
    sides = [(world.start[side] @ world.expected[side]) / world.start[side].sum() for side in (members, ~members)]
    return float(sides[0] - sides[1])


def jaccard(one: Bits, other: Bits) -> float:
    return float((one & other).sum() / (one | other).sum())


def shown(successes: int, trials: int) -> str:
    if not trials:
        return "-"
    lo, hi = wilson(successes, trials)
    return f"{successes}/{trials} = {successes / trials:.2f} ({lo:.2f} to {hi:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=40)
    parser.add_argument("--null", type=int, default=100)
    parser.add_argument("--customers", type=int, default=1500)
    parser.add_argument("--spread", type=float, default=0.75, help="sigma of log starting revenue")
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strengths", type=float, nargs="*", default=STRENGTHS)
    parser.add_argument("--uneven", action="store_true", help="a quarter of the customers vary twice as much")
    arguments = parser.parse_args()
    discovering = Discovering(arguments.depth)
    rng = np.random.default_rng(arguments.seed)
    runs = [(0.0, arguments.null), *((z, arguments.replications) for z in arguments.strengths)]
    for z, replications in runs:
        recovered = wrong_runs = wrong = listed = 0
        errors: list[float] = []
        for _ in range(replications):
            world = market(arguments.customers, z, arguments.spread, rng, arguments.uneven)
            profiles = discovering.found(world)
            false = 0
            for tail, members, effect in profiles:
                truth = true_difference(world, members)
                false += abs(truth) < SMALL or (truth > 0) != (tail == "good")
                errors.append((effect - truth) * (1 if tail == "good" else -1))
            recovered += any(jaccard(members, world.planted) >= 0.8 for _, members, _ in profiles if z)
            listed, wrong, wrong_runs = listed + len(profiles), wrong + false, wrong_runs + bool(false)
        bias = f"{np.mean(errors):+.3f}" if errors else "-"
        print(f"z {z:3.1f}  recovered {shown(recovered, replications) if z else '-'}  runs with a false find "
              f"{shown(wrong_runs, replications)}  false of shown {shown(wrong, listed)}  bias {bias}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
