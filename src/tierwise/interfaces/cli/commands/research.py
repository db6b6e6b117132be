"""Whom to ask next, and what: the backlog of primary research, guides to print, a survey to send."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import csv_text, document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

Rows = list[dict[str, Any]]


def research(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="N", min=0, help="Hours of interviewing; default: the model's.")
    ] = None,
    guide: Annotated[
        str | None, typer.Option("--guide", metavar="ACCOUNT", help="A guide for interviews there, as Markdown.")
    ] = None,
    survey: Annotated[
        bool, typer.Option("--survey", help="A sheet to fill in for the listed accounts, as CSV.")
    ] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="How far research has come, by segment.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the guide or sheet here.")
    ] = None,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """List whom to ask next and what: the most worth per hour first, within the hours there are.

    A filled sheet comes back with: tierwise record evidence --file SHEET.
    """
    from tierwise.interfaces.report.guide import markdown, read_guide
    from tierwise.interfaces.report.listing import open_list
    from tierwise.interfaces.report.survey import sheet

    with (
        reading(terminal, project) as opened,
        open_list(opened, opened.snapshot(run, day(as_of)).run_id) as listing,
    ):
        if guide is not None:
            _deliver(terminal, markdown(read_guide(listing, listing.published.find(guide))), output)
            return
        if coverage:
            _coverage(terminal, listing.rows("research_coverage"), list(listing.model.segments), json)
            return
        minutes = 60 * (listing.model.research.hours if hours is None else hours)
        listed = listing.named(listing.rows("research", f"minutes_so_far <= {float(minutes)}"))
        whole = listing.table("research").num_rows
        if survey:
            names, rows = sheet(listing, listed)
            _deliver(terminal, csv_text(names, rows), output)
            return
    if json:
        terminal.write(document("research", {"hours": minutes / 60, "of": whole, "accounts": listed}))
        return
    _list(terminal, listed, whole, minutes / 60)


def _list(terminal: Terminal, listed: Rows, whole: int, hours: float) -> None:
    if not whole:
        terminal.say("no answer would change what is done: no account of a profile worth winning is short of answers")
        return
    columns = [Column("#", right=True), Column("account", style="bold"), Column("ask"), Column("minutes", right=True),
               Column("worth per hour", right=True), Column("whom"), Column("first question")]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.count(r["rank"]), r["name"], _ask(r), say.count(r["minutes"]), say.money(r["worth_per_hour"]),
             say.words(r["role_wanted"] or "someone else"), r["question"])
            for r in listed
        ],
    )  # fmt: skip
    terminal.say(f"{len(listed):,} of {whole:,} accounts worth asking fit into {hours:g} hours; --hours N plans more")
    terminal.say("a guide to print: tierwise research --guide ACCOUNT; a sheet to send: tierwise research --survey")


def _ask(row: dict[str, Any]) -> str:
    if row["ask"] == "question":
        return f"one question: {row['dimension']}"
    return say.many(row["people"], "interview")


def _coverage(terminal: Terminal, rows: Rows, segments: Sequence[str], json: bool) -> None:
    if json:
        terminal.write(document("research", rows))
        return
    if not rows:
        terminal.say("no account may be seated yet: the verdicts say why (tierwise show verdicts)")
        return
    counts = ("accounts", "asked", "answered", "stale", "contested", "passing")
    columns = [Column("segment", style="bold"), Column("dimension"), *(Column(name, right=True) for name in counts)]
    ordered = sorted(rows, key=lambda row: (row["segment"], DIMENSIONS.index(row["dimension"])))
    terminal.table(
        columns, [(say.words(r["segment"]), r["dimension"], *(say.count(r[name]) for name in counts)) for r in ordered]
    )
    if left_out := [say.words(name) for name in segments if name not in {row["segment"] for row in rows}]:
        terminal.say(
            f"not asked, as no account of theirs may be seated: {', '.join(left_out)} (tierwise show verdicts)"
        )


def _deliver(terminal: Terminal, text: str, output: Path | None) -> None:
    if output is None:
        terminal.write(text)
        return
    output.write_text(text, encoding="utf-8", newline="")
    terminal.line(str(output))
