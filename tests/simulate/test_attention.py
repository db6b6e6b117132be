from __future__ import annotations

import numpy as np
import pytest
from tests.simulate.rates import assert_rate, assert_same_mean

from tierwise.simulate import W1, Market
from tierwise.simulate.attention import researching

FEEDS = {feed.name: feed for feed in W1.feeds}


def counts(market: Market, feed: str) -> np.ndarray:
    return np.bincount(market.signals[feed].account, minlength=len(market.accounts)) / market.world.months


@pytest.mark.parametrize("name", ["first_party", "review_site", "vendor_a"])
def test_informed_feeds_have_the_rates_of_the_world(large: Market, name: str) -> None:
    feed, seen, need = FEEDS[name], counts(large, name), large.accounts.need
    accident = W1.false_researchers
    expected = {True: feed.researching, False: accident * feed.researching + (1 - accident) * feed.quiet}
    for state, rate in expected.items():
        group = seen[need == state]
        assert abs(group.mean() - rate) <= 4 * group.std() / np.sqrt(len(group))


def test_vendor_b_knows_nothing_of_need(large: Market) -> None:
    seen, need = counts(large, "vendor_b"), large.accounts.need
    assert_same_mean(seen[need], seen[~need])
    can_act = large.can_act()[: W1.months].any(axis=0)
    assert_same_mean(seen[can_act], seen[~can_act])


def test_some_research_by_accident(large: Market) -> None:
    active = researching(W1, large.accounts, W1.months, large.seed)
    assert active[:, large.accounts.need].all()
    assert_rate(active[:, ~large.accounts.need], W1.false_researchers)


def test_vendors_deliver_thirty_days_late(large: Market) -> None:
    for name, feed in FEEDS.items():
        log = large.signals[name]
        assert (log.known_at - log.occurred_at == np.timedelta64(feed.lag_days, "D")).all()
    assert FEEDS["vendor_a"].lag_days == FEEDS["vendor_b"].lag_days == 30
