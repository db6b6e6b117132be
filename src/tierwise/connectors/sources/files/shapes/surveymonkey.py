"""SurveyMonkey: a row of questions, then a row of choices; a question stands over the first of its choices only."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.connectors.content import Content, headings_as_written
from tierwise.connectors.sources.files.shapes.shape import Shape, below, first_rows, without
from tierwise.core.errors import DataError

NAME = "surveymonkey"
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


SURVEYMONKEY = Shape(arrange)
