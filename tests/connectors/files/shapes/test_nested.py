"""Calls of Segment and events of GA4: objects become columns, an event is told from its repeat, no line is lost."""

from __future__ import annotations

import codecs
import io
import json
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.columnar import read_json_lines
from tierwise.connectors.sources.files.reading import load_bytes, read_content
from tierwise.connectors.sources.files.shapes import nested
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import DataError

CALLS: list[dict[str, Any]] = [
    {"messageId": "m1", "type": "page", "context": {"page": {"path": "/", "n": 1.50}, "groupId": "acme"}},
    {"messageId": "m2", "type": "group", "groupId": "beta", "traits": {"plan": "Team", "tags": ["a"], "none": None}},
]
EVENTS: list[dict[str, Any]] = [
    {
        "event_timestamp": 1714986000123456,
        "event_name": "page_view",
        "user_pseudo_id": "1.2",
        "batch_event_index": index,
        "event_params": [
            {"key": "page_location", "value": {"string_value": "https://a.example/", "int_value": None}},
            {"key": "session", "value": {"string_value": None, "int_value": 4}},
        ],
        "items": [{"item_id": "x"}],
    }
    for index in (0, 1)
]


def lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def read(data: bytes, shape: Literal["segment", "ga4"], folder: Path, name: str = "calls.jsonl") -> Content:
    (folder / name).write_bytes(data)
    return read_content(load_bytes(folder / name), FileTable(file=name, shape=shape))


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_objects_of_a_call_are_columns(mark: bytes, end: bytes, tmp_path: Path) -> None:
    content = read(mark + lines(CALLS).replace(b"\n", end), "segment", tmp_path)
    first, second = content.table.to_pylist()
    assert (first["context.page.path"], first["context.page.n"], first["groupId"]) == ("/", "1.5", "acme")
    assert (second["traits.plan"], second["traits.tags"], second["groupId"]) == ("Team", '["a"]', "beta")
    assert "traits.none" not in content.table.column_names, "what is never said is no column"
    assert content.lines.tolist() == [1, 2]


def test_a_cut_line_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    content = read(lines(CALLS) + b'{"messageId":"m3","type":"tra', "segment", tmp_path)
    assert (content.rows_in, content.table.num_rows) == (3, 2)
    assert (content.refused[0].line, content.refused[0].reason) == (3, "not JSON")


def test_parameters_are_columns_and_microseconds_a_moment(tmp_path: Path) -> None:
    first, second = read(lines(EVENTS), "ga4", tmp_path).table.to_pylist()
    assert first["event_params.page_location"] == "https://a.example/"
    assert first["event_params.session"] == "4"
    assert first["event_timestamp"] == "2024-05-06 09:00:00.123456"
    assert first["items"] == '[{"item_id": "x"}]'
    assert first["event_key"] != second["event_key"], "their place in the batch tells them apart"


def test_parquet_says_the_same_as_json(tmp_path: Path) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(EVENTS), stream)
    columnar = read(stream.getvalue(), "ga4", tmp_path, "events.parquet").table
    by_line = read(lines(EVENTS), "ga4", tmp_path).table
    for name in ("event_key", "event_timestamp", "event_params.page_location", "event_params.session"):
        assert columnar[name].to_pylist() == by_line[name].to_pylist()


def keys(records: list[dict[str, Any]], folder: Path) -> int:
    return len(set(read(lines(records), "ga4", folder).table["event_key"].to_pylist()))


def test_a_repeat_is_one_event_and_what_only_looks_alike_is_not(tmp_path: Path) -> None:
    again = EVENTS[0] | {"event_params": [], "user_id": "u7"}
    assert keys([EVENTS[0], again], tmp_path) == 1, "the place in the batch says that it is the same"
    bare = [{key: value for key, value in event.items() if key != "batch_event_index"} for event in (EVENTS[0], again)]
    assert keys(bare, tmp_path) == 2, "without it, only equal rows are one"
    assert keys([bare[0], bare[0]], tmp_path) == 1
    nobody = [event | {"user_pseudo_id": None} for event in (EVENTS[0], again)]
    assert keys(nobody, tmp_path) == 2, "without a device, two people may be meant"


@pytest.mark.parametrize("stamp", ["171498600012345", "171498600012345６", "", "soon", "-714986000123456"])
def test_another_moment_stays_as_written(stamp: str, tmp_path: Path) -> None:
    assert read(lines([EVENTS[0] | {"event_timestamp": stamp}]), "ga4", tmp_path).table["event_timestamp"][
        0
    ].as_py() == (stamp)


@pytest.mark.parametrize(
    ("records", "shape", "said"),
    [
        (EVENTS, "segment", "there is no 'messageId'"),
        (CALLS, "ga4", "there is no 'event_name'"),
        ([{"messageID": "m1", "type": "page"}], "segment", "did you mean 'messageID'"),
    ],
)
def test_another_shape_is_refused(
    records: list[dict[str, Any]], shape: Literal["segment", "ga4"], said: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=said) as error:
        read(lines(records), shape, tmp_path)
    assert f"`shape: {shape}`" in str(error.value.hint)


def test_objects_without_end_are_no_more_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "MAX_COLUMNS", 2)
    content = nested.unfold(read_json_lines(b'{"p": {"a": 1, "b": 2, "c": 3}}\n{"p": {"a": 4, "d": 5}}\n'))
    assert content.table.to_pylist() == [{"p.a": "1", "p.b": "2"}, {"p.a": "4", "p.b": None}]
    assert content.warnings == ("2 names inside of objects are not read: 2 are the most",)


def test_what_is_deeper_or_no_object_stays() -> None:
    deep: dict[str, Any] = {"end": 1}
    for _ in range(8):
        deep = {"x": deep}
    content = nested.unfold(read_json_lines(lines([{"p": deep, "q": {"a": 1}}, {"p": deep, "q": "none"}])))
    assert content.table["p.x.x.x.x.x"][0].as_py() == '{"x": {"x": {"x": {"end": 1}}}}'
    assert content.table["q"].to_pylist() == ['{"a": 1}', "none"], "text beside objects is not lost"


leaves = st.one_of(st.booleans(), st.integers(-9, 9), st.text('ab"{[\0é', max_size=4), st.none())
objects = st.dictionaries(
    st.text("ab.#", min_size=1, max_size=3), st.one_of(leaves, st.lists(leaves, max_size=2)), max_size=3
)


@given(st.lists(st.fixed_dictionaries({"p": st.one_of(leaves, objects), "q": leaves}), min_size=1, max_size=5))
def test_every_line_is_a_row_whatever_is_inside(records: list[dict[str, Any]]) -> None:
    read_lines = read_json_lines(lines(records))
    content = nested.unfold(read_lines)
    assert (content.rows_in, content.lines.tolist()) == (read_lines.rows_in, read_lines.lines.tolist())
    assert len(set(content.table.column_names)) == content.table.num_columns
