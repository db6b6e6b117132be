"""How many customers are still there after so many months?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from tierwise.core.spec import Spec, default
from tierwise.stats.survival import kaplan_meier, log_log_band
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import survival as dictionary

if TYPE_CHECKING:
    import pyarrow as pa


class SurvivalSpec(Spec):
    """How far the curves are drawn."""

    min_at_risk: int = default(5, "a curve ends where fewer customers than this are observed", unit="accounts", ge=1)
    level: float = default(0.95, "level of the bands", source="methods a.3", unit="share", gt=0, lt=1)


def survival(spec: SurvivalSpec, as_of: date, value_months: pa.Table) -> pa.Table:
    """The chance of still being a customer after each month of tenure. One row per dimension, name and month.

    None where customers have no contract. A share of the customers that were acquired; those who are still here are
    censored, neither dropped nor lost. Kaplan and Meier, with a pointwise band on the scale of log(-log S) (Kalbfleisch and
    Prentice 2002, section 1.4).
    """
    rows = []
    for (dimension, name), months in groups(value_months, ("dimension", "name"), "tenure"):
        if numbers(months, "watched").sum() > 0:
            continue  # without a contract nobody is seen to leave, and a curve would say that everybody stays
        # a month of tenure in which nobody was seen ends the curve as well
        gap = numbers(months, "tenure") != np.arange(len(months))
        thin = np.flatnonzero(gap | (numbers(months, "at_risk") < spec.min_at_risk))
        kept = months.slice(0, int(thin[0]) if len(thin) else len(months))
        curve = kaplan_meier(numbers(kept, "tenure") + 1, numbers(kept, "at_risk"), numbers(kept, "deaths"))
        lo, hi = log_log_band(curve, spec.level)
        rows += [
            {"dimension": dimension, "name": name, "months": int(t), "at_risk": int(n), "left": int(d), "survival": s,
             "lo": low, "hi": high}
            for t, n, d, s, low, high in zip(
                curve.times, curve.at_risk, curve.events, curve.survival.tolist(), lo.tolist(), hi.tolist(), strict=True
            )
        ]  # fmt: skip
    return filled(dictionary.SURVIVAL, rows)
