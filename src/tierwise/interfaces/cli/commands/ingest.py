"""Land the records of the sources."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.options import DataOption, JsonOption, ProjectArgument
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal


def ingest(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    data: DataOption = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Read databases from the start: what was deleted there leaves.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Land every file of every source. Rows in = loaded + rejected; what has landed before is not landed twice."""
    from tierwise.project import Project

    with closing(Project.open(project, data)) as opened, terminal.progress("ingest") as advance:
        report = opened.ingest(progress=lambda message: advance(message, 0, 0), whole=whole)
    if json:
        terminal.write(
            document(
                "ingest",
                {"files": [file_row(file) for file in report.files], "gone": [vars(left) for left in report.gone]},
            )
        )
        return
    screens.files(terminal, report.files)
    screens.gone(terminal, report.gone)
    terminal.say("next: tierwise plan, or tierwise run")


def file_row(file: Any) -> dict[str, Any]:
    """What became of one file, as data."""
    return {
        "source": file.source, "table": file.table, "file": file.file, "new": file.new, "changed": file.changed,
        "rows_in": file.rows_in,
        "loaded": file.loaded, "rejected": file.rejected, "reasons": dict(file.reasons), "blanked": dict(file.blanked),
        "notes": list(file.notes),
    }  # fmt: skip
