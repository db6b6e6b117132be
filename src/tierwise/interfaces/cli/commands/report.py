"""The list as one HTML page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, DrawsOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal

if TYPE_CHECKING:
    from tierwise.project import Project


def report(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Where to write it; default: report-RUN.html in the project."),
    ] = None,
    draws: DrawsOption = None,
    json: JsonOption = False,
) -> None:
    """Write one HTML page about a published list. It needs no network and no script, and prints well.

    On stdout: the path of the page. What repairs of the records would do to the list is drawn for it, which takes seconds.
    """

    with terminal.progress("report") as advance, reading(terminal, project) as opened:
        target = write_page(opened, opened.snapshot(run, day(as_of)).run_id, to, draws, advance)
    terminal.write(document("report", {"path": str(target)}) if json else f"{target}\n")


def write_page(
    project: Project,
    run: str | None = None,
    to: Path | None = None,
    draws: int | None = None,
    progress: Callable[[str, int, int], None] = lambda step, done, of: None,
) -> Path:
    """Render the page of a list; the path it was written to. With 0 `draws` defects have no price."""
    from tierwise.interfaces.report.content import gather
    from tierwise.interfaces.report.page import render
    from tierwise.project import prices

    found = None if draws == 0 else prices(project, project.snapshot(run), draws, progress)
    content = gather(project, run, found)
    target = (to or project.folder / f"report-{content.run_id}.html").resolve()
    target.write_text(render(content), encoding="utf-8")
    return target
