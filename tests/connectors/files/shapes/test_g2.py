"""Pages of G2's API as they were saved: every resource is a row, and what cannot be one is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.reading import load_bytes, read_content
from tierwise.connectors.sources.files.shapes.g2 import lines
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import DataError


def resource(number: int, **more: Any) -> dict[str, Any]:
    said = {"company_domain": f"firm{number}.com", "company_intent_score": number, "total_activity": 1.5}
    return {"id": str(number), "type": "buyer_intent", "attributes": said, **more}


def page(*numbers: int, following: str | None = None) -> dict[str, Any]:
    return {"data": [resource(n) for n in numbers], "links": {"self": "https://data.g2.com/x", "next": following}}


def read(text: str, folder: Path, name: str = "page.json") -> Content:
    (folder / name).write_bytes(text.encode())
    return read_content(load_bytes(folder / name), FileTable(file=name, shape="g2"))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(page(0, 1, 2)),
        json.dumps(page(0, 1, 2), indent=2).replace("\n", "\r\n"),
        "\r\n".join(json.dumps(one) for one in (page(0), page(1, 2))),
        json.dumps(page(0), indent=1) + json.dumps(page(1, 2)),
        "\n".join(json.dumps(resource(n)) for n in range(3)),
        "\n".join(json.dumps(resource(n)["attributes"]) for n in range(3)),
    ],
    ids=["a page", "printed over lines", "pages a line", "pages joined", "resources a line", "attributes a line"],
)
def test_every_resource_is_a_row(text: str, tmp_path: Path) -> None:
    content = read(text, tmp_path)
    assert content.table["company_domain"].to_pylist() == ["firm0.com", "firm1.com", "firm2.com"]
    assert content.table["company_intent_score"].to_pylist() == [0, 1, 2], "a score of 0 is a visit, and stays"
    assert (content.rows_in, content.lines.tolist(), content.refused) == (3, [1, 2, 3], ())
    assert content.warnings == ()


def test_what_a_resource_refers_to_stands_beside_it(tmp_path: Path) -> None:
    told = page(1)
    told["data"][0]["relationships"] = {"company": {"data": {"type": "companies", "id": "9"}}, "vendor": {"data": None}}
    told["included"] = [{"type": "companies", "id": "9", "attributes": {"domain": "acme.com", "hq": {"city": "Bonn"}}}]
    content = read(json.dumps(told), tmp_path)
    [row] = content.table.to_pylist()
    assert (row["company.id"], row["company.domain"], row["company.hq.city"]) == ("9", "acme.com", "Bonn")


def test_a_next_page_is_said_and_an_error_is_refused(tmp_path: Path) -> None:
    content = read(json.dumps(page(1, 2, following="https://data.g2.com/x?page=2")), tmp_path)
    assert "links.next" not in content.table.column_names
    assert "names a next one, https://data.g2.com/x?page=2" in content.warnings[0]
    with pytest.raises(DataError, match=r"a page holds an error and no rows: .*not entitled"):
        read(json.dumps({"errors": [{"title": "not entitled"}]}), tmp_path)
    with pytest.raises(DataError, match="no row names a company"):
        read('{"foo": 1}', tmp_path)


def test_a_bad_line_among_good_ones_is_refused_with_its_place(tmp_path: Path) -> None:
    content = read(f"{json.dumps(resource(1))}\n{{broken\n{json.dumps(resource(2))}\n", tmp_path)
    assert (content.rows_in, content.table.num_rows) == (3, 2)
    assert [(refused.line, refused.reason) for refused in content.refused] == [(2, "not JSON")]


def test_an_attribute_that_occurs_twice_loses_no_value(tmp_path: Path) -> None:
    text = '{"id":"1","attributes":{"company_domain":"a.com","company_domain":"b.com"}}'
    content = read(f"{text}\n{json.dumps(resource(2))}\n", tmp_path)
    assert content.table["company_domain"].to_pylist() == ["firm2.com"]
    assert [refused.message for refused in content.refused] == ["line 1: not a JSON object (a key occurs twice)"]


@given(st.lists(st.lists(st.integers(0, 100), max_size=4), min_size=1, max_size=5), st.sampled_from([None, 2]))
def test_no_resource_is_lost_however_pages_are_printed(pages: list[list[int]], indent: int | None) -> None:
    text = "\n".join(json.dumps(page(*numbers), indent=indent) for numbers in pages)
    rows = [json.loads(line) for line in lines(text.encode()).splitlines()]
    assert [row["company_intent_score"] for row in rows] == [n for numbers in pages for n in numbers]
