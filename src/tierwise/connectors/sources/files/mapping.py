"""Which heading of a file is which column of the dictionary: as declared, else by having its very name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.connectors.source import SourceTable
from tierwise.connectors.sources.files.addresses.columns import HEADINGS, RANGES
from tierwise.core.errors import near_miss
from tierwise.core.table import Table
from tierwise.tables.landing import COMPUTED, LANDED

NOT_MAPPED = frozenset(column.name for column in LANDED) | COMPUTED


@dataclass(frozen=True)
class Resolution:
    """Column -> heading for one file, what is wrong with the declaration, and headings that nothing uses."""

    columns: Mapping[str, str]
    problems: tuple[str, ...]
    unused: tuple[str, ...]


def resolve(headings: Sequence[str], table: Table, spec: SourceTable, shared: Mapping[str, str]) -> Resolution:
    """Match headings with columns. `shared` is the model's mapping for this kind; the table's own wins."""
    declared = {**shared, **spec.columns}
    problems = [_unknown_column(name, table) for name in (*declared, *spec.constants) if not _may_map(name, table)]
    columns: dict[str, str] = {}
    for name, heading in declared.items():
        if name in spec.constants or not _may_map(name, table):
            continue
        if heading in headings:
            columns[name] = heading
        else:
            problems.append(_missing_heading(name, heading, headings))
    taken = set(columns.values())
    for heading in headings:
        name = plain_name(heading)
        free = name not in declared and name not in spec.constants and heading not in taken
        if free and _may_map(name, table) and name not in columns:
            columns[name] = heading
    if table.name == RANGES:
        columns |= _of_ranges(headings, {*columns, *declared, *spec.constants}, {*columns.values()})
    problems += _ambiguous(headings, table, columns, spec, declared)
    if spec.known_at is not None and spec.known_at not in headings:
        problems.append(_missing_heading("known_at", spec.known_at, headings))
    problems += _incomplete(table, columns, spec, declared)
    used = set(columns.values()) | {spec.known_at}
    return Resolution(columns, tuple(problems), tuple(h for h in headings if h not in used))


def _of_ranges(headings: Sequence[str], named: set[str], taken: set[str]) -> dict[str, str]:
    """Headings of a file of ranges as its makers call them; of several words for a column the first one there."""
    free = {plain_name(heading).replace("_", " "): heading for heading in headings if heading not in taken}
    found = {name: next((free[word] for word in words if word in free), "") for name, words in HEADINGS.items()}
    return {name: heading for name, heading in found.items() if heading and name not in named}


def plain_name(heading: str) -> str:
    """`Account Key` as a column is written: account_key."""
    return re.sub(r"[\s\-.]+", "_", heading.strip()).lower()


def _may_map(name: str, table: Table) -> bool:
    return name in table.names and name not in NOT_MAPPED


def _unknown_column(name: str, table: Table) -> str:
    known = [column for column in table.names if column not in NOT_MAPPED]
    hint = near_miss(name, known) or "declare it under `attributes:` if it is your own"
    return f"map: {name!r} is no column of {table.name.removeprefix('landing_')}; {hint}"


def _missing_heading(name: str, heading: str, headings: Sequence[str]) -> str:
    repeated = [h for h in headings if h.rpartition("#")[0] == heading]
    if repeated:
        return f"map: heading {heading!r} of {name} occurs more than once; write {repeated[0]!r} or another"
    hint = near_miss(heading, headings) or f"the file has: {', '.join(headings[:20])}"
    return f"map: there is no heading {heading!r} for {name}; {hint}"


def _ambiguous(
    headings: Sequence[str], table: Table, columns: Mapping[str, str], spec: SourceTable, declared: Mapping[str, str]
) -> list[str]:
    """Repeated headings that carry a column's name: which one is meant is not ours to guess."""
    result = []
    for heading in headings:
        base, sign, number = heading.rpartition("#")
        name = plain_name(base)
        open_question = name not in columns and name not in spec.constants
        if sign and number == "1" and f"{base}#2" in headings and open_question and _may_map(name, table):
            result.append(f"heading {base!r} occurs more than once; write `map: {{{name}: '{base}#1'}}` or another")
    alike: dict[str, list[str]] = {}
    elsewhere = {heading for name, heading in columns.items() if name in declared}
    for heading in headings:
        if heading not in elsewhere:
            alike.setdefault(plain_name(heading), []).append(heading)
    for name, found in alike.items():
        if len(found) > 1 and name in columns and name not in declared:
            both = " and ".join(map(repr, found))
            result.append(f"headings {both} say the same; write `map: {{{name}: {found[0]!r}}}` or another")
    return result


def _incomplete(table: Table, columns: Mapping[str, str], spec: SourceTable, declared: Mapping[str, str]) -> list[str]:
    given = {*columns, *spec.constants, *declared}
    result = [
        f"{column.name} ({column.meaning}) is required: map a heading to it, or give a constant"
        for column in table.columns
        if column.required and column.name not in given
    ]
    if table.name == "landing_subscriptions" and "amount" in given and not given & {"mrr", "interval_months"}:
        result.append("amount needs interval_months: map it, or give `constants: {interval_months: 1}`")
    return result
