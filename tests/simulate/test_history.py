from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.simulate.rates import assert_rate, assert_same_mean, free_to_open, month_of, opened_in

from tierwise.simulate import W0A, W0B, W0C, W0D, W1, Market, World, market
from tierwise.simulate.demand import LIVE, WON
from tierwise.simulate.world import BASE

COUNT = 6_000


def same(one: Any, other: Any) -> bool:
    """Equal column by column, byte by byte: NaT equals NaT."""
    return all(getattr(one, f.name).tobytes() == getattr(other, f.name).tobytes() for f in fields(one))


def in_three_months(found: Market) -> np.ndarray:
    """Deals per account that open in the months in which effort is planned."""
    month = month_of(found.calendar, found.opportunities.opened_at)
    kept = (month >= W1.months) & (month < W1.months + W1.effort_months)
    return np.bincount(found.opportunities.account[kept], minlength=len(found.accounts))


def with_and_without(world: World) -> tuple[Market, Market, np.ndarray]:
    idle = market(seed=3, accounts=COUNT, world=world)
    chosen = np.flatnonzero(idle.accounts.need)[:800]
    keys = idle.accounts.key[chosen].tolist()
    return idle, market(seed=3, accounts=COUNT, world=world, effort=keys), chosen


def test_effort_creates_deals_but_no_readiness() -> None:
    idle, active, chosen = with_and_without(W1)
    assert np.array_equal(idle.readiness, active.readiness)
    assert in_three_months(active)[chosen].sum() > 1.4 * in_three_months(idle)[chosen].sum()
    months = slice(W1.months, W1.months + W1.effort_months)
    hopeless = (idle.readiness[months].sum(axis=2) < 2).all(axis=0)
    before, after = in_three_months(idle), in_three_months(active)
    assert hopeless[chosen].any()
    assert np.array_equal(before[hopeless], after[hopeless])


def test_effort_touches_nobody_else_and_not_the_past() -> None:
    idle, active, chosen = with_and_without(W1)
    others = [~np.isin(found.opportunities.account, chosen) for found in (idle, active)]
    past = [found.opportunities.opened_at < found.calendar.end for found in (idle, active)]
    for masks in (others, past):
        one, other = (
            (found.opportunities.account[mask].tolist(), found.opportunities.opened_at[mask].tolist())
            for found, mask in zip((idle, active), masks, strict=True)
        )
        assert one == other
    assert same(idle.evidence, active.evidence)
    assert all(same(idle.signals[name], active.signals[name]) for name in idle.signals)


def test_without_treatment_effect_effort_changes_nothing() -> None:
    idle, active, _ = with_and_without(W0D)
    assert same(idle.opportunities, active.opportunities)


def test_without_segments_all_behave_as_the_base() -> None:
    found = market(seed=4, accounts=20_000, world=W0A)
    for place in range(len(W1.segments)):
        assert_rate(found.accounts.need[found.accounts.segment == place], BASE.need)
    assert {replace(segment, name="base") for segment in W0A.segments} == {BASE}
    assert [segment.name for segment in W0A.segments] == [segment.name for segment in W1.segments]


def test_where_readiness_is_irrelevant_deals_open_and_end_without_it() -> None:
    found = market(seed=4, accounts=20_000, world=W0B)
    free, need, can_act = free_to_open(found), found.accounts.need, found.can_act()
    opened = opened_in(found)
    quiet = free & need & ~found.effort
    assert_rate(opened[quiet & can_act], W0B.opening.need)
    assert_rate(opened[quiet & ~can_act], W0B.opening.need)

    deals = found.opportunities
    decided = month_of(found.calendar, deals.decided_at)
    kept = (decided >= 0) & (deals.outcome != LIVE)
    account = deals.account[kept]
    win_rate = np.array([segment.win_rate for segment in W0B.segments])[found.accounts.segment[account]]
    chance = win_rate * np.where(found.accounts.relationship[account], 1.5, 1.0)
    ready = can_act[decided[kept], account]
    for state in (True, False):
        assert_rate((deals.outcome[kept] == WON)[ready == state], chance[ready == state])


def test_where_intent_is_noise_no_feed_knows_of_need() -> None:
    found = market(seed=4, accounts=20_000, world=W0C)
    need = found.accounts.need
    for log in found.signals.values():
        seen = np.bincount(log.account, minlength=len(need)).astype(float)
        assert_same_mean(seen[need], seen[~need])


def test_lifetime_value_is_the_sum_over_months(small: Market) -> None:
    account = 7
    segment = W1.segments[small.accounts.segment[account]]
    margin = small.accounts.contract_value[account] / 12 * W1.gross_margin
    stays = (1 - segment.monthly_churn) * (1 + segment.monthly_expansion)
    by_hand = sum(margin * stays**month * (1 + W1.discount_rate) ** (-month / 12) for month in range(60))
    assert small.lifetime_value()[account] == pytest.approx(by_hand, rel=1e-12)


def test_the_same_arguments_give_the_same_market_and_another_seed_another(small: Market) -> None:
    again, other = market(seed=5, accounts=1_200), market(seed=6, accounts=1_200)
    for part in ("accounts", "opportunities", "spells", "contacts", "evidence", "touches"):
        assert same(getattr(small, part), getattr(again, part))
    assert not np.array_equal(small.readiness, other.readiness)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="last day of a month"):
        market(seed=1, accounts=50, as_of=date(2026, 6, 29))
    with pytest.raises(ValueError, match="A9999999"):
        market(seed=1, accounts=50, effort=["A9999999"])
