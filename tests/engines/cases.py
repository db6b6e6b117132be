"""The conformance cases: canonical SQL over awkward rows, and the same answer worked out in Python.

A scalar case is one expression per row of `awkward`, an aggregate case one row per group, a whole query itself.
Cases stay on one line each, however long.
"""

# ruff: noqa: E501
from __future__ import annotations

import hashlib
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

COLUMNS = {
    "id": "BIGINT", "account_id": "VARCHAR", "word": "VARCHAR", "part": "VARCHAR", "n": "BIGINT", "x": "DOUBLE", "y": "DOUBLE",
    "amount": "DECIMAL(18,4)", "flag": "BOOLEAN", "day": "DATE", "moment": "TIMESTAMP", "grp": "VARCHAR",
}  # fmt: skip

# Per row: id, account_id, word, part, n, x, y, amount, flag, day, moment, grp.
# Month ends, a leap day, the hour that summer time skips, before 1970, ties, near ties, -0.0, text of many kinds.
_AWKWARD = (
    (1, "b", "  A b ", "b", 7, 1.25, 2.0, "3.5000", True, "2024-01-31", "2024-03-31 01:30:00", "red"),
    (2, "B", "Éclair éжü Ж", "É", -7, 2.675, 3.0, "-0.0050", False, "2024-02-29", "2024-02-29 23:59:59.999999", "red"),
    (3, "a", "o'brien", "'", 0, -0.0, 0.0, "0.0000", None, "2023-02-28", "2024-03-31 02:30:00", "red"),
    (4, "Z", "a\\_b", "\\_", 3, 0.0, -0.0, "10.0050", True, "1969-12-31", "1969-12-31 23:59:59.5", "blue"),
    (5, "_", "100%", "%", -3, 1.0000005, 7.0, "9999999999.9999", True, "2100-03-01", "2100-02-28 00:00:00", "blue"),
    (6, "é", "", "", 2, -1.0000005, -2.0, "2.5000", False, "2023-12-31", "2023-12-31 00:00:00", "blue"),
    (7, "10", "\u00a0tab\t", "\t", 5, 4.9999999999999994e-07, 4.0, "-2.5000", False, "2024-12-31", "2024-10-27 02:30:00", "blue"),
    (8, "9", "aXb", "x", 2, 0.5, 1e-3, "0.0049", None, "2024-03-30", "2024-03-30 12:00:00", "green"),
    (9, "c", "日本語", "本", 1, 8123456.1234565, 30.0, "1.0000", True, "2024-05-31", "2024-05-31 08:00:00", "green"),
    (10, "d", "null", "ul", 1, -2.5, 1000.0, "1.0000", True, "2024-05-31", "2024-05-31 08:00:00", "green"),
    (11, "e", None, None, None, None, None, None, None, None, None, "green"),
    (12, "f", None, "x", None, None, None, None, None, None, None, "empty"),
)  # fmt: skip


def _row(values: Sequence[Any]) -> Row:
    row = dict(zip(COLUMNS, values, strict=True))
    row["amount"] = None if row["amount"] is None else Decimal(row["amount"])
    row["day"] = row["day"] and date.fromisoformat(row["day"])
    row["moment"] = row["moment"] and datetime.fromisoformat(row["moment"])
    return row


AWKWARD: tuple[Row, ...] = tuple(_row(values) for values in _AWKWARD)
AS_OF = date(2024, 6, 30)


@dataclass(frozen=True)
class Scalar:
    """`sql` is evaluated on every row; `answer` does it in Python, and is not asked when it raises for a null."""

    name: str
    sql: str
    answer: Callable[[Row], Any]


@dataclass(frozen=True)
class Aggregate:
    """`sql` is evaluated per `grp`, and once over no rows at all; `answer` gets the rows of the group."""

    name: str
    sql: str
    answer: Callable[[list[Row]], Any]
    over_nothing: Any = None


@dataclass(frozen=True)
class Whole:
    """A whole query that gives `id` and other columns, and its rows."""

    name: str
    sql: str
    rows: Callable[[], list[tuple[Any, ...]]]


# What `plain_words` makes of the words above, by id, and of names from many countries.
PLAIN = {
    1: "a b",
    2: "eclair ezhu zh",
    3: "o brien",
    4: "a b",
    5: "100",
    6: "",
    7: "tab",
    8: "axb",
    9: "日本語",
    10: "null",
    11: None,
    12: None,
}
NAMES = {
    "Société Générale S.A.": "societe generale sa",
    "Müller & Söhne GmbH & Co. KG": "muller sohne gmbh co kg",
    "ООО «Яндекс»": "ooo yandeks",
    "McDonald's Corp.": "mcdonalds corp",
    "Ｓｏｎｙ株式会社": "sony株式会社",
    "Ελληνικά Πετρέλαια Α.Ε.": "ellinika petrelaia ae",
    "Łódź Sp. z o.o.": "lodz sp z oo",
    "Campari S.p.A./N.V.": "campari spa nv",
    "Cafe\u0301": "cafe",
}


# ---- the same in Python -----------------------------------------------------------------------------------


def known(function: Callable[..., Any], *columns: str) -> Callable[[Row], Any]:
    """`function` of those columns; None when one of them is."""

    def answer(row: Row) -> Any:
        values = [row[column] for column in columns]
        return None if None in values else function(*values)

    return answer


def half_away(x: float, digits: int = 0) -> float:
    scaled = x * 10.0**digits if digits >= 0 else x / 10.0**-digits
    whole = math.trunc(scaled)
    if abs(scaled - whole) >= 0.5:
        whole += 1 if scaled > 0 else -1
    return whole / 10.0**digits if digits >= 0 else whole * 10.0**-digits


def shifted(x: float, scale: int) -> Decimal:
    """A double as a decimal: rounded in doubles, half away from zero, then shifted exactly."""
    scaled = x * 10.0**scale
    whole = math.trunc(scaled)
    if abs(scaled - whole) >= 0.5:
        whole += 1 if scaled > 0 else -1
    return Decimal(whole).scaleb(-scale)


def add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)


def interpolated(values: list[float], p: float) -> float | None:
    """Type 7 of Hyndman and Fan (1996)."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * p
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def md5(*values: Any) -> str:
    parts = ["" if value is None else "=" + _text(value) for value in values]
    return hashlib.md5("\x1f".join(parts).encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if "." in text else text
    return str(value)


def exactly(values: list[float | None], places: int) -> float | None:
    known = [shifted(value, places) for value in values if value is not None]
    return float(sum(known)) if known else None


def column(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def by_key(rows: list[Row], value: str, *keys: str, last: bool = True) -> Any:
    """The non-null value at the greatest or least key; None sorts below everything."""
    candidates = [row for row in rows if row[value] is not None]
    if not candidates:
        return None

    def key(row: Row) -> list[tuple[bool, Any]]:
        return [(row[k] is not None, row[k].encode() if isinstance(row[k], str) else row[k] or 0) for k in keys]

    return (max if last else min)(candidates, key=key)[value]


def text_key(row: Row) -> bytes:
    return str(row["account_id"]).encode()


def ranks(group: str | None) -> list[tuple[Any, ...]]:
    """Rounded score descending, unknown last, then account_id byte by byte."""
    result = []
    for member in {row[group] if group else None for row in AWKWARD}:
        rows = [row for row in AWKWARD if group is None or row[group] == member]
        scored = sorted((r for r in rows if r["x"] is not None), key=lambda r: (-half_away(r["x"], 6), text_key(r)))
        unscored = sorted((r for r in rows if r["x"] is None), key=text_key)
        result += [(row["id"], place) for place, row in enumerate(scored + unscored, 1)]
    return sorted(result)


def like(text: str, pattern: str) -> bool:
    """SQL's LIKE with no escape character."""
    if not pattern:
        return not text
    head, rest = pattern[0], pattern[1:]
    if head == "%":
        return any(like(text[i:], rest) for i in range(len(text) + 1))
    return bool(text) and head in ("_", text[0]) and like(text[1:], rest)


def asof(row: Row, strict: bool) -> Any:
    """The `n` of the latest row of the same group that is not later (strictly earlier)."""
    others = [
        other
        for other in AWKWARD
        if other["grp"] == row["grp"] and other["moment"] is not None and row["moment"] is not None
    ]
    earlier = [o for o in others if (o["moment"] < row["moment"] if strict else o["moment"] <= row["moment"])]
    return max((o["moment"] for o in earlier), default=None)


# ---- the cases --------------------------------------------------------------------------------------------

SCALARS: tuple[Scalar, ...] = (
    Scalar("decay", "decay(n, y)", known(lambda n, y: 2.0 ** (-n / y) if y else None, "n", "y")),
    Scalar("decay", "decay(1e6, 1)", lambda row: 0.0),
    Scalar("age_days", "age_days(moment, date '2024-06-30')", known(lambda m: (AS_OF - m.date()).days, "moment")),
    Scalar("age_days", "age_days(day, moment)", known(lambda d, m: (m.date() - d).days, "day", "moment")),
    Scalar("month_of", "month_of(moment)", known(lambda m: m.date().replace(day=1), "moment")),
    Scalar("month_of", "month_of(day)", known(lambda d: d.replace(day=1), "day")),
    Scalar(
        "months_between",
        "months_between(day, date '2024-06-30')",
        known(lambda d: (2024 - d.year) * 12 + 6 - d.month, "day"),
    ),
    Scalar(
        "months_between",
        "months_between(moment, day)",
        known(lambda m, d: (d.year - m.year) * 12 + d.month - m.month, "moment", "day"),
    ),
    Scalar("add_days", "add_days(day, n)", known(lambda d, n: d + timedelta(days=n), "day", "n")),
    Scalar("add_days", "add_days(moment, -30)", known(lambda m: m.date() - timedelta(days=30), "moment")),
    Scalar("add_months", "add_months(day, n)", known(add_months, "day", "n")),
    Scalar("add_months", "add_months(day, -12)", known(lambda d: add_months(d, -12), "day")),
    Scalar("share", "share(n, y)", known(lambda n, y: n / y if y else None, "n", "y")),
    Scalar("share", "share(amount, 3)", known(lambda a: float(a) / 3, "amount")),
    Scalar("points", "points(x)", known(lambda x: shifted(x, 6), "x")),
    Scalar("points", "points(n / 7)", known(lambda n: shifted(n / 7, 6), "n")),
    Scalar("points", "points(x * 0.1 + 0.2)", known(lambda x: shifted(x * 0.1 + 0.2, 6), "x")),
    Scalar(
        "key_of",
        "key_of(word, part, n, day, moment, flag, amount)",
        lambda r: md5(*(r[c] for c in ("word", "part", "n", "day", "moment", "flag", "amount"))),
    ),
    Scalar("key_of", "key_of(word)", lambda r: md5(r["word"])),
    Scalar("draw_of", "draw_of(word, n)", lambda r: int(md5(r["word"], r["n"])[:7], 16) / 2**28),
    Scalar("plain_words", "plain_words(word)", lambda r: PLAIN[r["id"]]),
    *(Scalar("plain_words", "plain_words('" + name.replace("'", "''") + "')", lambda r, plain=plain: plain) for name, plain in NAMES.items()),
    Scalar("edit_distance", "edit_distance('kitten', 'sitting')", lambda r: 3),
    Scalar("edit_distance", "edit_distance('', 'abc')", lambda r: 3),
    Scalar("split_part", "split_part('one two  four', ' ', cast(id as integer))", lambda r: (["one", "two", "", "four"] + [""] * 12)[r["id"] - 1]),
    Scalar("log_odds", "log_odds(y)", known(lambda y: math.log(y / (1 - y)) if 0 < y < 1 else None, "y")),
    Scalar("log_odds", "log_odds(x)", known(lambda x: math.log(x / (1 - x)) if 0 < x < 1 else None, "x")),
    Scalar("from_log_odds", "from_log_odds(y)", known(lambda y: 1 / (1 + math.exp(-y)), "y")),
    Scalar("from_log_odds", "from_log_odds(-y)", known(lambda y: 1 / (1 + math.exp(y)) if y < 700 else 0.0, "y")),
    # What a condition of the model may call.
    Scalar("lower", "lower(word)", known(str.lower, "word")),
    Scalar("upper", "upper(word)", known(str.upper, "word")),
    Scalar("trim", "trim(word)", known(lambda w: w.strip(" "), "word")),
    Scalar("length", "length(word)", known(len, "word")),
    Scalar("coalesce", "coalesce(word, part, '-')", lambda r: next(v for v in (r["word"], r["part"], "-") if v is not None)),
    Scalar("nullif", "nullif(part, 'x')", lambda r: None if r["part"] == "x" else r["part"]),
    Scalar("abs", "abs(x)", known(abs, "x")),
    Scalar("abs", "abs(n)", known(abs, "n")),
    Scalar("abs", "abs(amount)", known(abs, "amount")),
    Scalar("round", "round(x)", known(half_away, "x")),
    Scalar("round", "round(x, 2)", known(lambda x: half_away(x, 2), "x")),
    Scalar("round", "round(x, 6)", known(lambda x: half_away(x, 6), "x")),
    Scalar("round", "round(x, -3)", known(lambda x: half_away(x, -3), "x")),
    Scalar("round", "round(n)", known(float, "n")),
    Scalar("floor", "floor(x)", known(lambda x: float(math.floor(x)), "x")),
    Scalar("floor", "floor(amount)", known(lambda a: float(math.floor(float(a))), "amount")),
    Scalar("ceil", "ceil(x)", known(lambda x: float(math.ceil(x)), "x")),
    Scalar("starts_with", "starts_with(word, part)", known(str.startswith, "word", "part")),
    Scalar("ends_with", "ends_with(word, part)", known(str.endswith, "word", "part")),
    Scalar("contains", "contains(word, part)", known(lambda w, p: p in w, "word", "part")),
    Scalar("year", "year(moment)", known(lambda m: m.year, "moment")),
    Scalar("year", "year(day)", known(lambda d: d.year, "day")),
    Scalar("month", "month(moment)", known(lambda m: m.month, "moment")),
    Scalar("greatest", "greatest(n, 1)", lambda r: max(v for v in (r["n"], 1) if v is not None)),
    Scalar("greatest", "greatest(x, y)", known(max, "x", "y")),
    Scalar("least", "least(n, 1)", lambda r: min(v for v in (r["n"], 1) if v is not None)),
    Scalar("like", "word like '%b'", known(lambda w: like(w, "%b"), "word")),
    Scalar("like", "word like 'a\\_b'", known(lambda w: like(w, "a\\_b"), "word")),
    Scalar("like", "word like '1__!%' escape '!'", known(lambda w: w == "100%", "word")),
    Scalar("like", "word like '%' || part || '%'", known(lambda w, p: like(w, f"%{p}%"), "word", "part")),
    Scalar("like", "not word like 'a%'", known(lambda w: not w.startswith("a"), "word")),
    Scalar("ilike", "word ilike 'é%ЖÜ%'", known(lambda w: like(w.lower(), "é%жü%"), "word")),
    Scalar("ilike", "word ilike '%X%'", known(lambda w: "x" in w.lower(), "word")),
    Scalar("in", "part in ('b', 'x')", known(lambda p: p in ("b", "x"), "part")),
    Scalar("in", "n not in (7, 1)", known(lambda n: n not in (7, 1), "n")),
    Scalar("between", "n between -3 and 2", known(lambda n: -3 <= n <= 2, "n")),
    Scalar("between", "account_id between 'A' and 'b'", known(lambda a: b"A" <= a.encode() <= b"b", "account_id")),
    Scalar("between", "day between '2024-01-01' and '2024-03-01'", known(lambda d: date(2024, 1, 1) <= d <= date(2024, 3, 1), "day")),
    Scalar("is null", "word is null and part is not null", lambda r: r["word"] is None and r["part"] is not None),
    Scalar("and or not", "not flag or n > 0", lambda r: _or(_not(r["flag"]), None if r["n"] is None else r["n"] > 0)),
    Scalar("=", "x = 0", known(lambda x: x == 0, "x")),
    Scalar("=", "account_id = 'B'", known(lambda a: a == "B", "account_id")),
    Scalar("<>", "x <> y", known(lambda x, y: x != y, "x", "y")),
    Scalar("<", "account_id < 'a'", known(lambda a: a.encode() < b"a", "account_id")),
    Scalar("<", "'a' < account_id", known(lambda a: a.encode() > b"a", "account_id")),
    Scalar("<=", "day <= date '2024-02-29'", known(lambda d: d <= date(2024, 2, 29), "day")),
    Scalar(">", "moment > timestamp '2024-03-31 01:30:00'", known(lambda m: m > datetime.fromisoformat("2024-03-31 01:30:00"), "moment")),
    Scalar(">=", "account_id >= part", known(lambda a, p: a.encode() >= p.encode(), "account_id", "part")),
    Scalar("<", "case when flag then 'a' else 'B' end < 'Z'", lambda r: (b"a" if r["flag"] else b"B") < b"Z"),
    Scalar("<=", "case when flag then 'a' else 'B' end <= 'Z'", lambda r: (b"a" if r["flag"] else b"B") <= b"Z"),
    Scalar(">", "case when flag then 'a' else 'B' end > 'Z'", lambda r: (b"a" if r["flag"] else b"B") > b"Z"),
    Scalar(">=", "case when flag then 'a' else 'B' end >= 'Z'", lambda r: (b"a" if r["flag"] else b"B") >= b"Z"),
    Scalar("between", "case when flag then 'a' else 'B' end between 'C' and 'b'", lambda r: bool(r["flag"])),
    Scalar("+", "n + 0.5", known(lambda n: n + 0.5, "n")),
    Scalar("-", "-x - n", known(lambda x, n: -x - n, "x", "n")),
    Scalar("*", "x * 0.1", known(lambda x: x * 0.1, "x")),
    Scalar("*", "amount * 2", known(lambda a: a * 2, "amount")),
    Scalar("/", "n / 2", known(lambda n: n / 2, "n")),
    Scalar("/", "1 / y", known(lambda y: 1 / y if y else None, "y")),
    Scalar("/", "amount / n", known(lambda a, n: float(a) / n if n else None, "amount", "n")),
    # What steps write besides.
    Scalar("//", "n // 2", known(lambda n: math.trunc(n / 2), "n")),
    Scalar("//", "7 // n", known(lambda n: math.trunc(7 / n) if n else None, "n")),
    Scalar("%", "n % 4", known(lambda n: int(math.fmod(n, 4)), "n")),
    Scalar("%", "4 % n", known(lambda n: int(math.fmod(4, n)) if n else None, "n")),
    Scalar("||", "part || '-' || n", known(lambda p, n: f"{p}-{n}", "part", "n")),
    Scalar("cast", "cast(x as bigint)", known(round, "x")),
    Scalar("cast", "cast(amount as bigint)", known(lambda a: int(a.quantize(Decimal(1), "ROUND_HALF_UP")), "amount")),
    Scalar("cast", "cast(x as decimal(18,4))", known(lambda x: shifted(x, 4), "x")),
    Scalar("cast", "cast(x * amount as decimal(18,2))", known(lambda x, a: shifted(x * float(a), 2), "x", "amount")),
    Scalar("cast", "cast(flag as bigint)", known(int, "flag")),
    Scalar("cast", "cast(n as varchar)", known(str, "n")),
    Scalar("cast", "cast(flag as varchar)", known(lambda f: str(f).lower(), "flag")),
    Scalar("cast", "cast(moment as date)", known(datetime.date, "moment")),
    Scalar("cast", "cast(day as timestamp)", known(lambda d: datetime.combine(d, datetime.min.time()), "day")),
    Scalar("case", "case when flag then 1 when not flag then 0.5 end", known(lambda f: 1.0 if f else 0.5, "flag")),
)  # fmt: skip


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _or(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return None if left is None or right is None else False


AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate("quantile", "quantile(x, 0.5)", lambda rows: interpolated(column(rows, "x"), 0.5)),
    Aggregate("quantile", "quantile(n, 0.9)", lambda rows: interpolated(column(rows, "n"), 0.9)),
    Aggregate("quantile", "quantile(amount, 0.25)", lambda rows: interpolated([float(a) for a in column(rows, "amount")], 0.25)),
    Aggregate("quantile", "quantile(x, 0.75) filter (where flag)", lambda rows: interpolated(column([r for r in rows if r["flag"]], "x"), 0.75)),
    Aggregate("last_by", "last_by(word, moment, id)", lambda rows: by_key(rows, "word", "moment", "id")),
    Aggregate("last_by", "last_by(part, day, account_id)", lambda rows: by_key(rows, "part", "day", "account_id")),
    Aggregate("last_by", "last_by(n, account_id)", lambda rows: by_key(rows, "n", "account_id")),
    Aggregate("last_by", "last_by(id, n, id) filter (where flag)", lambda rows: by_key([r for r in rows if r["flag"]], "id", "n", "id")),
    Aggregate("first_by", "first_by(part, moment, id)", lambda rows: by_key(rows, "part", "moment", "id", last=False)),
    Aggregate("first_by", "first_by(id, account_id)", lambda rows: by_key(rows, "id", "account_id", last=False)),
    Aggregate("count_if", "count_if(flag)", lambda rows: sum(row["flag"] is True for row in rows), 0),
    Aggregate("count_if", "count_if(n > 0) filter (where flag)", lambda rows: sum(row["n"] > 0 for row in rows if row["flag"]), 0),
    Aggregate("count_distinct_if", "count_distinct_if(n, flag)", lambda rows: len({row["n"] for row in rows if row["flag"]}), 0),
    Aggregate("sum_if", "sum_if(n, flag)", lambda rows: sum(row["n"] for row in rows if row["flag"]) if any(r["flag"] for r in rows) else None),
    Aggregate("sum_if", "sum_if(points(x), n > 0)", lambda rows: _sum([shifted(r["x"], 6) for r in rows if r["n"] is not None and r["n"] > 0])),
    Aggregate("exact_sum", "exact_sum(x)", lambda rows: exactly([r["x"] for r in rows], 6)),
    Aggregate("exact_sum", "exact_sum(case when flag then x * y end, 12)", lambda rows: exactly([r["x"] * r["y"] for r in rows if r["flag"]], 12)),
    Aggregate("exact_sum", "exact_sum(amount * 1e12, 3)", lambda rows: exactly([None if r["amount"] is None else float(r["amount"]) * 1e12 for r in rows], 3)),
    Aggregate("sum", "sum(n)", lambda rows: _sum(column(rows, "n"))),
    Aggregate("sum", "sum(amount)", lambda rows: _sum(column(rows, "amount"))),
    Aggregate("sum", "sum(n) filter (where flag)", lambda rows: _sum([r["n"] for r in rows if r["flag"]])),
    Aggregate("avg", "avg(amount)", lambda rows: statistics.fmean(map(float, column(rows, "amount"))) if column(rows, "amount") else None),
    Aggregate("avg", "avg(n)", lambda rows: statistics.fmean(column(rows, "n")) if column(rows, "n") else None),
    Aggregate("min", "min(account_id)", lambda rows: min(column(rows, "account_id"), key=str.encode)),
    Aggregate("max", "max(account_id)", lambda rows: max(column(rows, "account_id"), key=str.encode)),
    Aggregate("max", "max(moment)", lambda rows: max(column(rows, "moment"), default=None)),
    Aggregate("count", "count(distinct x)", lambda rows: len(set(column(rows, "x"))), 0),
)  # fmt: skip


def _sum(values: list[Any]) -> Any:
    return sum(values) if values else None


def _asof_rows(strict: bool, keep_all: bool) -> list[tuple[Any, ...]]:
    pairs = [(row["id"], asof(row, strict)) for row in AWKWARD]
    return sorted(pair for pair in pairs if keep_all or pair[1] is not None)


def _percent_ranks() -> list[tuple[Any, ...]]:
    scores = sorted(column(list(AWKWARD), "x"), reverse=True)
    return [(r["id"], scores.index(r["x"]) / (len(scores) - 1)) for r in AWKWARD if r["x"] is not None]


_SPANS = "(select distinct grp, moment from awkward)"

WHOLE: tuple[Whole, ...] = (
    Whole("capacity_rank", "select id, capacity_rank(x, account_id) as answer from awkward", lambda: ranks(None)),
    Whole("capacity_rank", "select id, capacity_rank(x, account_id, grp) as answer from awkward", lambda: ranks("grp")),
    Whole(
        "asof",
        f"select a.id, b.moment as answer from awkward a asof join {_SPANS} b on a.grp = b.grp and a.moment >= b.moment",
        lambda: _asof_rows(strict=False, keep_all=False),
    ),
    Whole(
        "asof",
        f"select a.id, b.moment as answer from awkward a asof left join {_SPANS} b"
        " on a.grp = b.grp and a.moment > b.moment",
        lambda: _asof_rows(strict=True, keep_all=True),
    ),
    Whole(
        "order by",
        "select id, row_number() over (order by account_id desc) as answer from awkward",
        lambda: sorted((row["id"], place) for place, row in enumerate(sorted(AWKWARD, key=text_key, reverse=True), 1)),
    ),
    Whole(
        "order by",
        "select id, row_number() over (order by day, id) as answer from awkward",
        lambda: sorted(
            (row["id"], place)
            for place, row in enumerate(sorted(AWKWARD, key=lambda r: (r["day"] or date.max, r["id"])), 1)
        ),
    ),
    Whole(
        "sum over",
        "select id, sum(n) over (partition by grp) as answer from awkward",
        lambda: sorted((row["id"], _sum(column([r for r in AWKWARD if r["grp"] == row["grp"]], "n"))) for row in AWKWARD),
    ),
    Whole(
        "count_if over",
        "select id, count_if(flag) over (partition by grp) as answer from awkward",
        lambda: sorted((row["id"], sum(r["flag"] is True for r in AWKWARD if r["grp"] == row["grp"])) for row in AWKWARD),
    ),
    Whole(
        "percent_rank",
        "select id, percent_rank() over (order by x desc nulls last) as answer from awkward where x is not null",
        _percent_ranks,
    ),
    Whole(
        "qualify",
        "select id, n as answer from awkward qualify row_number() over (partition by grp order by id) = 1",
        lambda: [(row["id"], row["n"]) for row in AWKWARD if row["id"] in (1, 4, 8, 12)],
    ),
    Whole(
        "distinct on",
        "select distinct on (grp) id, n as answer from awkward order by grp, id",
        lambda: [(row["id"], row["n"]) for row in AWKWARD if row["id"] in (1, 4, 8, 12)],
    ),
)  # fmt: skip
