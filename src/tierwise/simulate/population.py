"""The accounts of the market: what they are, what they need, and when they can decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.draws import Flags, Floats, Ints, Words, pick, stream
from tierwise.simulate.names import company_names
from tierwise.simulate.world import (
    ENTERPRISE_FROM,
    INDUSTRIES,
    INDUSTRY_WEIGHTS,
    SMALL_BELOW,
    World,
)

_CREDIT_UNION, _BANK, _AGENCY = (INDUSTRIES.index(name) for name in ("Credit Unions", "Banking", "Marketing Agencies"))
_SMALL, _MID, _ENTERPRISE = range(3)
_CORE, _GAP, _CLOSEABLE, _LOGO_TRAP, _BASE = range(5)


@dataclass(frozen=True)
class Accounts:
    """One entry per account, the true one. `parent` is the place of the parent account, or -1."""

    key: Words
    name: Words
    domain: Words
    industry: Ints
    employees: Ints
    size_band: Ints
    region: Ints
    core_stack: Flags
    regulated: Flags
    relationship: Flags
    parent: Ints
    segment: Ints
    need: Flags
    contract_value: Floats
    """Yearly contract value in US dollars, should the account buy."""

    def __len__(self) -> int:
        return len(self.key)


def draw_accounts(world: World, count: int, seed: int) -> Accounts:
    """Draw the accounts of a market; the latent segment follows from what they are."""
    traits = stream(seed, "accounts")
    industry = pick(traits.random(count), INDUSTRY_WEIGHTS)
    drawn = np.exp(traits.normal(world.employees_log_mean, world.employees_log_sd, count))
    employees = np.clip(np.rint(drawn), 10, 60_000).astype(np.int64)
    size_band = np.searchsorted((SMALL_BELOW, ENTERPRISE_FROM), employees, side="right").astype(np.int64)
    core_stack, regulated, relationship = (
        traits.random(count) < share
        for share in (world.core_stack_share, world.regulated_share, world.relationship_share)
    )
    region = pick(traits.random(count), world.region_weights)
    segment = segment_of(industry, size_band, core_stack, regulated)
    need_share = np.array([kind.need for kind in world.segments])
    spread = np.exp(traits.normal(0.0, world.contract_value_log_sd, count))
    name, domain = company_names(stream(seed, "names"), industry, region)
    return Accounts(
        key=np.char.add("A", np.char.zfill(np.arange(1, count + 1).astype(np.str_), 7)),
        name=name,
        domain=domain,
        industry=industry,
        employees=employees,
        size_band=size_band,
        region=region,
        core_stack=core_stack,
        regulated=regulated,
        relationship=relationship,
        parent=_parents(world, size_band, seed),
        segment=segment,
        need=stream(seed, "need").random(count) < need_share[segment],
        contract_value=np.array(world.contract_value)[size_band] * spread,
    )


def segment_of(industry: Ints, size_band: Ints, core_stack: Flags, regulated: Flags) -> Ints:
    """The place of each account's latent segment in `World.segments`; the first rule that holds decides."""
    rules = (
        (industry == _CREDIT_UNION) & core_stack,
        (size_band == _MID) & regulated,
        (industry == _AGENCY) & (size_band == _SMALL),
        (industry == _BANK) & (size_band == _ENTERPRISE),
    )
    return np.select(rules, (_CORE, _GAP, _CLOSEABLE, _LOGO_TRAP), default=_BASE).astype(np.int64)


def _parents(world: World, size_band: Ints, seed: int) -> Ints:
    """Some accounts belong to a larger one, which is nobody's child: groups are one level deep."""
    draw = stream(seed, "parents")
    is_child = draw.random(len(size_band)) < world.child_share
    wish = draw.random(len(size_band))
    heads = np.flatnonzero((size_band != _SMALL) & ~is_child)
    if not len(heads):
        return np.full(len(size_band), -1, dtype=np.int64)
    return np.where(is_child, heads[(wish * len(heads)).astype(np.int64)], -1)


def readiness(world: World, population: Accounts, months: int, seed: int) -> Flags:
    """Whether each account can act on each dimension, month by month: months x accounts x 4.

    Four independent two-state chains, stationary from the first month. They take no input from effort,
    attention or deals: nothing that a seller does creates readiness.
    """
    draw = stream(seed, "readiness")
    stationary = np.array([segment.readiness for segment in world.segments])[population.segment]
    on_rate = world.readiness_off_rate * stationary / (1 - stationary)
    states = np.empty((months, *stationary.shape), dtype=np.bool_)
    states[0] = draw.random(stationary.shape) < stationary
    for month in range(1, months):
        chance = draw.random(stationary.shape)
        states[month] = np.where(states[month - 1], chance >= world.readiness_off_rate, chance < on_rate)
    return states


def historic_effort(world: World, population: Accounts) -> Flags:
    """The accounts that sales has always worked: the largest, financial firms first. Blind to need."""
    financial = np.isin(population.industry, (_CREDIT_UNION, _BANK))
    appeal = np.log(population.employees) + 1.0 * financial
    chosen = np.zeros(len(population), dtype=np.bool_)
    top = np.lexsort((population.key, -appeal))[: round(world.historic_effort_share * len(population))]
    chosen[top] = True
    return chosen
