"""Take a person out of everything that the project keeps."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.options import JsonOption, ProjectOption
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal
from tierwise.interfaces.report import wording as say


def erase(
    terminal: Terminal,
    respondent: Annotated[str, typer.Argument(metavar="RESPONDENT", help="The name as the findings have it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    project: ProjectOption = Path(),
    json: JsonOption = False,
) -> None:
    """Put a pseudonym in the place of a respondent's name and remove the quotes, in ledger, landed files and every list.

    Answers stay and count as before. It cannot be undone; what this project does not keep is named and left to you.
    """
    from tierwise.project import Project, traces
    from tierwise.project import erase as take_out

    with closing(Project.open(project)) as opened:
        found = traces(opened, respondent)
        _foretell(terminal, found)
        if not yes and not terminal.ask:
            raise UsageError("nothing was erased", "say --yes: it cannot be undone")
        if not yes and terminal.err.input("erase it for good? type yes: ").strip().lower() != "yes":
            terminal.say("nothing was erased")
            return
        done, pseudonym = take_out(opened, respondent)
    if json:
        terminal.write(document("erase", {**asdict(done), "pseudonym": pseudonym}))
    terminal.say(f"erased; the findings are now those of '{pseudonym}'")
    for line in left_to_you(done):
        terminal.warn(line)


def _foretell(terminal: Terminal, found: Any) -> None:
    terminal.say(
        f"{found.name}: ledger entries {len(found.entries)}, landed files {len(found.batches)}, "
        f"published lists {len(found.runs)}"
    )


def left_to_you(found: Any) -> list[str]:
    """What still holds the name and is not the project's to change."""
    lines = [f"{file} still names this person: take the name out there, too, or it comes back" for file in found.files]
    if found.contacts:
        people = say.many(found.contacts, "landed contact")
        lines.append(f"{people} of that name stay: erase the person in the CRM, then: tierwise ingest")
    return [
        *lines,
        "backups, reports and sheets written before hold what they held; quotes of others may hold the name",
    ]
