"""The form of the leaders: YAML and CSV say the same, and every problem is reported with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

from tierwise.core.errors import ModelError, NotFound
from tierwise.model.form import TEMPLATE, load_form

MODEL = {
    "company": "Acme", "currency": "USD", "sources": {"crm": {"kind": "files", "tables": {"accounts": "a.csv"}}},
    "attributes": {"regulated": {"type": "boolean"}}, "segments": {"banks": {"where": "industry = 'Banking'"}},
    "targets": {"old": {"function": "other", "where": "employees > 1"}},
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tierwise.yaml").write_text(json.dumps(MODEL), encoding="utf-8")
    return tmp_path


def written(project: Path, name: str, text: str) -> Path:
    file = project / name
    file.write_text(text, encoding="utf-8")
    return file


def test_yaml_and_csv_say_the_same(project: Path) -> None:
    yaml = written(project, "f.yaml", "targets:\n  dana:\n    leader: Dana\n    function: marketing\n    where: regulated\n"
                   "    segments: [banks]\n    owners: [Kim, Lee]\n")  # fmt: skip
    table = written(
        project,
        "f.csv",
        "\ufeffLeader,Function,Where,Segments,Accounts,Owners\nDana,Marketing,regulated,banks,,Kim; Lee\n,,,,,\n",
    )
    assert load_form(project, yaml) == load_form(project, table)
    assert set(load_form(project, yaml)) == {"dana"}  # the form stands in for the model's own


def problems(project: Path, name: str, text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ModelError) as refused:
        load_form(project, written(project, name, text))
    return [(p.line, p.path, p.hint) for p in refused.value.problems]


def test_every_problem_of_a_form_is_reported_with_its_line(project: Path) -> None:
    found = problems(project, "f.yaml", "targets:\n  cmo: {function: marketng, where: employes > 3}\n"
                     "  cro: {function: sales, segments: [bank]}\n  cpo: {function: product}\n")  # fmt: skip
    assert [(line, path) for line, path, _ in found] == [
        (2, "targets.cmo.function"), (2, "targets.cmo.where"), (3, "targets.cro.segments[0]"), (4, "targets.cpo"),
    ]  # fmt: skip
    assert [hint for *_, hint in found][:3] == [
        "did you mean 'marketing'?",
        "did you mean 'employees'?",
        "did you mean 'banks'?",
    ]


def test_every_problem_of_a_table_too(project: Path) -> None:
    text = 'leader,function,where,segmnts\nDana,marketing,employes > 3,\nDana,sales,"employees\n> 3",\nSam,saels,regulated,\n'
    found = problems(project, "f.csv", text)
    assert [line for line, *_ in found] == [1, 2, 3, 5]
    assert found[0][2] == "did you mean 'segments'?"


@pytest.mark.parametrize(
    "text", ["", "cmo: {function: sales}\n", "targets:\n  a: {function: sales, where: regulated}\ntiers: {}\n"]
)
def test_what_is_no_form_is_refused(project: Path, text: str) -> None:
    assert problems(project, "f.yaml", text)


def test_a_form_that_is_not_there(project: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*gone\.yaml"):
        load_form(project, project / "gone.yaml")


def test_the_template_is_a_form(project: Path) -> None:
    assert len(load_form(project, written(project, "t.yaml", TEMPLATE))) == 4
    assert (ROOT / "docs" / "concepts" / "alignment.md").is_file()
