"""What do sellers look at, and do deals bear them out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import csv_text, document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

FIELDS = ("seller", "verdict", "words", "condition", "example")
QUESTIONS = (
    ("chase", "What makes you chase an account? One thing, as you would see it from outside"),
    ("drop", "What makes you drop one?"),
    ("bad_fit", "What looks good on paper but is a bad fit?"),
)


def criteria(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    template: Annotated[bool, typer.Option("--template", help="Print a form for several sellers, as CSV.")] = False,
    form: Annotated[bool, typer.Option("--form", help="Ask one seller here, and record the answers.")] = False,
    seller: Annotated[str | None, typer.Option("--seller", metavar="NAME", help="Who answers --form.")] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", metavar="FILE", help="Record a filled form: CSV, Excel or JSON lines."),
    ] = None,
    yaml: Annotated[bool, typer.Option("--yaml", help="Only the section of the model, to paste and finish.")] = False,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Turn what the best sellers look at into draft criteria, each checked against won and lost deals.

    Nothing is changed in the model: what is worth keeping is pasted by hand.
    """
    from tierwise.project import draft_criteria, record

    if template:
        terminal.write(csv_text(FIELDS, [_blank(verdict) for verdict, _ in QUESTIONS for _ in range(3)]))
        return
    with reading(terminal, project) as opened:
        for given in _asked(terminal, seller) if form else ():
            record(opened, "criterion", given, given["seller"])
        if file is not None:
            made = record(opened, "criterion", file, file.name)
            for note in made.notes:
                terminal.warn(note)
            terminal.say(f"recorded {len(made.entries)} answers")
        drafted, text = draft_criteria(opened, opened.snapshot(run, day(as_of)))
    if yaml:
        terminal.write(text)
        return
    if json:
        rows = [{**asdict(draft), "holding": draft.tested.holding if draft.tested else None} for draft in drafted]
        terminal.write(document("criteria", {"criteria": rows, "fragment": text}))
        return
    _show(terminal, drafted)
    terminal.say("a section to paste and finish: tierwise criteria --yaml")


def _show(terminal: Terminal, drafted: Sequence[Any]) -> None:
    terminal.heading("What sellers look at, against deals that ended")
    columns = [Column("verdict"), Column("said by", right=True), Column("words"), Column("condition"),
               Column("won", right=True), Column("lost", right=True), Column("win rate there", right=True),
               Column("lift", right=True), Column("95 %"), Column("in words")]  # fmt: skip
    terminal.table(columns, [_row(draft) for draft in drafted])


def _row(draft: Any) -> tuple[str, ...]:
    tested = draft.tested
    condition = draft.condition or "(blank)"
    head = (say.words(draft.verdict), str(len(draft.sellers)), "; ".join(draft.words),
            condition if draft.given or not draft.condition else f"{condition} (guessed)")  # fmt: skip
    if tested is None:
        return (*head, "", "", "", "", "", draft.finding)
    between = "" if tested.lift_lo is None else f"{tested.lift_lo:.2f} to {tested.lift_hi:.2f}"
    return (
        *head, f"{tested.won_holding:,} of {tested.won:,}", f"{tested.lost_holding:,} of {tested.lost:,}",
        say.share(tested.win_rate), "" if tested.lift is None else f"{tested.lift:.2f}", between, draft.finding,
    )  # fmt: skip


def _blank(verdict: str) -> dict[str, str]:
    return {**dict.fromkeys(FIELDS, ""), "verdict": verdict}


def _asked(terminal: Terminal, seller: str | None) -> list[dict[str, str]]:
    """Ask one seller, several answers to each question; an empty answer goes on to the next."""
    if not terminal.ask:
        raise UsageError(
            "--form asks questions, and there is nobody to ask", "tierwise criteria --template > workshop.csv"
        )
    who = seller or _ask("Who answers?")
    if not who:
        raise UsageError("nobody answers", "name the seller: --seller ann")
    answers = []
    for verdict, question in QUESTIONS:
        while words := _ask(f"{question}; empty: go on"):
            condition = _ask("  as a condition (employees >= 200); empty: it is guessed from the words")
            given = {"seller": who, "verdict": verdict, "words": words, "condition": condition}
            answers.append({name: value for name, value in given.items() if value})
    return answers


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True)).strip()
