"""Every command on a real project: what it prints where, what it leaves alone, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.interfaces.command_line import Done, documented, small_company, tierwise

from tierwise.interfaces.cli.table import COMMANDS

WRONG = """\
company: 3
currency: USX
sources:
  crm: {kind: fles, path: exports, tables: {acounts: a.csv}}
segments:
  a: {where: "industry = 'x' and nope > 1"}
  b: {where: "employees = 'many'"}
  b: {where: "(select 1)"}
tiers: {one_to_one: -4, one_to_few: many}
fit: {weights: 3}
signals:
  p: {where: "path likee 'x'", party: fourth, points: 0}
performence: {}
"""


def data(done: Done, command: str) -> Any:
    """The data of a JSON document, whose envelope is checked."""
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert document.keys() == {"schema_version", "command", "data"}
    assert document["schema_version"] == 1
    assert document["command"] == command
    found = document["data"]
    parts = found if isinstance(found, list) else [found]
    assert {key for part in parts for key in part} <= documented(command)
    return found


def test_run_says_that_the_list_stands_when_nothing_changed(project: Path) -> None:
    done = tierwise("run", project, "--as-of", "2026-06-30")
    assert done.code == 0
    assert "run 0002 stands" in done.err
    assert "1 (1:1)" in done.out
    first, second = data(tierwise("runs", project, "--json"), "runs")
    listed = [(tier, count) for tier, count in second["tiers"].items() if tier != "excluded"]
    assert all(move["from_tier"] == "" for move in first["flow"]), "the first list took its accounts from nowhere"
    for tier, count in listed:
        came = sum(m["accounts"] for m in second["flow"] if m["to_tier"] == tier)
        went = sum(m["accounts"] for m in second["flow"] if m["from_tier"] == tier)
        assert count == first["tiers"].get(tier, 0) + came - went
    assert second["overrides"] == 0


def test_a_list_says_what_it_rests_on(project: Path) -> None:
    done = tierwise("run", project, "--as-of", "2026-06-30", "--json")
    facts = data(done, "run")
    assert facts["new"] is False
    assert all(file["rows_in"] == file["loaded"] + file["rejected"] for file in facts["files"])
    assert sum(tier["accounts"] for tier in facts["tiers"]) == facts["funnel"][0]["accounts"]
    assert {"segment", "verdict", "note", "accounts"} <= facts["verdicts"][0].keys()
    assert "attributes assumed" in facts["marks"]
    assert "attributes assumed" in tierwise("run", project, "--as-of", "2026-06-30", "--quiet").err


def test_plan_publishes_nothing(project: Path) -> None:
    facts = data(tierwise("plan", project, "--as-of", "2026-05-31", "--json"), "plan")
    assert {tier["tier"] for tier in facts["tiers"]} == {"1", "2", "3", "parked", "excluded"}
    assert sum(r["accounts"] for r in facts["reasons"]) == sum(f["accounts"] for f in facts["flow"])
    assert len(data(tierwise("runs", project, "--json"), "runs")) == 2
    assert {p.name for p in (project / ".tierwise" / "snapshots").iterdir()} == {"0001", "0002"}


def test_plan_names_the_accounts(project: Path) -> None:
    facts = data(tierwise("plan", project, "--as-of", "2026-02-28", "--json"), "plan")
    named = data(tierwise("show", "accounts", "-p", project, "--limit", 0, "--json"), "show")["rows"]
    names = {row["account_id"]: row["name"] for row in named}
    assert facts["moves"]
    assert all(row["name"] == names[row["account_id"]] for row in facts["moves"])
    done = tierwise("plan", project, "--as-of", "2026-02-28")
    assert facts["moves"][0]["name"] in done.out
    assert facts["moves"][0]["account_id"] not in done.out


def test_plan_is_held_against_the_list_that_was_in_force_on_its_day(project: Path) -> None:
    done = tierwise("plan", project, "--as-of", "2026-03-31", "--json")
    levels = data(tierwise("show", "funnel", "-p", project, "--run", "0001", "--json"), "show")["rows"]
    then = {row["level"].removeprefix("tier "): row["accounts"] for row in levels}
    assert all(tier["now"] == tier["then"] == then[tier["tier"]] for tier in data(done, "plan")["tiers"])
    assert "run 0002, of a later day, would stay in force" in tierwise("plan", project, "--as-of", "2026-03-31").err


def test_show_lists_every_table_with_its_grain(project: Path) -> None:
    tables = {row["table"]: row for row in data(tierwise("show", "-p", project, "--json"), "show")}
    assert tables["tiers"]["grain"] == "one row per account"
    assert tables["tiers"]["rows"] == tables["accounts"]["rows"]
    assert "one row per account" in tierwise("show", "-p", project).out


def test_show_as_rows_of_a_day(project: Path) -> None:
    now = data(tierwise("show", "funnel", "-p", project, "--json"), "show")
    then = data(tierwise("show", "funnel", "-p", project, "--as-of", "2026-03-31", "--json"), "show")
    assert (then["run_id"], now["run_id"]) == ("0001", "0002")
    some = data(
        tierwise("show", "tiers", "-p", project, "--where", "tier = 'excluded'", "--limit", 3, "--json"), "show"
    )
    assert [row["tier"] for row in some["rows"]] == ["excluded"] * 3


def test_show_writes_csv_and_parquet(project: Path, tmp_path: Path) -> None:
    text = tierwise("show", "funnel", "-p", project, "--output", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["level"] == "TAM"
    assert tierwise("show", "funnel", "-p", project, "-o", "parquet", "--to", tmp_path / "f.parquet").code == 0
    assert pq.read_table(tmp_path / "f.parquet")["accounts"][0].as_py() == int(rows[0]["accounts"])


def test_show_model_says_where_each_value_comes_from(project: Path) -> None:
    rows = {row["path"]: row for row in data(tierwise("show", "model", "-p", project, "--json"), "show")}
    assert rows["tiers.one_to_one"] == {
        **rows["tiers.one_to_one"],
        "value": 12,
        "source": "model file",
        "is_default": False,
    }
    assert rows["readiness.prior"]["is_default"] is True
    assert rows["readiness.prior"]["source"]


def test_show_sql_is_what_would_run(project: Path) -> None:
    duckdb, spark = (
        tierwise("show", "sql", "readiness", "-p", project, "--engine", e).out for e in ("duckdb", "spark")
    )
    assert "answers_by_day" in duckdb
    assert '"' in duckdb
    assert "`" in spark


def test_show_sql_knows_an_engine_by_its_usual_name(project: Path) -> None:
    by_address, by_name = (
        data(tierwise("show", "sql", "readiness", "-p", project, "--engine", e, "--json"), "show")
        for e in ("postgresql://", "postgres")
    )
    assert by_address == by_name
    assert by_name["step"] == "readiness"
    done = tierwise("show", "sql", "readiness", "-p", project, "--engine", "oracle")
    assert done.code == 2
    assert "known: duckdb" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("tiers", "--to", "rows.csv"), "--output csv"),
        (("tiers", "readiness"), "two things"),
        (("tiers", "--engine", "spark"), "--engine changes nothing"),
        (("sql", "readiness", "--where", "true"), "--where changes nothing"),
        (("model", "--limit", 3), "--limit changes nothing"),
        (("--columns", "a"), "--columns changes nothing"),
    ],
)
def test_show_refuses_what_would_change_nothing(project: Path, words: tuple[Any, ...], said: str) -> None:
    done = tierwise("show", *words, "-p", project)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_explain_gives_reasons_that_sum_to_the_score(project: Path) -> None:
    known = data(tierwise("show", "tiers", "-p", project, "--where", "intent > 0 and rank = 1", "--json"), "show")[
        "rows"
    ]
    known = (
        known
        or data(tierwise("show", "tiers", "-p", project, "--where", "intent > 0", "--limit", 1, "--json"), "show")[
            "rows"
        ]
    )
    account = known[0]["account_id"]
    why = data(tierwise("explain", account, "-p", project, "--json"), "explain")
    for score in ("fit", "intent"):
        points = sum(round(row["points"] * 1e6) for row in why[score] if row["points"] is not None)
        assert points == round(why["tier"][score] * 1e6)
    said = tierwise("explain", why["account"]["name"], "-p", project).out
    assert "if readiness were not asked for" in said
    assert f"{why['tier']['fit']:.6f}" in said


def test_explain_knows_the_near_miss(project: Path) -> None:
    name = data(tierwise("show", "accounts", "-p", project, "--limit", 1, "--json"), "show")["rows"][0]["name"]
    done = tierwise("explain", name[:-1], "-p", project)
    assert (done.code, done.out) == (2, "")
    assert name in done.err


def test_explain_lists_the_names_that_hold_what_was_asked_for(project: Path) -> None:
    rows = data(tierwise("show", "accounts", "-p", project, "--limit", 0, "--json"), "show")["rows"]
    holding = [row["name"] for row in rows if "credit" in row["name"].lower()]
    done = tierwise("explain", "credit", "-p", project)
    assert done.code == 2
    listed = done.err.split("it is part of: ")[1].split(" and others")[0].strip().split(", ")
    assert set(listed) <= set(holding)
    assert len(listed) == min(5, len(holding))
    nobody = tierwise("explain", " ", "-p", project)
    assert nobody.code == 2
    assert "which account?" in nobody.err


def test_report_writes_one_page(project: Path, tmp_path: Path) -> None:
    done = tierwise("report", project, "--to", tmp_path / "list.html")
    assert done.out.strip() == str(tmp_path / "list.html")
    page = (tmp_path / "list.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Northlight Onboarding" in page


def test_a_project_is_named_in_either_way_but_once(project: Path) -> None:
    assert tierwise("runs", "-p", project).out == tierwise("runs", project).out
    done = tierwise("runs", project, "--project", "another")
    assert (done.code, done.out) == (2, "")
    assert "two projects" in done.err


def test_schema_is_that_of_the_model_file() -> None:
    done = tierwise("schema")
    assert done.code == 0
    assert {"company", "sources", "segments", "tiers"} <= json.loads(done.out)["properties"].keys()


def test_init_writes_a_model_that_its_check_accepts(project: Path, tmp_path: Path) -> None:
    for folder in ("crm", "billing", "research"):
        shutil.copytree(project / folder, tmp_path / folder)
    first = tierwise("init", tmp_path, "--no-input", "--company", "Acme", "--json")
    assert {row["table"] for row in data(first, "init")["files"]} >= {
        "accounts",
        "opportunities",
        "subscriptions",
        "evidence",
    }
    assert data(tierwise("check", tmp_path, "--json"), "check")["ok"] is True
    written = (tmp_path / "tierwise.yaml").read_bytes()
    again = tierwise("init", tmp_path, "--no-input")
    assert again.code == 2
    assert "--force" in again.err
    assert (tmp_path / "tierwise.yaml").read_bytes() == written


def test_init_without_exports_says_what_to_put_there(tmp_path: Path) -> None:
    done = tierwise("init", tmp_path, "--no-input")
    assert done.code == 2
    assert "CSV" in done.err
    assert not (tmp_path / "tierwise.yaml").exists()


def test_check_reports_every_problem(tmp_path: Path) -> None:
    small_company(tmp_path)
    model = (tmp_path / "tierwise.yaml").read_text(encoding="utf-8")
    (tmp_path / "tierwise.yaml").write_text(
        model.replace("currency: USD", "currency: USX", 1).replace("one_to_few: 60", "one_to_few: -1")
    )
    done = tierwise("check", tmp_path)
    assert done.code == 2
    assert "tierwise.yaml:" in done.err
    assert "currency" in done.err
    assert "one_to_few" in done.err
    problems = json.loads(tierwise("check", tmp_path, "--json").out)["data"]["problems"]
    assert [p["path"] for p in problems] == ["currency", "tiers.one_to_few"]


def test_check_reports_a_file_in_which_little_is_right(tmp_path: Path) -> None:
    """Repeated keys and lists where values belong too: problems, never a defect."""
    (tmp_path / "tierwise.yaml").write_text(WRONG, encoding="utf-8")
    done = tierwise("check", tmp_path)
    assert done.code == 2
    assert "defect" not in done.err
    problems = json.loads(tierwise("check", tmp_path, "--json").out)["data"]["problems"]
    assert len(problems) >= 10
    assert all(problem["line"] and problem["message"] for problem in problems)


def test_the_schema_beside_a_missing_model_is_no_near_miss(tmp_path: Path) -> None:
    (tmp_path / "tierwise.schema.json").write_text("{}", encoding="utf-8")
    done = tierwise("check", tmp_path)
    assert (done.code, "tierwise init" in done.err) == (2, True)


def test_nothing_published_yet_says_what_comes_next(tmp_path: Path) -> None:
    small_company(tmp_path)
    runs, show, report = (tierwise(*words, cwd=tmp_path) for words in (["runs"], ["show", "tiers"], ["report"]))
    assert runs.code == 0
    assert all("tierwise run" in done.err for done in (runs, show, report))
    assert (show.code, report.code) == (2, 2)
    landed = tierwise("plan", cwd=tmp_path)
    assert landed.code == 2
    assert "tierwise ingest" in landed.err


@pytest.mark.parametrize("command", [c.name for c in COMMANDS])
def test_every_command_has_help(command: str) -> None:
    done = tierwise(command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out
    assert "--no-color" in done.out
    assert not re.search(r"<(str|bool|path|int)>", done.out)


def test_a_folder_is_no_job_title(tmp_path: Path) -> None:
    done = tierwise("titles", tmp_path)
    assert done.code == 2
    assert f"tierwise titles --project {tmp_path}" in " ".join(done.err.split())
