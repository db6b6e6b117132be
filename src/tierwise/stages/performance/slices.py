"""In which groups does each account count? Its segment, each declared dimension, and the total."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, column, query, union_all


class SlicesSpec(Spec):
    """The columns of accounts by which performance is shown beside the segments."""

    dimensions: tuple[str, ...] = default(
        ("industry", "employee_band"), "columns of accounts; performance is shown for each value", source="methods a.1"
    )


def slices(spec: SlicesSpec, as_of: date) -> Query:
    """Which account counts where, by today's attributes. One row per dimension and account with revenue or deals."""
    return _slices(spec, "accounts", "segment_members")


def slices_at_start(spec: SlicesSpec, as_of: date) -> Query:
    """The same by the attributes at the start of the retention period. One row per dimension and account.

    Everybody counts in the total, whether or not the account's attributes were known then.
    """
    return _slices(spec, "accounts_at_start", "members_at_start")


def _slices(spec: SlicesSpec, labelled: str, members: str) -> Query:
    total = query("select 'total' as dimension, 'all' as name, account_id, cluster_id from counted")
    # the first segment that matches speaks for an account: segments are a partition, which pooling needs
    segments = query(
        """
        select 'segment' as dimension, first_by(m.segment, m.priority) as name, m.account_id,
               max(c.cluster_id) as cluster_id
        from members m
        join counted c on c.account_id = m.account_id
        group by m.account_id
        """
    ).reading(members=members)
    declared = [
        query(
            """
            select :dimension as dimension, cast(:value as varchar) as name, l.account_id, c.cluster_id
            from labelled l
            join counted c on c.account_id = l.account_id
            where :value is not null
            """,
            dimension=name,
            value=column(name, "l"),
        ).reading(labelled=labelled)
        for name in spec.dimensions
    ]
    return union_all([total, segments, *declared]).with_table("counted", _counted())


def _counted() -> Query:
    """The accounts that any figure of performance is about: of a large market these are few."""
    return query(
        """
        select a.account_id, coalesce(a.ultimate_parent_id, a.account_id) as cluster_id
        from accounts a
        where a.account_id in (select account_id from revenue_months union select account_id from opportunities)
        """
    )
