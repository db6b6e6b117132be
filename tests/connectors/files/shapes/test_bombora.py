"""Surge files of Bombora: with and without a heading, dated by their name, and silent rows told apart from signals."""

from __future__ import annotations

import codecs
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.reading import load_bytes, read_content
from tierwise.connectors.sources.files.shapes.bombora import ADAT, BOMBORA, MASTER_SURGE, report_date
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.sources.files.text import read_text
from tierwise.core.errors import DataError

MASTER = (
    'Acme Inc,acme.com,Medium,Banking,Security,Audit,72,"Boston, MA[70]|Austin[61]",US\n'
    '"Beta, GmbH",beta.de,Small,Banking,Security,Fraud,61,,DE\n'
    ",0-lightower.net,Small,Telecom,,,0,,US\n"
)
WIDE = "Acme Inc,acme.com,Medium,Banking,Security,Audit,72,M,Boston,70,M,US\n"


def read(data: bytes, folder: Path, name: str = "surge_20240506.csv") -> Content:
    (folder / name).write_bytes(data)
    return read_content(load_bytes(folder / name), FileTable(file=name, shape="bombora"))


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_without_a_heading_is_named_by_its_width(mark: bytes, end: str, tmp_path: Path) -> None:
    content = read(mark + MASTER.replace("\n", end).encode(), tmp_path)
    assert content.table.column_names == [*MASTER_SURGE, "Report Date"]
    assert (content.rows_in, content.lines.tolist()) == (3, [1, 2]), "the first row is a record"
    assert content.table["Domain"].to_pylist() == ["acme.com", "beta.de"]
    assert content.table["Report Date"].to_pylist() == ["2024-05-06"] * 2
    [silent] = content.refused
    assert (silent.line, silent.reason) == (3, "no surge")
    assert "0-lightower.net" in silent.raw


def test_the_wide_layout_and_a_heading_of_its_own(tmp_path: Path) -> None:
    bare = read(WIDE.encode(), tmp_path)
    headed = read((",".join(ADAT) + "\n" + WIDE).encode(), tmp_path)
    assert bare.table.equals(headed.table)
    assert (bare.lines.tolist(), headed.lines.tolist()) == ([1], [2])


def test_a_report_with_other_columns_keeps_its_heading(tmp_path: Path) -> None:
    content = read(b"Domain,Topic,Composite Score,Report Date\na.com,Audit,70,2024-01-05\n", tmp_path)
    assert content.table.to_pylist() == [
        {"Domain": "a.com", "Topic": "Audit", "Composite Score": "70", "Report Date": "2024-01-05"}
    ]


def test_a_workbook_without_a_heading(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Acme", "acme.com", "M", "Banking", "Security", "Audit", 72, "x[1]", "US"])
    book.active.append(["Beta", "beta.de", "M", "Banking", "Security", "Fraud", 0, "x[1]", "DE"])
    stream = io.BytesIO()
    book.save(stream)
    content = read(stream.getvalue(), tmp_path, "surge.xlsx")
    assert content.table.column_names == list(MASTER_SURGE), "no day in the name, no column of days"
    assert (content.lines.tolist(), content.refused[0].line, content.rows_in) == ([1], 2, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.com,Audit,70\nb.com,Fraud,80\n", "holds 3 values where files without a heading have 9 or 12"),
        ("Domain,Topic,Composit Score\na.com,Audit,70\n", "did you mean 'Composit Score'?"),
        ('"Acme,acme.com,M\n', "the heading line cannot be read"),
    ],
)
def test_another_file_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=said):
        read(text.encode(), tmp_path)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("surge_20240506.csv.gz", date(2024, 5, 6)),
        ("2024-05-06 surge.csv", date(2024, 5, 6)),
        ("surge_20240431.csv", None),
        ("20240429-20240506.csv", None),
        ("120240506.csv", None),
        ("surge.csv", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert report_date(name) == day


@given(st.lists(st.sampled_from(["0", "0.0", " 0 ", "7", "", "x", "00.5"]), min_size=1, max_size=12))
def test_every_row_is_kept_or_refused(scores: list[str]) -> None:
    text = "".join(f"A,a.com,M,B,S,T,{score},,US\n" for score in scores)
    content = BOMBORA.arrange(read_text(text.encode(), delimiter=",", shape=BOMBORA), "surge.csv")
    kept = [i for i, score in enumerate(scores, start=1) if score.strip() not in ("0", "0.0")]
    assert content.lines.tolist() == kept
    assert content.rows_in == len(scores)
