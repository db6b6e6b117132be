from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from tests.simulate.rates import assert_rate

from tierwise.simulate import W1, Market
from tierwise.simulate.dirt import Records, records
from tierwise.simulate.draws import Flags
from tierwise.simulate.names import COUNTRIES, FREE_MAIL
from tierwise.simulate.world import INDUSTRIES

NOISE = W1.noise


@pytest.fixture(scope="module")
def dirty(large: Market) -> Records:
    return records(large)


@pytest.fixture(scope="module")
def clean(large: Market) -> Records:
    return records(large, dirt=False)


def test_duplicates(large: Market, dirty: Records) -> None:
    assert_rate(dirty.second_of != dirty.first_of, NOISE.duplicates)
    assert dirty.duplicate.sum() == len(dirty) - len(large.accounts)
    assert len(np.unique(dirty.record_id)) == len(dirty)
    assert (dirty.account[dirty.first_of] == np.arange(len(large.accounts))).all()
    later = dirty.created_at[dirty.second_of] >= dirty.created_at[dirty.first_of]
    assert later.all()


@pytest.mark.parametrize("field", ["industry", "employees", "country", "regulated", "core_stack"])
def test_missing_attributes(dirty: Records, field: str) -> None:
    assert_rate(getattr(dirty, field) == "", NOISE.missing)


def test_wrong_industries(large: Market, dirty: Records) -> None:
    filled = dirty.industry != ""
    true = np.array(INDUSTRIES)[large.accounts.industry[dirty.account]]
    assert_rate((dirty.industry != true)[filled], NOISE.wrong_industry)


def test_stale_employees_are_smaller_and_long_unverified(large: Market, dirty: Records) -> None:
    filled = dirty.employees != ""
    recorded = np.where(filled, dirty.employees, "0").astype(np.int64)
    true = large.accounts.employees[dirty.account]
    old = dirty.employees_verified_at < large.calendar.end - np.timedelta64(500, "D")
    assert_rate(old, NOISE.stale_employees)
    assert (recorded == true)[filled & ~old].all()
    assert (recorded <= true)[filled & old].all()
    assert np.median((recorded / true)[filled & old]) == pytest.approx(np.exp(-0.35), rel=0.05)


def tidy(large: Market, found: Records) -> Flags:
    return found.domain == large.accounts.domain[found.account]


def test_domains_are_missing_private_or_untidy(large: Market, dirty: Records) -> None:
    first = ~dirty.duplicate
    assert_rate((dirty.domain == "")[first], NOISE.missing_domains)
    assert_rate(np.isin(dirty.domain, FREE_MAIL)[first], NOISE.free_mail_domains)
    named = first & (dirty.domain != "") & ~np.isin(dirty.domain, FREE_MAIL)
    assert_rate(~tidy(large, dirty)[named], NOISE.untidy_spelling)
    cores = np.char.find(np.char.lower(dirty.domain), large.accounts.domain[dirty.account])
    assert (cores[named] >= 0).all()


def test_clean_records_are_the_accounts(large: Market, clean: Records) -> None:
    accounts = large.accounts
    mine = clean.account
    checks: dict[str, Callable[[], Flags]] = {
        "one each": lambda: np.bincount(mine) == 1,
        "domain": lambda: tidy(large, clean),
        "name": lambda: clean.name == accounts.name[mine],
        "industry": lambda: clean.industry == np.array(INDUSTRIES)[accounts.industry[mine]],
        "employees": lambda: clean.employees == accounts.employees[mine].astype(np.str_),
        "country": lambda: clean.country == np.array(COUNTRIES)[accounts.region[mine]],
        "regulated": lambda: (clean.regulated == "Yes") == accounts.regulated[mine],
        "core stack": lambda: (clean.core_stack == "Yes") == accounts.core_stack[mine],
    }
    assert [name for name, check in checks.items() if not check().all()] == []


def test_records_are_not_younger_than_what_hangs_on_them(large: Market, dirty: Records) -> None:
    born = dirty.created_at[dirty.first_of]
    people, deals = large.contacts, large.opportunities
    assert (people.created_at >= born[people.account]).all()
    in_crm = deals.opened_at >= large.calendar.start
    assert (deals.opened_at >= born[deals.account])[in_crm].all()
    assert born.min() >= large.calendar.start
    assert (dirty.modified_at >= dirty.created_at).all()
    assert (dirty.modified_at < large.calendar.end).all()
