"""`tierwise clusters` on a real folder: the list, the page for who writes, ids that stay, and what an empty tier is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.companies import write_company
from tests.interfaces.command_line import documented, tierwise

DAYS = ("2026-05-31", "2026-06-30")
SEGMENTS: dict[str, Any] = {
    "paper": {"where": "industry = 'Credit <b>unions</b>'", "problem": "replace paper onboarding"},
    "audit": {"where": "industry = 'Banks'", "problem": "pass the next audit"},
}


def company(folder: Path, paper: int, audit: int) -> Path:
    """Two profiles, each with its own stack; the export of the second day has two more accounts of each."""
    people = [{"contact_key": "p1", "account_key": "paper05", "title": "Head of Operations", "email": "a@paper05.example",
               "created_at": "2026-01-01"}]  # fmt: skip
    for day, first in zip(DAYS, (2, 0), strict=True):
        rows = [
            {"account_key": f"{kind}{n:02}", "name": f"{kind.title()} {n:02}", "domain": f"{kind}{n:02}.example",
             "industry": industry, "tools": tools, "employees": 300, "owner": "Ada", "created_at": "2026-01-01"}
            for kind, many, industry, tools in (
                ("paper", paper, "Credit <b>unions</b>", "Symitar; SAP"), ("audit", audit, "Banks", "Temenos")
            )
            for n in range(first, many)
        ]  # fmt: skip
        write_company(
            folder,
            {"crm": {"accounts": rows, "contacts": people}},
            segments=SEGMENTS,
            attributes={"tools": {"type": "text"}},
            clusters={"technology": ["tools"], "starts": 2, "resamples": 4},
            tiers={"one_to_one": 0, "one_to_few": 60},
        )
        done = tierwise("run", folder, "--as-of", day, "--quiet")
        assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company(tmp_path_factory.mktemp("company"), 14, 16)


@pytest.fixture(scope="module")
def facts(clustered: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tierwise("clusters", clustered, "--json").out)["data"]
    return found


def test_it_lists_the_clusters_and_says_what_to_do_next(clustered: Path, facts: dict[str, Any]) -> None:
    done = tierwise("clusters", clustered)
    assert "Pass the next audit in Banks running Temenos" in done.out
    assert f"tierwise clusters --brief {max(facts['clusters'], key=lambda row: row['size'])['cluster']}" in done.err
    assert facts.keys() <= documented("clusters")


def test_ids_stay_from_list_to_list(clustered: Path, facts: dict[str, Any]) -> None:
    before = json.loads(tierwise("clusters", clustered, "--as-of", DAYS[0], "--json").out)["data"]["clusters"]
    assert {row["cluster"] for row in before} == {row["cluster"] for row in facts["clusters"]}
    assert [(row["kept"], row["joined"]) for row in before] == [(0, row["size"]) for row in before]
    assert sorted((row["kept"], row["joined"]) for row in facts["clusters"]) == [(12, 2), (14, 2)]
    names = {row["account_id"]: row["cluster"] for row in facts["cluster_members"]}
    assert names["domain:paper00.example"] == names["domain:paper05.example"]


def test_the_brief_says_what_they_share_whom_we_know_and_what_to_ask(clustered: Path, facts: dict[str, Any]) -> None:
    cluster = next(row for row in facts["clusters"] if row["problem"] == "replace paper onboarding")
    text = tierwise("clusters", clustered, "--brief", cluster["cluster"]).out
    assert text.startswith(f"# {cluster['name']}")
    for said in (
        "replace paper onboarding: 14 of 14, lift",
        "runs: Symitar: 14 of 14, lift",
        "operations: 1 of 1",
        "What to ask first",
        "Paper 00",
        "new here",
    ):
        assert said in text
    assert "Audit 05" not in text
    assert tierwise("clusters", clustered, "--brief", cluster["name"].upper()).out == text


def test_the_page_is_markup_of_ours_alone(clustered: Path, facts: dict[str, Any], tmp_path: Path) -> None:
    cluster = next(row for row in facts["clusters"] if row["problem"] == "replace paper onboarding")
    page = tmp_path / "brief.html"
    assert tierwise("clusters", clustered, "--brief", cluster["cluster"], "-o", page).out.strip() == str(page)
    text = page.read_text(encoding="utf-8")
    assert "Credit &lt;b&gt;unions&lt;/b&gt;" in text
    assert "<b>unions" not in text
    assert "<script" not in text


def test_explain_and_the_report_show_the_cluster(clustered: Path, tmp_path: Path) -> None:
    assert (
        "Cluster: Pass the next audit in Banks running Temenos" in tierwise("explain", "Audit 05", "-p", clustered).out
    )
    page = tmp_path / "report.html"
    assert tierwise("report", clustered, "--to", page).code == 0
    assert "2 of 2 clusters can be written for" in page.read_text(encoding="utf-8")


def test_an_unknown_cluster_has_its_near_miss(clustered: Path, facts: dict[str, Any]) -> None:
    wanted = facts["clusters"][0]["cluster"]
    done = tierwise("clusters", clustered, "--brief", wanted[:-1] + "x")
    assert done.code != 0
    assert wanted in done.err


def test_a_file_without_a_brief_is_refused(clustered: Path, tmp_path: Path) -> None:
    done = tierwise("clusters", clustered, "-o", tmp_path / "x.md")
    assert done.code == 2
    assert "--brief ID" in done.err


def test_a_small_tier_is_one_list_and_an_empty_one_says_where_to_look(project: Path, tmp_path: Path) -> None:
    small = company(tmp_path, 4, 3)
    done = tierwise("clusters", small)
    assert (done.code, done.out) == (0, "")
    assert "tier 2 has 7 accounts, fewer than a cluster of 10: it is one list" in done.err
    assert "none, tier 2 is one list" in tierwise("explain", "Audit 02", "-p", small).out
    assert "tier 2 is empty" in tierwise("clusters", project).err
