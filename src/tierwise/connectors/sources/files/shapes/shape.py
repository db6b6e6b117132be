"""What every vendor's shape is: how to tell a heading, and what becomes of the columns that were read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from tierwise.connectors.content import Content, distinct_headings
from tierwise.connectors.values import as_text
from tierwise.core.errors import DataError


def headed(row: Sequence[str]) -> tuple[str, ...]:
    """For shapes whose files always begin with a heading."""
    return ()


@dataclass(frozen=True)
class Shape:
    """`arrange` gives each column its heading; it gets the file's name too. `headings` names the columns of
    a file that begins with a record.

    A declared shape says where the heading is: no title is looked for above it. `headings` gets the first row and
    answers with nothing where that row is the heading.
    """

    arrange: Callable[[Content, str], Content]
    headings: Callable[[Sequence[str]], tuple[str, ...]] = headed


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
