"""Does a rate or a mean agree with its chance, within four standard errors?"""

from __future__ import annotations

import numpy as np

from tierwise.simulate import Market
from tierwise.simulate.draws import Calendar, Flags, Floats, Ints, Times

STANDARD_ERRORS = 4.0


def assert_rate(happened: Flags, chance: Floats | float) -> None:
    """As many of the events happened as their chances say, within binomial error."""
    chances = np.broadcast_to(np.asarray(chance, dtype=float), happened.shape)
    error = np.sqrt((chances * (1 - chances)).sum())
    assert error > 0
    assert abs(happened.sum() - chances.sum()) <= STANDARD_ERRORS * error, (happened.mean(), chances.mean())


def assert_same_mean(one: Floats, other: Floats) -> None:
    """Two groups of accounts have the same mean, within its error."""
    error = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    assert abs(one.mean() - other.mean()) <= STANDARD_ERRORS * error, (one.mean(), other.mean())


def month_of(calendar: Calendar, times: Times) -> Ints:
    """Number of the month of each instant; 0 is the first month of history."""
    return (times.astype("datetime64[M]") - calendar.first_month).astype(np.int64)


def free_to_open(market: Market) -> Flags:
    """Months x accounts: who begins the month without a deal, a contract or a fresh departure."""
    calendar, months = market.calendar, len(market.readiness)
    busy = np.zeros((months, len(market.accounts)), dtype=bool)
    deals, spells = market.opportunities, market.spells
    left = np.where(spells.churned, spells.ended_at, np.datetime64(calendar.horizon_end, "D"))
    left_month = month_of(calendar, left) + np.where(spells.churned, market.world.win_back_months - 1, 0)
    ends = np.where(np.isnat(spells.ended_at) | spells.churned, left_month, month_of(calendar, spells.ended_at))
    spans = (
        (deals.account, month_of(calendar, deals.opened_at), month_of(calendar, deals.decided_at)),
        (spells.account, month_of(calendar, spells.started_at), ends),
    )
    for account, first, last in spans:
        for who, begin, end in zip(account.tolist(), first.tolist(), last.tolist(), strict=True):
            busy[max(begin + 1, 0) : max(end + 1, 0), who] = True
    return ~busy


def opened_in(market: Market) -> Flags:
    """Months x accounts: who opened a deal in the month."""
    opened = np.zeros(market.can_act().shape, dtype=bool)
    month = month_of(market.calendar, market.opportunities.opened_at)
    opened[month[month >= 0], market.opportunities.account[month >= 0]] = True
    return opened


def mrr_at(market: Market, day: str) -> Floats:
    """US dollars per month that each account pays at the start of a day."""
    at, spells = np.datetime64(day), market.spells
    paying = (spells.started_at <= at) & (np.isnat(spells.ended_at) | (spells.ended_at > at))
    return np.bincount(spells.account[paying], spells.mrr[paying], minlength=len(market.accounts))
