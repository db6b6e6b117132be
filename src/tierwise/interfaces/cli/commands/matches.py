"""Which records may be of one company? What waits for a person, and what people judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError, near_miss
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import ByOption, JsonOption, ProjectOption, person
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

NEXT = "it counts in lists as of today or later: tierwise run"
MOST_NAMED = 4
# What can be done, and with what.
ACTIONS = {
    "accept": "accept ONE OTHER",
    "reject": "reject ONE OTHER",
    "split": "split ACCOUNT KEY...",
    "undo": "undo ENTRY",
}
WHY = {
    "review": "not sure enough to join them",
    "too_long": "sure, but in a chain of more groups than matching may join",
    "kept_apart": "sure, but it would join what people keep apart",
}
RECORD = (
    Column(""), Column("name", wrap=True), Column("domain"), Column("country"), Column("city"),
    Column("employees", right=True), Column("record"),
)  # fmt: skip
JUDGEMENT = (
    Column("entry", right=True), Column("judgement", wrap=True), Column("by"), Column("on"),
    Column("standing", wrap=True), Column("note", wrap=True),
)  # fmt: skip
STATES = {
    "new": "counts from the next list on",
    "obeyed": "obeyed",
    "contradicted": "contradicts entry {against}: they stay apart until one is withdrawn",
    "no_record": "no record has one of the keys",
}


def matches(
    terminal: Terminal,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROJECT | ACTION ...]", help="The project's folder; or accept, reject, split, undo."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why you judge so.")] = "",
    by: ByOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show so many pairs.")] = 20,
    project: ProjectOption = Path(),
    json: JsonOption = False,
) -> None:
    """List pairs of records that may be one company, the one that matters most first; judge them.

    `accept ONE OTHER`: they are one. `reject ONE OTHER`: they are two, also by way of a third. `split ACCOUNT KEY...`: these
    keys are another company. `undo ENTRY` takes a judgement back. Companies are named by key (crm:17), id, domain or name.
    """
    if words and words[0] in ACTIONS:
        _judge(terminal, words, note, by, project, json)
        return
    if words and len(words) > 1:
        raise UsageError(
            f"'{words[0]}' is nothing to do", near_miss(words[0], ACTIONS) or f"one of: {', '.join(ACTIONS)}"
        )
    from tierwise.project import matches as waiting

    with reading(terminal, Path(words[0]) if words else project) as opened:
        snapshot = opened.snapshot()
        found = waiting(opened, limit, snapshot)
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(found)}
        terminal.write(document("matches", facts))
        return
    _queue(terminal, found)
    _judgements(terminal, found.judgements)


def _judge(terminal: Terminal, words: Sequence[str], note: str, by: str | None, folder: Path, json: bool) -> None:
    from tierwise.project import Project, accept, reject, split, undo

    action, named = words[0], list(words[1:])
    if (len(named) != 2 and action in ("accept", "reject")) or (action == "split" and len(named) < 2):
        raise UsageError(f"{action} what?", f"tierwise matches {ACTIONS[action]}")
    recorder = person(by)
    with closing(Project.open(folder)) as opened:
        if action == "undo":
            if len(named) != 1 or not named[0].isdecimal():
                raise UsageError(
                    "undo which entry?", f"tierwise matches {ACTIONS['undo']}; tierwise matches numbers them"
                )
            undo(opened, int(named[0]), recorder)
            if json:
                terminal.write(document("matches", {"undone": int(named[0])}))
            else:
                terminal.say(f"entry {named[0]} is withdrawn; {NEXT}")
            return
        if action == "split":
            made = split(opened, named[0], named[1:], recorder, note)
        else:
            made = (accept if action == "accept" else reject)(opened, named[0], named[1], recorder, note)
    if json:
        terminal.write(document("matches", asdict(made)))
        return
    for said in made.notes:
        terminal.warn(said)
    for entry, row in zip(made.entries, made.rows, strict=True):
        terminal.say(f"entry {entry}: {_judged(row)}; {NEXT}")


def _judged(row: Mapping[str, Any]) -> str:
    if row["decision"] == "split":
        return f"{row['left_key']} is not of the company of {row['right_key']}"
    verb = "are one company" if row["decision"] == "same" else "are two companies"
    return f"{row['left_key']} and {row['right_key']} {verb}"


def told(row: Mapping[str, Any]) -> str:
    """A judgement with who judged and when."""
    note = f" ({row['note']})" if row["note"] else ""
    return f"{_judged(row)}, by {row['recorder']} on {row['known_at']:%Y-%m-%d}{note}"


def _queue(terminal: Terminal, found: Any) -> None:
    if not found.queue:
        terminal.say("nothing waits for you: no pair of records is in doubt")
        terminal.say("two accounts that are one all the same: tierwise matches accept ONE OTHER")
        return
    terminal.line(f"{found.waiting:,} {'pair waits' if found.waiting == 1 else 'pairs wait'} for a person")
    for match in found.queue:
        tier = f", tier {say.tier(match.tier)}" if match.tier else ""
        terminal.heading(f"{match.left_id} | {match.right_id}  ({match.probability:.0%} one company{tier})")
        terminal.line(WHY[match.why])
        terminal.table(RECORD, [_record(side, row) for side in ("left", "right") for row in getattr(match, side)])
        reasons = [(f"{reason['weight']:+.1f}", reason["text"]) for reason in match.reasons]
        terminal.table([Column("bits", right=True), Column("because", wrap=True)], reasons)
    first = found.queue[0]
    terminal.say(f"judge it: tierwise matches accept {first.left_id} {first.right_id}, or reject")


def _record(side: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    values = tuple(
        "" if row[name] is None else str(row[name]) for name in ("name", "domain", "country", "city", "employees")
    )
    return (side, *values, f"{row['source']}:{row['account_key'] or row['record_id']}")


def _judgements(terminal: Terminal, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    terminal.heading("Judgements in force")
    shown = [
        (
            str(row["entry"]), _judged(row), str(row["recorder"]), f"{row['known_at']:%Y-%m-%d}",
            STATES[row["state"]].format(against=row["against"]), row["note"] or "",
        )
        for row in rows
    ]  # fmt: skip
    terminal.table(JUDGEMENT, shown)
    if against := [row["entry"] for row in rows if row["state"] == "contradicted"]:
        either = " or ".join(f"tierwise matches undo {entry}" for entry in against[:MOST_NAMED])
        terminal.warn(f"judgements contradict each other; withdraw one: {either}")
