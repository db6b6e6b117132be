from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.simulate.rates import assert_rate, free_to_open, month_of, mrr_at, opened_in

from tierwise.simulate import W1, Market, market
from tierwise.simulate.demand import LIVE, LOST, WON

SEGMENTS = range(len(W1.segments))


def test_deals_open_at_the_rate_of_what_the_account_can_do(large: Market) -> None:
    free, need, can_act = free_to_open(large), large.accounts.need, large.can_act()
    dimensions = large.readiness.sum(axis=2)
    opened = opened_in(large)
    assert not (opened & ~free).any()
    quiet = free & ~large.effort
    nearly = need & (dimensions >= 2) & ~can_act
    rates = W1.opening
    assert_rate(opened[quiet & can_act], rates.can_act)
    assert_rate(opened[quiet & nearly], rates.two_dimensions)
    assert_rate(opened[quiet & need & (dimensions < 2)], rates.need)
    assert_rate(opened[free & ~need], rates.no_need)


def test_effort_multiplies_the_rate_where_the_account_can_act_or_nearly() -> None:
    found = market(seed=12, accounts=20_000, world=replace(W1, historic_effort_share=0.5))
    worked, can_act = free_to_open(found) & found.effort, found.can_act()
    need, dimensions, opened = found.accounts.need, found.readiness.sum(axis=2), opened_in(found)
    rates = W1.opening
    assert_rate(opened[worked & can_act], rates.can_act * W1.effort_on_can_act)
    nearly = need & (dimensions >= 2) & ~can_act
    assert_rate(opened[worked & nearly], rates.two_dimensions * W1.effort_on_two_dimensions)
    assert_rate(opened[worked & need & (dimensions < 2)], rates.need)
    assert_rate(opened[worked & ~need], rates.no_need)


@pytest.mark.parametrize("place", SEGMENTS)
def test_win_rates(large: Market, place: int) -> None:
    deals, accounts = large.opportunities, large.accounts
    month = month_of(large.calendar, deals.decided_at)
    kept = (month >= 0) & (deals.outcome != LIVE) & (accounts.segment[deals.account] == place)
    account = deals.account[kept]
    ready = large.can_act()[month[kept], account]
    factor = np.where(accounts.relationship[account], 1.5, 1.0)
    chance = np.where(ready, np.minimum(0.92, 2 * W1.segments[place].win_rate * factor), 0.02)
    assert_rate(deals.outcome[kept] == WON, chance)


def test_deals_are_decided_at_the_rate_of_their_age_and_readiness(large: Market) -> None:
    deals, months, can_act = large.opportunities, len(large.readiness), large.can_act()
    opened, decided = (month_of(large.calendar, at) for at in (deals.opened_at, deals.decided_at))
    kept = opened >= 0
    spans = zip(deals.account[kept].tolist(), opened[kept].tolist(), decided[kept].tolist(), strict=True)
    reviews = [
        (can_act[month, account], month - begin, month == end)
        for account, begin, end in spans
        for month in range(begin + 1, min(end, months - 1) + 1)
    ]
    ready, age, ends = map(np.array, zip(*reviews, strict=True))
    assert_rate(ends[~ready], W1.decision_unready)
    assert_rate(ends[ready], np.minimum(W1.decision_base + W1.decision_per_month_of_age * age[ready], 1.0))


def test_a_third_of_losses_is_never_logged_and_wins_always_are(large: Market) -> None:
    deals = large.opportunities
    assert_rate(~deals.logged[deals.outcome == LOST], W1.noise.unlogged_losses)
    assert deals.logged[deals.outcome == WON].all()


@pytest.mark.parametrize("place", SEGMENTS)
def test_churn(large: Market, place: int) -> None:
    spells, calendar = large.spells, large.calendar
    mine = large.accounts.segment[spells.account] == place
    end = np.where(np.isnat(spells.ended_at), calendar.horizon_end - np.timedelta64(1, "D"), spells.ended_at)
    at_risk = month_of(calendar, end) - month_of(calendar, spells.started_at)
    left = np.zeros(at_risk[mine].sum(), dtype=bool)
    left[: spells.churned[mine].sum()] = True
    assert_rate(left, W1.segments[place].monthly_churn)


def test_retention_is_what_the_parameters_imply(large: Market) -> None:
    then, now = mrr_at(large, "2025-07-01"), mrr_at(large, "2026-07-01")
    retention = {}
    for place in SEGMENTS:
        paying = (large.accounts.segment == place) & (then > 0)
        ratio = now[paying].sum() / then[paying].sum()
        residual = now[paying] - ratio * then[paying]
        error = np.sqrt((residual**2).sum()) / then[paying].sum()
        assert abs(ratio - W1.segments[place].net_revenue_retention) <= 4 * error
        retention[W1.segments[place].name] = ratio
    assert retention["core"] > 1.0
    assert retention["closeable"] < 0.7


def test_spells_of_an_account_follow_one_another(large: Market) -> None:
    spells = large.spells
    same_contract = spells.contract[1:] == spells.contract[:-1]
    assert (spells.ended_at[:-1][same_contract] == spells.started_at[1:][same_contract]).all()
    assert not spells.churned[:-1][same_contract].any()
    same_account = spells.account[1:] == spells.account[:-1]
    assert spells.churned[:-1][same_account & ~same_contract].all()
    assert (spells.mrr > 0).all()


def test_every_contract_begins_with_a_won_deal(large: Market) -> None:
    deals, spells = large.opportunities, large.spells
    won = deals.outcome == WON
    first = np.append(True, spells.contract[1:] != spells.contract[:-1])
    bought = zip(deals.account[won].tolist(), deals.decided_at[won].astype("datetime64[D]").tolist(), strict=True)
    begun = zip(spells.account[first].tolist(), spells.started_at[first].tolist(), strict=True)
    assert sorted(bought) == sorted(begun)
