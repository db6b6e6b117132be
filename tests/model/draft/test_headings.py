"""What an export is, by its name, headings and values."""

# ruff: noqa: E501 (one export a line)
from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.connectors.source import KINDS
from tierwise.model.draft.headings import Guess, guess, normalise
from tierwise.model.draft.synonyms import FILE_WORDS, SYNONYMS, TELLING
from tierwise.tables.landing import LANDING_TABLES


def seen(folder: Path, name: str, text: str) -> Guess:
    (folder / name).write_text(text, encoding="utf-8")
    return guess(folder / name)


def headings(found: Guess) -> dict[str, str]:
    return {column: match.heading for column, match in found.mapping.items()}


def test_the_lists_name_columns_that_exist() -> None:
    tables = {table.name.removeprefix("landing_"): set(table.names) for table in LANDING_TABLES}
    assert set(SYNONYMS) == set(FILE_WORDS) == set(TELLING) == set(KINDS)
    for kind in KINDS:
        assert set(SYNONYMS[kind]) | set(TELLING[kind]) <= tables[kind]
        assert all(word == normalise(word) for words in SYNONYMS[kind].values() for word in words)


@pytest.mark.parametrize(
    ("heading", "plain"),
    {"property_hs_createdate": "createdate", "Create Date (UTC)": "create date", "Job_Level__c": "job level",
     "InvoiceNo": "invoice no", "name#2": "name", "Country/Region": "country region"}.items(),
)  # fmt: skip
def test_normalise(heading: str, plain: str) -> None:
    assert normalise(heading) == plain


def test_hubspot_companies(tmp_path: Path) -> None:
    head = "Record ID,Company name,Company Domain Name,Number of Employees,Country/Region,Create Date,Edition,Regulated,ZIP\n"
    found = seen(
        tmp_path,
        "companies.csv",
        head + "".join(f"{i},A{i},a{i}.com,5{i},DE,2024-01-0{i},pro,yes,0123{i}\n" for i in range(1, 9)),
    )
    assert found.kind == "accounts"
    assert headings(found) == {
        "account_key": "Record ID", "name": "Company name", "domain": "Company Domain Name", "employees": "Number of Employees",
        "country": "Country/Region", "created_at": "Create Date",
    }  # fmt: skip
    assert found.attributes == {
        "edition": ("Edition", "VARCHAR"),
        "regulated": ("Regulated", "BOOLEAN"),
        "zip": ("ZIP", "VARCHAR"),
    }
    assert found.doubts == ()


def test_values_tell_where_headings_do_not(tmp_path: Path) -> None:
    found = seen(tmp_path, "contacts.csv", "Last Name,Kontakt,Position\nDoe,jo@acme.com,CFO\nRoe,al@beta.de,CTO\n")
    assert (found.kind, headings(found)["email"], found.mapping["email"].confidence) == ("contacts", "Kontakt", 0.5)


def test_a_heading_whose_values_do_not_fit_is_not_taken(tmp_path: Path) -> None:
    found = seen(tmp_path, "companies.csv", "Name,Website,Company Size\nA,a.com,large\nB,b.com,small\n")
    assert "employees" not in found.mapping
    assert found.attributes["company_size"] == ("Company Size", "VARCHAR")
    assert found.unreadable == ()


def test_a_heading_with_the_very_name_of_a_column_is_taken_and_doubted(tmp_path: Path) -> None:
    found = seen(tmp_path, "companies.csv", "Name,Website,Employees\nA,a.com,large\nB,b.com,small\n")
    assert headings(found)["employees"] == "Employees", "the reader takes it in any case"
    assert found.unreadable == ("employees",)


def test_doubts_are_said(tmp_path: Path) -> None:
    found = seen(tmp_path, "closed_deals.csv", "Deal ID,Amount,Create Date\n1,5,1/2/2024\n2,6,3/4/2024\n")
    assert found.kind == "opportunities"
    said = " ".join(found.doubts)
    assert "stage is required" in said
    assert "Declare `dates: day_first`" in said
    assert "nothing says which account" in said


def test_a_file_of_something_else_is_no_table(tmp_path: Path) -> None:
    assert seen(tmp_path, "weather.csv", "town,series,degrees\nA,B,5\n").kind == ""


def test_when_it_was_recorded_is_seen(tmp_path: Path) -> None:
    text = "Account Domain,Respondent,Dimension,Answer,Observed At,Recorded At\na.com,CFO,timing,no,2024-01-01,2024-01-03\n"
    found = seen(tmp_path, "interviews.csv", text)
    assert (found.kind, found.known_at) == ("evidence", "Recorded At")


REAL = {
    "api_shapes/hubspot_fivetran/company_data.csv": ("accounts", {"account_key": "id", "name": "property_name"}),
    "api_shapes/hubspot_fivetran/contact_data.csv": ("contacts", {"email": "property_email", "contact_key": "id"}),
    "api_shapes/hubspot_fivetran/deal_data.csv": ("opportunities", {"opportunity_key": "deal_id", "amount": "property_amount"}),
    "api_shapes/hubspot_fivetran/email_event_data.csv": ("events", {"event_key": "id", "occurred_at": "created"}),
    "api_shapes/hubspot_fivetran/engagement_call_data.csv": ("activities", {"activity_key": "engagement_id"}),
    "api_shapes/salesforce_fivetran/sf_account_data.csv": ("accounts", {"account_key": "id", "domain": "website"}),
    "api_shapes/salesforce_fivetran/sf_contact_data.csv": ("contacts", {"account_key": "account_id", "title": "title"}),
    "api_shapes/salesforce_fivetran/sf_opportunity_data.csv": ("opportunities", {"stage": "stage_name", "origin": "lead_source"}),
    "api_shapes/salesforce_fivetran/sf_task_data.csv": ("activities", {"contact_key": "who_id"}),
    "api_shapes/stripe_fivetran/customer_data.csv": ("accounts", {"account_key": "id"}),
    "api_shapes/stripe_fivetran/subscription_data.csv": ("subscriptions", {"account_key": "customer_id", "started_at": "start_date"}),
    "api_shapes/stripe_fivetran/invoice_data.csv": ("invoices", {"amount": "amount", "currency": "currency"}),
    "crm_sales_opportunities/accounts.csv.gz": ("accounts", {"account_key": "account", "parent_key": "subsidiary_of"}),
    "crm_sales_opportunities/sales_pipeline.csv.gz": ("opportunities", {"stage": "deal_stage", "account_key": "account"}),
    "crm_sales_opportunities/products.csv.gz": ("products", {"product": "product", "list_price": "sales_price", "family": "series"}),
    "olist_b2b_funnel/olist_closed_deals_to_2018-03.csv.gz": ("opportunities", {"opportunity_key": "mql_id", "closed_at": "won_date"}),
    "olist_b2b_funnel/olist_marketing_qualified_leads_to_2018-03.csv.gz": ("opportunities", {"origin": "origin"}),
    "olist_b2b_funnel/olist_seller_quarter.parquet": ("invoices", {"invoiced_at": "quarter", "account_key": "seller_id"}),
    "online_retail_wholesale/online_retail.parquet": ("invoices", {"invoice_key": "InvoiceNo", "unit_price": "UnitPrice"}),
}  # fmt: skip


@pytest.mark.parametrize("path", REAL)
def test_real_exports(path: str, data_dir: Path) -> None:
    kind, expected = REAL[path]
    found = guess(data_dir / path)
    assert found.kind == kind
    assert expected.items() <= headings(found).items()


def test_a_heading_that_sounds_right_and_does_not_fit_is_said(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        "companies.csv",
        "Record ID,Company name,Company Domain Name,Annual Revenue,Records\n"
        + "".join(f"{i},A{i},{'info@' * (i % 2)}a{i}.com,{'plenty' if i % 2 else '5000'},{i}\n" for i in range(1, 9)),
    )
    assert found.kind == "accounts"
    assert headings(found)["annual_revenue"] == "Annual Revenue", "the reader takes a column's very name in any case"
    assert "domain" not in headings(found)
    assert "records" not in found.attributes, "accounts have a column of that name"
    said = " | ".join(found.doubts)
    assert "domain: 'Company Domain Name' is not taken for it, as only 50% of its values fit" in said
    assert "annual_revenue ('Annual Revenue'): 4 of 8 values are not an amount" in said


def test_an_interview_with_unknown_words_is_no_invoice(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        "evidence.csv",
        "Interview ID,Account Domain,Date,Dimension,Answer,Respondent\n"
        + "".join(f"{i},a{i}.com,2026-01-0{i},mood,hm,u@a{i}.com\n" for i in range(1, 9)),
    )
    assert found.kind == "evidence"
    assert {"dimension", "answer"} <= headings(found).keys()
    assert len([doubt for doubt in found.doubts if "values are not" in doubt]) == 2
    assert any("among them 'hm'; say what they mean: `values: {answer: {" in doubt for doubt in found.doubts)
    assert any("no heading says the respondent's role" in doubt for doubt in found.doubts)


def test_salesforce_currency(tmp_path: Path) -> None:
    head = "Opportunity ID,Account ID,Stage,Amount Currency,Amount,Created Date,Close Date\n"
    rows = "".join(f"006{i},001{i},Closed Won,EUR,{i}00,2025-01-0{i},2025-03-0{i}\n" for i in range(1, 9))
    assert headings(seen(tmp_path, "opportunities.csv", head + rows))["currency"] == "Amount Currency"


def test_salesforce_says_itself_which_deals_are_closed_and_won(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        "Opportunity.csv",
        "Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,LeadSource\n"
        + "".join(
            f"006{i:015d},001{i:015d},Deal {i},{'Vertrag da' if i % 2 else 'Vorbei'},100{i}.5,2026-01-1{i},2025-03-0{i},true,"
            f"{'true' if i % 2 else 'false'},Web\n"
            for i in range(1, 9)
        ),
    )
    assert found.kind == "opportunities"
    assert headings(found) | {"stage": "StageName", "is_closed": "IsClosed", "is_won": "IsWon"} == headings(found)


@pytest.mark.parametrize(
    ("heads", "row", "mapped"),
    [
        (  # Stripe
            ("id,Customer ID,Plan,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),Current Period Start (UTC),"
            "Current Period End (UTC),Canceled At (UTC),Ended At (UTC),Cancel At Period End"),
            ("sub_{i},cus_{i},pro,usd,month,49.00,active,2025-0{i}-01 10:00,2025-0{i}-02 10:00,2026-01-02 10:00,2026-02-02 10:00,"
            "2026-01-0{i} 10:00,2026-02-02 10:00,true"),
            {"status": "Status", "started_at": "Start Date (UTC)", "ended_at": "Ended At (UTC)", "canceled_at": "Canceled At (UTC)", "interval_months": "Interval"},
        ),
        (  # Chargebee
            ("subscription.id,customer.id,subscription.plan_id,subscription.status,subscription.mrr,subscription.started_at,"
            "subscription.activated_at,subscription.cancelled_at,subscription.current_term_end"),
            "S{i},C{i},pro,non_renewing,49.00,2025-0{i}-01,2025-0{i}-02,2026-01-0{i},2026-03-01",
            {"status": "subscription.status", "started_at": "subscription.started_at", "canceled_at": "subscription.cancelled_at",
             "mrr": "subscription.mrr", "plan": "subscription.plan_id"},
        ),
    ],
)  # fmt: skip
def test_when_a_subscription_ended_and_when_it_was_cancelled(
    tmp_path: Path, heads: str, row: str, mapped: dict[str, str]
) -> None:
    text = heads + "\n" + "".join(row.format(i=i) + "\n" for i in range(1, 9))
    found = seen(tmp_path, "subscriptions.csv", text)
    assert headings(found) | mapped == headings(found)


def test_german_exports_are_recognised(tmp_path: Path) -> None:
    companies = "Kundennummer;Firma;Branche;Mitarbeiter;Land;Webseite\n" + "".join(
        f"K{i};Firma {i} GmbH;Handel;51-200;Deutschland;www.firma{i}.de\n" for i in range(9)
    )
    found = seen(tmp_path, "Kunden.csv", companies)
    assert (found.kind, set(headings(found))) == (
        "accounts", {"account_key", "name", "industry", "employees", "country", "domain"},
    )  # fmt: skip
    bills = "Rechnungsnummer;Kundennummer;Datum;Betrag\n" + "".join(
        f"R{i};K{i};1{i}.12.2025;{i}.000,50\n" for i in range(1, 9)
    )
    found = seen(tmp_path, "Rechnungen.csv", bills)
    assert (found.kind, set(headings(found))) == ("invoices", {"invoice_key", "account_key", "invoiced_at", "amount"})


def test_hubspot_says_by_its_associations_whose_deal_it_is(tmp_path: Path) -> None:
    head = "Record ID,Deal Name,Deal Stage,Create Date,Associated Company,Associated Company IDs,Associated Company IDs (Primary)\n"
    row = "1,A,Closed won (Sales Pipeline),2024-01-31 10:00,Acme,77;88,88\n"
    assert headings(seen(tmp_path, "all-deals.csv", head + row))["account_key"] == "Associated Company IDs (Primary)"
    without = head.replace(",Associated Company IDs (Primary)", "")
    found = seen(tmp_path, "deals.csv", without + row.replace(",88\n", "\n"))
    assert (headings(found)["account_key"], found.doubts) == ("Associated Company IDs", ())


def test_salesforce_opportunity_history_is_no_second_table_of_deals(tmp_path: Path) -> None:
    head = "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,Probability\n"
    rows = "".join(f"008{i},006{i % 3},2024-02-0{i}T10:00:00.000+0000,Qualify,10,2024-05-01,10\n" for i in range(1, 9))
    found = seen(tmp_path, "OpportunityHistory.csv", head + rows)
    assert found.kind == "stage_history"
    assert headings(found) == {"opportunity_key": "OpportunityId", "stage": "StageName", "entered_at": "CreatedDate"}


CENTS = "id,customer_id,status,currency,plan_amount,plan_interval,start_date\n" + "".join(
    f"sub_1Abcde{i},cus_N0000{i},active,usd,4900,month,1706{i}00000\n" for i in range(1, 9)
)


def test_whole_cents_of_stripe_are_seen(tmp_path: Path) -> None:
    found = seen(tmp_path, "subscription.csv", CENTS)
    assert (found.kind, headings(found)["started_at"], found.minor_units) == ("subscriptions", "start_date", True)
    assert not seen(tmp_path, "subscriptions.csv", CENTS.replace(",4900,", ",49.00,")).minor_units
    dashboard = CENTS.replace("plan_amount", "Amount").replace("4900", "49")
    assert not seen(tmp_path, "subscriptions2.csv", dashboard).minor_units
    assert not seen(tmp_path, "subscriptions3.csv", CENTS.replace("sub_", "").replace("cus_", "")).minor_units


def test_a_price_per_unit_is_doubted(tmp_path: Path) -> None:
    per_unit = CENTS.replace("plan_interval", "quantity,plan_interval").replace(",4900,", ",4900,5,")
    assert any("is not multiplied" in doubt for doubt in seen(tmp_path, "subscription.csv", per_unit).doubts)
    one_each = per_unit.replace(",4900,5,", ",4900,1,")
    assert not any("is not multiplied" in doubt for doubt in seen(tmp_path, "subscriptions.csv", one_each).doubts)


def test_customers_of_a_biller_are_known_by_their_address(tmp_path: Path) -> None:
    rows = "".join(f"cus_N0000{i},Acme {i},ann@acme{i}.com,kim@ours.com,2024-01-0{i}\n" for i in range(1, 9))
    found = seen(tmp_path, "customers.csv", "id,Name,Email,Owner email,Created (UTC)\n" + rows)
    assert (found.kind, headings(found)["domain"]) == ("accounts", "Email")
    assert found.mapping["domain"].confidence == 0.5


def test_german_deals_and_contacts_are_recognised(tmp_path: Path) -> None:
    deals = "Chancen-Nr.;Kundennummer;Phase;Betrag;Währung;Erstellt am;Abschlussdatum;Verlustgrund\n"
    deals += "".join(f"V{i};K-{i};Gewonnen;1.200,50;EUR;1{i}.01.2024;2{i}.03.2024;\n" for i in range(1, 9))
    found = seen(tmp_path, "Verkaufschancen.csv", deals)
    assert (found.kind, found.doubts, found.unmapped) == ("opportunities", (), ())
    people = "Kundennummer;Vorname;Nachname;E-Mail;Abteilung\nK-1;Jo;Doe;jo@acme.com;IT\nK-2;Al;Roe;al@beta.de;HR\n"
    found = seen(tmp_path, "Ansprechpartner.csv", people)
    assert (found.kind, found.unmapped) == ("contacts", ())


def test_a_survey_without_roles_is_evidence_and_says_what_lacks(tmp_path: Path) -> None:
    rows = "".join(f"Acme,Ann,ann@acme{i}.com,Budget,Yes,2024-01-0{i}\n" for i in range(1, 9))
    found = seen(tmp_path, "survey responses.csv", "Company,Respondent,Email,Question topic,Answer,Date\n" + rows)
    assert (found.kind, headings(found)["dimension"], headings(found)["domain"]) == (
        "evidence",
        "Question topic",
        "Email",
    )
    assert any("constants: {role: owner}" in doubt for doubt in found.doubts)


def test_lines_that_are_no_rows_and_headings_that_nothing_confirms_are_said(tmp_path: Path) -> None:
    found = seen(tmp_path, "ragged.csv", 'Name,Domain\nA,a.com\nB,b.com,c,d\nC\n"D,d.com\n')
    assert found.kind == ""
    may_be, damaged = found.doubts
    assert may_be == "its headings may be those of accounts, and nothing else says so: use it as accounts if it is"
    assert damaged.startswith("3 of 4 rows cannot be read (line 3: ")
    assert "line 5: a quoted value is not closed" in damaged
    known = seen(tmp_path, "companies.csv", "Name,Domain\nA,a.com\nB,b.com,c\n")
    assert known.kind == "accounts"
    assert any(doubt.startswith("1 of 2 rows cannot be read (line 3: ") for doubt in known.doubts)
