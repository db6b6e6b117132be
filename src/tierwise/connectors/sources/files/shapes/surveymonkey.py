"""SurveyMonkey: a row of questions, then a row of choices; a question stands over the first of its choices only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tierwise.connectors.content import Content, distinct_headings, headings_as_written
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top, below, first_rows, without
from tierwise.core.errors import DataError

NAME = "surveymonkey"
RESPONDENT = "Respondent ID"
ONE_ANSWER = {"", "Response", "Open-Ended Response"}  # stands below a question that has a single column


def arrange(content: Content, file: str) -> Content:
    """`Question`, or `Question: choice` where a question has several columns. Raises DataError without a second row."""
    [choices] = first_rows(content, 1, NAME)
    if choices[0] or not any(choices):
        raise DataError(
            f"line {content.lines[0]}: the second heading row of {NAME} is missing: the line begins with {choices[0]!r}",
            f"Export all individual responses again, with both heading rows. {without(NAME)}",
        )
    return below(content, 1, _headings(headings_as_written(content.table.column_names), choices), NAME)


def _headings(questions: Sequence[str], choices: Sequence[str]) -> list[str]:
    result, question = [], ""
    for written, choice in zip(questions, choices, strict=True):
        question = written or question
        result.append(question if choice in ONE_ANSWER else f"{question}: {choice}".removeprefix(": "))
    return result


def tell(top: Top) -> Sign | None:
    """By its second row: nothing below the respondent, and choices further on."""
    first, choices, answers = top.row(0), top.row(1), top.row(2)
    if not choices or len(choices) != len(first) or choices[0] or not answers or not answers[0]:
        return None
    several = any(choice and not question for question, choice in zip(first, choices, strict=True))
    if not several and not {*choices} & ONE_ANSWER - {""}:
        return None
    if first[0] == RESPONDENT:
        return Sign(f"its first heading is {RESPONDENT!r}, and its second row holds choices only")
    return Sign("its second row is empty at first and then holds what could be choices", sure=False)


def questions(top: Top) -> Mapping[str, str]:
    """The questions with one column, as `arrange` calls them; a choice among several answers another question."""
    choices = top.row(1)
    headings = distinct_headings([" ".join(heading.split()) for heading in _headings(top.row(0), choices)])
    return {heading: heading for heading, choice in zip(headings, choices, strict=True) if choice in ONE_ANSWER - {""}}


LAYOUT = Layout(
    "evidence",
    {"respondent": (RESPONDENT,), "domain": ("Email Address",), "observed_at": ("End Date", "Start Date")},
    {"method": "survey"},
    "month_first",
    questions,
)
SURVEYMONKEY = Shape(arrange, tell, LAYOUT)
