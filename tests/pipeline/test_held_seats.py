"""Seats over several runs: the published example of methods h, reviews, looking back, a change of owner, an older database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.companies import company, write_csv

from tierwise.project import Project, run

T0, T1, T2, T3 = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)
FIRST = {"a": 90, "b": 80, "c": 70, "d": 60}
BETTER = {**FIRST, "c": 85}
BEST = {**BETTER, "d": 82}


def banks(scores: dict[str, int], **more: str) -> list[dict[str, Any]]:
    """Companies whose fit grows with the score."""
    return [
        {
            "account_key": name,
            "domain": f"{name}.com",
            "name": name,
            "industry": "Banking",
            "employees": 100 * score,
            "competitor": "no",
            **more,
        }
        for name, score in scores.items()
    ]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = company(tmp_path / "acme", {"crm": {"accounts": banks(FIRST)}}, tiers={"one_to_one": 2, "one_to_few": 0})
    yield opened
    opened.close()


def seated(project: Project, day: date, scores: dict[str, int], **more: str) -> set[str]:
    """Who sits in tier 1 after a run as of a day on these scores."""
    write_csv(project.folder / "crm" / "accounts.csv", banks(scores, **more))
    made = run(project, day).snapshot
    return {row["account_id"].removesuffix(".com").removeprefix("domain:") for row in first(project, made)}


def first(project: Project, snapshot: Any) -> list[dict[str, Any]]:
    return project.read("tiers", where="tier = '1'", snapshot=snapshot).to_pylist()


def reasons(project: Project) -> dict[str, str]:
    return {row["account_id"].removeprefix("domain:")[0]: row["reason"] for row in project.read("moves").to_pylist()}


def test_the_published_example(project: Project) -> None:
    """Methods h, oracle 2: two seats, kept down to place 3, lost at the second review beyond it after two months."""
    kept = {}
    for day, scores in ((T0, FIRST), (T1, BETTER), (T2, BEST)):
        assert seated(project, day, scores) == {"a", "b"}
        kept[day] = next(
            (r["kept_by"], r["since"]) for r in first(project, project.snapshot()) if "b.com" in r["account_id"]
        )
    assert kept == {T0: (None, T0), T1: ("band", T0), T2: ("dwell", T0)}
    assert project.read("moves").num_rows == 0
    assert seated(project, T3, BEST) == {"a", "c"}
    assert reasons(project) == {"b": "rank_lost", "c": "seat by value"}
    assert [(row["as_of"], row["tier"]) for row in project.explain("b.com").history] == [(T0, "1"), (T3, "3")]
    head = project.workspace.ledgers.memberships.head()
    assert seated(project, T2 + timedelta(days=29), {**BEST, "b": 81}) == {"a", "b"}, (
        "looking back: 89 days in the seat"
    )
    assert project.workspace.ledgers.memberships.head() == head


def test_a_run_between_reviews_confirms_nothing(project: Project) -> None:
    seated(project, T0, FIRST)
    for days in (89, 90, 116):
        assert seated(project, T0 + timedelta(days=days), {**BEST, "e": days}) == {"a", "b"}
    assert seated(project, T0 + timedelta(days=117), BEST) == {"a", "c"}


def test_lists_of_one_day_do_not_add_up(project: Project) -> None:
    """A second run of a day, on better records, replaces the first: nobody is held by what was listed an hour ago."""
    assert seated(project, T0, {**FIRST, "b": 10}) == {"a", "c"}
    assert seated(project, T0, FIRST) == {"a", "b"}
    assert seated(project, T0 + timedelta(days=1), FIRST, competitor="yes") == set(), "a hard exit waits for no review"
    assert seated(project, T0 + timedelta(days=2), FIRST, competitor="no") == {"a", "b"}, "and cools nobody down"
    project.close()
    text = (project.folder / "tierwise.yaml").read_text(encoding="utf-8").replace('"one_to_one": 2', '"one_to_one": 1')
    (project.folder / "tierwise.yaml").write_text(text, encoding="utf-8")
    fewer = Project.open(project.folder)
    assert seated(fewer, T0 + timedelta(days=3), FIRST) == {"a"}, "capacity goes before dwell"
    fewer.close()


def test_who_lost_a_seat_cools_down(tmp_path: Path) -> None:
    """Even where nothing holds a seat: place, confirmation and dwell switched off."""
    free = {"exit_at": 1, "confirmations": 1, "dwell_days": 0, "review_days": 0}
    records = {"crm": {"accounts": banks(FIRST)}}
    project = company(tmp_path / "acme", records, tiers={"one_to_one": 2, "one_to_few": 0, **free})
    assert seated(project, T0, FIRST) == {"a", "b"}
    assert seated(project, T1, {**FIRST, "b": 10}) == {"a", "c"}
    assert seated(project, T2, {"b": 80, "c": 70, "d": 60}) == {"c", "d"}, "b is the best, and rests"
    assert project.explain("b.com").tier["blocked_by"] == "cooldown"
    assert seated(project, T3, {"b": 80, "c": 70, "d": 60}) == {"b", "c"}
    project.close()


def test_rows_of_an_older_form_are_read(project: Project) -> None:
    """A ledger written before it kept anything about seats: since when is in it, reviews begin now."""
    for day, scores in ((T0, FIRST), (T1, BETTER)):
        seated(project, day, scores)
    project.close()
    engine = sa.create_engine(f"sqlite:///{project.folder / '.tierwise' / 'workspace.db'}")
    with engine.begin() as connection:
        for name in ("team", "tier_since", "left_one_on", "left_few_on", "reviewed_on", "reviews_beyond", "cluster"):
            connection.execute(sa.text(f"alter table applied_memberships drop column {name}"))
        connection.execute(sa.text("delete from applied_memberships where reason = 'review'"))
        connection.execute(sa.text("drop table account_ids"))
        connection.execute(sa.text("update alembic_version set version_num = '0002'"))
    engine.dispose()
    shutil.rmtree(project.folder / ".tierwise" / "lists")  # of which the older form had none
    again = Project.open(project.folder)
    assert seated(again, T2, BEST) == {"a", "b"}
    assert {row["since"] for row in first(again, again.snapshot())} == {T0}
    assert seated(again, T3, BEST) == {"a", "c"}
    again.close()
