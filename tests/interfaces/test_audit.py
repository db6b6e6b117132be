"""`tierwise audit`: scores, what is wrong, and what it does to the list."""

from __future__ import annotations

import json
from pathlib import Path

from tests.interfaces.command_line import tierwise


def test_the_audit_names_scores_defects_and_the_next_command(project: Path) -> None:
    done = tierwise("audit", project, "--draws", "0")
    assert done.code == 0, done.err
    assert "The fields that the list reads score" in done.out
    assert "What is wrong" in done.out
    assert "tierwise show audit_rows --where" in done.err


def test_prices_are_data_with_their_range_and_draws(project: Path) -> None:
    done = tierwise("audit", project, "--draws", "3", "--json")
    assert done.code == 0, done.err
    data = json.loads(done.out)["data"]
    assert data["draws"] == 3
    priced = [row["price"] for row in data["defects"] if row["price"]]
    assert all(p["moves"]["draws"] == 3 and p["moves"]["lo"] <= p["moves"]["value"] <= p["moves"]["hi"] for p in priced)
    assert {row["field"] for row in data["fields"]} >= {"domain", "industry", "employees"}
    assert data["whole"]["least_dimension"]


def test_one_field_and_its_near_miss(project: Path) -> None:
    done = tierwise("audit", project, "--draws", "0", "--field", "industry")
    assert "country" not in done.out
    missed = tierwise("audit", project, "--draws", "0", "--field", "industri")
    assert missed.code == 2
    assert "did you mean 'industry'?" in missed.err


def test_tables_of_the_draws_are_not_kept(project: Path) -> None:
    done = tierwise("show", "audit_repairs", "-p", project)
    assert done.code == 2
    assert "tierwise audit" in done.err
