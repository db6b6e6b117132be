"""Fields and files become rows of a ledger: all of them or none, every problem at once, and the next list counts them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tierwise import project as tierwise
from tierwise import simulate
from tierwise.core.errors import ModelError, NotFound, UsageError
from tierwise.project import Project

DAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ROW = {
    "respondent": "Ann", "role": "economic", "dimension": "timing", "answer": "no", "observed_at": "2026-06-20",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("record")
    simulate.write_exports(simulate.market(seed=4, accounts=300), home)
    tierwise.init(home, tierwise.draft(home, home, "Recorded", "USD").text)
    opened = Project.open(home)
    tierwise.run(opened, DAY)
    opened.close()
    return home


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    opened = Project.open(folder)
    yield opened
    opened.close()


def account(project: Project) -> dict[str, Any]:
    first: dict[str, Any] = project.read("accounts", where="domain is not null", limit=1).to_pylist()[0]
    return first


def entries(project: Project) -> int:
    return len(tierwise.recorded(project, "evidence"))


def test_a_finding_counts_in_the_next_list(project: Project) -> None:
    who = account(project)
    before = tierwise.run(project, DAY)
    assert not before.new
    made = tierwise.record(project, "evidence", {"account": who["domain"], **ROW}, "Bo", NOW)
    after = tierwise.run(project, DAY)
    assert after.new, "a new entry is a new input"
    rows = project.read("evidence", where="source = 'recorded'").to_pylist()
    assert [(r["account_id"], r["respondent"], r["answer"], r["record_id"]) for r in rows] == [
        (who["account_id"], "Ann", "no", f"entry {made.entries[0]}")
    ]
    assert not tierwise.run(project, DAY).new

    tierwise.withdraw(project, "evidence", made.entries[0], "Bo", NOW)
    assert tierwise.run(project, DAY).new
    assert project.read("evidence", where="source = 'recorded'").num_rows == 0


def test_a_past_list_does_not_know_it(project: Project) -> None:
    tierwise.record(project, "evidence", {"account": account(project)["domain"], **ROW}, "Bo", NOW, known_on=DAY)
    with project.plan(date(2026, 6, 29)) as past, project.plan(DAY) as present:
        assert past.rows["recorded_evidence"] == 0
        assert present.rows["recorded_evidence"] >= 1


def test_every_problem_of_a_row_at_once(project: Project) -> None:
    given = {"account": account(project)["domain"], "answr": "yes", "dimension": "pressur", "observed_at": "soon"}
    before = entries(project)
    with pytest.raises(ModelError) as caught:
        tierwise.record(project, "evidence", given, "Bo", NOW)
    said = str(caught.value)
    for part in ("no field 'answr'", "did you mean 'answer'?", "did you mean 'pressure'?", "'soon' is not a date",
                 "respondent is missing", "answer is missing"):  # fmt: skip
        assert part in said
    assert entries(project) == before


def test_a_file_with_one_bad_row_records_nothing(project: Project, tmp_path: Path) -> None:
    domain = account(project)["domain"]
    path = tmp_path / "found.csv"
    path.write_text(
        "Account,Respondent,Dimension,Answer,Observed At,Mood\n"
        f"{domain},Ann,timing,yes,2026-06-20,good\n"
        "nobody.example,Ann,timing,yes,2026-06-20,good\n"
    )
    before = entries(project)
    with pytest.raises(ModelError, match=r"found\.csv:3: there is no account 'nobody\.example'"):
        tierwise.record(project, "evidence", path, "Bo", NOW)
    assert entries(project) == before
    path.write_text(
        f"Account,Respondent,Dimension,Answer,Observed At,Mood\n{domain},Ann,timing,purple,2026-06-20,good\n"
    )
    with pytest.raises(ModelError, match=r"found\.csv:2: answer 'purple' is not one of yes, no"):
        tierwise.record(project, "evidence", path, "Bo", NOW)
    path.write_text(f"Account,Respondent,Dimension,Answer,Observed At,Mood\n{domain},Ann,timing,yes,2026-06-20,good\n")
    made = tierwise.record(project, "evidence", path, "Bo", NOW)
    assert (len(made.entries), made.unused) == (1, ("Mood",))


def test_what_has_not_happened_is_refused_and_what_expired_is_said(project: Project) -> None:
    row = {"account": account(project)["domain"], **ROW}
    before = entries(project)
    with pytest.raises(ModelError, match="2026-07-05 is yet to come"):
        tierwise.record(project, "evidence", {**row, "observed_at": "2026-07-05"}, "Bo", NOW)
    assert entries(project) == before
    made = tierwise.record(project, "evidence", {**row, "expires_on": "2026-06-29"}, "Bo", NOW)
    assert made.notes == ("it expired on 2026-06-29: no list from today on counts it",)


def test_near_misses_and_days_to_come(project: Project) -> None:
    with pytest.raises(NotFound, match="did you mean 'evidence'"):
        tierwise.record(project, "evidnce", {}, "Bo", NOW)
    with pytest.raises(UsageError, match="yet to come"):
        tierwise.record(project, "evidence", {}, "Bo", NOW, known_on=date(2026, 7, 1))
    with pytest.raises(NotFound, match="no file"):
        tierwise.record(project, "evidence", Path("none.csv"), "Bo", NOW)


def test_a_commitment_says_how_much_on_what_ground_and_until_when(project: Project) -> None:
    who = {"account": account(project)["domain"]}
    with pytest.raises(ModelError) as refused:
        tierwise.record(project, "commitment", {**who, "action": "start", "starts_on": "2026-06-30", "ends_on": "2026-06-01",
                                                "budget_hours": "-2"}, "Bo", NOW)  # fmt: skip
    said = str(refused.value)
    for part in ("exit_criteria is missing", "evidence is missing", "before it starts", "-2 is no promise"):
        assert part in said
    with pytest.raises(ModelError, match=r"expires_on is missing.*"):
        tierwise.record(project, "override", {**who, "tier": "1", "reason": "the board"}, "Bo", NOW)
    made = tierwise.record(project, "commitment", {**who, "action": "renew", "starts_on": "2026-06-30"}, "Bo", NOW)
    assert len(made.entries) == 1


def test_a_file_that_is_read_again_writes_nothing_twice(project: Project, tmp_path: Path) -> None:
    """Somebody adds two lines to the sheet of last week and reads it again."""
    who = account(project)["domain"]
    sheet = tmp_path / "findings.csv"
    head, line = "account,respondent,role,dimension,answer,observed_at", f"{who},Cy,user,pressure,{{}},2026-06-{{}}"
    sheet.write_text("\n".join([head, line.format("yes", "01"), line.format("no", "02")]), encoding="utf-8")
    first = tierwise.record(project, "evidence", sheet, "Bo", NOW)
    again = tierwise.record(project, "evidence", sheet, "Di", NOW)
    assert (len(first.entries), again.entries) == (2, ())
    assert again.notes == (
        f"2 of 2 rows are on record already, word for word (entries {first.entries[0]}, {first.entries[1]})",
    )
    sheet.write_text(sheet.read_text(encoding="utf-8") + "\n" + line.format("partial", "03"), encoding="utf-8")
    assert len(tierwise.record(project, "evidence", sheet, "Bo", NOW).entries) == 1
    tierwise.withdraw(project, "evidence", first.entries[0], "Bo", NOW)
    assert len(tierwise.record(project, "evidence", sheet, "Bo", NOW).entries) == 1, (
        "what was taken back may be said again"
    )
