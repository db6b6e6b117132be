"""Who looks at what: our own site, a review site, a vendor that sees something and one that does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.draws import Calendar, Flags, Ints, Times, shift, stream
from tierwise.simulate.population import Accounts
from tierwise.simulate.world import Feed, World


@dataclass(frozen=True)
class Signals:
    """One entry per signal of one feed, by time."""

    account: Ints
    occurred_at: Times
    known_at: Times

    def __len__(self) -> int:
        return len(self.account)


def researching(world: World, population: Accounts, months: int, seed: int) -> Flags:
    """Who researches in each month (months x accounts): those with a need, and a few by accident."""
    accident = stream(seed, "false researchers").random((months, len(population))) < world.false_researchers
    return population.need | accident


def signals(world: World, population: Accounts, calendar: Calendar, seed: int) -> dict[str, Signals]:
    """The signals of every feed over the months of history, by name of the feed."""
    active = researching(world, population, calendar.months, seed)
    return {feed.name: _feed(feed, active, calendar, seed) for feed in world.feeds}


def _feed(feed: Feed, active: Flags, calendar: Calendar, seed: int) -> Signals:
    draw = stream(seed, feed.name)
    followed = active if feed.informed else active[:, draw.permutation(active.shape[1])]
    counts = draw.poisson(np.where(followed, feed.researching, feed.quiet))
    month, account = np.nonzero(counts)
    times = counts[month, account]
    month, account = np.repeat(month, times), np.repeat(account, times)
    occurred_at = calendar.instants(month, draw.random(len(month)))
    order = np.lexsort((account, occurred_at))
    account, occurred_at = account[order], occurred_at[order]
    return Signals(account, occurred_at, shift(occurred_at, feed.lag_days))
