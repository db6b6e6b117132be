"""Who has the seats, who is next, and what would the next seat bring?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.interfaces.report.chapters.segmentation.seats import Board


def seats(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Show the seats of every team and tier: taken, empty and why, who is next, and the price of the next seat.

    Below it, who keeps a seat beyond the places that it is entered by, and what more hours would bring.
    """
    from tierwise.interfaces.report.chapters.segmentation.seats import read
    from tierwise.interfaces.report.listing import open_list

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        with open_list(opened, snapshot.run_id) as listing:
            board = read(listing)
    if json:
        kept = {"seats": board.rows, "hours": board.hours, "seated": board.seated}
        terminal.write(document("seats", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **kept}))
        return
    _board(terminal, board)
    terminal.line(board.reviewed)
    if held := [r for r in board.seated if r["kept_by"] in ("band", "confirmation", "dwell")]:
        terminal.heading("Kept beyond the places that seats are entered by")
        terminal.table(
            [
                Column("account", style="bold"),
                Column("tier"),
                Column("since"),
                Column("rank", right=True),
                Column("why"),
            ],
            [(r["name"], say.tier(r["tier"]), say.day(r["since"]), say.count(r["rank"]), r["kept_said"]) for r in held],
        )
    if board.hours:
        _hours(terminal, board)
    if not board.seated:
        terminal.say("nobody sits; why: tierwise show tiers --columns account_id,blocked_by --limit 20")


def _team(board: Board, row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["team"],) if board.by_team else ()


def _first(board: Board) -> list[Column]:
    return [Column("team", style="bold")] if board.by_team else []


def _board(terminal: Terminal, board: Board) -> None:
    columns = [*_first(board), Column("tier", style="bold"), Column("seats", right=True), Column("taken", right=True),
               Column("empty", right=True), Column("next"), Column("price of the next seat", right=True),
               Column("why empty")]  # fmt: skip
    rows = [
        (*_team(board, r), say.tier(r["tier"]), say.count(r["seats"]), say.count(r["taken"]), say.count(r["empty"]),
         r["next_name"] or "nobody", r["price_said"], r["why_empty"])
        for r in board.rows
    ]  # fmt: skip
    terminal.table(columns, rows)


def _hours(terminal: Terminal, board: Board) -> None:
    terminal.heading("Hours of a quarter")
    columns = [*_first(board), Column("resource"), Column("hours", right=True), Column("used", right=True),
               Column("more", right=True), Column("would bring", right=True)]  # fmt: skip
    rows = [
        (*_team(board, r), r["resource"], *(say.points(r[name], 0) for name in ("hours", "used", "more", "brings")))
        for r in board.hours
    ]
    terminal.table(columns, rows)
