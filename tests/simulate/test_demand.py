from __future__ import annotations

import numpy as np
import pytest
from tests.simulate.rates import assert_rate, free_to_open, month_of, mrr_at

from tierwise.simulate import W1, Market
from tierwise.simulate.demand import LIVE, LOST, WON

SEGMENTS = range(len(W1.segments))


def test_deals_open_at_the_rate_of_what_the_account_can_do(large: Market) -> None:
    free, need, can_act = free_to_open(large), large.accounts.need, large.can_act()
    dimensions = large.readiness.sum(axis=2)
    opened = np.zeros_like(free)
    month = month_of(large.calendar, large.opportunities.opened_at)
    opened[month[month >= 0], large.opportunities.account[month >= 0]] = True
    assert not (opened & ~free).any()
    quiet = free & ~large.effort
    nearly = need & (dimensions >= 2) & ~can_act
    rates = W1.opening
    assert_rate(opened[quiet & can_act], rates.can_act)
    assert_rate(opened[quiet & nearly], rates.two_dimensions)
    assert_rate(opened[quiet & need & (dimensions < 2)], rates.need)
    assert_rate(opened[free & ~need], rates.no_need)
    worked = free & large.effort
    assert_rate(opened[worked & can_act], rates.can_act * W1.effort_on_can_act)
    assert_rate(opened[worked & nearly], rates.two_dimensions * W1.effort_on_two_dimensions)
    assert_rate(opened[worked & need & (dimensions < 2)], rates.need)


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


def test_unready_deals_are_decided_at_their_constant_rate(large: Market) -> None:
    deals, months = large.opportunities, len(large.readiness)
    can_act = large.can_act()
    opened, decided = (month_of(large.calendar, at) for at in (deals.opened_at, deals.decided_at))
    kept = opened >= 0
    spans = zip(deals.account[kept].tolist(), opened[kept].tolist(), decided[kept].tolist(), strict=True)
    ends = [
        month == end
        for account, begin, end in spans
        for month in range(begin + 1, min(end, months - 1) + 1)
        if not can_act[month, account]
    ]
    assert_rate(np.array(ends), W1.decision_unready)


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
    bought = zip(
        deals.account[won].tolist(), deals.decided_at[won].astype("datetime64[D]").tolist(), strict=True
    )
    begun = zip(spells.account[first].tolist(), spells.started_at[first].tolist(), strict=True)
    assert sorted(bought) == sorted(begun)
