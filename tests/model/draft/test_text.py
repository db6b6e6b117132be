"""The model file that `tierwise init` writes: it loads as it is, marks its guesses, and says what it could not guess."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.test_model import load

from tierwise.model.draft import draft
from tierwise.model.draft.exports import guess_all
from tierwise.model.draft.headings import Guess, guess
from tierwise.model.draft.proposals import name_of, segments
from tierwise.model.draft.survey import Survey
from tierwise.simulate import market, write_exports

COMPANY_HEADINGS = (
    "Record ID,Company name,Company Domain Name,Industry,Number of Employees,Create Date,Favourite: Colour\n"
)
COMPANIES = COMPANY_HEADINGS + "".join(
    f"{i},Firm {i},firm{i}.example,{'Banking' if i % 3 else 'Retail & Trade'},{i * 10},2024-01-{i % 28 + 1:02d},"
    f"{'red' if i % 2 else 'blue'}\n"
    for i in range(1, 61)
)
DEALS = "Deal ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Associated Company ID\n" + "".join(
    f"d{i},Deal {i},{'Deal won' if i % 2 else 'Deal lost'},{i * 100},2024-02-01,2024-03-{i % 28 + 1:02d},{i}\n"
    for i in range(1, 41)
)
EVENTS = "event_id,email,event,path,occurred_at\n" + "".join(
    f"e{i},ann@firm{i % 60 + 1}.example,{'page' if i % 4 else 'download'},{'/pricing' if i % 5 else '/blog'},"
    "2024-05-01T10:00:00\n"
    for i in range(1, 41)
)
INTENT = "Company Domain,Topic,Composite Score,Week\n" + "".join(
    f"firm{i}.example,banking software,{50 + i},2024-05-06\n" for i in range(1, 41)
)
SUBSCRIPTIONS = "Subscription ID,account_key,MRR,Currency,Start Date,Ended At\n" + "".join(
    f"s{i},{i},{i * 10},EUR,2024-01-01,\n" for i in range(1, 41)
)
INTERVIEWS = "Domain,Dimension,Answer,Date\nfirm1.example,pressure,yes,2024-05-01\nfirm2.example,timing,no,2024-05-02\n"
FILES = {
    "companies.csv": COMPANIES,
    "deals.csv": DEALS,
    "events.csv": EVENTS,
    "bombora_surge.csv": INTENT,
    "subscriptions.csv": SUBSCRIPTIONS,
}


def drafted(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return draft([guess(folder / name) for name in files], 'Acme: "Tools" & Söhne #1', "EUR", folder)


def test_well_named_exports_give_a_model_that_loads(tmp_path: Path) -> None:
    model = load(drafted(tmp_path, FILES))
    assert model.company == 'Acme: "Tools" & Söhne #1'
    kinds = {name: set(source.files) for name, source in model.sources.items()}
    assert kinds == {
        "crm": {"accounts", "opportunities"}, "billing": {"subscriptions"}, "web": {"events"}, "bombora_surge": {"intent"},
    }  # fmt: skip
    accounts = model.sources["crm"].files["accounts"]
    assert accounts.columns["domain"] == "Company Domain Name"
    assert accounts.history == "assumed"
    assert model.sources["billing"].keys == "crm"
    assert model.sources["web"].keys is None
    assert list(model.segments) == ["banking", "retail_trade"]
    assert list(model.signals) == ["pricing_page", "page", "download", "bombora_surge"]
    assert model.signals["pricing_page"].high_intent
    assert model.opportunities.won[0] == "Deal won"
    assert model.opportunities.lost[0] == "Deal lost"
    assert model.attributes["favourite_colour"].type == "text"
    assert accounts.columns["favourite_colour"] == "Favourite: Colour"


def test_every_guess_says_so(tmp_path: Path) -> None:
    text = drafted(tmp_path, FILES)
    assert text.startswith("# yaml-language-server: $schema=tierwise.schema.json\n")
    assert '          domain: Company Domain Name  # guessed from heading "Company Domain Name"' in text
    guessed = [line for line in text.splitlines() if line.startswith(("          ", "  banking", "  page:", "  keys"))]
    assert guessed
    assert all("# guess" in line or "# an attribute" in line for line in guessed)


def test_what_could_not_be_guessed_is_listed_with_what_to_do(tmp_path: Path) -> None:
    text = drafted(tmp_path, {**FILES, "interviews.csv": INTERVIEWS, "odd.csv": "foo,bar\n1,2\n3,4\n"})
    assert "# odd.csv is not used: no table fits its headings.\n#   Its headings: foo, bar\n" in text
    assert "# interviews.csv looks like evidence, but no heading was found for respondent." in text
    assert "To use it, add it to a source" in text
    assert "evidence" not in {kind for source in load(text).sources.values() for kind in source.files}


def test_costs_are_shared_until_they_name_the_segments(tmp_path: Path) -> None:
    costs = "Period,Segment,Cost Type,Amount,Currency\n" + "".join(
        f"2024-{i:02d},Total,Salaries,{i}000.00,USD\n" for i in range(1, 13)
    )
    text = drafted(tmp_path, {**FILES, "acquisition_costs.csv": costs})
    table = load(text).sources["finance"].files["costs"]
    assert table.constants == {"segment": ""}
    assert "segment" not in table.columns
    assert "map segment: Segment" in text


def test_a_value_that_does_not_fit_drops_no_row_of_a_first_draft(tmp_path: Path) -> None:
    odd = COMPANIES.replace("Create Date", "Annual Revenue").replace(",2024-01-02,", ",plenty,").replace(",2024-", ",")
    tables = load(drafted(tmp_path, {**FILES, "companies.csv": odd})).sources["crm"].files
    assert (tables["accounts"].bad_values, tables["opportunities"].bad_values) == ("blank", "reject")


def test_revenue_without_deals_is_a_list_of_customers(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != "deals.csv"}
    assert load(drafted(tmp_path, files)).tiers.scope == "customers"


def test_two_files_of_one_kind_are_two_sources(tmp_path: Path) -> None:
    model = load(
        drafted(tmp_path, {"companies.csv": COMPANIES, "eu/accounts.csv": COMPANIES, "accounts2.csv": COMPANIES})
    )
    assert [(source.path, list(source.files)) for source in model.sources.values()] == [
        (".", ["accounts"]), (".", ["accounts"]), ("eu", ["accounts"]),
    ]  # fmt: skip
    assert len(model.sources) == 3


def test_nothing_recognised_still_loads_and_says_so() -> None:
    text = draft([], "Acme", "USD", Path())
    assert "No export was recognised" in text
    assert load(text).company == "Acme"


def test_the_exports_of_the_simulated_company(tmp_path: Path) -> None:
    write_exports(market(1), tmp_path)
    files = sorted(p for p in tmp_path.rglob("*.csv"))
    text = draft([guess(path) for path in files], "Demo", "USD", tmp_path)
    model = load(text)
    used = {kind for source in model.sources.values() for kind in source.files}
    assert used >= {
        "accounts",
        "contacts",
        "opportunities",
        "stage_history",
        "subscriptions",
        "events",
        "intent",
        "evidence",
    }
    assert 2 <= len(model.segments) <= 6
    assert {signal.party for signal in model.signals.values()} == {"first", "second", "third"}
    assert model.sources["touches"].keys == "crm"
    assert model.sources["vendor_a"].files["intent"].constants == {"provider": "vendor_a"}


def hostile(folder: Path, heading: str, value: str) -> Sequence[Guess]:
    rows = "".join(f'{i},firm{i}.example,"{value}",x\n' for i in range(30))
    rows += "".join(f'{i},firm{i}.example,"other","{value}"\n' for i in range(30, 60))
    quoted = heading.replace('"', '""')
    (folder / "companies.csv").write_text(f'Record ID,Domain,Industry,"{quoted}"\n{rows}', encoding="utf-8")
    return [guess(folder / "companies.csv")]


ODD = [
    ("Colour: #1", "O'Reilly"), ('the "Colour"', "a: b # c"), ("{x}", "''; drop table x; --"), ("- Colour", "{a}"),
    ("NO", "\\"), ("Colour & 'More'", "%"), ("2024", "- x"), ("true", "NO"), ("*Colour", "2024"), ("&a", "Ünïcode 🏦"),
    ("!x", "日本"), ("@x", "[a, b]"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "value"), ODD)
def test_odd_headings_and_values_are_quoted(tmp_path: Path, heading: str, value: str) -> None:
    model = load(draft(hostile(tmp_path, heading, value), heading, "USD", tmp_path))
    assert model.company == heading
    assert len(model.segments) == 2
    assert any(value.replace("'", "''") in segment.where for segment in model.segments.values())


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=20), st.integers(10, 1000), min_size=2, max_size=8))
def test_any_values_make_segments_that_load(counts: dict[str, int]) -> None:
    proposed = segments(Survey({"industry": counts}), sized=False)
    assert len({proposal.name for proposal in proposed}) == len(proposed) == min(len(counts), 6)
    assert all(name_of(proposal.name) for proposal in proposed)


def test_a_crm_that_says_won_and_not_closed_needs_the_words_for_lost(tmp_path: Path) -> None:
    deals = DEALS.replace("Close Date", "Is Closed Won").replace(",2024-03-", ",true,2024-03-").replace(
        "Is Closed Won", "Is Closed Won,Close Date"
    )  # fmt: skip
    model = load(drafted(tmp_path, {"companies.csv": COMPANIES, "deals.csv": deals}))
    assert "Deal lost" in model.opportunities.lost


def test_german_ends_of_deals_are_understood(tmp_path: Path) -> None:
    deals = DEALS.replace("Deal won", "Gewonnen").replace("Deal lost", "Verloren")
    text = drafted(tmp_path, {"companies.csv": COMPANIES, "deals.csv": deals})
    assert "won: [Gewonnen," in text
    assert "lost: [Verloren," in text


def test_every_sheet_of_a_workbook_is_a_table_of_its_own(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in (("Accounts", COMPANIES), ("Deals", DEALS)):
        sheet = book.create_sheet(name)
        sheet.append(["A title"])
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save(tmp_path / "export.xlsx")
    guesses = guess_all(tmp_path / "export.xlsx")
    assert [(found.kind, found.sheet) for found in guesses] == [("accounts", "Accounts"), ("opportunities", "Deals")]
    model = load(draft(guesses, "Acme", "EUR", tmp_path))
    files = model.sources["crm"].files
    assert {kind: (table.file, table.sheet) for kind, table in files.items()} == {
        "accounts": ("export.xlsx", "Accounts"), "opportunities": ("export.xlsx", "Deals"),
    }  # fmt: skip


def test_cents_are_declared_in_the_draft(tmp_path: Path) -> None:
    rows = "".join(f"sub_1Abcde{i},cus_N0000{i},4900,month,2024-01-0{i}\n" for i in range(1, 9))
    text = drafted(tmp_path, {"subscription.csv": "id,customer_id,plan_amount,plan_interval,start_date\n" + rows})
    assert load(text).sources["billing"].files["subscriptions"].minor_units
