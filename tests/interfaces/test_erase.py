"""A person is taken out of ledger, landed files and lists; what was found stays, and what is not ours is named."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
from tests.interfaces.command_line import tierwise

from tierwise.project import Project


def copied(asking: Path, tmp_path: Path) -> tuple[Path, str]:
    """A project of one's own, and somebody who was interviewed."""
    folder = tmp_path / "company"
    shutil.copytree(asking, folder)
    with closing(Project.open(folder)) as project:
        rows = project.read("evidence", limit=1).to_pylist()
    return folder, str(rows[0]["respondent"])


def holding(folder: Path, text: str) -> list[str]:
    """Files of the workspace in which a text stands, in any cell or byte."""
    found = [str(p) for p in (folder / ".tierwise").glob("workspace.db*") if text.encode() in p.read_bytes()]
    for path in (folder / ".tierwise").rglob("*.parquet"):
        cells = (str(value) for column in pq.read_table(path).columns for value in column.to_pylist())
        found += [str(path)] if any(text in cell for cell in cells) else []
    return found


def test_a_person_is_nowhere_and_the_findings_are_still_there(asking: Path, tmp_path: Path) -> None:
    folder, name = copied(asking, tmp_path)
    with closing(Project.open(folder)) as project:
        account = project.read("evidence", f"respondent = '{name}'").to_pylist()[0]["account_id"]
    said = ("observed_at=2026-06-29", "dimension=timing", "answer=yes", "quote=so said I, Xaverius")
    made = tierwise(
        "record",
        "evidence",
        f"account={account}",
        f"respondent= {name.upper()}",
        *said,
        "--project",
        folder,
        "--by",
        "me",
    )
    assert made.code == 0, made.err
    with closing(Project.open(folder)) as project:
        before = project.read("readiness").to_pylist()
    refused = tierwise("erase", name, "--project", folder)
    assert refused.code != 0
    assert "say --yes" in refused.err
    assert holding(folder, name)
    done = tierwise("erase", name, "--project", folder, "--yes", "--json")
    assert done.code == 0, done.err
    data = json.loads(done.out)["data"]
    assert (len(data["entries"]), len(data["runs"])) == (1, 1)
    assert data["pseudonym"].startswith("erased ")
    assert "interviews.csv still names this person" in done.err
    assert holding(folder, name) == holding(folder, "Xaverius") == []
    with closing(Project.open(folder)) as project:
        assert project.verify() == []
        assert project.read("readiness").to_pylist() == before
        assert project.read("evidence", f"respondent = '{data['pseudonym']}'").num_rows > 0
    assert tierwise("run", folder, "--as-of", "2026-06-30", "--force", "--quiet").code == 0


def test_nobody_of_that_name(asking: Path) -> None:
    done = tierwise("erase", "Nobody Atall", "--project", asking, "--yes")
    assert done.code != 0
    assert "no finding names a respondent 'Nobody Atall'" in done.err
