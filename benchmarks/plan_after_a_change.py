"""A plan after a change of weights: seconds beside those of the first run, and which tables were computed.

    python -m benchmarks.plan_after_a_change [--accounts 1000000] [--events 2000000]

Makes a company of Parquet files, lands and runs it, changes two weights of the scorecard, and plans as `tierwise plan` does.
Says whether any table that stands on events was computed again (none should be). Seconds of the wall and of the processor.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tierwise.project import Project, changes_of, run

AS_OF = date(2026, 6, 30)
OF_EVENTS = {"signal_days", "signal_totals", "signal_people", "intent_reasons", "intent", "movement", "accounts"}
MODEL: dict[str, Any] = {
    "company": "Acme",
    "currency": "USD",
    "sources": {"crm": {"kind": "files", "tables": {
        "accounts": {"file": "accounts.parquet", "history": "assumed"}, "events": {"file": "events.parquet"}}}},
    "segments": {"banks": {"where": "industry = 'Banking'"}, "retail": {"where": "industry = 'Retail'"}},
    "signals": {"pricing": {"where": "kind = 'page' and path = '/pricing'", "party": "first", "family": "web", "points": 10},
                "download": {"where": "kind = 'download'", "party": "first", "family": "web", "points": 6}},
    "tiers": {"unvalidated": "allow"},
}  # fmt: skip
WORLD = """
copy (select range as account_key, 'company' || range || '.com' as domain, 'Company ' || range as name,
             ['Banking', 'Retail', 'Software', 'Energy'][1 + range % 4] as industry, 10 + hash(range) % 5000 as employees,
             ['US', 'DE', 'FR'][1 + range % 3] as country
      from range({accounts})) to '{folder}/accounts.parquet';
copy (select range as event_key, cast(hash(range) % {accounts} as bigint) as account_key, 'p' || range % 7 as person,
             ['page', 'download'][1 + range % 2] as kind, '/pricing' as path,
             timestamp '2026-06-29' - interval (hash(range + 1) % 8000) hour as occurred_at
      from range({events})) to '{folder}/events.parquet';
"""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what:<28} {time.perf_counter() - wall:7.1f} s wall {time.process_time() - cpu:7.1f} s processor", flush=True
    )


def main() -> None:
    """Print the seconds of landing, the first run, and the plan after another weight, which is a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--again", type=int, default=3, help="how often to plan")
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.plan:
        _plan(asked.plan)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        duckdb.sql(WORLD.format(accounts=asked.accounts, events=asked.events, folder=folder))
        (folder / "tierwise.yaml").write_text(json.dumps(MODEL), encoding="utf-8")
        project = Project.open(folder)
        with timed("landing"):
            project.ingest()
        with timed("first run"):
            run(project, AS_OF)
        weights = {"strategic_fit": 0.30, "revenue_potential": 0.30}
        criteria = {name: {**c.model_dump(mode="json"), "weight": weights.get(name, c.weight)}
                    for name, c in project.model.fit.criteria.items()}  # fmt: skip
        (folder / "tierwise.yaml").write_text(json.dumps({**MODEL, "fit": {"criteria": criteria}}), encoding="utf-8")
        project.close()
        for _ in range(asked.again):
            subprocess.run([sys.executable, "-m", "benchmarks.plan_after_a_change", "--plan", made], check=True)


def _plan(folder: Path) -> None:
    changed = Project.open(folder)
    with timed("plan after other weights"), changed.plan(AS_OF, glance=True) as plan:
        moved = changes_of(changed, plan).causes.num_rows
    again = ", ".join(sorted(OF_EVENTS & set(plan.computed))) or "none"
    print(f"{moved} accounts would change their tier; {len(plan.computed)} tables computed; of events again: {again}")


if __name__ == "__main__":
    main()
