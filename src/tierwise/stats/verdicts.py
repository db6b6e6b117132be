"""Is a profile worth winning? Retention and value decide, the win rate only comments (methods b.5)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist


@dataclass(frozen=True)
class Verdict:
    """A verdict of the vocabulary, with what is missing or contradicts, in words."""

    verdict: str
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """Probabilities from which a leg counts as proven (`high`) or disproven (`low`)."""

    high: float = 0.80
    low: float = 0.20


def verdict(
    retention: float | None,
    value: float | None,
    win: float | None,
    grade: str,
    bars: Bars | None = None,
) -> Verdict:
    """The verdict on a segment from the probabilities of its three legs and its evidence grade.

    The legs are P(NRR >= bar), P(value >= bar) and P(win rate >= bar).

    None means that the leg cannot be computed; an unknown win rate is an unproven one. Without either
    revenue leg the profile is unvalidated. A win rate never moves a segment between the rows of the table.
    """
    bars = bars or Bars()
    if retention is None and value is None:
        return Verdict("unvalidated", "no revenue records speak for or against this profile")
    if grade == "C":
        return Verdict("insufficient_evidence", "too few customers for a verdict")
    column = _column(win, bars)
    legs = [leg for leg in (retention, value) if leg is not None]
    if len(legs) == 2 and min(legs) >= bars.high:
        names = ("validated", "validated_win_rate_unproven", "positioning_gap")
        notes = ("", _unproven(win), "worth winning, seldom won: fix message or qualification")
        return Verdict(names[column], notes[column])
    if min(legs) <= bars.low:
        names = ("closeable_not_worth_closing", "not_worth_closing", "avoid")
        return Verdict(names[column], _contradiction(retention, value, bars))
    return Verdict(("promising", "promising", "watch")[column], _missing(retention, value, bars))


def needed(n: int, chance: float, probability: float = 0.80) -> int | None:
    """How many accounts would prove a leg that is now `chance` likely from `n`, all else equal.

    The standard error shrinks with the square root of n, so the distance to the bar in standard errors
    grows with it. None when the estimate lies below the bar, or so near it that no number on record would
    do.
    """
    normal = NormalDist()
    if chance <= 0.5 or chance >= probability:
        return None if chance <= 0.5 else n
    more = (normal.inv_cdf(probability) / normal.inv_cdf(chance)) ** 2
    return ceil(n * more) if more < 1000 else None


def _column(win: float | None, bars: Bars) -> int:
    if win is None:
        return 1
    return 0 if win >= bars.high else 2 if win <= bars.low else 1


def _unproven(win: float | None) -> str:
    return "no win rate on record" if win is None else "the win rate is neither above nor below the bar"


def _contradiction(retention: float | None, value: float | None, bars: Bars) -> str:
    if retention is None or value is None:
        return ""
    if retention >= bars.high and value <= bars.low:
        return "scale motion: they stay but are worth little; keep them at low touch"
    if value >= bars.high and retention <= bars.low:
        return "valuable so far, but revenue is shrinking"
    return ""


def _missing(retention: float | None, value: float | None, bars: Bars) -> str:
    missing = [
        f"{name} {'not on record' if leg is None else f'not proven ({leg:.0%} likely)'}"
        for name, leg in (("retention", retention), ("lifetime value", value))
        if leg is None or leg < bars.high
    ]
    return "; ".join(missing)
