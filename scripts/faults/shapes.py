"""Lines and columns that do not fit: delimiters, ragged rows, cut files, headings, line ends, large cells."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.fault import HEADING, Fault, delimited, key

COMPANIES = [[key(i), f"Company {i}, Ltd.", str(10 * i)] for i in range(1, 9)]
LINES = [",".join((k, f"Company {i}", size)) for i, (k, _, size) in enumerate(COMPANIES, 1)]
HEAD = ",".join(HEADING)
MEBIBYTE = 1 << 20


def shapes(random: Random) -> Iterator[Fault]:
    """Every fault of shape."""
    yield from _delimiters(random)
    yield from _ragged(random)
    yield from _cut(random)
    yield from _line_ends(random)
    yield from _headings()
    yield from _nul(random)
    yield from _large()
    yield from _empty()


def _text(lines: list[str]) -> bytes:
    return "\n".join([HEAD, *lines, ""]).encode()


def _delimiters(random: Random) -> Iterator[Fault]:
    row = "mixed delimiters"
    for sign, name in ((";", "semicolon"), ("\t", "tab"), ("|", "bar")):
        yield Fault(row, f"all {name}", delimited(COMPANIES, delimiter=sign), 8)
        at = random.randrange(1, 8)
        lines = [line.replace(",", sign) if i == at else line for i, line in enumerate(LINES)]
        yield Fault(row, f"one {name} row among commas", _text(lines), 8, {at + 2: "1 values where"})
    half = [line.replace(",", ";") if i % 2 else line for i, line in enumerate(LINES)]
    yield Fault(row, "every other row", _text(half), 8, dict.fromkeys((3, 5, 7, 9), "1 values where"))
    decimals = [["key-0001", "A", "1"], ["key-0002", "B, C, D, E", "2"]]
    yield Fault(row, "commas inside semicolons", delimited(decimals, delimiter=";"), 2)
    yield Fault(row, "two that fit", b"account_key,name;x\nkey-0001,A;x\n", error="could be the delimiter")


def _ragged(random: Random) -> Iterator[Fault]:
    row = "ragged rows"
    for name, change, count in (
        ("one short", lambda line: line.rpartition(",")[0], 2),
        ("one long", lambda line: line + ",more", 4),
        ("very long", lambda line: line + "," * 500, 503),
        ("key alone", lambda line: line.partition(",")[0], 1),
    ):
        at = random.randrange(8)
        lines = [change(line) if i == at else line for i, line in enumerate(LINES)]
        yield Fault(row, name, _text(lines), 8, {at + 2: f"{count} values where the heading has 3"})
    at = sorted(random.sample(range(8), 5))
    lines = [line + "," * (i % 3 + 1) if i in at else line for i, line in enumerate(LINES)]
    yield Fault(row, "most rows", _text(lines), 8, {i + 2: "values where the heading has 3" for i in at})
    trailing = _text([line + "," for line in LINES])
    yield Fault(row, "every row ends with a comma", trailing, 8, error="none of 8 rows can be loaded")


def _cut(random: Random) -> Iterator[Fault]:
    row = "truncated quoted last line"
    whole = delimited(COMPANIES)
    start = whole.rindex(b"key-0008")
    opened = whole.index(b'"', start)
    closed = whole.rindex(b'"')
    for cut in sorted(random.sample(range(opened + 1, closed), 8)):
        rejected = {9: "a quoted value is not closed: the file may be cut off"}
        yield Fault(row, f"cut {closed - cut} bytes before the quote", whole[:cut], 8, rejected)
    yield Fault(row, "cut after the closing quote", whole[: closed + 1], 8, {9: "2 values where the heading has 3"})
    yield Fault(row, "cut in the key", whole[: start + 4], 8, {9: "1 values where the heading has 3"})
    yield Fault(
        row, "cut inside a letter", "account_key,name\nkey-0001,Zoë\nkey-0002,Zoë".encode()[:-1], error="cut off"
    )
    quoted = b'account_key,name\nkey-0001,A\nkey-0002,"two\nlines\nkey-0003,B\nkey-0004,C\n'
    yield Fault(row, "quote never closed in the middle", quoted, 5, {3: "not closed", 4: "1 values where"})
    closing = b'account_key,name\nkey-0001,"A" B\nkey-0002,C\n'
    yield Fault(row, "text after a closing quote", closing, 2, {2: "text follows a closing quote"})


def _line_ends(random: Random) -> Iterator[Fault]:
    row = "mixed line ends"
    for name, end in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")):
        yield Fault(row, f"all {name}", delimited(COMPANIES, line_end=end), 8)
    for i in range(3):
        text = HEAD + "".join(random.choice(("\n", "\r\n", "\r")) + line for line in LINES)
        yield Fault(row, f"any of them, {i + 1}", text.encode(), 8)
    inside = delimited([["key-0001", "two\r\nlines", "1"], ["key-0002", "two\nmore", "x"]])
    yield Fault(row, "inside quotes", inside, 2, {4: "'x' is not a whole number"})
    blank = _text(["", LINES[0], "", "", LINES[1].replace("20", "many")])
    yield Fault(row, "blank lines between", blank, 2, {6: "'many' is not a whole number"})


def _headings() -> Iterator[Fault]:
    row = "duplicate headers"
    twice = b"account_key,name,name\nkey-0001,A,B\n"
    yield Fault(row, "needed", twice, error="'name' occurs more than once")
    yield Fault(row, "declared", twice, 1, values={"name": ["B"]}, options={"map": {"name": "name#2"}})
    yield Fault(row, "nobody uses it", b"account_key,x,x\nkey-0001,1,2\n", 1)
    yield Fault(
        row, "three times", b"domain,domain,domain\na.com,b.com,c.com\n", error="'domain' occurs more than once"
    )
    yield Fault(row, "in capitals", b"account_key,Name,NAME\nkey-0001,A,B\n", error="'Name' and 'NAME' say the same")
    yield Fault(
        row, "in capitals, declared", b"account_key,Name,NAME\nkey-0001,A,B\n", 1, options={"map": {"name": "NAME"}}
    )
    yield Fault(row, "without a name", b"account_key,name,\nkey-0001,A,B\n", 1)
    yield Fault(row, "mostly without a name", b"account_key,,\nkey-0001,A,B\n", error="no heading is known")
    yield Fault(row, "heading quoted and never closed", b'account_key,"name\nkey-0001,A\n', error="heading line")


def _nul(random: Random) -> Iterator[Fault]:
    row = "NUL inside a field"
    for count in (1, 3, 40):
        data = bytearray(_text(LINES))
        for _ in range(count):
            data.insert(random.randrange(len(HEAD) + 1, len(data)), 0)
        yield Fault(row, f"{count} of them", bytes(data), 8, note=f"{count} NUL characters were removed")
    yield Fault(row, "nothing else", b"\0" * 64, error="the file is empty")


def _large() -> Iterator[Fault]:
    row = "10 MB cell"
    for size, name in ((10_000_000, "10 MB"), (MEBIBYTE + 1, "a byte above 1 MiB")):
        data = _text([LINES[0], f"key-0002,{'x' * size},2", LINES[2]])
        yield Fault(row, name, data, 3, {3: "holds more than 1 MiB"})
    yield Fault(row, "just 1 MiB", _text([LINES[0], f"key-0002,{'x' * MEBIBYTE},2"]), 2)
    data = _text([LINES[0], f'key-0002,"{"x" * 2 * MEBIBYTE}",2', LINES[2]])
    yield Fault(row, "quoted, 2 MiB", data, 3, {3: "holds more than 1 MiB"})
    wide = ",".join(["account_key", *(f"c{i}" for i in range(5_000))]) + "\nkey-0001" + ",1" * 5_000 + "\n"
    yield Fault(row, "5,000 columns", wide.encode(), 1)


def _empty() -> Iterator[Fault]:
    row = "empty or header-only"
    for name, data, error in (
        ("no byte", b"", "the file is empty"),
        ("line ends", b"\r\n\r\n\n", "the file is empty"),
        ("spaces", b"   \n  ", "the file is empty"),
        ("mark alone", b"\xef\xbb\xbf", "the file is empty"),
        ("heading alone", _text([]), "has a heading and no rows"),
        ("heading without a line end", HEAD.encode(), "has a heading and no rows"),
        ("delimiters alone", b",,\n,,\n,,\n", "no heading is known"),
    ):
        yield Fault(row, name, data, error=error)
        if "heading" not in error or "rows" in error:
            yield Fault(row, f"{name}, allowed", data, options={"allow_empty": True})
