"""Ingest, plan and publish: a new list."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.commands.ingest import file_row
from tierwise.interfaces.cli.options import AsOfOption, DataOption, JsonOption, ProjectArgument, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal

if TYPE_CHECKING:
    from tierwise.interfaces.report.content import Content
    from tierwise.project import Run


def run(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    data: DataOption = None,
    as_of: AsOfOption = None,
    force: Annotated[
        bool, typer.Option("--force", metavar="", help="Compute anew, even when nothing has changed.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Land what is new, compute the list and publish it. Nothing is published when a check fails.

    Where model, records and day are those of the list in force, that list stands.
    """
    from tierwise.interfaces.report.content import gather
    from tierwise.project import Project
    from tierwise.project import run as run_project

    with closing(Project.open(project, data)) as opened:
        with terminal.progress("run") as advance:
            done = run_project(opened, day(as_of), force, advance)
        content = gather(opened, done.snapshot.run_id)
        in_force = opened.snapshot().run_id
    if json:
        terminal.write(document("run", as_data(done, content)))
        return
    screens.files(terminal, done.files.files)
    screens.gone(terminal, done.files.gone)
    show_list(terminal, content)
    if done.new:
        look = "" if in_force == done.snapshot.run_id else f" --run {done.snapshot.run_id}"
        stays = f"; run {in_force}, of a later day, stays in force" if look else ""
        terminal.say(
            f"published as run {done.snapshot.run_id}{stays}; "
            f"next: tierwise report{look}, or tierwise explain ACCOUNT{look}"
        )
    else:
        terminal.say(f"nothing has changed: run {done.snapshot.run_id} stands (--force computes it anew)")


def show_list(terminal: Terminal, content: Content) -> None:
    """One published list on the screen."""
    terminal.heading(f"{content.company}, as of {content.as_of}, run {content.run_id}")
    screens.tiers(terminal, content.tiers)
    terminal.heading("Tier 1")
    if content.first_tier:
        screens.first_tier(terminal, content.first_tier)
    else:
        terminal.line(empty_first_tier(content))
    terminal.heading("Which profiles are worth winning")
    if content.segments:
        screens.verdicts(terminal, content.segments, content.currency, content.retention)
    else:
        terminal.line("the model has no segments: write one under segments: in tierwise.yaml")
    terminal.heading(f"Moves since run {content.previous}" if content.previous else "Moves: this is the first list")
    if content.moves.flow:
        screens.flow(terminal, content.moves.flow)
    else:
        terminal.line("no account changed its tier")
    screens.losses(terminal, content.links, content.unrated)
    screens.contradictions(terminal, content.contradictions, content.currency)
    screens.marks(terminal, content.marks, len(content.first_tier))


def empty_first_tier(content: Content) -> str:
    """Why nobody sits in tier 1, and where to look."""
    sizes = {row["level"]: row["accounts"] for row in content.funnel}
    if not sizes.get("universe"):
        return "empty: no account matches a segment worth winning. Look at the segments in tierwise.yaml"
    if not sizes.get("TAL"):
        return (
            "empty: no profile is proven worth winning yet, or too little is known to score its accounts. The verdicts "
            "below and `tierwise show tiers --columns account_id,blocked_by` say what is missing"
        )
    return (
        "empty: nobody is known to be able to decide. `tierwise show tiers --where \"blocked_by like 'gate:%'\"` "
        "lists whom to ask"
    )


def as_data(done: Run, content: Content) -> dict[str, Any]:
    """What `run --json` says."""
    return {
        "run_id": content.run_id,
        "new": done.new,
        "as_of": content.as_of,
        "marks": list(content.marks),
        "files": [file_row(file) for file in done.files.files],
        "gone": [vars(left) for left in done.files.gone],
        "funnel": content.funnel,
        "tiers": [{name: row[name] for name in ("tier", "accounts", "seats")} for row in content.tiers],
        "tier_1": [{**seated.tier, "name": seated.account["name"]} for seated in content.first_tier],
        "verdicts": content.segments,
        "moves": flow_data(content.moves.flow),
        "contradictions": content.contradictions,
    }


def flow_data(flow: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """How many accounts went from which tier to which; null is 'not on the list'."""
    return [{"from_tier": before or None, "to_tier": after or None, "accounts": n} for before, after, n in flow]
