"""Which accounts are in which segment."""

from __future__ import annotations

from tierwise.core.table import INTEGER, TEXT, Column, Table
from tierwise.tables.accounts import ACCOUNT_ID

SEGMENT_MEMBERS = Table(
    "segment_members",
    "one row per account and segment it matches",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "segment of the model"),
        Column("priority", INTEGER, "order of the segment in the model, 1 first"),
    ),
    ("account_id", "segment"),
    "Every segment that an account matches.",
)

MEMBERS_AT_START = Table(
    "members_at_start",
    "one row per account and segment it matched at the start of the retention period",
    SEGMENT_MEMBERS.columns,
    ("account_id", "segment"),
    "Segments by the attributes of then: revenue is judged by the label of then, not of today.",
)

ACCOUNT_SEGMENTS = Table(
    "account_segments",
    "one row per account in a segment",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "the account's segment: the first of the model that it matches"),
        Column("segments", INTEGER, "segments that it matches"),
    ),
    ("account_id",),
    "The one segment that speaks for an account.",
)

SEGMENTS_TABLES = (SEGMENT_MEMBERS, MEMBERS_AT_START, ACCOUNT_SEGMENTS)
