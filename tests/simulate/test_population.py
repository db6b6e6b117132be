from __future__ import annotations

import numpy as np
import pytest
from tests.simulate.rates import assert_rate

from tierwise.simulate import W1, Market
from tierwise.simulate.draws import stream
from tierwise.simulate.names import company_names
from tierwise.simulate.population import segment_of
from tierwise.simulate.world import INDUSTRIES, INDUSTRY_WEIGHTS

SEGMENTS = range(len(W1.segments))


def test_traits_have_the_shares_of_the_world(large: Market) -> None:
    accounts = large.accounts
    for place, weight in enumerate(INDUSTRY_WEIGHTS):
        assert_rate(accounts.industry == place, weight)
    assert_rate(accounts.core_stack, W1.core_stack_share)
    assert_rate(accounts.regulated, W1.regulated_share)
    assert_rate(accounts.relationship, W1.relationship_share)
    assert np.median(accounts.employees) == pytest.approx(np.exp(W1.employees_log_mean), rel=0.04)
    assert accounts.employees.min() >= 10
    assert accounts.employees.max() <= 60_000


@pytest.mark.parametrize("place", SEGMENTS)
def test_need_has_the_share_of_its_segment(large: Market, place: int) -> None:
    assert_rate(large.accounts.need[large.accounts.segment == place], W1.segments[place].need)


def test_the_first_rule_that_holds_names_the_segment() -> None:
    union, bank, agency, other = (
        INDUSTRIES.index(name) for name in ("Credit Unions", "Banking", "Marketing Agencies", "Retail")
    )
    cases = [
        ((union, 1, True, True), "core"),
        ((union, 1, False, True), "gap"),
        ((agency, 0, False, True), "closeable"),
        ((bank, 2, True, True), "logo_trap"),
        ((bank, 1, True, True), "gap"),
        ((other, 2, True, True), "base"),
    ]
    columns = (np.array(column) for column in zip(*(case for case, _ in cases), strict=True))
    assert [W1.segments[place].name for place in segment_of(*columns)] == [name for _, name in cases]


@pytest.mark.parametrize("month", [0, 20, 47])
def test_readiness_is_stationary(large: Market, month: int) -> None:
    for place in SEGMENTS:
        states = large.readiness[month, large.accounts.segment == place]
        for dimension, share in enumerate(W1.segments[place].readiness):
            assert_rate(states[:, dimension], share)


def test_readiness_is_lost_at_the_off_rate_and_dimensions_are_independent(large: Market) -> None:
    before, after = large.readiness[10], large.readiness[11]
    assert_rate(~after[before], W1.readiness_off_rate)
    base = large.accounts.segment == SEGMENTS[-1]
    assert_rate(before[base].all(axis=1), float(np.prod(W1.segments[-1].readiness)))


def test_groups_are_one_level_deep(large: Market) -> None:
    parent = large.accounts.parent
    children = parent >= 0
    assert_rate(children, W1.child_share)
    assert (parent[parent[children]] == -1).all()
    assert (large.accounts.size_band[parent[children]] > 0).all()


def test_names_do_not_run_out() -> None:
    count = 120_000
    same = np.zeros(count, dtype=np.int64)
    names, domains = company_names(stream(1, "names"), same, same)
    assert len(set(names.tolist())) == len(set(domains.tolist())) == count
