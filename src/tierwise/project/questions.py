"""What is asked of a published list or of simulated companies, beyond reading its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tierwise.core.errors import NotFound, UsageError, near_miss
from tierwise.engines.registry import dialect_of
from tierwise.model.form import TEMPLATE, load_form
from tierwise.model.model import Model
from tierwise.pipeline.acceptance import WORLDS, Outcome
from tierwise.pipeline.acceptance import acceptance as play_worlds
from tierwise.pipeline.align import Alignment
from tierwise.pipeline.discover import Discovery, search
from tierwise.pipeline.explain.retired import Gone
from tierwise.pipeline.read import Published
from tierwise.pipeline.run import Progress, step_named, step_sql
from tierwise.project.project import Project, quiet, today
from tierwise.stores.runs import Snapshot


def discover(
    project: Project,
    as_of: date | None = None,
    target: str | None = None,
    depth: int | None = None,
    progress: Progress = quiet,
) -> Discovery:
    """Profiles whose customers did better or worse than the others, beyond chance, from a published snapshot."""
    return search(project.model, project.workspace, project.snapshot(as_of=as_of), target, depth, progress)


def align(project: Project, form: Path | None = None, snapshot: Snapshot | None = None) -> Alignment:
    """The targets of the leaders, compared on a snapshot: those of a form, or those that the model declares today.

    Raises NotFound where there are none, ModelError with every problem of the form.
    """
    targets = project.model.targets if form is None else load_form(project.folder, form)
    if not targets:
        hint = "tierwise align --template > targets.yaml, fill it in, then: tierwise align targets.yaml"
        raise NotFound("the model declares no targets", hint)
    with Published(project.model, project.workspace, snapshot or project.snapshot(), targets) as published:
        return published.align()


def retired(
    project: Project, limit: int | None = None, snapshot: Snapshot | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """How many accounts were on a list and do not qualify any more as of a snapshot, and the latest of them."""
    with project.published(snapshot) as published:
        return published.retired(limit)


def gone(project: Project, account: str, snapshot: Snapshot | None = None) -> Gone | None:
    """A retired account that left the records, by its id or domain; None where there is none of that name."""
    with project.published(snapshot) as published:
        return published.gone(account)


def form_template() -> str:
    """A form for the leaders' targets, to fill in."""
    return TEMPLATE


def sql(model: Model, step: str, engine: str | None = None, as_of: date | None = None) -> str:
    """The SQL text that an engine would get for a step. Raises UsageError when no such step runs as SQL."""
    found = step_named(step)
    if found is None or found.in_memory:
        known = [name for name in model.dictionary if (other := step_named(name)) and not other.in_memory]
        raise UsageError(f"no step '{step}' that runs as SQL", near_miss(step, known) or f"known: {', '.join(known)}")
    return step_sql(found, model.specs, model.dictionary, as_of or today(), dialect_of(engine or model.engine))


def worlds() -> tuple[str, ...]:
    """The simulated worlds, the reference first."""
    return tuple(WORLDS)


def acceptance(
    of: Sequence[str], seeds: Sequence[int], accounts: int, seats: int, jobs: int = 1, progress: Progress = quiet
) -> list[Outcome]:
    """Do the claims of the method hold in some worlds, over companies of some seeds? One outcome per claim."""
    return play_worlds(of, seeds, accounts, seats, jobs, progress)
