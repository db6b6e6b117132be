"""Dates in every dress, and the ones that must be asked for."""

# ruff: noqa: DTZ001 (landed moments are naive UTC)
from __future__ import annotations

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.dates import parse_moments
from tierwise.core.errors import DataError

FORMATS = {
    "iso": "%Y-%m-%dT%H:%M:%S",
    "day_first": "%d.%m.%Y %H:%M:%S",
    "month_first": "%m/%d/%Y %I:%M:%S %p",
    "%d %b %y, %H.%M.%S": "%d %b %y, %H.%M.%S",
    "%Y%m%d%H%M%S": "%Y%m%d%H%M%S",
}


def moments(*texts: str, declared: str | None = None, **more: object) -> list[str | None]:
    found = parse_moments(pa.array(texts), declared, **more)  # type: ignore[arg-type]
    return [None if np.isnat(moment) else str(moment.astype("datetime64[s]")) for moment in found]


@pytest.mark.parametrize(
    ("text", "moment"),
    {
        "2024-01-31": "2024-01-31T00:00:00", "2020-12-30 3:15:52": "2020-12-30T03:15:52",
        "2024-01-31T10:00:00.123Z": "2024-01-31T10:00:00", "2024-01-31T10:00:00+02:00": "2024-01-31T08:00:00",
        "2024-01-31 10:00 -0130": "2024-01-31T11:30:00", "2024/1/3": "2024-01-03T00:00:00",
        "12 Jan 2024": "2024-01-12T00:00:00", "12-JAN-24": "2024-01-12T00:00:00", "Jan 12, 2024": "2024-01-12T00:00:00",
        "January 5, 2024 12:04 am": "2024-01-05T00:04:00", "Mon, 12 Feb 2024 10:00:00 +0000": "2024-02-12T10:00:00",
        "31.12.2023": "2023-12-31T00:00:00", "12/31/2023 5:04 PM": "2023-12-31T17:04:00", "3/3/2024": "2024-03-03T00:00:00",
        "2024-02": "2024-02-01T00:00:00", "2024Q2": "2024-04-01T00:00:00", "2024-02-29": "2024-02-29T00:00:00",
        "9999-12-31 23:59:59": "9999-12-31T23:59:59", "0001-01-01": "0001-01-01T00:00:00",
    }.items(),
)  # fmt: skip
def test_dates(text: str, moment: str) -> None:
    assert moments(text) == [moment]


@pytest.mark.parametrize(
    "text",
    ["2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-01-01 25:00", "2024-01-01 10:61", "45292", "yesterday",
     "12 Foo 2024", "31.4.2024", "2024-01-01 13:00 pm", "0000-01-01", "2024-1", ""],
)  # fmt: skip
def test_no_dates(text: str) -> None:
    assert moments(text) == [None]


def test_a_day_above_twelve_decides_for_all() -> None:
    assert moments("1/2/2024", "13/2/2024") == ["2024-02-01T00:00:00", "2024-02-13T00:00:00"]
    assert moments("1/2/2024", "2/13/2024") == ["2024-01-02T00:00:00", "2024-02-13T00:00:00"]


@pytest.mark.parametrize("texts", [("1/2/2024",), ("1/2/2024", "5/5/2024"), ("13/2/2024", "2/13/2024")])
def test_an_ambiguous_order_is_asked_for(texts: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="Declare `dates:"):
        moments(*texts)


def test_serials_count_only_in_workbooks() -> None:
    assert moments("45292", "45292.5", serial_epoch="1899-12-30") == ["2024-01-01T00:00:00", "2024-01-01T12:00:00"]
    assert moments("43830", serial_epoch="1904-01-01") == ["2024-01-01T00:00:00"]


def test_a_period_is_known_at_its_end() -> None:
    assert moments("2024Q1", "2024-02", ends=True) == ["2024-03-31T00:00:00", "2024-02-29T00:00:00"]


@given(
    st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)), min_size=1), st.sampled_from(sorted(FORMATS))
)
def test_every_format_gives_the_same_moments(values: list[datetime], declared: str) -> None:
    whole = [value.replace(microsecond=0) for value in values]
    texts = [value.strftime(FORMATS[declared]) for value in whole]
    assert moments(*texts, declared=declared) == [value.isoformat() for value in whole]


def test_seconds_and_milliseconds_since_1970_are_read_and_other_digits_are_not() -> None:
    found = parse_moments(pa.array(["1706745600", "1706745600123", "20240201", "2182162682", "123"]), None)
    assert [str(moment) for moment in found] == [
        "2024-02-01T00:00:00.000000", "2024-02-01T00:00:00.123000", "NaT", "NaT", "NaT",
    ]  # fmt: skip
