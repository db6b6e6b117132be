"""What a landed row says: types, identity, currency, and since when it was known."""

# ruff: noqa: DTZ001 (landed moments are naive UTC)
from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.connectors.sources.files.mapping import resolve
from tierwise.connectors.sources.files.rows import Landed, land_rows
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.sources.files.text import read_text
from tierwise.core.errors import DataError
from tierwise.core.table import Column
from tierwise.tables.landing import LANDING_TABLES

LOADED_AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
NAMES = ("", "Acme", "Müller & Söhne", "Zoë's, Paris", "a;b | c", " x ")
STAMP = LOADED_AT.replace(tzinfo=None)
TABLES = {table.name.removeprefix("landing_"): table for table in LANDING_TABLES}


def landed(kind: str, data: str | bytes, *attributes: Column, **options: Any) -> Landed:
    spec = FileTable.model_validate({"file": "x.csv", **options})
    content = read_text(data.encode() if isinstance(data, str) else data)
    table = TABLES[kind].with_columns(attributes)
    found = resolve(content.table.column_names, table, spec, {})
    assert not found.problems, found.problems
    return land_rows(content, table, spec, found.columns, "crm", LOADED_AT)


def rows(kind: str, data: str | bytes, *attributes: Column, **options: Any) -> list[dict[str, Any]]:
    return landed(kind, data, *attributes, **options).rows.to_pylist()


def test_a_row_has_every_column_of_its_table() -> None:
    (row,) = rows("accounts", "account_key,domain,annual_revenue\n7,https://www.Acme.de/x,1200.50\n")
    assert list(row) == list(TABLES["accounts"].names)
    assert row["account_key"] == row["record_id"] == "7"
    assert row["domain_key"] == "acme.de"
    assert row["annual_revenue"] == Decimal("1200.5000")
    assert (row["source"], row["row_number"], row["loaded_at"]) == ("crm", 2, STAMP)


def test_attributes_of_the_model_are_typed() -> None:
    columns = (Column("edition", "VARCHAR", ""), Column("seats", "BIGINT", ""), Column("trial", "BOOLEAN", ""))
    (row,) = rows("accounts", "account_key,Edition,Places,trial\n1,pro,12,yes\n", *columns, map={"seats": "Places"})
    assert (row["edition"], row["seats"], row["trial"]) == ("pro", 12, True)


def test_the_domain_comes_from_the_address_where_there_is_no_other() -> None:
    found = rows("contacts", "email,domain\njo@acme.com,\njo@gmail.com,\njo@gmail.com,beta.io\n")
    assert [row["domain_key"] for row in found] == ["acme.com", None, "beta.io"]


class TestKnownAt:
    def test_undated_states_are_known_when_loaded(self) -> None:
        assert rows("accounts", "account_key\n1\n")[0]["known_at"] == STAMP

    def test_or_always_when_history_is_assumed(self) -> None:
        assert rows("accounts", "account_key\n1\n", history="assumed")[0]["known_at"] is None

    def test_facts_are_known_at_their_date_whatever_the_history(self) -> None:
        data = "account_key,invoiced_at,amount\n1,2024-02-03,5\n"
        assert rows("invoices", data, history="assumed")[0]["known_at"] == datetime(2024, 2, 3)

    def test_a_declared_column_rules_and_its_gaps_are_known_when_loaded(self) -> None:
        data = "account_key,occurred_at,seen\n1,2024-02-03,2024-03-01 08:00\n2,2024-02-03,\n"
        found = landed("events", data, known_at="seen", history="assumed")
        assert [row["known_at"] for row in found.rows.to_pylist()] == [datetime(2024, 3, 1, 8), STAMP]
        assert "1 rows have no 'seen'" in found.warnings[0]

    def test_bought_signals_are_known_when_delivered(self) -> None:
        found = rows("intent", "domain,occurred_at,delivered_at\na.com,2024-01-01,2024-02-01\na.com,2024-01-01,\n")
        assert [row["known_at"] for row in found] == [datetime(2024, 2, 1), datetime(2024, 1, 1)]

    def test_the_sum_of_a_period_is_known_at_its_end(self) -> None:
        assert rows("invoices", "account_key,invoiced_at,amount\n1,2024Q1,5\n")[0]["known_at"] == datetime(2024, 3, 31)


class TestIdentity:
    DATA = "account_key,invoiced_at,amount\n1,2024-01-01,5\n1,2024-01-01,5\n1,2024-01-01,6\n"

    def test_equal_rows_are_one_fact(self) -> None:
        found = landed("invoices", self.DATA)
        first, second, third = (row["record_id"] for row in found.rows.to_pylist())
        assert first == second != third
        assert found.warnings == ("1 rows equal an earlier row: each counts once",)

    def test_or_as_many_facts_as_rows(self) -> None:
        first, second, third = (row["record_id"] for row in rows("invoices", self.DATA, duplicates="keep"))
        assert (second, third != first) == (f"{first}#2", True)

    def test_lines_of_one_invoice_are_facts_of_their_own(self) -> None:
        data = "invoice_key,product,invoiced_at,amount\nI1,a,2024-01-01,5\nI1,b,2024-01-01,5\n"
        assert len({row["record_id"] for row in rows("invoices", data)}) == 2

    def test_spells_of_one_subscription_too(self) -> None:
        data = "subscription_key,started_at,mrr\nS1,2024-01-01,5\nS1,2024-06-01,9\n"
        assert len({row["record_id"] for row in rows("subscriptions", data)}) == 2

    def test_a_record_without_its_key_gets_a_hash(self) -> None:
        found = rows("accounts", "account_key,name\n1,A\n,B\n,C\n")
        assert found[0]["record_id"] == "1"
        assert len({row["record_id"] for row in found}) == 3

    @settings(max_examples=20, deadline=None)
    @given(st.permutations([1, 1, 2, 3, 3, 3]))
    def test_kept_duplicates_are_numbered_whatever_their_order(self, amounts: list[int]) -> None:
        lines = "".join(f"1,2024-01-01,{amount}\n" for amount in amounts)
        found = rows("invoices", "account_key,invoiced_at,amount\n" + lines, duplicates="keep")
        assert len({row["record_id"] for row in found}) == 6
        assert sorted(row["record_id"].partition("#")[2] for row in found) == ["", "", "", "2", "2", "3"]


class TestMoney:
    def test_amounts_follow_from_quantity_and_price(self) -> None:
        data = "invoiced_at,quantity,unit_price,amount\n2024-01-01,-3,2.5,\n2024-01-01,3,2.5,7\n"
        assert [row["amount"] for row in rows("invoices", data)] == [Decimal("-7.5"), Decimal(7)]

    def test_monthly_revenue_follows_from_the_interval(self) -> None:
        data = "started_at,amount,interval_months\n2024-01-01,1200,year\n2024-01-01,100,month\n2024-01-01,300,3\n"
        assert [row["mrr"] for row in rows("subscriptions", data)] == [Decimal(100)] * 3

    def test_an_amount_without_an_interval_is_asked_for(self) -> None:
        with pytest.raises(AssertionError, match="amount needs interval_months"):
            landed("subscriptions", "started_at,amount\n2024-01-01,1200\n")

    def test_minor_units_follow_the_currency(self) -> None:
        data = "started_at,mrr,currency\n2024-01-01,1050,usd\n2024-01-01,1050,jpy\n2024-01-01,1050,kwd\n"
        found = rows("subscriptions", data, minor_units=True)
        assert [row["mrr"] for row in found] == [Decimal("10.5"), Decimal(1050), Decimal("1.05")]
        assert [row["currency"] for row in found] == ["USD", "JPY", "KWD"]

    def test_the_sign_then_the_declaration_says_the_currency(self) -> None:
        data = "invoiced_at,amount\n2024-01-01,€5\n2024-01-01,5\n"
        assert [row["currency"] for row in rows("invoices", data, currency="chf")] == ["EUR", "CHF"]

    def test_a_contradiction_is_refused(self) -> None:
        found = landed("invoices", "invoiced_at,amount,currency\n2024-01-01,€5,USD\n2024-01-01,€5,EUR\n")
        assert found.rejections == {"currency: contradicts the amount": 1}
        assert "line 2: amount in EUR, but its currency is USD" in found.refused[0].message

    def test_unknown_currencies_are_refused(self) -> None:
        found = landed("invoices", "invoiced_at,amount,currency\n2024-01-01,5,EURO\n2024-01-01,5,EUR\n")
        assert "currency 'EURO' is not an ISO 4217 currency; did you mean 'EUR'?" in found.refused[0].message


class TestRefusals:
    def test_every_fault_of_a_row_is_said_and_the_row_counts_once(self) -> None:
        found = landed(
            "accounts", "account_key,employees,created_at,competitor\n1,abc,soon,perhaps\n2,5,2024-01-01,no\n"
        )
        (refused,) = found.refused
        assert refused.message == (
            "line 2: employees 'abc' is not a whole number; created_at 'soon' is not a date; "
            "competitor 'perhaps' is not yes or no"
        )
        assert refused.raw == '{"account_key": "1", "employees": "abc", "created_at": "soon", "competitor": "perhaps"}'
        assert found.rejections == {"employees: not a whole number": 1}

    def test_required_columns_may_not_be_empty_even_when_bad_values_are_blanked(self) -> None:
        data = "opportunity_key,stage,amount,created_at\nO1,,5,\n,won,5,\nO3,won,x,\nO4,won,5,bad\n"
        found = landed("opportunities", data, bad_values="blank")
        assert [row.message for row in found.refused] == ["line 2: stage is empty", "line 3: opportunity_key is empty"]
        assert found.blanked == {"amount: not an amount": 1, "created_at: not a date": 1}
        assert found.rows.num_rows == 2

    def test_answers_come_from_their_list(self) -> None:
        head = "respondent,dimension,answer,observed_at\n"
        found = landed("evidence", head + "CFO,Pressure,YES,2024-01-01\nCFO,timing,perchance,2024-01-01\n")
        assert found.rows["answer"].to_pylist() == ["yes"]
        assert found.rows["dimension"].to_pylist() == ["pressure"]
        assert "answer 'perchance' is not one of yes, no, partial, unknown, refused" in found.refused[0].message
        assert 'say what it means: values: {answer: {"perchance": yes}}' in found.refused[0].message

    def test_the_model_says_what_its_own_words_mean(self) -> None:
        data = "respondent,dimension,answer,observed_at,role\nA,Druck,Daumen hoch,2024-01-01,\nB,timing,k.A.,2024-01-01,CFO\n"
        words = {"answer": {"Daumen hoch": "yes"}, "role": {"CFO": "economic", "": "user"}}
        found = rows("evidence", data, values=words)
        assert [(row["dimension"], row["answer"], row["role"]) for row in found] == [
            ("pressure", "yes", "user"),
            ("timing", "unknown", "economic"),
        ]

    def test_a_bad_constant_is_an_error(self) -> None:
        with pytest.raises(DataError, match="constants: currency 'EURO' is not"):
            landed("invoices", "invoiced_at,amount\n2024-01-01,5\n", constants={"currency": "EURO"})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 999), st.dates(), st.decimals(-(10**6), 10**6, places=2), st.sampled_from(NAMES)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%d %b %Y"]),
    st.sampled_from(["utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([";", "\t", "|"]),
)
def test_the_same_records_in_another_dress_are_the_same_rows(
    records: list[tuple[int, Any, Decimal, str]], dates: str, encoding: str, delimiter: str
) -> None:
    def write(date_format: str, sign: str, comma: bool) -> str:
        lines = [sign.join(("account_key", "invoiced_at", "amount", "product"))]
        for key, day, amount, product in records:
            text = f"{amount:.2f}".replace(".", ",") if comma else f"{amount:.2f}"
            year = f"{day.year:04d}"
            written = day.strftime(date_format.replace("%Y", year))
            lines.append(sign.join(f'"{cell}"' for cell in (key, written, text, product)))
        return "\n".join(lines) + "\n"

    plain = rows("invoices", write("%Y-%m-%d", ",", False), delimiter=",")
    other = landed(
        "invoices",
        write(dates, delimiter, True).encode(encoding),
        dates=dates,
        decimal=",",
    )
    assert other.rows.to_pylist() == plain


def test_findings_without_a_role_are_said() -> None:
    data = "respondent,dimension,answer,observed_at\nA,timing,yes,2024-01-01\nB,timing,yes,2024-01-01\n"
    (said,) = landed("evidence", data).warnings
    assert said.startswith("2 of 2 findings do not say the respondent's role")
    assert "constants: {role: owner}" in said
    told = landed("evidence", data, constants={"role": "owner"})
    assert told.warnings == ()
    assert told.rows["role"].to_pylist() == ["owner", "owner"]
    (said,) = landed("evidence", "role," + data.replace("\nA", "\nuser,A").replace("\nB", "\n,B")).warnings
    assert said.startswith("1 of 2 findings")


def test_a_band_of_employees_is_counted_and_what_was_written_is_kept() -> None:
    found = landed("accounts", 'account_key,employees\n1,51-200\n2,75\n3,"1,001-5,000"\n')
    kept = [(row["employees"], row["employees_band"]) for row in found.rows.to_pylist()]
    assert kept == [(101, "51-200"), (75, None), (2237, "1,001-5,000")]
    assert found.warnings == ("employees: 2 of 3 are bands; '51-200' counts as 101",)
