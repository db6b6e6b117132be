"""How well are titles read? Against titles that somebody labelled by hand, per language."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tierwise.core.errors import DataError, near_miss
from tierwise.core.vocabulary import FUNCTIONS, SENIORITIES
from tierwise.stages.accounts.titles.parser import parse

COLUMNS = ("language", "title", "function", "seniority")


@dataclass(frozen=True)
class Labelled:
    """A title with what a person says it means; employees where the meaning depends on the size."""

    language: str
    title: str
    function: str
    seniority: str
    employees: int | None = None


@dataclass(frozen=True)
class Reading:
    """How the labelled titles of one language were read.

    Macro-F1: the mean over the labels that occur, each weighing the same (1.0: all right). `abstained` is the share of titles
    of which nothing was understood, `language_found` the share whose language was told. `wrong` holds title, label, reading.
    """

    language: str
    titles: int
    function_f1: float
    seniority_f1: float
    abstained: float
    language_found: float
    wrong: tuple[tuple[str, str, str], ...]


def read_labels(file: Path) -> list[Labelled]:
    """Labelled titles of a CSV file with the columns language, title, function, seniority and, if wanted, employees.

    Raises DataError, with the line, for what is missing or no word of ours.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise DataError(f"{file}: no column '{missing[0]}'", f"the heading must have {', '.join(COLUMNS)}")
        found = []
        for row in reader:
            for name, known in (("function", FUNCTIONS), ("seniority", SENIORITIES)):
                if row[name] not in known:
                    said = f"{file}, line {reader.line_num}: '{row[name]}' is no {name}"
                    raise DataError(said, near_miss(row[name] or "", known) or f"one of: {', '.join(known)}")
            size = row.get("employees") or ""
            if size and not size.isdigit():
                raise DataError(
                    f"{file}, line {reader.line_num}: '{size}' is no number of employees", "write digits only"
                )
            found.append(
                Labelled(row["language"], row["title"], row["function"], row["seniority"], int(size) if size else None)
            )
    if not found:
        raise DataError(f"{file} has no titles", "one title a line, below the heading")
    return found


def readings(labelled: Sequence[Labelled], large_from: int) -> list[Reading]:
    """How each language's titles are read, in alphabetical order of the languages."""
    languages = sorted({one.language for one in labelled})
    return [_reading(name, [one for one in labelled if one.language == name], large_from) for name in languages]


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Mean F1 over the labels that occur, from (label, reading) pairs; a reading that nobody labelled only costs precision."""
    given = list(pairs)
    labels = sorted({label for label, _ in given})
    scores = []
    for label in labels:
        right = sum(a == label and b == label for a, b in given)
        said = sum(a == label for a, _ in given) + sum(b == label for _, b in given)
        scores.append(2 * right / said)
    return sum(scores) / len(scores)


def _reading(language: str, labelled: Sequence[Labelled], large_from: int) -> Reading:
    functions, seniorities, wrong, abstained, told = [], [], [], 0, 0
    for one in labelled:
        read = parse(one.title)
        level = read.seniority if one.employees is None else read.large if one.employees >= large_from else read.small
        functions.append((one.function, read.function))
        seniorities.append((one.seniority, level))
        abstained += read.confidence == 0
        told += read.language == one.language
        if (one.function, one.seniority) != (read.function, level):
            wrong.append((one.title, f"{one.function}, {one.seniority}", f"{read.function}, {level}"))
    n = len(labelled)
    return Reading(language, n, macro_f1(functions), macro_f1(seniorities), abstained / n, told / n, tuple(wrong))
