"""Look at a folder of exports and write a first tierwise.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.options import JsonOption
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

FILE = "tierwise.yaml"
DOUBTFUL = 0.8  # a guess that is less sure than this is shown by name


def init(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder, with the exports in it.")],
    exports: Annotated[
        Path | None, typer.Option("--exports", metavar="DIR", help="Where the exports are, if not in the project.")
    ] = None,
    company: Annotated[
        str, typer.Option("--company", metavar="NAME", help="The company's name; default: asked, or the folder's.")
    ] = "",
    currency: Annotated[
        str,
        typer.Option("--currency", metavar="CODE", help="ISO 4217 code to compare money in; default: asked, or USD."),
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", metavar="", help="Write over a tierwise.yaml that is there.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Guess which export is which table and which heading is which column, and write it down as guesses.

    Reads CSV, Excel, Parquet and JSON lines, also in folders below. Nothing is overwritten without --force.
    """
    from tierwise.project import draft
    from tierwise.project import init as write_model

    if (folder / FILE).exists() and not force:
        raise UsageError(f"{folder / FILE} is there already", "change it by hand, or --force to write it anew")
    company = company or _ask(terminal, "Company", folder.resolve().name)
    currency = (currency or _ask(terminal, "Currency to compare money in (ISO 4217)", "USD")).upper()
    with terminal.progress("reading") as advance:
        drafted = draft(folder, exports or folder, company, currency, advance)
    target = write_model(folder, drafted.text, force)
    if json:
        terminal.write(document("init", {"model": str(target), "files": [_row(guess) for guess in drafted.guesses],
                                         "unreadable": [[str(path), why] for path, why in drafted.unreadable]}))  # fmt: skip
        return
    _show(terminal, drafted, exports or folder)
    terminal.say(f"wrote {target}; read it, then: tierwise check {folder} && tierwise run {folder}")


def _ask(terminal: Terminal, question: str, default: str) -> str:
    if not terminal.ask:
        return default
    return str(typer.prompt(question, default=default, err=True))


def _row(guess: Any) -> dict[str, Any]:
    return {
        "file": str(guess.path), "sheet": guess.sheet, "table": guess.kind or None, "rows": guess.rows,
        "pattern": guess.pattern or None, "shape": guess.shape or None, "because": guess.because or None,
        "constants": dict(guess.constants),
        "columns": {name: {"heading": m.heading, "confidence": m.confidence} for name, m in guess.mapping.items()},
        "attributes": {name: heading for name, (heading, _) in guess.attributes.items()},
        "unused": list(guess.unmapped), "doubts": list(guess.doubts),
    }  # fmt: skip


def _show(terminal: Terminal, drafted: Any, base: Path) -> None:
    columns = [Column("file", style="bold"), Column("table"), Column("rows", right=True), Column("columns", right=True),
               Column("least sure")]  # fmt: skip
    rows = []
    for guess in drafted.guesses:
        doubtful = sorted(
            (m.confidence, name, m.heading) for name, m in guess.mapping.items() if m.confidence < DOUBTFUL
        )
        unsure = ", ".join(f"{name} = {heading} ({say.share(sure)})" for sure, name, heading in doubtful[:3])
        table = f"{guess.kind} ({guess.shape})" if guess.shape else guess.kind or "not recognised"
        rows.append((_file(guess, base), table, say.count(guess.rows), say.count(len(guess.mapping)), unsure))
    terminal.table(columns, rows)
    for guess in drafted.guesses:
        if guess.shape:
            terminal.say(f"{_file(guess, base)}: taken for an export of {guess.shape}: {guess.because}")
        for doubt in guess.doubts:
            terminal.say(f"{_file(guess, base)}: {doubt}")
        if guess.kind and guess.unmapped:
            terminal.say(f"{_file(guess, base)}: not used: {', '.join(guess.unmapped)}")
    for path, why in drafted.unreadable:
        terminal.warn(f"{_below(path, base)}: {why}")
    if not any(guess.kind for guess in drafted.guesses):
        terminal.warn("no export was recognised: name the files under sources: in tierwise.yaml yourself")


def _file(guess: Any, base: Path) -> str:
    return _below(guess.path.with_name(guess.pattern or guess.title), base)


def _below(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
