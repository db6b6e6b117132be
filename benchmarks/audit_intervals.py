"""How often do the audit's intervals of a share hold the truth, where the companies of a group keep their records alike?

    python -m benchmarks.audit_intervals [--replications 4000] [--seed 1]

Accounts alone, in families (two fifths of them, of six on average), one group with a fifth of all accounts, and ten or
twenty groups with all of them. Within a family records are good or bad together (`alike`: the correlation of two of its
accounts). Each sample is judged as if accounts were independent, and with the design effect of families.

Figures of a run are in docs/methods/audit.md.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.intervals import wilson
from tierwise.stats.ratios import RatioSums, proportion

Sizes = NDArray[np.int64]
KINDS = ("alone", "families", "one large group", "twenty groups", "ten groups")


def sizes(kind: str, accounts: int, rng: np.random.Generator) -> Sizes:
    """How many accounts each ultimate parent has."""
    if kind in ("twenty groups", "ten groups"):
        groups = 20 if kind == "twenty groups" else 10
        return np.full(groups, accounts // groups)
    if kind == "one large group":
        return np.array([accounts // 5, *[1] * (accounts - accounts // 5)])
    in_families, drawn = 0 if kind == "alone" else accounts * 2 // 5, []
    while in_families > 0:
        drawn.append(min(in_families, 1 + int(rng.geometric(0.2))))
        in_families -= drawn[-1]
    return np.array([*drawn, *[1] * (accounts - sum(drawn))])


def held(kind: str, accounts: int, share: float, alike: float, replications: int, rng: np.random.Generator) -> Sizes:
    """In how many samples the truth lies in the interval of independent accounts, and in that of families."""
    found = np.zeros(2, dtype=np.int64)
    for _ in range(replications):
        size = sizes(kind, accounts, rng)
        spare = (1.0 - alike) / alike if alike else 0.0
        good = rng.beta(share * spare, (1.0 - share) * spare, len(size)) if alike else np.full(len(size), share)
        looked, met = size.astype(float), rng.binomial(size, good).astype(float)
        estimate = proportion(RatioSums.of(looked, met))
        naive = wilson(met.sum(), looked.sum())
        ends = (estimate.lo, estimate.hi)
        found += [naive[0] <= share <= naive[1], (ends[0] or 0.0) <= share <= (1.0 if ends[1] is None else ends[1])]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng, times = np.random.default_rng(arguments.seed), arguments.replications
    print(f"{'accounts':18} {'n':>5} {'alike':>6} {'share':>6} {'independent':>12} {'families':>9}")
    for kind in KINDS:
        for accounts in (200, 1000):
            for alike in (0.0, 0.5):
                for share in (0.05, 0.3, 0.9):
                    naive, ours = held(kind, accounts, share, alike, times, rng) / times
                    print(f"{kind:18} {accounts:5} {alike:6.1f} {share:6.2f} {naive:12.3f} {ours:9.3f}")


if __name__ == "__main__":
    main()
