"""An estimate is never a bare number: it comes with its interval, its evidence and its grade."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tierwise.stats.shrinkage import Shrunk

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with what it rests on. `None` means not defined on these records, never zero.

    `n` counts the accounts (or opportunities) used, `n_clusters` the ultimate parents, `n_eff` is Kish's
    effective number of clusters, `num` and `den` the numerator and denominator of a ratio. `se` is on the
    scale of `value`. The `shrunk_*` figures are partially pooled over the sibling segments; None where
    there are too few of them.
    """

    value: float | None
    lo: float | None
    hi: float | None
    se: float | None
    n: int
    n_clusters: int
    n_eff: float
    num: float | None
    den: float | None
    method: str
    grade: str
    level: float = LEVEL
    shrunk_value: float | None = None
    shrunk_lo: float | None = None
    shrunk_hi: float | None = None
    shrunk_se: float | None = None

    def pooled(self, shrunk: Shrunk, floor: float | None = None, ceiling: float | None = None) -> Estimate:
        """This estimate with its partially pooled figures, clipped to the possible range."""
        lo, hi = clip(shrunk.lo, shrunk.hi, floor, ceiling)
        return replace(self, shrunk_value=shrunk.value, shrunk_lo=lo, shrunk_hi=hi, shrunk_se=shrunk.se)

    @property
    def degrees_of_freedom(self) -> float:
        """n_eff - 1, at least 1: what the t intervals of methods a.3 and a.6 use."""
        return max(self.n_eff - 1.0, 1.0)


def clip(lo: float, hi: float, floor: float | None, ceiling: float | None) -> tuple[float, float]:
    """An interval cut to the possible range, whichever ends exist."""
    if floor is not None:
        lo, hi = max(lo, floor), max(hi, floor)
    if ceiling is not None:
        lo, hi = min(lo, ceiling), min(hi, ceiling)
    return lo, hi
