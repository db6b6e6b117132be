"""Show what a run would change."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.core.vocabulary import TIERS
from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.commands.run import flow_data
from tierwise.interfaces.cli.options import AsOfOption, DataOption, JsonOption, ProjectArgument, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.interfaces.report.chapters.segmentation.moves import Moves
    from tierwise.project import Project


# What changed for an account, in words.
COMPONENTS = {
    "override": "an override was recorded, changed or lapsed",
    "commitment": "its commitment is over",
    "standing": "it may or may not be listed now",
    "profile": "it matches another profile",
    "verdict": "its profile, or its score, may or may not be seated now",
    "readiness": "readiness",
    "value": "the value of its profile",
    "fit": "its fit",
    "intent": "its intent, between equals",
    "new_account": "it is new",
    "gone": "it is gone",
    "joined": "it is part of another account now",
    "others": "others moved, or capacity did",
}

WHY = '"WHY"'


def plan(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    data: DataOption = None,
    as_of: AsOfOption = None,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="Keep the plan, for `tierwise apply NAME`.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compute the list from what has landed and show what it would change against the list in force.

    Nothing is published. `tierwise ingest` lands new records first. What did not change since the run before is not computed.
    """
    from tierwise.interfaces.report.chapters.segmentation.moves import moves_of
    from tierwise.interfaces.report.listing import in_force_on
    from tierwise.project import Project, changes_of, keep

    with (
        closing(Project.open(project, data)) as opened,
        terminal.progress("plan") as advance,
        opened.plan(day(as_of), advance, glance=save is None) as made,
    ):
        moves, published = moves_of(made.moves), opened.runs()
        compared, in_force = in_force_on(published, made.as_of), in_force_on(published, date.max)
        before = tiers_of(opened, compared)
        result = {
            "as_of": made.as_of, "fingerprint": made.fingerprint, "marks": list(made.marks),
            "holds": [asdict(hold) for hold in made.holds],
            "tiers": [{"tier": t, "now": before.get(t, 0), "then": made.tiers.get(t, 0)} for t in TIERS],
            "flow": flow_data(moves.flow), "reasons": moves.reasons, "moves": moves.first,
            **changes_of(opened, made).facts(), "currency": opened.model.currency, "computed": list(made.computed),
        }  # fmt: skip
        if save is not None:
            keep(opened, made, save, getpass.getuser())
            result["kept_as"] = save
    if json:
        terminal.write(document("plan", result))
        return
    _show(terminal, result, moves)
    wanted = f" --accept {WHY}" if result["holds"] else ""
    if save is not None:
        terminal.say(f"nothing was published; the plan is kept: tierwise apply {save}{wanted}")
        return
    stays = f"; run {in_force}, of a later day, would stay in force" if in_force != compared else ""
    terminal.say(f"nothing was published{stays}; next: tierwise run{wanted}")


def tiers_of(project: Project, run: str) -> dict[str, int]:
    """Accounts per tier of a list; empty without one."""
    if not run:
        return {}
    levels = project.read("funnel", snapshot=project.snapshot(run)).to_pylist()
    return {row["level"].removeprefix("tier "): row["accounts"] for row in levels}


def _show(terminal: Terminal, result: dict[str, Any], moves: Moves) -> None:
    for hold in result["holds"]:
        terminal.warn(f"held back: {hold['says']}")
    terminal.heading(f"As of {say.day(result['as_of'])}: accounts per tier")
    columns = [
        Column("tier", style="bold"),
        Column("now", right=True),
        Column("then", right=True),
        Column("", right=True),
    ]
    terminal.table(
        columns,
        [
            (say.tier(t["tier"]), f"{t['now']:,}", f"{t['then']:,}", f"{t['then'] - t['now']:+,}")
            for t in result["tiers"]
        ],
    )
    if not moves.total:
        terminal.heading("No account would change its tier")
        if result["inputs"]:
            terminal.line(f"changed since run {result['compared']}: {', '.join(result['inputs'])}; "
                          "scores may differ, nobody crosses a line")  # fmt: skip
    else:
        terminal.heading("From tier to tier")
        screens.flow(terminal, moves.flow)
        _shifts(terminal, result["shifts"], result["currency"])
        _causes(terminal, result)
        terminal.heading("First of them")
        screens.moved(terminal, moves.first, moves.total)
    screens.marks(terminal, result["marks"])


def _shifts(terminal: Terminal, shifts: Sequence[Mapping[str, Any]], currency: str) -> None:
    """Value and hours that enter and leave the tiers that take effort."""
    terminal.heading("What enters and leaves tiers 1 and 2")
    columns = [Column("tier", style="bold"), Column("accounts in", right=True), Column("out", right=True),
               Column(f"value in, {currency}", right=True), Column("out", right=True),
               Column("hours a quarter in", right=True), Column("out", right=True)]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.tier(s["tier"]), f"{s['entering']:,}", f"{s['leaving']:,}", say.money(s["value_in"]),
             say.money(s["value_out"]), f"{s['hours_in']:,.0f}", f"{s['hours_out']:,.0f}")
            for s in shifts
        ],
    )  # fmt: skip
    if any(s["value_in"] is None for s in shifts):
        terminal.line("no profile has a lifetime value yet, so nothing is said about money")


def _causes(terminal: Terminal, result: dict[str, Any]) -> None:
    """What caused the moves: by component, with the inputs that changed and that it rests on."""
    if not result["compared"]:
        terminal.line("this is the first list: there is nothing to compare it with")
        return
    terminal.heading(f"Why, compared with run {result['compared']}")
    changed = ", ".join(result["inputs"]) or "nothing but the list in force"
    terminal.line(f"changed since then: {changed}")
    rows = [(COMPONENTS[c["component"]], c["inputs"], f"{c['accounts']:,}") for c in result["causes"]]
    terminal.table([Column("cause"), Column("through"), Column("accounts", right=True)], rows)
