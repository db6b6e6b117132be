"""Tiers of a large market with the history of earlier lists: from the ledger and what is known of the accounts to moves.

    python -m benchmarks.tiers_history [--accounts 1000000] [--lists 24] [--repeat 3]

The ledger holds a first list of every account and so many monthly lists that moved 2 000 accounts each and reviewed the 72
seats. Prints seconds of the wall and of the processor: the ledger read, candidates, who sits where, what moved, and all of it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.run import execute, step_named
from tierwise.stages.segmentation.membership import MembershipSpec
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.stores.ledgers import Ledgers
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

FIRST, MONTH = date(2024, 1, 31), timedelta(days=30)
SEATS, MOVED = (12, 60), 2_000
SPECS = {"tiers": TiersSpec(one_to_one=SEATS[0], one_to_few=SEATS[1]), "membership": MembershipSpec()}
PHASES = {
    "what is known": ("standings", "candidates"),
    "who sits where": ("review", "ranked", "queue", "capacity", "hours", "seatings", "tiers", "seats", "funnel"),
    "what moved": ("now_and_then", "memberships", "moves"),
}
KNOWN = {
    "accounts": "select 'domain:c' || i as account_id, false as do_not_contact, false as competitor, "
    "'owner' || i % 9 as owner from numbers",
    "account_segments": "select 'domain:c' || i as account_id, 'core' as segment, 1 as segments from numbers where i % 4 < 3",
    "lifecycle": "select 'domain:c' || i as account_id, 'unaware' as stage, false as group_customer from numbers",
    "fit": "select 'domain:c' || i as account_id, cast(hash(i) % 100000 / 1000.0 as decimal(18, 6)) as fit, true as scorable "
    "from numbers",
    "verdicts": "select 'core' as segment, 'validated' as verdict, true as has_revenue",
}


def ledger(folder: Path, accounts: int, lists: int) -> Ledgers:
    """A ledger of so many lists."""
    opened = Ledgers.at(folder / "workspace.db")
    table = dictionary()["memberships"]
    for number in range(lists):
        ids = range(accounts) if not number else range(number, accounts, max(accounts // MOVED, 1))
        day = FIRST + number * MONTH
        rows = [_row(i, number, day) for i in ids]
        moment = datetime.combine(day, datetime.min.time())
        opened.publish(Snapshot(f"{number:04d}", day, moment, f"f{number}", "m", "duckdb"), filled(table, rows))
    return opened


def _row(i: int, number: int, day: date) -> dict[str, object]:
    tier = ("1" if i < SEATS[0] else "2" if i < sum(SEATS) else "3") if not number or i % 3 else "2" if i % 5 else "3"
    return {
        "account_id": f"domain:c{i}", "from_tier": "3" if number else None, "to_tier": tier, "to_segment": "core",
        "to_stage": "unaware", "reason": "seat by value", "team": "", "tier_since": day, "reviewed_on": day,
        "reviews_beyond": 0, "moved": True,
    }  # fmt: skip


def clocks() -> tuple[float, float]:
    """Seconds of the wall and of the processor, over all threads."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    now = clocks()
    return now[0] - start[0], now[1] - start[1]


def timed(ledgers: Ledgers, folder: Path, as_of: date) -> Iterator[tuple[str, tuple[float, float]]]:
    """Seconds of each phase of one list."""
    catalog, engine = dictionary(), DuckdbEngine()
    given = {name for phase in PHASES.values() for name in phase}
    for name, table in catalog.items():
        path = folder / f"{name}.parquet"
        if path.exists():
            engine.register(name, [path], table.types)
        elif name not in given:
            rows = SPECS["tiers"].tables().get(name, ())
            engine.register(name, filled(table, rows), table.types)
    start = clocks()
    held = ledgers.memberships.in_force(as_of)
    earlier: pa.Table = ledgers.memberships.earlier(as_of, held)
    for name, rows in (("applied_memberships", held), ("earlier_memberships", earlier)):
        engine.register(name, rows, catalog[name].types)
    yield "the ledger", since(start)
    for phase, steps in PHASES.items():
        start = clocks()
        for name in steps:
            step = step_named(name)
            assert step is not None
            execute(engine, step, SPECS[step.section], as_of, catalog, {})
        yield phase, since(start)
    engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("accounts", 1_000_000), ("lists", 24), ("repeat", 3)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        maker = DuckdbEngine()
        maker.materialize("numbers", f"select range as i from range({asked.accounts})")
        for name, sql in KNOWN.items():
            maker.materialize(name, sql)
            maker.write(name, folder / name, ())
            (folder / name / "part-00000.parquet").rename(folder / f"{name}.parquet")
        maker.close()
        ledgers = ledger(folder, asked.accounts, asked.lists)
        seconds: dict[str, list[tuple[float, float]]] = {}
        for _ in range(asked.repeat):
            found = dict(timed(ledgers, folder, FIRST + asked.lists * MONTH))
            whole = sum(wall for wall, _ in found.values()), sum(processor for _, processor in found.values())
            for phase, value in {**found, "all of it": whole}.items():
                seconds.setdefault(phase, []).append(value)
        ledgers.close()
    print(f"{asked.accounts:,} accounts, {asked.lists} earlier lists, median of {asked.repeat}")
    for phase, values in seconds.items():
        wall, processor = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"{phase:<16}{wall:>8.2f} s wall{processor:>8.2f} s processor")


if __name__ == "__main__":
    main()
