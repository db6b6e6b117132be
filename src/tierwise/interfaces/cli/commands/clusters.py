"""Which accounts of tier 2 share one problem, and a page about each group for who writes to it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import UsageError
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

TABLES = ("clusters", "cluster_choices", "cluster_members", "cluster_traits")


def clusters(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    brief: Annotated[str, typer.Option("--brief", metavar="ID", help="One page about a cluster, by id or name.")] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the brief here: Markdown, or HTML if it ends so."),
    ] = None,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """List the clusters of tier 2: what each shares, how sure it is, and whether one text can be written for it.

    With --brief, the page for who writes: problem, traits by lift, triggers, people, open questions, accounts.
    """
    from tierwise.interfaces.report.listing import open_list

    if output is not None and not brief:
        raise UsageError("--output is where a brief goes", "say which: tierwise clusters --brief ID --output FILE")
    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        with open_list(opened, snapshot.run_id) as listing:
            if brief:
                _write_brief(terminal, listing, brief, output, json)
                return
            found = {name: listing.rows(name) for name in TABLES}
            spec = listing.model.clusters
    if json:
        terminal.write(document("clusters", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **found}))
        return
    _list(terminal, found, spec)


def _write_brief(terminal: Terminal, listing: Any, wanted: str, output: Path | None, json: bool) -> None:
    from tierwise.interfaces.report.briefs import html, markdown, read_brief

    made = read_brief(listing, wanted)
    if json:
        terminal.write(document("clusters", asdict(made)))
    elif output is None:
        terminal.write(markdown(made))
    else:
        text = html(made) if output.suffix.lower() in (".html", ".htm") else markdown(made)
        output.write_text(text, encoding="utf-8")
        terminal.line(str(output))


def _list(terminal: Terminal, found: dict[str, list[dict[str, Any]]], spec: Any) -> None:
    members = found["cluster_members"]
    if not members:
        terminal.say("tier 2 is empty: `tierwise funnel` says how many accounts each level has")
        return
    if not found["clusters"]:
        terminal.say(one_list(len(members), spec))
        return
    columns = [Column("cluster", style="bold"), Column("name"), Column("accounts", right=True), Column("purity", right=True),
               Column("silhouette", right=True), Column("stability", right=True), Column("new", right=True),
               Column("usable")]  # fmt: skip
    rows = sorted(found["clusters"], key=lambda row: (not row["usable"], -row["size"], row["cluster"]))
    terminal.table(
        columns,
        [
            (r["cluster"], r["name"], say.count(r["size"]), say.share(r["purity"]), say.points(r["silhouette"], 2),
             say.points(r["stability"], 2), say.count(r["joined"]) if r["kept"] else "all", r["why_not"] or "yes")
            for r in rows
        ],
    )  # fmt: skip
    aside = sum(row["unclustered"] for row in members)
    if aside:
        terminal.say(f"{say.many(aside, 'account')} nearer to another cluster: treat 1:many "
                     "(tierwise show cluster_members --where unclustered)")  # fmt: skip
    tried = len(found["cluster_choices"])
    terminal.say(
        f"{say.many(len(rows), 'cluster')}, the best of {say.many(tried, 'number')} tried by silhouette x stability"
    )
    terminal.say(f"a page for who writes: tierwise clusters --brief {rows[0]['cluster']}")


def one_list(accounts: int, spec: Any) -> str:
    """Why tier 2 has no clusters."""
    if accounts < spec.smallest:
        return f"tier 2 has {say.many(accounts, 'account')}, fewer than a cluster of {spec.smallest}: it is one list"
    return (
        f"{say.many(accounts, 'account')} cannot be parted into clusters of {spec.smallest} to {spec.largest}: tier 2 is one "
        "list; widen `smallest` and `largest` in the section clusters"
    )
