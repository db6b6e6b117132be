"""Rows of a spreadsheet that are no records: titles above the heading, headings again below it, and the total at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.content import Content
from tierwise.connectors.values import as_text

LOOKED_AT = 12  # rows from the top in which a heading is looked for
LAST = 5  # rows from the end in which a total is looked for
FEWEST = 3  # a narrower table gives no hint as to which row is a title
TOTAL = re.compile(
    r"^(?:grand |sub|overall )?(?:totals?|sum)(?: \(\d[\d,. ]* records?\))?:?$|^(?:gesamt|end|zwischen)?summe:?$|^gesamt:?$"
    r"|^total g[ée]n[ée]ral:?$|^totale?:?$",
    re.IGNORECASE,
)
IMPORT_ID = '{"ImportId"'  # third heading row of Qualtrics; the second holds the questions
ANSWER_HEADINGS = {"Response", "Open-Ended Response"}  # second heading row of SurveyMonkey
PLAIN = re.compile(r"^[\d\s.,:/+\-−%'’()]*$")
FIGURE = re.compile(r"^\D{0,4}?[\deE\s.,+\-−%'’()]*\d[\deE\s.,+\-−%'’()]*\D{0,4}$")  # a currency may stand beside it


def heading_at(rows: Sequence[Sequence[str]]) -> int:
    """Which of the first rows is the heading: 0, or the first that is full where those above hold a title or group names.

    Only a row of distinct words can be one, so that no record is taken for the heading; and as many full rows stand below it as
    rows of several cells above it, so that one record with cells too many does not turn the others into a title.
    """
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    widest = max(map(len, filled), default=0)
    if widest < FEWEST:
        return 0
    found = next(i for i, cells in enumerate(filled) if 2 * len(cells) > widest)
    cells = filled[found]
    if sum(2 * len(below) > widest for below in filled[found + 1 :]) < sum(len(above) > 1 for above in filled[:found]):
        return 0
    return found if len({*cells}) == len(cells) and not any(PLAIN.match(cell) for cell in cells) else 0


def above_heading(rows: int, line: int) -> str:
    """What is said when rows above the heading are not read."""
    return f"the heading is line {line}: {rows:,} above it, of a title or of groups of columns, are not read"


def headings_again(content: Content) -> list[int]:
    """Indexes of rows that repeat the heading, as joined files do, and of the further heading rows of surveys."""
    again = np.ones(content.table.num_rows, bool)
    for name, column in zip(content.table.column_names, content.table.columns, strict=True):
        if not again.any() or not pa.types.is_string(column.type):
            return sorted(_of_surveys(content))
        heading = re.sub(r"#\d+$", "", name)
        again &= pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), heading), False).to_numpy()
    return sorted({*np.flatnonzero(again).tolist(), *_of_surveys(content)})


def _of_surveys(content: Content) -> set[int]:
    """The first row or the first two, where Qualtrics or SurveyMonkey continue their heading there."""
    first = [[as_text(cells)[0].as_py() or "" for cells in row] for row in _rows(content, 2)]
    for i, cells in enumerate(first):
        filled = [cell for cell in cells if cell.strip()]
        if filled and all(cell.startswith(IMPORT_ID) for cell in filled):
            return set(range(i + 1))
    if first and not first[0][0].strip() and ANSWER_HEADINGS & {*first[0]}:
        return {0}
    return set()


def _rows(content: Content, count: int) -> list[list[pa.ChunkedArray]]:
    return [[c.slice(i, 1) for c in content.table.columns] for i in range(min(count, content.table.num_rows))]


def totals(content: Content) -> list[int]:
    """Indexes of the last rows that say `Total` first and hold nothing but figures besides."""
    start = max(content.table.num_rows - LAST, 0)
    columns = [as_text(column.slice(start)).to_pylist() for column in content.table.columns]
    if len(columns) < 2:
        return []
    found = []
    for i, row in enumerate(zip(*columns, strict=True)):
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        if cells and TOTAL.match(cells[0]) and all(FIGURE.match(cell) for cell in cells[1:]):
            found.append(start + i)
    return found
