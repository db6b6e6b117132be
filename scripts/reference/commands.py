"""The command line: every command with its arguments and options, as its own help has them."""

from __future__ import annotations

from typing import Any

from scripts.reference.markdown import grid, paragraphs

from tierwise.interfaces.cli.application import command
from tierwise.interfaces.cli.guard import PANEL
from tierwise.interfaces.cli.table import COMMANDS

INTRODUCTION = """\
# Commands

stdout is data, stderr is talk: `tierwise show tiers --json | jq` works while progress and advice stay on the screen. Progress
bars and colours appear on a terminal only; `NO_COLOR` is obeyed. How a command ends: [exit codes](exit-codes.md).
`tierwise --install-completion` completes commands and options in your shell.

`--json` prints one document, `{"schema_version": 1, "command": ..., "data": ...}`; its version changes when its form does.
"""


def page() -> str:
    """Every command in the order of `tierwise --help`."""
    lines = [INTRODUCTION]
    lines += grid(("command", "what it does"), [(f"[{c.name}](#tierwise-{c.name})", c.meaning) for c in COMMANDS])
    shared: list[Any] = []
    for entry in COMMANDS:
        found = command(entry.name)
        own = [p for p in found.params if getattr(p, "rich_help_panel", None) != PANEL and not p.hidden]
        shared = [p for p in found.params if getattr(p, "rich_help_panel", None) == PANEL]
        lines += ["", f"## tierwise {entry.name}", ""]
        for paragraph in paragraphs(found.callback):
            lines += [paragraph, ""]
        lines += _grid(own) or ["No arguments or options of its own."]
    return "\n".join([*lines, "", "## Every command", "", "Options that every command has.", "", *_grid(shared)])


def _grid(parameters: list[Any]) -> list[str]:
    rows = [(_written(p), p.help or "", _default(p)) for p in parameters if p.name != "help"]
    return grid(("argument or option", "meaning", "default"), rows) if rows else []


def _written(parameter: Any) -> str:
    """An argument as `[NAME]`, an option with its value."""
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
        return f"`{name if parameter.required or name.startswith('[') else f'[{name}]'}`"
    value = "" if parameter.is_flag else f" {parameter.metavar or _kind(parameter)}"
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    return names + (f" `{value.strip()}`" if value else "")


def _kind(parameter: Any) -> str:
    """What an option takes, where it does not say it itself."""
    kind = parameter.type_descriptor.annotation
    choices = [str(choice.value) for choice in kind] if hasattr(kind, "__members__") else []
    return "|".join(choices) or ("NUMBER" if kind is int else "TEXT")


def _default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "required"
    return "" if default in (None, "", False) else f"`{default}`"
