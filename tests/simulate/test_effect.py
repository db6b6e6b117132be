"""What effort would bring is what it brings: the expected figures against many plays of the same market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tierwise import simulate
from tierwise.simulate.effect import effect
from tierwise.simulate.world import World

ACCOUNTS = 3000


def opened(world: World, seed: int, worked: list[str]) -> int:
    market = simulate.market(seed, ACCOUNTS, world, effort=worked)
    until = market.calendar.month_start(np.array([market.calendar.months + world.effort_months]))[0]
    found = market.opportunities.opened_at
    return int(((found >= market.calendar.end) & (found < until)).sum())


def test_expected_deals_are_those_of_plays() -> None:
    expected = brought = 0.0
    for seed in range(12):
        market = simulate.market(seed, ACCOUNTS)
        chosen = np.argsort(-effect(market).deals, kind="stable")[:300]
        keys = market.accounts.key[chosen].tolist()
        expected += float(effect(market).deals[chosen].sum())
        brought += opened(market.world, seed, keys) - opened(market.world, seed, [])
    # the difference of two plays on common draws is a count: its spread is the root of what is expected
    assert abs(brought - expected) < 3 * expected**0.5
    assert expected > 100


def test_effort_without_effect_brings_nothing() -> None:
    found = effect(simulate.market(3, ACCOUNTS, simulate.W0D))
    assert found.deals.tolist() == [0.0] * ACCOUNTS
    assert found.value.tolist() == [0.0] * ACCOUNTS


def test_effort_brings_nothing_where_nobody_could_open_a_deal() -> None:
    market = simulate.market(3, ACCOUNTS)
    found = effect(market)
    assert (found.deals >= 0).all()
    live = (market.opportunities.opened_at < market.calendar.end) & (
        market.opportunities.decided_at >= market.calendar.end
    )
    assert found.deals[market.opportunities.account[live]].sum() == 0
    assert found.deals[~market.accounts.need].sum() == pytest.approx(0, abs=1e-9)


def test_who_is_asked_for_is_asked() -> None:
    world = replace(simulate.W1, interviewed_share=0.0)
    market = simulate.market(3, 600, world, asked=["A0000007", "A0000041"])
    assert set(market.accounts.key[market.evidence.account].tolist()) == {"A0000007", "A0000041"}
    assert (market.evidence.observed_at >= market.calendar.month_start(np.array([market.calendar.months - 1]))[0]).all()
    with pytest.raises(ValueError, match="no such account"):
        simulate.market(3, 600, world, asked=["B1"])
