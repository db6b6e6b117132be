"""How large is the market, does the effort go there, and which segments are too broad to write for?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

TABLES = ("funnel", "waste", "breadth", "breadth_splits")
Rows = list[dict[str, Any]]
Row = Mapping[str, Any]


def funnel(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Show the sizes from TAM to TAL, where last year's spend, activities and pipeline went, and what is too broad.

    By owner and by channel: tierwise show waste --where "dimension = 'owner'".
    """

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        currency = opened.model_of(snapshot).currency
        with opened.published(snapshot) as published:
            found = {name: published.read(name).to_pylist() for name in TABLES}
    if json:
        terminal.write(document("funnel", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **found}))
        return
    columns = [Column("level", style="bold"), Column("accounts", right=True), Column("seats", right=True)]
    terminal.table(columns, [(r["level"], say.count(r["accounts"]), say.count(r["seats"])) for r in found["funnel"]])
    terminal.heading("Where last year's effort went, seen from the validated universe")
    _waste(terminal, found["waste"], currency)
    terminal.heading("Can one text be written for each segment?")
    _breadth(terminal, found["breadth"], found["breadth_splits"])


def _waste(terminal: Terminal, rows: Rows, currency: str) -> None:
    from tierwise.interfaces.report.chapters.market.waste import LAND, RECORDED, answer, kinds_of

    columns = [Column("", style="bold"), Column("place"), Column(currency, right=True), Column("records", right=True),
               Column("accounts", right=True), Column("share", right=True), Column("")]  # fmt: skip
    kinds, shown = kinds_of(rows), []
    for kind in kinds:
        for row in kind.rows:
            divided = "of the shared spend, divided as the activities were" if row["basis"] != RECORDED else ""
            unpriced = f"{row['without_amount']:,} without an amount" if row["without_amount"] else ""
            money = say.MISSING if row["amount"] is None else say.money(row["amount"])
            shown.append((kind.name, say.place(row["place"]), money, say.count(row["n"]), say.count(row["accounts"]),
                          say.share(row["share"]), divided or unpriced))  # fmt: skip
    if shown:
        terminal.table(columns, shown)
        terminal.line(answer(kinds, currency))
    for name, lacking in LAND.items():
        if name not in {kind.name for kind in kinds}:
            terminal.say(lacking)


def _breadth(terminal: Terminal, rows: Rows, splits: Rows) -> None:
    if not rows:
        terminal.say("no account is in a segment yet: declare segments in the model, then: tierwise run")
        return
    columns = [Column("segment", style="bold"), Column("accounts", right=True), Column("problem", right=True),
               Column("size", right=True), Column("technology", right=True), Column("in words")]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(r["segment"]), say.count(r["accounts"]), say.points(r["problem"]), say.points(r["size"]),
             say.points(r["technology"]), r["said"])
            for r in rows
        ],
    )  # fmt: skip
    terminal.say("problem, size, technology: as many groups of equal size would be as mixed")
    for row in rows:
        mine = [split for split in splits if split["segment"] == row["segment"] and split["condition"]]
        if mine:
            parts = ", ".join(f"{split['condition']} ({split['accounts']:,})" for split in mine)
            terminal.line(f"{say.words(row['segment'])}: {parts}")
