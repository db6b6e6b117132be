"""What good customers share, and what bad ones do: the ideal customer profile as a document."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal


def icp(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write Markdown here.")] = None,
    json: JsonOption = False,
) -> None:
    """Say what the customers worth having share: traits, triggers, people, origins, deal size and cycle.

    Customers of validated profiles against all customers, with lifts and intervals; every statement names its rows.
    """
    from tierwise.interfaces.report.icp import markdown, read_icp, where
    from tierwise.interfaces.report.listing import open_list

    with (
        reading(terminal, project) as opened,
        open_list(opened, opened.snapshot(run, day(as_of)).run_id) as listing,
    ):
        found = read_icp(listing)
    if json:
        facts = asdict(found)
        del facts["known"]
        facts["statements"] = [{**row, "rows": where(row)} for row in found.statements]
        terminal.write(document("icp", facts))
        return
    if not found.customers:
        terminal.say("no customer is on record: land subscriptions, invoices or won deals, then: tierwise run")
        return
    if output is None:
        terminal.write(markdown(found))
        return
    output.write_text(markdown(found), encoding="utf-8")
    terminal.line(str(output))
