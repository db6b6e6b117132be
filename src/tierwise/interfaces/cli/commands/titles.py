"""What do job titles say, and which are not understood?"""

from __future__ import annotations

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

SHOWN = 20


def titles(
    terminal: Terminal,
    title: Annotated[
        list[str] | None, typer.Argument(help="Titles to read; none: those of the published list.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="A CSV of titles that you labelled: how well are they read?"),
    ] = None,
    project: ProjectOption = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Read job titles: function, seniority, confidence, language. Without titles, what the list's people are called.

    With --labels: macro-F1 of function and seniority and the share not understood, per language.
    """
    from tierwise.project import Project, read_titles, title_quality

    if labels is not None:
        found = title_quality(labels)
        if json:
            terminal.write(document("titles", [asdict(one) for one in found]))
            return
        _quality(terminal, found)
        return
    if title:
        for text in title:
            if Path(text).is_dir():
                raise UsageError(f"{text} is a folder and no job title", f"tierwise titles --project {text}")
        rows = read_titles(title)
    else:
        with closing(Project.open(project)) as opened, opened.published(opened.snapshot(run, day(as_of))) as published:
            rows = published.read("titles").to_pylist()
    if json:
        terminal.write(document("titles", rows))
        return
    if title:
        _read(terminal, rows)
    else:
        _of_list(terminal, rows)


def _read(terminal: Terminal, rows: list[dict[str, Any]]) -> None:
    columns = [Column("title", style="bold"), Column("function"), Column("seniority"), Column("confidence", right=True),
               Column("language")]  # fmt: skip
    shown = []
    for row in rows:
        level = row["seniority_small"]
        if level != row["seniority_large"]:
            level = f"{level}; {row['seniority_large']} in a large company"
        shown.append((row["title"], row["function"], level, f"{row['confidence']:.2f}", row["language"] or say.MISSING))
    terminal.table(columns, shown)


def _of_list(terminal: Terminal, rows: list[dict[str, Any]]) -> None:
    if not rows:
        terminal.say("no contact has a title: map the heading of job titles to `title` under `map: {contacts: ...}`")
        return
    unread = sorted((r for r in rows if not r["confidence"]), key=lambda r: (-r["records"], r["title"]))
    people = sum(row["records"] for row in rows)
    lost = sum(row["records"] for row in unread)
    terminal.line(f"{len(rows):,} different titles in {people:,} records")
    terminal.line(f"not understood: {len(unread):,} titles in {lost:,} records")
    if unread:
        columns = [Column("not understood", style="bold"), Column("records", right=True)]
        terminal.table(columns, [(row["title"], say.count(row["records"])) for row in unread[:SHOWN]])
        terminal.say("say what they mean under `titles: {own: {...}}`; all of them: tierwise show titles")


def _quality(terminal: Terminal, found: list[Any]) -> None:
    columns = [Column("language", style="bold"), Column("titles", right=True), Column("function F1", right=True),
               Column("seniority F1", right=True), Column("not understood", right=True),
               Column("language told", right=True)]  # fmt: skip
    terminal.table(
        columns,
        [
            (one.language, say.count(one.titles), f"{one.function_f1:.3f}", f"{one.seniority_f1:.3f}",
             say.share(one.abstained), say.share(one.language_found))
            for one in found
        ],
    )  # fmt: skip
    if wrong := [row for one in found for row in one.wrong]:
        terminal.table([Column("title", style="bold"), Column("labelled"), Column("read as")], wrong)
