"""What people say and decide: the ledgers, and the scorecard made with sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from tierwise.core.errors import NotFound, UsageError
from tierwise.core.table import Column
from tierwise.pipeline.plan.make import Plan
from tierwise.pipeline.record import (
    Given,
    Recording,
    Traces,
    fields,
    given_rows,
    ledger_named,
    not_yet,
    spoken,
    timely,
    unreadable,
    with_accounts,
)
from tierwise.pipeline.record import erase as take_out
from tierwise.pipeline.record import traces as stands_in
from tierwise.pipeline.run import Progress
from tierwise.pipeline.scorecard.agreement import Calibration, in_force
from tierwise.pipeline.scorecard.criteria import DraftCriterion, fragment, said
from tierwise.pipeline.scorecard.proposal import Proposal, comparable, proposal, wanted_days
from tierwise.pipeline.scorecard.sample import Sheet, sheets
from tierwise.project.project import Project, quiet
from tierwise.stages.assessment import fit
from tierwise.stores.runs import Snapshot
from tierwise.tables.ledgers import LEDGERS


def record(
    project: Project,
    ledger: str,
    given: Given,
    recorder: str,
    now: datetime | None = None,
    known_on: date | None = None,
    replaces: int | None = None,
) -> Recording:
    """Append what people said or decided to a ledger: rows of fields, or of a file; all or none.

    A file may be read again: findings that an entry in force says word for word are not written twice.
    `known_on` is the day since when the company knows it, today by default. Raises ModelError with every problem.
    """
    table, moment = ledger_named(ledger), (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
    if known_on is not None and known_on > moment.date():
        raise UsageError(f"{known_on} is yet to come", "give the day since when the company knows it")
    rows, unused = given_rows(table, given)
    rows = spoken(table, rows)
    doubts = unreadable(rows, fit.scope(project.model.columns))
    notes = (*doubts, *dict.fromkeys(text for row in rows for text in row.taken), *timely(rows, moment))
    with project.published() as published:
        placed = with_accounts(rows, published.find)
    known = datetime.combine(known_on, time()) if known_on and known_on < moment.date() else moment
    journal = project.workspace.ledgers.entries
    with project.workspace.writing(moment.replace(tzinfo=UTC)):
        fresh, again = not_yet(table, placed, journal.history(table)) if isinstance(given, Path) else (placed, ())
        entries = journal.append(table, fresh, recorder, moment, known, replaces)
    return Recording(ledger, tuple(entries), unused, (*notes, *again))


def withdraw(project: Project, ledger: str, entry: int, recorder: str, now: datetime | None = None) -> Recording:
    """Take back an entry of a ledger from now on; lists of earlier days still see it. Raises NotFound."""
    table, moment = ledger_named(ledger), (now or datetime.now(UTC)).astimezone(UTC)
    with project.workspace.writing(moment):
        taken = project.workspace.ledgers.entries.withdraw(table, entry, recorder, moment.replace(tzinfo=None))
    return Recording(ledger, (taken,))


def traces(project: Project, respondent: str) -> Traces:
    """Where a respondent is named. Raises NotFound where nowhere."""
    return stands_in(project.workspace, respondent)


def erase(project: Project, respondent: str, now: datetime | None = None) -> tuple[Traces, str]:
    """Take a respondent out of the ledger, the landed files and every published list; where that was, and the pseudonym."""
    with project.workspace.writing((now or datetime.now(UTC)).astimezone(UTC)):
        found = stands_in(project.workspace, respondent)
        return found, take_out(project.workspace, found)


def recorded(project: Project, ledger: str) -> list[dict[str, Any]]:
    """Every entry of a ledger, oldest first: those that later ones replaced or withdrew, too."""
    return project.workspace.ledgers.entries.history(ledger_named(ledger))


def ledgers() -> dict[str, tuple[Column, ...]]:
    """What can be recorded: each ledger with the fields that a person gives."""
    return {name: fields(table) for name, table in LEDGERS.items()}


def rating_sheets(
    project: Project, raters: Sequence[str], size: int, seed: int, snapshot: Snapshot | None = None
) -> list[Sheet]:
    """A blind sheet for each rater: the same accounts, drawn from segments x tiers x thirds of fit, in orders of their own."""
    with project.published(snapshot) as published:
        return list(sheets(published.sample(size, seed), raters, seed))


def calibrate(project: Project, snapshot: Snapshot | None = None) -> Calibration:
    """Raters against each other, then the model against them. Raises NotFound before anybody rated anything."""
    ratings = in_force(recorded(project, "rating"))
    if not ratings:
        hint = "tierwise calibrate --sheets DIR --raters ann,ben, and after they rated: tierwise calibrate --read FILE"
        raise NotFound("nobody has rated an account yet", hint)
    with project.published(snapshot) as published:
        return published.calibration(ratings)


def propose(project: Project, look_back: int = 0, progress: Progress = quiet) -> Proposal:
    """Weights that won and lost deals suggest, from lists published as of days before the deals began. Advice only.

    `look_back` publishes the missing lists of that many quarters first. Raises CheckFailed with too few won deals.
    """
    spec, horizon = project.model.fit, project.model.win_rate.window_days or 365
    with project.published() as published:
        found = published.deals(horizon)
    dated = {
        snapshot.as_of: snapshot for snapshot in project.runs() if comparable(project.model_of(snapshot).fit, spec)
    }
    for day in wanted_days(found, look_back):
        if day not in dated:
            progress(f"list of {day}", 0, 0)
            with project.plan(day, progress) as plan:
                dated[day] = project.apply(plan)

    def scores_on(day: date, accounts: Sequence[str]) -> dict[tuple[str, str], float]:
        with project.published(dated[day]) as published:
            return published.scores(accounts)

    return proposal(spec, found, sorted(dated), scores_on, horizon)


@contextmanager
def plan_with_weights(
    project: Project, weights: Mapping[str, float], as_of: date | None = None, progress: Progress = quiet
) -> Iterator[Plan]:
    """What a model with other weights would change. It is a plan to look at: the model file stays as it is."""
    changed = Project(project.folder, project.model.with_weights(weights), project.data)
    with closing(changed), changed.plan(as_of, progress) as plan:
        yield plan


def draft_criteria(project: Project, snapshot: Snapshot | None = None) -> tuple[list[DraftCriterion], str]:
    """What sellers said as draft criteria, checked against deals, and as a section of the model. Raises NotFound."""
    entries = said(recorded(project, "criterion"))
    if not entries:
        hint = "tierwise criteria --form asks a seller; tierwise criteria --template > workshop.csv is for several"
        raise NotFound("no seller has said anything yet", hint)
    with project.published(snapshot) as published:
        made = published.criteria(entries)
    return made, fragment(made)
