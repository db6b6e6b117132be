"""Where an account's values come from, and what makes its records one, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

MOST_OTHERS = 3


def show_lineage(terminal: Terminal, found: Any, snapshot: Any, json: bool) -> None:
    """Keys and what links them, what joined their groups, and each value with its record, its rule and the others."""
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(found)}
        terminal.write(document("explain", facts))
        return
    terminal.heading(f"{found.account_id}: its keys (as of {snapshot.as_of}, run {snapshot.run_id})")
    keys = [(f"{key['key_space']}:{key['account_key']}", key["group_id"], key["link"]) for key in found.keys]
    terminal.table([Column("key", style="bold"), Column("group"), Column("linked by", wrap=True)], keys)
    if found.groups:
        terminal.heading("What joins or parts its groups")
        rows = [(row["left"], row["right"], row["text"]) for row in found.groups]
        terminal.table([Column("one"), Column("other"), Column("why", wrap=True)], rows)
    terminal.heading("Its values, and who gave them")
    values = [
        (
            say.words(row["field"]),
            _text(row["value"]),
            _record(row["by"]) if row["by"] else "no record says",
            "; ".join(f"{_text(other['value'])} ({_record(other)})" for other in row["others"][:MOST_OTHERS])
            + _more(row),
        )
        for row in found.fields
    ]
    columns = [Column("field", style="bold"), Column("value", wrap=True), Column("by", wrap=True)]
    terminal.table([*columns, Column("others say", wrap=True)], values)
    for rule in dict.fromkeys(row["rule"] for row in found.fields):
        fields = ", ".join(say.words(row["field"]) for row in found.fields if row["rule"] == rule)
        terminal.say(f"{fields}: {rule}")


def _record(said: Mapping[str, Any]) -> str:
    """Where a value stands: source, record, file and line, and the day on which the record was changed or landed."""
    place = f", {said['file']} row {said['row_number']}" if said["file"] else ""
    day = said["updated_at"] or said["known_at"]
    when = f"updated {day:%Y-%m-%d}" if day else f"landed {said['loaded_at']:%Y-%m-%d}"
    return f"{said['source']}:{said['record_id']}{place}, {when}"


def _more(row: Mapping[str, Any]) -> str:
    more = len(row["others"]) - MOST_OTHERS
    return f"; and {more} more" if more > 0 else ""


def _text(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
