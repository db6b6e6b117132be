"""The alarms of the scorecard (methods e.2): size by another name, and criteria that decide nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from scipy.stats import spearmanr
from tests.steps import Results, run

from tierwise.stages.segmentation.alarms import AlarmsSpec

WEIGHTS = {
    "strategic_fit": 0.35,
    "revenue_potential": 0.25,
    "relationship_depth": 0.2,
    "firmographic": 0.12,
    "brand": 0.08,
}


def alarms(accounts: list[dict[str, Any]], seats: int = 5, **spec: Any) -> Results:
    """The alarms for accounts with `employees` and scores by criterion; the best by fit sit in tier 1."""
    fits = [sum(WEIGHTS[c] * a["scores"][c] for c in WEIGHTS) * 20 for a in accounts]
    names = [f"a{i:03d}" for i in range(len(accounts))]
    first = sorted(names, key=lambda name: (-fits[names.index(name)], name))[:seats]
    given = {
        "accounts": [{"account_id": n, "employees": a["employees"]} for n, a in zip(names, accounts, strict=True)],
        "candidates": [
            {"account_id": n, "standing": "eligible", "seatable": True, "ready_one_to_one": True,
             "fit": Decimal(f"{fit:.6f}")} for n, fit in zip(names, fits, strict=True)
        ],
        "spec_criteria": [
            {"criterion": c, "place": place, "weight": WEIGHTS[c]} for place, c in enumerate(sorted(WEIGHTS), 1)
        ],
        "fit_scores": [
            {"account_id": n, **{f"score_{place}": float(a["scores"][c]) for place, c in enumerate(sorted(WEIGHTS), 1)}}
            for n, a in zip(names, accounts, strict=True)
        ],
        "tiers": [{"account_id": n, "tier": "1" if n in first else "3"} for n in names],
    }  # fmt: skip
    return run("alarms", given=given, alarms=AlarmsSpec(**spec))


def company(employees: int, outward: float, inward: float) -> dict[str, Any]:
    scores = {c: outward if c in ("firmographic", "brand") else inward for c in WEIGHTS}
    return {"employees": employees, "scores": scores}


def test_fit_that_grows_with_size_raises_the_alarm() -> None:
    large = [company(10 * i + 10, 3, i % 30 / 6) for i in range(30)]
    found = alarms(large).one("alarms", alarm="fit_follows_size")
    assert found["raised"]
    assert found["n"] == 30
    assert found["value"] == 1


def test_the_correlation_is_spearmans_with_average_ranks() -> None:
    listed = [company(10 * (i * 7 % 11) + 10, i % 4, i * 5 % 6) for i in range(40)]
    fits = [sum(WEIGHTS[c] * a["scores"][c] for c in WEIGHTS) for a in listed]
    found = alarms(listed).one("alarms", alarm="fit_follows_size")
    expected = spearmanr([round(f, 8) for f in fits], [a["employees"] for a in listed]).statistic
    assert found["value"] == pytest.approx(expected, abs=1e-6)
    assert not found["raised"]


def test_a_list_that_firmographics_alone_would_make_raises_the_alarm() -> None:
    listed = [company(100, i % 30 / 6, i % 30 / 6) for i in range(30)]
    found = alarms(listed).one("alarms", alarm="outward_criteria_decide")
    assert (found["value"], found["raised"], found["n"]) == (1, True, 5)


def test_a_list_that_the_other_criteria_make_raises_none() -> None:
    listed = [company(100, (29 - i) / 6, i / 6) for i in range(30)]
    found = alarms(listed).one("alarms", alarm="outward_criteria_decide")
    assert (found["value"], found["raised"]) == (0, False)


def test_where_everybody_who_could_is_seated_fit_decided_nothing() -> None:
    listed = [company(100, i % 6, i % 6) for i in range(6)]
    found = alarms(listed, seats=6).one("alarms", alarm="outward_criteria_decide")
    assert (found["value"], found["raised"], found["n"]) == (None, False, 6)


def test_too_few_accounts_say_nothing() -> None:
    few = [company(10 * i + 10, i / 2, i / 2) for i in range(8)]
    for row in alarms(few, seats=2)["alarms"]:
        assert row["value"] is None
        assert not row["raised"]


def test_an_empty_list_says_nothing() -> None:
    assert [row["raised"] for row in alarms([])["alarms"]] == [False, False, False]
