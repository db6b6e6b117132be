"""Is a profile worth winning? Retention and value decide, the win rate only comments (methods b.5)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from tierwise.stats.solve import root

MOST_GROWTH = 1000.0


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
    value_at_most: float | None = None,
) -> Verdict:
    """The verdict on a segment from the probabilities of its three legs and its evidence grade.

    The legs are P(NRR >= bar), P(value >= bar) and P(win rate >= bar). `value_at_most`, where value is counted over a
    short record, is P(value >= bar) if nobody left later: short records may prove value, and reject only what would
    fall short even then.

    None means that the leg cannot be computed; an unknown win rate is an unproven one. Without either
    revenue leg the profile is unvalidated. A win rate never moves a segment between the rows of the table.
    """
    bars = bars or Bars()
    if retention is None and value is None:
        return Verdict("unvalidated", "no revenue records speak for or against this profile")
    if grade == "C":
        return Verdict("insufficient_evidence", "too few customers for a verdict")
    column = _column(win, bars)
    most = value if value is None or value_at_most is None else max(value, value_at_most)
    proven = [leg for leg in (retention, value) if leg is not None]
    if len(proven) == 2 and min(proven) >= bars.high:
        names = ("validated", "validated_win_rate_unproven", "positioning_gap")
        notes = ("", _unproven(win), "worth winning, seldom won: fix message or qualification")
        return Verdict(names[column], notes[column])
    if min(leg for leg in (retention, most) if leg is not None) <= bars.low:
        names = ("closeable_not_worth_closing", "not_worth_closing", "avoid")
        return Verdict(names[column], _contradiction(retention, value, most, bars))
    return Verdict(("promising", "promising", "watch")[column], _missing(retention, value, bars))


def growth_needed(chance: float, n_eff: float, bars: Bars | None = None) -> float | None:
    """By what factor the evidence on a leg must grow until it is proven, or disproven where it is less likely than not.

    All else equal: the standard error shrinks with the square root of the evidence, and its degrees of freedom grow.
    1 for a leg that is decided. None where the estimate lies so near its bar that a thousand times as much would
    not do: more evidence of the same kind would not decide.
    """
    from scipy.special import stdtr, stdtrit

    bars = bars or Bars()
    if chance >= bars.high or chance <= bars.low:
        return 1.0
    goal = bars.high if chance > 0.5 else 1.0 - bars.low
    distance = abs(float(stdtrit(max(n_eff - 1.0, 1.0), chance)))

    def short(log_factor: float) -> float:
        factor = exp(log_factor)
        return goal - float(stdtr(max(n_eff * factor - 1.0, 1.0), distance * factor**0.5))

    return exp(root(short, 0.0, log(MOST_GROWTH))) if short(log(MOST_GROWTH)) < 0.0 else None


def _column(win: float | None, bars: Bars) -> int:
    if win is None:
        return 1
    return 0 if win >= bars.high else 2 if win <= bars.low else 1


def _unproven(win: float | None) -> str:
    return "no win rate on record" if win is None else "the win rate is neither above nor below the bar"


def _contradiction(retention: float | None, value: float | None, most: float | None, bars: Bars) -> str:
    if retention is None or value is None or most is None:
        return ""
    if retention >= bars.high and most <= bars.low:
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
