"""Readers write nothing: a project of somebody else, or on a medium that cannot be written, is shown like any other."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.companies import company, write_company

from tierwise.project import Project, run

DAY = date(2024, 1, 31)
READERS = ("runs", "show tiers", "show", "explain bank.com", "report")
DROP, MAY_WRITE_ANYWHERE = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
CANNOT = 250


@pytest.fixture
def folder() -> Iterator[Path]:
    """A published list in a folder that another user may enter."""
    place = Path(tempfile.mkdtemp(prefix="tierwise-test-"))
    accounts = [{"account_key": "1", "domain": "bank.com", "name": "Bank", "industry": "Banking", "employees": 100}]
    opened = company(place / "acme", {"crm": {"accounts": accounts}})
    run(opened, DAY)
    opened.close()
    place.chmod(0o755)
    yield place / "acme"
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(place)


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder of a project, with what a write would change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.name != ".tierwise"  # SQLite's own files come and go in it
    }


def closed(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


# What the root user may do against the rights of a file is given up (prctl(2)), which the next program feels. In one of its
# own, and not between fork and exec: Spark Connect's threads, where this process has them, do not survive a fork.
GIVE_UP = f"""
import ctypes, os, sys
if os.geteuid() == 0 and ctypes.CDLL(None).prctl({DROP}, {MAY_WRITE_ANYWHERE}) != 0:
    sys.exit({CANNOT})
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def tierwise(command: str, folder: Path, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    """The command line as somebody who may read the project and no more."""
    name, *more = command.split()
    where = ["--to", str(elsewhere / "page.html")] if name == "report" else []
    words = [name, *more, *where, *(["-p"] if name in ("show", "explain") else []), str(folder)]
    program = "from tierwise.interfaces.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", GIVE_UP, "-c", program, *words], capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode == CANNOT:
        pytest.skip("this machine's root user cannot give up a right")
    return done


@pytest.mark.parametrize("command", READERS)
def test_a_project_that_may_only_be_read_is_shown(folder: Path, command: str) -> None:
    before = written(folder)
    closed(folder)
    with tempfile.TemporaryDirectory(prefix="tierwise-test-") as elsewhere:
        done = tierwise(command, folder, Path(elsewhere))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout
    assert written(folder) == before


def test_a_plan_needs_no_right_to_write(folder: Path) -> None:
    """It publishes nothing: it is computed among the machine's temporary files."""
    before = written(folder)
    closed(folder)
    with tempfile.TemporaryDirectory(prefix="tierwise-test-") as elsewhere:
        done = tierwise("plan", folder, Path(elsewhere))
        refused = tierwise("run", folder, Path(elsewhere))
    assert done.returncode == 0, done.stderr
    assert "nothing was published" in done.stderr
    assert (refused.returncode, "Traceback" in refused.stderr) == (77, False)
    assert written(folder) == before


def test_readers_leave_a_project_as_it_was(folder: Path) -> None:
    """Also where they could write."""
    before = written(folder)
    opened = Project.open(folder)
    opened.runs()
    opened.read("tiers")
    opened.explain("bank.com")
    opened.close()
    assert written(folder) == before


def test_what_a_killed_run_left_beside_the_database_is_read_too(folder: Path) -> None:
    """Its last writes stand in SQLite's log; a reader that could not open that would show an older list."""
    database = folder / ".tierwise" / "workspace.db"
    held = sqlite3.connect(database)
    held.execute("pragma wal_autocheckpoint = 0")
    held.execute("update snapshots set engine = 'another'")
    held.commit()
    kept = {path.name: path.read_bytes() for path in database.parent.glob("workspace.db*")}
    held.close()
    for name, content in kept.items():
        (database.parent / name).write_bytes(content)
    (database.parent / "workspace.db-shm").unlink(missing_ok=True)
    closed(folder)
    with tempfile.TemporaryDirectory(prefix="tierwise-test-") as elsewhere:
        done = tierwise("runs --json", folder, Path(elsewhere))
    assert (done.returncode, done.stderr) == (0, "")
    assert "another" in done.stdout


def test_a_project_that_was_never_run_stays_without_a_state(tmp_path: Path) -> None:
    opened = Project.open(write_company(tmp_path, {"crm": {"accounts": [{"account_key": "1"}]}}))
    assert opened.runs() == []
    opened.close()
    assert not (tmp_path / ".tierwise").exists()
