"""Whose export a file is: vendors' layouts are recognised, what may be one is said to be so, and plain files stay plain."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.draft.test_text import COMPANIES, DEALS, EVENTS, INTENT
from tests.model.test_model import load
from tests.pipeline.test_vendor_files import SECTIONS

from tierwise.connectors.sources.files.shapes.shape import Top
from tierwise.model.draft import draft
from tierwise.model.draft.exports import guess_all, recognised, together
from tierwise.model.draft.headings import Guess
from tierwise.model.draft.questions import subjects

MONKEY, QUALTRICS, BOMBORA, GA4, PAGE = (
    SECTIONS[vendor][0] for vendor in ("SurveyMonkey", "Qualtrics", "Bombora", "GA4", "Pages of G2's API")
)
NAMES = {
    "SurveyMonkey": "a.csv", "Qualtrics": "b.csv", "Bombora": "c_20240506.csv", "G2": "d.csv", "Pages of G2's API": "e.json",
    "Segment": "f.json", "GA4": "g.json",
}  # fmt: skip


def guessed(folder: Path, name: str, data: str | bytes) -> list[Guess]:
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return guess_all(folder / name)


@pytest.mark.parametrize("vendor", NAMES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_vendors_file_is_recognised_and_drafted(vendor: str, line_end: str, tmp_path: Path) -> None:
    text = SECTIONS[vendor][0].replace("\n", line_end)
    guesses = guessed(tmp_path, NAMES[vendor], text)
    shapes = {guess.shape for guess in guesses}
    shape = "g2" if "G2" in vendor else vendor.lower()
    assert shapes == {shape}, "and by what stands in the file, not by its name"
    model = load(draft(guesses, "Acme", "USD", tmp_path))
    [table] = [table for source in model.sources.values() for table in source.files.values()]
    assert table.shape == shape


def test_a_packed_file_and_one_without_a_line_of_heading(tmp_path: Path) -> None:
    [guess] = guessed(tmp_path, "weekly_20240506.csv.gz", gzip.compress(BOMBORA.encode()))
    assert (guess.kind, guess.shape, guess.constants) == ("intent", "bombora", {"provider": "Bombora"})
    assert guess.because == "no heading; 12 values a row, the second a domain, the seventh a score from 0 to 100"
    assert {column: match.heading for column, match in guess.mapping.items()} == {
        "domain": "Domain", "topic": "Topic", "score": "Composite Score", "occurred_at": "Report Date",
    }  # fmt: skip


def test_addresses_of_calls_are_used_and_a_column_that_fits_is_not_said_to_fail(tmp_path: Path) -> None:
    call = (
        '{"messageId": "m%d", "type": "page", "anonymousId": "d%d", "timestamp": "2024-05-06T09:00:00Z", '
        '"context": {"ip": "8.8.8.%d"}}'
    )
    [guess] = guessed(tmp_path, "calls.jsonl", "\n".join(call % (i, i, i) for i in range(9)))
    assert guess.mapping["ip"].heading == "context.ip"
    assert not [doubt for doubt in guess.doubts if "values fit" in doubt]


def test_a_score_beyond_its_scale_is_no_word_to_explain(tmp_path: Path) -> None:
    rows = "".join(f"p{i},p{i}@firm{i}.com,{i % 12},2024-05-{i:02d}\n" for i in range(1, 29))
    [guess] = guessed(tmp_path, "nps.csv", f"Person ID,Person Email,Score,Created At\n{rows}")
    [said] = [doubt for doubt in guess.doubts if doubt.startswith("score")]
    assert said.endswith("among them '11'; correct them where they come from, else they count as missing")


def test_a_survey_is_a_source_per_question_that_a_table_takes(tmp_path: Path) -> None:
    [guess] = guessed(tmp_path, "survey.csv", MONKEY)
    assert guess.constants == {"method": "survey", "dimension": "pressure"}
    assert "'pressing'" in guess.because
    two = (
        "Respondent ID,End Date,Email Address,Is it urgent?,Is there an owner?,How was lunch?,Who approves this year?\n"
    )
    two += ",,,Response,Response,Response,Response\n1,05/02/2024,ana@acme.com,Yes,No,Yes,No\n"
    two += "2,05/03/2024,bo@beta.de,No,No,No,Yes\n"
    guesses = guessed(tmp_path, "two.csv", two)
    assert [guess.constants["dimension"] for guess in guesses] == ["pressure", "ownership"]
    assert {guess.dates for guess in guesses} == {"month_first"}, "no day tells, and the vendor's own order is known"
    [lunch, both] = [doubt for doubt in guesses[0].doubts if "not used" in doubt]
    assert "'How was lunch?' is not used: its words name no dimension" in lunch
    assert "authority ('approves') and timing ('this year')" in both
    text = draft(guesses, "Acme", "USD", tmp_path)
    assert list(load(text).sources) == ["two_pressure", "two_ownership"]
    assert "# look: 'How was lunch?' is not used" in text


def test_a_question_that_asks_to_recommend_is_one_of_the_net_promoter_score(tmp_path: Path) -> None:
    asked = QUALTRICS.replace('"Is there\na budget owner?"', "How likely are you to recommend us?")
    [guess] = guessed(tmp_path, "b.csv", asked.replace(",Yes", ",9").replace(",No", ",0"))
    columns = {column: match.heading for column, match in guess.mapping.items()}
    assert (guess.kind, guess.constants) == ("nps", {})
    assert columns == {"respondent": "ResponseId", "domain": "RecipientEmail", "answered_at": "EndDate", "score": "Q1"}
    [other] = guessed(tmp_path, "c.csv", asked)
    assert other.kind == "", "yes and no are no score"


@pytest.mark.parametrize(
    "heading",
    [
        "Person ID,Person Email,Score,Comment,Created At",  # Delighted
        "response_id,email,answer,comment,responded",  # AskNicely
        "Customer ID,Email,Score,Feedback,Created date",  # Retently
    ],
)
def test_answers_to_the_net_promoter_question_are_known_by_heading_and_values(heading: str, tmp_path: Path) -> None:
    rows = "".join(f"{i},p{i}@firm{i}.com,{i % 11},fine,2024-05-{i:02d}\n" for i in range(1, 29))
    [guess] = guessed(tmp_path, "export.csv", f"{heading}\n{rows}")
    assert guess.kind == "nps"
    assert {"score", "comment", "answered_at"} <= guess.mapping.keys()
    [other] = guessed(tmp_path, "percent.csv", f"{heading}\n{rows.replace(',10,', ',55,').replace(',9,', ',80,')}")
    assert "score" not in other.mapping or any("score" in doubt for doubt in other.doubts)


def test_a_survey_without_such_a_question_is_said_and_left_out(tmp_path: Path) -> None:
    asked = QUALTRICS.replace("budget owner", "coffee machine")
    [guess] = guessed(tmp_path, "owners.csv", asked)
    assert (guess.kind, guess.shape) == ("", "")
    text = draft([guess], "Acme", "USD", tmp_path)
    assert (
        "# owners.csv is not used: an export of qualtrics (its third row holds import ids) without a question" in text
    )
    assert load(text).sources["crm"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("one.csv", BOMBORA.splitlines()[0] + "\n", "it may be an export of bombora (no heading;"),
        (
            "q.jsonl",
            '{"messageId":"m","type":"job"}\n',
            "it may be an export of segment (each call has messageId, type)",
        ),
        ("b.csv", "Nummer,Wer entscheidet?,\n,Vorstand,Chefin\n1,Vorstand,\n", "it may be an export of surveymonkey"),
    ],
)
def test_what_may_be_a_vendors_is_said_and_never_taken(name: str, text: str, said: str, tmp_path: Path) -> None:
    [guess] = guessed(tmp_path, name, text)
    assert guess.kind == ""
    assert guess.doubts[0].startswith(said)
    assert f"# {name} is not used: {said}" in draft([guess], "Acme", "USD", tmp_path)


@pytest.mark.parametrize("text", [COMPANIES, DEALS, EVENTS, INTENT])
def test_plain_files_stay_plain(text: str, tmp_path: Path) -> None:
    [guess] = guessed(tmp_path, "export.csv", text)
    assert guess.kind
    assert not guess.shape


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text(max_size=6), max_size=13).map(tuple), max_size=3).map(tuple))
def test_whatever_the_first_rows_are_is_told(rows: tuple[tuple[str, ...], ...]) -> None:
    assert all(sign.because for sign in recognised(Top(rows)).values())


def test_files_that_come_period_by_period_are_one_table(tmp_path: Path) -> None:
    guesses = [
        guess
        for name, text in {
            "events_20240506.json": GA4, "events_20240507.json": GA4, "events_intraday_20240508.json": GA4,
            "g2-page-1.json": PAGE, "g2-page-2.json": PAGE, "surge_20240506.csv": BOMBORA,
            "list_20240506.csv": COMPANIES, "list_20240513.csv": COMPANIES,
        }.items()
        for guess in guessed(tmp_path, name, text)
    ]  # fmt: skip
    found = together(guesses)
    assert [guess.pattern for guess in found] == [
        "events_[0-9]*.json", "", "g2-page-[0-9]*.json", "surge_[0-9]*.csv", "", "",
    ]  # fmt: skip
    assert found[0].rows == 4
    assert "rows come again in others" in found[1].doubts[0]
    assert [path.name for path in sorted(tmp_path.glob(found[0].pattern))] == [
        "events_20240506.json",
        "events_20240507.json",
    ]
    text = draft(found, "Acme", "USD", tmp_path)
    tables = {name: table.file for name, source in load(text).sources.items() for table in source.files.values()}
    assert (tables["web"], tables["surge"]) == ("events_[0-9]*.json", "surge_[0-9]*.csv")
    assert all("# guess" in line for line in text.splitlines() if re.match(r" +(shape|dates|constants): ", line))


def test_a_word_inside_of_another_names_no_dimension() -> None:
    assert subjects("Is ownership clear?") == {"ownership": "ownership"}
    assert subjects("Did whenever suit you?") == {}
