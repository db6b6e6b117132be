"""What accounts do month by month: open deals, decide, buy, pay more or less, leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.draws import Calendar, Flags, Floats, Ints, Times, stream
from tierwise.simulate.population import Accounts
from tierwise.simulate.world import World

PROSPECT, IN_DEAL, CUSTOMER, CHURNED = range(4)
LIVE, WON, LOST = range(3)
_STREAMS = ("opening", "decision", "outcome", "logging", "day", "churn", "level change", "direction")


@dataclass(frozen=True)
class Opportunities:
    """One entry per new-business deal, by opening; `logged` says whether the CRM ever heard of its end."""

    account: Ints
    opened_at: Times
    decided_at: Times
    """When the account decided; the end of the horizon where it has not."""
    outcome: Ints
    logged: Flags
    can_act_when_opened: Flags

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True)
class Spells:
    """One entry per stretch of unchanged monthly revenue of a contract; `ended_at` is NaT while it runs."""

    account: Ints
    contract: Ints
    started_at: Times
    ended_at: Times
    mrr: Floats
    """US dollars per month."""
    churned: Flags
    """Whether the contract ended with this stretch."""

    def __len__(self) -> int:
        return len(self.account)


def customers(spells: Spells, at: np.datetime64, count: int) -> Flags:
    """Which of `count` accounts pay at an instant."""
    paying = (spells.started_at <= at) & (np.isnat(spells.ended_at) | (spells.ended_at > at))
    return np.bincount(spells.account[paying], minlength=count) > 0


def demand(
    world: World, population: Accounts, states: Flags, effort: Flags, calendar: Calendar, seed: int
) -> tuple[Opportunities, Spells]:
    """Play all months of `states` (months x accounts x 4) under `effort` (months x accounts).

    The first `months_before_crm` of them come before the first month of the calendar. Every month every
    process draws one number per account, so that effort on some accounts leaves the chances of all others as
    they were.
    """
    play = _Play(world, population, calendar, seed)
    for place in range(len(states)):
        play.month(place - world.months_before_crm, states[place], effort[place])
    return play.opportunities(), play.spells()


def opening_rate(world: World, population: Accounts, states: Flags, effort: Flags) -> Floats:
    """The chance of each account to open a deal in a month; `states` is accounts x 4.

    Effort multiplies the chance of accounts that can decide, or nearly; elsewhere it does nothing.
    """
    rates, dimensions = world.opening, states.sum(axis=1)
    can_act = population.need & (dimensions == states.shape[1])
    nearly = population.need & (dimensions >= 2) & ~can_act
    base = np.select(
        (can_act, nearly, population.need), (rates.can_act, rates.two_dimensions, rates.need), rates.no_need
    )
    lift = np.select(
        (can_act & effort, nearly & effort), (world.effort_on_can_act, world.effort_on_two_dimensions), 1.0
    )
    return np.asarray(base * lift)


def win_chance(world: World, population: Accounts, can_act: Flags) -> Floats:
    """The chance of each account to buy when it decides, given whether it can act then."""
    rates = np.array([segment.win_rate for segment in world.segments])[population.segment]
    personal = rates * np.where(population.relationship, world.relationship_win_factor, 1.0)
    ready, unready = world.ready_win_factor * personal, world.unready_win_floor + world.unready_win_factor * personal
    return np.minimum(np.where(can_act, ready, unready), world.win_ceiling)


class _Play:
    """The state of all accounts at the start of a month, and what has happened so far."""

    def __init__(self, world: World, population: Accounts, calendar: Calendar, seed: int) -> None:
        count = len(population)
        self.world, self.population, self.calendar = world, population, calendar
        self.draws = {name: stream(seed, name) for name in _STREAMS}
        segments = [world.segments[place] for place in population.segment]
        self.churn_rate = np.array([segment.monthly_churn for segment in segments])
        self.growth = np.array([segment.monthly_expansion for segment in segments])
        self.status = np.full(count, PROSPECT)
        self.since = np.zeros(count, dtype=np.int64)
        self.mrr = np.zeros(count)
        self.opened_at = np.full(count, np.datetime64("NaT"), dtype="datetime64[m]")
        self.could_act = np.zeros(count, dtype=np.bool_)
        self.deals: list[tuple[Ints, Times, Times, Ints, Flags, Flags]] = []
        self.movements: list[tuple[Ints, Times, Floats]] = []

    def month(self, month: int, states: Flags, effort: Flags) -> None:
        """One transition at most per account and month."""
        chance = {name: draw.random(len(self.status)) for name, draw in self.draws.items()}
        when = self.calendar.instants(np.full(len(self.status), month), chance["day"])
        can_act = self.population.need & states.all(axis=1)
        status, age = self.status.copy(), month - self.since

        self._decide(month, status == IN_DEAL, age, can_act, chance, when)
        self._move_revenue(month, status == CUSTOMER, chance, when)
        back = (status == CHURNED) & (age >= self.world.win_back_months)
        self.status[back] = PROSPECT
        rate = opening_rate(self.world, self.population, states, effort)
        opening = ((status == PROSPECT) | back) & (chance["opening"] < rate)
        self.status[opening], self.since[opening] = IN_DEAL, month
        self.opened_at[opening], self.could_act[opening] = when[opening], can_act[opening]

    def _decide(
        self, month: int, in_deal: Flags, age: Ints, can_act: Flags, chance: dict[str, Floats], when: Times
    ) -> None:
        world = self.world
        ready_rate = world.decision_base + world.decision_per_month_of_age * age
        decided = in_deal & (chance["decision"] < np.where(can_act, ready_rate, world.decision_unready))
        win = win_chance(world, self.population, can_act)
        won = decided & (chance["outcome"] < win)
        logged = won | (chance["logging"] >= world.noise.unlogged_losses)
        self._record_deals(decided, when, np.where(won, WON, LOST), logged)

        self.status[decided] = PROSPECT
        self.status[won], self.since[won] = CUSTOMER, month
        self.mrr[won] = np.round(self.population.contract_value[won] / 12, 2)
        self.movements.append((np.flatnonzero(won), when[won], self.mrr[won]))

    def _move_revenue(self, month: int, customer: Flags, chance: dict[str, Floats], when: Times) -> None:
        """Leave, or stay and now and then change level; on average the level grows as the segment does."""
        world = self.world
        left = customer & (chance["churn"] < self.churn_rate)
        changed = customer & ~left & (chance["level change"] < world.level_change_rate)
        spread = np.where(chance["direction"] < 0.5, 1.0, -1.0) * world.level_change_spread
        factor = 1 + self.growth / world.level_change_rate + spread
        self.mrr[changed] = np.round(self.mrr[changed] * factor[changed], 2)
        self.mrr[left] = 0.0
        self.status[left], self.since[left] = CHURNED, month
        moved = left | changed
        self.movements.append((np.flatnonzero(moved), when[moved], self.mrr[moved]))

    def _record_deals(self, which: Flags, decided_at: Times, outcome: Ints, logged: Flags) -> None:
        place = np.flatnonzero(which)
        self.deals.append(
            (
                place,
                self.opened_at[place],
                decided_at[place],
                outcome[place],
                logged[place],
                self.could_act[place],
            )
        )

    def opportunities(self) -> Opportunities:
        """All deals, those that are still live included, by opening and account."""
        live, count = self.status == IN_DEAL, len(self.status)
        end = np.full(count, self.calendar.horizon_end)
        self._record_deals(live, end, np.full(count, LIVE), np.ones(count, dtype=np.bool_))
        account, opened_at, decided_at, outcome, logged, could_act = map(np.concatenate, zip(*self.deals, strict=True))
        order = np.lexsort((account, opened_at))
        return Opportunities(
            account[order],
            opened_at[order],
            decided_at[order],
            outcome[order],
            logged[order],
            could_act[order],
        )

    def spells(self) -> Spells:
        """The stretches between the revenue movements of each account, by account and start.

        A contract begins with the first movement and with the first one after a departure.
        """
        account, at, mrr = map(np.concatenate, zip(*self.movements, strict=True))
        order = np.lexsort((at, account))
        account, at, mrr = account[order], at[order].astype("datetime64[D]"), mrr[order]
        same = np.append(account[1:] == account[:-1], False)
        ended_at = np.where(same, np.append(at[1:], np.datetime64("NaT")), np.datetime64("NaT"))
        churned = same & (np.append(mrr[1:], 1.0) == 0.0)
        begins = np.append(np.True_, (account[1:] != account[:-1]) | (mrr[:-1] == 0.0))
        contract = np.cumsum(begins & (mrr > 0.0)).astype(np.int64)
        paid = mrr > 0.0
        return Spells(account[paid], contract[paid], at[paid], ended_at[paid], mrr[paid], churned[paid])
