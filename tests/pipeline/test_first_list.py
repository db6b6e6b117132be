"""On well-named exports `init` and `run` are all that is needed for a first list."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from tierwise import project as tierwise
from tierwise import simulate
from tierwise.project import Project


def test_a_drafted_model_gives_a_first_list(tmp_path: Path) -> None:
    simulate.write_exports(simulate.market(seed=4, accounts=400), tmp_path)
    for unasked in ("truth", "research"):
        shutil.rmtree(tmp_path / unasked)
    drafted = tierwise.draft(tmp_path, tmp_path, "First", "USD")
    tierwise.init(tmp_path, drafted.text)

    project = Project.open(tmp_path)
    tierwise.run(project, date(2026, 6, 30))
    seated = project.read("tiers", where="tier = '1' or tier = '2'").to_pylist()
    project.close()

    assert len([row for row in seated if row["tier"] == "1"]) == project.model.tiers.one_to_one
    assert all(row["provisional"] and "readiness_unknown" in row["marks"] for row in seated)
    assert all(row["first_question"] for row in seated)
    unproven = [row for row in seated if row["verdict"] in ("unvalidated", "insufficient_evidence")]
    assert unproven, "400 accounts prove no profile, so the list rests on unproven ones"
    assert all("profile_unvalidated" in row["marks"] for row in unproven)
