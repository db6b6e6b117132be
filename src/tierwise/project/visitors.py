"""How events without a known person found their accounts, as far as a list knows."""

from __future__ import annotations

from tierwise.pipeline.explain.visitors import Visitors, Way
from tierwise.project.project import Project
from tierwise.stores.runs import Snapshot

__all__ = ["Visitors", "Way", "visitors"]


def visitors(project: Project, snapshot: Snapshot | None = None) -> Visitors:
    """By which ways events found their accounts, how sure each is, and how often it was right about known people."""
    with project.published(snapshot) as published:
        return published.visitors()
