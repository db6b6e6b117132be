"""Profiles whose customers did better or worse than the others, beyond chance."""

from __future__ import annotations

import json as encoder
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

Row = dict[str, Any]
TAILS = {"good": "Better than the others", "bad": "Worse than the others"}
BEHAVIOUR = (
    "to learn from, not to paste: behaviour is among its conditions, and a segment holds attributes alone"
    " (give the signal points in the model instead)"
)


PASTE = "next: put them below `segments:` of the model, the narrower first (the first that matches speaks); then tierwise plan"
# What to ask after a search that found nothing.
NEXT = {
    "nrr": "tierwise discover --target clv compares lifetime values, where a few large customers weigh no more than others",
    "clv": "tierwise discover --target nrr compares what customers pay today with what they paid before",
}


class Target(StrEnum):
    """What profiles are compared by."""

    nrr = "nrr"
    clv = "clv"


def discover(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    target: Annotated[
        Target | None, typer.Option("--target", help="nrr: net revenue retention; clv: lifetime value.")
    ] = None,
    depth: Annotated[int | None, typer.Option("--depth", min=1, max=3, help="Conditions of a profile at most.")] = None,
    json: JsonOption = False,
) -> None:
    """Search the customers of the published list for profiles that did better or worse than the others.

    Half of the customers propose, the other half judges, over many random halves; what is shown was judged by those
    who did not propose it. The segments at the end are ready to paste into the model. Nothing is published.
    """
    from tierwise.project import Project
    from tierwise.project import discover as search

    with closing(Project.open(project)) as opened, terminal.progress("discover") as advance:
        found = search(opened, day(as_of), target.value if target else None, depth, advance)
        currency = opened.model.currency
    result = facts(found)
    if json:
        terminal.write(document("discover", result))
        return
    show = _money(currency) if result["target"] == "clv" else _share
    if result["lacking"]:
        terminal.say(result["lacking"])
        terminal.say(f"    {result['next']}")
    else:
        _found(terminal, result, show)
        _limits(terminal, result, show)
    _not_searched(terminal, result["attributes"])
    if result["segments"]:
        terminal.heading("For the model")
        terminal.write(result["segments"])
        terminal.say(PASTE)


def facts(found: Any) -> Row:
    """What a search found and could have found, as data."""
    profiles = found.profiles.to_pylist()
    lacking, following = found.lacking
    spec = found.spec
    return {
        "as_of": found.as_of, "target": spec.target, "depth": spec.depth, "splits": spec.splits, "fdr": spec.fdr,
        "paying": found.paying, "customers": found.customers, "described": found.described,
        "profiles": profiles, "overlaps": found.profile_overlaps.to_pylist(),
        "limits": sorted(found.profile_limits.to_pylist(), key=lambda row: row["depth"]),
        "attributes": found.profile_attributes.to_pylist(), "segments": segments(profiles), "lacking": lacking,
        "next": following,
    }  # fmt: skip


def segments(profiles: list[Row]) -> str:
    """The profiles as a section of the model; empty when none can be one."""
    usable = [row for row in profiles if row["condition"] is not None]
    lines = ["segments:"] if usable else []
    for row in usable:
        better = "better" if row["tail"] == "good" else "worse"
        lines.append(f"  {row['name']}:  # {better} than the others: {row['n']:,} customers, q {_chance(row['q'])}")
        lines.append(f"    where: {encoder.dumps(row['condition'], ensure_ascii=False)}")
    return "\n".join([*lines, ""]) if lines else ""


def _found(terminal: Terminal, result: Row, show: Any) -> None:
    what = "lifetime value" if result["target"] == "clv" else "net revenue retention"
    described = f"{result['described']:,} of {result['customers']:,} customers"
    terminal.heading(
        f"Profiles by {what}, as of {say.day(result['as_of'])}: {described}, {result['splits']} random halves"
    )
    for tail, title in TAILS.items():
        rows = [row for row in result["profiles"] if row["tail"] == tail]
        terminal.heading(title)
        if not rows:
            terminal.line("none beyond chance")
            continue
        columns = [Column("profile", style="bold"), *(Column(name, right=True) for name in (
            "value", "others", "difference", "95 % interval", "customers", "n_eff", "q"))]  # fmt: skip
        columns[4] = Column(f"{rows[0]['level']:.0%} interval", right=True)
        terminal.table(
            columns,
            [
                (f"{tail[0]}{r['rank']} {r['label']}", show(r["value"]), show(r["value_outside"]), show(r["effect"], True),
                 f"{show(r['lo'], True)} to {show(r['hi'], True)}", f"{r['n']:,}", f"{r['n_eff']:.0f}", _chance(r["q"]))
                for r in rows
            ],
        )  # fmt: skip
        for row in rows:
            if row["condition"] is None:
                terminal.say(f"{tail[0]}{row['rank']}: {BEHAVIOUR}")
    _overlaps(terminal, result)


def _overlaps(terminal: Terminal, result: Row) -> None:
    """Customers that two profiles share, as a share of those in either; where there are two or more."""
    rows = result["profiles"]
    if len(rows) < 2:
        return
    shared = {
        (row["profile"], row["other"]): row["n_both"] / (row["n"] + row["n_other"] - row["n_both"])
        for row in result["overlaps"]
    }
    names = [f"{row['tail'][0]}{row['rank']}" for row in rows]
    terminal.heading("Customers in both, of those in either")
    terminal.table(
        [Column("", style="bold"), *(Column(name, right=True) for name in names)],
        [
            (
                name,
                *(
                    "" if one is other else f"{shared.get((one['profile'], other['profile']), 0.0):.0%}"
                    for other in rows
                ),
            )
            for name, one in zip(names, rows, strict=True)
        ],
    )


def _limits(terminal: Terminal, result: Row, show: Any) -> None:
    terminal.heading("What could have been found: a difference of at least")
    terminal.table(
        [Column("conditions"), Column("profiles searched", right=True), Column("typical customers", right=True),
         Column("n_eff", right=True), Column("typical profile", right=True), Column("best case", right=True)],
        [
            (row["depth"], f"{row['profiles']:,}", f"{row['n']:,.0f}", f"{row['n_eff']:.0f}", show(row["smallest_effect"]),
             show(row["smallest_effect_best"]))
            for row in result["limits"]
        ],
    )  # fmt: skip
    if not result["profiles"]:
        terminal.say("nothing was found: differences smaller than these may be there all the same")
        terminal.say(f"next: {NEXT[result['target']]}")


def _not_searched(terminal: Terminal, attributes: list[Row]) -> None:
    absent = [row["attribute"] for row in attributes if row["missing"] == 1.0]
    left_out = [row for row in attributes if row["reason"] and row["kind"] != "other" and row["missing"] != 1.0]
    refused = [row["attribute"] for row in attributes if row["kind"] == "other"]
    if left_out:
        terminal.heading("Not searched")
        terminal.table(
            [Column("attribute", style="bold"), Column("why")], [(r["attribute"], r["reason"]) for r in left_out]
        )
    if absent:
        terminal.say(f"not on record for any customer in time: {', '.join(absent)}")
    if refused:
        terminal.say(f"never searched: {', '.join(refused)}; --json says why")


def _chance(q: float) -> str:
    return "<0.001" if q < 0.001 else f"{q:.3f}"


def _share(value: float | None, signed: bool = False) -> str:
    return "" if value is None else f"{value:+.1%}" if signed else f"{value:.1%}"


def _money(currency: str) -> Any:
    def show(value: float | None, signed: bool = False) -> str:
        return "" if value is None else f"{value:{'+' if signed else ''},.0f} {currency}"

    return show
