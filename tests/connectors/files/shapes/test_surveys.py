"""Surveys as their vendors export them: two and three heading rows become one, and no answer is lost."""

from __future__ import annotations

import codecs
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.content import Content, distinct_headings, headings_as_written
from tierwise.connectors.sources.files.reading import load_bytes, read_content
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import DataError

MONKEY = (
    "Respondent ID,End Date,Email Address,Who decides?,,,What is pressing?,What is pressing?\n"
    ",,,The board,My manager,Other (please specify),Response,Open-Ended Response\n"
    '118,05/02/2024 09:00:00,ana@acme.com,The board,,,Yes,"Audit\nin June"\n'
    "119,05/03/2024 10:00:00,bo@beta.de,,My manager,a vote,No,\n"
)
MONKEY_HEADINGS = [
    "Respondent ID", "End Date", "Email Address", "Who decides?: The board", "Who decides?: My manager",
    "Who decides?: Other (please specify)", "What is pressing?#1", "What is pressing?#2",
]  # fmt: skip
QUALTRICS = (
    "StartDate,RecipientEmail,Q1,Q1\n"
    'Start Date,Recipient Email,"Who\ndecides?",Who decides? - Text\n'
    '"{""ImportId"":""startDate"",""timeZone"":""Z""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""QID1""}",'
    '"{""ImportId"":""QID1_TEXT""}"\n'
    "2024-05-02 09:00:00,ana@acme.com,The board,\n"
    "2024-05-03 10:00:00,bo@beta.de,Other,a vote\n"
)


def read(text: str | bytes, shape: str | None, folder: Path, name: str = "survey.csv") -> Content:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read_content(load_bytes(folder / name), FileTable(file=name, shape=shape))  # type: ignore[arg-type]


def written_otherwise(text: str) -> list[bytes]:
    windows = text.replace("\n", "\r\n").encode()
    return [text.encode(), windows, codecs.BOM_UTF8 + windows, text.encode("utf-16")]


@pytest.mark.parametrize("data", written_otherwise(MONKEY))
def test_a_question_with_choices_is_one_heading_per_choice(data: bytes, tmp_path: Path) -> None:
    content = read(data, "surveymonkey", tmp_path)
    assert content.table.column_names == MONKEY_HEADINGS
    assert (content.rows_in, content.lines.tolist()) == (2, [3, 5]), "answers keep their lines"
    assert content.table["Who decides?: My manager"].to_pylist() == ["", "My manager"]
    assert "line 2" in content.warnings[0]


@pytest.mark.parametrize("data", written_otherwise(QUALTRICS))
def test_ids_of_qualtrics_are_the_headings(data: bytes, tmp_path: Path) -> None:
    content = read(data, "qualtrics", tmp_path)
    assert content.table.column_names == ["StartDate", "RecipientEmail", "Q1#1", "Q1#2"]
    assert (content.rows_in, content.lines.tolist()) == (2, [5, 6])
    assert "line 4" in content.warnings[0]


def test_a_wide_survey_is_not_taken_for_one_with_a_title_above(tmp_path: Path) -> None:
    choices = [f"choice {i}" for i in range(20)]
    text = "Respondent ID,Which?" + "," * 19 + "\n," + ",".join(choices) + "\n7," + ",".join(["x"] * 20) + "\n"
    content = read(text, "surveymonkey", tmp_path)
    assert content.table.column_names == ["Respondent ID", *(f"Which?: {choice}" for choice in choices)]
    assert content.lines.tolist() == [3]


def test_a_workbook_is_read_alike(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Respondent ID", "Who?", None], [None, "The board", "A manager"], [118, "The board", None]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    content = read(stream.getvalue(), "surveymonkey", tmp_path, "survey.xlsx")
    assert content.table.column_names == ["Respondent ID", "Who?: The board", "Who?: A manager"]
    assert content.lines.tolist() == [3]


def lines(text: str, *kept: int) -> str:
    return "".join(text.splitlines(keepends=True)[i] for i in kept)


@pytest.mark.parametrize(
    ("text", "shape", "said"),
    [
        (lines(MONKEY, 0, 2, 3), "surveymonkey", "line 2: the second heading row of surveymonkey is missing"),
        (QUALTRICS, "surveymonkey", "begins with 'Start Date'"),
        (MONKEY, "qualtrics", "the row of import ids is missing"),
        (lines(QUALTRICS, 0, 3, 4, 5), "qualtrics", "line 2: qualtrics: the row of questions is missing"),
        (QUALTRICS.replace('""startDate""', '""star'), "qualtrics", 'line 4: qualtrics: \'{"ImportId":"star'),
        (lines(MONKEY, 0), "surveymonkey", "ends within the 2 heading rows"),
        (lines(QUALTRICS, 0, 1, 2), "qualtrics", "ends within the 3 heading rows"),
        (MONKEY.replace(",,,The board", ",,The board"), "surveymonkey", "line 2: "),
    ],
)
def test_a_wrong_or_broken_shape_is_refused_with_its_line_and_what_to_do(
    text: str, shape: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as error:
        read(text, shape, tmp_path)
    assert said in error.value.message
    assert f"`shape: {shape}`" in str(error.value.hint)


def test_a_broken_answer_is_refused_and_counted(tmp_path: Path) -> None:
    content = read(MONKEY + "120,one field too few\n", "surveymonkey", tmp_path)
    assert (content.rows_in, content.table.num_rows, content.refused[0].line) == (3, 2, 6)


@given(st.lists(st.sampled_from(["", "Who?", "Rate #1", "Why?"]), min_size=1, max_size=8))
def test_numbers_that_reading_gave_to_headings_are_taken_back(names: list[str]) -> None:
    assert headings_as_written(distinct_headings(names)) == names
