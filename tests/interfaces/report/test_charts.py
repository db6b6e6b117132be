"""Geometry of the strips: everything inside, in order, and cut ends said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.interfaces.report.charts import WIDTH, Forest, forest, length, ticks


def row(name: str, value: float, lo: float, hi: float, *shrunk: float) -> dict[str, float | str | None]:
    """An estimate as the tables hold it."""
    pooled = dict(zip(("shrunk_value", "shrunk_lo", "shrunk_hi"), shrunk or (None,) * 3, strict=True))
    return {"name": name, "value": value, "lo": lo, "hi": hi, **pooled}


def drawn(*rows: dict[str, float | str | None], bar: float | None = 1.0) -> Forest:
    return forest(rows, {str(r["name"]): bar for r in rows}, lambda value: f"{value:g}")


def test_a_raw_interval_beyond_the_axis_is_cut_visibly() -> None:
    wide = drawn(row("a", 1.1, 1.0, 1.2, 1.08, 1.0, 1.16), row("b", 2.0, -3.0, 9.0, 1.0, 0.8, 1.3))
    assert wide.strips[1].raw is not None
    assert (wide.strips[1].raw.cut_low, wide.strips[1].raw.cut_high) == (True, True)
    assert wide.strips[0].raw is not None
    assert not wide.strips[0].raw.cut_high


def test_without_pooling_the_own_records_are_the_estimate() -> None:
    strip = drawn(row("a", 1.1, 1.0, 1.2)).strips[0]
    assert strip.raw is None
    assert strip.main is not None
    assert strip.main.low < strip.main.at < strip.main.high


def test_nothing_on_record_draws_nothing() -> None:
    empty = {
        "name": "a",
        "value": None,
        "lo": None,
        "hi": None,
        "shrunk_value": None,
        "shrunk_lo": None,
        "shrunk_hi": None,
    }
    assert drawn(empty, bar=None).strips[0].main is None


@given(st.lists(st.tuples(*[st.floats(0, 1e7)] * 3).map(sorted), min_size=1, max_size=8), st.floats(0.01, 1e6))
def test_every_mark_lies_on_the_strip(ends: list[list[float]], bar: float) -> None:
    found = drawn(*(row(str(n), mid, lo, hi) for n, (lo, mid, hi) in enumerate(ends)), bar=bar)
    for strip in found.strips:
        assert strip.main is not None
        assert strip.bar is not None
        assert 0 <= strip.main.low <= strip.main.at <= strip.main.high <= WIDTH
        assert 0 <= strip.bar <= WIDTH
    assert all(0 <= tick.x <= WIDTH for tick in found.ticks)


@pytest.mark.parametrize(
    ("low", "high", "found"), [(0.5, 1.5, [0.5, 1.0, 1.5]), (0, 100, [0, 50, 100]), (0.0, 0.37, [0, 0.1, 0.2, 0.3])]
)
def test_ticks_are_round(low: float, high: float, found: list[float]) -> None:
    assert ticks(low, high) == found


def test_what_is_there_is_seen() -> None:
    assert length(1, 1_000_000) == 2
    assert length(0, 10) == 0
    assert length(10, 10) == WIDTH
