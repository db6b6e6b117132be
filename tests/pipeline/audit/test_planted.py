"""Planted defects are found, and none is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.pipeline.audit.planted import planted
from tierwise.simulate import market
from tierwise.simulate.planted import FILE, KINDS, KINDS_OF_PEOPLE, plant


def test_every_class_is_found_and_nothing_else() -> None:
    scores = planted([3], 600, 0.02)
    assert [(s.defect, s.field) for s in scores] == [*KINDS, *KINDS_OF_PEOPLE]
    assert {s.planted for s in scores[: len(KINDS)]} == {12}
    assert len({s.planted for s in scores[len(KINDS) :]}) == 1
    assert all(s.planted >= 6 for s in scores)
    assert all(s.recall is not None and s.recall[0] == 1.0 for s in scores), scores
    assert all(s.precision is not None and s.precision[0] == 1.0 for s in scores), scores


def test_clean_records_have_nothing_to_find() -> None:
    assert all(s.planted == s.found == 0 for s in planted([3], 600, 0.0))


def test_the_same_market_is_spoiled_alike_and_a_rate_too_high_is_refused(tmp_path: Path) -> None:
    found = [plant(market(5, 500), tmp_path / name, 0.02) for name in ("one", "two")]
    assert found[0] == found[1]
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
    with pytest.raises(ValueError, match="too few clean accounts"):
        plant(market(5, 500), tmp_path / "three", 0.1)
