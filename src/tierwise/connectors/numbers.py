"""Numbers as people write them: grouping, decimal mark, sign, currency. An ambiguous mark is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.currencies import CURRENCIES, SHARED_SYMBOLS, SYMBOLS
from tierwise.core.errors import DataError

SPACES = "\u0020\u00a0\u202f\u2009'’"
NOT_SIGN = r"[^\d\s.,+\-()'’]"
NUMBER = (
    rf"^(?P<open>\(?)\s*(?P<sign>[+\-−]?)\s*(?P<before>(?:{NOT_SIGN}+\.?)?)\s*(?P<second>[+\-−]?)"
    rf"(?P<body>[.,]?\d(?:[\d.,{SPACES}]*\d)?[.,]?)(?P<power>(?:[eE][+\-]?\d{{1,3}})?)"
    rf"\s*(?P<after>(?:{NOT_SIGN}+\.?)?)(?P<trail>-?)\s*(?P<close>\)?)$"
)
GROUPED_BY_SPACE = rf"^\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)?$"
POINT = r"^(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d*)?$|^\.\d+$"
COMMA = r"^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d*)?$|^,\d+$"
MARK = r"[.,]"


@dataclass(frozen=True)
class Numbers:
    """`text`: canonical numbers (`-1200.50`, `1e3`), null for what is none. `currency`: ISO code found, or null."""

    text: pa.Array
    currency: pa.Array


def parse_numbers(
    values: pa.Array,
    decimal: str | None,
    *,
    whole: bool = False,
    money: bool = False,
    currency: str | None = None,
) -> Numbers:
    """Distinct texts as numbers. `decimal` is the declared mark; without it the values must decide.

    `whole`: no fractions are expected, so a single mark before three digits groups. `money`: a currency sign
    or code may stand before or after; `currency` is the declared one. Raises DataError when the mark is
    ambiguous.
    """
    parts = pc.extract_regex(values, NUMBER)
    get = {name: pc.struct_field(parts, name) for name in
           ("open", "sign", "before", "second", "body", "power", "after", "trail", "close")}  # fmt: skip
    codes, fits = _currencies(get["before"], get["after"], currency)
    fits = pc.and_(fits, pc.equal(get["open"], pc.replace_substring(get["close"], ")", "(")))
    if not money:
        fits = pc.and_(fits, pc.and_(pc.equal(get["before"], ""), pc.equal(get["after"], "")))
    signs = pc.binary_join_element_wise(get["sign"], get["second"], get["trail"], get["open"], "")
    fits = pc.and_(fits, pc.less_equal(pc.utf8_length(signs), 1))
    body = _without_spaces(get["body"])
    mark = decimal or _decide(pc.drop_null(pc.if_else(fits, body, None)), whole)
    fits = pc.and_(fits, pc.match_substring_regex(body, POINT if mark == "." else COMMA))
    plain = pc.replace_substring(body, "," if mark == "." else ".", "")
    plain = pc.replace_substring(plain, ",", ".") if mark == "," else plain
    negative = pc.match_substring_regex(signs, r"[(\-−]")
    text = pc.binary_join_element_wise(pc.if_else(negative, "-", ""), plain, get["power"], "")
    return Numbers(pc.if_else(pc.fill_null(fits, False), text, pa.scalar(None, pa.string())), codes)


def to_integers(text: pa.Array) -> pa.Array:
    """Whole numbers; null for fractions and for what exceeds 18 digits."""
    whole = pc.extract_regex(text, r"^(?P<digits>-?\d{1,18})(?:\.0*)?$")
    return pc.struct_field(whole, "digits").cast(pa.int64())


def to_floats(text: pa.Array) -> pa.Array:
    """Floating point numbers; null for what is not finite."""
    numbers = text.cast(pa.float64())
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def to_money(text: pa.Array) -> pa.Array:
    """DECIMAL(18,4), halves to even; null for what has more than 14 digits before the mark."""
    power = pc.match_substring_regex(text, "[eE]")
    expanded = pc.if_else(power, _expand(text, power), text)
    parts = pc.extract_regex(expanded, r"^(?P<sign>-?)0*(?P<whole>\d{0,14})(?:\.(?P<fraction>\d{0,12})\d*)?$")
    fields = [pc.struct_field(parts, name) for name in ("sign", "whole", "fraction")]
    exact = pc.binary_join_element_wise(fields[0], "0", fields[1], ".", fields[2], "0", "")
    numbers = exact.cast(pa.decimal128(38, 13))
    rounded = pc.round(numbers, ndigits=4, round_mode="half_to_even")
    fits = pc.less(pc.abs(rounded), pa.scalar(10**14).cast(rounded.type))
    return pc.if_else(fits, rounded, pa.scalar(None, rounded.type)).cast(pa.decimal128(18, 4))


def floats_to_money(values: pa.Array) -> pa.Array:
    """Floating point amounts as DECIMAL(18,4); null for what is not finite or too large."""
    numbers = values.cast(pa.float64())
    fits = pc.and_(pc.is_finite(numbers), pc.less(pc.abs(numbers), 1e14))
    return to_money(pc.if_else(fits, numbers, pa.scalar(None, pa.float64())).cast(pa.string()))


def _without_spaces(body: pa.Array) -> pa.Array:
    grouped = pc.match_substring_regex(body, GROUPED_BY_SPACE)
    return pc.if_else(grouped, pc.replace_substring_regex(body, rf"[{SPACES}]", ""), body)


def _decide(bodies: pa.Array, whole: bool) -> str:
    """The decimal mark that the values prove: some can be read one way only."""
    marked = bodies.filter(pc.match_substring_regex(bodies, MARK))
    point, comma = pc.match_substring_regex(marked, POINT), pc.match_substring_regex(marked, COMMA)
    only_point, only_comma = pc.and_not(point, comma), pc.and_not(comma, point)
    if pc.any(only_point).as_py() and pc.any(only_comma).as_py():
        first, second = marked.filter(only_point)[0].as_py(), marked.filter(only_comma)[0].as_py()
        raise DataError(
            f"{first!r} and {second!r} use different decimal marks",
            'Declare `decimal: "."` or `decimal: ","`.',
        )
    if pc.any(only_comma).as_py():
        return ","
    both = marked.filter(pc.and_(point, comma))
    if pc.any(only_point).as_py() or not len(both):
        return "."
    if whole:
        groups_by_comma = pc.match_substring(both, ",")
        if pc.all(groups_by_comma).as_py():
            return "."
        if not pc.any(groups_by_comma).as_py():
            return ","
    example = both[0].as_py()
    raise DataError(
        f"{example!r} may be {example.replace(',', '').replace('.', '')} or {example.replace(',', '.')}",
        'Declare `decimal: "."` or `decimal: ","` for this table.',
    )


def _currencies(before: pa.Array, after: pa.Array, declared: str | None) -> tuple[pa.Array, pa.Array]:
    """ISO codes of the signs around a number, and whether those signs are known (none is fine too)."""
    token = pc.binary_join_element_wise(before, after, "")
    distinct = token.dictionary_encode()
    codes, known = [], []
    for sign in distinct.dictionary.to_pylist():
        code = currency_of(sign, declared) if sign else None
        codes.append(code)
        known.append(not sign or code is not None)
    return pa.array(codes, pa.string()).take(distinct.indices), pa.array(known, pa.bool_()).take(distinct.indices)


def currency_of(sign: str, declared: str | None) -> str | None:
    """The ISO code of a sign or code; a sign that several currencies share means the declared one."""
    text = sign.strip()
    if text.upper() in CURRENCIES:
        return text.upper()
    if shared := SHARED_SYMBOLS.get(text.lower()):
        return declared if declared in shared else shared[0]
    return SYMBOLS.get(text)


def _expand(text: pa.Array, power: pa.Array) -> pa.Array:
    """Write powers of ten out; rare, hence one by one."""
    from decimal import Decimal

    values = text.to_pylist()
    for i in np.flatnonzero(pc.fill_null(power, False).to_numpy(zero_copy_only=False)):
        number = Decimal(values[i])
        values[i] = format(number, "f") if abs(number) < Decimal("1e15") else None
    return pa.array(values, pa.string())
