"""Dates and times as people write them. What may be read two ways the other values decide, or it is asked."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.core.errors import DataError

TIME = (
    r"(?:[T ]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<p>(?:[AaPp]\.?[Mm]\.?)?) ?(?P<z>(?:Z|UTC|[+-]\d{2}:?\d{2})?))?"
)
ISO = rf"^(?P<Y>\d{{4}})[-/](?P<m>\d{{1,2}})[-/](?P<d>\d{{1,2}}){TIME}$"
NUMERIC = rf"^(?P<first>\d{{1,2}})[./-](?P<second>\d{{1,2}})[./-](?P<Y>\d{{4}}|\d{{2}}),?{TIME}$"
DAY_NAME = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
DAY_MONTH_YEAR = (
    rf"^{DAY_NAME}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<b>[A-Za-z]{{3,9}})\.?,?"
    rf"[ -](?P<Y>\d{{4}}|\d{{2}}),?{TIME}$"
)
MONTH_DAY_YEAR = rf"^{DAY_NAME}(?P<b>[A-Za-z]{{3,9}})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<Y>\d{{4}}),?{TIME}$"
NAMED = (DAY_MONTH_YEAR, MONTH_DAY_YEAR)
PERIODS = (r"^(?P<Y>\d{4})[- ]?Q(?P<q>[1-4])$", r"^(?P<Y>\d{4})-(?P<m>\d{2})$")
SERIAL = r"^\d{1,7}(?:\.\d+)?$"
EPOCH, EPOCH_MS = r"^(?P<s>(?:9|1\d)\d{8})$", r"^(?P<ms>(?:9|1\d)\d{11})$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<Y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp]\.?[Mm]\.?)", "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})", "b": r"(?P<b>[A-Za-z]{3,9})\.?",
    "B": r"(?P<b>[A-Za-z]{3,9})", "e": r" ?(?P<d>\d{1,2})", "%": "%",
}  # fmt: skip
NAT = np.datetime64("NaT", "us")


def parse_moments(values: pa.Array, declared: str | None, *, serial_epoch: str = "", ends: bool = False) -> np.ndarray:
    """Distinct texts as naive UTC moments (datetime64[us]); NaT for what is no date.

    `declared` is iso, day_first, month_first, a strptime format, or None: then some day above 12 must decide,
    else DataError asks. A month (`2024-01`) or quarter (`2024Q1`) is its first day, or with `ends` its last:
    before it nothing of it could be known. `serial_epoch` is day 0 of a workbook's date serials.
    """
    result = np.full(len(values), NAT)
    if declared and "%" in declared:
        _fill(result, values, compile_format(declared), ends)
        return result
    for pattern in (ISO, *PERIODS) if declared == "iso" else (ISO, *NAMED, *PERIODS):
        _fill(result, values, pattern, ends)
    if declared != "iso":
        numeric = pc.extract_regex(values, NUMERIC)
        if numeric.null_count < len(values):
            order = declared or _decide(values, numeric)
            first, second = ("d", "m") if order == "day_first" else ("m", "d")
            pattern = NUMERIC.replace("?P<first>", f"?P<{first}>").replace("?P<second>", f"?P<{second}>")
            _fill(result, values, pattern, ends)
    _fill_epochs(result, values)
    if serial_epoch:
        serials = pc.match_substring_regex(values, SERIAL)
        numbers = pc.if_else(serials, values, None).cast(pa.float64())
        found = from_serials(numbers, serial_epoch)
        result = np.where(np.isnat(result), found, result)
    return result


def _fill_epochs(result: np.ndarray, values: pa.Array) -> None:
    """Seconds or milliseconds since 1970, as APIs write them: 10 digits, of a moment between 1998 and 2033, or 13."""
    for pattern, unit in ((EPOCH, "s"), (EPOCH_MS, "ms")):
        parts = pc.extract_regex(values, pattern)
        matched = np.flatnonzero(parts.is_valid().to_numpy(zero_copy_only=False) & np.isnat(result))
        if len(matched):
            numbers = values.take(pa.array(matched)).cast(pa.int64()).to_numpy()
            result[matched] = numbers.astype(f"datetime64[{unit}]").astype("datetime64[us]")


def from_serials(numbers: pa.Array, epoch: str) -> np.ndarray:
    """Day numbers of a workbook as moments, rounded to the second; NaT for what is none."""
    days = pc.fill_null(numbers, np.nan).to_numpy(zero_copy_only=False)
    fits = np.isfinite(days) & (days >= 1) & (days < 2_958_466)  # 31 December 9999
    seconds = np.where(fits, np.rint(np.where(fits, days, 0) * 86_400), 0).astype("timedelta64[s]")
    return np.where(fits, np.datetime64(epoch, "us") + seconds, NAT)


@cache
def compile_format(declared: str) -> str:
    """A strptime format as a regular expression."""
    parts = re.split(r"%(.)", declared)
    pieces = [DIRECTIVES[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)]
    return "^" + "".join(pieces) + "$"


def _decide(values: pa.Array, numeric: pa.Array) -> str:
    """Whether the day comes first, from values whose day is above 12."""
    first, second = (_numbers(numeric, name, 0) for name in ("first", "second"))
    day_first, month_first = np.flatnonzero(first > 12), np.flatnonzero(second > 12)
    if len(day_first) and len(month_first):
        one, other = values[int(day_first[0])].as_py(), values[int(month_first[0])].as_py()
        raise DataError(
            f"{one!r} has the day first and {other!r} has the month first",
            "Declare `dates:`, or repair the file.",
        )
    if len(day_first) or len(month_first):
        return "day_first" if len(day_first) else "month_first"
    unclear = np.flatnonzero(first != second)
    if not len(unclear):
        return "day_first"  # 3/3/2024 is the same either way
    example = values[int(unclear[0])].as_py()
    raise DataError(
        f"{example!r} may have the day first or the month first, and no value decides",
        "Declare `dates: day_first` or `dates: month_first` for this table.",
    )


def _fill(result: np.ndarray, values: pa.Array, pattern: str, ends: bool) -> None:
    """Set what the pattern matches and is a real date."""
    parts = pc.extract_regex(values, pattern)
    matched = np.flatnonzero(parts.is_valid().to_numpy(zero_copy_only=False) & np.isnat(result))
    if len(matched):
        result[matched] = _moments(parts.take(pa.array(matched)), ends)


def _moments(parts: pa.StructArray, ends: bool) -> np.ndarray:
    names = {field.name for field in parts.type}
    year = _numbers(parts, "Y", 1970)
    short = pc.equal(pc.utf8_length(pc.struct_field(parts, "Y")), 2).to_numpy(zero_copy_only=False)
    year = np.where(short, year + np.where(year < 69, 2000, 1900), year)  # POSIX strptime
    month = _month_names(parts) if "b" in names else _numbers(parts, "m", 1)
    month = _numbers(parts, "q", 1) * 3 - 2 if "q" in names else month
    day = _numbers(parts, "d", 1)
    hour, minute, second = (_numbers(parts, name, 0) for name in "HMS")
    hour, clock = _twelve_hours(parts, hour)
    fits = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & clock
    fits &= (hour < 24) & (minute < 60) & (second < 60)
    months = (np.where(fits, year, 1970) - 1970) * 12 + np.where(fits, month, 1) - 1
    first = months.astype("datetime64[M]")
    length = 3 if "q" in names else 1
    last = ((first + length).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    if ends and "d" not in names:
        day = last
    fits &= day <= last
    moment = first.astype("datetime64[us]") + np.where(fits, day - 1, 0).astype("timedelta64[D]")
    moment = moment + ((hour * 60 + minute) * 60 + second).astype("timedelta64[s]")
    moment = moment + _microseconds(parts) - _offsets(parts)
    fits &= (moment >= np.datetime64("0001-01-01")) & (moment < np.datetime64("10000-01-01"))
    return np.where(fits, moment, NAT)


def _numbers(parts: pa.StructArray, name: str, missing: int) -> np.ndarray:
    """A group as whole numbers; `missing` where the text has none."""
    if not any(field.name == name for field in parts.type):
        return np.full(len(parts), missing, np.int64)
    texts = pc.fill_null(pc.struct_field(parts, name), "")
    texts = pc.if_else(pc.equal(texts, ""), str(missing), texts)
    return texts.cast(pa.int64()).to_numpy()


def _texts(parts: pa.StructArray, name: str) -> pa.Array:
    if not any(field.name == name for field in parts.type):
        return pa.array([""] * len(parts), pa.string())
    return pc.fill_null(pc.struct_field(parts, name), "")


def _month_names(parts: pa.StructArray) -> np.ndarray:
    """Month of an English name or its first three letters; 0, which is no month, for other words."""
    encoded = pc.utf8_lower(pc.struct_field(parts, "b")).dictionary_encode()
    numbers = {name: i % 12 + 1 for i, name in enumerate((*MONTHS, *FULL_MONTHS))} | {"sept": 9}
    codes = np.array([numbers.get(word, 0) for word in encoded.dictionary.to_pylist()], np.int64)
    return codes[encoded.indices.to_numpy()]


def _twelve_hours(parts: pa.StructArray, hour: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half = pc.utf8_lower(pc.utf8_slice_codeunits(_texts(parts, "p"), 0, 1)).to_numpy(zero_copy_only=False)
    marked = half != ""
    fits = ~marked | ((hour >= 1) & (hour <= 12))
    return np.where(marked, hour % 12 + np.where(half == "p", 12, 0), hour), fits


def _microseconds(parts: pa.StructArray) -> np.ndarray:
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(_texts(parts, "f"), 6, "0"), 0, 6)
    return digits.cast(pa.int64()).to_numpy().astype("timedelta64[us]")


def _offsets(parts: pa.StructArray) -> np.ndarray:
    zone = pc.replace_substring(_texts(parts, "z"), ":", "")
    split = pc.extract_regex(zone, r"^(?P<sign>[+-])(?P<H>\d{2})(?P<M>\d{2})$")
    minutes = _numbers(split, "H", 0) * 60 + _numbers(split, "M", 0)
    negative = pc.fill_null(pc.equal(pc.struct_field(split, "sign"), "-"), False).to_numpy(zero_copy_only=False)
    return np.where(negative, -minutes, minutes).astype("timedelta64[m]")
