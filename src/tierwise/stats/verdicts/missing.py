"""What is missing for a verdict: how many more customers, or how many more months, would decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from tierwise.stats.verdicts.table import Bars, growth_needed

OPEN = ("promising", "watch")
LONGEST = 120  # months; a longer wait is no plan


@dataclass(frozen=True)
class Leg:
    """One of the two legs that decide: how likely it is, what that rests on, and how fast it grows.

    `most` is how likely it would be if nobody left after the records; `least_n` and `least_n_eff` what grade B asks
    for; `per_month` how many customers come to it in a month, None where that is not known.
    """

    name: str
    chance: float
    most: float
    n: int
    n_eff: float
    least_n: int
    least_n_eff: float
    per_month: float | None = None

    def more(self, bars: Bars) -> int | None:
        """Customers missing until it is proven or refuted; None where more of the same would not decide."""
        if self.chance <= bars.low < self.most:
            return None  # a longer record is missing, not more customers
        factor = growth_needed(self.chance, max(self.n_eff, 1.0), bars)
        return None if factor is None else ceil((factor - 1.0) * self.n - 1e-9)

    def months(self, customers: int | None) -> float | None:
        """Months until so many more customers are there at the recent pace; None where it stands still."""
        if customers is None or self.per_month is None or self.per_month <= 0:
            return None
        return round(customers / self.per_month, 1)

    @property
    def short(self) -> int:
        """Customers missing until there is a grade at all."""
        return max(self.least_n - self.n, 0)


@dataclass(frozen=True)
class Missing:
    """What evidence is missing for a verdict, in figures and in words."""

    verdict: str
    legs: tuple[Leg, ...]
    bars: Bars

    @property
    def undecided(self) -> tuple[Leg, ...]:
        if self.verdict not in OPEN:
            return ()
        return tuple(leg for leg in self.legs if leg.chance < self.bars.high and leg.most > self.bars.low)

    @property
    def deciding(self) -> tuple[Leg, int | None] | None:
        """The leg on which the verdict hangs, and how many more customers it takes.

        One leg refuted is enough against a profile; for it, both must be proven.
        """
        if self.verdict == "insufficient_evidence":
            short = [(leg, leg.short) for leg in self.legs if leg.short]
            return max(short, key=lambda found: found[1]) if short else None
        waiting = [(leg, leg.more(self.bars)) for leg in self.undecided]
        against = [(more, leg) for leg, more in waiting if leg.chance <= 0.5 and more is not None]
        if against:
            more, leg = min(against, key=lambda found: found[0])
            return leg, more
        never = [found for found in waiting if found[1] is None]
        return (never or [max(waiting, key=lambda found: found[1] or 0)])[0] if waiting else None

    @property
    def customers(self) -> int | None:
        """Customers until the verdict is decided; None where it is, or where more of the same would not do."""
        return None if self.deciding is None else self.deciding[1]

    @property
    def months(self) -> float | None:
        """Months until then at the recent pace."""
        return None if self.deciding is None else self.deciding[0].months(self.deciding[1])

    def words(self) -> Iterator[str]:
        """A sentence for each leg that holds the verdict back."""
        if self.verdict == "insufficient_evidence":
            for leg in self.legs:
                if leg.short:
                    yield f"{leg.name} rests on {leg.n} customers: {leg.short} more are needed{_wait(leg.months(leg.short))}"
                elif leg.n_eff < leg.least_n_eff:
                    worth = f"as good as {leg.n_eff:.1f} equal ones, {leg.least_n_eff:.0f} are needed"
                    yield f"{leg.name} hangs on a few large customers: {worth}"
        for leg in self.undecided:
            more = leg.more(self.bars)
            if more is not None:
                end = "prove" if leg.chance > 0.5 else "refute"
                yield f"about {more:,} more customers{_wait(leg.months(more))} would {end} {leg.name}, all else equal"
            elif leg.chance > self.bars.low:
                yield f"more evidence of the same kind would not decide {leg.name}: it lies at its bar"


def _wait(months: float | None) -> str:
    if months is None or months < 1:
        return ""
    return f" or about {months:,.0f} more months" if months <= LONGEST else " (more than ten years at the recent pace)"
