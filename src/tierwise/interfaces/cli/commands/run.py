"""Ingest, plan and publish: a new list."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.commands.ingest import file_row
from tierwise.interfaces.cli.options import (
    AcceptOption,
    AsOfOption,
    ByOption,
    DataOption,
    JsonOption,
    ProjectArgument,
    day,
    person,
)
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal

if TYPE_CHECKING:
    from tierwise.interfaces.cli.shown import Shown
    from tierwise.project import Run


def run(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    data: DataOption = None,
    as_of: AsOfOption = None,
    force: Annotated[
        bool, typer.Option("--force", metavar="", help="Compute anew, even when nothing has changed.")
    ] = False,
    accept: AcceptOption = None,
    by: ByOption = None,
    json: JsonOption = False,
) -> None:
    """Land what is new, compute the list and publish it. Nothing is published when a check fails.

    Where model, records and day are those of the list in force, that list stands.
    """
    from tierwise.interfaces.cli.shown import read_list
    from tierwise.project import Accepted, Project
    from tierwise.project import run as run_project

    accepted = Accepted(person(by), accept) if accept else None

    with closing(Project.open(project, data)) as opened:
        with terminal.progress("run") as advance:
            done = run_project(opened, day(as_of), force, advance, accepted)
        shown = read_list(opened, done.snapshot.run_id)
        in_force = opened.snapshot().run_id
    if json:
        terminal.write(document("run", as_data(done, shown)))
        return
    screens.files(terminal, done.files.files)
    screens.gone(terminal, done.files.gone)
    show_list(terminal, shown)
    if done.new:
        look = "" if in_force == done.snapshot.run_id else f" --run {done.snapshot.run_id}"
        stays = f"; run {in_force}, of a later day, stays in force" if look else ""
        terminal.say(
            f"published as run {done.snapshot.run_id}{stays}; "
            f"next: tierwise report{look}, or tierwise explain ACCOUNT{look}"
        )
    else:
        terminal.say(f"nothing has changed: run {done.snapshot.run_id} stands (--force computes it anew)")


def show_list(terminal: Terminal, shown: Shown) -> None:
    """One published list on the screen; on top, what was accepted to publish it."""
    screens.accepted(terminal, shown.accepted)
    terminal.heading(f"{shown.company}, as of {shown.as_of}, run {shown.run_id}")
    screens.tiers(terminal, shown.tiers.rows)
    terminal.heading("Tier 1")
    if shown.first_tier.seated:
        screens.first_tier(terminal, shown.first_tier.seated)
    else:
        terminal.line(f"empty: {shown.first_tier.why_empty}")
    terminal.heading("Which profiles are worth winning")
    if shown.verdicts.rows:
        screens.verdicts(terminal, shown.verdicts.rows, shown.currency, shown.verdicts.policy)
    else:
        terminal.line("the model has no segments: write one under segments: in tierwise.yaml")
    terminal.heading(
        f"Moves since run {shown.moves.previous}" if shown.moves.previous else "Moves: this is the first list"
    )
    if shown.moves.flow:
        screens.flow(terminal, shown.moves.flow)
    else:
        terminal.line("no account changed its tier")
    screens.losses(terminal, shown.records.links, shown.records.unrated)
    screens.matches(terminal, shown.records.joined, shown.records.in_doubt)
    screens.contradictions(terminal, shown.records.contradictions, shown.currency)
    screens.marks(terminal, shown.marks)


def as_data(done: Run, shown: Shown) -> dict[str, Any]:
    """What `run --json` says."""
    return {
        "run_id": shown.run_id,
        "new": done.new,
        "as_of": shown.as_of,
        "marks": list(shown.marks),
        "accepted": [dict(row) for row in shown.accepted],
        "files": [file_row(file) for file in done.files.files],
        "gone": [vars(left) for left in done.files.gone],
        "funnel": shown.funnel.rows,
        "tiers": [{name: row[name] for name in ("tier", "accounts", "seats")} for row in shown.tiers.rows],
        "tier_1": [{**seated.tier, "name": seated.account["name"]} for seated in shown.first_tier.seated],
        "verdicts": shown.verdicts.rows,
        "moves": flow_data(shown.moves.flow),
        "contradictions": shown.records.contradictions,
        "matches": {"joined": shown.records.joined, "in_doubt": shown.records.in_doubt},
    }


def flow_data(flow: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """How many accounts went from which tier to which; null is 'not on the list'."""
    return [{"from_tier": before or None, "to_tier": after or None, "accounts": n} for before, after, n in flow]
