"""Is a profile worth winning, and what is missing to say so."""

from tierwise.stats.verdicts.missing import Leg, Missing
from tierwise.stats.verdicts.table import Bars, Verdict, growth_needed, verdict

__all__ = ["Bars", "Leg", "Missing", "Verdict", "growth_needed", "verdict"]
