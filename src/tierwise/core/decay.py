"""Exponential forgetting, in half-lives (not time constants: day 30 of a 30-day half-life is .5, not .368)."""

from __future__ import annotations


def decay(age_days: float, half_life_days: float) -> float:
    """Share of a signal that is left after `age_days`. 1 at age 0, .5 at one half-life; methods f.1."""
    return float(2.0 ** (-age_days / half_life_days))
