"""A valid file, changed at random places: what becomes of it is not known beforehand, but nothing may be lost."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from scripts.faults.fault import Fault, delimited, key

CHANGES = (
    b"",
    b'"',
    b",",
    b"\n",
    b"\r",
    b";",
    b"\0",
    b"\xff",
    b'""',
    b"x",
    b'",',
    b'\n"',
    b"\xef\xbb\xbf",
    b"\t",
    b" ",
)
COMPANIES = [[key(i), f'The "{i}", Inc.' if i % 3 else f"Bücher\n{i}", str(i)] for i in range(1, 21)]
FILES = 60


def mutations(random: Random) -> Iterator[Fault]:
    """Sixty files of twenty rows with one to eight changes each."""
    for i in range(1, FILES + 1):
        data = bytearray(delimited(COMPANIES, line_end=random.choice(("\n", "\r\n"))))
        for _ in range(random.randint(1, 8)):
            place = random.randrange(len(data))
            data[place : place + random.choice((0, 1))] = random.choice(CHANGES)
        yield Fault("random mutation", str(i), bytes(data), rejected=None)
