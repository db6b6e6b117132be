"""Arguments and options that several commands share."""

from __future__ import annotations

import getpass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tierwise.core.errors import UsageError

ProjectArgument = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project's folder.")]
ProjectOption = Annotated[Path, typer.Option("--project", "-p", metavar="DIR", help="The project's folder.")]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Where relative paths of sources start.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use only what was known at the end of this day (2026-06-30)."),
]
JsonOption = Annotated[bool, typer.Option("--json", metavar="", help="Data as JSON on stdout.")]
DrawsOption = Annotated[
    int | None,
    typer.Option("--draws", metavar="N", help="Draws of what repaired records may say; 0: no prices.", min=0),
]
RunOption = Annotated[
    str | None, typer.Option("--run", metavar="RUN", help="A published list; default: the one in force.")
]


AcceptOption = Annotated[
    str | None,
    typer.Option(
        "--accept", metavar="WHY", help="Publish although something holds the list back; the reason is kept with it."
    ),
]
ByOption = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who says so; default: who is logged in.")]


def person(by: str | None) -> str:
    """Who says something: the one named, else the one who is logged in. Raises UsageError where nobody is."""
    try:
        return by or getpass.getuser()
    except (OSError, KeyError) as error:  # a container may have no name for who runs it
        raise UsageError("who says this?", "say it with --by NAME") from error


def day(text: str | None, option: str = "--as-of") -> date | None:
    """The day that an option names. Raises UsageError when it is not an ISO date."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is not a date", "write it as 2026-06-30") from error
