"""The commands as a Typer application that imports each when it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup
from typer.main import get_command

from tierwise.core.errors import near_miss
from tierwise.interfaces.cli.guard import guarded
from tierwise.interfaces.cli.table import COMMANDS, entry, overview

SETTINGS = {"help_option_names": ["-h", "--help"]}


class Commands(TyperGroup):
    """The table of commands as a group."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return [command.name for command in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command, imported now. An unknown name is a usage error with the near miss."""
        found = entry(cmd_name)
        if found is not None:
            return command(found.name)
        if not ctx.resilient_parsing and not cmd_name.startswith("-"):
            hint = near_miss(cmd_name, self.list_commands(ctx)) or "`tierwise --help` lists the commands"
            ctx.fail(f"there is no command '{cmd_name}'; {hint}")
        return None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The same overview that needs no Typer."""
        formatter.write(overview())


def application() -> Any:
    """The whole command line."""
    app = typer.Typer(cls=Commands, context_settings=SETTINGS, add_completion=True)
    app.callback()(_root)
    return get_command(app)


def command(name: str) -> Any:
    """One command, ready to be invoked."""
    found = entry(name)
    if found is None:
        raise KeyError(name)
    function = getattr(importlib.import_module(found.module), name)
    app = typer.Typer(context_settings=SETTINGS, add_completion=False)
    app.command(name)(guarded(function))
    made: Any = get_command(app)
    for parameter in made.get_params(made.context_class(made)):
        _without_type(parameter)
    return made


def _without_type(parameter: Any) -> None:
    """Help names a value (DIR, DATE); what Python calls its type says nothing to who reads it."""
    if isinstance(parameter, TyperArgument):
        parameter.display_type_rich = lambda ctx: None  # type: ignore[method-assign]
    elif parameter.is_flag and parameter.metavar is None:
        parameter.metavar = ""


def _root() -> None:
    """From a company's exports to a tiered, explained list of accounts."""
