"""Values that are not what they look like: amounts, numbers of other countries, dates, ids, types that change late."""

# ruff: noqa: DTZ001 (landed moments are naive UTC)
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from random import Random

from scripts.faults.fault import Fault, column, key

UNREADABLE_AMOUNTS = (
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "1e400",
    "9" * 30,
    "0x10",
    "--5",
    "1.2.3",
    "TRUE",
    "#REF!",
)
AMOUNTS = {
    "$1,200.00": (".", "1200"),
    "(300)": (None, "-300"),
    "1.234,56": (None, "1234.56"),
    "1,234.56": (None, "1234.56"),
    "1e3": (None, "1000"),
    "12 345,67": (None, "12345.67"),
    "1\u202f234,50": (None, "1234.5"),
    "1'234.50": (None, "1234.5"),
    "€ 99,90": (",", "99.9"),
    "99.90 EUR": (".", "99.9"),
    "1,23,456.00": (".", None),
    "300-": (None, "-300"),
    "−5": (None, "-5"),
    "0.00005": (".", "0"),
    ".5": (None, "0.5"),
    "١٢٣": (None, "123"),
}
DATES = {
    "2024-02-29": datetime(2024, 2, 29),
    "2024-02-30": None,
    "2023-02-29": None,
    "2024-13-01": None,
    "0000-00-00": None,
    "-2024-01-01": None,
    "9999-12-31": datetime(9999, 12, 31),
    "2999-01-01": datetime(2999, 1, 1),
    "1066-10-14": datetime(1066, 10, 14),
    "10000-01-01": None,
    "2024-01-01T00:00:00Z": datetime(2024, 1, 1),
    "2024-01-01 23:30:00-05:00": datetime(2024, 1, 2, 4, 30),
    "2024-01-01 24:00:00": None,
    "2016-12-31 23:59:60": None,
    "31 Dec 2024": datetime(2024, 12, 31),
    "45292": None,
    "tomorrow": None,
    "25/12/2024": datetime(2024, 12, 25),
    "12/25/2024": datetime(2024, 12, 25),
}  # fmt: skip
IDS = ("02134", "007", "1E5", "00000000000000000001", "1.0", "+49", "٠٧", "TRUE", "2024-01-01", "3/4", "1,5")
LATE = 5_000


def values(random: Random) -> Iterator[Fault]:
    """Every fault of value."""
    yield from _amounts()
    yield from _dates()
    for text in IDS:
        row = b"account_key,name\n" + f'"{text}",key-0001\n'.encode()
        yield Fault("leading zeros and ids", f"id {text}", row, 1, values={"account_key": [text]})
    yield from _late(random)


def _amounts() -> Iterator[Fault]:
    row = "NaN and inf in amounts"
    for text in UNREADABLE_AMOUNTS:
        shown = text if len(text) < 12 else "30 digits"
        data = column("annual_revenue", ["5", text])
        yield Fault(row, shown, data, 2, {3: "is not an amount"}, values={"annual_revenue": [Decimal(5)]})
    blank = {"bad_values": "blank"}
    yield Fault(row, "counts as missing", column("annual_revenue", ["5", "NaN"]), 2, options=blank)
    row = "number formats"
    for text, (decimal, amount) in AMOUNTS.items():
        data = column("annual_revenue", ["7", text])
        loaded = [Decimal(7)] if amount is None else [Decimal(7), Decimal(amount)]
        rejected = {3: "is not an amount"} if amount is None else {}
        options = {"decimal": decimal} if decimal else {}
        yield Fault(row, text, data, 2, rejected, values={"annual_revenue": loaded}, options=options)
    for text in ("1,200", "1.200"):
        yield Fault(row, f"{text}, undeclared", column("annual_revenue", [text]), error="Declare `decimal:")
    both = column("annual_revenue", ["1.234,56", "1,234.56"])
    yield Fault(row, "two marks in one column", both, error="different decimal marks")
    unknown = column("annual_revenue", ["5", "5 ZZZ"])
    yield Fault(row, "unknown currency", unknown, 2, {3: "is not an amount"})
    negative = column("employees", ["5", "-5", "5.5", "1e2", "many"])
    yield Fault(row, "people", negative, 5, {4: "'5.5'", 5: "'1e2'", 6: "'many'"}, values={"employees": [5, -5]})


def _dates() -> Iterator[Fault]:
    row = "odd dates"
    for text, moment in DATES.items():
        loaded = [datetime(2024, 5, 31)] + ([moment] if moment else [])
        rejected = {} if moment else {3: "is not a date"}
        yield Fault(row, text, column("created_at", ["2024-05-31", text]), 2, rejected, values={"created_at": loaded})
    row = "1/2/2024 and 02-01-2024"
    yield Fault(row, "undeclared", column("created_at", ["1/2/2024", "02-01-2024"]), error="Declare `dates: day_first`")
    for order, month in (("day_first", (2, 1)), ("month_first", (1, 2))):
        days = [datetime(2024, month[0], 3 - month[0]), datetime(2024, month[1], 3 - month[1])]
        data = column("created_at", ["1/2/2024", "02-01-2024"])
        yield Fault(row, order, data, 2, values={"created_at": days}, options={"dates": order})
    decided = column("created_at", ["1/2/2024", "31/1/2024"])
    yield Fault(
        row, "one value decides", decided, 2, values={"created_at": [datetime(2024, 2, 1), datetime(2024, 1, 31)]}
    )
    yield Fault(row, "two contradict", column("created_at", ["31/1/2024", "1/31/2024"]), error="Declare `dates:`")


def _late(random: Random) -> Iterator[Fault]:
    """A column that is numbers for thousands of rows, and then is not."""
    row = "type changes late in the file"
    for text in ("unknown", "12.5", '"12"" disk"', "2024-01-01", "1e2e3"):
        line = LATE + random.randrange(100)
        sizes = [str(i % 900) for i in range(1, LATE + 200)]
        lines = [f"{key(i)},{size}" for i, size in enumerate(sizes, 1)]
        lines[line - 2] = f"{key(line - 1)},{text}"
        data = "\n".join(["account_key,employees", *lines]).encode()
        yield Fault(row, text, data, len(lines), {line: "is not a whole number"})
