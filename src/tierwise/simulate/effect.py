"""What sales effort on an account would bring: expected, from what is true, so that nothing is left to one throw of dice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.demand import customers, opening_rate, win_chance
from tierwise.simulate.draws import Flags, Floats
from tierwise.simulate.history import Market


@dataclass(frozen=True)
class Effect:
    """One entry per account, for effort in the first `effort_months` after the history.

    `deals` are the opportunities that open because of it, `value` their chance to be won times the account's lifetime
    value in US dollars; both expected. `can_act` is the state on the last day of the history.
    """

    deals: Floats
    value: Floats
    can_act: Flags


def effect(market: Market) -> Effect:
    """What effort would bring on each account. Nothing on customers, on accounts in a deal, and soon after they left."""
    world, population = market.world, market.accounts
    free = _free(market)
    still, still_worked = np.ones(len(population)), np.ones(len(population))
    deals, value = np.zeros(len(population)), np.zeros(len(population))
    for month in range(market.calendar.months, market.calendar.months + world.effort_months):
        states = market.readiness[month]
        chance = win_chance(world, population, market.can_act()[month]) * market.lifetime_value()
        quiet, worked = (
            opening_rate(world, population, states, np.full(len(population), flag)) for flag in (False, True)
        )
        extra = still_worked * worked - still * quiet
        deals += free * extra
        value += free * extra * chance
        still, still_worked = still * (1 - quiet), still_worked * (1 - worked)
    return Effect(deals, value, market.can_act()[market.calendar.months - 1])


def _free(market: Market) -> Flags:
    """Accounts that may open a deal on the day after the history: no customers, none in a deal, none that left lately."""
    world, calendar, count = market.world, market.calendar, len(market.accounts)
    found = market.opportunities
    live = (found.opened_at < calendar.end) & (found.decided_at >= calendar.end)
    in_deal = np.bincount(found.account[live], minlength=count) > 0
    back = calendar.month_start(np.array([max(calendar.months - world.win_back_months, 0)]))[0]
    ended = market.spells.churned & (market.spells.ended_at >= back) & (market.spells.ended_at < calendar.end)
    left = np.bincount(market.spells.account[ended], minlength=count) > 0
    return ~(customers(market.spells, calendar.end, count) | in_deal | left)
