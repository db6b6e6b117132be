"""What a run says about records that it read and that count nowhere, and about a list for a day gone by."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.companies import company
from tests.interfaces.command_line import tierwise

from tierwise.project import run

MODEL = """\
company: Acme
currency: EUR
sources:
  crm:
    kind: files
    tables:
      accounts: {file: companies.csv, bad_values: blank, history: assumed}
  billing:
    kind: files
    tables:
      subscriptions: subscriptions.csv
segments:
  all: {where: "employees > 0"}
"""
COMPANIES = "account_key,name,domain,employees\n" + "".join(f"{i},Firm {i},firm{i}.example,{i}\n" for i in range(1, 9))
SPELLS = "subscription_key,domain,mrr,currency,started_at\n" + "".join(
    f"s{i},{'firm' if i < 4 else 'nobody'}{i}.example,100,{'JPY' if i == 1 else 'EUR'},2025-01-01\n"
    for i in range(1, 9)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tierwise.yaml").write_text(MODEL)
    (tmp_path / "companies.csv").write_text(COMPANIES.replace(",8\n", ",about right\n"))
    (tmp_path / "subscriptions.csv").write_text(SPELLS)
    return tmp_path


def test_what_counts_nowhere_is_said(folder: Path) -> None:
    done = tierwise("run", folder, "--as-of", "2026-06-30")
    assert done.code == 0, done.err
    said = " ".join(done.err.split())
    assert "crm/companies.csv: values that count as missing (employees: not a whole number: 1)" in said
    assert "5 of 8 subscriptions name no known account and count nowhere" in said
    assert "1 revenue records count nowhere: no exchange rate for their currency" in said
    assert "blocked_by" in done.out, "tier 1 is empty for more than one reason"


def test_a_list_for_a_day_gone_by_does_not_claim_to_be_in_force(folder: Path) -> None:
    assert tierwise("run", folder, "--as-of", "2026-06-30", "-q").code == 0
    done = tierwise("run", folder, "--as-of", "2026-03-31")
    assert "run 0001, of a later day, stays in force" in done.err
    assert "tierwise report --run 0002" in done.err
    assert "Moves: this is the first list" in done.out
    said = tierwise("explain", "firm5.example", "-p", folder, "--run", "0002").out
    assert "outside the list since" not in said
    assert "none on record" in said


def test_a_first_draft_is_in_a_currency_that_exists(folder: Path) -> None:
    done = tierwise("init", folder, "--force", "--currency", "EURO", "--no-input")
    assert done.code == 2
    assert "'EURO' is not a currency of ISO 4217" in done.err
    assert "'EUR'" in done.err
    assert (folder / "tierwise.yaml").read_text() == MODEL


def test_a_limit_beyond_reason_is_a_mistake_and_no_defect(folder: Path) -> None:
    assert tierwise("run", folder, "--as-of", "2026-06-30", "-q").code == 0
    assert tierwise("show", "tiers", "-p", folder, "--limit", "9" * 20).code == 2


def test_nothing_is_joined_silently(tmp_path: Path) -> None:
    """Companies of billing without a key of the CRM: how many are one by their names, and how many may be, is said."""
    words = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heron", "Inlet", "Jasper", "Kestrel", "Lumen",
             "Maple", "Nectar", "Onyx", "Pebble")  # fmt: skip
    names = [f"{a} {b}" for a, b in zip(words, words[5:] + words[:5], strict=True)]
    crm = [{"account_key": str(i), "name": n, "domain": f"d{i}.com", "country": "DE"} for i, n in enumerate(names)]
    billing = [{"account_key": f"b{i}", "name": f"{n} GmbH", "country": "DE"} for i, n in enumerate(names[:8])]
    with closing(company(tmp_path, {"crm": {"accounts": crm}, "billing": {"accounts": billing}})) as opened:
        run(opened, date(2026, 6, 30))
        decided = [row["decision"] for row in opened.read("match_pairs").to_pylist()]
    joined, doubtful = decided.count("same"), decided.count("review")
    assert joined == 8
    done = tierwise("run", tmp_path, "--as-of", "2026-06-30")
    said = " ".join(done.err.split())
    assert "8 pairs of companies joined by likeness, without a common key" in said
    assert ("companies may be one: tierwise matches" in said) == (doubtful > 0)
    found = json.loads(tierwise("run", tmp_path, "--as-of", "2026-06-30", "--json").out)["data"]["matches"]
    assert found == {"joined": joined, "in_doubt": doubtful}
