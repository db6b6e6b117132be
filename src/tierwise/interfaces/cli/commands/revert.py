"""Put an earlier list back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.commands.run import flow_data
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AcceptOption, AsOfOption, ByOption, JsonOption, ProjectOption, day, person
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say


def revert(
    terminal: Terminal,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The run whose list is put back; default: the one before.")
    ] = None,
    project: ProjectOption = Path(),
    as_of: AsOfOption = None,
    accept: AcceptOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """Publish the tiers 1 and 2 of an earlier run again, as a new run. Reverting again undoes it.

    Hard exits of today win: who must not be contacted, or became a customer, stays out and is named.
    """
    from tierwise.interfaces.report.chapters.segmentation.moves import moves_of
    from tierwise.project import Accepted
    from tierwise.project import revert as put_back

    accepted = Accepted(person(by), accept) if accept else None

    with reading(terminal, project) as opened, terminal.progress("revert") as advance:
        done = put_back(opened, run, day(as_of), advance, accepted=accepted)
    moves = moves_of(done.moves)
    if json:
        said = {
            "run_id": done.snapshot.run_id, "put_back": done.wanted.run_id, "as_of": done.snapshot.as_of,
            "flow": flow_data(moves.flow), "not_restored": done.not_restored,
        }  # fmt: skip
        terminal.write(document("revert", said))
        return
    screens.accepted(terminal, done.snapshot.accepted)
    terminal.heading(f"The list of run {done.wanted.run_id}, as of {say.day(done.wanted.as_of)}, put back")
    screens.flow(terminal, moves.flow)
    if done.not_restored:
        terminal.warn(f"{len(done.not_restored)} accounts of that list could not be put back:")
        rows = [(r["name"] or r["account_id"], say.tier(r["wanted"]), say.tier(r["tier"] or ""), r["why"] or "")
                for r in done.not_restored]  # fmt: skip
        terminal.table([Column("account"), Column("tier then"), Column("tier now"), Column("why")], rows)
    terminal.say(
        f"published as run {done.snapshot.run_id}; the model decides again at the next run: change it, or record overrides"
    )
