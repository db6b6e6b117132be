"""Qualtrics: a row of ids, a row of questions, and a row with the import id of each column as JSON."""

from __future__ import annotations

import json

from tierwise.connectors.content import Content, headings_as_written
from tierwise.connectors.sources.files.shapes.shape import Shape, below, first_rows, without
from tierwise.core.errors import DataError

NAME = "qualtrics"
IMPORT_ID = "ImportId"


def arrange(content: Content, file: str) -> Content:
    """The ids stay the headings: a question may be asked twice, or be worded anew. Raises DataError without all rows."""
    for i, row in enumerate(first_rows(content, 2, NAME)):
        is_last = any(IMPORT_ID in cell for cell in row)
        line = int(content.lines[i])
        if is_last and i == 0:
            raise _missing(line, "the row of questions is missing: this line holds the import ids")
        if i == 1 and not is_last:
            raise _missing(line, f"the row of import ids is missing: the line begins with {row[0]!r}")
        if i == 1:
            for cell in filter(None, row):
                _check_import_id(cell, line)
    return below(content, 2, headings_as_written(content.table.column_names), NAME)


def _check_import_id(cell: str, line: int) -> None:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or IMPORT_ID not in value:
        raise _missing(line, f"{cell[:60]!r} is no import id; the row is cut or was edited")


def _missing(line: int, what: str) -> DataError:
    return DataError(f"line {line}: {NAME}: {what}", f"Export the responses again, unedited. {without(NAME)}")


QUALTRICS = Shape(arrange)
