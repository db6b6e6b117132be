"""What sellers say becomes conditions where words match the records, blanks where they do not, and is held against deals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise import project as tierwise
from tierwise import simulate
from tierwise.core.errors import ModelError, NotFound
from tierwise.model.load import load_model
from tierwise.pipeline.scorecard import criteria
from tierwise.project import Project
from tierwise.stages.assessment.fit import scope

VALUES = {"credit unions": "industry|Credit Unions", "banking": "industry|Banking", "core": "segment|core"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    home = tmp_path_factory.mktemp("criteria")
    simulate.write_exports(simulate.market(seed=4, accounts=300), home)
    tierwise.init(home, tierwise.draft(home, home, "Workshop", "USD").text)
    opened = Project.open(home)
    tierwise.run(opened)
    return opened


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("credit unions with branches", "industry = 'Credit Unions'"),
        ("any credit union", "industry = 'Credit Unions'"),
        ("more than 1,500 employees", "employees > 1500"),
        ("at least 2 engaged contacts", "engaged_contacts >= 2"),
        ("fewer than 50 employees", "employees < 50"),
        ("employees between 20 and 80", "employees between 20 and 80"),
        ("a CFO who hates change", ""),
        ("scorecards", ""),
    ],
)
def test_words_become_a_condition_only_where_records_know_them(words: str, condition: str) -> None:
    assert criteria.guessed(words, scope(), VALUES) == condition


def test_before_anybody_spoke_it_says_what_to_do(project: Project) -> None:
    with pytest.raises(NotFound, match="no seller"):
        tierwise.draft_criteria(project)


def test_a_workshop_becomes_a_section_to_finish(project: Project, tmp_path: Path) -> None:
    form = tmp_path / "workshop.csv"
    form.write_text(
        "seller,verdict,words,condition\n"
        "ann,chase,more than 200 employees,\nben,chase,over 200 staff,employees > 200\n"
        "ann,drop,under 20 employees,\nann,bad_fit,a CFO who hates change,\nben,chase,it has a phone,telephone = 1\n"
    )
    assert len(tierwise.record(project, "criterion", form, "workshop").entries) == 5
    drafted, text = tierwise.draft_criteria(project)
    by_condition = {draft.condition: draft for draft in drafted if draft.condition}
    both = by_condition["employees > 200"]
    assert both.sellers == ("ann", "ben")
    assert both.tested is not None
    assert 0 < both.tested.holding <= both.tested.won + both.tested.lost
    assert both.tested.lift_lo is not None
    assert both.tested.lift_lo <= (both.tested.lift or 0) <= (both.tested.lift_hi or 0)
    blanks = [draft for draft in drafted if not draft.condition]
    assert [draft.tested for draft in blanks] == [None, None]
    assert any("cannot be read" in draft.finding and "telephone" in draft.finding for draft in blanks)
    assert criteria.BLANK in text


def test_counts_are_those_of_the_records(project: Project) -> None:
    ended = project.read(
        "opportunities", where="new_business and outcome in ('won', 'lost') and account_id is not null"
    )
    won = {row["account_id"] for row in ended.to_pylist() if row["outcome"] == "won"}
    large = {row["account_id"] for row in project.read("accounts", where="employees > 200").to_pylist()}
    known = {row["account_id"] for row in project.read("accounts", where="employees is not null").to_pylist()}
    with project.published() as published:
        [draft] = published.criteria([criteria.Said("ann", "chase", "size", "employees > 200")])
    assert draft.tested is not None
    assert draft.tested.won == len(won & known)
    assert draft.tested.won_holding == len(won & large)


def test_a_verdict_that_does_not_exist_is_refused(project: Project) -> None:
    with pytest.raises(ModelError, match="verdict"):
        tierwise.record(project, "criterion", {"seller": "ann", "verdict": "hate", "words": "x"}, "ann")


def test_the_section_of_five_things_said_is_a_model(project: Project, tmp_path: Path) -> None:
    conditions = [f"employees > {n}" for n in (10, 50, 100, 500, 1000)]
    with project.published() as published:
        drafted = published.criteria([criteria.Said("ann", "chase", f"size {c}", c) for c in conditions])
    text = (project.folder / "tierwise.yaml").read_text()
    head = text.split("\nfit:")[0] if "\nfit:" in text else text
    (tmp_path / "tierwise.yaml").write_text(head + "\n" + criteria.fragment(drafted))
    assert len(load_model(tmp_path).fit.criteria) == 5


def test_winning_often_is_no_proof_against_a_bad_fit() -> None:
    tested = criteria.Tested("x", 50, 50, 40, 10, 0.8, 0.7, 0.9, 1.6, 1.3, 1.9)
    assert "opposite" not in criteria.finding("bad_fit", tested)
    assert "opposite" in criteria.finding("drop", tested)
    assert "agree" in criteria.finding("chase", tested)
