"""The plans that were kept, and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import JsonOption, ProjectArgument
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal


def plans(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    drop: Annotated[str | None, typer.Option("--drop", metavar="PLAN", help="Forget this plan.")] = None,
    json: JsonOption = False,
) -> None:
    """List every kept plan: by whom, as of which day, what it would move, and whether it can still be applied."""
    from tierwise.project import drop_plan
    from tierwise.project import plans as kept

    with reading(terminal, project) as opened:
        if drop is not None:
            drop_plan(opened, drop)
        rows: list[dict[str, Any]] = [
            {
                "plan": p.name, "state": p.state, "run_id": p.run_id or None, "changed": list(p.changed),
                "made_at": p.made_at, "recorder": p.recorder, "as_of": p.as_of, "moved": p.moved, "tiers": dict(p.tiers),
            }
            for p in kept(opened)
        ]  # fmt: skip
    if json:
        terminal.write(document("plans", rows))
        return
    if not rows:
        terminal.say("no plan is kept; tierwise plan --save NAME keeps one")
        return
    columns = [Column("plan", style="bold"), Column("made (UTC)"), Column("by"), Column("as of"),
               Column("accounts that change tier", right=True), Column("state")]  # fmt: skip
    terminal.table(
        columns,
        [
            (r["plan"], f"{r['made_at']:%Y-%m-%d %H:%M}", r["recorder"], r["as_of"], f"{r['moved']:,}", _state(r))
            for r in rows
        ],
    )


def _state(row: dict[str, Any]) -> str:
    if row["state"] == "applied":
        return f"applied as run {row['run_id']}"
    if row["state"] == "outdated":
        return f"outdated: {', '.join(row['changed'])} changed"
    return f"open: tierwise apply {row['plan']}"
