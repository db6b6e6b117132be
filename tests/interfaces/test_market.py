"""`tierwise motion`, `funnel` and `align` on a real project: answers, data, and what is missing where nothing is on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.companies import write_company
from tests.interfaces.command_line import tierwise
from tests.interfaces.test_commands import data

FORM = """targets:
  cmo: {leader: Dana, function: marketing, where: "employees >= 200"}
  cro: {leader: Sam, function: sales, accounts: [nobody.com], where: "employees >= 200"}
"""


def test_motion_says_what_fits_and_why(project: Path) -> None:
    done = tierwise("motion", project)
    assert done.code == 0, done.err
    assert "company" in done.out
    assert "contract value" in done.out
    assert "1:few costs 2,000 per account" in done.out
    facts = data(tierwise("motion", project, "--json"), "motion")
    total = next(row for row in facts["motion_fit"] if row["dimension"] == "total")
    assert total["motion"] in ("demand_generation_led", "both", "abm_led", "no_abm", "unknown")
    assert "large banks" in tierwise("motion", project, "--segment", "large_banks").out
    wrong = tierwise("motion", project, "--segment", "large_bank")
    assert (wrong.code, "did you mean 'large_banks'?" in wrong.err) == (2, True)


def test_funnel_says_where_effort_went(project: Path) -> None:
    done = tierwise("funnel", project)
    assert done.code == 0, done.err
    for word in ("TAM", "TAL", "outside every segment", "outside the validated universe", "in words"):
        assert word in done.out
    facts = data(tierwise("funnel", project, "--json"), "funnel")
    assert {row["kind"] for row in facts["waste"]} == {"spend", "activities", "pipeline"}


def test_align_compares_the_models_targets_and_a_form_without_changing_the_model(project: Path, tmp_path: Path) -> None:
    own = data(tierwise("align", "-p", project, "--json"), "align")
    assert {row["target"] for row in own["targets"]} == {"marketing", "sales", "customer_success"}
    file = tmp_path / "form.yaml"
    file.write_text(FORM, encoding="utf-8")
    done = tierwise("align", file, "-p", project)
    assert done.code == 0, done.err
    assert "Dana and Sam mean the same" in done.out
    assert "'nobody.com' is no account on record" in done.err
    assert data(tierwise("align", "-p", project, "--json"), "align") == own


def test_a_run_and_the_command_find_the_same(project: Path) -> None:
    shown = data(tierwise("show", "alignment", "-p", project, "--json"), "show")["rows"]
    found = data(tierwise("align", "-p", project, "--json"), "align")["alignment"]
    assert sorted(shown, key=str) == sorted(found, key=str)


def test_the_template_is_printed_and_a_wrong_form_is_explained(project: Path, tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    file.write_text(tierwise("align", "--template").out, encoding="utf-8")
    assert tierwise("align", file, "-p", project).code == 0
    file.write_text(FORM.replace("employees", "employes"), encoding="utf-8")
    wrong = tierwise("align", file, "-p", project)
    assert (wrong.code, wrong.err.count("did you mean 'employees'?")) == (2, 2)
    assert "form.yaml:2:" in wrong.err


def test_a_folder_is_no_form(project: Path) -> None:
    done = tierwise("align", project)
    assert (done.code, f"tierwise align -p {project}" in done.err) == (2, True)


def test_a_form_is_asked_for_only_where_somebody_answers(project: Path, tmp_path: Path) -> None:
    done = tierwise("align", tmp_path / "f.yaml", "-p", project, "--form", "--no-input")
    assert (done.code, "nobody to ask" in done.err) == (2, True)


@pytest.mark.parametrize("command", ["motion", "funnel"])
def test_a_company_of_names_alone_is_told_what_is_missing(tmp_path: Path, command: str) -> None:
    write_company(
        tmp_path, {"crm": {"accounts": [{"account_key": "1", "name": "Acme", "domain": "acme.com"}]}}, segments=None
    )
    assert tierwise("run", tmp_path, "--as-of", "2024-06-30", "--quiet").code == 0
    done = tierwise(command, tmp_path)
    assert done.code == 0, done.err
    assert ("Too little is on record" in done.out) if command == "motion" else ("land `activities`" in done.err)
    none = tierwise("align", "-p", tmp_path)
    assert (none.code, "the model declares no targets" in none.err) == (2, True)
