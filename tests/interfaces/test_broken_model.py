"""A model with an error stops what would be made from it, and hides nothing that was made before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.interfaces.command_line import tierwise


@pytest.fixture(scope="module")
def broken(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two published lists, whose model was misspelt afterwards."""
    folder = tmp_path_factory.mktemp("broken") / "company"
    shutil.copytree(project, folder)
    model = folder / "tierwise.yaml"
    model.write_text(model.read_text().replace("segments:", "segmints:", 1))
    return folder


@pytest.mark.parametrize("words", [("runs",), ("plans",), ("show", "tiers", "-p"), ("seats",), ("icp",)])
def test_published_lists_are_read_with_the_model_they_were_made_with(broken: Path, words: tuple[str, ...]) -> None:
    done = tierwise(*words, broken)
    assert done.code == 0, done.err
    assert "what is shown was made before" in done.err
    assert "tierwise check" in done.err


def test_an_earlier_list_can_be_put_back(broken: Path) -> None:
    done = tierwise("revert", "0001", "-p", broken)
    assert done.code == 0, done.err
    assert "published as run" in done.err


def test_nothing_new_is_made_from_it(broken: Path) -> None:
    for command in ("plan", "run", "ingest"):
        done = tierwise(command, broken)
        assert done.code == 2
        assert "did you mean 'segments'?" in done.err


def test_without_any_list_the_problems_are_the_answer(broken: Path, tmp_path: Path) -> None:
    shutil.copy(broken / "tierwise.yaml", tmp_path)
    done = tierwise("runs", tmp_path)
    assert done.code == 2
    assert "did you mean 'segments'?" in done.err
    assert not (tmp_path / ".tierwise").exists()
