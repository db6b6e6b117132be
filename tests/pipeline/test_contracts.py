"""Records that lost what the list in force was made from hold the next list back, until somebody accepts it by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company, write_csv
from tests.interfaces.command_line import tierwise

from tierwise.core.errors import CheckFailed, DataError
from tierwise.pipeline.plan.contracts import broken_contracts, changed_list
from tierwise.pipeline.plan.make import landed
from tierwise.project import Accepted, Project, run

ROWS: list[dict[str, Any]] = [
    {"account_key": str(n), "name": f"Bank {n}", "domain": f"b{n}.com", "industry": "Banking", "Employees": 100 + n}
    for n in range(60)
]
SEGMENTS = {"banks": {"where": "industry = 'Banking'"}}
ANN = Accepted("Ann", "we sold the branch in Spain")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with a list in force, made from 60 accounts."""
    folder = tmp_path_factory.mktemp("contracts")
    with closing(company(folder, {"crm": {"accounts": ROWS}}, segments=SEGMENTS)) as project:
        run(project)
        yield project


def exported(project: Project, rows: list[dict[str, Any]]) -> None:
    write_csv(project.folder / "crm" / "accounts.csv", rows)


def renamed(old: str, new: str) -> list[dict[str, Any]]:
    return [{new if name == old else name: value for name, value in row.items()} for row in ROWS]


def held(project: Project, rows: list[dict[str, Any]]) -> list[str]:
    """What a list made from these rows would be held back for."""
    exported(project, rows)
    project.ingest()
    before = project.runs()[0]
    batches = landed(project.model, project.workspace, before.as_of)
    return [hold.says for hold in broken_contracts(project.model, project.workspace, batches, before)]


MUTATIONS = {
    "a column is renamed": (
        renamed("Employees", "Emplxyees"),
        (
            "employees of crm/accounts was read from 'Employees', and accounts.csv has no such heading now "
            "(did you mean 'Emplxyees'?)"
        ),
    ),
    "a third of the rows is gone": (
        ROWS[:40],
        "crm/accounts has 40 rows, and had 60: 33% fewer, beyond 20% (contract.fewer_rows)",
    ),
    "a column stays and is empty": (
        [{**row, "industry": "", "Employees": "" if n % 3 else 5} for n, row in enumerate(ROWS)],
        (
            "employees of crm/accounts, from 'Employees', is filled in 33% of 60 rows of accounts.csv, and was in 100%: "
            "67% fewer, beyond 50% (contract.fewer_values)"
        ),
        (
            "industry of crm/accounts, from 'industry', is filled in 0% of 60 rows of accounts.csv, and was in 100%: "
            "100% fewer, beyond 50% (contract.fewer_values)"
        ),
    ),
    "a heading and no rows": (ROWS[:0], "crm/accounts has no rows, and had 60"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_what_the_records_lost_is_said(published: Project, mutation: str) -> None:
    rows, *says = MUTATIONS[mutation]
    assert held(published, rows) == says


def test_what_comes_and_goes_by_chance_holds_nothing_back(published: Project) -> None:
    assert held(published, renamed("Employees", "employees")[:50]) == []
    assert held(published, [{**row, "Employees": "" if n % 2 else 5} for n, row in enumerate(ROWS)]) == []


def test_a_source_has_its_own_limit(published: Project) -> None:
    source = published.model.sources["crm"].model_copy(update={"fewer_rows": 0.5})
    own = published.model.model_copy(update={"sources": {"crm": source}})
    before = published.runs()[0]
    for rows, expected in ((ROWS[:40], []), (ROWS[:15], ["75% fewer, beyond 50% (sources.crm.fewer_rows)"])):
        held(published, rows)
        batches = landed(own, published.workspace, before.as_of)
        said = [hold.says.rpartition(": ")[2] for hold in broken_contracts(own, published.workspace, batches, before)]
        assert said == expected


def test_a_list_that_changes_under_one_model_is_held_back(published: Project) -> None:
    before, model, seats = published.runs()[0], published.model, {"1": 10, "2": 30}
    assert changed_list(model, before, seats, {("2", "3"): 20, ("3", "2"): 20, ("1", "2"): 9}) == []
    (hold,) = changed_list(model, before, seats, {("2", "3"): 20, ("1", "parked"): 1, ("", "2"): 21})
    assert hold.says.startswith("of 40 accounts in tiers 1 and 2 21 leave, and of 40 then there 21 are new, beyond 50%")
    assert changed_list(model, before, {"1": 5}, {("2", "3"): 10, ("3", "1"): 1}) == []
    assert changed_list(model, before, {}, {("2", "3"): 40}) != []
    other = model.model_copy(update={"company": "Other"})
    assert changed_list(other, before, seats, {("2", "3"): 21, ("", "2"): 21}) == []


def test_a_file_without_a_heading_that_is_known_is_refused(published: Project) -> None:
    (published.folder / "crm" / "accounts.csv").write_text("Xyzzy;Plugh\n1;a\n", encoding="utf-8")
    with pytest.raises(DataError, match="no heading"):
        published.ingest()


def test_nothing_is_published_until_somebody_accepts_it(published: Project) -> None:
    folder: Path = published.folder
    exported(published, ROWS[:40])
    with pytest.raises(CheckFailed, match="33% fewer") as refused:
        run(published)
    assert "--accept" in refused.value.hint
    (folder / "crm" / "accounts.csv").unlink()
    missing = tierwise("run", folder)
    assert missing.code != 0
    assert "landed before" in missing.err
    assert len(published.runs()) == 1

    let = tierwise("run", folder, "--accept", ANN.why, "--by", ANN.by)
    assert let.code == 0, let.err
    said = {row["kind"]: row for row in published.snapshot().accepted}
    assert {"files_not_read", "fewer_rows"} <= set(said)
    assert {(row["by"], row["why"]) for row in said.values()} == {(ANN.by, ANN.why)}
    assert "accepted by Ann" in tierwise("runs", folder).out
