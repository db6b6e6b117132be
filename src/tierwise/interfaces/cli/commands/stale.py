"""What should be looked up again first, account by account?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

Rows = list[dict[str, Any]]


def stale(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="How many to show.", min=1)] = 20,
    every: Annotated[bool, typer.Option("--all", help="Those too that could not move their account.")] = False,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """List values that are older than their half-life, first those that could move their account across a cut.

    Only fields whose last check is on record have an age: `audit: {verified: {employees: column_with_that_day}}`.
    """
    from tierwise.interfaces.report.listing import open_list

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        with open_list(opened, snapshot.run_id) as listing:
            aged = sorted(listing.model.audit.verified)
            rows = sorted(listing.rows("stale_fields"), key=lambda row: row["place"])
            shown = [row for row in rows if every or row["may_cross"]]
            listed = listing.named(shown[:limit])
    if json:
        facts = {
            "run_id": snapshot.run_id,
            "as_of": snapshot.as_of,
            "aged": aged,
            "of": len(rows),
            "fields": listed,
        }
        terminal.write(document("stale", facts))
        return
    if not aged:
        terminal.say(
            "no field has an age: say which column holds the day of the last check, audit: {verified: {FIELD: COLUMN}}"
        )
        return
    accounts = len({row["account_id"] for row in shown})
    terminal.line(f"{len(rows):,} values are older than their half-life; {sum(r['may_cross'] for r in rows):,} "
                  f"could move their account; shown: {len(listed):,} of {accounts:,} accounts")  # fmt: skip
    if not shown:
        terminal.say("nothing old could move an account; every old value: tierwise stale --all")
        return
    _table(terminal, listed)


def _table(terminal: Terminal, rows: Rows) -> None:
    columns = [Column("account", style="bold"), Column("tier"), Column("field"), Column("value"), Column("checked"),
               Column("changed by now", right=True), Column("could")]  # fmt: skip
    terminal.table(
        columns,
        [
            (row["name"], say.tier(row["tier"]), say.words(row["field"]), row["value"] or "", say.day(row["checked_on"]),
             say.share(row["chance_changed"]), _could(row))
            for row in rows
        ],
    )  # fmt: skip


def _could(row: dict[str, Any]) -> str:
    if row["decides_segment"]:
        return "change its segment"
    if row["lowest_fit"] is None or row["lowest_fit"] == row["highest_fit"]:
        return "change nothing that the list reads"
    return f"take fit from {row['lowest_fit']:.0f} to {row['highest_fit']:.0f}"
