"""How long does the cube of discovery take, and does pysubgroup find the same profiles?

    python -m benchmarks.discovery cube [--customers 1000000] [--depth 3]
    python -m benchmarks.discovery pysubgroup [--customers 100000] [--depth 2]

`cube`: customers with twelve attributes in the words of the search; the step `profile_blocks` on DuckDB with two threads,
and the roll-up of its rows to every conjunction. Goal: 5 seconds for a million customers at depth 3.

`pysubgroup` (Apache-2.0): the same customers, every weight 1, quality with exponent 1/2;
its exhaustive search beside the cube, the roll-up and the quality of every conjunction. Prints both times and how many
of the best 20 agree.

pysubgroup 0.9 declares numpy below 2 and works with numpy 2. It cannot be resolved together with Tierwise, so it is in
no group of pyproject.toml: `pip install --no-deps pysubgroup==0.9.0` and `pip install matplotlib pandas`, by hand.

Figures of runs are in docs/methods/discovery.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tierwise.core.table import TEXT, Column
from tierwise.engines.base import Resources
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.sql.query import compiled
from tierwise.stages.performance.discovery.cube import cells_of, profile_blocks
from tierwise.stages.performance.discovery.spec import BUCKETS, DiscoverySpec
from tierwise.stats.subgroups.contrasts import Groups, quality
from tierwise.tables.dictionary import dictionary

VALUES = (10, 8, 5, 6, 4, 4, 2, 2, 3, 5, 4, 4)
DAY = date(2024, 12, 31)
BEST = 20


def timed(what: str, run: Callable[[], Any]) -> tuple[Any, float]:
    """The result, and the seconds of the wall; the processor's are printed beside, for a machine that is shared."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    took = time.perf_counter() - wall
    print(f"{what:44} {took:7.2f} s   (processor {time.process_time() - cpu:.2f} s)", flush=True)
    return result, took


def customers(n: int, weighted: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes per attribute, weight and outcome; two profiles do better."""
    rng = np.random.default_rng(1)
    codes = np.stack([rng.integers(1, values + 1, n) for values in VALUES], axis=-1)
    weight = rng.lognormal(3.0, 1.0, n) if weighted else np.ones(n)
    ratio = np.where(rng.random(n) < 0.12, 0.0, rng.choice([1.0, 1.2], n))
    ratio += 0.1 * ((codes[:, 0] == 1) & (codes[:, 4] == 2)) + 0.05 * (codes[:, 2] == 3)
    return codes, weight, weight * ratio


def spec_of(depth: int) -> DiscoverySpec:
    names = tuple(f"a{i}" for i in range(len(VALUES)))
    return DiscoverySpec(attributes=names, columns=tuple(Column(name, TEXT, "") for name in names), depth=depth)


def cells(n: int, depth: int, weighted: bool) -> tuple[Any, Any, list[dict[str, Any]], float]:
    """The cells of the cube, the data behind them, their selectors and the seconds that they took."""
    spec, tables = spec_of(depth), dictionary()
    codes, weight, outcome = customers(n, weighted)
    packed = (codes << (5 * np.arange(len(VALUES)))).sum(axis=1)
    ids = pa.array(np.arange(n).astype(str))
    rows = {"account_id": ids, "cluster_id": ids, "bucket": np.arange(n) % BUCKETS, "weight": weight, "outcome": outcome,
            "code": packed}  # fmt: skip
    engine = DuckdbEngine(Resources(threads=2))
    engine.register("profile_codes", pa.table(rows), tables["profile_codes"].types)
    text = compiled(profile_blocks(spec, DAY), tables, "duckdb", target=tables["profile_blocks"])
    made, cube = timed(f"cube, {n:,} customers, depth {depth}", lambda: engine.materialize("profile_blocks", text))
    selectors = [
        {"place": place, "low_code": code, "high_code": code}
        for place, values in enumerate(VALUES)
        for code in range(1, values + 1)
    ]
    blocks = engine.fetch("select * from profile_blocks")
    found, rolling = timed(f"roll-up of {made:,} rows", lambda: cells_of(spec, blocks, selectors))
    print(f"{len(found.keys):,} profiles with support")
    return found, (codes, outcome), selectors, cube + rolling


def beside_pysubgroup(n: int, depth: int) -> None:
    import pandas as pd
    import pysubgroup as ps

    found, (codes, outcome), selectors, ours = cells(n, depth, weighted=False)
    groups, everybody = Groups.of(found.sums.sum(axis=1)), Groups.of(found.everybody.sum(axis=0))
    score, took = timed("quality of every profile", lambda: quality(groups, everybody, 0.5))
    best = np.argsort(-score)[:BEST]
    mine = {frozenset((selectors[i]["place"], selectors[i]["low_code"]) for i in found.keys[cell]) for cell in best}
    frame = pd.DataFrame({f"a{i}": codes[:, i].astype(str) for i in range(len(VALUES))} | {"target": outcome})
    target = ps.NumericTarget("target")
    space = ps.create_nominal_selectors(frame, ignore=["target"])
    task = ps.SubgroupDiscoveryTask(
        frame, target, space, result_set_size=BEST, depth=depth, qf=ps.StandardQFNumeric(0.5)
    )
    result, theirs = timed("pysubgroup, exhaustive (Apriori)", lambda: ps.Apriori().execute(task))
    other = {
        frozenset((int(s.attribute_name[1:]), int(s.attribute_value)) for s in group.selectors)
        for _, group, _ in result.results
    }
    print(f"ratio of times {theirs / (ours + took):.1f}; {len(mine & other)} of the best {BEST} are the same")
    scale = float(everybody.n) ** 0.5
    pairs = zip(sorted((float(s) * scale for s in score[best]), reverse=True), result.results, strict=True)
    print(f"largest difference of a quality {max(abs(a - float(b[0])) for a, b in pairs):.1e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, n, depth in (("cube", 1_000_000, 3), ("pysubgroup", 100_000, 2)):
        command = commands.add_parser(name)
        command.add_argument("--customers", type=int, default=n)
        command.add_argument("--depth", type=int, default=depth)
    arguments = parser.parse_args()
    if arguments.command == "cube":
        cells(arguments.customers, arguments.depth, weighted=True)
    else:
        beside_pysubgroup(arguments.customers, arguments.depth)


if __name__ == "__main__":
    main()
