"""Whether other tools hold the same list, on the screen and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.project import Audience

MOST = 5  # accounts that are named per tool and kind; --json has all


def compare(
    terminal: Terminal, project: Path, files: Mapping[str, Path], run: str | None, as_of: date | None, json: bool
) -> None:
    """Show the exported lists of some tools beside tiers 1 and 2."""
    from tierwise.project import audiences

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, as_of)
        found = audiences(opened, files, snapshot)
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(found)}
        terminal.write(document("audit", facts))
        return
    terminal.line(
        f"Tiers 1 and 2 hold {say.many(found.listed, 'account')}; all lists share {say.share(found.overall)} of what is in any"
    )
    columns = [Column("tool", style="bold"), *(Column(title, right=True) for title in (
        "members", "in both", "overlap", "missing", "extra", "stale", "no account of ours", "not matchable")),
        Column("holds our list")]  # fmt: skip
    terminal.table(
        columns,
        [
            (t.tool, say.count(t.members), say.count(t.both), say.share(t.jaccard), say.count(len(t.missing)),
             say.count(len(t.extra)), say.count(len(t.stale)), say.count(len(t.unmatched)),
             say.count(len(t.not_matchable)), "yes" if t.holds else f"below {say.share(found.tolerance)}")
            for t in found.tools
        ],
    )  # fmt: skip
    for tool in found.tools:
        _named(terminal, tool)


def _named(terminal: Terminal, tool: Audience) -> None:
    """The first accounts of each difference."""
    stale = [f"{account} (left {say.day(day)})" for account, day in tool.stale.items()]
    extra = [account for account in tool.extra if account not in tool.stale]
    for what, names in (("lacks", tool.missing), ("still holds", stale), ("holds besides", extra),
                        ("names, and we have no such account", tool.unmatched),
                        ("has, and names neither id nor company domain for", tool.not_matchable)):  # fmt: skip
        if names:
            terminal.line(f"{tool.tool} {what}: {say.listed(list(names), MOST)}")
    if tool.refused:
        terminal.warn(
            f"{tool.tool}: {say.many(len(tool.refused), 'row')} not read: {say.listed(list(tool.refused), MOST)}"
        )
