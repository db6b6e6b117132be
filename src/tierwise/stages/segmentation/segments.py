"""Which accounts match which segment of the model? Conditions on attributes; the first segment that matches speaks.

Signals never appear here: what the profile left out stays out.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.sql.predicates import Scope, predicate
from tierwise.sql.query import Query, query, union_all
from tierwise.tables.dictionary import dictionary


class SegmentSpec(Spec):
    """A named group of accounts."""

    where: str = Field(description="condition on the columns of accounts")
    problem: str = default("", "the problem that these accounts share, in their words", source="convention")


class SegmentsSpec(Spec):
    """The segments in the order in which they speak for an account, with the attributes they may use."""

    segments: dict[str, SegmentSpec] = default(
        dict, "segments by name; the first that matches speaks", source="convention"
    )
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        listed = enumerate(self.segments.items(), 1)
        rows: list[dict[str, object]] = [
            {"segment": name, "priority": i, "problem": s.problem} for i, (name, s) in listed
        ]
        return {"spec_segments": rows}


def scope(attributes: tuple[Column, ...] = ()) -> Scope:
    """What a segment's condition may name: the columns of accounts."""
    return Scope.of(a=dictionary(attributes)["accounts"].types)


def segment_members(spec: SegmentsSpec, as_of: date) -> Query:
    """Every segment that each account matches. One row per account and segment."""
    return _members(spec, "accounts")


def members_at_start(spec: SegmentsSpec, as_of: date) -> Query:
    """The same by the attributes at the start of the retention period. One row per account and segment."""
    return _members(spec, "accounts_at_start")


def account_segments(spec: SegmentsSpec, as_of: date) -> Query:
    """The segment that speaks for each account: the first of the model that it matches. One row per account in a segment."""
    return query(
        """
        select account_id, first_by(segment, priority) as segment, count(*) as segments
        from segment_members
        group by account_id
        """
    )


def _members(spec: SegmentsSpec, table: str) -> Query:
    columns = scope(spec.attributes)
    branches = [
        query(
            "select a.account_id, :segment as segment, :priority as priority from members a where :condition",
            segment=name,
            priority=place,
            condition=predicate(segment.where, columns),
        )
        for place, (name, segment) in enumerate(spec.segments.items(), 1)
    ]
    nobody = query("select a.account_id, '' as segment, 0 as priority from members a where false")
    return union_all(branches or [nobody]).reading(members=table)
