"""On well-named exports `init` and `run` are all that is needed for a first list."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

from tests.model.draft.test_text import COMPANIES, DEALS
from tests.pipeline.test_vendor_files import SECTIONS

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


def test_vendors_files_beside_a_crm_are_drafted_checked_and_run_at_once(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(
        COMPANIES.replace(",firm1.example", ",acme.com").replace(",firm2.example", ",beta.de"), encoding="utf-8"
    )
    (tmp_path / "deals.csv").write_text(DEALS, encoding="utf-8")
    for text, model in SECTIONS.values():
        [name] = re.findall(r"file: (\S+)", model)
        (tmp_path / name).write_text(text, encoding="utf-8")
    drafted = tierwise.draft(tmp_path, tmp_path, "First", "USD")
    assert not drafted.unreadable
    assert drafted.text.count("provider = 'G2'") == 1, "two files of one vendor are one signal"
    tierwise.init(tmp_path, drafted.text)

    project = Project.open(tmp_path)
    tierwise.run(project, date(2024, 6, 1))
    asked = project.read("evidence", where="account_id is not null").to_pylist()
    [told] = project.read("nps", where="name = 'all'").to_pylist()
    landed = {batch["file"]: batch["loaded"] for batch in project.read("batches").to_pylist()}
    project.close()

    assert sorted(row["dimension"] for row in asked) == ["ownership", "ownership", "pressure", "pressure"]
    assert (told["promoters"], told["detractors"], told["response_rate"]) == (1, 1, 2 / 3)
    assert landed == {
        "nps.csv": 3,
        "companies.csv": 60, "deals.csv": 40, "survey.csv": 2, "owners.csv": 2, "surge_20240506.csv": 2, "g2.csv": 2,
        "g2-page-1.json": 2,
        "calls.jsonl": 2, "events_20240506.json": 2,
    }  # fmt: skip
