"""A size written as a band has one number that stands for it; what is no size stays unread."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.bands import read_bands
from tierwise.connectors.values import Format, cast_column
from tierwise.core.table import INTEGER, Column


@pytest.mark.parametrize(
    ("written", "size", "banded"),
    [
        ("51-200", 101, True), ("1,001 - 5,000", 2237, True), ("1.001 – 5.000", 2237, True), ("10000+", 10000, True),
        ("50–99", 70, True), ("5k-10k", 7071, True), ("5-10k", 7071, True), ("10,001+ employees", 10001, True),
        ("11 bis 50 Mitarbeiter", 23, True), ("über 1.000", 1000, True), ("<50", 25, True), ("$1M - $10M", 3162278, True),
        ("under $1M", 500000, True), ("10-Jan", 3, True), ("Nov-50", 23, True), ("1.5M", 1500000, False), ("5k", 5000, False),
        ("200-51", None, False), ("2020-01-01", None, False), ("many", None, False), ("", None, False),
    ],
)  # fmt: skip
def test_what_stands_for_a_band(written: str, size: int | None, banded: bool) -> None:
    found = read_bands([written])
    assert (found.values.to_pylist(), found.banded.to_pylist()) == ([None if size is None else str(size)], [banded])


def test_plain_numbers_are_read_as_ever_and_bands_beside_them() -> None:
    texts = pa.chunked_array([pa.array(["120", "51-200", "x", "51-200", None])])
    cast = cast_column(texts, Column("employees", INTEGER, ""), Format())
    assert cast.values.to_pylist() == [120, 101, None, 101, None]
    assert cast.bad.tolist() == [False, False, True, False, False]
    assert cast.bands is not None
    assert cast.bands.to_pylist() == [None, "51-200", None, "51-200", None]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_band_lies_between_its_ends(low: int, high: int) -> None:
    low, high = sorted((low, high))
    (size,) = read_bands([f"{low:,} - {high:,}"]).values.to_pylist()
    assert low <= int(size) <= high
