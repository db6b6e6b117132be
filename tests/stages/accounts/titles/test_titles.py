"""What job titles say, in seven languages (methods j.1)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.steps import run

from tierwise.core.errors import DataError
from tierwise.core.vocabulary import FUNCTIONS, SENIORITIES, TITLE_LANGUAGES
from tierwise.stages.accounts.titles.lexicon import lexicon
from tierwise.stages.accounts.titles.parser import parse
from tierwise.stages.accounts.titles.quality import macro_f1, read_labels, readings
from tierwise.stages.accounts.titles.titles import TitlesSpec

LABELLED = Path(__file__).with_name("labelled.csv")
WORDS = sorted({" ".join(phrase) for phrase in lexicon().meanings})


@pytest.mark.parametrize(
    ("title", "function", "seniority"),
    [
        ("Vice President of HR", "human_resources", "vp"),  # not a president
        ("Product Owner", "product_management", "staff"),  # owns nothing
        ("Account Director", "sales", "senior"),  # leads nobody in an agency
        ("Assistant to the CEO", "administrative", "staff"),
        ("VP of Product Marketing", "marketing", "vp"),
        ("president of sales", "sales", "cxo"),
        ("Geschaeftsfuehrer", "general_management", "cxo"),
        ("Vorstand", "general_management", "cxo"),
        ("Prokurist", "general_management", "director"),
        ("Directeur", "other", "director"),
        ("Gerente", "general_management", "director"),
        ("Senior Engineering Manager", "engineering", "manager"),  # senior speaks of who leads nobody
        ("Senior Engineer", "engineering", "senior"),
        ("Founder & CTO", "information_technology", "owner"),
        ("Director, Research & Development", "research", "director"),
        ("Former CEO", "other", "unknown"),
        ("CFO at Sales Corp", "finance", "cxo"),
        ("Leiter/in Einkauf (m/w/d)", "purchasing", "manager"),
    ],
)
def test_the_listed_titles(title: str, function: str, seniority: str) -> None:
    read = parse(title)
    assert (read.function, read.seniority) == (function, seniority)
    assert (read.confidence > 0) == (read.seniority != "unknown" or read.function != "other")


def test_heads_stand_higher_in_some_companies_than_in_others() -> None:
    assert (parse("Head of Sales").small, parse("Head of Sales").large) == ("vp", "director")
    assert (parse("Vertriebsleiterin").small, parse("Vertriebsleiterin").large) == ("manager", "director")
    assert parse("Head of Sales").seniority == "director"  # the lower of both where the size is not known


def test_each_language_reaches_the_goals_on_labelled_titles() -> None:
    """Goals of methods j.1: macro-F1 of .85 for seniority and .80 for the function."""
    found = readings(read_labels(LABELLED), 200)
    assert [one.language for one in found] == sorted(TITLE_LANGUAGES)
    assert sum(one.titles for one in found) >= 500
    for one in found:
        assert one.seniority_f1 >= 0.85, one
        assert one.function_f1 >= 0.80, one


def test_macro_f1_weighs_every_label_the_same() -> None:
    assert macro_f1([("a", "a"), ("a", "a"), ("b", "a")]) == pytest.approx((0.8 + 0.0) / 2)
    assert macro_f1([("a", "a"), ("b", "b")]) == 1.0


def test_labels_that_are_no_words_of_ours_are_refused_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("language,title,function,seniority\nen,CEO,general_management,cxo\nen,CMO,marketting,cxo\n")
    with pytest.raises(DataError, match="line 3: 'marketting' is no function"):
        read_labels(file)


@given(st.text(max_size=60))
def test_any_text_has_a_reading_and_never_entry_by_default(text: str) -> None:
    read = parse(text)
    assert read.function in FUNCTIONS
    assert {read.small, read.large} <= set(SENIORITIES)
    assert 0 <= read.confidence <= 1
    if read.confidence == 0:
        assert (read.function, read.seniority) == ("other", "unknown")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_case_and_spaces_say_nothing(chosen: list[str]) -> None:
    title = " ".join(chosen)
    assert parse(title.upper()) == parse(title) == parse(f"  {title}  ")
    assert 0 <= parse(title).confidence <= 1


def test_each_distinct_title_is_read_once_and_joined_back() -> None:
    people = [
        {
            "source": "crm",
            "record_id": str(n),
            "contact_key": str(n),
            "account_key": "1",
            "title": title,
            "row_number": n,
        }
        for n, title in enumerate(["Head of Sales", "HEAD OF SALES ", "Wizard", None, "Customer Hero"])
    ]
    given_rows = {
        "landing_contacts": [
            *people,
            {**people[0], "record_id": "9", "contact_key": "9", "function": "IT", "account_key": "2"},
        ],
        "landing_accounts": [],
        "spec_sources": [{"source": "crm", "key_space": "crm", "priority": 0}],
        "account_keys": [{"key_space": "crm", "account_key": k, "account_id": f"a{k}"} for k in ("1", "2")],
        "accounts": [{"account_id": "a1", "employees": 50}, {"account_id": "a2", "employees": 500}],
    }
    own = TitlesSpec.model_validate({"own": {"customer hero": {"function": "sales", "seniority": "staff"}}})
    found = run("title_texts", "titles", "contact_keys", "contacts", given=given_rows, titles=own)
    assert found.by("titles", "title", value="records") == {
        "head of sales": 3,
        "wizard": 1,
        "customer hero": 1,
        "it": 1,
    }
    read = {row["contact_id"]: (row["function"], row["seniority"]) for row in found["contacts"]}
    assert read == {
        "crm:0": ("sales", "vp"),
        "crm:1": ("sales", "vp"),
        "crm:2": ("other", "unknown"),
        "crm:3": (None, None),
        "crm:4": ("sales", "staff"),
        "crm:9": ("information_technology", "director"),  # the source's own word goes before the title's
    }


def test_every_phrase_of_the_lexicon_can_be_reached() -> None:
    read = Counter(
        parse(word).confidence > 0 for word in WORDS if any(m.function for m in lexicon().meanings[tuple(word.split())])
    )
    assert read[False] <= 0.03 * read.total()
