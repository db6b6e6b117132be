"""docs/reference/ is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.reference import pages as reference
from tests.docs.pages import Page

from tierwise.interfaces.cli.table import COMMANDS
from tierwise.model.model import Model
from tierwise.pipeline.flow import DISCOVERY, FLOW, REPAIRS
from tierwise.tables.dictionary import TABLES


def page(name: str) -> Page:
    return Page(reference.FOLDER / name)


def test_no_page_is_stale() -> None:
    assert reference.stale() == [], "run: python -m scripts.reference"


def test_a_changed_page_and_a_page_without_an_origin_are_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    reference.write()
    assert reference.stale() == []
    (tmp_path / "flow.md").write_text("another flow", encoding="utf-8")
    (tmp_path / "old.md").write_text("from a command that is gone", encoding="utf-8")
    assert sorted(reference.stale()) == ["flow.md", "old.md"]
    reference.write()
    assert reference.stale() == []


def test_every_table_has_its_columns() -> None:
    rooms = (
        "landing",
        "accounts",
        "audit",
        "performance",
        "assessment",
        "segmentation",
        "effort",
        "research",
        "clusters",
        "ledgers",
        "market",
        "model_lists",
    )
    text = {name: page(f"tables/{name}.md") for name in rooms}
    for table in TABLES:
        having = [p for p in text.values() if table.name in p.anchors]
        assert having, f"{table.name} is on no page"
        assert all(f"| `{column}` |" in having[0].text for column in table.names), table.name


def test_every_step_section_and_command_is_there() -> None:
    assert {step.name for step in (*FLOW, *DISCOVERY, *REPAIRS)} <= page("flow.md").anchors
    assert set(Model.model_fields) <= page("model.md").anchors
    assert {f"tierwise-{command.name}" for command in COMMANDS} <= page("cli.md").anchors
