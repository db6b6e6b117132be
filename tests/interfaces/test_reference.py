"""docs/reference/output.md is what the commands print; the page of the commands is written from the code itself."""

from __future__ import annotations

from tests.interfaces.command_line import OUTPUT, documented

from tierwise.interfaces.cli.application import command
from tierwise.interfaces.cli.output import SCHEMA_VERSION
from tierwise.interfaces.cli.table import COMMANDS


def test_every_command_with_json_is_documented() -> None:
    with_json = {c.name for c in COMMANDS if any("--json" in p.opts for p in command(c.name).params)}
    assert {name for name in with_json if not documented(name)} == set()


def test_the_version_of_the_json_is_documented() -> None:
    assert f'"schema_version": {SCHEMA_VERSION}' in OUTPUT.read_text(encoding="utf-8")
