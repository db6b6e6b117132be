"""Intent: decay, trust, caps, saturation, people, and what bought signals may not do (methods f.1, f.2, f.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from math import exp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import DAY, Results, run

from tierwise.core.decay import decay
from tierwise.stages.assessment.intent import IntentSpec
from tierwise.stages.assessment.signals import SignalsSpec

SIGNALS = SignalsSpec.model_validate(
    {
        "signals": {
            "pricing": {
                "where": "kind = 'pricing'",
                "party": "first",
                "family": "web",
                "points": 10,
                "high_intent": True,
            },
            "webinar": {"where": "kind = 'webinar'", "party": "first", "family": "event", "points": 4},
            "surge": {"where": "provider = 'vendor'", "party": "third", "family": "third_party_topic", "points": 6},
            "hiring": {"where": "provider = 'jobs'", "party": "third", "family": "hiring", "points": 6},
        }
    }
)
STEPS = ("signal_days", "signal_totals", "signal_people", "intent_reasons", "intent")
UNCAPPED = IntentSpec(cap=1.0)


def at(age: int, hour: int = 12) -> datetime:
    return datetime.combine(DAY, datetime.min.time()) - timedelta(days=age) + timedelta(hours=hour)


def signal(signal_id: str, age: int = 0, account: str = "a", **more: Any) -> dict[str, Any]:
    record = f"{signal_id}{age}{sorted(more.items())}"
    return {"account_id": account, "signal_id": signal_id, "occurred_at": at(age), "record_id": record, **more}


def intent(*signals: dict[str, Any], spec: IntentSpec = UNCAPPED) -> Results:
    return run(*STEPS, given={"signals": signals}, signals=SIGNALS, intent=spec)


def score(*signals: dict[str, Any], spec: IntentSpec = UNCAPPED) -> float:
    return float(intent(*signals, spec=spec).one("intent")["intent"])


@pytest.mark.parametrize(("age", "left"), [(0, 1), (15, 0.707107), (30, 0.5), (60, 0.25), (90, 0.125)])
def test_half_is_left_after_a_half_life(age: int, left: float) -> None:
    """Oracle f.1: half-lives, not time constants."""
    assert decay(age, 30) == pytest.approx(left, abs=5e-7)
    assert float(intent(signal("pricing", age)).one("signal_totals")["points"]) == pytest.approx(10 * left, abs=5e-6)


def test_oracle_of_three_parties() -> None:
    """Oracle f.2: 10 + 4 x 2^-.5 + 6 x .4 x .5 = 14.028427 points, 60.750382 of 100."""
    found = intent(signal("pricing", 0), signal("webinar", 15), signal("surge", 30))
    assert sum(row["points"] for row in found["signal_totals"]) == Decimal("14.028427")
    assert found.one("intent")["intent"] == Decimal("60.750382")


def test_one_signal_brings_at_most_its_share() -> None:
    """40 % of the raw sum is the most per signal; what is cut stands as a reason of its own."""
    found = intent(signal("pricing"), signal("webinar"), spec=IntentSpec())
    reasons = found.by("intent_reasons", "reason", value="points")
    assert reasons["signal:pricing"] == 10
    assert reasons["cap:pricing"] == Decimal("-4.4")
    assert reasons["signal:webinar"] == 4
    assert "cap:webinar" not in reasons
    assert float(found.one("intent")["intent"]) == pytest.approx(100 * (1 - exp(-9.6 / 15)), abs=1e-6)


def test_repeats_of_a_person_and_day_are_one() -> None:
    once = [signal("pricing", 3, person="ann")]
    many = [{**once[0], "record_id": f"r{n}", "occurred_at": at(3, n)} for n in range(8)]
    assert score(*many) == score(*once)
    assert intent(*many).one("signal_totals")["signals"] == 1
    assert intent(*many, signal("pricing", 4, person="ann")).one("signal_totals")["signals"] == 2
    assert intent(*many, signal("pricing", 3, person="bob")).one("signal_totals")["signals"] == 2
    assert intent(*many, signal("webinar", 3, person="ann"))["signal_totals"][1]["signals"] == 1


def test_a_device_is_one_a_day_and_nameless_signals_count_each() -> None:
    device = [signal("pricing", 3, device="d", record_id=f"r{n}") for n in range(4)]
    nameless = [{**signal("surge", 3), "record_id": f"n{n}"} for n in range(4)]
    found = intent(*device, *nameless).by("signal_totals", "signal_id", value="signals")
    assert found == {"pricing": 1, "surge": 4}


def test_the_future_is_invisible() -> None:
    assert intent(signal("pricing", -1))["intent"] == []
    assert score(signal("pricing", 2), signal("pricing", -1), signal("webinar", -30)) == score(signal("pricing", 2))


def test_old_signals_are_forgotten() -> None:
    assert intent(signal("pricing", 181))["intent"] == []
    assert float(intent(signal("pricing", 180)).one("signal_totals")["points"]) == pytest.approx(10 / 64)


@pytest.mark.parametrize(("people", "factor"), [(1, 1), (2, 1.15), (3, 1.3), (4, 1.45), (5, 1.6), (6, 1.6)])
def test_further_people_add(people: int, factor: float) -> None:
    """Oracle f.6, in at least two functions."""
    crowd = [signal("webinar", 0, person=f"p{n}", function=("Finance", "IT")[n % 2]) for n in range(people)]
    reasons = intent(*crowd).by("intent_reasons", "reason", value="points")
    assert float(reasons["signal:webinar"] + reasons.get("people", 0)) == pytest.approx(4 * people * factor)


def test_people_of_one_function_add_nothing() -> None:
    crowd = [signal("webinar", 0, person=f"p{n}", function="IT") for n in range(4)]
    assert "people" not in intent(*crowd).by("intent_reasons", "reason", value="points")


def test_three_devices_are_a_person() -> None:
    crowd = [signal("webinar", 0, device=f"d{n}") for n in range(5)] + [signal("webinar", 0, person="ann")]
    assert intent(*crowd).one("intent")["people"] == 2


def test_people_outside_the_window_do_not_count() -> None:
    found = intent(signal("pricing", 61, person="ann"), signal("webinar", 60, person="bob")).one("signal_people")
    assert (found["persons"], found["families"], found["high_intent"]) == (1, 1, False)


def test_one_family_of_one_person_is_guarded() -> None:
    assert intent(signal("pricing", 0, person="ann")).one("intent")["guarded"]
    assert not intent(signal("pricing", 0, person="ann"), signal("pricing", 0, person="bob")).one("intent")["guarded"]
    assert not intent(signal("pricing", 0, person="ann"), signal("webinar", 0, person="ann")).one("intent")["guarded"]


def test_bought_signals_corroborate_nothing() -> None:
    """f.4: one trivial visit beside bought signals lifts the guard of a state, and still ranks no account."""
    mixed = intent(signal("surge"), signal("hiring"), signal("pricing", person="ann")).one("intent")
    assert (mixed["guarded"], mixed["third_party_only"], mixed["corroborated"]) == (False, False, False)
    bought_people = [signal("surge", person=f"p{n}") for n in range(3)]
    assert not intent(*bought_people, signal("pricing", device="d")).one("intent")["corroborated"]
    assert intent(signal("pricing", person="ann"), signal("pricing", person="bob")).one("intent")["corroborated"]
    assert intent(signal("pricing", person="ann"), signal("webinar", person="ann")).one("intent")["corroborated"]
    old = intent(signal("pricing", 61, person="ann"), signal("webinar", person="ann")).one("intent")
    assert not old["corroborated"]


def test_whose_signals_they_are() -> None:
    bought = intent(signal("surge"), signal("hiring")).one("intent")
    assert (bought["third_party_only"], bought["first_party"]) == (True, False)
    mixed = intent(signal("surge"), signal("pricing", 100)).one("intent")
    assert (mixed["third_party_only"], mixed["first_party"]) == (False, True)


signals_drawn = st.lists(
    st.builds(
        signal,
        st.sampled_from(["pricing", "webinar", "surge", "hiring"]),
        st.integers(-5, 200),
        st.sampled_from(["a", "b"]),
        person=st.sampled_from([None, "ann", "bob", "cyd"]),
        device=st.sampled_from([None, "d1", "d2"]),
        function=st.sampled_from([None, "IT", "Finance"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(drawn=signals_drawn, cap=st.sampled_from([0.2, 0.4, 1.0]))
def test_reasons_sum_to_the_score_exactly(drawn: list[dict[str, Any]], cap: float) -> None:
    found = intent(*drawn, spec=IntentSpec(cap=cap))
    for row in found["intent"]:
        assert (
            sum(r["points"] for r in found["intent_reasons"] if r["account_id"] == row["account_id"]) == row["intent"]
        )
        assert 0 <= row["intent"] <= 100


@settings(max_examples=15, deadline=None)
@given(drawn=signals_drawn, random=st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(drawn: list[dict[str, Any]], random: Any) -> None:
    again = drawn + [s for s in drawn if s["person"] or s["device"]]
    random.shuffle(again)
    assert intent(*again)["intent"] == intent(*drawn)["intent"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.floats(1, 400))
def test_decay_composes(first: int, then: int, half_life: float) -> None:
    """P.9: what is left after both spans is what the second leaves of what the first left."""
    assert decay(first + then, half_life) == pytest.approx(decay(first, half_life) * decay(then, half_life), rel=1e-12)
