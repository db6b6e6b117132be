"""The ideal customer profile as a document: what it says, what it leaves out, and that its rows can be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.interfaces.command_line import documented, tierwise

from tierwise.interfaces.report.icp import Icp, markdown, where

STATEMENT: dict[str, Any] = {
    "side": "good", "kind": "trigger", "name": "pricing_page", "value": "yes", "basis": "validated",
    "customers": 12, "known": 16, "share": 0.75, "share_lo": 0.505, "share_hi": 0.898, "share_of_all": 0.4,
    "lift": 1.7, "lift_lo": 1.2, "lift_hi": 2.4, "p_value": 0.01, "q_value": 0.03, "defines": False, "stated": True,
}  # fmt: skip


def document(**changed: Any) -> str:
    empty: dict[str, Any] = {
        "company": "Acme", "currency": "USD", "as_of": "2026-06-30", "run_id": "0001", "days": 365, "basis": "validated",
        "statements": [], "known": {}, "figures": [], "profiles": [], "customers": 20,
    }  # fmt: skip
    return markdown(Icp(**(empty | changed)))


PROFILES = [{"side": "good", "segment": "banks", "customers": 16, "cycle_days": 98.4}]


def test_a_statement_says_share_interval_comparison_lift_and_rows() -> None:
    text = document(profiles=PROFILES, statements=[STATEMENT], known={("good", "trigger"): 16})
    assert "banks: 16 customers, median 98 days from opportunity to win" in text
    assert (
        "- pricing page in the 365 days before: 75 % (50 % to 90 %; 12 of 16), of all customers 40 %; lift 1.7 (1.2 to 2.4)\n"
        in text
    )
    assert f'`tierwise show icp_traits --where "{where(STATEMENT)}"`' in text


def test_what_is_not_on_record_is_told_from_what_is_nothing_special() -> None:
    text = document(profiles=PROFILES, known={("good", "attribute"): 16})
    assert "Nothing that is not also true of customers at large (16 looked at)." in text
    assert text.count("Not on record for these customers.") == 3
    assert "Nobody yet" in text.partition("## What customers not worth closing share")[2]


def test_a_draft_says_so_and_a_definition_is_no_news() -> None:
    assert "this is a draft" in document(basis="promising")
    assert "this is a draft" not in document()
    told = document(profiles=PROFILES, statements=[{**STATEMENT, "kind": "attribute", "defines": True}])
    assert "which is how the segments are defined" in told


def test_a_value_with_a_quote_is_still_a_condition() -> None:
    assert where({**STATEMENT, "value": "women's wear"}).endswith("value = 'women''s wear'")


def test_the_rows_behind_a_comparison_can_be_had(project: Path) -> None:
    def traits(*more: str) -> list[dict[str, Any]]:
        shown = tierwise("show", "icp_traits", "-p", project, "--limit", "0", "--json", *more)
        return list(json.loads(shown.out)["data"]["rows"])

    every = traits()
    wanted = {name: every[0][name] for name in ("side", "kind", "name", "value")}
    assert traits("--where", where(wanted)) == [row for row in every if wanted.items() <= row.items()]


def test_the_document_goes_to_the_screen_to_a_file_and_as_data(project: Path, tmp_path: Path) -> None:
    page = tmp_path / "icp.md"
    assert tierwise("icp", project, "--output", page).out.strip() == str(page)
    assert page.read_text(encoding="utf-8") == tierwise("icp", project).out
    facts = json.loads(tierwise("icp", project, "--json").out)["data"]
    assert facts.keys() <= documented("icp")
    assert facts["customers"] > 0
