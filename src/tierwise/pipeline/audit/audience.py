"""Does every tool hold the same list? Exports of other tools, compared with tiers 1 and 2 on keys, never on names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from tierwise.connectors.content import Content
from tierwise.connectors.domains import normalize_domain
from tierwise.connectors.sources.files.confined.reader import read_confined
from tierwise.connectors.sources.files.mapping import plain_name
from tierwise.connectors.sources.files.reading import load_bytes
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import DataError, NotFound
from tierwise.core.table import DATE, INTEGER, TEXT, Column, Table
from tierwise.model.model import Model
from tierwise.pipeline.read import model_of
from tierwise.pipeline.run import engine_on
from tierwise.pipeline.shelf import Shelf, Workbench
from tierwise.sql.query import query
from tierwise.stats.quality.score import jaccard
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace
from tierwise.tables.arrow import filled

MEMBERS = Table("audience_members", "one row per line of a tool's export", (
    Column("tool", TEXT, "tool that the list was exported from"),
    Column("line", INTEGER, "line of the file"),
    Column("id", TEXT, "the tool's id of the account, as some source writes it, or ours"),
    Column("domain", TEXT, "registrable domain"),
    Column("name", TEXT, "name, for people"),
    Column("left_on", DATE, "day on which it left the tool's list"),
), ("tool", "line"), "Members of lists in other tools.")  # fmt: skip
# Headings by what they hold, in lower case with spaces.
HEADINGS = {
    "id": ("id", "account id", "account key", "account", "company id", "record id", "crm id", "customer id"),
    "domain": ("domain", "company domain", "company domain name", "website", "web site", "url", "email", "e mail"),
    "name": ("name", "company", "company name", "account name"),
    "left_on": ("left", "left on", "left at", "left date", "removed", "removed on", "removed at"),
}


@dataclass(frozen=True)
class Audience:
    """The list of one tool beside ours.

    `members` are the lines still on it, `unmatched` those that name no account of ours, as they are written, `not_matchable`
    those that name none at all: neither an id nor a domain that a company owns. `refused` are lines that are no rows, and why.
    `missing` are accounts of our list that the tool lacks, `extra` those that it has and we do not, `stale` the extra ones that
    left our list longer ago than is tolerated, with the day.
    """

    tool: str
    members: int
    matched: int
    both: int
    jaccard: float | None
    missing: Sequence[str]
    extra: Sequence[str]
    stale: Mapping[str, date]
    unmatched: Sequence[str]
    not_matchable: Sequence[str]
    refused: Sequence[str]
    holds: bool


@dataclass(frozen=True)
class Audiences:
    """Every tool beside our list, and all of them together: what all lists share, of what is in any."""

    listed: int
    tolerance: float
    overall: float | None
    tools: Sequence[Audience]


def audiences(model: Model, workspace: Workspace, snapshot: Snapshot, files: Mapping[str, Path]) -> Audiences:
    """Compare exports, by the name of their tool, with tiers 1 and 2 of a published list.

    Raises NotFound without a file, DataError where one cannot be read or names nobody.
    """
    made_with, spec = model_of(snapshot, model), model.audit
    lists = {tool: _read(tool, path) for tool, path in files.items()}
    members = [row for tool, content in lists.items() for row in _members(tool, files[tool], content)]
    with (
        TemporaryDirectory(prefix="tierwise-") as scratch,
        engine_on(workspace.folder, "duckdb", Path(scratch)) as engine,
    ):
        shelf = Shelf(engine, made_with, workspace.snapshots, snapshot, workspace.behind(snapshot))
        bench = Workbench(engine, shelf, made_with.specs, made_with.dictionary, snapshot.as_of)
        for name in ("tiers", "account_keys"):
            bench.provide(name)
        bench.put(MEMBERS.name, filled(MEMBERS, members), MEMBERS)
        ours = frozenset(
            bench.fetch(query("select account_id from tiers where tier in ('1', '2')"))["account_id"].to_pylist()
        )
        found = bench.fetch(_MATCHED).to_pylist()
    kept = [row for row in found if row["left_on"] is None or row["left_on"] > snapshot.as_of]
    by_tool = {tool: [row for row in kept if row["tool"] == tool] for tool in files}
    theirs = {tool: {row["account_id"] for row in rows if row["account_id"]} for tool, rows in by_tool.items()}
    # Who is no account of ours is no member of our list either: it counts in the union.
    everybody = {
        tool: theirs[tool] | {f"no account: {_shown(row)}" for row in rows if not row["account_id"]}
        for tool, rows in by_tool.items()
    }
    oldest = snapshot.as_of - timedelta(days=spec.audience_grace_days)
    left = _left(workspace, snapshot, set().union(*theirs.values()) - ours if theirs else set())
    tools = []
    for tool, rows in by_tool.items():
        nobody = [row for row in rows if not row["account_id"]]
        extra, overlap = sorted(theirs[tool] - ours), jaccard(ours, everybody[tool])
        tools.append(
            Audience(
                tool,
                len(rows),
                len(theirs[tool]),
                len(theirs[tool] & ours),
                overlap,
                sorted(ours - theirs[tool]),
                extra,
                {account: left[account] for account in extra if account in left and left[account] < oldest},
                [_shown(row) for row in nobody if row["matchable"]],
                [_shown(row) for row in nobody if not row["matchable"]],
                [f"line {line.line}: {line.message}" for line in lists[tool].refused],
                overlap is None or overlap >= spec.audience_tolerance,
            )
        )
    return Audiences(len(ours), spec.audience_tolerance, jaccard(ours, *everybody.values()), tools)


def _read(tool: str, path: Path) -> Content:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", f"give the export of {tool}: --audience {tool}=FILE")
    return read_confined(load_bytes(path), FileTable(file=path.name))


def _members(tool: str, path: Path, content: Content) -> Iterable[dict[str, object]]:
    """The lines of an export. Raises DataError where no heading names an id or a domain."""
    headings = {plain_name(heading).replace("_", " "): heading for heading in content.table.column_names}
    named = {
        what: headings[wanted] for what, names in HEADINGS.items() for wanted in reversed(names) if wanted in headings
    }
    if not {"id", "domain"} & named.keys():
        shown = ", ".join(content.table.column_names)
        raise DataError(f"{path} names no account: its headings are {shown}", "call one of them id or domain")
    columns = {what: content.table[heading].cast(pa.string()).to_pylist() for what, heading in named.items()}
    for place, line in enumerate(content.lines):
        values = {what: (column[place] or "").strip() for what, column in columns.items()}
        yield {
            "tool": tool,
            "line": int(line),
            "id": values.get("id") or None,
            "domain": normalize_domain(values["domain"]).key or None if values.get("domain") else None,
            "name": values.get("name") or values.get("domain") or values.get("id") or None,
            "left_on": _day(values.get("left_on", ""), path, int(line)),
        }


def _day(text: str, path: Path, line: int) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as error:
        raise DataError(f"{path}:{line}: '{text}' is no day", "write it as 2026-06-30") from error


def _left(workspace: Workspace, snapshot: Snapshot, accounts: Iterable[str]) -> dict[str, date]:
    """The day on which accounts last left tiers 1 and 2; those that never sat there are left out."""
    found: dict[str, date] = {}
    for account in sorted(accounts):
        days = [
            row["as_of"]
            for row in workspace.ledgers.memberships.history(account, snapshot.as_of)
            if row["from_tier"] in ("1", "2") and row["tier"] not in ("1", "2")
        ]
        if days:
            found[account] = max(days)
    return found


def _shown(row: Mapping[str, object]) -> str:
    return str(row["name"] or f"line {row['line']}")


# By our own id first, by the key of a source, then by the domain. A key that sources use for different accounts is none.
_MATCHED = query(
    """
    select m.tool, m.line, m.name, m.left_on, count(coalesce(m.id, m.domain)) > 0 as matchable,
           coalesce(max(t.account_id), max(k.account_id), max(d.account_id)) as account_id
    from audience_members m
    left join tiers t on t.account_id = m.id
    left join (select account_key, min(account_id) as account_id from account_keys where key_space <> 'domain'
               group by account_key having count(distinct account_id) = 1) k on k.account_key = m.id
    left join (select account_key, account_id from account_keys where key_space = 'domain') d on d.account_key = m.domain
    group by m.tool, m.line, m.name, m.left_on
    order by m.tool, m.line
    """
)
