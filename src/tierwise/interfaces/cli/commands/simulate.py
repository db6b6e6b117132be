"""Play companies whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError, near_miss
from tierwise.interfaces.cli.options import JsonOption
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

SUBJECTS = ("acceptance", "audit")
PLANTED = 0.02  # share of the accounts that get each defect
FIGURES = ("median", "p10", "p90", "pooled")


def simulate(
    terminal: Terminal,
    subject: Annotated[
        str, typer.Argument(metavar="WHAT", help="acceptance: do claims hold; audit: are defects found")
    ],
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Companies of each world.", min=1)] = 20,
    first: Annotated[int, typer.Option("--first", metavar="SEED", help="The first seed.", min=0)] = 1,
    accounts: Annotated[int, typer.Option("--accounts", metavar="N", help="Accounts of a company.", min=500)] = 6000,
    seats: Annotated[int, typer.Option("--seats", metavar="N", help="Seats of tier 1.", min=1)] = 50,
    world: Annotated[
        list[str] | None,
        typer.Option("--world", metavar="NAME", help="Only this world; may be repeated. Default: all."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Companies at once.", min=1)] = 1,
    json: JsonOption = False,
) -> None:
    """Run the product on simulated companies and compare its lists with others, by what effort would truly bring.

    A company is run twice: nobody asked, and with the answers of those whom the product would ask. In null worlds the claim
    must vanish. Takes minutes per company; figures come as they are.

    `audit` plants known defects into clean records, 2 % of the accounts each, and shows how many the audit finds and invents.
    """
    from tierwise.project import acceptance, worlds

    if subject not in SUBJECTS:
        raise UsageError(
            f"'{subject}' is not simulated", near_miss(subject, SUBJECTS) or f"one of: {', '.join(SUBJECTS)}"
        )
    if subject == "audit":
        _audit(terminal, range(first, first + seeds), accounts, json)
        return
    for name in world or ():
        if name not in worlds():
            raise UsageError(
                f"there is no world '{name}'", near_miss(name, worlds()) or f"one of: {', '.join(worlds())}"
            )
    with terminal.progress("simulate") as advance:
        found = acceptance(tuple(world or worlds()), range(first, first + seeds), accounts, seats, jobs, advance)
    if json:
        terminal.write(document("simulate", [_row(outcome) for outcome in found]))
        return
    columns = [Column("claim", wrap=True), *(Column(title, right=True) for title in FIGURES),
               Column("demand"), Column("n", right=True), Column("no seat taken", right=True), Column("")]  # fmt: skip
    terminal.table(
        columns,
        [
            (o.claim.says, *(_figure(o, name) for name in FIGURES), _demand(o.claim), o.seeds,
             o.empty or "", "" if o.holds is None else "holds" if o.holds else "SHORT")
            for o in found
        ],
    )  # fmt: skip
    if any(o.holds is None and _demand(o.claim) for o in found):
        terminal.say("a claim is judged from ten companies on in which every list it compares has somebody: --seeds")


def _audit(terminal: Terminal, seeds: Sequence[int], accounts: int, json: bool) -> None:
    """What the audit finds of defects that were planted, and what it finds besides."""
    from tierwise.project import planted

    with terminal.progress("simulate") as advance:
        found = planted(seeds, accounts, PLANTED, advance)
    if json:
        rows = [{**asdict(score), "recall": score.recall, "precision": score.precision} for score in found]
        terminal.write(document("simulate", rows))
        return
    columns = [Column("defect", style="bold"), Column("in"), *(Column(title, right=True) for title in (
        "planted", "found", "of them planted", "recall", "95 % interval", "precision", "95 % interval"))]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(s.defect), say.about(s.field), say.count(s.planted), say.count(s.found), say.count(s.right),
             *_shares(s.recall), *_shares(s.precision))
            for s in found
        ],
    )  # fmt: skip


def _shares(found: tuple[float, float, float] | None) -> tuple[str, str]:
    """A share and its interval."""
    return (say.MISSING, say.MISSING) if found is None else (
        say.share(found[0], 1), say.interval(*found[1:], lambda value: say.share(value, 1))
    )  # fmt: skip


def _row(outcome: Any) -> dict[str, Any]:
    facts = asdict(outcome)
    return {**facts.pop("claim"), **facts}


def _figure(outcome: Any, name: str) -> str:
    """A ratio against nothing is infinite."""
    value = getattr(outcome, name)
    return f"{value:.2f}" if value is not None else "∞" if outcome.seeds else "–"


def _demand(claim: Any) -> str:
    bars = (("median ≥", claim.least_median), ("p10 ≥", claim.least_p10), ("p90 ≤", claim.most_p90),
            ("median ≤", claim.most_median))  # fmt: skip
    return ", ".join(f"{word} {bar:g}" for word, bar in bars if bar is not None)
