"""Can the records be trusted, and what does what is wrong with them do to the list?"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tierwise.core.errors import NotFound, near_miss
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.interfaces.report.chapters.records.audit import Audit


def audit(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    field: Annotated[str | None, typer.Option("--field", metavar="FIELD", help="Only this column of accounts.")] = None,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Show how good the records are, field by field, and what exactly is wrong with which accounts.

    A score is the geometric mean of what could be measured, 100 is flawless; its worst dimension stands beside it.
    """
    from tierwise.interfaces.report.chapters.records.audit import read
    from tierwise.interfaces.report.listing import open_list
    from tierwise.project import Project

    with closing(Project.open(project)) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        with open_list(opened, snapshot.run_id) as listing:
            found = read(listing)
    found = _of(found, field)
    if json:
        facts = {"whole": found.whole, "fields": found.fields, "common": found.common, "defects": found.defects}
        terminal.write(document("audit", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **facts}))
        return
    terminal.line(say.sentence(found.answer))
    _scores(terminal, found)
    _defects(terminal, found)
    for why in found.unmeasured:
        terminal.say(f"not measured: {why}")


def _of(found: Audit, field: str | None) -> Audit:
    """What concerns one field. Raises NotFound with the near miss."""
    from dataclasses import replace

    if field is None:
        return found
    known = {row["field"] for row in (*found.fields, *found.defects)}
    if field not in known:
        raise NotFound(
            f"the audit knows no field '{field}'", near_miss(field, known) or f"known: {', '.join(sorted(known))}"
        )
    return replace(
        found,
        fields=[row for row in found.fields if row["field"] == field],
        defects=[row for row in found.defects if row["field"] == field],
    )


def _scores(terminal: Terminal, found: Audit) -> None:
    if not found.fields:
        return
    names = ("completeness", "validity", "timeliness", "consistency")
    columns = [Column("field", style="bold"), Column("score", right=True), Column("95 % interval", right=True),
               *(Column(name, right=True) for name in names), Column("worst"), Column("the list reads it")]  # fmt: skip
    terminal.heading("Scores, 100 is flawless")
    terminal.table(
        columns,
        [
            (row["field"], say.points(row["score"], 0), say.interval(row["lo"], row["hi"], say.points),
             *(say.share(row["measures"][name]["value"]) if name in row["measures"] else say.MISSING for name in names),
             f"{say.words(row['least_dimension'])} {say.points(row['least'], 0)}",
             "yes" if row["importance"] > 0 else "no")
            for row in found.fields
        ],
    )  # fmt: skip
    if found.common:
        shared = ", ".join(
            f"{row['dimension']} {say.share(row['value'], 1)} (n {say.count(row['n'])})" for row in found.common
        )
        terminal.line(f"Of accounts as a whole, in every score: {shared}")


def _defects(terminal: Terminal, found: Audit) -> None:
    terminal.heading("What is wrong")
    if not found.defects:
        terminal.line("nothing that the audit looks for")
        return
    columns = [Column("defect", style="bold"), Column("in"), Column("accounts", right=True), Column("of", right=True),
               Column("share", right=True), Column("it means")]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(row["defect"]), say.about(row["field"]), say.count(row["accounts"]), say.count(row["n"]),
             say.share(row["share"], 1), row["says"])
            for row in found.defects
        ],
    )  # fmt: skip
    first = found.defects[0]
    where = f"defect = '{first['defect']}' and field = '{first['field']}'"
    terminal.say(f'the accounts: tierwise show audit_rows --where "{where}"')
