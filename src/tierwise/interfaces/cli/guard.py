"""What every command has in common: its flags, its terminal, and that no traceback reaches a user."""

from __future__ import annotations

import errno
import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from tierwise.core.errors import TierwiseError, UsageError
from tierwise.interfaces.cli.options import ProjectArgument
from tierwise.interfaces.cli.terminal import Terminal

CHECK_FAILED, BUG, CANNOT_CREATE, STORAGE, PERMISSION, INTERRUPTED, CLOSED_PIPE = 1, 70, 73, 74, 77, 130, 141
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)

PANEL = "Every command"
FLAGS = {
    "quiet": Annotated[
        bool, typer.Option("--quiet", "-q", metavar="", help="Say nothing but warnings.", rich_help_panel=PANEL)
    ],
    "no_input": Annotated[
        bool, typer.Option("--no-input", metavar="", help="Never ask a question.", rich_help_panel=PANEL)
    ],
    "no_color": Annotated[
        bool, typer.Option("--no-color", metavar="", help="No colours (or NO_COLOR=1).", rich_help_panel=PANEL)
    ],
    "debug": Annotated[
        bool,
        typer.Option(
            "--debug",
            metavar="",
            envvar="TIERWISE_DEBUG",
            help="Show the traceback of a defect.",
            rich_help_panel=PANEL,
        ),
    ],
}
# Commands whose one argument is the project take it as the others do, too.
PROJECT = Annotated[
    Path | None, typer.Option("--project", "-p", metavar="DIR", help="The same as PROJECT, as other commands have it.")
]


def guarded(function: Callable[..., None]) -> Callable[..., None]:
    """A command function with the common flags instead of its `terminal`, and with its failures explained."""
    hints = get_type_hints(function, include_extras=True)

    @functools.wraps(function)
    def command(**given: Any) -> None:
        flags = {name: given.pop(name) for name in FLAGS}
        terminal = Terminal.of(**flags)
        named = given.pop("named_project", None)
        with explained(terminal):
            if named is not None:
                given["project"] = _the_one(given["project"], named)
            function(terminal, **given)
            sys.stdout.flush()

    own = list(inspect.signature(function).parameters.values())[1:]
    kept = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    twice = [
        inspect.Parameter("named_project", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=PROJECT)
        for parameter in own
        if hints[parameter.name] == ProjectArgument
    ]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        for name, annotation in FLAGS.items()
    ]
    command.__signature__ = inspect.Signature([*kept, *twice, *common])  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in [*kept, *twice, *common]}
    del command.__wrapped__
    return command


def _the_one(argument: Path, option: Path) -> Path:
    """The project that was named. Raises UsageError when two were."""
    if argument not in (Path(), option):
        raise UsageError(f"two projects: {argument} and --project {option}", "name one")
    return option


@contextmanager
def explained(terminal: Terminal) -> Iterator[None]:
    """Failures become a sentence, what to do next, and an exit code."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except typer.Abort as error:  # Ctrl-C, or no answer at all, where a question was asked
        raise _interrupted(terminal) from error
    except TierwiseError as error:
        terminal.fail(str(error))
        raise typer.Exit(error.exit_code) from error
    except BrokenPipeError as error:
        _close_output()
        raise typer.Exit(CLOSED_PIPE) from error
    except KeyboardInterrupt as error:
        raise _interrupted(terminal) from error
    except OSError as error:
        terminal.fail(*_of_system(error))
        _show_trace(terminal)
        raise typer.Exit(_code(error)) from error
    except Exception as error:
        # DuckDB turns Ctrl-C within a query into an error of its own.
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise _interrupted(terminal) from error
        terminal.fail(
            f"a defect of Tierwise: {type(error).__name__}: {_first_line(error)}",
            "nothing was published by this command; --debug shows where. Please report it with that.",
        )
        _show_trace(terminal)
        raise typer.Exit(BUG) from error


def _interrupted(terminal: Terminal) -> typer.Exit:
    terminal.fail("interrupted; the list that was published last stands")
    return typer.Exit(INTERRUPTED)


def _code(error: OSError) -> int:
    if isinstance(error, PermissionError):
        return PERMISSION
    return STORAGE if error.errno in DISK_FULL else CANNOT_CREATE


def _of_system(error: OSError) -> tuple[str, str]:
    where = f"{error.filename}: " if error.filename else ""
    hint = (
        "check the rights of the folder"
        if isinstance(error, PermissionError)
        else "is the disk full or the path wrong?"
    )
    return f"{where}{error.strerror or error}", hint


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:300]


def _show_trace(terminal: Terminal) -> None:
    if terminal.debug:
        sys.stderr.write(traceback.format_exc())


def _close_output() -> None:
    """Nobody reads any more: what is still in the buffer must not be written at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
