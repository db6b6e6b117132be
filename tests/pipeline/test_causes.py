"""What causes each move: the component that changed, through which input; what it costs in value and hours."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.companies import company, write_csv
from tests.pipeline.test_keep import BANKS, FEBRUARY, JANUARY, LOOSE, NOW

from tierwise import project as tierwise
from tierwise.pipeline.plan.causes import Changes
from tierwise.project import Project


def begun(tmp_path: Path, **more: Any) -> Project:
    opened = company(tmp_path / "acme", {"crm": {"accounts": BANKS}}, tiers={**LOOSE, **more})
    tierwise.run(opened, JANUARY)
    return opened


def changed(project: Project, day: date = JANUARY) -> Changes:
    project.close()
    again = Project.open(project.folder)
    with again.plan(day) as plan:
        found = tierwise.changes_of(again, plan)
    again.close()
    return found


def causes(found: Changes) -> dict[str, tuple[str, str]]:
    rows = found.causes.to_pylist()
    return {
        row["account_id"].removeprefix("domain:").removesuffix(".com"): (row["component"], row["inputs"])
        for row in rows
    }


def test_its_own_fit_and_those_who_made_room(tmp_path: Path) -> None:
    project = begun(tmp_path)
    write_csv(project.folder / "crm" / "accounts.csv", [{**BANKS[0], "employees": 9000}, *BANKS[1:]])
    project.ingest(NOW)
    found = changed(project)
    records = "records: crm/accounts"
    assert causes(found)["bank1"] == ("fit", records)
    assert {causes(found)[name][0] for name in ("bank5", "bank3")} == {"others"}
    assert (found.compared, found.inputs) == ("0001", (records,))
    one, few = found.shifts
    assert (one.entering, one.leaving, few.entering, few.leaving) == (1, 1, 1, 1)
    assert one.value_in is None, "no profile has a lifetime value"
    assert one.hours_in == one.hours_out == 60, "40 people, 6 research, 12 content, 2 executives"


def test_capacity_an_override_and_its_end(tmp_path: Path) -> None:
    project = begun(tmp_path)
    row = {"account": "bank1.com", "tier": "1", "reason": "the board", "expires_on": "2024-02-15"}
    tierwise.record(project, "override", row, "Ann", datetime(2024, 1, 30, tzinfo=UTC))
    found = changed(project)
    assert causes(found)["bank1"] == ("override", "ledger: override")
    assert causes(found)["bank5"][0] == "others"
    project = Project.open(project.folder)
    tierwise.run(project, JANUARY)
    assert causes(changed(project, FEBRUARY))["bank1"] == ("override", "time")
    path = project.folder / "tierwise.yaml"
    text = json.loads(path.read_text())
    path.write_text(json.dumps({**text, "tiers": {**LOOSE, "one_to_few": 4}}), encoding="utf-8")
    wider = changed(project)
    assert set(causes(wider).values()) == {("others", "model: tiers")}


def test_another_profile_a_hard_exit_and_who_is_new_or_gone(tmp_path: Path) -> None:
    project = begun(tmp_path)
    rows = [{**BANKS[4], "industry": "Retail"}, {**BANKS[3], "do_not_contact": "yes"}, BANKS[2], BANKS[1],
            {**BANKS[1], "account_key": "9", "domain": "bank9.com", "name": "Bank 9"}]  # fmt: skip
    write_csv(project.folder / "crm" / "accounts.csv", rows)
    project.ingest(NOW)
    found = causes(changed(project))
    assert {name: found[name][0] for name in ("bank5", "bank4", "bank1", "bank9")} == {
        "bank5": "standing", "bank4": "standing", "bank1": "gone", "bank9": "new_account",
    }  # fmt: skip


def test_a_first_list_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    project = company(tmp_path / "acme", {"crm": {"accounts": BANKS}}, tiers=LOOSE)
    with project.plan(JANUARY) as plan:
        found = tierwise.changes_of(project, plan)
    assert (found.compared, found.inputs) == ("", ())
    assert {row["component"] for row in found.causes.to_pylist()} == {"new_account"}
    project.close()
