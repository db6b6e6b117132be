"""Every chapter of the report in order, one line each: the contents list is this file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tierwise.core.errors import NotFound
from tierwise.interfaces.report.chapters.assessment import readiness_map, research
from tierwise.interfaces.report.chapters.market import alignment, breadth, funnel, motion, waste
from tierwise.interfaces.report.chapters.performance import (
    cohorts,
    equal_win_rates,
    estimates,
    good_customers,
    survival,
    value_map,
    verdicts,
)  # fmt: skip
from tierwise.interfaces.report.chapters.records import audit, method, records
from tierwise.interfaces.report.chapters.segmentation import (
    clusters,
    effort,
    first_tier,
    moves,
    scorecard,
    seats,
    tiers,
)
from tierwise.interfaces.report.listing import Listing

ROOM = "tierwise.interfaces.report."


class Answered(Protocol):
    """What a chapter found; its template shows the rest."""

    @property
    def answer(self) -> str:
        """One sentence; with nothing to show, what to do next. Text in `backticks` is code."""
        ...


@dataclass(frozen=True)
class Chapter:
    """One chapter: its anchor, its heading, and what reads it. The template stands beside the module of `read`."""

    id: str
    title: str
    read: Callable[[Listing], Answered]

    @property
    def template(self) -> str:
        return self.read.__module__.removeprefix(ROOM).replace(".", "/") + ".html.j2"

    def found(self, listing: Listing) -> Answered:
        """What the chapter says of a list; Lacking where the list was made before there was something to read."""
        try:
            return self.read(listing)
        except NotFound as older:
            return Lacking(f"{older.message}. {older.hint}" if older.hint else older.message)


@dataclass(frozen=True)
class Lacking:
    """A chapter that this list cannot fill: `answer` says why, and how to make the list anew."""

    answer: str


@dataclass(frozen=True)
class Part:
    """Chapters that belong together."""

    title: str
    chapters: tuple[Chapter, ...]


CONTENTS: tuple[Part, ...] = (
    Part("Motion and profiles", (
        Chapter("motion", "Is ABM the right motion here?", motion.read),
        Chapter("segments", "Which profiles are worth winning", verdicts.read),
        Chapter("estimates", "The estimates behind the verdicts", estimates.read),
        Chapter("map", "Value against win rate", value_map.read),
        Chapter("equal-win-rates", "Won equally often, not worth the same", equal_win_rates.read),
        Chapter("survival", "How long customers stay", survival.read),
        Chapter("cohorts", "What became of those who began together", cohorts.read),
        Chapter("icp", "The ideal customer profile", good_customers.read),
    )),
    Part("Market", (
        Chapter("funnel", "From the market to the list", funnel.read),
        Chapter("waste", "Where last year's effort went", waste.read),
        Chapter("breadth", "Which segments are too broad to write for", breadth.read),
        Chapter("alignment", "Do the leaders mean the same accounts?", alignment.read),
    )),
    Part("List", (
        Chapter("tiers", "Tiers against capacity", tiers.read),
        Chapter("seats", "Seats: who has them, who is next", seats.read),
        Chapter("tier-1", "Tier 1, with reasons", first_tier.read),
        Chapter("scorecard", "How sure the seats are", scorecard.read),
        Chapter("clusters", "Clusters of tier 2", clusters.read),
        Chapter("readiness", "Who can decide", readiness_map.read),
        Chapter("research", "Whom to ask next", research.read),
        Chapter("effort", "Where effort meets movement", effort.read),
        Chapter("moves", "Moves", moves.read),
    )),
    Part("Records", (
        Chapter("audit", "Can the records be trusted?", audit.read),
        Chapter("records", "What was read", records.read),
        Chapter("method", "How it was computed", method.read),
    )),
)  # fmt: skip
CHAPTERS: tuple[Chapter, ...] = tuple(chapter for part in CONTENTS for chapter in part.chapters)
