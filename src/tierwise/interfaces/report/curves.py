"""Pictures of performance: survival curves, the map of value against win rate, the heat map of cohorts. Geometry only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tierwise.interfaces.report.charts import Say, Tick, ticks

Row = Mapping[str, Any]
Rows = Sequence[Row]

WIDTH, HEIGHT = 300.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 6.0, 6.0, 22.0
MAP_WIDTH, MAP_HEIGHT, MAP_LEFT = 640.0, 360.0, 80.0
SHADES = 6
MOST_COHORTS = 24


@dataclass(frozen=True)
class Curve:
    """One survival curve: `line` and `band` are SVG paths, `last` what it ends with."""

    name: str
    line: str
    band: str
    last: Row


@dataclass(frozen=True)
class Curves:
    """Survival curves of the segments on one scale, everybody's behind each."""

    curves: tuple[Curve, ...]
    behind: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class Point:
    """One segment on the map: where it is, and its intervals. `label` is where its name stands, `anchor` how."""

    row: Row
    x: float
    y: float
    x_span: tuple[float, float] | None
    y_span: tuple[float, float] | None
    label: float
    anchor: str


@dataclass(frozen=True)
class Map:
    """Segments by win rate (across) and lifetime value (up), with the bars of both."""

    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    bar_x: float | None
    bar_y: float | None


@dataclass(frozen=True)
class Shade:
    """One cell of a heat map: the figure and how dark it is, 0 (least) to SHADES - 1; None where nothing is known."""

    row: Row | None
    shade: int | None


@dataclass(frozen=True)
class Heat:
    """Cohorts (down) by age (across)."""

    ages: tuple[int, ...]
    cohorts: tuple[tuple[str, tuple[Shade, ...]], ...]


def survival_curves(rows: Rows, everybody: Rows) -> Curves:
    """The curves of `rows` (by name, then month), each over the curve of everybody."""
    longest = max((row["months"] for row in [*rows, *everybody]), default=1)

    def x(months: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * months / longest, 1)

    def y(chance: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - chance), 1)

    def steps(of: Rows, column: str) -> list[tuple[float, float]]:
        points, height = [(x(0), y(1))], 1.0
        for row in of:
            points += [(x(row["months"]), y(height)), (x(row["months"]), y(row[column]))]
            height = row[column]
        return points

    def path(points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{across} {up}" for across, up in points)

    curves = []
    for name, group in groupby(rows, key=lambda row: row["name"]):
        own = list(group)
        band = path([*steps(own, "hi"), *reversed(steps(own, "lo"))]) + "z"
        curves.append(Curve(name, path(steps(own, "survival")), band, own[-1]))
    behind = path(steps(everybody, "survival")) if everybody else ""
    across = tuple(Tick(x(month), f"{month:g}") for month in ticks(0, longest))
    return Curves(tuple(curves), behind, across, tuple(Tick(y(s), f"{s:.0%}") for s in (0, 0.5, 1)))


def value_map(rows: Rows, bars: tuple[float | None, float | None], say_rate: Say, say_value: Say) -> Map:
    """Segments with a win rate and a lifetime value. `rows` hold `win_rate`, `win_lo`, `win_hi`, `value`, `value_lo`,
    `value_hi`; `bars` the win rate and the value to compare with.
    """
    placed = [row for row in rows if row["win_rate"] is not None and row["value"] is not None]
    if not placed:
        return Map((), (), (), None, None)
    right = max(v for row in placed for v in (row["win_rate"], row["win_hi"], bars[0]) if v is not None) * 1.05 or 1.0
    top = max(v for row in placed for v in (row["value"], row["value_hi"], bars[1]) if v is not None) * 1.05 or 1.0
    bottom = min([0.0, *(v for row in placed for v in (row["value"], row["value_lo"]) if v is not None)])

    def x(rate: float) -> float:
        return round(MAP_LEFT + (MAP_WIDTH - MAP_LEFT - RIGHT) * min(max(rate, 0.0), right) / right, 1)

    def y(value: float) -> float:
        inside = min(max(value, bottom), top)
        return round(TOP + (MAP_HEIGHT - TOP - BOTTOM) * (top - inside) / (top - bottom), 1)

    def span(lo: float | None, hi: float | None, to: Callable[[float], float]) -> tuple[float, float] | None:
        return None if lo is None or hi is None else (to(lo), to(hi))

    points, taken = [], list[tuple[float, float]]()
    for row in sorted(placed, key=lambda row: (-row["value"], row["segment"])):
        across, up = x(row["win_rate"]), y(row["value"])
        label = up - 7
        while any(abs(label - other) < 13 and abs(across - there) < 160 for there, other in taken):
            label += 13  # the names of neighbours stand below each other
        taken.append((across, label))
        points.append(
            Point(
                row, across, up,
                span(row["win_lo"], row["win_hi"], x), span(row["value_lo"], row["value_hi"], y),
                round(label, 1), "end" if across > MAP_WIDTH * 0.66 else "start",
            )
        )  # fmt: skip
    return Map(
        tuple(points),
        tuple(Tick(x(v), say_rate(v)) for v in ticks(0, right)),
        tuple(Tick(y(v), say_value(v)) for v in ticks(bottom, top)),
        None if bars[0] is None else x(bars[0]),
        None if bars[1] is None else y(bars[1]),
    )


def heat_map(rows: Rows, low: float, high: float) -> Heat:
    """Cells of `cohort` by `age`, the newest cohorts last. Equal shades between `low` and `high`; the ends hold the rest."""
    names = sorted({str(row["cohort"]) for row in rows})[-MOST_COHORTS:]
    ages = tuple(sorted({int(row["age"]) for row in rows}))
    found = {(str(row["cohort"]), int(row["age"])): row for row in rows if row["value"] is not None}

    def cell(name: str, at: int) -> Shade:
        row = found.get((name, at))
        if row is None:
            return Shade(None, None)
        place = (row["value"] - low) / (high - low)
        return Shade(row, min(max(int(place * SHADES), 0), SHADES - 1))

    return Heat(ages, tuple((name, tuple(cell(name, at) for at in ages)) for name in names))
