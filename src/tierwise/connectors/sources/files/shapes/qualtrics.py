"""Qualtrics: a row of ids, a row of questions, and a row with the import id of each column as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tierwise.connectors.content import Content, distinct_headings, headings_as_written
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top, below, first_rows, without
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


def tell(top: Top) -> Sign | None:
    """By its third row."""
    ids = [cell for cell in top.row(2) if cell]
    if not len(top.row(0)) == len(top.row(1)) == len(top.row(2)):
        return None
    return Sign("its third row holds import ids") if ids and all(IMPORT_ID in cell for cell in ids) else None


def questions(top: Top) -> Mapping[str, str]:
    """What was asked under each id whose import id is that of a question (`QID1`)."""
    headings = distinct_headings([" ".join(heading.split()) for heading in top.row(0)])
    asked = zip(headings, top.row(1), top.row(2), strict=True)
    return {heading: " ".join(text.split()) for heading, text, import_id in asked if '"QID' in import_id}


LAYOUT = Layout(
    "evidence",
    {
        "respondent": ("ResponseId", "ExternalReference"),
        "domain": ("RecipientEmail",),
        "observed_at": ("RecordedDate", "EndDate", "StartDate"),
    },
    {"method": "survey"},
    questions=questions,
)
QUALTRICS = Shape(arrange, tell, LAYOUT)
