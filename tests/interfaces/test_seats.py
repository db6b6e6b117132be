"""The board on the screen, as JSON and in the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.interfaces.command_line import small_company, tierwise


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company that seats unproven profiles, with more of them than seats."""
    folder = tmp_path_factory.mktemp("seats")
    small_company(folder)
    model = folder / "tierwise.yaml"
    told = model.read_text().replace("tiers: {one_to_one: 12,", "tiers: {unvalidated: allow, one_to_one: 1,")
    model.write_text(told)
    done = tierwise("run", folder, "--as-of", "2026-06-30", "--quiet")
    assert done.code == 0, done.err
    return folder


def test_the_screen_and_the_data_say_the_same(project: Path) -> None:
    told = json.loads(tierwise("seats", project, "--json").out)["data"]
    assert [(row["tier"], row["taken"] + row["empty"]) for row in told["seats"]] == [
        (row["tier"], row["seats"]) for row in told["seats"]
    ]
    assert len(told["seated"]) == sum(row["taken"] for row in told["seats"])
    shown = tierwise("seats", project).out
    for row in told["seats"]:
        assert row["price_said"] in shown
        assert (row["next_name"] or "nobody") in shown
    assert "This list is a review of the seats" in shown


def test_the_report_has_the_board(project: Path, tmp_path: Path) -> None:
    page = tmp_path / "list.html"
    assert tierwise("report", project, "--to", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "Price of the next seat" in text
    assert "new in its seat" in text
