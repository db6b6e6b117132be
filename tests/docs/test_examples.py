"""Every example in the docs works: parts of a model are loaded, commands are run."""

from __future__ import annotations

import shlex
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Block, blocks

from tierwise.core.errors import ModelError
from tierwise.interfaces.cli.main import main
from tierwise.model.load import load_model
from tierwise.model.yaml import read_yaml
from tierwise.project import Project, run
from tierwise.simulate import market, write_exports

AS_OF = date(2026, 6, 30)
# What a part of a model needs around it to be one.
AROUND = {
    "company": "company: Acme\n",
    "currency": "currency: USD\n",
    "sources": "sources: {crm: {kind: files, tables: {accounts: companies.csv}}}\n",
    "attributes": "attributes: {regulated: {type: boolean}, uses_core_banking_stack: {type: boolean}}\n",
}


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.place)
def test_parts_of_a_model_are_valid(block: Block, tmp_path: Path) -> None:
    load_part(block.text, tmp_path)


def load_part(text: str, folder: Path) -> None:
    """Load a part of a model with what it lacks."""
    (folder / "model").mkdir()
    part = folder / "model" / "part.yaml"
    part.write_text(text, encoding="utf-8")
    lacking = [AROUND[name] for name in AROUND if name not in read_yaml(part).data]
    (folder / "model" / "around.yaml").write_text("".join(lacking), encoding="utf-8")
    load_model(folder)


def test_a_wrong_part_is_seen(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="one_to_on"):
        load_part("tiers: {one_to_on: 12}\n", tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published list: a small simulated company and the model of the demo."""
    folder = tmp_path_factory.mktemp("docs") / "project"
    write_exports(market(seed=7, accounts=600), folder)
    shutil.copy(ROOT / "src" / "tierwise" / "simulate" / "demo.yaml", folder / "tierwise.yaml")
    project = Project.open(folder)
    run(project, AS_OF)
    project.close()
    return folder


def commands(text: str) -> list[list[str]]:
    """The tierwise commands of a shell block; comments, other programs and what follows a pipe are left out."""
    lines = text.replace("\\\n", " ").splitlines()
    kept = [line.removeprefix("$ ").partition(" | ")[0] for line in lines]
    return [shlex.split(line, comments=True)[1:] for line in kept if line.startswith("tierwise ")]


@pytest.mark.parametrize("block", [b for b in blocks("sh") if commands(b.text)], ids=lambda block: block.place)
def test_commands_run(
    block: Block, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(published, folder)
    monkeypatch.chdir(folder)
    for arguments in commands(block.text):
        chosen = [a.replace("ACCOUNT", an_account(folder)) if "ACCOUNT" in a else a for a in arguments]
        monkeypatch.setattr(sys, "argv", ["tierwise", *chosen])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (0, None), f"tierwise {' '.join(chosen)}\n{capsys.readouterr().err}"


def an_account(folder: Path) -> str:
    """The account that stands for ACCOUNT in an example."""
    project = Project.open(folder)
    found = project.read("tiers", "tier in ('2', '3')", 1)["account_id"][0].as_py()
    project.close()
    return str(found)


def test_commands_are_found_in_a_block() -> None:
    text = "# first\npip install .\ntierwise show tiers --where \"tier = '1'\" | head\n$ tierwise runs # all\n"
    assert commands(text) == [["show", "tiers", "--where", "tier = '1'"], ["runs"]]
