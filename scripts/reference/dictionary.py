"""The data dictionary: one page per room, and a list of all tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from scripts.reference.markdown import first_line, grid, paragraphs, sentence
from scripts.reference.steps import reads

from tierwise.core.table import Column, Table
from tierwise.pipeline.flow import DISCOVERY, FLOW, REPAIRS
from tierwise.tables import (
    accounts,
    assessment,
    audit,
    clusters,
    effort,
    landing,
    ledgers,
    market,
    model_lists,
    performance,
    research,
    segmentation,
)


@dataclass(frozen=True)
class Room:
    """Tables that are declared in one module of tierwise.tables."""

    name: str
    module: ModuleType
    tables: tuple[Table, ...]


ROOMS = (
    Room("landing", landing, landing.LANDING_TABLES),
    Room("accounts", accounts, accounts.ACCOUNT_TABLES),
    Room("audit", audit, audit.AUDIT_TABLES),
    Room("performance", performance, performance.PERFORMANCE_TABLES),
    Room("assessment", assessment, assessment.ASSESSMENT_TABLES),
    Room("research", research, research.RESEARCH_TABLES),
    Room("segmentation", segmentation, segmentation.SEGMENTATION_TABLES),
    Room("clusters", clusters, clusters.CLUSTER_TABLES),
    Room("effort", effort, effort.EFFORT_TABLES),
    Room("ledgers", ledgers, ledgers.LEDGER_TABLES),
    Room("market", market, market.MARKET_TABLES),
    Room("model_lists", model_lists, (*model_lists.SPEC_TABLES, model_lists.CALENDAR, model_lists.BATCHES)),
)

INTRODUCTION = """\
# Tables

The data dictionary. `tierwise show TABLE` prints the rows of any of them; conditions of the model and `--where` name their
columns. `landing_*` tables are what the sources said, cut at the day of the run; `spec_*` tables are lists of the model; the
others are derived by the step of the same name.
"""


def index() -> str:
    """Every table with its grain and its meaning, and a link to its columns."""
    lines = [INTRODUCTION]
    for room in ROOMS:
        lines += [f"## {heading(room)}", "", first_line(room.module), ""]
        rows = [(f"[{t.name}]({room.name}.md#{t.name})", _grain(t), t.meaning) for t in room.tables]
        lines += [*grid(("table", "one row per", "meaning"), rows), ""]
    return "\n".join(lines)


def page(room: Room) -> str:
    """The tables of one room with every column."""
    lines = [f"# Tables: {heading(room).lower()}", ""]
    for paragraph in paragraphs(room.module):
        lines += [paragraph, ""]
    for table in room.tables:
        lines += [f"## {table.name}", "", f"{sentence(table.grain)} {table.meaning}".rstrip(), "", *_facts(table)]
        rows = [(f"`{c.name}`", _meaning(c), c.type, c.unit) for c in table.columns]
        lines += [*grid(("column", "meaning", "type", "unit"), rows), ""]
    return "\n".join(lines)


def heading(room: Room) -> str:
    """The name of a room as a heading."""
    return room.name.replace("_", " ").capitalize()


def link(table: str, base: str = "tables/") -> str:
    """A table as a link from docs/reference/."""
    room = next(room for room in ROOMS if any(t.name == table for t in room.tables))
    return f"[{table}]({base}{room.name}.md#{table})"


def _grain(table: Table) -> str:
    return table.grain.removeprefix("one row per ")


def _meaning(column: Column) -> str:
    values = f" ({', '.join(f'`{value}`' for value in column.values)})" if column.values else ""
    return column.meaning + values + ("; required" if column.required else "")


def _facts(table: Table) -> list[str]:
    """Key, the step that writes the table, and the steps that read it."""
    facts = [f"Key: {', '.join(f'`{name}`' for name in table.key)}."] if table.key else []
    if any(step.name == table.name for step in (*FLOW, *DISCOVERY, *REPAIRS)):
        facts.append(f"Written by the step [{table.name}](../flow.md#{table.name}).")
    readers = [
        f"[{step.name}](../flow.md#{step.name})" for step in (*FLOW, *DISCOVERY, *REPAIRS) if table.name in reads(step)
    ]
    if readers:
        facts.append(f"Read by {', '.join(readers)}.")
    return [" ".join(facts), ""] if facts else []
