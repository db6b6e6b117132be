"""Can the records be trusted, and what does what is wrong with them do to the list?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.core.errors import NotFound, UsageError, near_miss
from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.audience import compare
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, DrawsOption, JsonOption, ProjectArgument, RunOption, day
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
    draws: DrawsOption = None,
    audience: Annotated[
        list[str] | None,
        typer.Option(
            "--audience", metavar="TOOL=FILE", help="Compare a tool's exported list with ours; may be repeated."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show how good the records are, field by field, what exactly is wrong, and what to repair first.

    A score is the geometric mean of what could be measured, 100 is flawless; its worst dimension stands beside it. What a
    defect costs is found by repairing its records again and again and giving all seats anew: how many accounts change tier.

    With --audience, whether other tools hold the same list: exports with a column id or domain, and if they have it, left.
    """
    from tierwise.interfaces.report.chapters.records.audit import read
    from tierwise.interfaces.report.listing import open_list
    from tierwise.project import prices

    if audience:
        compare(terminal, project, _files(audience), run, day(as_of), json)
        return
    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        screens.accepted(terminal, snapshot.accepted)
        with terminal.progress("audit") as advance:
            priced = None if draws == 0 else prices(opened, snapshot, draws, advance)
        with open_list(opened, snapshot.run_id, priced) as listing:
            found = read(listing)
    found = _of(found, field)
    if json:
        facts = {"whole": found.whole, "fields": found.fields, "common": found.common, "defects": _plain(found.defects),
                 "draws": priced.draws if priced else 0, "value_in": priced.unit if priced else None}  # fmt: skip
        terminal.write(document("audit", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **facts}))
        return
    terminal.line(say.sentence(found.answer))
    _scores(terminal, found)
    _defects(terminal, found)
    for why in found.unmeasured:
        terminal.say(f"not measured: {why}")


def _files(given: list[str]) -> dict[str, Path]:
    """The exports by the name of their tool. Raises UsageError for what names neither."""
    files: dict[str, Path] = {}
    for text in given:
        tool, _, path = text.partition("=")
        if not tool.strip() or not path.strip():
            raise UsageError(f"--audience {text!r} names no tool and file", "write it as ads=members.csv")
        files[tool.strip()] = Path(path.strip())
    return files


def _of(found: Audit, field: str | None) -> Audit:
    """What concerns one field. Raises NotFound with the near miss."""
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
    terminal.heading("What is wrong, to be repaired in this order" if found.prices else "What is wrong")
    if not found.defects:
        terminal.line("nothing that the audit looks for")
        return
    columns = [Column("defect", style="bold"), Column("in"), Column("has it", right=True), Column("of", right=True),
               Column("share", right=True), Column("change tier", right=True), Column("enter tiers 1 and 2", right=True),
               Column("enter tier 1", right=True), Column("by a tenth of them", right=True), Column("")]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(row["defect"]), say.about(row["field"]), say.count(row["accounts"]),
             f"{say.count(row['n'])} {row['of']}", say.share(row["share"], 1), *_priced(row), row["price_said"])
            for row in found.defects
        ],
    )  # fmt: skip
    if found.prices:
        terminal.say(
            f"change tier: if every such record were repaired, all seats given anew; mean and 95 % range of "
            f"{say.many(found.prices.draws, 'draw')} of what it might say then"
        )
    first = found.defects[0]
    where = f"defect = '{first['defect']}' and field = '{first['field']}'"
    table = "audit_people" if first["of"] == "contacts" else "audit_rows"
    terminal.say(f'the {first["of"]}: tierwise show {table} --where "{where}"')


def _priced(row: Mapping[str, Any]) -> tuple[str, ...]:
    if not row["price"]:
        return (say.MISSING,) * 4
    figures = row["price"]["figures"]
    return (
        *(say.drawn(figures[name]) for name in ("moves", "into_list", "into_one")),
        say.drawn(row["price"]["per_tenth"]),
    )


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Defects as data: every figure of a price with its mean, range and draws."""
    return [
        {
            **row,
            "price": row["price"]
            and {
                **{name: asdict(found) for name, found in row["price"]["figures"].items()},
                "moves_by_a_tenth": asdict(row["price"]["per_tenth"]),
            },
        }
        for row in rows
    ]
