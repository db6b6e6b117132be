"""Evidence grades: A decision grade, B directional, C insufficient (methods 0.7).

The limits come from the coverage experiment in docs/methods/retention.md: below ten accounts or six effective
ones no interval that was tried keeps its promise.
"""

from __future__ import annotations

from dataclasses import dataclass

GRADES = ("A", "B", "C")


@dataclass(frozen=True)
class GradeLimits:
    """What grades A and B ask for. `half_width` is absolute for shares, relative when `relative` is set."""

    a_n: int = 30
    a_n_eff: float = 15.0
    a_top_share: float = 0.25
    a_half_width: float = 0.15
    relative: bool = False
    b_n: int = 10
    b_n_eff: float = 6.0


SHARE_LIMITS = GradeLimits()
# CLV: relative width; an interval from fewer than 60 starts is directional at best, from fewer than 30
# insufficient (methods b.1).
VALUE_LIMITS = GradeLimits(a_n=60, a_half_width=0.25, relative=True, b_n=30)

# The cost of acquisition rests on a count of new customers.
COST_LIMITS = GradeLimits(a_half_width=0.25, relative=True)


def grade(
    n: int,
    n_eff: float,
    top_share: float | None,
    value: float | None,
    lo: float | None,
    hi: float | None,
    limits: GradeLimits = SHARE_LIMITS,
) -> str:
    """The evidence grade of a raw estimate: 'A', 'B' or 'C'. An undefined value or interval is C."""
    if value is None or lo is None or hi is None or n < limits.b_n or n_eff < limits.b_n_eff:
        return "C"
    half_width = (hi - lo) / 2.0
    if limits.relative:
        half_width = half_width / abs(value) if value else float("inf")
    concentrated = top_share is not None and top_share > limits.a_top_share
    decided = n >= limits.a_n and n_eff >= limits.a_n_eff and half_width <= limits.a_half_width
    return "A" if decided and not concentrated else "B"


def worst(*grades: str) -> str:
    """The weakest of several grades: a conclusion is no better than its poorest evidence."""
    return max(grades, key=GRADES.index)
