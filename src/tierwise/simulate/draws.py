"""Random numbers that stay put: one named stream per question, and calendar time out of uniforms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Times = NDArray[np.datetime64]
Words = NDArray[np.str_]

MINUTE = np.timedelta64(1, "m")


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one named process under one seed.

    Every process draws from its own stream, and the same number of values whatever happens, so two markets
    that differ in one respect share all other chances (common random numbers).
    """
    digest = sha256(f"{seed}/{name}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def pick(uniforms: Floats, weights: tuple[float, ...]) -> Ints:
    """The index of the weight on which each uniform falls; weights need not add up to one."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges[:-1], uniforms, side="right").astype(np.int64)


def shift(times: Times, days: Ints | int) -> Times:
    """The same times of day, so many days later."""
    return times + np.asarray(days, dtype=np.int64).astype("timedelta64[D]")


@dataclass(frozen=True)
class Calendar:
    """Whole calendar months: `months` of history that end with `as_of`, then `horizon` months to come."""

    as_of: date
    months: int
    horizon: int

    def __post_init__(self) -> None:
        if (self.as_of + timedelta(days=1)).day != 1:
            raise ValueError(f"as_of must be the last day of a month, not {self.as_of}")

    @property
    def first_month(self) -> np.datetime64:
        return np.datetime64(self.as_of, "M") - np.timedelta64(self.months - 1, "M")

    @property
    def start(self) -> np.datetime64:
        """The first minute of history."""
        return self.first_month.astype("datetime64[m]")

    @property
    def end(self) -> np.datetime64:
        """The first minute that is not known as of `as_of`."""
        return (np.datetime64(self.as_of, "D") + np.timedelta64(1, "D")).astype("datetime64[m]")

    @property
    def horizon_end(self) -> np.datetime64:
        """The first minute after the last month to come."""
        return self.month_start(np.array([self.months + self.horizon]))[0]

    def month_start(self, months: Ints) -> Times:
        """The first minute of each month; 0 is the first month of history."""
        return (self.first_month + months.astype("timedelta64[M]")).astype("datetime64[m]")

    def instants(self, months: Ints, uniforms: Floats) -> Times:
        """A minute within each month."""
        start = self.month_start(months)
        length = (self.month_start(months + 1) - start) / MINUTE
        return start + np.floor(uniforms * length).astype("timedelta64[m]")

    def days_before_end(self, days: Ints) -> Times:
        """The last minute of history, that many days earlier."""
        return shift(np.full(len(days), self.end - MINUTE), -days)

    def later(self, times: Times, uniforms: Floats) -> Times:
        """A minute between each instant and the end of history."""
        left = (np.full(len(times), self.end) - times) / MINUTE
        return times + np.floor(uniforms * left).astype("timedelta64[m]")
