"""Record what people said and decided: fields or a file become rows of a ledger, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.connectors.sources.files.confined.reader import read_confined
from tierwise.connectors.sources.files.mapping import plain_name
from tierwise.connectors.sources.files.reading import load_bytes
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.values import Format, cast_column
from tierwise.core.errors import DataError, ModelError, NotFound, Problem, near_miss
from tierwise.core.table import TEXT, Column, Table
from tierwise.pipeline.record.survey import findings, is_sheet
from tierwise.sql.predicates import Scope, check_predicate
from tierwise.tables.ledgers import (
    LEDGERS,
    RECORDED,
    RECORDED_COMMITMENTS,
    RECORDED_CRITERIA,
    RECORDED_EVIDENCE,
    RECORDED_RATINGS,
)

ACCOUNT = Column("account", TEXT, "the account: its id, domain or name", required=True)
MOST_RATING = 5
# Ledgers whose rows stand side by side; in the others the last row about an account speaks, so a repeated one may be meant.
STANDING = {RECORDED_EVIDENCE.name, RECORDED_CRITERIA.name}
ZONES = timedelta(days=1)  # somewhere it is tomorrow already
OWN = {column.name for column in RECORDED}


# One row of fields, several, or a file.
Given = Mapping[str, str] | Sequence[Mapping[str, str]] | Path


@dataclass(frozen=True)
class Row:
    """One row to record: typed values by field, where it stands in a file, and which words were taken to mean another."""

    values: Mapping[str, Any]
    file: str = ""
    line: int | None = None
    taken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recording:
    """What was recorded: the numbers of the new rows, headings of the file that no column took, what the recorder must know."""

    ledger: str
    entries: tuple[int, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def ledger_named(name: str) -> Table:
    """The table of a ledger. Raises NotFound with the near miss."""
    if name not in LEDGERS:
        raise NotFound(f"there is no ledger '{name}'", near_miss(name, LEDGERS) or f"one of: {', '.join(LEDGERS)}")
    return LEDGERS[name]


def fields(table: Table) -> tuple[Column, ...]:
    """What a person gives for a row: the table's own columns, an account by any of its names."""
    return tuple(ACCOUNT if c.name == "account_id" else c for c in table.columns if c.name not in OWN)


def given_rows(table: Table, given: Given) -> tuple[list[Row], tuple[str, ...]]:
    """The rows that are given as fields or in a file, and the headings that no field took. Raises every problem at once."""
    if isinstance(given, Path):
        return _of_file(table, given)
    rows = [given] if isinstance(given, Mapping) else list(given)
    problems = [problem for row in rows for problem in _unknown(table, row)]
    texts = {column.name: [row.get(column.name) for row in rows] for column in fields(table)}
    return _parsed(table, texts, (None,) * len(rows), "", problems), ()


def with_accounts(rows: Sequence[Row], find: Callable[[str], str]) -> list[dict[str, Any]]:
    """Rows with the account_id of the account that each names. Raises ModelError with every account that is not there."""
    if not any("account" in row.values for row in rows):
        return [dict(row.values) for row in rows]
    found: dict[str, str] = {}
    problems = []
    for row in rows:
        wanted = row.values["account"]
        try:
            found[wanted] = found.get(wanted) or find(wanted)
        except NotFound as error:
            problems.append(Problem(error.message, error.hint, row.file, row.line))
    if problems:
        raise ModelError(problems)
    own = [{name: value for name, value in row.values.items() if name != "account"} for row in rows]
    return [{"account_id": found[row.values["account"]], **values} for row, values in zip(rows, own, strict=True)]


def not_yet(
    table: Table, rows: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], tuple[str, ...]]:
    """The rows of a file that no entry in force says word for word, and a note on those that one does."""
    if table.name not in STANDING:
        return list(rows), ()
    names = [column.name for column in table.columns if column.name not in OWN]
    there = {
        _content(row, names): row["entry"] for row in history if not row["withdraws"] and row["replaced_by"] is None
    }
    again = [entry for row in rows if (entry := there.get(_content(row, names))) is not None]
    fresh = [row for row in rows if _content(row, names) not in there]
    some = ", ".join(str(entry) for entry in again[:5]) + (", ..." if len(again) > 5 else "")
    told = (f"{len(again)} of {len(rows)} rows are on record already, word for word (entries {some})",) if again else ()
    return fresh, told


def _content(row: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def timely(rows: Sequence[Row], moment: datetime) -> tuple[str, ...]:
    """What has expired before it is recorded, a sentence each. Raises ModelError for what has not happened yet."""
    ahead = [row for row in rows if (told := row.values.get("observed_at")) is not None and told > moment + ZONES]
    if ahead:
        said = [f"observed_at {row.values['observed_at']:%Y-%m-%d} is yet to come" for row in ahead]
        raise ModelError([Problem(text, "", row.file, row.line) for row, text in zip(ahead, said, strict=True)])
    past = [day for row in rows if (day := row.values.get("expires_on")) is not None and day < moment.date()]
    return tuple(f"it expired on {day}: no list from today on counts it" for day in past)


def _of_file(table: Table, path: Path) -> tuple[list[Row], tuple[str, ...]]:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "give the path of a CSV, Excel or JSON-lines file")
    try:
        content = read_confined(load_bytes(path), FileTable(file=path.name))
    except DataError as error:
        raise DataError(
            f"{path}: {error.message}", "its first line names fields; `tierwise record LEDGER` lists them"
        ) from error
    problems = [Problem(refused.message, file=str(path), line=refused.line) for refused in content.refused]
    known = {column.name for column in fields(table)}
    named = {plain_name(heading): heading for heading in content.table.column_names}
    texts = {n: content.table[heading].cast(pa.string()).to_pylist() for n, heading in named.items()}
    lines = [int(line) for line in content.lines]
    if table is RECORDED_EVIDENCE and is_sheet(list(texts)):
        texts, lines = findings(texts, lines)
        if not lines and not problems:
            raise NotFound(f"{path} has no answers yet", "fill in the column `answer`, or one column per question")
    given = {name: column for name, column in texts.items() if name in known}
    return _parsed(table, given, lines, str(path), problems), tuple(named[n] for n in texts if n not in known)


def _parsed(
    table: Table, given: Mapping[str, list[str | None]], lines: Sequence[int | None], file: str, problems: list[Problem]
) -> list[Row]:
    """Typed rows from texts by field. Raises ModelError with every problem, those that were found before included."""
    columns: dict[str, list[Any]] = {}
    for column in fields(table):
        texts = given.get(column.name) or [None] * len(lines)
        cast = cast_column(pa.chunked_array([pa.array(texts, pa.string())]), column, Format())
        columns[column.name] = cast.values.to_pylist()
        for line, text, bad in zip(lines, texts, cast.bad.tolist(), strict=True):
            if bad:
                hint = near_miss(text or "", column.values)
                problems.append(Problem(f"{column.name} {text!r} is not {cast.expected}", hint, file, line))
            elif column.required and not (text or "").strip():
                problems.append(Problem(f"{column.name} is missing: {column.meaning}", file=file, line=line))
    rows = [
        Row(values, file, line, _taken(table, values, {name: texts[place] for name, texts in given.items()}))
        for place, (line, *told) in enumerate(zip(lines, *columns.values(), strict=True))
        for values in [dict(zip(columns, told, strict=True))]
    ]
    for row in rows if not problems else ():
        problems += [Problem(said, file=file, line=row.line) for said in CHECKS.get(table.name, _nothing)(row.values)]
    if problems:
        raise ModelError(problems)
    return rows


def _taken(table: Table, values: Mapping[str, Any], texts: Mapping[str, str | None]) -> tuple[str, ...]:
    """Words that were taken to mean another one of the ledger: `maybe` is unknown."""
    words = [(c.name, (texts.get(c.name) or "").strip(), values[c.name]) for c in fields(table) if c.values]
    return tuple(
        f"{name} {text!r} is taken as {value}" for name, text, value in words if text and text.lower() != value
    )


def unreadable(rows: Sequence[Row], scope: Scope) -> tuple[str, ...]:
    """Conditions that no column of the records answers, a sentence each: what was said is kept, and can be corrected."""
    found = [
        Problem(f"condition {condition!r} cannot be read: {problem.message}", problem.hint, row.file, row.line)
        for row in rows
        if (condition := row.values.get("condition"))
        for problem in check_predicate(condition, scope)[:1]
    ]
    return tuple(str(problem) for problem in found)


def spoken(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows that say something: an account that a rater left out of a sheet is not rated, which is no rating of 0."""
    return [row for row in rows if table.name != RECORDED_RATINGS.name or row.values["rating"] is not None]


def _nothing(values: Mapping[str, Any]) -> Iterator[str]:
    return iter(())


def _commitment(values: Mapping[str, Any]) -> Iterator[str]:
    """What a promise must say: how much, founded on what, and what ends it."""
    if values["action"] == "start":
        for name in ("budget_hours", "exit_criteria", "evidence"):
            if values[name] in (None, ""):
                yield f"{name} is missing: a commitment starts with hours, exit criteria and evidence"
    if values["ends_on"] is not None and values["ends_on"] < values["starts_on"]:
        yield f"it ends on {values['ends_on']}, before it starts on {values['starts_on']}"
    if values["budget_hours"] is not None and values["budget_hours"] <= 0:
        yield f"budget_hours {values['budget_hours']:g} is no promise"


def _rating(values: Mapping[str, Any]) -> Iterator[str]:
    if values["rating"] is not None and not 0 <= values["rating"] <= MOST_RATING:
        yield f"rating {values['rating']} is not between 0 and {MOST_RATING}"


# What the fields of one row must say together, by table.
CHECKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    RECORDED_COMMITMENTS.name: _commitment,
    RECORDED_RATINGS.name: _rating,
}


def _unknown(table: Table, given: Mapping[str, str]) -> Iterator[Problem]:
    known = [column.name for column in fields(table)]
    for name in given:
        if name not in known:
            yield Problem(f"there is no field '{name}'", near_miss(name, known) or f"one of: {', '.join(known)}")
