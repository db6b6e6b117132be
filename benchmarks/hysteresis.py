"""What holding seats costs and saves: the published comparison of methods h.3, and the trade-off of each rule.

    python -m benchmarks.hysteresis [--accounts 450] [--seats 20] [--years 5] [--repeat 20] [--memory 0.9] [--noise 0.35]

Accounts have a true score that wanders (a normal AR(1) with `memory` from month to month and variance 1) and are seen with
noise once a month. Prints, for each rule: accounts replaced per seat and year, round trips (out and back, or in and out,
within three months) per 100 seat-years, and the mean true score of those who sit.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MONTH = 30  # days between two reviews
ROUND_TRIP = 3  # months


@dataclass(frozen=True)
class Rule:
    """How firmly a seat is held; as in the section `tiers` of a model."""

    name: str
    exit_at: float = 1.0
    confirmations: int = 1
    dwell_days: int = 0
    cooldown_days: int = 0


RULES = (
    Rule("by rank alone"),
    Rule("kept down to 1.5 x seats", exit_at=1.5),
    Rule("and sits 90 days", exit_at=1.5, dwell_days=90),
    Rule("and two reviews (without cooldown)", exit_at=1.5, dwell_days=90, confirmations=2),
    Rule("as by default (60 days of cooldown)", exit_at=1.5, dwell_days=90, confirmations=2, cooldown_days=60),
)


@dataclass
class Held:
    """Who sits, since which day, how many reviews in a row found each beyond its place, and who left when."""

    since: dict[int, int] = field(default_factory=dict)
    beyond: dict[int, int] = field(default_factory=dict)
    left: dict[int, int] = field(default_factory=dict)


def reviewed(held: Held, order: Sequence[int], seats: int, rule: Rule, day: int) -> Held:
    """The seats after a review, in plain Python: the rules of methods h.3 a second time, for tests of the queries.

    `order` is every account, best first.
    """
    place = {account: at for at, account in enumerate(order, 1)}
    found = Held(left=dict(held.left))
    for account in sorted(held.since, key=lambda a: place[a]):
        count = held.beyond.get(account, 0) + 1 if place[account] > rule.exit_at * seats else 0
        leaves = count >= rule.confirmations and day - held.since[account] >= rule.dwell_days
        if (count and leaves) or len(found.since) == seats:
            found.left[account] = day
        else:
            found.since[account], found.beyond[account] = held.since[account], count
    for account in order:
        if len(found.since) == seats:
            break
        rests = account in found.left and day - found.left[account] < rule.cooldown_days
        if account not in held.since and not rests:
            found.since[account], found.beyond[account] = day, 0
    return found


@dataclass
class Counted:
    """Sums over the months of one history."""

    replaced: int = 0
    round_trips: int = 0
    true_score: float = 0.0
    months: int = 0


def counted(truth: NDArray[np.float64], seen: NDArray[np.float64], seats: int, rule: Rule) -> Counted:
    """What a rule makes of one history of scores, one row per month."""
    held, sums, came, went = Held(), Counted(), {}, {}  # type: ignore[var-annotated]
    for month, scores in enumerate(seen):
        order = np.argsort(-scores, kind="stable")[: _reach(scores, held, seats)].tolist()
        following = reviewed(held, order, seats, rule, month * MONTH)
        if month:
            for account in following.since.keys() - held.since.keys():
                sums.replaced += 1
                sums.round_trips += month - went.get(account, -ROUND_TRIP) < ROUND_TRIP
            for account in held.since.keys() - following.since.keys():
                sums.round_trips += month - came.get(account, -ROUND_TRIP) < ROUND_TRIP
        came |= dict.fromkeys(following.since.keys() - held.since.keys(), month)
        went |= dict.fromkeys(held.since.keys() - following.since.keys(), month)
        sums.true_score += float(np.mean(truth[month, list(following.since)]))
        sums.months += 1
        held = following
    return sums


def _reach(scores: NDArray[np.float64], held: Held, seats: int) -> int:
    """As many of the best as matter: down to the last who sits, and enough for every seat behind those who rest."""
    last = int((scores >= scores[list(held.since)].min()).sum()) if held.since else 0
    return max(last, 2 * seats + len(held.left) + len(held.since))


def history(
    random: np.random.Generator, accounts: int, months: int, memory: float, noise: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True scores that wander, and scores as they are seen. One row per month."""
    truth = np.empty((months, accounts))
    truth[0] = random.standard_normal(accounts)
    for month in range(1, months):
        truth[month] = memory * truth[month - 1] + np.sqrt(1 - memory**2) * random.standard_normal(accounts)
    return truth, truth + noise * random.standard_normal(truth.shape)


def compared(
    rules: Iterable[Rule], accounts: int, seats: int, years: int, repeat: int, memory: float, noise: float
) -> Mapping[str, Counted]:
    """Every rule on the same histories."""
    sums = {rule.name: Counted() for rule in rules}
    for seed in range(repeat):
        truth, seen = history(np.random.default_rng(seed), accounts, 12 * years, memory, noise)
        for rule in rules:
            found, total = counted(truth, seen, seats, rule), sums[rule.name]
            for name, value in vars(found).items():
                setattr(total, name, getattr(total, name) + value)
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("accounts", 450), ("seats", 20), ("years", 5), ("repeat", 20)):
        parser.add_argument(f"--{name}", type=int, default=value)
    for name, share in (("memory", 0.9), ("noise", 0.35)):
        parser.add_argument(f"--{name}", type=float, default=share)
    asked = parser.parse_args()
    found = compared(RULES, **vars(asked))
    base = next(iter(found.values()))
    print(f"{'seats are held':<38}{'replaced':>10}{'round trips':>13}{'true score':>12}{'against':>9}")
    for name, sums in found.items():
        seat_years = sums.months / 12 * asked.seats
        score, against = sums.true_score / sums.months, sums.true_score / base.true_score - 1
        trips = 100 * sums.round_trips / seat_years
        print(f"{name:<38}{sums.replaced / seat_years:>10.2f}{trips:>13.1f}{score:>12.3f}{against:>9.1%}")
    print("replaced: accounts per seat and year; round trips: within 3 months, per 100 seat-years")


if __name__ == "__main__":
    main()
