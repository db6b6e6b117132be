"""Run everything on a simulated company."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.commands.report import write_page
from tierwise.interfaces.cli.commands.run import as_data, show_list
from tierwise.interfaces.cli.options import JsonOption
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal


def demo(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the simulated company goes.")] = Path(
        "tierwise-demo"
    ),
    force: Annotated[
        bool, typer.Option("--force", metavar="", help="Write into a folder that holds something else.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Simulate a B2B company with its exports, run the whole job on them, and write the report.

    The folder is a project like any other afterwards: change its tierwise.yaml, then tierwise plan DIR.
    """
    from tierwise.interfaces.cli.shown import read_list
    from tierwise.project import Project, run
    from tierwise.project import demo as write_demo

    ours = folder / "truth"
    if folder.exists() and any(folder.iterdir()) and not ours.is_dir() and not force:
        raise UsageError(f"{folder} is not empty", "name another folder, or --force to write into this one")
    with terminal.progress("demo") as advance:
        advance("simulating a company", 0, 0)
        as_of = write_demo(folder)
        with closing(Project.open(folder)) as project:
            done = run(project, as_of, progress=advance)
            shown = read_list(project, done.snapshot.run_id)
            page = write_page(project, done.snapshot.run_id, progress=advance)
    if json:
        terminal.write(document("demo", {**as_data(done, shown), "project": str(folder), "report": str(page)}))
        return
    screens.files(terminal, done.files.files)
    show_list(terminal, shown)
    terminal.heading("Report")
    terminal.line(str(page))
    best = shown.first_tier.seated[0].account["domain"] if shown.first_tier.seated else "ACCOUNT"
    terminal.say(f"next: tierwise explain {best} --project {folder}")
