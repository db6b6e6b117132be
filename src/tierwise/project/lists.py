"""Lists as they come about: run, plans that are kept and applied, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pyarrow as pa

from tierwise.core.errors import DataError, NotFound
from tierwise.pipeline.ingest import IngestReport
from tierwise.pipeline.plan.causes import Changes, changes
from tierwise.pipeline.plan.holds import UNREAD, Accepted, Hold
from tierwise.pipeline.plan.keep import KeptPlan, apply_kept, keep_plan, kept_plans
from tierwise.pipeline.plan.make import Plan, standing
from tierwise.pipeline.plan.revert import list_before, not_restored, put_back, tiers_by_account
from tierwise.pipeline.run import Progress
from tierwise.project.project import Project, quiet, today
from tierwise.stores.runs import Snapshot


@dataclass(frozen=True)
class Run:
    """What `run` did: the files that it read, and the list in force. `new` is False when nothing had changed."""

    files: IngestReport
    snapshot: Snapshot
    new: bool


def run(
    project: Project,
    as_of: date | None = None,
    force: bool = False,
    progress: Progress = quiet,
    accepted: Accepted | None = None,
) -> Run:
    """Ingest, plan, apply. Where nothing changed the list in force stands, unless `force` computes it anew.

    Raises CheckFailed where something holds the list back that nobody `accepted`.
    """
    report, refused = _ingest(project, progress, accepted)
    unchanged = None if force or refused else standing(project.model, project.workspace, as_of or today())
    if unchanged is not None:
        return Run(report, unchanged, new=False)
    with project.plan(as_of, progress, force) as plan:
        whole = replace(plan, holds=(*refused, *plan.holds))
        return Run(report, project.apply(whole, accepted=accepted), new=True)


def _ingest(project: Project, progress: Progress, accepted: Accepted | None) -> tuple[IngestReport, tuple[Hold, ...]]:
    """Land what is new. Files that cannot be read stop the run, unless somebody accepts the records landed before them."""
    try:
        return project.ingest(progress=lambda message: progress(message, 0, 0)), ()
    except (DataError, NotFound) as error:
        if not project.runs():
            raise
        if accepted is None:
            going_on = "--accept REASON goes on with the records that were landed before"
            raise type(error)(
                error.message, f"{error.hint.rstrip('.')}; {going_on}" if error.hint else going_on
            ) from error
        return IngestReport(), (Hold(UNREAD, f"the records are those landed before: {error.message}"),)


def changes_of(project: Project, plan: Plan) -> Changes:
    """What a plan changes against the list in force on its day: causes by account, value and hours by tier."""
    return changes(plan, project.model, project.workspace)


def keep(project: Project, plan: Plan, name: str, recorder: str, now: datetime | None = None) -> str:
    """Keep a plan under a name, to be applied later as it is; the name. Raises UsageError when it is taken."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    with project.workspace.writing(moment):
        return keep_plan(plan, project.workspace, name, recorder, moment.replace(tzinfo=None)).name


def plans(project: Project) -> list[KeptPlan]:
    """Every plan that is kept, oldest first, and what became of it."""
    return kept_plans(project.model, project.workspace)


def apply_named(project: Project, name: str, now: datetime | None = None, accepted: Accepted | None = None) -> Snapshot:
    """Publish a plan that was kept, exactly as it is. Raises NotFound, CheckFailed when held back or its inputs changed."""
    moment, found = (now or datetime.now(UTC)).astimezone(UTC), project.workspace.plans.find(name)
    with project.workspace.writing(moment):
        return apply_kept(found, project.model, project.workspace, moment.replace(tzinfo=None), accepted)


def drop_plan(project: Project, name: str, now: datetime | None = None) -> None:
    """Forget a plan that was kept; a list that it made stays. Raises NotFound."""
    with project.workspace.writing((now or datetime.now(UTC)).astimezone(UTC)):
        project.workspace.plans.drop(name)


@dataclass(frozen=True)
class Reverted:
    """What `revert` did: whose list was put back, the new list, its moves, and who could not be put back and why."""

    wanted: Snapshot
    snapshot: Snapshot
    moves: pa.Table
    not_restored: list[dict[str, str]]


def revert(
    project: Project,
    run_id: str | None = None,
    as_of: date | None = None,
    progress: Progress = quiet,
    now: datetime | None = None,
    accepted: Accepted | None = None,
) -> Reverted:
    """Put the list of an earlier run back as a new run, by default the one before the list in force. Raises NotFound.

    Tiers 1 and 2 are those of then, as far as capacity and the hard exits of today allow; nothing is taken out of a ledger.
    """
    then, in_force = project.snapshot(run_id) if run_id else list_before(project.runs()), project.snapshot()
    lists = [
        tiers_by_account(project.read("tiers", where="tier in ('1', '2', 'parked')", snapshot=one))
        for one in (then, in_force)
    ]
    wanted = put_back(then.run_id, *lists)
    with project.plan(as_of or max(today(), in_force.as_of), progress, wanted=wanted) as plan:
        left = not_restored(plan)
        return Reverted(then, project.apply(plan, now, accepted), plan.moves, left)
