"""Alignment: who means which accounts, what their teams touched, and what is worth winning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError
from tests.steps import Results, run

from tierwise.stages.market.targets import TargetSpec, TargetsSpec, alignment, plain_name

STEPS = ("target_accounts", "target_names_unknown", "targets", "alignment_sums", "alignment")
GIVEN: dict[str, Any] = {
    "accounts": [{"account_id": f"domain:c{i}.com", "domain": f"c{i}.com", "name": f"Company {i}", "employees": 100 * i}
                 for i in range(1, 11)],
    "account_segments": [{"account_id": f"domain:c{i}.com", "segment": "s", "segments": 1} for i in range(6, 11)],
    "segment_members": [{"account_id": f"domain:c{i}.com", "segment": "s", "priority": 1} for i in range(6, 11)],
    "verdicts": [{"segment": "s", "verdict": "validated"}],
    "tiers": [{"account_id": "domain:c10.com", "tier": "1"}, {"account_id": "domain:c9.com", "tier": "3"}],
    "rates": [{"currency": "", "rate": 1.0}],
    "revenue_months": [{"account_id": f"domain:c{i}.com", "month": date(2024, 3, 1), "revenue": 100.0} for i in (5, 6)],
}  # fmt: skip
MARKETING = {"function": "marketing", "where": "employees <= 600"}
LISTED = ["https://www.C6.com/x", "company 7", "domain:c8.com", "gone.com"]
SALES = {"function": "sales", "leader": "Sam", "accounts": LISTED}


def align(targets: dict[str, dict[str, Any]], **given: Any) -> Results:
    spec = TargetsSpec(targets={name: TargetSpec.model_validate(t) for name, t in targets.items()})
    return run(*STEPS, given={**GIVEN, **given}, targets=spec)


def test_two_leaders_are_compared_in_accounts_and_in_money() -> None:
    found = align({"cmo": MARKETING, "cro": SALES})
    assert found.by("targets", "target", value="accounts") == {"cmo": 6, "cro": 3}
    row = found.one("alignment", target="cmo", against="cro")
    assert (row["accounts"], row["other_accounts"], row["both"], row["jaccard"]) == (6, 3, 1, 1 / 8)
    assert (row["money"], row["other_money"], row["both_money"], row["money_jaccard"]) == (200, 100, 100, 0.5)
    assert row["said"] == "cmo and Sam mean different accounts: 1 in common, 5 only cmo's, 2 only Sam's"


def test_names_that_are_no_account_are_listed() -> None:
    found = align({"cro": SALES})
    assert [row["value"] for row in found["target_names_unknown"]] == ["gone.com"]
    assert found.one("targets", target="cro")["names_without_account"] == 1


def test_each_is_compared_with_the_universe_the_list_and_what_the_team_touched() -> None:
    moment = datetime.fromisoformat("2024-03-01")
    touched = [{"record_id": str(i), "account_id": f"domain:c{i}.com", "owner": " ANNA ", "occurred_at": moment}
               for i in (1, 2, 9)]  # fmt: skip
    found = align({"cmo": {**MARKETING, "owners": ["Anna"]}}, activities=touched)
    rows = {row["against"]: row for row in found["alignment"]}
    assert set(rows) == {"universe", "validated", "TAL", "touched"}
    assert (rows["validated"]["both"], rows["TAL"]["both"], rows["touched"]["both"]) == (1, 0, 2)
    assert rows["universe"]["said"] == "5 of cmo's 6 accounts are in no segment worth winning"
    assert (
        rows["validated"]["said"]
        == "1 of cmo's 6 accounts has a validated profile; 4 of the 5 that have one are missing"
    )
    assert (
        rows["touched"]["said"]
        == "cmo's team touched 2 of the 6 accounts and 1 outside them: 33 % of what it touched lies elsewhere"
    )


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"where": "employees <= 600"}, "mean the same 6 accounts"),
        ({"where": "employees <= 500"}, "mean mostly the same accounts"),
        ({"segments": ["s"]}, "mean different accounts"),
        ({"where": "employees > 900"}, "have no account in common"),
        ({"accounts": ["nobody.com"]}, "names no account that is on record"),
    ],
)
def test_agreement_in_words(other: dict[str, Any], words: str) -> None:
    found = align({"cmo": MARKETING, "cpo": {"function": "product", **other}})
    assert words in found.one("alignment", target="cmo", against="cpo")["said"]


@pytest.mark.parametrize(
    ("against", "accounts", "other", "both", "words"),
    [
        ("TAL", 100, 65, 65, "all of the list's 65 accounts are among what Noor calls the target"),
        ("TAL", 100, 65, 0, "none of the list's 65 accounts is among what Noor calls the target"),
        ("TAL", 100, 65, 26, "26 of the list's 65 accounts are among what Noor calls the target"),
        ("TAL", 100, 0, 0, "no account is on the list yet, so nothing can be said against it"),
        ("universe", 100, 900, 100, "all of Noor's 100 accounts are in a segment worth winning"),
        ("universe", 100, 900, 0, "none of Noor's 100 accounts is in a segment worth winning"),
        ("universe", 1, 900, 0, "not even Noor's only account is in a segment worth winning"),
        ("validated", 100, 9, 9, "9 of Noor's 100 accounts have a validated profile, and none that has one is missing"),
        ("validated", 100, 9, 8, "8 of Noor's 100 accounts have a validated profile; 1 of the 9 that have one is missing"),
        ("touched", 100, 30, 30, "Noor's team touched 30 of the 100 accounts and none outside them"),
        ("touched", 100, 30, 0,
         "Noor's team touched none of the 100 accounts and 30 outside them: 100 % of what it touched lies elsewhere"),
    ],
)  # fmt: skip
def test_overlaps_in_words(against: str, accounts: int, other: int, both: int, words: str) -> None:
    sums = {"target": "cs", "against": against, "accounts": accounts, "other_accounts": other, "both": both,
            "money": 0.0, "other_money": 0.0, "both_money": 0.0}  # fmt: skip
    listed = pa.Table.from_pylist([{"target": "cs", "leader": "Noor"}])
    (row,) = alignment(TargetsSpec(), date(2024, 6, 30), pa.Table.from_pylist([sums]), listed).to_pylist()
    assert row["said"] == words


def test_several_ways_of_saying_it_add_up() -> None:
    said = {"where": "employees = 100", "segments": ["s"], "accounts": ["c1.com"]}
    assert align({"cs": {"function": "customer_success", **said}}).one("targets", target="cs")["accounts"] == 6


def test_a_target_must_say_something() -> None:
    with pytest.raises(ValidationError, match="needs `where`"):
        TargetSpec.model_validate({"function": "sales"})


def test_names_are_compared_as_people_write_them() -> None:
    assert plain_name(" https://www.Acme.com/about ") == "acme.com"
    assert plain_name("Smith / Jones Ltd") == "smith / jones ltd"
