"""Which records are of one company: what waits for a person, judgements and their way back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tierwise.core.errors import NotFound
from tierwise.pipeline.identity.judgements import contradictions, standing
from tierwise.pipeline.identity.lineage import Lineage
from tierwise.pipeline.identity.lineage import lineage as where_from
from tierwise.pipeline.identity.matches import Judgement, Matches, judge, part
from tierwise.pipeline.identity.matches import matches as waiting
from tierwise.project.people import withdraw
from tierwise.project.project import STATE, Project
from tierwise.stores.runs import Snapshot
from tierwise.tables.ledgers import RECORDED_JUDGEMENTS

LEDGER = "judgement"
DECISIONS = {"accept": "same", "reject": "different"}


@dataclass(frozen=True)
class Judged:
    """What was recorded: the numbers of the entries, their rows, and what the person must know."""

    entries: tuple[int, ...]
    rows: tuple[dict[str, str], ...]
    notes: tuple[str, ...] = ()


def matches(project: Project, limit: int, snapshot: Snapshot | None = None) -> Matches:
    """The pairs that wait for a person, the one with the highest effect first, and the judgements in force."""
    with project.published(snapshot) as published:
        return waiting(published.reader, _in_force(project), limit)


def accept(
    project: Project, left: str, right: str, recorder: str, note: str = "", now: datetime | None = None
) -> Judged:
    """Two companies are one: every later list joins them. Raises NotFound, UsageError."""
    return _pair(project, "same", left, right, recorder, note, now)


def reject(
    project: Project, left: str, right: str, recorder: str, note: str = "", now: datetime | None = None
) -> Judged:
    """Two companies are two: no later list joins them, not even by way of a third. Raises NotFound, UsageError."""
    return _pair(project, "different", left, right, recorder, note, now)


def split(
    project: Project, account: str, keys: Sequence[str], recorder: str, note: str = "", now: datetime | None = None
) -> Judged:
    """Take keys out of an account; together they are one of their own. Raises NotFound, UsageError."""
    with project.published() as published:
        made = part(published.reader, account, keys)
    return _recorded(project, made, recorder, note, now)


def undo(project: Project, entry: int, recorder: str, now: datetime | None = None) -> None:
    """Withdraw a judgement: from now on it does not count. Raises NotFound."""
    withdraw(project, LEDGER, entry, recorder, now)


def lineage(project: Project, account: str, field: str | None = None, snapshot: Snapshot | None = None) -> Lineage:
    """Which records make up an account, by which links, and which of them gave each value. Raises NotFound."""
    with project.published(snapshot) as published:
        return where_from(published.reader, published.find(account), published.model.specs["accounts"], field)


def contradicting(folder: Path) -> list[list[dict[str, Any]]]:
    """Judgements in force that contradict each other, those that belong together in one list each; empty when none do.

    The groups of keys are those of the list in force; before there is one, only what was said of the same keys is known.
    """
    if not (folder / STATE).is_dir():
        return []
    with closing(Project.open(folder)) as project:
        if not (entries := _in_force(project)):
            return []
        try:
            with project.published() as published:
                return contradictions(standing(published.reader, entries))
        except NotFound:
            return contradictions(standing(None, entries))


def _pair(
    project: Project, decision: str, left: str, right: str, recorder: str, note: str, now: datetime | None
) -> Judged:
    with project.published() as published:
        made = judge(published.reader, decision, left, right, _in_force(project))
    return _recorded(project, made, recorder, note, now)


def _recorded(project: Project, made: Judgement, recorder: str, note: str, now: datetime | None) -> Judged:
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    rows = tuple({**row, **({"note": note} if note else {})} for row in made.rows)
    with project.workspace.writing(moment):
        written = project.workspace.ledgers.entries.append(
            RECORDED_JUDGEMENTS, rows, recorder, moment.replace(tzinfo=None)
        )
    return Judged(tuple(written), rows, made.notes)


def _in_force(project: Project) -> list[dict[str, Any]]:
    """Judgements that nobody replaced or withdrew, oldest first."""
    history = project.workspace.ledgers.entries.history(RECORDED_JUDGEMENTS)
    kept = ("entry", *RECORDED_JUDGEMENTS.names)
    return [
        {name: row.get(name) for name in dict.fromkeys(kept)}
        for row in history
        if row["replaced_by"] is None and not row["withdraws"]
    ]
