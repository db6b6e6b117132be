"""What a report says: the head of one published list, and what each chapter found. No decisions, no rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report.contents import CHAPTERS, Answered
from tierwise.interfaces.report.listing import open_list
from tierwise.project import Project


@dataclass(frozen=True)
class Content:
    """Everything on the page. `found`: what each chapter found, by its anchor."""

    company: str
    currency: str
    run_id: str
    as_of: str
    published: str
    marks: tuple[str, ...]
    accepted: tuple[Mapping[str, str], ...]
    found: Mapping[str, Answered]


def gather(project: Project, run_id: str | None = None, prices: Any = None) -> Content:
    """The content of one published list; the one in force by default. Raises NotFound without any.

    `prices` are what repairs of its records would do to it (`project.prices`).
    """
    with open_list(project, run_id, prices) as listing:
        snapshot = listing.published.snapshot
        return Content(
            company=listing.model.company,
            currency=listing.currency,
            run_id=snapshot.run_id,
            as_of=snapshot.as_of.isoformat(),
            published=f"{snapshot.published_at:%Y-%m-%d %H:%M} UTC",
            marks=snapshot.marks,
            accepted=snapshot.accepted,
            found={chapter.id: chapter.found(listing) for chapter in CHAPTERS},
        )
