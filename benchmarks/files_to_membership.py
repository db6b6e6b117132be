"""From a file of accounts to a membership log with reasons, the whole process included.

    python -m benchmarks.files_to_membership [--accounts 20000] [--repeat 5]

A file of 20,000 accounts with five properties, one segment of three rules: `tierwise run` lands the file, assigns segment and
tier, and appends every membership with its reason to the ledger. Prints seconds of the process from start to exit, and of the
run inside it (imports left out).
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tierwise.project import Project, run

AS_OF = date(2026, 6, 30)
MODEL = """
company: Membership
currency: USD
sources:
  crm:
    kind: files
    path: .
    tables:
      accounts:
        file: accounts.csv
        history: assumed
        map: {account_key: id, name: name, industry: industry, employees: employees, country: country,
              annual_revenue: revenue, region: region}
segments:
  target:
    where: "industry in ('Banking', 'Insurance') and employees between 200 and 4999 and country = 'Germany'"
"""


def make_files(folder: Path, accounts: int) -> None:
    """A project with one file of accounts."""
    chance = random.Random(1)
    industries, countries = ("Banking", "Insurance", "Retail", "Software"), ("Germany", "France", "Spain")
    with (folder / "accounts.csv").open("w", newline="", encoding="utf8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "name", "industry", "employees", "country", "revenue", "region"))
        for number in range(accounts):
            writer.writerow(
                (f"A{number}", f"Company {number}", chance.choice(industries), int(chance.lognormvariate(5.2, 1.3)) + 1,
                 chance.choice(countries), round(chance.lognormvariate(15, 1.5), 2), f"R{number % 7}")
            )  # fmt: skip
    (folder / "tierwise.yaml").write_text(MODEL, encoding="utf8")


def whole_process(folder: Path) -> float:
    """Seconds of `tierwise run` from start to exit."""
    code = "from tierwise.interfaces.cli.main import main; main()"
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, "run", str(folder), "--as-of", AS_OF.isoformat(), "--quiet"],
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


def inside(folder: Path) -> tuple[float, int]:
    """Seconds of the run in this process, and the number of memberships logged."""
    start = time.perf_counter()
    project = Project.open(folder)
    run(project, AS_OF)
    seconds = time.perf_counter() - start
    logged = project.read("moves").num_rows
    project.close()
    return seconds, logged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    outside, within, logged = [], [], 0
    for _ in range(given.repeat):
        for measure in ("outside", "within"):
            with tempfile.TemporaryDirectory() as temporary:
                make_files(Path(temporary), given.accounts)
                if measure == "outside":
                    outside.append(whole_process(Path(temporary)))
                else:
                    seconds, logged = inside(Path(temporary))
                    within.append(seconds)
    print(f"{given.accounts:,} accounts, {logged:,} memberships logged with their reasons")
    print(
        f"whole process: median {statistics.median(outside):.2f} s (goal 2.00), from {min(outside):.2f} to {max(outside):.2f}"
    )
    print(f"the run alone: median {statistics.median(within):.2f} s, from {min(within):.2f} to {max(within):.2f}")


if __name__ == "__main__":
    main()
