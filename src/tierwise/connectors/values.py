"""Values of a file into the types of the data dictionary; what cannot be read is marked, not guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.bands import BANDED, read_bands
from tierwise.connectors.currencies import CURRENCIES
from tierwise.connectors.dates import from_serials, parse_moments
from tierwise.connectors.numbers import (
    currency_of,
    floats_to_money,
    parse_numbers,
    to_floats,
    to_integers,
    to_money,
)
from tierwise.connectors.words import translate
from tierwise.core.errors import DataError, near_miss
from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, POINTS, TEXT, TIMESTAMP, Column

BLANK = ("", "n/a", "#n/a", "null", "-")
TRUE = ("true", "t", "yes", "y", "1", "on", "ja", "j", "wahr", "oui", "vrai", "si", "sí", "sim", "x")
FALSE = ("false", "f", "no", "n", "0", "off", "nein", "falsch", "non", "faux", "não", "nao")
ARROW_TYPES = {
    TEXT: pa.string(),
    INTEGER: pa.int64(),
    NUMBER: pa.float64(),
    MONEY: pa.decimal128(18, 4),
    POINTS: pa.decimal128(18, 6),
    BOOLEAN: pa.bool_(),
    DATE: pa.date32(),
    TIMESTAMP: pa.timestamp("us"),
}
WHAT = {
    INTEGER: "a whole number",
    NUMBER: "a number",
    MONEY: "an amount",
    BOOLEAN: "yes or no",
    DATE: "a date",
    TIMESTAMP: "a date",
}
CURRENCY = "currency"
CALENDAR = (-62_135_596_800, 253_402_300_800)  # seconds since 1970 at the beginning of the years 1 and 10000
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True)
class Format:
    """How a file writes its values; None where the values themselves must decide. `words` says what its own words mean."""

    dates: str | None = None
    decimal: str | None = None
    currency: str | None = None
    serial_epoch: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cast:
    """A typed column. `bad` marks values that could not be read, null in `values`, and not what is `expected`.

    `currency` holds the ISO codes found beside amounts, `bands` what was written where a size was a band.
    """

    values: pa.ChunkedArray
    bad: np.ndarray
    expected: str = ""
    currency: pa.ChunkedArray | None = field(default=None)
    bands: pa.ChunkedArray | None = field(default=None)


def cast_column(values: pa.ChunkedArray, column: Column, form: Format) -> Cast:
    """A column of a file as its dictionary type. Blanks are missing. Raises DataError when values are ambiguous."""
    if pa.types.is_null(values.type):
        values = values.cast(pa.string())
    if not _is_text(values.type):
        return _cast_typed(values, column, form)
    texts = blank_to_null(translate(values, column.name, column.values, form.words))
    if column.type == TEXT and not column.values and column.name != CURRENCY:
        return Cast(texts, np.zeros(len(texts), bool))
    encoded = texts.dictionary_encode().unify_dictionaries()
    distinct = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], pa.string())
    typed, codes = _cast_distinct(distinct, column, form)
    typed, bands = _with_bands(typed, distinct, column)
    result = _spread(typed, encoded)
    bad = pc.and_(pc.is_valid(texts), pc.is_null(result)).to_numpy()
    expected = f"one of {', '.join(column.values)}" if column.values else WHAT.get(column.type, "")
    if column.name == CURRENCY:
        expected = "an ISO 4217 currency"
    shown = None if bands is None else _spread(bands, encoded)
    return Cast(result, bad, expected, None if codes is None else _spread(codes, encoded), shown)


def blank_to_null(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without outer white space; tokens that mean nothing (`N/A`, `null`, `-`) are null."""
    trimmed = pc.utf8_trim_whitespace(values)
    blank = pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(BLANK, trimmed.type))
    return pc.if_else(blank, pa.scalar(None, trimmed.type), trimmed).cast(pa.string())


def as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values of any kind as text: whole numbers without `.0`, dates in ISO form."""
    kind = values.type
    if _is_text(kind):
        return values
    if pa.types.is_floating(kind):
        texts = values.cast(pa.string())
        return pc.replace_substring_regex(texts, r"^(-?\d+)\.0$", r"\1")
    if pa.types.is_decimal(kind):
        return pc.replace_substring_regex(values.cast(pa.string()), r"^(-?\d+)\.0+$", r"\1")
    return values.cast(pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _spread(distinct: pa.Array, encoded: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([distinct.take(chunk.indices) for chunk in encoded.chunks], distinct.type)


def _cast_distinct(values: pa.Array, column: Column, form: Format) -> tuple[pa.Array, pa.Array | None]:
    if column.values:
        return _choose(values, column.values), None
    if column.name == CURRENCY:
        return pa.array([currency_of(text, form.currency) for text in values.to_pylist()], pa.string()), None
    if column.type == BOOLEAN:
        return _booleans(values), None
    if column.type in (DATE, TIMESTAMP):
        moments = parse_moments(values, form.dates, serial_epoch=form.serial_epoch, ends=column.type == TIMESTAMP)
        return _moments_as(moments, column.type), None
    if column.type not in (INTEGER, NUMBER, MONEY):
        raise DataError(f"{column.name}: type {column.type} cannot be read from a file")
    money, whole = column.type == MONEY, column.type == INTEGER
    numbers = parse_numbers(values, form.decimal, whole=whole, money=money, currency=form.currency)
    convert: Callable[[pa.Array], pa.Array] = {INTEGER: to_integers, NUMBER: to_floats, MONEY: to_money}[column.type]
    return convert(numbers.text), numbers.currency if money else None


def _with_bands(typed: pa.Array, texts: pa.Array, column: Column) -> tuple[pa.Array, pa.Array | None]:
    """Sizes that were no plain numbers, read as bands; and what was written for those that are one."""
    if column.name not in BANDED or not typed.null_count:
        return typed, None
    open_ = pc.and_(pc.is_null(typed), pc.is_valid(texts))
    found = read_bands(
        [text if wanted else "" for text, wanted in zip(texts.to_pylist(), open_.to_pylist(), strict=True)]
    )
    convert = to_integers if column.type == INTEGER else to_money
    return pc.coalesce(typed, convert(found.values)), pc.if_else(found.banded, texts, pa.scalar(None, pa.string()))


def _cast_typed(values: pa.ChunkedArray, column: Column, form: Format) -> Cast:
    """A column that the file's own format typed (Excel, Parquet, JSON)."""
    kind = values.type
    if column.type == TEXT or column.values or form.words or pa.types.is_dictionary(kind):
        return cast_column(as_text(values), column, form)
    converted = _convert(values.combine_chunks(), column.type, form)
    if converted is None:  # no such pair of types: the text may still be readable, or every value is bad
        return cast_column(as_text(values), column, form)
    array = converted.combine_chunks() if isinstance(converted, pa.ChunkedArray) else converted
    bad = pc.and_(pc.is_valid(values), pc.is_null(array)).to_numpy()
    return Cast(pa.chunked_array([array]), bad, WHAT[column.type])


def _convert(values: pa.Array, wanted: str, form: Format) -> pa.Array | None:
    kind = values.type
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if wanted in (DATE, TIMESTAMP):
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            moments = _within_calendar(values).cast(pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False)
            return moments.cast(pa.timestamp("us")).cast(ARROW_TYPES[wanted], safe=False)
        if numeric and form.serial_epoch:
            return _moments_as(from_serials(values.cast(pa.float64()), form.serial_epoch), wanted)
    elif wanted == BOOLEAN and pa.types.is_boolean(kind):
        return values
    elif numeric and wanted == MONEY:
        return to_money(values.cast(pa.string())) if not pa.types.is_floating(kind) else floats_to_money(values)
    elif numeric and wanted == NUMBER:
        return _finite(values.cast(pa.float64()))
    elif numeric and wanted == INTEGER:
        return values.cast(pa.int64()) if pa.types.is_signed_integer(kind) else to_integers(as_text(values))
    return None


def _finite(numbers: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _within_calendar(moments: pa.Array) -> pa.Array:
    """Moments and days of the years 1 to 9999; null beyond, where no calendar of ours goes."""
    if pa.types.is_date32(moments.type):
        low, end, numbers = *(second // 86_400 for second in CALENDAR), moments.cast(pa.int32())
    else:
        per_second = PER_SECOND["ms" if pa.types.is_date64(moments.type) else moments.type.unit]
        low, end = (max(min(second * per_second, 2**63 - 1), -(2**63)) for second in CALENDAR)
        numbers = moments.cast(pa.int64())
    fits = pc.and_(pc.greater_equal(numbers, low), pc.less(numbers, end))
    return pc.if_else(fits, moments, pa.scalar(None, moments.type))


def _moments_as(moments: np.ndarray, wanted: str) -> pa.Array:
    stamps = pa.array(moments, pa.timestamp("us"))
    return stamps.cast(pa.date32(), safe=False) if wanted == DATE else stamps


def _booleans(values: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(values)
    true, false = (pc.is_in(lower, value_set=pa.array(words)) for words in (TRUE, FALSE))
    return pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_()))


def _choose(values: pa.Array, allowed: tuple[str, ...]) -> pa.Array:
    """The words of a closed list; null for all others."""
    return pa.array([text if text in allowed else None for text in values.to_pylist()], pa.string())


def complain(line: int, name: str, text: str, cast: Cast, column: Column) -> str:
    """The message for an unreadable value: `line 17: employees 'abc' is not a whole number`."""
    shown = text if len(text) <= 80 else text[:80] + "…"
    known = CURRENCIES if name == CURRENCY else column.values
    hint = near_miss(text, known) if known else ""
    if column.values and not hint:
        hint = f"say what it means: values: {{{name}: {{{json.dumps(shown, ensure_ascii=False)}: {column.values[0]}}}}}"
    return f"line {line}: {name} {shown!r} is not {cast.expected}" + (f"; {hint}" if hint else "")
