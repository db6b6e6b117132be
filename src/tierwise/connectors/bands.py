"""Sizes written as a band (`51-200`, `5k - 10k`, `10,000+`, `under $1M`): one number that stands for the band.

Sizes of companies spread evenly on a logarithmic scale, so within a band the geometric middle stands for it: 101 for 51-200. A
band without an upper end counts as its lower end, the only number it is sure of; one without a lower end as half its upper end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

BANDED = ("employees", "annual_revenue")
UNITS = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "b": 1e9, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "billions": 1e9,
}  # fmt: skip
# A spreadsheet reads `1-10` as a day: what it writes then is known.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
MONEY = r"(?:[$€£]|usd|eur|gbp)?"
SIZE = rf"{MONEY}\s*(\d[\d.,'’ \u00a0\u202f]*)\s*((?:{UNIT})?)\b\.?\s*{MONEY}"
NOUN = r"\s*(?:employees|people|staff|mitarbeiter(?:innen)?|ma|fte|emp)?\s*"
BETWEEN = re.compile(
    rf"^(?:between\s+|from\s+|von\s+)?{SIZE}\s*(?:-|–|—|−|~|\bto\b|\bbis\b|\band\b|\bund\b|\.\.)\s*{SIZE}{NOUN}$"
)
ABOVE = re.compile(
    rf"^(?:(?:>=?|≥|over|above|more than|at least|from|über|mehr als|ab)\s*{SIZE}"
    rf"|{SIZE}\s*(?:\+|and more|or more|plus|und mehr)){NOUN}$"
)
BELOW = re.compile(rf"^(?:<=?|≤|under|below|up to|less than|fewer than|bis(?: zu)?|unter|weniger als)\s*{SIZE}{NOUN}$")
SINGLE = re.compile(rf"^{SIZE}{NOUN}$")
DAY = re.compile(r"^(\d{1,2})[-. ]([a-z]{3})$|^([a-z]{3})[-. ](\d{2})$")


@dataclass(frozen=True)
class Bands:
    """`values`: the number that stands for each text, null for what is no size; `banded`: whether it was written as a band."""

    values: pa.Array
    banded: pa.Array


def read_bands(texts: list[str]) -> Bands:
    """Numbers for texts that are no plain numbers."""
    found = [_band(text) for text in texts]
    return Bands(
        pa.array([None if one is None else _shown(one[0]) for one in found], pa.string()),
        pa.array([one is not None and one[1] for one in found], pa.bool_()),
    )


def _shown(size: float) -> str:
    return str(round(size))


def _band(text: str) -> tuple[float, bool] | None:
    """The number for one text, and whether it was a band."""
    plain = " ".join(text.casefold().split())
    if match := BETWEEN.match(plain):
        low, high = _size(match[1], match[2] or match[4]), _size(match[3], match[4])
        return None if low is None or high is None or low > high else (sqrt(max(low, 1) * high), True)
    if match := ABOVE.match(plain):
        size = _size(match[1] or match[3], match[2] or match[4] or "")
        return None if size is None else (size, True)
    if match := BELOW.match(plain):
        size = _size(match[1], match[2])
        return None if size is None else (size / 2, True)
    if match := DAY.match(plain):
        return _read_as_day(match)
    if match := SINGLE.match(plain):
        size = _size(match[1], match[2])
        fraction = size is not None and not match[2] and not size.is_integer()  # nobody has half an employee
        return None if size is None or fraction else (size, False)
    return None


def _read_as_day(match: re.Match[str]) -> tuple[float, bool] | None:
    """`10-Jan` was `1-10`, `Nov-50` was `11-50`."""
    month, other = match[2] or match[3], int(match[1] or match[4])
    low = MONTHS.index(month) + 1 if month in MONTHS else 0
    return (sqrt(low * other), True) if 0 < low < other else None


def _size(digits: str, unit: str) -> float | None:
    """`1,001`, `1.001` and `1 001` are a thousand and one; with a unit a mark is a decimal one: `1.5m`."""
    plain = re.sub(r"['’ \u00a0\u202f]", "", digits)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain) and not (unit and len(re.findall(r"[.,]", plain)) == 1):
        plain = re.sub(r"[.,]", "", plain)
    plain = plain.replace(",", ".")
    return float(plain) * UNITS.get(unit, 1.0) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None
