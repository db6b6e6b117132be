"""Every condition of the model file with the columns that it may name, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tierwise.core.errors import Problem, near_miss
from tierwise.core.table import BOOLEAN, DATE, TEXT, TIMESTAMP
from tierwise.core.vocabulary import VERDICTS
from tierwise.model.checks import names_in
from tierwise.model.model import Model
from tierwise.model.problems import problem_at
from tierwise.model.yaml import Document, KeyPath, show_path
from tierwise.sql.predicates import Scope, check_predicate
from tierwise.stages.accounts import contradictions
from tierwise.stages.assessment import fit, signals
from tierwise.stages.market import targets
from tierwise.stages.segmentation import segments

NOT_NUMBERS = (TEXT, BOOLEAN, DATE, TIMESTAMP)
FIXED_VALUES = {"verdict": VERDICTS}
QUOTED = re.compile(r"'([^']*)'")
COMPARED = re.compile(
    r"\b(?P<column>segment|verdict)\s*(?:=|<>|!=|\bnot\s+in\b|\bin\b)\s*(?P<values>'[^']*'|\([^()]*\))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Condition:
    """One condition: where it stands in the file, its text, and its scope."""

    path: KeyPath
    text: str
    scope: Scope


def conditions(model: Model, document: Document) -> Iterator[Condition]:
    """The conditions as the file writes them, those of wrong entries too, section by section."""
    of_accounts, of_events, of_fit = segments.scope(model.columns), signals.scope(), fit.scope(model.columns)
    of_targets = targets.scope(model.columns)
    for section, scope in (("segments", of_accounts), ("signals", of_events), ("targets", of_targets)):
        for name, entry in _entries(document, (section,)):
            yield from _texts(entry, (section, name), "where", scope)
    if isinstance(entry := document.data.get("contradictions"), dict):
        yield from _texts(entry, ("contradictions",), "former_customer", contradictions.account_scope(model.columns))
        yield from _texts(entry, ("contradictions",), "leaving_event", contradictions.event_scope())
    for name, criterion in _entries(document, _criteria(document)):
        path = (*_criteria(document), name, "score")
        if isinstance(scores := criterion.get("score"), dict):
            for score in scores:
                yield from _texts(scores, path, score, of_fit)


def _entries(document: Document, path: KeyPath) -> Iterator[tuple[str, dict[str, Any]]]:
    """The groups of lines below a path, by name."""
    below = document.data
    for part in path:
        below = below.get(part) if isinstance(below, dict) else None
    for name, entry in below.items() if isinstance(below, dict) else ():
        if isinstance(entry, dict):
            yield name, entry


def _texts(entry: dict[str, Any], path: KeyPath, name: str, scope: Scope) -> Iterator[Condition]:
    if isinstance(text := entry.get(name), str):
        yield Condition((*path, name), text, scope)


def _criteria(document: Document) -> KeyPath:
    """Where the criteria stand: below `fit` itself, or below its `criteria`."""
    below = document.data.get("fit")
    return ("fit", "criteria") if isinstance(below, dict) and "criteria" in below else ("fit",)


def condition_problems(model: Model, document: Document) -> Iterator[Problem]:
    """What is wrong with the conditions, at the line and column of the word that is wrong."""
    for condition in conditions(model, document):
        path, text = condition.path, condition.text
        found = check_predicate(text, condition.scope)
        for problem in found:
            yield _problem(document, path, problem.offset, problem.message, problem.hint)
        if not found:
            yield from _unknown_values(document, condition)
    yield from _scale_problems(model, document)


def _unknown_values(document: Document, condition: Condition) -> Iterator[Problem]:
    """Values that a column can never have: a segment that the model lacks, a verdict that there is not."""
    for comparison in COMPARED.finditer(condition.text):
        column = comparison["column"].lower()
        known = names_in(document, "segments") if column == "segment" else FIXED_VALUES[column]
        for value in QUOTED.finditer(comparison["values"]):
            if value[1] not in known:
                message = f"there is no {column} '{value[1]}'"
                hint = near_miss(value[1], known) or f"known: {', '.join(known)}"
                offset = comparison.start("values") + value.start(1)
                yield _problem(document, condition.path, offset, message, hint)


def _scale_problems(model: Model, document: Document) -> Iterator[Problem]:
    columns = fit.scope(model.columns).columns
    for name, criterion in model.fit.criteria.items():
        if criterion.scale is None:
            continue
        path, column = (*_criteria(document), name, "scale", "column"), criterion.scale.column
        if column not in columns:
            hint = near_miss(column, columns) or f"known here: {', '.join(sorted(columns))}"
            yield problem_at(document, path, f"there is no column '{column}' here", hint)
        elif columns[column][1] in NOT_NUMBERS:
            message = f"a score grows with a number, '{column}' is {columns[column][1].lower()}"
            yield problem_at(document, path, message, "use `score` with conditions for it")


def _problem(document: Document, path: KeyPath, offset: int | None, message: str, hint: str) -> Problem:
    place = document.place(path) if offset is None else document.place_in_text(path, offset)
    file, line, column = place if place else ("", None, None)
    return Problem(message, hint, file, line, column, show_path(path))
