"""Whether the records can be trusted: what repairs would do to a list, and whether other tools hold the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tierwise.pipeline.audit.audience import Audience, Audiences
from tierwise.pipeline.audit.audience import audiences as compare
from tierwise.pipeline.audit.planted import Score
from tierwise.pipeline.audit.planted import planted as find_planted
from tierwise.pipeline.audit.price import Prices, price
from tierwise.pipeline.run import Progress
from tierwise.project.project import Project, quiet
from tierwise.stores.runs import Snapshot

__all__ = ["Audience", "audiences", "planted", "prices"]


def prices(
    project: Project, snapshot: Snapshot | None = None, draws: int | None = None, progress: Progress = quiet
) -> Prices:
    """What repairing each defect of the records would do to a published list, over draws of what they may say then."""
    return price(project.model, project.workspace, snapshot or project.snapshot(), draws, progress)


def audiences(project: Project, files: Mapping[str, Path], snapshot: Snapshot | None = None) -> Audiences:
    """Whether other tools hold the same list: their exports, by the name of the tool, beside tiers 1 and 2."""
    return compare(project.model, project.workspace, snapshot or project.snapshot(), files)


def planted(seeds: Sequence[int], accounts: int, rate: float, progress: Progress = quiet) -> list[Score]:
    """Whether the audit finds the defects planted into simulated companies of some seeds, and nothing else."""
    return find_planted(seeds, accounts, rate, progress)
