"""The accounts that were on a list and do not qualify any more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say


def retired(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many to show.", min=1)] = 20,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """List accounts that were in tier 1, 2 or 3 and are excluded or gone now: when, why, and what became of them.

    Nothing of them is deleted. One that qualifies again is on the next list by itself.
    """
    from tierwise.project import retired as retired_accounts

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        count, rows = retired_accounts(opened, limit, snapshot)
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, "of": count, "accounts": rows}
        terminal.write(document("retired", facts))
        return
    if not rows:
        terminal.say(f"no account is retired as of {snapshot.as_of}: all that were ever in tier 1, 2 or 3 still qualify or "
                     "are parked; next: tierwise plan says who would leave")  # fmt: skip
        return
    terminal.line(
        f"{say.many(count, 'account')} retired as of {snapshot.as_of}; shown: {len(rows):,}, the latest first"
    )
    columns = [Column("account", style="bold"), Column("retired"), Column("run"), Column("was in tier"),
               Column("because", wrap=True), Column("now")]  # fmt: skip
    terminal.table(
        columns,
        [
            (row["name"], say.day(row["retired_on"]), row["run_id"], say.tier(row["from_tier"]), row["why"], now(row))
            for row in rows
        ],
    )


def now(row: Any) -> str:
    """What became of a retired account, in words."""
    if row["state"] == "joined":
        return f"part of {row['leads_to']}"
    return "no longer among the records" if row["state"] == "gone" else "excluded"
