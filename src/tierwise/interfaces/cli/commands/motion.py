"""Is ABM the right motion here at all?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import NotFound, near_miss
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

TABLES = ("motion_fit", "motion_criteria", "break_even", "concentration")
TOTAL = ("total", "all")
ORDER = ("contract_value", "cycle", "committee", "concentration", "market_size", "target_deal")

Row = Mapping[str, Any]


def motion(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    segment: Annotated[str, typer.Option("--segment", metavar="NAME", help="Why, for one segment.")] = "",
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Say which motion fits: demand generation led, both, ABM led, or do not run ABM here.

    For the company and each segment, with the criteria behind it and what treating an account must bring.
    """

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        with opened.published(snapshot) as published:
            found = {name: published.read(name).to_pylist() for name in TABLES}
    if json:
        terminal.write(document("motion", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **found}))
        return
    segments = [row["name"] for row in found["motion_fit"] if row["dimension"] == "segment"]
    if segment and segment not in segments:
        raise NotFound(
            f"there is no segment '{segment}'", near_miss(segment, segments) or f"known: {', '.join(segments)}"
        )
    _answers(terminal, found["motion_fit"])
    key = ("segment", segment) if segment else TOTAL
    whose = say.words(segment) if segment else "the company"
    terminal.heading(f"Why, for {whose}")
    _criteria(terminal, [row for row in found["motion_criteria"] if _key(row) == key])
    terminal.heading(f"What treating an account must bring, for {whose}")
    for row in found["break_even"]:
        if _key(row) == key:
            terminal.line(row["said"])
    if not segment and segments:
        terminal.say(f"one segment: tierwise motion --segment {segments[0]}")


def _key(row: Row) -> tuple[str, str]:
    return row["dimension"], row["name"]


def _answers(terminal: Terminal, rows: list[dict[str, Any]]) -> None:
    columns = [Column("", style="bold"), Column("motion"), Column("index", right=True), Column("95 %", right=True),
               Column("unknown could make it", right=True), Column("grade")]  # fmt: skip
    ordered = sorted(rows, key=lambda row: (_key(row) != TOTAL, row["name"]))
    terminal.table(
        columns,
        [
            (_whose(r), say.motion(r["motion"]), say.points(r["index"], 0),
             say.interval(r["lo"], r["hi"], _whole) if r["n"] else say.MISSING,
             say.interval(r["lowest"], r["highest"], _whole) if r["coverage"] < 1 else "", r["grade"])
            for r in ordered
        ],
    )  # fmt: skip
    for row in ordered:
        terminal.line(f"{_whose(row)}: {row['said']}")


def _whose(row: Row) -> str:
    return "company" if _key(row) == TOTAL else say.words(row["name"])


def _criteria(terminal: Terminal, rows: list[dict[str, Any]]) -> None:
    columns = [Column("criterion", style="bold"), Column("value", right=True), Column("95 %", right=True), Column("unit"),
               Column("n", right=True), Column("score 0-4", right=True), Column("points", right=True), Column("of", right=True),
               Column("read from")]  # fmt: skip
    ordered = sorted(rows, key=lambda row: ORDER.index(row["criterion"]))
    terminal.table(
        columns,
        [
            (say.words(r["criterion"]), say.number(r["value"]), say.interval(r["lo"], r["hi"], say.number), r["unit"],
             say.count(r["n"]), say.points(r["score"]), say.points(r["points"]), say.points(100 * r["weight"], 0),
             "; ".join(text for text in (r["basis"], r["note"]) if text))
            for r in ordered
        ],
    )  # fmt: skip


def _whole(value: float) -> str:
    return f"{value:.0f}"
