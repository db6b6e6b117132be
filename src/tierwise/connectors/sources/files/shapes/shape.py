"""What every vendor's shape is: how to tell a heading, and what becomes of the columns that were read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from tierwise.connectors.content import Content, distinct_headings
from tierwise.connectors.values import as_text
from tierwise.core.errors import DataError


def headed(row: Sequence[str]) -> tuple[str, ...]:
    """For shapes whose files always begin with a heading."""
    return ()


@dataclass(frozen=True)
class Top:
    """The first rows of a text or a sheet as they stand, heading or not; or the `keys` of a format that names its columns.

    `first` is the first object of a JSON file.
    """

    rows: tuple[tuple[str, ...], ...] = ()
    keys: tuple[str, ...] = ()
    first: Mapping[str, Any] = field(default_factory=dict)

    def row(self, number: int) -> tuple[str, ...]:
        """Row 0, 1 or 2, trimmed; empty where the file has fewer."""
        return tuple(cell.strip() for cell in self.rows[number]) if number < len(self.rows) else ()


@dataclass(frozen=True)
class Sign:
    """What gave a shape away. Without `sure` another file may look the same."""

    because: str
    sure: bool = True


@dataclass(frozen=True)
class Layout:
    """Where a vendor's files keep what a table of the dictionary wants.

    `columns` lists for each column the headings that may hold it, best first. `dates` is how the vendor writes days that can be
    read in two ways. `questions` finds, for surveys, which headings hold an answer, and what was asked. `again` is the word in
    the names of files whose rows come again in others.
    """

    table: str
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    questions: Callable[[Top], Mapping[str, str]] | None = None
    again: str = ""


@dataclass(frozen=True)
class Shape:
    """`arrange` gives each column its heading; it gets the file's name too. `headings` names the columns of
    a file that begins with a record. `tell` says what in a file's first rows is the vendor's, and `layout` what is where.

    A declared shape says where the heading is: no title is looked for above it. `headings` gets the first row and
    answers with nothing where that row is the heading. `lines` turns JSON that is not one row per line into that.
    """

    arrange: Callable[[Content, str], Content]
    tell: Callable[[Top], Sign | None]
    layout: Layout
    headings: Callable[[Sequence[str]], tuple[str, ...]] = headed
    lines: Callable[[bytes], bytes] | None = None


def first_rows(content: Content, count: int, shape: str) -> list[list[str]]:
    """The first rows as text, trimmed. Raises DataError when one of them could not be read, or there are too few."""
    rows = min(count, content.table.num_rows)
    last = int(content.lines[rows - 1]) if rows == count else None
    for refused in content.refused:
        if last is None or refused.line < last:
            raise DataError(
                f"{refused.message}; it may be a heading row of {shape}", f"Export the file again. {without(shape)}"
            )
    if last is None:
        raise DataError(f"the file ends within the {count + 1} heading rows of {shape}", without(shape))
    columns = [as_text(column.slice(0, count)).to_pylist() for column in content.table.columns]
    return [[(cell or "").strip() for cell in row] for row in zip(*columns, strict=True)]


def below(content: Content, count: int, headings: Sequence[str], shape: str) -> Content:
    """The rows below `count` further heading rows, under new headings. Those rows are heading, and no rows."""
    names = distinct_headings([" ".join(heading.split()) for heading in headings])
    table = pa.table(content.table.slice(count).columns, names=names)
    said = f"the heading goes on to line {content.lines[count - 1]}, as {shape} has it"
    return replace(
        content,
        table=table,
        lines=content.lines[count:],
        rows_in=content.rows_in - count,
        warnings=(said, *content.warnings),
    )


def without(shape: str) -> str:
    """What to do when the file is not of the shape that was declared."""
    return f"If the file is no export of {shape}, take `shape: {shape}` away; then run `tierwise check`."
