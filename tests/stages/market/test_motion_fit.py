"""Motion fit from records to words: medians and not means, unknown and not zero, and a veto of the economics."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.steps import Results, run

from tierwise.stages.market.break_even import BreakEvenSpec
from tierwise.stages.market.concentration import ConcentrationSpec
from tierwise.stages.market.motion_fit import MotionFitSpec

STEPS = (
    "concentration_sums",
    "concentration",
    "motion_values",
    "motion_sums",
    "motion_criteria",
    "break_even",
    "motion_fit",
)
CLOSED = datetime.fromisoformat("2024-03-01")


def accounts(n: int, segment: str = "s", **columns: Any) -> dict[str, list[dict[str, Any]]]:
    names = [f"{segment}{i:04}" for i in range(n)]
    return {
        "accounts": [{"account_id": name, "name": name, "employees": 100, **columns} for name in names],
        "account_segments": [{"account_id": name, "segment": segment, "segments": 1} for name in names],
    }


def names_of(market: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [row["account_id"] for row in market["accounts"]]


def paid(names: list[str], monthly: list[float], basis: str = "subscriptions") -> list[dict[str, Any]]:
    months = [date(2024, 5, 1), date(2024, 6, 1)]
    return [
        {"account_id": name, "month": month, "revenue": x, "basis": basis}
        for name, x in zip(names, monthly, strict=True) for month in months
    ]  # fmt: skip


def deal(n: int, account: str, days: int, amount: float = 10_000) -> dict[str, Any]:
    return {"record_id": f"o{n}", "account_id": account, "outcome": "won", "new_business": True, "amount": amount,
            "created_at": CLOSED - timedelta(days=days), "closed_at": CLOSED}  # fmt: skip


def found(given: dict[str, Any], **specs: Any) -> Results:
    base = {"spec_segments": [{"segment": "s", "priority": 1}], "rates": [{"currency": "", "rate": 1.0}]}
    return run(*STEPS, given={**base, **given}, **specs)


def criterion(results: Results, name: str, dimension: str = "total") -> dict[str, Any]:
    return results.one("motion_criteria", criterion=name, dimension=dimension)


def test_a_whale_moves_the_mean_and_not_the_answer() -> None:
    market = accounts(9)
    market["revenue_months"] = paid(names_of(market), [500.0] * 8 + [400_000.0])
    row = criterion(found(market), "contract_value")
    assert (row["value"], row["n"], row["score"], row["basis"]) == (6_000, 9, 0, "subscriptions")
    assert "mean 538,667" in row["note"]
    assert "median counts" in row["note"]


def test_billed_revenue_is_what_a_year_brought_and_not_a_month_times_twelve() -> None:
    market = accounts(5)
    market["revenue_months"] = paid(names_of(market), [1_000.0] * 5, "invoices")
    assert criterion(found(market), "contract_value")["value"] == 2_000


def test_revenue_of_earlier_years_is_no_contract_of_today() -> None:
    market = accounts(5)
    market["revenue_months"] = [{**row, "month": date(2022, 5, 1)} for row in paid(names_of(market), [9e5] * 5)]
    assert criterion(found(market), "contract_value")["value"] is None


def test_without_revenue_an_accounts_won_deals_of_a_year_count_together() -> None:
    """A customer who buys every week is not a customer of the size of one deal."""
    market = accounts(5)
    market["opportunities"] = [deal(10 * i + j, name, 30) for i, name in enumerate(names_of(market)) for j in range(4)]
    row = criterion(found(market), "contract_value")
    assert (row["value"], row["n"], row["basis"]) == (40_000, 5, "deals")


def test_what_is_not_on_record_is_unknown_and_bounds_say_what_it_could_do() -> None:
    results = found(accounts(30))
    unknown = [row for row in results["motion_criteria"] if row["value"] is None]
    assert {row["criterion"] for row in unknown} == {"contract_value", "cycle", "committee", "target_deal"}
    assert all(row["score"] is None and row["points"] is None for row in unknown)
    total = results.one("motion_fit", dimension="total")
    assert (total["motion"], total["coverage"], total["grade"]) == ("unknown", pytest.approx(0.25), "C")
    assert (total["lowest"], total["highest"]) == (pytest.approx(10), pytest.approx(85))
    assert "not known: contract value, cycle, committee, target deal" in total["said"]


def test_few_count_as_unknown() -> None:
    market = accounts(4)
    market["revenue_months"] = paid(names_of(market), [1e6] * 4)
    row = criterion(found(market), "contract_value")
    assert (row["value"], row["note"]) == (None, "only 4 on record: counts as unknown")
    assert criterion(found(market, motion_fit=MotionFitSpec(least_n=4)), "contract_value")["score"] == 4


def test_the_index_is_exactly_the_sum_of_its_points() -> None:
    market = accounts(30)
    market["revenue_months"] = paid(names_of(market), [1_000.0 + 313 * i for i in range(30)])
    results = found(market)
    for row in results["motion_fit"]:
        mine = [c["points"] for c in results["motion_criteria"] if c["name"] == row["name"]]
        assert sum(points for points in mine if points is not None) == row["index"]


def test_people_met_while_the_deal_was_open_make_its_committee() -> None:
    market = accounts(6)
    market["opportunities"] = [deal(i, name, 60) for i, name in enumerate(names_of(market))]
    met = [("A@x.com", 10), ("a@x.com ", 20), ("b@x.com", 100), ("c@x.com", 400), ("d@x.com", -5)]
    market["activities"] = [
        {"record_id": f"{name}{mail}{ago}", "account_id": name, "email": mail, "source": "crm",
         "occurred_at": CLOSED - timedelta(days=ago)} for name in names_of(market)[:5] for mail, ago in met
    ]  # fmt: skip
    row = criterion(found(market), "committee")
    assert (row["value"], row["n"]) == (2, 5)  # the sixth deal met nobody on record: unknown, not zero


def test_potential_is_what_the_model_says_and_an_unknown_figure_is_not_zero() -> None:
    market = accounts(10)
    for row in market["accounts"][:5]:
        row["employees"] = None
    total = {"basis": "potential", "dimension": "total"}
    row = found(market).one("concentration", **total)
    assert (row["accounts"], row["n"], row["gini"], row["top_share"]) == (10, 5, 0, pytest.approx(0.2))
    market["accounts"][9]["competitor"] = True
    assert found(market).one("concentration", **total)["accounts"] == 9
    missing = found(market, concentration=ConcentrationSpec(read_from="annual_revenue"))
    assert criterion(missing, "concentration")["value"] is None


def worth(value: float) -> list[dict[str, Any]]:
    return [{"dimension": d, "name": n, "value": value, "lo": 0.8 * value, "hi": 1.2 * value}
            for d, n in (("total", "all"), ("segment", "s"))]  # fmt: skip


def rich_market() -> dict[str, list[dict[str, Any]]]:
    """Large contracts in a small, concentrated market: the index says ABM."""
    market = accounts(30)
    for i, row in enumerate(market["accounts"]):
        row["employees"] = 10 if i < 25 else 100_000
    market["revenue_months"] = paid(names_of(market), [20_000.0] * 30)
    return market


def test_the_economics_have_a_veto() -> None:
    market = rich_market()
    good = found({**market, "lifetime_value": worth(250_000)}).one("motion_fit", dimension="total")
    assert good["motion"] == "abm_led"
    assert "Is that plausible?" in good["said"]
    poor = found({**market, "lifetime_value": worth(1_500)}).one("motion_fit", dimension="total")
    assert (poor["motion"], poor["index"]) == ("no_abm", good["index"])
    assert poor["said"].startswith(
        "Do not run ABM here at the default cost, a judgement (declare yours: `break_even: {one_to_few: {cost: ...}}`); "
        "1:few costs 2,000 per account by default, a customer is worth 1,500: it"
    )
    assert "does not change that" in poor["said"]
    own = BreakEvenSpec.model_validate({"one_to_few": {"cost": 1_900}})
    declared = found({**market, "lifetime_value": worth(1_500)}, break_even=own).one("motion_fit", dimension="total")
    assert declared["said"].startswith(
        "Do not run ABM here; 1:few costs 1,900 per account, a customer is worth 1,500: it"
    )


def economics(value: float | None, **treatment: Any) -> dict[str, Any]:
    spec = BreakEvenSpec.model_validate({"one_to_one": treatment})
    given = {"lifetime_value": [] if value is None else worth(value)}
    return found({**accounts(1), **given}, break_even=spec).one("break_even", dimension="total", tier="one_to_one")


def test_break_even_as_published() -> None:
    """Methods b.6, from the model to the sentence."""
    row = economics(250_000, cost=12_000, uplift=0.06)
    assert (row["pays_back"], row["required_value"], row["required_uplift"]) == (1.25, 200_000, 0.048)
    assert (row["answer"], row["required_uplift_lo"], row["required_uplift_hi"]) == ("pays", 0.04, 0.06)


@pytest.mark.parametrize(
    ("value", "treatment", "answer"),
    [
        (250_000, {"cost": 12_000}, "ask"),
        (100_000, {"cost": 12_000}, "implausible"),
        (250_000, {"cost": 12_000, "uplift": 0.06, "uplift_lo": 0.01}, "fails"),
        (None, {"cost": 12_000, "uplift": 0.06}, "unknown"),
        (-4, {"cost": 12_000}, "implausible"),
    ],
)
def test_the_lower_end_of_a_measured_uplift_decides(
    value: float | None, treatment: dict[str, Any], answer: str
) -> None:
    row = economics(value, **treatment)
    assert row["answer"] == answer
    assert row["said"]


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ValidationError, match="not a criterion"):
        MotionFitSpec.model_validate({"criteria": {"cycles": {"weight": 1, "anchors": {1: 0, 2: 4}}}})
    with pytest.raises(ValidationError, match="between 0 and 4"):
        MotionFitSpec.model_validate({"criteria": {"cycle": {"weight": 1, "anchors": {1: 0, 2: 5}}}})
    with pytest.raises(ValidationError, match="lower end"):
        BreakEvenSpec.model_validate({"one_to_one": {"cost": 1, "uplift_lo": 0.1}})
    own = MotionFitSpec.model_validate({"criteria": {"cycle": {"weight": 0.5, "anchors": {1: 0, 2: 4}}}})
    assert set(own.criteria) == set(MotionFitSpec().criteria)
    assert sum(own.weights.values()) == pytest.approx(1)
