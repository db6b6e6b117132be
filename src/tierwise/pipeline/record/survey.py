"""A filled survey sheet as findings: one column per question becomes one row per answer, and what was not asked is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tierwise.core.vocabulary import DIMENSIONS

Texts = Mapping[str, Sequence[str | None]]

QUOTE = "_quote"
# What a sheet holds for whoever fills it in, and no ledger keeps.
FOR_PEOPLE = ("name", "question")


def is_sheet(names: Sequence[str]) -> bool:
    """Whether a file with these headings is a survey sheet and not plain rows of evidence."""
    return "question" in names or ("dimension" not in names and any(d in names for d in DIMENSIONS))


def findings(given: Texts, lines: Sequence[int]) -> tuple[dict[str, list[str | None]], list[int]]:
    """The answered rows of a sheet by column, and the lines where they stand.

    A wide sheet has a column for each dimension, and one for what was said about it where its name ends in `_quote`.
    """
    wide = "dimension" not in given
    asked = [d for d in DIMENSIONS if d in given] if wide else [""]
    own = [name for name in given if name not in FOR_PEOPLE and not (wide and name.removesuffix(QUOTE) in DIMENSIONS)]
    names = [*own, *(("dimension", "answer", "quote") if wide else ())]
    found: dict[str, list[str | None]] = {name: [] for name in names}
    kept = []
    for place, line in enumerate(lines):
        for dimension in asked:
            answer = given[dimension or "answer"][place] if (dimension or "answer") in given else None
            if not (answer or "").strip():
                continue
            quotes = given.get(dimension + QUOTE)
            more = (
                {"dimension": dimension, "answer": answer, "quote": quotes[place] if quotes else None} if wide else {}
            )
            for name in names:
                found[name].append(more[name] if name in more else given[name][place])
            kept.append(line)
    return found, kept
