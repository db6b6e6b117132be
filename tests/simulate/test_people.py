from __future__ import annotations

import numpy as np
from tests.simulate.rates import assert_rate, month_of

from tierwise.simulate import W1, Market
from tierwise.simulate.people import NO, YES


def test_every_account_has_somebody_and_choose_stays_inside(large: Market) -> None:
    people = large.contacts
    everyone = np.arange(len(large.accounts))
    for uniform in (0.0, 0.999999):
        chosen = people.choose(everyone, np.full(len(everyone), uniform))
        assert (people.account[chosen] == everyone).all()


def test_interviews_have_the_budget_the_errors_and_the_silence_of_the_world(large: Market) -> None:
    found = large.evidence
    assert len(np.unique(found.account)) == round(W1.interviewed_share * len(large.accounts))
    assert len(found) == len(np.unique(found.account)) * W1.respondents * 4
    spoken = np.isin(found.answer, (YES, NO))
    assert_rate(~spoken, W1.answer_unknown)
    truth = large.readiness[month_of(large.calendar, found.observed_at), found.account, found.dimension]
    assert_rate(((found.answer == YES) != truth)[spoken], W1.answer_error)


def test_interviews_are_recent_and_recorded_within_days(large: Market) -> None:
    found = large.evidence
    assert (found.observed_at < large.calendar.end).all()
    assert month_of(large.calendar, found.observed_at).min() >= W1.months - 6
    delay = (found.recorded_at - found.observed_at) / np.timedelta64(1, "D")
    assert delay.min() >= 0
    assert delay.max() < 4


def test_sales_touches_only_whom_it_works(large: Market) -> None:
    month = month_of(large.calendar, large.touches.occurred_at)
    assert large.effort[month, large.touches.account].all()
    assert large.effort[0].sum() == round(W1.historic_effort_share * len(large.accounts))


def test_only_prospects_are_asked_and_visits_before_the_interviews_decide_whom(large: Market) -> None:
    asked = np.unique(large.evidence.account)
    begin, before = (np.datetime64(month, "D") for month in ("2026-01", "2025-07"))
    spells, visits = large.spells, large.signals["first_party"]
    paying = (spells.started_at <= begin) & (np.isnat(spells.ended_at) | (spells.ended_at > begin))
    prospect = ~np.isin(np.arange(len(large.accounts)), spells.account[paying])
    assert prospect[asked].all()

    worked = large.effort[0]
    assert worked[asked].sum() >= len(asked) // 2
    seen = (visits.occurred_at >= before) & (visits.occurred_at < begin)
    attention = np.bincount(visits.account[seen], minlength=len(large.accounts))
    least = attention[asked[~worked[asked]]].min()
    left_out = prospect & ~worked & ~np.isin(np.arange(len(prospect)), asked)
    assert attention[left_out].max() <= least
