"""What a reader hands over: the columns of a file, where each row stood, and what it refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tierwise.core.errors import CheckFailed, DataError

MAX_RAW = 4096
TOP = 3  # rows that tell a layout: no vendor has more heading rows
NUMBERED = re.compile(r"#\d+$")


class EmptyFileError(DataError):
    """A file without a heading or a row; an error unless the model allows it, as it would empty a table."""

    def __init__(self, message: str = "the file is empty") -> None:
        super().__init__(message, "Set `allow_empty: true` for this table if that is right.")


@dataclass(frozen=True)
class Refused:
    """A row that is not loaded: its line, why (a reason to count by, a message to read) and what it said."""

    line: int
    reason: str
    message: str
    raw: str


@dataclass(frozen=True)
class Content:
    """One file as read.

    `table` has a column per heading, text for text files, typed where the format itself is typed. `lines[i]` is
    the line of row i in its file, the first line being 1. A heading that occurs twice is written `Heading#1`,
    `Heading#2`. `serial_epoch` is the day 0 of date serials, for workbooks. `top` holds the first rows of a text or a sheet as
    they stand, cells cut where nobody reads on: heading or not, that is what a vendor's layout is told by.
    """

    table: pa.Table
    lines: np.ndarray
    rows_in: int
    refused: tuple[Refused, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    serial_epoch: str = ""
    warnings: tuple[str, ...] = field(default=())
    top: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.rows_in != self.table.num_rows + len(self.refused) or len(self.lines) != self.table.num_rows:
            raise CheckFailed(
                f"{self.rows_in:,} rows in, {self.table.num_rows:,} read, {len(self.refused):,} refused",
                "Nothing was landed. This is a defect of the reader: please report it with the first lines.",
            )


def distinct_headings(names: list[str]) -> list[str]:
    """Headings, trimmed; repeated ones numbered (`Name#1`, `Name#2`), empty ones called by their position."""
    trimmed = [name.strip() or f"column {position}" for position, name in enumerate(names, start=1)]
    repeated = {name for name, count in Counter(trimmed).items() if count > 1}
    seen: Counter[str] = Counter()
    result = []
    for name in trimmed:
        seen[name] += 1
        result.append(f"{name}#{seen[name]}" if name in repeated else name)
    return result


def headings_as_written(names: Sequence[str]) -> list[str]:
    """What `distinct_headings` was given: repeated headings without their number, empty ones empty."""
    bases = Counter(NUMBERED.sub("", name) for name in names)
    result = []
    for position, name in enumerate(names, start=1):
        base = NUMBERED.sub("", name)
        result.append("" if name == f"column {position}" else base if bases[base] > 1 else name)
    return result


def shorten(text: str) -> str:
    """Text of a refused row, cut where nobody reads on."""
    return text if len(text) <= MAX_RAW else text[:MAX_RAW] + "…"
