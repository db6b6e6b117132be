"""Make a plan true that was kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.options import AcceptOption, ByOption, JsonOption, ProjectOption, person
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal


def apply(
    terminal: Terminal,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The name that `tierwise plan --save` gave it.")],
    project: ProjectOption = Path(),
    accept: AcceptOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """Publish exactly what a kept plan says, or refuse where model, records or ledgers changed since, and say which."""
    from tierwise.project import Accepted, Project, apply_named

    accepted = Accepted(person(by), accept) if accept else None

    with closing(Project.open(project)) as opened:
        snapshot = apply_named(opened, plan, accepted=accepted)
        in_force = opened.snapshot().run_id
    if json:
        said = {"plan": plan, "run_id": snapshot.run_id, "as_of": snapshot.as_of, "in_force": in_force}
        terminal.write(document("apply", said))
        return
    screens.accepted(terminal, snapshot.accepted)
    stays = "" if in_force == snapshot.run_id else f"; run {in_force}, of a later day, stays in force"
    terminal.say(f"plan {plan} is published as run {snapshot.run_id}{stays}; back again: tierwise revert")
