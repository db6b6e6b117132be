"""Does the scorecard order accounts as people and deals do?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import csv_text, document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.sheet import sheet_page

if TYPE_CHECKING:
    from tierwise.project import Project

SHEET = ("account", "name", "domain", "industry", "sub_industry", "employees", "country", "rater", "rating", "comment")


def calibrate(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    sheets: Annotated[
        Path | None, typer.Option("--sheets", metavar="FOLDER", help="Write a blind sheet for each rater there.")
    ] = None,
    raters: Annotated[str, typer.Option("--raters", metavar="NAMES", help="Who rates, separated by commas.")] = "",
    accounts: Annotated[int, typer.Option("--accounts", metavar="N", help="Accounts on each sheet.", min=5)] = 40,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another seed draws other accounts.")] = 1,
    read: Annotated[
        list[Path] | None, typer.Option("--read", metavar="FILE", help="Record a filled sheet; repeat for several.")
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Weights that won and lost deals suggest, and what they would move.")
    ] = False,
    look_back: Annotated[
        int, typer.Option("--look-back", metavar="N", help="First publish missing lists of the last N quarters.", min=0)
    ] = 0,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Compare the scorecard with people who rated accounts blind, and with deals. Weights are proposed, never changed.

    Without options: how far raters agree with each other, and the model with them.
    """
    from tierwise.project import record

    with reading(terminal, project) as opened:
        if sheets is not None:
            _write(terminal, opened, sheets, _names(raters), accounts, seed)
            return
        for file in read or ():
            made = record(opened, "rating", file, file.name)
            for note in made.notes:
                terminal.warn(f"{file}: {note}")
            terminal.say(f"{file}: {len(made.entries)} ratings")
        if propose or look_back:
            _propose(terminal, opened, look_back, json)
        else:
            _compare(terminal, opened, opened.snapshot(run, day(as_of)), json)


def _names(raters: str) -> list[str]:
    names = [part.strip() for part in raters.split(",") if part.strip()]
    if not names:
        raise UsageError("who rates?", "name at least two people: --raters ann,ben")
    return names


def _write(terminal: Terminal, opened: Project, folder: Path, raters: list[str], size: int, seed: int) -> None:
    """A CSV and a page to fill in for every rater."""
    from tierwise.project import rating_sheets

    folder.mkdir(parents=True, exist_ok=True)
    for sheet in rating_sheets(opened, raters, size, seed):
        stem = "".join(c if c.isalnum() else "-" for c in sheet.rater.lower())
        rows = [
            {**row, "account": row["account_id"], "rater": sheet.rater, "rating": "", "comment": ""}
            for row in sheet.rows
        ]
        (folder / f"{stem}.csv").write_text(csv_text(SHEET, rows), encoding="utf-8", newline="")
        (folder / f"{stem}.html").write_text(sheet_page(sheet.rater, rows, SHEET), encoding="utf-8")
        terminal.line(str(folder / f"{stem}.csv"))
    terminal.say("each rates alone, 0 (drop it) to 5 (drop everything else for it), empty where they cannot say;")
    terminal.say("the .html beside it is the same to click through. Then: tierwise calibrate --read FILE --read FILE")


def _compare(terminal: Terminal, opened: Project, snapshot: Any, json: bool) -> None:
    from tierwise.project import calibrate as compared

    found = compared(opened, snapshot)
    if json:
        terminal.write(document("calibrate", asdict(found)))
        return
    terminal.heading("Raters against each other")
    terminal.line(", ".join(f"{who} rated {n}" for who, n in found.raters.items()))
    columns = [Column("raters", style="bold"), Column("accounts", right=True), Column("tau-b", right=True), Column("95 %"),
               Column("weighted kappa", right=True), Column("95 %"), Column("in words")]  # fmt: skip
    rows = [
        (f"{p.first}, {p.second}", str(p.tau.n), _two(p.tau.value), _between(p.tau), _two(p.kappa.value), _between(p.kappa),
         p.kappa_means) for p in found.pairs
    ]  # fmt: skip
    if rows:
        terminal.table(columns, rows)
        terminal.line(f"Krippendorff's alpha over all: {_two(found.alpha)}")
    else:
        terminal.line("one person only: whether people agree is not known, and so is what a model could reach")
    terminal.heading("The model against them")
    terminal.line(
        f"Order of {found.accounts} accounts by fit and by mean rating: tau-b {_two(found.tau.value)} ({_between(found.tau)})"
    )
    terminal.line(f"Tiers: weighted kappa {_two(found.kappa.value)} ({_between(found.kappa)}), {found.kappa_means}")
    top = found.overlap
    terminal.line(
        f"Of the best {top.length} by each, {top.both} are in both; chance alone would give {top.by_chance:.1f}"
    )
    terminal.line(found.verdict)
    _apart(terminal, "People want these, the model does not", found.people_higher)
    _apart(terminal, "The model wants these, people do not", found.model_higher)


def _apart(terminal: Terminal, title: str, rows: Any) -> None:
    if not rows:
        return
    terminal.heading(title)
    columns = [Column("account", style="bold"), Column("tier"), Column("rating", right=True), Column("fit", right=True),
               Column("what fit is made of"), Column("comments")]  # fmt: skip
    terminal.table(
        columns,
        [
            (r.name, say.tier(r.tier), f"{r.rating:.1f} ({r.raters})", say.points(r.fit),
             ", ".join(_criterion(c) for c in r.criteria), "; ".join(r.comments)) for r in rows
        ],
    )  # fmt: skip


def _criterion(row: dict[str, Any]) -> str:
    points = "unknown" if row["score"] is None else f"{row['points']:.0f}"
    return f"{say.words(row['criterion'])} {points}"


def _propose(terminal: Terminal, opened: Project, look_back: int, json: bool) -> None:
    from tierwise.interfaces.report.chapters.segmentation.moves import moves_of
    from tierwise.project import plan_with_weights
    from tierwise.project import propose as proposed

    with terminal.progress("calibrate") as advance:
        found = proposed(opened, look_back, advance)
        with plan_with_weights(opened, found.weights, opened.snapshot().as_of, advance) as plan:
            moves, counted = moves_of(plan.moves), dict(plan.tiers)
    if json:
        believable = found.reliability.believable if found.reliability else None
        facts = {
            **asdict(found),
            "weights": found.weights,
            "advice": found.advice,
            "believable": believable,
            "tiers": counted,
            "moves": moves.first,
        }
        terminal.write(document("calibrate", facts))
        return
    _weights(terminal, found)
    _reliability(terminal, found.reliability)
    terminal.heading("What these weights would move")
    if moves.total:
        screens.flow(terminal, moves.flow)
        screens.moved(terminal, moves.first, moves.total)
    else:
        terminal.line("No account would change its tier")
    terminal.say("nothing was changed; to try them, write them into the model and run: tierwise plan")


def _weights(terminal: Terminal, found: Any) -> None:
    terminal.heading(f"Weights that {found.won} won and {found.lost} lost deals suggest")
    columns = [Column("criterion", style="bold"), Column("weight now", right=True), Column("deals alone", right=True),
               Column("proposed", right=True), Column("information", right=True), Column("reading"),
               Column("known on", right=True)]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(r.criterion), f"{r.weight:.3f}", "" if r.learned is None else f"{r.learned:.3f}", f"{r.proposed:.3f}",
             f"{r.information:.3f}", r.reading, f"{r.known:,}") for r in found.criteria
        ],
    )  # fmt: skip
    terminal.line(
        f"Scores of {len(found.days)} lists from before the deals began; won within {found.horizon_days} days counts; "
        f"{found.undated} deals had no such list. Deals alone count {say.share(found.pull)}, the present weights the rest."
    )
    terminal.line(
        f"A won deal outranks a lost one {say.share(found.won_first)} of the time with the proposed weights, "
        f"{say.share(found.won_first_now)} with the present ones, on deals not learned from (50 % is chance)"
    )
    terminal.line(found.note)
    terminal.line(found.advice)


def _reliability(terminal: Terminal, found: Any) -> None:
    terminal.heading("What a score is worth")
    if found is None:
        terminal.line("too few deals of a kind to say")
        return
    columns = [Column("deals", right=True), Column("foretold", right=True), Column("won", right=True), Column("95 %")]
    terminal.table(
        columns,
        [
            (str(b.n), say.share(b.foretold), say.share(b.won / b.n), f"{say.share(b.lo)} to {say.share(b.hi)}")
            for b in found.bins
        ],
    )
    means = (
        "it may be read as a chance of winning"
        if found.believable
        else "it is an order and no probability: do not read it as a chance of winning"
    )
    terminal.line(
        f"Brier {found.brier:.3f}, skill {found.skill:+.3f} against the plain win rate; "
        f"intercept {_estimate(found.intercept)}, slope {_estimate(found.slope)} (0 and 1 are perfect): {means}"
    )


def _estimate(found: Any) -> str:
    return f"{found.value:.2f} ({found.lo:.2f} to {found.hi:.2f})"


def _two(value: float | None) -> str:
    return say.MISSING if value is None else f"{value:.2f}"


def _between(found: Any) -> str:
    return say.MISSING if found.lo is None else f"{found.lo:.2f} to {found.hi:.2f}"
