"""Excel workbooks: one sheet as columns, its dates and numbers typed by Excel itself."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from tierwise.connectors.content import TOP, Content, EmptyFileError, Refused, distinct_headings, shorten
from tierwise.connectors.sources.files.archive import check_archive
from tierwise.connectors.sources.files.records import MAX_CELL, OVERSIZED
from tierwise.connectors.sources.files.shapes.shape import Shape
from tierwise.connectors.sources.files.totals import LOOKED_AT, above_heading, heading_at
from tierwise.core.errors import DataError, near_miss


def read_workbook(data: bytes, *, sheet: str | None = None, shape: Shape | None = None) -> Content:
    """A sheet of an xlsx file. A column is typed when all its cells are of one kind, else text.

    Raises DataError for archives that unpack to more than 500 MB or 100 times their size, unopened.
    """
    archive = check_archive(data)
    rows, name = _rows(data, sheet)
    heading = next((i for i, row in enumerate(rows) if any(cell not in ("", None) for cell in row)), None)
    if heading is None:
        raise EmptyFileError(f"sheet {name!r} is empty")
    top = [i for i, row in enumerate(rows) if any(cell not in ("", None) for cell in row)][:LOOKED_AT]
    heading = top[0 if shape else heading_at([[_text(cell) for cell in rows[i]] for i in top])]
    skipped = top.index(heading)
    # the last questions of a survey may have their names in the second heading row only
    across = [rows[i] for i in top] if shape else [rows[heading]]
    width = max(i for row in across for i, cell in enumerate(row) if cell not in ("", None)) + 1
    written = [_text(cell) for cell in rows[heading][:width]]
    given = shape.headings(written) if shape else ()
    names = distinct_headings(list(given) or written)
    first = heading if given else heading + 1
    kept: list[list[Any]] = []
    lines: list[int] = []
    refused: list[Refused] = []
    for line, row in enumerate(rows[first:], start=first + 1):
        if all(cell in ("", None) for cell in row):
            continue
        if problem := _problem(row, width, names):
            raw = "\t".join(_text(cell)[:100] for cell in row)
            refused.append(Refused(line, problem[0], f"line {line}: {problem[1]}", raw))
        else:
            kept.append(row[:width])
            lines.append(line)
    columns = [_column([row[i] for row in kept]) for i in range(width)]
    table = pa.table(dict(zip(names, columns, strict=True)))
    warnings: tuple[str, ...] = (above_heading(skipped, heading + 1),) if skipped else ()
    if archive.errors:
        warnings += (f"{archive.errors:,} cells of the workbook hold an error such as #REF!: they count as missing",)
    count = len(kept) + len(refused)
    return Content(
        table, np.array(lines, np.int64), count, tuple(refused), "xlsx", serial_epoch=archive.epoch, warnings=warnings,
        top=tuple(tuple(shorten(_text(cell)) for cell in rows[i]) for i in top[:TOP]),
    )  # fmt: skip


def sheets(data: bytes) -> list[str]:
    """The names of a workbook's sheets that hold anything. Raises DataError for what is no workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    check_archive(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).to_python()]
    except CalamineError as error:
        raise DataError(f"the workbook cannot be read: {error}", "Save it again as .xlsx or CSV.") from error


def _rows(data: bytes, sheet: str | None) -> tuple[list[list[Any]], str]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if sheet is None and len(names) > 1:
            raise DataError(f"the workbook has the sheets {', '.join(map(repr, names))}", "Declare `sheet:`.")
        if sheet is not None and sheet not in names:
            raise DataError(f"there is no sheet {sheet!r}", near_miss(sheet, names) or f"sheets: {', '.join(names)}")
        name = sheet or names[0]
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), name
    except CalamineError as error:
        raise DataError(f"the workbook cannot be read: {error}", "Save it again as .xlsx or CSV.") from error


def _problem(row: list[Any], width: int, names: list[str]) -> tuple[str, str] | None:
    if any(cell not in ("", None) for cell in row[width:]):
        return "ragged", f"values beyond the {width} columns of the heading"
    for name, cell in zip(names, row, strict=False):
        if isinstance(cell, str) and len(cell) > MAX_CELL // 4 and len(cell.encode()) > MAX_CELL:
            return OVERSIZED, f"{name} holds more than 1 MiB"
    return None


def _column(cells: list[Any]) -> pa.Array:
    filled = [cell for cell in cells if cell not in ("", None)]
    blank_to_none = [None if cell in ("", None) else cell for cell in cells]
    kinds = {type(cell) for cell in filled}
    if filled and kinds <= {int, float}:
        return pa.array([None if cell is None else float(cell) for cell in blank_to_none], pa.float64())
    if filled and kinds <= {datetime, date}:
        return pa.array([None if cell is None else _moment(cell) for cell in blank_to_none], pa.timestamp("us"))
    if filled and kinds == {bool}:
        return pa.array(blank_to_none, pa.bool_())
    return pa.array([_text(cell) for cell in cells], pa.string())


def _moment(cell: date | datetime) -> datetime:
    return cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (naive UTC)


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without `.0`, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).replace("\0", "")
