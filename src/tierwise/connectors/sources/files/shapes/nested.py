"""Objects inside of rows (`{"page": {"path": "/"}}`) as columns of their own: `context.page.path`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tierwise.connectors.content import Content, distinct_headings
from tierwise.connectors.sources.files.shapes.shape import without
from tierwise.core.errors import DataError, near_miss

MAX_DEPTH = 5
MAX_COLUMNS = 500  # each costs every row its place, also where it is empty
Values = list[str | None]


def unfold(content: Content, entries: Callable[[Any], Any] = lambda value: value) -> Content:
    """Each object as columns by their path, all text; `entries` may turn another value into an object first.

    A column of objects goes; one in which anything else stands stays beside what was unfolded. Lists, and what lies
    deeper than five levels, stay JSON. Beyond 500 columns nothing is unfolded any more, and that is said.
    """
    names: list[str] = []
    columns: list[pa.ChunkedArray] = []
    found: dict[str, Values] = {}
    passed: set[str] = set()
    for name, column in zip(content.table.column_names, content.table.columns, strict=True):
        objects = [entries(_parsed(cell)) for cell in column.to_pylist()] if pa.types.is_string(column.type) else []
        if not any(isinstance(value, Mapping) for value in objects):
            names, columns = [*names, name], [*columns, column]
            continue
        if any(not isinstance(value, Mapping | None) for value in objects):
            names, columns = [*names, name], [*columns, column]
        for i, value in enumerate(objects):
            for path, text in _leaves(name, value, 1) if isinstance(value, Mapping) else ():
                if path not in found and len(found) >= MAX_COLUMNS:
                    passed.add(path)
                    continue
                found.setdefault(path, [None] * len(objects))[i] = text
    names += found
    columns += [pa.chunked_array([pa.array(values, pa.string())]) for values in found.values()]
    said = (f"{len(passed):,} names inside of objects are not read: {MAX_COLUMNS:,} are the most",) if passed else ()
    table = pa.table(columns, names=distinct_headings(names))
    return replace(content, table=table, warnings=(*content.warnings, *said))


def require(content: Content, headings: Sequence[str], shape: str) -> None:
    """Raises DataError when a file lacks what every file of the shape has."""
    names = content.table.column_names
    for heading in headings:
        if heading not in names:
            hint = near_miss(heading, names) or f"the file has: {', '.join(names[:20])}"
            raise DataError(f"{shape}: there is no {heading!r}; {hint}", without(shape))


def _parsed(cell: str | None) -> Any:
    """The object or list in a cell; None for an empty one; any other text as it is."""
    if not cell or not cell.strip():
        return None
    if cell[0] not in "{[":
        return cell
    try:
        return json.loads(cell, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return cell


def _leaves(path: str, value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        below = f"{path}.{key}"
        if isinstance(item, Mapping) and item and depth < MAX_DEPTH:
            yield from _leaves(below, item, depth + 1)
        elif item is not None:
            yield below, _text(item)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    return json.dumps(value, ensure_ascii=False)
