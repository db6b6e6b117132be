"""kill -9 at any moment of a run: the list in force stays whole, nothing is half there, and the next run converges."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from tierwise import simulate
from tierwise.project import Project

AS_OF = date(2026, 6, 30)
MODEL = """
company: Kills
currency: USD
sources:
  crm:
    kind: files
    path: crm
    tables:
      accounts:
        file: companies.csv
        history: assumed
        map: {account_key: Record ID, name: Company name, domain: Company Domain Name, industry: Industry,
              employees: Number of Employees}
segments:
  large: {where: "employees >= SIZE"}
"""
# A run in a process of its own that says each step on stdout, so that the driver can kill it anywhere.
RUN = """
import sys
from datetime import date
from pathlib import Path
from tierwise.project import Project
project = Project.open(Path(sys.argv[1]))
print("open", flush=True)
project.ingest()
with project.plan(date(2026, 6, 30), lambda step, done, of: print(step, flush=True)) as plan:
    print("planned", flush=True)
    print(project.apply(plan).run_id, flush=True)
"""


def model(size: int) -> str:
    return MODEL.replace("SIZE", str(size))


def run(folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def published(folder: Path) -> tuple[list[str], list[dict[str, object]]]:
    """Run ids, and the tiers of the list in force; every file is checked against its checksum on the way."""
    project = Project.open(folder)
    try:
        runs = project.runs()
        assert project.verify() == []
        return [snapshot.run_id for snapshot in runs], project.read("tiers").to_pylist() if runs else []
    finally:
        project.close()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("market")
    simulate.write_exports(simulate.market(seed=3, accounts=200), folder)
    return folder


def campaign(records: Path, folder: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill runs at random moments; after each kill compare what readers see with what was acknowledged."""
    chance = random.Random(seed)
    shutil.copytree(records / "crm", folder / "crm")
    (folder / "tierwise.yaml").write_text(model(100), encoding="utf8")
    start = time.monotonic()
    out, error = run(folder).communicate(timeout=300)
    assert out.splitlines()[-1] == "0001", error
    lasting = time.monotonic() - start
    counts = {"killed": 0, "finished": 0, "lost": 0, "torn": 0}
    for turn in range(kills):
        # every turn asks for another list, so that a half-published one would show
        (folder / "tierwise.yaml").write_text(model(101 + turn), encoding="utf8")
        before, tiers = published_under(folder, 101 + turn)
        process = run(folder)
        time.sleep(chance.uniform(0.3, 1.05) * lasting)
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[0].split()
        acknowledged = [word for word in said if word.isdigit()]
        after, now = published_under(folder, 101 + turn)
        counts["killed" if process.returncode == -signal.SIGKILL else "finished"] += 1
        counts["lost"] += bool(set(acknowledged) - set(after)) or bool(set(before) - set(after))
        counts["torn"] += len(after) == len(before) and now != tiers
    return counts


def published_under(folder: Path, size: int) -> tuple[list[str], list[dict[str, object]]]:
    assert f"employees >= {size}" in (folder / "tierwise.yaml").read_text(encoding="utf8")
    return published(folder)


def converged(folder: Path, fresh: Path, records: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The list after one more run, and the list of a project that was never killed."""
    for place in (folder, fresh):
        if place == fresh:
            shutil.copytree(records / "crm", fresh / "crm")
            shutil.copy(folder / "tierwise.yaml", fresh / "tierwise.yaml")
        with_project = Project.open(place)
        with_project.ingest()
        with with_project.plan(AS_OF) as plan:
            with_project.apply(plan)
        with_project.close()
    return published(folder)[1], published(fresh)[1]


def test_a_killed_run_leaves_the_list_in_force(records: Path, tmp_path: Path) -> None:
    counts = campaign(records, tmp_path / "project", kills=8, seed=1)
    assert counts["killed"] > 0
    assert (counts["lost"], counts["torn"]) == (0, 0), counts
    mine, fresh = converged(tmp_path / "project", tmp_path / "fresh", records)
    assert mine == fresh
    assert not list((tmp_path / "project" / ".tierwise" / "snapshots").glob(".writing-*"))


@pytest.mark.soak
def test_two_hundred_kills(records: Path, tmp_path: Path) -> None:
    counts = campaign(records, tmp_path / "project", kills=200, seed=2)
    print(f"\n200 kills of a run: {counts}")
    assert (counts["lost"], counts["torn"]) == (0, 0), counts
    mine, fresh = converged(tmp_path / "project", tmp_path / "fresh", records)
    assert mine == fresh
