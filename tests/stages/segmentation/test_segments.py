"""Segments: conditions on attributes; the first that matches speaks; unknown does not match."""

from __future__ import annotations

from tests.steps import Results, run

from tierwise.stages.segmentation.segments import SegmentsSpec

SEGMENTS = SegmentsSpec.model_validate(
    {"segments": {"large": {"where": "employees >= 1000"}, "banks": {"where": "industry = 'Banking'"}}}
)
STEPS = ("segment_members", "account_segments")


def segments(*accounts: dict[str, object], spec: SegmentsSpec = SEGMENTS) -> Results:
    return run(*STEPS, given={"accounts": accounts}, segments=spec)


def test_the_first_of_the_model_speaks() -> None:
    bank = {"employees": 10, "industry": "Banking"}
    found = segments(
        {"account_id": "a", **bank, "employees": 5000},
        {"account_id": "b", **bank},
        {"account_id": "c", "employees": 10},
    )
    assert found.by("account_segments", value="segment") == {"a": "large", "b": "banks"}
    assert found.by("account_segments", value="segments") == {"a": 2, "b": 1}
    assert [(row["account_id"], row["segment"], row["priority"]) for row in found["segment_members"]] == [
        ("a", "banks", 2), ("a", "large", 1), ("b", "banks", 2),
    ]  # fmt: skip


def test_unknown_matches_neither_a_condition_nor_its_opposite() -> None:
    spec = SegmentsSpec.model_validate(
        {"segments": {"big": {"where": "employees >= 1000"}, "small": {"where": "not employees >= 1000"}}}
    )
    found = segments({"account_id": "a"}, {"account_id": "b", "employees": 1}, spec=spec)
    assert found.by("account_segments", value="segment") == {"b": "small"}


def test_a_model_without_segments_has_no_members() -> None:
    found = segments({"account_id": "a"}, spec=SegmentsSpec())
    assert found["segment_members"] == found["account_segments"] == []


def test_members_at_start_read_the_attributes_of_then() -> None:
    given = {
        "accounts": [{"account_id": "a", "employees": 5000}],
        "accounts_at_start": [{"account_id": "a", "employees": 5}],
    }
    assert run("members_at_start", given=given, segments=SEGMENTS)["members_at_start"] == []
