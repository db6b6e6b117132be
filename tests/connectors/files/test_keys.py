"""Several ids in one cell."""

from __future__ import annotations

import pyarrow as pa

from tierwise.connectors.sources.files.keys import first_of_several


def test_the_first_of_several_ids_counts_and_it_is_said() -> None:
    typed = {"account_key": pa.chunked_array([["123;456", "7", None, "12; 34;5", "A;B", "x;1"]])}
    said: list[str] = []
    first_of_several(typed, said)
    assert typed["account_key"].to_pylist() == ["123", "7", None, "12", "A;B", "x;1"], "only ids, never words"
    assert said == ["account_key: 2 of 6 cells list several ids: the first counts"]


def test_one_id_each_is_left_alone() -> None:
    typed = {"account_key": pa.chunked_array([["1", "2"]])}
    said: list[str] = []
    first_of_several(typed, said)
    assert (typed["account_key"].to_pylist(), said) == (["1", "2"], [])
