"""What job titles say: of people, and of titles that somebody labelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tierwise.core.errors import NotFound
from tierwise.stages.accounts.titles.parser import parse
from tierwise.stages.accounts.titles.quality import Reading, read_labels, readings
from tierwise.stages.accounts.titles.titles import TitlesSpec


def read_titles(titles: Sequence[str]) -> list[dict[str, Any]]:
    """What each title says, as in the table `titles`."""
    found = [(title, parse(title)) for title in titles]
    return [
        {
            "title": title, "function": read.function, "seniority": read.seniority, "seniority_small": read.small,
            "seniority_large": read.large, "confidence": read.confidence, "language": read.language or None,
        }
        for title, read in found
    ]  # fmt: skip


def title_quality(labels: Path, spec: TitlesSpec | None = None) -> list[Reading]:
    """How well labelled titles are read, per language. Raises NotFound without the file, DataError for a bad line."""
    if not labels.is_file():
        raise NotFound(f"no file {labels}", "a CSV with the columns language, title, function, seniority")
    return readings(read_labels(labels), (spec or TitlesSpec()).large_from)
