from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.simulate.rates import mrr_at

from tierwise.core.vocabulary import ANSWERS, DIMENSIONS, EVIDENCE_METHODS, RESPONDENT_ROLES, SIGNAL_FAMILIES
from tierwise.simulate import Market, market, write_exports

AS_OF = "2026-06-30"
Rows = list[dict[str, str]]


def read(folder: Path, name: str) -> Rows:
    german = name == "intent/vendor_b"
    with (folder / f"{name}.csv").open(encoding="utf-8-sig" if german else "utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";" if german else ",", strict=True))


@pytest.fixture(scope="module")
def folder(small: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("exports")
    write_exports(small, target)
    return target


@pytest.fixture(scope="module")
def clean_folder(small: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("clean")
    write_exports(small, target, dirt=False)
    return target


def truth(folder: Path, name: str) -> Rows:
    return pq.read_table(folder / "truth" / f"{name}.parquet").to_pylist()


def test_the_same_seed_writes_the_same_bytes(small: Market, folder: Path, tmp_path: Path) -> None:
    def digests(paths: list[Path], root: Path) -> dict[str, str]:
        return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}

    again = write_exports(market(seed=5, accounts=1_200), tmp_path / "again")
    before = sorted(path for path in folder.rglob("*") if path.is_file())
    assert digests(again, tmp_path / "again") == digests(before, folder)
    other = write_exports(market(seed=6, accounts=1_200), tmp_path / "other")
    changed = digests(other, tmp_path / "other")
    assert [name for name, digest in digests(before, folder).items() if changed[name] == digest] == [
        "billing/exchange_rates.csv"
    ]


def test_company_rows_tie_out(small: Market, folder: Path) -> None:
    companies, known = read(folder, "crm/companies"), truth(folder, "records")
    assert [int(row["Record ID"]) for row in companies] == [row["record_id"] for row in known]
    assert len({row["account"] for row in known}) == len(small.accounts)
    assert len(companies) == len(small.accounts) + sum(row["duplicate"] for row in known)
    ids = {row["Record ID"] for row in companies}
    assert {row["Parent Company ID"] for row in companies} <= ids | {""}
    for name in ("crm/contacts", "crm/deals", "touches/activities"):
        assert {row["Associated Company ID"] for row in read(folder, name)} <= ids


def test_deals_are_those_of_the_history_and_point_to_their_account(small: Market, folder: Path) -> None:
    account_of = {str(row["record_id"]): row["account"] for row in truth(folder, "records")}
    start = small.calendar.start.item()
    true = [
        (row["account"], row["opened_at"].strftime("%Y-%m-%d %H:%M"))
        for row in truth(folder, "opportunities")
        if start <= row["opened_at"] < small.calendar.end.item()
    ]
    deals = [row for row in read(folder, "crm/deals") if row["Deal Type"] == "New Business"]
    assert sorted((account_of[row["Associated Company ID"]], row["Create Date"]) for row in deals) == sorted(true)


def test_unlogged_losses_stay_open_unless_the_export_is_clean(small: Market, folder: Path, clean_folder: Path) -> None:
    past = [row for row in truth(folder, "opportunities") if str(row["opened_at"]) >= str(small.calendar.start)[:10]]
    decided = [row for row in past if row["decided_at"] and row["decided_at"] < small.calendar.end.item()]
    lost = [row for row in decided if row["outcome"] == "lost"]
    zombies = [row for row in lost if not row["logged"]]
    assert zombies

    def closed_lost(place: Path) -> int:
        rows = read(place, "crm/deals")
        return sum(row["Deal Stage"] == "Closed Lost" and row["Deal Type"] == "New Business" for row in rows)

    assert closed_lost(folder) == len(lost) - len(zombies)
    assert closed_lost(clean_folder) == len(lost)


def test_stage_history_leads_to_the_stage_of_the_deal(folder: Path) -> None:
    history: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in read(folder, "crm/deal_stage_history"):
        history[row["Deal ID"]].append((row["Entered At"], row["Deal Stage"]))
    deals = {row["Record ID"]: row for row in read(folder, "crm/deals")}
    assert history.keys() == deals.keys()
    for key, steps in history.items():
        assert [at for at, _ in steps] == sorted(at for at, _ in steps)
        assert steps[0][0] == deals[key]["Create Date"]
        assert steps[-1][1] == deals[key]["Deal Stage"]
        if deals[key]["Deal Stage"].startswith("Closed"):
            assert steps[-1][0][:10] == deals[key]["Close Date"]


@pytest.mark.parametrize("day", ["2022-01-01", "2025-07-01", "2026-07-01"])
def test_revenue_at_any_instant_is_recoverable(small: Market, folder: Path, day: str) -> None:
    rates = {row["Currency"]: Decimal(row["Rate"]) for row in read(folder, "billing/exchange_rates")}
    found: Counter[str] = Counter()
    for row in read(folder, "billing/subscriptions"):
        if row["Start Date (UTC)"] <= day and (not row["Ended At (UTC)"] or row["Ended At (UTC)"] > day):
            found[row["Customer Description"]] += Decimal(row["mrr"]) * rates[row["Currency"].upper()]
    true = mrr_at(small, day)
    assert found.keys() == set(small.accounts.name[true > 0].tolist())
    for name, paid in zip(small.accounts.name[true > 0].tolist(), true[true > 0].tolist(), strict=True):
        assert float(found[name]) == pytest.approx(paid, abs=0.01)


def test_subscription_rows_tie_out_and_have_one_key_each(small: Market, folder: Path) -> None:
    rows = read(folder, "billing/subscriptions")
    assert len(rows) == (small.spells.started_at < small.calendar.end).sum()
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert (row["Status"] in ("active", "past_due")) == (row["Ended At (UTC)"] == "")


def test_renewals_are_won_every_year_and_lost_once(small: Market, folder: Path) -> None:
    renewals = [row for row in read(folder, "crm/deals") if row["Deal Type"] == "Renewal"]
    lost = Counter(row["Close Date"] for row in renewals if row["Deal Stage"] == "Closed Lost")
    notice = np.timedelta64(60, "D")
    spells = small.spells
    left = spells.ended_at[spells.churned & (spells.ended_at < small.calendar.end)]
    assert lost == Counter(str(day) for day in left if day - notice >= small.calendar.start)
    for row in renewals:
        assert (row["Deal Stage"] == "Contract Sent") == (row["Close Date"] > AS_OF)


def test_a_renewal_is_worth_a_year_of_what_the_customer_paid_on_its_eve(folder: Path) -> None:
    name_of = {row["account"]: row["name"] for row in truth(folder, "accounts")}
    customer = {str(row["record_id"]): name_of[row["account"]] for row in truth(folder, "records")}
    billed: dict[str, Rows] = defaultdict(list)
    for row in read(folder, "billing/subscriptions"):
        billed[row["Customer Description"]].append(row)
    renewals = [row for row in read(folder, "crm/deals") if row["Deal Type"] == "Renewal" and row["Amount"]]
    assert renewals
    for deal in renewals:
        day = deal["Close Date"]
        rows = billed[customer[deal["Associated Company ID"]]]
        on_the_eve = [row for row in rows if row["Start Date (UTC)"] < day and not "" < row["Ended At (UTC)"] < day]
        assert [12 * float(row["mrr"]) for row in on_the_eve] == pytest.approx([float(deal["Amount"])], abs=51)


def test_nothing_is_dated_after_the_end_of_history(folder: Path) -> None:
    dated = {
        "crm/companies": ("Create Date", "Last Modified Date", "Employees Last Verified"),
        "crm/contacts": ("Create Date", "Last Activity Date"),
        "crm/deals": ("Create Date",),
        "crm/deal_stage_history": ("Entered At",),
        "crm/owner_changes": ("Owner Assigned Date", "Recorded At"),
        "billing/subscriptions": ("Start Date (UTC)", "Ended At (UTC)"),
        "web/events": ("occurred_at",),
        "intent/review_site": ("Activity Date", "Delivered At"),
        "intent/vendor_a": ("week", "delivered_at"),
        "research/interviews": ("Observed At", "Recorded At"),
        "touches/activities": ("Activity Date",),
    }
    for name, headings in dated.items():
        for heading in headings:
            last = max(row[heading] for row in read(folder, name))
            assert "2025-12-31" < last[:10] <= AS_OF, (name, heading)
    vendor_b = read(folder, "intent/vendor_b")
    assert max("".join(reversed(row["Delivered"].split("."))) for row in vendor_b) <= "20260630"


def test_words_are_those_of_the_product(folder: Path) -> None:
    notes = read(folder, "research/interviews")
    assert {row["Answer"] for row in notes} == set(ANSWERS)
    assert {row["Dimension"] for row in notes} == set(DIMENSIONS)
    assert {row["Respondent Role"] for row in notes} <= set(RESPONDENT_ROLES)
    assert {row["Method"] for row in notes} <= set(EVIDENCE_METHODS)
    assert {row["family"] for row in read(folder, "web/events")} <= set(SIGNAL_FAMILIES)


def test_addresses_are_one_per_person_and_known_to_the_logs(folder: Path) -> None:
    addresses = [row["Email"] for row in read(folder, "crm/contacts")]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() for address in addresses)
    events = read(folder, "web/events")
    assert {row["email"] for row in events} - {""} <= set(addresses)
    assert all((row["email"] == "") != (row["anonymous_id"] == "") for row in events)


def test_backdated_owner_changes_exist_only_in_dirty_exports(folder: Path, clean_folder: Path) -> None:
    def backdated(place: Path) -> float:
        rows = read(place, "crm/owner_changes")
        return sum(row["Owner Assigned Date"] < row["Recorded At"][:10] for row in rows) / len(rows)

    assert 0.04 < backdated(folder) < 0.17
    assert backdated(clean_folder) == 0


def test_some_companies_of_the_vendors_are_strangers(folder: Path, clean_folder: Path) -> None:
    def strangers(place: Path) -> float:
        rows = read(place, "intent/vendor_a")
        return sum(row["domain"].endswith(".io") for row in rows) / len(rows)

    assert 0.02 < strangers(folder) < 0.04
    assert strangers(clean_folder) == 0


def test_truth_says_who_opens_and_wins_within_the_horizon(small: Market, folder: Path) -> None:
    end = small.calendar.end.item()
    rows = truth(folder, "opportunities")
    opened = {row["account"] for row in rows if row["opened_at"] >= end}
    won = {row["account"] for row in rows if row["outcome"] == "won" and row["decided_at"] >= end}
    accounts = truth(folder, "accounts")
    assert {row["account"] for row in accounts if row["opens_within_horizon"]} == opened
    assert {row["account"] for row in accounts if row["won_within_horizon"]} == won
    assert opened
    assert won
    paying = mrr_at(small, AS_OF) > 0
    assert [row["is_customer"] for row in accounts] == paying.tolist()
