"""The functions of our SQL that no two databases spell or compute alike, each written once per dialect.

A step writes `age_days(s.occurred_at, :as_of)`; this list says what that is on DuckDB, Spark and PostgreSQL
so that the rows come out the same. `tests/engines/test_conformance.py` executes every entry on every engine:
an entry without a case there fails the suite. `docs/reference/primitives.md` is written from this list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from tierwise.sql.fragments import (
    DIALECTS,
    Writer,
    collated,
    decimal,
    everywhere,
    fragment,
    per_dialect,
    rounded,
    whole,
)
from tierwise.sql.letters import plain_words

SAME = "same as value"


@dataclass(frozen=True)
class Primitive:
    """A function of canonical SQL and how each dialect computes it.

    `arguments` are names: `[x]` may be left out, a last `...` repeats the one before it. `returns` is
    DuckDB's name of a type, or "same as value". Aggregates ignore nulls in their first argument.
    """

    name: str
    arguments: tuple[str, ...]
    returns: str
    meaning: str
    write: Mapping[str, Writer]
    kind: Literal["scalar", "aggregate", "window"] = "scalar"

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"

    @property
    def arity(self) -> tuple[int, int | None]:
        """Least and most arguments; None for no upper end."""
        needed = [a for a in self.arguments if a != "..." and not a.startswith("[")]
        return len(needed), None if "..." in self.arguments else len(self.arguments)

    def accepts(self, count: int) -> bool:
        least, most = self.arity
        return least <= count and (most is None or count <= most)


# ---- writers that a template cannot say -------------------------------------------------------------------


def _points(dialect: str) -> Writer:
    return lambda arguments: decimal(dialect, arguments[0], 18, 6)


def _extreme_by(dialect: str, last: bool) -> Writer:
    """The value at the greatest (or least) key tuple; a null key sorts below every other, at either end."""

    def write(arguments: list[exp.Expr]) -> exp.Expr:
        value, *keys = arguments
        holes = [f"{{{index}}}" for index in range(1, len(arguments))]
        if dialect == "postgres":
            order = "desc nulls last" if last else "asc nulls first"
            ordered = ", ".join(f"{hole} {order}" for hole in holes)
            text = f"(array_agg({{0}} order by ({{0}} is null), {ordered}))[1]"
            return fragment(dialect, text, value, *(collated(dialect, key) for key in keys))
        if dialect == "duckdb":
            name = "arg_max" if last else "arg_min"
            pairs = ", ".join(f"{hole} is not null, {hole}" for hole in holes)
            return fragment(dialect, f"{name}({{0}}, row({pairs}))", *arguments)
        name = "max_by" if last else "min_by"
        pairs = ", ".join(f"{hole} is not null as known_{n}, {hole} as key_{n}" for n, hole in enumerate(holes))
        known = f"case when {{0}} is not null then struct({pairs}) end"
        return fragment(dialect, f"{name}({{0}}, {known})", *arguments)

    return write


def _capacity_rank(dialect: str) -> Writer:
    def write(arguments: list[exp.Expr]) -> exp.Expr:
        score = rounded(dialect, arguments[0], 6)
        account = fragment(dialect, '{0} collate "C"' if dialect == "postgres" else "{0}", arguments[1])
        group = "partition by {2} " if len(arguments) == 3 else ""
        text = f"row_number() over ({group}order by {{0}} desc nulls last, {{1}} asc nulls last)"
        return fragment(dialect, text, score, account, *arguments[2:])

    return write


def _exact_sum(dialect: str) -> Writer:
    """Whole multiples of a decimal place add up to the same in every order; doubles do not."""

    def write(arguments: list[exp.Expr]) -> exp.Expr:
        places = int(arguments[1].name) if len(arguments) == 2 else 6
        text = f"cast({{0}} as double precision) * cast(1e{places} as double precision)"
        counted = whole(dialect, fragment(dialect, text, arguments[0]))
        # PostgreSQL's own cast keeps 15 digits of a double; its text has them all
        exactly = "cast(cast({0} as text) as numeric)" if dialect == "postgres" else "cast({0} as decimal(38, 0))"
        summed = f"cast(sum({exactly}) as double precision) / cast(1e{places} as double precision)"
        return fragment(dialect, f"({summed})", counted)

    return write


def _key_of(dialect: str) -> Writer:
    """md5 over '=' and the text of each value, '' for a null, with the unit separator (U+001F) between."""
    as_text = "cast({%d} as " + {"duckdb": "varchar", "spark": "string", "postgres": "text"}[dialect] + ")"

    def write(arguments: list[exp.Expr]) -> exp.Expr:
        parts = [f"coalesce('=' || {as_text % index}, '')" for index in range(len(arguments))]
        return fragment(dialect, f"md5({' || chr(31) || '.join(parts)})", *arguments)

    return write


def _draw_of(dialect: str) -> Writer:
    """The first 28 bits of `key_of`, as a share of their range."""
    bits = {
        "duckdb": "cast('0x' || substr({0}, 1, 7) as bigint)",
        "spark": "cast(conv(substr({0}, 1, 7), 16, 10) as bigint)",
        "postgres": "cast(cast('x0' || substr({0}, 1, 7) as bit(32)) as bigint)",
    }[dialect]
    key = _key_of(dialect)
    return lambda arguments: fragment(
        dialect, f"(cast({bits} as double precision) / cast(268435456 as double precision))", key(arguments)
    )


def _for_each(make: Callable[[str], Writer]) -> dict[str, Writer]:
    return {dialect: make(dialect) for dialect in DIALECTS}


# ---- the list ---------------------------------------------------------------------------------------------

_ALL = (
    Primitive(
        "decay",
        ("age_days", "half_life_days"),
        "DOUBLE",
        "Share of a signal left after that many days: 1 at age 0, 0.5 at one half-life (methods f.1)."
        " Null when the half-life is 0.",
        per_dialect(
            "power(cast(2 as double), -cast({0} as double) / nullif(cast({1} as double), 0))",
            "power(cast(2 as double), -cast({0} as double) / nullif(cast({1} as double), 0))",
            # PostgreSQL raises an underflow where the others give 0.
            "case when {0} > 1000 * {1} and {1} > 0 then 0 else power(cast(2 as double precision),"
            " -cast({0} as double precision) / nullif(cast({1} as double precision), 0)) end",
        ),
    ),
    Primitive(
        "age_days",
        ("moment", "as_of"),
        "BIGINT",
        "Whole calendar days from the date of `moment` to the date `as_of`; negative when it lies ahead.",
        per_dialect(
            "date_diff('day', cast({0} as date), cast({1} as date))",
            "cast(datediff(cast({1} as date), cast({0} as date)) as bigint)",
            "cast(cast({1} as date) - cast({0} as date) as bigint)",
        ),
    ),
    Primitive(
        "month_of",
        ("moment",),
        "DATE",
        "The first day of its month.",
        per_dialect(
            "cast(date_trunc('month', cast({0} as date)) as date)",
            "trunc(cast({0} as date), 'MM')",
            "cast(date_trunc('month', cast({0} as timestamp)) as date)",
        ),
    ),
    Primitive(
        "months_between",
        ("start", "end"),
        "BIGINT",
        "Calendar months from the month of `start` to the month of `end`; days within a month do not count.",
        per_dialect(
            "date_diff('month', cast({0} as date), cast({1} as date))",
            "cast(12 * (year({1}) - year({0})) + month({1}) - month({0}) as bigint)",
            "cast(12 * (extract(year from {1}) - extract(year from {0}))"
            " + extract(month from {1}) - extract(month from {0}) as bigint)",
        ),
    ),
    Primitive(
        "add_days",
        ("date", "days"),
        "DATE",
        "The date that many days later.",
        per_dialect(
            "cast({0} as date) + cast({1} as integer)",
            "date_add(cast({0} as date), cast({1} as int))",
            "cast({0} as date) + cast({1} as integer)",
        ),
    ),
    Primitive(
        "add_months",
        ("date", "months"),
        "DATE",
        "The same day that many months later, or the last day of that month when it has no such day.",
        per_dialect(
            "cast(cast({0} as date) + to_months(cast({1} as integer)) as date)",
            "add_months(cast({0} as date), cast({1} as int))",
            "cast(cast({0} as date) + make_interval(0, cast({1} as integer)) as date)",
        ),
    ),
    Primitive(
        "quantile",
        ("value", "p"),
        "DOUBLE",
        "The p-quantile with linear interpolation between neighbours (type 7 of Hyndman and Fan).",
        per_dialect(
            "quantile_cont(cast({0} as double), {1})",
            "percentile(cast({0} as double), {1})",
            "percentile_cont({1}) within group (order by cast({0} as double precision))",
        ),
        "aggregate",
    ),
    Primitive(
        "last_by",
        ("value", "key", "..."),
        SAME,
        "The non-null value at the greatest key; several keys compare in turn, a null key is the lowest.",
        _for_each(lambda dialect: _extreme_by(dialect, last=True)),
        "aggregate",
    ),
    Primitive(
        "first_by",
        ("value", "key", "..."),
        SAME,
        "The non-null value at the least key; several keys compare in turn, a null key is the lowest.",
        _for_each(lambda dialect: _extreme_by(dialect, last=False)),
        "aggregate",
    ),
    Primitive(
        "count_if",
        ("condition",),
        "BIGINT",
        "Rows on which the condition holds.",
        everywhere("count(case when {0} then 1 end)"),
        "aggregate",
    ),
    Primitive(
        "count_distinct_if",
        ("value", "condition"),
        "BIGINT",
        "Distinct non-null values on rows where the condition holds.",
        # The CASE form: 1.7 times faster on Spark than FILTER.
        everywhere("count(distinct case when {1} then {0} end)"),
        "aggregate",
    ),
    Primitive(
        "sum_if",
        ("value", "condition"),
        SAME,
        "Sum over the rows where the condition holds; null, not 0, when there is none.",
        everywhere("sum(case when {1} then {0} end)"),
        "aggregate",
    ),
    Primitive(
        "exact_sum",
        ("value", "[decimals]"),
        "DOUBLE",
        "Sum of the values, each rounded to that many decimals (6 unless given): the same to the last digit in whatever"
        " order the rows come. Takes no `filter`. The sum needs fewer than 38 digits, decimals among them.",
        _for_each(_exact_sum),
        "aggregate",
    ),
    Primitive(
        "share",
        ("numerator", "denominator"),
        "DOUBLE",
        "Their quotient; null when the denominator is 0 or either is null.",
        everywhere("cast({0} as double precision) / nullif(cast({1} as double precision), 0)"),
    ),
    Primitive(
        "points",
        ("value",),
        "DECIMAL(18,6)",
        "The value rounded half away from zero to 6 decimals: what scores are stored, summed and ranked as.",
        _for_each(_points),
    ),
    Primitive(
        "capacity_rank",
        ("score", "account_id", "[group]"),
        "BIGINT",
        "Place in the queue for a seat: 1 for the highest score (rounded to 6 decimals, nulls last), ties by "
        "account_id byte by byte, within the group if one is given.",
        _for_each(_capacity_rank),
        "window",
    ),
    Primitive(
        "key_of",
        ("value", "..."),
        "VARCHAR",
        "A stable 32-digit key (md5) of the values; null and '' differ. Not for DOUBLE, which no two engines"
        " print alike.",
        _for_each(_key_of),
    ),
    Primitive(
        "draw_of",
        ("value", "..."),
        "DOUBLE",
        "A number from 0 to below 1 that the values decide, spread evenly over different values: a draw that is the same"
        " on every engine and in whatever order the rows come. Not for DOUBLE.",
        _for_each(_draw_of),
    ),
    Primitive(
        "plain_words",
        ("text",),
        "VARCHAR",
        "Its words in lower case with one space between: accents gone, Cyrillic, Greek and full-width letters spelled in"
        " a to z, initials joined (`S.p.A.` is spa), signs gone; letters of other alphabets stay.",
        _for_each(plain_words),
    ),
    Primitive(
        "edit_distance",
        ("one", "other"),
        "BIGINT",
        "Least number of letters to change, add or leave out to make one of the other (Levenshtein); for texts in ASCII."
        " PostgreSQL needs its extension fuzzystrmatch.",
        everywhere("cast(levenshtein({0}, {1}) as bigint)"),
    ),
    Primitive(
        "log_odds",
        ("probability",),
        "DOUBLE",
        "ln(p / (1 - p)); null outside the open interval from 0 to 1.",
        everywhere(
            "case when {0} > 0 and {0} < 1 then"
            " ln(cast({0} as double precision) / (1 - cast({0} as double precision))) end"
        ),
    ),
    Primitive(
        "from_log_odds",
        ("log_odds",),
        "DOUBLE",
        "The probability, 1 / (1 + exp(-x)).",
        # Beyond +-700 exp() leaves the doubles, which PostgreSQL reports as an error.
        everywhere(
            "case when {0} > 700 then cast(1 as double precision)"
            " when {0} < -700 then cast(0 as double precision)"
            " else 1 / (1 + exp(-cast({0} as double precision))) end"
        ),
    ),
)

PRIMITIVES: dict[str, Primitive] = {primitive.name: primitive for primitive in _ALL}


def reference() -> str:
    """`docs/reference/primitives.md`, which a test compares with this."""
    lines = [
        "# Primitives",
        "",
        "Functions of the SQL that steps are written in, besides the standard ones. What each means on every",
        "engine is executed by `tests/engines/test_conformance.py`. Written from `tierwise.sql.primitives`.",
        "",
        "| call | gives | kind | meaning |",
        "|---|---|---|---|",
        *(f"| `{p.signature}` | {p.returns} | {p.kind} | {p.meaning} |" for p in PRIMITIVES.values()),
        "",
        "`[x]` may be left out; `...` repeats the argument before it. Aggregates ignore nulls in their first",
        "argument and take `filter (where ...)`. `a asof [left] join b on a.k = b.k and a.t >= b.t` (or `>`)",
        "joins each row of `a` with the latest row of `b` that is not later; on Spark and PostgreSQL it is",
        "rewritten. The right side should have one row per key and moment: of several, any one is taken.",
        "",
    ]
    return "\n".join(lines)
