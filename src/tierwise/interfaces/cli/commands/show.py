"""Rows of any table, the SQL of a step, or every parameter of the model."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tierwise.core.errors import NotFound, UsageError, near_miss
from tierwise.interfaces.cli import screens
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectOption, RunOption, day
from tierwise.interfaces.cli.output import document, plain, write_file
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.project import Project

MODEL, SQL, STEP = "model", "sql", "STEP"
# Which options change something in which use.
OF_RUN = ("--run", "--as-of")
OF_SQL = (STEP, "--engine", "--as-of")
OF_ROWS = ("--where", "--limit", "--columns", "--output", "--to", *OF_RUN)
ON_SCREEN = 50
NARROW, WIDE = 6, 36  # characters that a column takes on a screen at least, and at most


class Form(StrEnum):
    """A form of output for other programs."""

    csv = "csv"
    parquet = "parquet"


EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="With `sql`: the engine that would get it.")
]


def show(
    terminal: Terminal,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table, or: sql STEP, or: model. Without it: all tables.")
    ] = None,
    step: Annotated[
        str | None, typer.Argument(metavar="STEP", help="With `sql`: the step whose SQL is printed.")
    ] = None,
    project: ProjectOption = Path(),
    where: Annotated[str, typer.Option("--where", metavar="CONDITION", help="Only rows for which this is true.")] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="ROWS", min=0, max=10**9, help="At most so many rows; 0: all.")
    ] = None,
    columns: Annotated[str, typer.Option("--columns", metavar="A,B", help="Only these columns.")] = "",
    as_of: AsOfOption = None,
    run: RunOption = None,
    engine: EngineOption = None,
    json: JsonOption = False,
    output: Annotated[Form | None, typer.Option("--output", "-o", help="The rows as a file.")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="With --output: where to.")] = None,
) -> None:
    """Print rows of a published table.

    --where takes a condition like those of the model: tierwise show tiers --where "tier = '1'".
    CSV is for spreadsheets: text that would start a formula gets a quote in front. Parquet has the values unchanged.
    """

    given = {"--where": where, "--limit": limit is not None, "--columns": columns, "--output": output, "--to": to,
             "--run": run, "--as-of": as_of, "--engine": engine, "STEP": step}  # fmt: skip
    _fitting_together(table, [name for name, value in given.items() if value])
    if table == MODEL:
        return _show_model(terminal, project, json)
    with reading(terminal, project) as opened:
        if table == SQL:
            return _show_sql(terminal, opened, step, engine, as_of, json)
        if table is None:
            return _show_tables(terminal, opened, run, as_of, json)
        snapshot = opened.snapshot(run, day(as_of))
        screens.accepted(terminal, snapshot.accepted)
        most = ON_SCREEN if limit is None and not json and output is None else limit or None
        rows = opened.read(table, where, None if most is None else most + 1, snapshot)
    rows, more = (rows, False) if most is None else (rows.slice(0, most), rows.num_rows > most)
    if columns:
        rows = rows.select(_chosen(columns, rows.column_names))
    if output is not None:
        write_file(rows, output.value, to)
    elif json:
        facts = {"table": table, "run_id": snapshot.run_id, "as_of": snapshot.as_of, "rows": rows.to_pylist()}
        terminal.write(document("show", facts))
    else:
        _show_rows(terminal, table, rows)
        if more:
            terminal.say(f"the first {most} rows; --limit 0 shows all")
    return None


def _fitting_together(table: str | None, given: list[str]) -> None:
    """Raise UsageError for what was given and would change nothing."""
    if STEP in given and table != SQL:
        raise UsageError(f"'{table}' and a step are two things", "one table, or: tierwise show sql STEP")
    fitting = {None: OF_RUN, MODEL: (), SQL: OF_SQL}.get(table, OF_ROWS)
    for name in given:
        if name not in fitting:
            what = f"show {table}" if table else "show without a table"
            raise UsageError(f"{name} changes nothing in `{what}`", "leave it out, or name a table")
    if "--to" in given and "--output" not in given:
        raise UsageError("--to names a file, of which form?", "--output csv, or --output parquet")


def _show_rows(terminal: Terminal, table: str, rows: Any) -> None:
    if not rows.num_rows:
        terminal.say(f"no row of {table} is like that; `tierwise show` lists how many rows each table has")
        return
    texts = {name: [_text(value) for value in rows[name].to_pylist()] for name in rows.column_names}
    names = _fitting(texts, shutil.get_terminal_size().columns) if terminal.watched else rows.column_names
    numeric = {name for name in names if any(isinstance(v, int | float) for v in plain(rows[name].to_pylist()))}
    terminal.table(
        [Column(name, right=name in numeric, wrap=False) for name in names],
        list(zip(*([_cut(t) if terminal.watched else t for t in texts[name]] for name in names), strict=True)),
    )
    if hidden := [name for name in rows.column_names if name not in names]:
        terminal.say(f"not shown for want of room: {', '.join(hidden)}; --columns picks, --json has all")


def _fitting(texts: dict[str, list[str]], room: int) -> list[str]:
    """As many columns, from the left, as the screen has room for."""
    kept: list[str] = []
    for name, values in texts.items():
        room -= max(NARROW, len(name), *(len(_cut(value)) for value in values)) + 2
        if room < 0 and kept:
            break
        kept.append(name)
    return kept


def _cut(text: str) -> str:
    return text if len(text) <= WIDE else text[: WIDE - 1] + "…"


def _text(value: Any) -> str:
    said = plain(value)
    if said is None:
        return ""
    if isinstance(said, bool):
        return "true" if said else "false"
    return f"{said:.6f}".rstrip("0").rstrip(".") if isinstance(said, float) else say.harmless(str(said))


def _chosen(wanted: str, known: list[str]) -> list[str]:
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise UsageError(
                f"--columns: there is no column '{name}'", near_miss(name, known) or f"known: {', '.join(known)}"
            )
    return names


def _show_tables(terminal: Terminal, project: Project, run: str | None, as_of: str | None, json: bool) -> None:
    try:
        published = project.snapshot(run, day(as_of)).tables
    except NotFound:
        published = {}
    rows = [
        {
            "table": name, "grain": table.grain, "meaning": table.meaning,
            "rows": published[name]["rows"] if name in published else None,
            "columns": [{"name": c.name, "type": c.type, "meaning": c.meaning, "unit": c.unit} for c in table.columns],
        }
        for name, table in project.model.dictionary.items()
    ]  # fmt: skip
    if json:
        terminal.write(document("show", rows))
        return
    shown = [(r["table"], "" if r["rows"] is None else f"{r['rows']:,}", r["grain"]) for r in rows]
    terminal.table(
        [Column("table", style="bold", wrap=False), Column("rows", right=True, wrap=False), Column("one row is")], shown
    )
    if not published:
        terminal.say("nothing has been published yet; next: tierwise run")


def _show_sql(
    terminal: Terminal, project: Project, step: str | None, engine: str | None, as_of: str | None, json: bool
) -> None:
    if step is None:
        raise UsageError("which step?", "tierwise show sql STEP; a step is named as the table that it writes")
    from tierwise.project import sql

    text = sql(project.model, step, engine, day(as_of))
    terminal.write(document("show", {"step": step, "sql": text}) if json else f"{text}\n")


def _show_model(terminal: Terminal, folder: Path, json: bool) -> None:
    from tierwise.project import parameters, read_model

    rows = [vars(p) for p in parameters(read_model(folder))]
    if json:
        terminal.write(document("show", rows))
        return
    columns = [Column("parameter", style="bold"), Column("value"), Column("from"), Column("unit"), Column("meaning")]
    terminal.table(columns, [(r["path"], _value(r["value"]), r["source"], r["unit"], r["meaning"]) for r in rows])


def _value(value: Any) -> str:
    said = plain(value)
    return ", ".join(map(str, said)) if isinstance(said, list) else "" if said is None else str(said)
