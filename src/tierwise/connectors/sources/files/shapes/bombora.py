"""Bombora's surge files: often without a heading, dated by their name only, with rows that say there was no surge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.content import Content, Refused, shorten
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top, without
from tierwise.connectors.values import as_text
from tierwise.core.errors import DataError, near_miss

NAME = "bombora"
REPORT_DATE = "Report Date"
NO_SURGE = "no surge"
SCORE = "Composite Score"
ADAT = (
    "Company Name", "Domain", "Size", "Industry", "Category", "Topic", SCORE, "Bucket Code", "Metro Area",
    "Metro Composite Score", "Metro Bucket Code", "Domain Origin Country",
)  # fmt: skip
MASTER_SURGE = (
    "Company Name", "Domain", "Size", "Industry", "Category", "Topic", SCORE, "Metro Scores",
    "Domain Country Origin",
)  # fmt: skip
LAYOUTS = {len(layout): layout for layout in (ADAT, MASTER_SURGE)}
KNOWN = frozenset(name.casefold() for layout in (ADAT, MASTER_SURGE) for name in layout)
DATED = re.compile(r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")

A_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
A_SCORE = re.compile(r"100|[1-9]?\d")


def headings(row: Sequence[str]) -> tuple[str, ...]:
    """The columns by the number of values, where the first row is a record. Raises DataError for an unknown number."""
    if len({cell.strip().casefold() for cell in row} & KNOWN) > 1:
        return ()
    if len(row) in LAYOUTS:
        return LAYOUTS[len(row)]
    known = " or ".join(str(count) for count in sorted(LAYOUTS))
    raise DataError(
        f"{NAME}: the first line is no heading, and holds {len(row)} values where files without a heading have {known}",
        f"Put a heading with {', '.join(map(repr, ADAT[1:7]))} above the rows. {without(NAME)}",
    )


def arrange(content: Content, file: str) -> Content:
    """`Report Date` from the file's name, and a refusal for each row with score 0. Raises DataError without a score."""
    names = content.table.column_names
    if SCORE not in names:
        hint = near_miss(SCORE, names) or f"the file has: {', '.join(names[:20])}"
        raise DataError(f"{NAME}: there is no heading {SCORE!r}; {hint}", without(NAME))
    silent = _silent(content.table[SCORE])
    refused = tuple(
        Refused(line, NO_SURGE, f"line {line}: score 0, no surge", shorten(" | ".join(cell or "" for cell in row)))
        for line, row in zip(content.lines[silent].tolist(), _cells(content.table, silent), strict=True)
    )
    table, lines = content.table.filter(pa.array(~silent)), content.lines[~silent]
    if REPORT_DATE not in names and (day := report_date(file)):
        table = table.append_column(REPORT_DATE, pa.array([day.isoformat()] * table.num_rows, pa.string()))
    return replace(content, table=table, lines=lines, refused=(*content.refused, *refused))


def tell(top: Top) -> Sign | None:
    """By its heading, or as rows of the right width with a domain, a score from 0 to 100 and topics where ADAT has them."""
    first = top.row(0)
    if {"Domain", "Topic", SCORE} <= {*first, *top.keys}:
        return Sign(f"its heading has 'Domain', 'Topic' and {SCORE!r}")
    rows = [top.row(number) for number in range(len(top.rows))]
    if len(first) not in LAYOUTS or not all(_is_record(row) for row in rows):
        return None
    said = f"no heading; {len(first)} values a row, the second a domain, the seventh a score from 0 to 100"
    return Sign(said, sure=len(rows) > 1)


def _is_record(row: Sequence[str]) -> bool:
    return len(row) in LAYOUTS and bool(A_DOMAIN.fullmatch(row[1])) and bool(A_SCORE.fullmatch(row[6]))


def report_date(file: str) -> date | None:
    """The one day that a file's name holds (`surge_20240506.csv`); nothing when it holds none, or several."""
    found = set()
    for year, month, day in DATED.findall(file):
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def _silent(scores: pa.ChunkedArray) -> np.ndarray:
    zero = pc.match_substring_regex(as_text(scores), r"^\s*0+(\.0*)?\s*$")
    return np.asarray(pc.fill_null(zero, False).to_numpy(), dtype=bool)


def _cells(table: pa.Table, chosen: np.ndarray) -> list[tuple[str | None, ...]]:
    columns = [as_text(column.filter(pa.array(chosen))).to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True))


LAYOUT = Layout(
    "intent",
    {"domain": ("Domain",), "topic": ("Topic",), "score": (SCORE,), "occurred_at": (REPORT_DATE,)},
    {"provider": "Bombora"},
)
BOMBORA = Shape(arrange, tell, LAYOUT, headings)
