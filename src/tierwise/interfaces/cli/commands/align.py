"""Do the leaders mean the same accounts?"""

from __future__ import annotations

import json as text
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectOption, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

FUNCTIONS = ("marketing", "sales", "product", "customer_success")
WRITTEN = "targets.yaml"
MOST = 10


def align(
    terminal: Terminal,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The leaders' targets, YAML or CSV; default: the model's.")
    ] = None,
    project: ProjectOption = Path(),
    template: Annotated[bool, typer.Option("--template", help="Print a form to fill in.")] = False,
    form: Annotated[bool, typer.Option("--form", help=f"Ask for the targets and write FILE ({WRITTEN}).")] = False,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Compare what leaders call the target: with each other, the universe, the list, and what their teams touched.

    The targets stand in FILE, or in the model's section `targets`, where every run compares them.
    """
    from tierwise.project import Project, form_template
    from tierwise.project import align as compare

    if file is not None and file.is_dir():
        raise UsageError(f"{file} is a folder, not a form", f"the project is named with -p: tierwise align -p {file}")
    if template:
        terminal.write(form_template())
        return
    if form:
        file = _asked(terminal, file or project / WRITTEN)
    with closing(Project.open(project)) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        found = compare(opened, file, snapshot)
        currency = opened.model_of(snapshot).currency
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(found)}
        terminal.write(document("align", facts))
        return
    _targets(terminal, found.targets)
    _overlaps(terminal, found.alignment, currency)
    for row in found.unknown[:MOST]:
        terminal.warn(f"{row['target']}: '{row['value']}' is no account on record")
    if len(found.unknown) > MOST:
        terminal.say(f"and {len(found.unknown) - MOST:,} more; --json has all")


def _targets(terminal: Terminal, rows: list[dict[str, Any]]) -> None:
    columns = [Column("target", style="bold"), Column("leader"), Column("function"), Column("accounts", right=True),
               Column("names without an account", right=True)]  # fmt: skip
    terminal.table(
        columns,
        [
            (r["target"], r["leader"], say.words(r["function"]), say.count(r["accounts"]),
             say.count(r["names_without_account"]))
            for r in rows
        ],
    )  # fmt: skip


def _overlaps(terminal: Terminal, rows: list[dict[str, Any]], currency: str) -> None:
    terminal.heading("Who agrees with whom")
    titles = ("in both", "of either", f"{currency} in both", "of either")
    columns = [Column("target", style="bold"), Column("against"), *(Column(title, right=True) for title in titles),
               Column("in words")]  # fmt: skip
    terminal.table(
        columns,
        [
            (r["target"], r["against"], say.count(r["both"]), say.share(r["jaccard"]), say.money(r["both_money"]),
             say.share(r["money_jaccard"]), r["said"])
            for r in rows
        ],
    )  # fmt: skip


def _asked(terminal: Terminal, file: Path) -> Path:
    """Ask each leader's target, write the form, and say where it is."""
    if not terminal.ask:
        raise UsageError(
            "--form asks questions, and there is nobody to ask", "tierwise align --template > targets.yaml"
        )
    if file.exists():
        raise UsageError(f"{file} is there already", f"change it by hand, or compare it: tierwise align {file}")
    lines = ["targets:", *(line for function in FUNCTIONS for line in _entry(function))]
    if len(lines) == 1:
        raise UsageError("no target was given", "name one leader at least")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    terminal.say(f"wrote {file}")
    return file


def _entry(function: str) -> Iterator[str]:
    """The lines of one leader; none when nothing is said."""
    said = say.words(function)
    where = _ask(f"{said}: which accounts? A condition (employees >= 200); empty: a list")
    accounts = "" if where else _ask(f"{said}: domains or names, separated by commas; empty: leave out {said}")
    if not where and not accounts:
        return
    yield f"  {function}:"
    yield f"    leader: {text.dumps(_ask(f'{said}: who says so?') or said, ensure_ascii=False)}"
    yield f"    function: {function}"
    yield f"    where: {text.dumps(where, ensure_ascii=False)}" if where else f"    accounts: {_list(accounts)}"
    if owners := _ask(f"{said}: the team, as activities name them, separated by commas; empty: not compared"):
        yield f"    owners: {_list(owners)}"


def _list(answer: str) -> str:
    return text.dumps([part.strip() for part in answer.split(",") if part.strip()], ensure_ascii=False)


def _ask(question: str) -> str:
    return str(typer.prompt(question, default="", show_default=False, err=True)).strip()
