"""Answers in people's own words mean what they say; a doubtful word claims the least."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.values import Format, cast_column
from tierwise.connectors.words import WORDS, fold, known_words
from tierwise.core.table import TEXT, Column
from tierwise.core.vocabulary import ANSWERS, DIMENSIONS, EVIDENCE_METHODS, RESPONDENT_ROLES

ANSWER = Column("answer", TEXT, "", values=ANSWERS)
CLOSED = {"answer": ANSWERS, "role": RESPONDENT_ROLES, "method": EVIDENCE_METHODS, "dimension": DIMENSIONS}


def read(*texts: str | None, column: Column = ANSWER, **words: str) -> list[str | None]:
    cast = cast_column(pa.chunked_array([pa.array(texts, pa.string())]), column, Format(words=words))
    return cast.values.to_pylist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("YES", "yes"), (" y ", "yes"), ("Ja!", "yes"), ("Oui", "yes"), ("sí", "yes"), ("n", "no"), ("Nein.", "no"),
        ("não", "no"), ("partly", "partial"), ("Jein", "partial"), ("don't know", "unknown"), ("Don’t  know", "unknown"),
        ("k.A.", "unknown"), ("N/A", "unknown"), ("?", "unknown"), ("-", "unknown"), ("maybe", "unknown"),
        ("Weiß nicht", "unknown"), ("refused to say", "refused"), ("Prefer not to say", "refused"), ("", None),
        ("No, but they would like to", None),
    ],
)  # fmt: skip
def test_what_people_write_for_an_answer(written: str, meant: str | None) -> None:
    assert read(written) == [meant]


def test_a_declared_word_goes_first_and_may_be_an_empty_cell() -> None:
    assert read("maybe", "Daumen hoch", "", None, **{"Maybe": "partial", "daumen hoch": "yes", "": "refused"}) == [
        "partial", "yes", "refused", "refused",
    ]  # fmt: skip


def test_words_of_an_open_column_are_only_those_declared() -> None:
    stage = Column("stage", TEXT, "")
    assert read("Deal geholt", "y", column=stage, **{"deal geholt": "Closed Won"}) == ["Closed Won", "y"]


@pytest.mark.parametrize("column", CLOSED)
def test_every_meaning_is_a_word_of_the_dictionary_and_no_word_means_two(column: str) -> None:
    assert set(WORDS[column]) <= set(CLOSED[column])
    folded = [fold(word) for value, words in WORDS[column].items() for word in {fold(w) for w in (*words, value)}]
    assert sorted(set(folded)) == sorted(folded)


@given(st.sampled_from(sorted(CLOSED)), st.data())
def test_every_spelling_of_a_known_word_is_read(column: str, data: st.DataObject) -> None:
    known = known_words(column, CLOSED[column])
    word = data.draw(st.sampled_from(sorted(known)))
    spelled = data.draw(
        st.sampled_from([word.upper() if word.isascii() else word, f" {word} ", word.replace(" ", "_")])
    )
    assert read(spelled, column=Column(column, TEXT, "", values=CLOSED[column])) == [known[word]]
