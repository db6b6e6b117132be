"""Write down what people said and decided."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.interview import ABOUT, Answers, interview
from tierwise.interfaces.cli.options import JsonOption, ProjectOption, day, person
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

INTERVIEWED = "evidence"
# What becomes of an entry: most ledgers are read by the next list, some by a command of their own.
BESIDE = {"by": "--by NAME", "known": "--known DATE", "corrects": "--corrects ENTRY"}  # of an entry, and no field of it
READ_BY = {"criterion": "next: tierwise criteria", "rating": "next: tierwise calibrate"}


def record(
    terminal: Terminal,
    ledger: Annotated[str | None, typer.Argument(metavar="LEDGER", help="What is recorded; alone: its fields.")] = None,
    given: Annotated[
        list[str] | None, typer.Argument(metavar="FIELD=VALUE...", help="One row: account=acme.com answer=yes ...")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="FILE", help="Rows of a CSV, Excel or JSON-lines file.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who records it; default: who is logged in.")
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known", metavar="DATE", help="Since when the company knows it; default: today.")
    ] = None,
    corrects: Annotated[
        int | None, typer.Option("--corrects", metavar="ENTRY", help="The row takes the place of this entry.")
    ] = None,
    withdraw: Annotated[int | None, typer.Option("--withdraw", metavar="ENTRY", help="Take this entry back.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="Every entry, replaced and withdrawn ones too.")] = False,
    project: ProjectOption = Path(),
    json: JsonOption = False,
) -> None:
    """Append what people said or decided to a ledger. Nothing is edited: a correction is a new entry.

    Without fields or a file it says which fields a ledger has; for evidence it asks on a terminal, question by question.
    """
    from tierwise.project import Project, ledgers, recorded
    from tierwise.project import record as append
    from tierwise.project import withdraw as take_back

    asked = ledger == INTERVIEWED and terminal.ask and not (file or withdraw or listed) and _about(given)
    if ledger is None or not (given or file or withdraw or listed or asked):
        _describe(terminal, ledger, ledgers(), json)
        return
    recorder = person(by)
    with closing(Project.open(project)) as opened:
        if listed:
            _list(terminal, ledger, recorded(opened, ledger), json)
            return
        if withdraw is not None:
            made = take_back(opened, ledger, withdraw, recorder)
        else:
            rows = _interview(terminal, opened, _rows(given, None)) if asked else _rows(given, file)
            made = append(opened, ledger, rows, recorder, known_on=day(known, "--known"), replaces=corrects)
    if json:
        terminal.write(document("record", asdict(made)))
        return
    since = say.day(day(known, "--known") or datetime.now(UTC).date())
    _done(terminal, made, withdraw, READ_BY.get(ledger, f"it counts in lists as of {since} or later: tierwise run"))


def _done(terminal: Terminal, made: Any, withdrawn: int | None, then: str) -> None:
    for note in made.notes:
        terminal.warn(note)
    if made.unused:
        terminal.warn(f"not read: {', '.join(made.unused)}")
    if not made.entries:
        terminal.say("nothing new to record")
        return
    terminal.say(f"{f'entry {withdrawn} is withdrawn' if withdrawn is not None else _entries(made.entries)}; {then}")


def _about(given: list[str] | None) -> bool:
    """Whether only the person was given, so that the questions are still to be asked."""
    return {text.partition("=")[0].strip() for text in given or ()} <= set(ABOUT)


def _interview(terminal: Terminal, project: Any, given: Any) -> Answers:
    """What was said, asked for on the terminal. Raises UsageError where nothing was."""
    from tierwise.project import ledgers

    questions = project.model.readiness.tables()["spec_dimensions"]
    with project.published() as published:
        rows = interview(terminal, terminal.err.input, ledgers()[INTERVIEWED], questions, given, published.find)
    if not rows:
        raise UsageError("nothing was answered, so nothing is recorded", "an answer may be `unknown` or `refused`, too")
    return rows


def _rows(given: list[str] | None, file: Path | None) -> dict[str, str] | Path:
    if given and file:
        raise UsageError("fields and a file at once", "give one row as fields, or the rows of a file")
    if file is not None:
        return file
    pairs = [text.partition("=") for text in given or ()]
    for name, sign, _ in pairs:
        if not sign:
            raise UsageError(
                f"'{name}' is not FIELD=VALUE", "write it as answer=yes, with quotes where a value has spaces"
            )
        if name.strip() in BESIDE:
            raise UsageError(f"'{name.strip()}' is no field, it is an option", f"write it as {BESIDE[name.strip()]}")
    return {name.strip(): value for name, _, value in pairs}


def _entries(entries: Sequence[int]) -> str:
    if len(entries) == 1:
        return f"recorded entry {entries[0]}"
    return f"recorded {len(entries):,} entries, {entries[0]} to {entries[-1]}"


def _describe(terminal: Terminal, ledger: str | None, known: dict[str, Any], json: bool) -> None:
    """What can be recorded, and with which fields."""
    if ledger is not None and ledger in known:
        known = {ledger: known[ledger]}
    elif ledger is not None:
        raise UsageError(f"there is no ledger '{ledger}'", f"one of: {', '.join(known)}")
    rows = [
        {"ledger": name, "field": c.name, "required": c.required, "meaning": c.meaning, "values": list(c.values)}
        for name, columns in known.items()
        for c in columns
    ]
    if json:
        terminal.write(document("record", rows))
        return
    columns = [Column("ledger", style="bold"), Column("field"), Column("required"), Column("meaning")]
    shown = [(r["ledger"], r["field"], "yes" if r["required"] else "", _meaning(r)) for r in rows]
    terminal.table(columns, shown)
    terminal.say("one row: tierwise record LEDGER FIELD=VALUE ...; many: tierwise record LEDGER --file FILE")


def _meaning(row: dict[str, Any]) -> str:
    return row["meaning"] + (f" ({', '.join(row['values'])})" if row["values"] else "")


def _list(terminal: Terminal, ledger: str, rows: list[dict[str, Any]], json: bool) -> None:
    if json:
        terminal.write(document("record", rows))
        return
    if not rows:
        terminal.say(f"nothing is recorded yet; tierwise record {ledger} says how")
        return
    names = [name for name in rows[0] if name not in ("replaces", "replaced_by", "withdraws")]
    columns = [Column(name.replace("_", " ")) for name in names]
    terminal.table([*columns, Column("standing")], [(*(_cell(r.get(n)) for n in names), _standing(r)) for r in rows])


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _standing(row: dict[str, Any]) -> str:
    if row["replaced_by"] is not None:
        return f"replaced by {row['replaced_by']}"
    if row["replaces"] is None:
        return ""
    return f"{'withdraws' if row['withdraws'] else 'replaces'} {row['replaces']}"
