"""Where marks stand on the strips of the report: geometry only. Each strip is an SVG beside the figures that it draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, MARGIN = 300.0, 8.0
Say = Callable[[float], str]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Tick:
    """A mark on the axis with its label."""

    x: float
    label: str


@dataclass(frozen=True)
class Span:
    """An interval with its estimate; `cut_low` and `cut_high`: it goes on beyond the strip."""

    low: float
    high: float
    at: float
    cut_low: bool = False
    cut_high: bool = False


@dataclass(frozen=True)
class Strip:
    """One line of a forest plot: the estimate that counts, the raw one, and the bar that it is held against."""

    row: Row
    main: Span | None
    raw: Span | None
    bar: float | None


@dataclass(frozen=True)
class Forest:
    """Estimates of one measure over the segments, on one axis."""

    strips: tuple[Strip, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` across the width of a strip; what lies beyond stands at its end, cut."""

    low: float
    high: float

    def x(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (inside - self.low) / (self.high - self.low), 1)

    def span(self, value: float | None, lo: float | None, hi: float | None) -> Span | None:
        """An estimate with its interval; without one, a point. None without an estimate."""
        if value is None:
            return None
        first, last = (value if lo is None else lo), (value if hi is None else hi)
        return Span(self.x(first), self.x(last), self.x(value), first < self.low, last > self.high)

    def ticks(self, say: Say) -> tuple[Tick, ...]:
        return tuple(Tick(self.x(value), say(value)) for value in ticks(self.low, self.high))


def forest(rows: Sequence[Row], bars: Mapping[str, float | None], say: Say) -> Forest:
    """A forest plot of estimates. `bars` holds the value that each row is held against, by its name.

    The axis holds the pooled intervals and the bars; a raw interval that is wider is cut at the edge, visibly.
    """
    held = [bar for bar in bars.values() if bar is not None]
    ends = [end for row in rows for end in _ends(row)]
    if not [*ends, *held]:
        return Forest(tuple(Strip(row, None, None, None) for row in rows), ())
    low, high = min([*ends, *held]), max([*ends, *held])
    room = (high - low) * 0.05 or abs(high) * 0.1 or 1.0
    axis = Axis(max(0.0, low - room) if low >= 0 else low - room, high + room)
    strips = []
    for row in rows:
        pooled = row["shrunk_value"] is not None
        raw = axis.span(row["value"], row["lo"], row["hi"])
        main = axis.span(row["shrunk_value"], row["shrunk_lo"], row["shrunk_hi"]) if pooled else raw
        bar = bars.get(row["name"])
        strips.append(Strip(row, main, raw if pooled else None, None if bar is None else axis.x(bar)))
    return Forest(tuple(strips), axis.ticks(say))


@dataclass(frozen=True)
class Piece:
    """One part of a stacked bar: where it begins, how long it is."""

    row: Row
    x: float
    width: float


def stacked(rows: Sequence[Row], column: str, whole: float) -> tuple[Piece, ...]:
    """Parts beside each other, together as long as their sum is of the whole. Parts without a value are left out."""
    pieces, before = [], 0.0
    for row in rows:
        if (row[column] or 0) > 0:
            first, last = (WIDTH * min(at / whole, 1.0) for at in (before, before + float(row[column])))
            pieces.append(Piece(row, round(first, 1), round(last - first, 1)))
            before += float(row[column])
    return tuple(pieces)


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers within a range, about so many."""
    step = 10 ** math.floor(math.log10((high - low) / about))
    step = next(step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= about)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]


def length(value: float, of: float, whole: float = WIDTH) -> float:
    """Length of a bar; what is there is seen, however small."""
    return 0.0 if value <= 0 or of <= 0 else round(max(2.0, whole * min(value / of, 1.0)), 1)


def _ends(row: Row) -> list[float]:
    """What the axis must hold: the pooled interval, or the raw one where nothing was pooled."""
    kind = "shrunk_" if row["shrunk_value"] is not None else ""
    names = (f"{kind}value", f"{kind}lo", f"{kind}hi")
    return [row[name] for name in names if row[name] is not None and math.isfinite(row[name])]
