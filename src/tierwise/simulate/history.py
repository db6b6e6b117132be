"""One simulated market from its first month to the end of the horizon: the truth, not yet recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tierwise.simulate.attention import Signals, signals
from tierwise.simulate.demand import Opportunities, Spells, customers, demand
from tierwise.simulate.draws import Calendar, Flags, Floats
from tierwise.simulate.people import (
    INTERVIEW_MONTHS,
    Contacts,
    Evidence,
    Touches,
    contacts,
    interviews,
    touches,
)
from tierwise.simulate.population import Accounts, draw_accounts, historic_effort, readiness
from tierwise.simulate.world import W1, World

DEFAULT_AS_OF = date(2026, 6, 30)


@dataclass(frozen=True)
class Market:
    """All that happened and will happen.

    Deals and revenue reach back to before the CRM, the rest begins with it; entries after `calendar.end` lie
    in the future of `as_of`.
    """

    seed: int
    world: World
    calendar: Calendar
    accounts: Accounts
    readiness: Flags
    """Months x accounts x 4; history first, then the horizon."""
    effort: Flags
    """Months x accounts: whether sales worked the account."""
    opportunities: Opportunities
    spells: Spells
    signals: dict[str, Signals]
    contacts: Contacts
    evidence: Evidence
    touches: Touches

    def can_act(self) -> Flags:
        """Months x accounts: a need, and all four dimensions at once."""
        return self.accounts.need & self.readiness.all(axis=2)

    def lifetime_value(self) -> Floats:
        """Expected discounted gross margin per account should it buy, in US dollars.

        The first month counts in full; `value_horizon_months` months; closed form of the monthly chances.
        """
        world = self.world
        retention = np.array([segment.net_revenue_retention for segment in world.segments])[self.accounts.segment]
        step = (retention / (1 + world.discount_rate)) ** (1 / 12)
        months = world.value_horizon_months
        flat = np.isclose(step, 1.0)
        safe = np.where(flat, 0.0, step)
        factor = np.where(flat, months, (1 - safe**months) / (1 - safe))
        return self.accounts.contract_value / 12 * world.gross_margin * factor


def market(
    seed: int,
    accounts: int = 6_000,
    world: World = W1,
    as_of: date = DEFAULT_AS_OF,
    effort: Sequence[str] = (),
    asked: Sequence[str] = (),
) -> Market:
    """Simulate a market; the same arguments give the same market.

    `effort` names accounts (keys such as A0000042) that sales works in the first `effort_months` after
    `as_of`; all chances stay as they were, so two calls that differ in `effort` alone show its effect. `asked` names
    accounts that were interviewed in the last month, besides those whom the company chose itself.
    `as_of` is the last day of a month. Raises ValueError otherwise, and for an unknown account.
    """
    calendar = Calendar(as_of, world.months, world.horizon)
    population = draw_accounts(world, accounts, seed)
    before, months = world.months_before_crm, world.months + world.horizon
    states = readiness(world, population, before + months, seed)
    worked = _effort(world, population, effort)
    deals, spells = demand(world, population, states, worked, calendar, seed)
    states, worked = states[before:], worked[before:]
    attention = signals(world, population, calendar, seed)
    past, worked_before = states[: world.months], worked[: world.months]
    asked_from = calendar.month_start(np.array([max(world.months - INTERVIEW_MONTHS, 0)]))[0]
    prospects = ~customers(spells, asked_from, accounts)
    return Market(
        seed=seed,
        world=world,
        calendar=calendar,
        accounts=population,
        readiness=states,
        effort=worked,
        opportunities=deals,
        spells=spells,
        signals=attention,
        contacts=contacts(population, calendar, seed),
        evidence=interviews(
            world,
            past,
            worked_before[-1],
            prospects,
            attention["first_party"],
            calendar,
            seed,
            _named(population, asked),
        ),
        touches=touches(worked_before, calendar, seed),
    )


def _effort(world: World, population: Accounts, keys: Sequence[str]) -> Flags:
    until_now = world.months_before_crm + world.months
    worked = np.zeros((until_now + world.horizon, len(population)), dtype=np.bool_)
    worked[:until_now] = historic_effort(world, population)
    worked[until_now : until_now + world.effort_months] = _named(population, keys)
    return worked


def _named(population: Accounts, keys: Sequence[str]) -> Flags:
    """Which accounts have one of some keys. Raises ValueError for an unknown key."""
    chosen = np.isin(population.key, list(keys))
    if chosen.sum() != len(set(keys)):
        unknown = sorted(set(keys) - set(population.key.tolist()))
        raise ValueError(f"no such account: {unknown[0]}")
    return np.asarray(chosen)
