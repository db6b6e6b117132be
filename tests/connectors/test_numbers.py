"""Numbers in every dress, and the ones that must be asked for."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.numbers import floats_to_money, parse_numbers, to_floats, to_integers, to_money
from tierwise.core.errors import DataError


def money(*texts: str, decimal: str | None = None, currency: str | None = None) -> list[Decimal | None]:
    return to_money(parse_numbers(pa.array(texts), decimal, money=True, currency=currency).text).to_pylist()


def codes(*texts: str, currency: str | None = None) -> list[str | None]:
    return parse_numbers(pa.array(texts), None, money=True, currency=currency).currency.to_pylist()


@pytest.mark.parametrize(
    ("text", "amount"),
    {
        "$1,200.00": "1200", "(300)": "-300", "($1,200.50)": "-1200.50", "-5": "-5", "5-": "-5", "- 5": "-5",
        "-$5.00": "-5", "$-5.00": "-5", "+7": "7", "1e3": "1000", "1.5E-2": "0.015", ".5": "0.5", "5.": "5",
        "1 234.50": "1234.50", "1'234.50": "1234.50", "1\u202f234.50": "1234.50", "5 EUR": "5", "CHF 12.30": "12.30",
        "0.00005": "0.0000", "0.00015": "0.0002", "1.23456": "1.2346", "99999999999999.9999": "99999999999999.9999",
        "−4.5": "-4.5",
    }.items(),
)  # fmt: skip
def test_amounts(text: str, amount: str) -> None:
    assert money(text) == [Decimal(amount)]


@pytest.mark.parametrize(
    "text",
    ["NaN", "nan", "inf", "-inf", "Infinity", "abc", "", "12 34", "1,2,3", "(5", "5)", "--5", "(-5)", "5 XXX", "1.2.3",
     "1e999", "123456789012345", "99999999999999.99999", "0x10", "5%", "1_000", "٣"],
)  # fmt: skip
def test_no_amounts(text: str) -> None:
    assert money(text) == [None]


def test_the_values_decide_the_decimal_mark() -> None:
    assert money("1.234,56", "1.000", "2") == [Decimal("1234.56"), Decimal(1000), Decimal(2)]
    assert money("1,234.56", "1,000", "2") == [Decimal("1234.56"), Decimal(1000), Decimal(2)]
    assert money("0,500") == [Decimal("0.5")]
    assert money("1234.567") == [Decimal("1234.567")]


@pytest.mark.parametrize("texts", [("1,200",), ("1.234", "5"), ("1.5", "1,5")])
def test_an_ambiguous_mark_is_asked_for(texts: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="Declare `decimal:"):
        money(*texts)


def test_a_declared_mark_ends_the_doubt() -> None:
    assert money("1,200", decimal=".") == [Decimal(1200)]
    assert money("1,200", decimal=",") == [Decimal("1.2")]
    assert money("1.5", decimal=",") == [None]


def test_whole_numbers_group() -> None:
    numbers = parse_numbers(pa.array(["1,200", "3", "4.0", "4.5", "1234567890123456789"]), None, whole=True).text
    assert to_integers(numbers).to_pylist() == [1200, 3, 4, None, None]
    assert to_integers(parse_numbers(pa.array(["1.200"]), None, whole=True).text).to_pylist() == [1200]


def test_currencies() -> None:
    assert codes("$5", "5 €", "£1", "US$7", "5", "CHF 2", "5 usd") == ["USD", "EUR", "GBP", "USD", None, "CHF", "USD"]
    assert codes("$5", "kr 5", currency="CAD") == ["CAD", "SEK"]
    assert codes("5 kr", currency="NOK") == ["NOK"]


def test_a_currency_does_not_belong_to_a_count() -> None:
    assert to_floats(parse_numbers(pa.array(["$5", "5 EUR", "5"]), None).text).to_pylist() == [None, None, 5.0]


@given(st.lists(st.decimals(-(10**13), 10**13, places=4), min_size=1))
def test_amounts_survive_both_locales(amounts: list[Decimal]) -> None:
    english = [f"{amount:,.4f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert money(*english, decimal=".") == money(*german, decimal=",") == amounts
    assert money(*english) == amounts  # four decimals decide by themselves


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1))
def test_floats_become_amounts_or_nothing(values: list[float]) -> None:
    for value, amount in zip(values, floats_to_money(pa.array(values)).to_pylist(), strict=True):
        if amount is None:
            assert value != value or abs(value) >= 99_999_999_999_999
        else:
            assert abs(Decimal(value) - amount) <= Decimal("0.0001") + abs(Decimal(value)) * Decimal("1e-15")
