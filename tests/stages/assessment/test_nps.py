"""The net promoter score of segments and accounts: who counts, whose answer is the newest, and what is not known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.steps import run

from tierwise.stages.assessment.nps import NpsSpec
from tierwise.stats.intervals import net_promoter

ACCOUNTS = [{"account_id": account, "ultimate_parent_id": account} for account in "abc"]
SEGMENTS = [{"account_id": account, "segment": "s"} for account in "ab"]
Rows = dict[Any, dict[str, Any]]


def answer(account: str | None, person: str, score: int | None, day: str = "2024-05-01") -> dict[str, Any]:
    moment = datetime.fromisoformat(day)
    known = {"answered_at": moment} if score is not None else {"asked_at": moment}
    row = {"record_id": f"{account}-{person}-{day}", "account_id": account, "respondent": person, "source": "nps"}
    return {**row, "score": None if score is None else str(score), **known}


def asked(*rows: dict[str, Any], spec: NpsSpec | None = None) -> tuple[Rows, Rows]:
    given = {"nps_answers": rows, "accounts": ACCOUNTS, "account_segments": SEGMENTS}
    found = run("nps_accounts", "nps_sums", "nps", given=given, nps=spec or NpsSpec())
    return {row["name"]: row for row in found["nps"]}, {row["account_id"]: row for row in found["nps_accounts"]}


def test_counts_and_interval_by_segment_and_account() -> None:
    scores = {"a": [10, 9, 8, 2], "b": [9, 7], "c": [0]}
    rows = [answer(account, f"p{i}", score) for account, told in scores.items() for i, score in enumerate(told)]
    segments, accounts = asked(*rows)
    a, s, every = accounts["a"], segments["s"], segments["all"]
    assert [a[name] for name in ("answers", "promoters", "passives", "detractors", "value")] == [4, 2, 1, 1, 25.0]
    lo, hi = net_promoter(2, 1, 1)
    assert (a["lo"], a["hi"]) == (pytest.approx(100 * lo), pytest.approx(100 * hi))
    assert (accounts["c"]["value"], accounts["c"]["lo"]) == (-100.0, None), "one answer has no interval"
    assert (s["answers"], s["accounts"], s["value"]) == (6, 2, pytest.approx(100 / 3))
    assert (every["answers"], every["promoters"], every["detractors"]) == (7, 3, 2)
    assert (s["asked"], s["response_rate"], s["grade"]) == (None, None, "C"), (
        "a file of answers does not say who was asked"
    )
    assert -100 <= s["lo"] < s["value"] < s["hi"] <= 100


def test_people_who_agree_within_an_account_are_not_as_many_answers() -> None:
    alike = [answer(account, f"p{i}", score) for account, score in (("a", 10), ("b", 0)) for i in range(10)]
    segments, _ = asked(*alike)
    lo, hi = net_promoter(10, 0, 10)
    assert (segments["s"]["lo"], segments["s"]["hi"]) < (100 * lo, 100 * hi)
    assert segments["s"]["n_eff"] == 2.0


def test_the_newest_answer_of_a_person_counts_while_it_is_young() -> None:
    rows = [
        answer("a", "ann", 2, "2024-01-10"), answer("a", "ann", 9, "2024-04-10"), answer("a", "ann", None, "2024-06-01"),
        answer("a", "old", 0, "2023-03-01"), answer("b", "bo", None), answer(None, "nobody", 10),
    ]  # fmt: skip
    segments, accounts = asked(*rows)
    assert (accounts["a"]["promoters"], accounts["a"]["detractors"]) == (1, 0)
    assert accounts["a"]["last_answer"].isoformat() == "2024-04-10"
    assert (accounts["b"]["answers"], accounts["b"]["value"]) == (0, None), "no answer is no score, and not zero"
    assert (segments["s"]["asked"], segments["s"]["asked_answered"], segments["s"]["response_rate"]) == (2, 1, 0.5)
    assert segments["s"]["lo"] is None, "one group of companies has no interval"


def test_how_long_an_answer_counts_is_declared() -> None:
    segments, _ = asked(answer("a", "old", 0, "2023-03-01"), spec=NpsSpec(days=1000))
    assert segments["all"]["value"] == -100.0
