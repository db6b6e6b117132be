"""Pieces of SQL as trees: texts with holes, and how each dialect rounds, so that no primitive pastes text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlglot
from sqlglot import exp

DIALECTS = ("duckdb", "spark", "postgres")

Writer = Callable[[list[exp.Expr]], exp.Expr]


def fragment(dialect: str, text: str, *arguments: exp.Expr) -> exp.Expr:
    """`text` in the SQL of `dialect`, with `{0}`, `{1}`... replaced by copies of the arguments as nodes."""
    tree = _parsed(dialect, text, len(arguments)).copy()
    for hole in list(tree.find_all(exp.Column)):
        if hole.name.startswith("hole_"):
            filled = arguments[int(hole.name.removeprefix("hole_"))].copy()
            filled = enclosed(filled, hole.parent)
            if hole is tree:
                tree = filled
            else:
                hole.replace(filled)
    return tree


@cache
def _parsed(dialect: str, text: str, count: int) -> exp.Expr:
    holes = [f"hole_{index}" for index in range(count)]
    return sqlglot.parse_one(text.format(*holes), read=dialect)


def enclosed(node: exp.Expr, parent: Any) -> exp.Expr:
    """The node in parentheses when its operators could bind to those of its parent."""
    loose = isinstance(node, exp.Binary | exp.Unary | exp.Between | exp.In)
    closed = isinstance(node, exp.Paren | exp.Dot)
    binds = isinstance(parent, exp.Binary | exp.Unary | exp.Between | exp.In | exp.Bracket | exp.Filter)
    return exp.Paren(this=node) if loose and not closed and binds and not isinstance(parent, exp.Paren) else node


def template(dialect: str, text: str) -> Writer:
    """A writer that puts a call's arguments into `{0}`, `{1}`, ... of a text in one dialect."""
    return lambda arguments: fragment(dialect, text, *arguments)


def everywhere(text: str) -> dict[str, Writer]:
    """One text that all three dialects read and compute alike."""
    return {dialect: template(dialect, text) for dialect in DIALECTS}


def per_dialect(duckdb: str, spark: str, postgres: str) -> dict[str, Writer]:
    """One text for each dialect, where they write or compute differently."""
    texts = {"duckdb": duckdb, "spark": spark, "postgres": postgres}
    return {dialect: template(dialect, text) for dialect, text in texts.items()}


# ---- rounding: half away from zero, of the double times a power of ten, on every engine --------------------


def whole(dialect: str, number: exp.Expr) -> exp.Expr:
    """The nearest whole DOUBLE, ties away from zero (PostgreSQL's own round() takes ties to even)."""
    if dialect != "postgres":
        return fragment(dialect, "round({0})", number)
    # The double just below a half, so that 0.49999999999999994 does not become 1.
    return fragment(dialect, "trunc({0} + sign({0}) * cast(0.49999999999999994 as double precision))", number)


def rounded(dialect: str, number: exp.Expr, digits: int = 0) -> exp.Expr:
    """A DOUBLE rounded to `digits` decimals: round(x * 10^d) / 10^d in IEEE doubles, as DuckDB does it."""
    if digits == 0:
        return whole(dialect, fragment(dialect, "cast({0} as double precision)", number))
    factor = f"cast(1e{abs(digits)} as double precision)"
    there, back = ("*", "/") if digits > 0 else ("/", "*")
    scaled = fragment(dialect, f"(cast({{0}} as double precision) {there} {factor})", number)
    return fragment(dialect, f"({{0}} {back} {factor})", whole(dialect, scaled))


def decimal(dialect: str, number: exp.Expr, precision: int, scale: int) -> exp.Expr:
    """A DOUBLE as DECIMAL(precision, scale): rounded in doubles, then the point is shifted in decimals.

    No engine's own cast is used: DuckDB adds a small amount before rounding, Spark rounds the shortest
    decimal text, PostgreSQL keeps 15 digits; the three disagree next to a tie.
    """
    scaled = fragment(dialect, f"cast({{0}} as double precision) * cast(1e{scale} as double precision)", number)
    integral = "cast({0} as bigint)" if dialect == "postgres" else f"cast({{0}} as decimal({precision}, 0))"
    shift = f" * cast('{10.0**-scale:.{scale}f}' as decimal({scale + 1}, {scale}))" if scale else ""
    text = f"cast({integral}{shift} as decimal({precision}, {scale}))"
    return fragment(dialect, text, whole(dialect, scaled))


def collated(dialect: str, node: exp.Expr) -> exp.Expr:
    """Text compared byte by byte; PostgreSQL's default order depends on the database."""
    if dialect == "postgres" and node.is_type(*exp.DataType.TEXT_TYPES):
        return fragment(dialect, '{0} collate "C"', node)
    return node
