"""What a run leaves on the screen: its list, read through the chapters of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.interfaces.report.chapters.market import funnel
from tierwise.interfaces.report.chapters.performance import verdicts
from tierwise.interfaces.report.chapters.records import records
from tierwise.interfaces.report.chapters.segmentation import first_tier, moves, tiers
from tierwise.interfaces.report.listing import open_list
from tierwise.project import Project


@dataclass(frozen=True)
class Shown:
    """The head of a list and the chapters that a screen has room for."""

    company: str
    currency: str
    run_id: str
    as_of: str
    marks: tuple[str, ...]
    accepted: tuple[Mapping[str, str], ...]
    funnel: funnel.Funnel
    tiers: tiers.Tiers
    first_tier: first_tier.FirstTier
    verdicts: verdicts.Verdicts
    moves: moves.Moves
    records: records.Records


def read_list(project: Project, run_id: str) -> Shown:
    """One published list."""
    with open_list(project, run_id) as listing:
        snapshot = listing.published.snapshot
        return Shown(
            company=listing.model.company,
            currency=listing.currency,
            run_id=snapshot.run_id,
            as_of=snapshot.as_of.isoformat(),
            marks=snapshot.marks,
            accepted=snapshot.accepted,
            funnel=funnel.read(listing),
            tiers=tiers.read(listing),
            first_tier=first_tier.read(listing),
            verdicts=verdicts.read(listing),
            moves=moves.read(listing),
            records=records.read(listing),
        )
