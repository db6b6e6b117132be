"""Show what a run would change."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def plan(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    data: DataOption = None,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Compute the list from what has landed and show what it would change against the list in force.

    Nothing is published. `tierwise ingest` lands new records first.
    """
    from tierwise.interfaces.report.chapters.segmentation.moves import moves_of
    from tierwise.interfaces.report.listing import in_force_on
    from tierwise.project import Project

    with (
        closing(Project.open(project, data)) as opened,
        terminal.progress("plan") as advance,
        opened.plan(day(as_of), advance) as made,
    ):
        moves, published = moves_of(made.moves), opened.runs()
        compared, in_force = in_force_on(published, made.as_of), in_force_on(published, date.max)
        before = tiers_of(opened, compared)
        result = {
            "as_of": made.as_of, "fingerprint": made.fingerprint, "marks": list(made.marks),
            "tiers": [{"tier": t, "now": before.get(t, 0), "then": made.tiers.get(t, 0)} for t in TIERS],
            "flow": flow_data(moves.flow), "reasons": reasons(made.moves), "moves": moves.first,
        }  # fmt: skip
    if json:
        terminal.write(document("plan", result))
        return
    _show(terminal, result, moves)
    stays = f"; run {in_force}, of a later day, would stay in force" if in_force != compared else ""
    terminal.say(f"nothing was published{stays}; next: tierwise run")


def tiers_of(project: Project, run: str) -> dict[str, int]:
    """Accounts per tier of a list; empty without one."""
    if not run:
        return {}
    levels = project.read("funnel", snapshot=project.snapshot(run)).to_pylist()
    return {row["level"].removeprefix("tier "): row["accounts"] for row in levels}


def reasons(moves: Any) -> list[dict[str, Any]]:
    """Moves of tier by reason, most frequent first."""
    ends = ["from_tier", "to_tier", "reason"]
    counted: Counter[str] = Counter()
    for row in moves.group_by(ends).aggregate([("account_id", "count")]).to_pylist():
        if row["from_tier"] != row["to_tier"] and (row["from_tier"] or row["to_tier"] != "excluded"):
            counted[row["reason"]] += row["account_id_count"]
    return [{"reason": reason, "accounts": n} for reason, n in sorted(counted.items(), key=lambda i: (-i[1], i[0]))]


def _show(terminal: Terminal, result: dict[str, Any], moves: Moves) -> None:
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
    else:
        terminal.heading("From tier to tier")
        screens.flow(terminal, moves.flow)
        terminal.heading("Why")
        counted = [(say.move_reason(r["reason"]), f"{r['accounts']:,}") for r in result["reasons"]]
        terminal.table([Column("reason"), Column("accounts", right=True)], counted)
        terminal.heading("First of them")
        screens.moved(terminal, moves.first, moves.total)
    first = next(t["then"] for t in result["tiers"] if t["tier"] == "1")
    screens.marks(terminal, result["marks"], first)
