"""One exported file: where it goes, its headings, its columns and how it is written."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.simulate.draws import Floats, Times, Words

Column = NDArray[Any]


@dataclass(frozen=True)
class Export:
    """A CSV file to be. Columns by heading, all of one length, in the order of the file."""

    path: str
    columns: Mapping[str, Column]
    delimiter: str = ","
    encoding: str = "utf-8"

    def write(self, folder: Path) -> Path:
        target = folder / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding=self.encoding, newline="") as file:
            writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(zip(*(column.tolist() for column in self.columns.values()), strict=True))
        return target


def minutes(times: Times) -> Words:
    """`2026-06-30 14:05`; empty where there is no time."""
    return _blank(times, np.char.replace(np.datetime_as_string(times.astype("datetime64[m]")), "T", " "))


def days(times: Times) -> Words:
    """`2026-06-30`; empty where there is no date."""
    return _blank(times, np.datetime_as_string(times.astype("datetime64[D]")))


def dotted_days(times: Times) -> Words:
    """`30.06.2026`, as written in Germany."""
    parts = (text.split("-") for text in days(times).tolist())
    return np.array([".".join(reversed(part)) for part in parts], dtype=np.str_)


def money(amounts: Floats, places: int = 2) -> Words:
    """Plain decimals with a point."""
    return np.array([f"{amount:.{places}f}" for amount in amounts.tolist()], dtype=np.str_)


def _blank(times: Times, texts: Words) -> Words:
    return np.where(np.isnat(times), "", texts)
