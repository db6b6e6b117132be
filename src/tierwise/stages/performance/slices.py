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
    """Which account counts where, by today's attributes. One row per dimension and account."""
    return _slices(spec, "accounts", "segment_members")


def slices_at_start(spec: SlicesSpec, as_of: date) -> Query:
    """The same by the attributes at the start of the retention period. One row per dimension and account.

    Everybody counts in the total, whether or not the account's attributes were known then.
    """
    return _slices(spec, "accounts_at_start", "members_at_start")


def _slices(spec: SlicesSpec, accounts: str, members: str) -> Query:
    # the first segment that matches speaks for an account: segments are a partition, which pooling needs
    total = query(
        """
        select 'total' as dimension, 'all' as name, a.account_id,
               coalesce(a.ultimate_parent_id, a.account_id) as cluster_id
        from accounts a
        """
    )
    segments = query(
        """
        select 'segment' as dimension, first_by(m.segment, m.priority) as name, m.account_id,
               max(coalesce(a.ultimate_parent_id, a.account_id)) as cluster_id
        from members m
        join accounts a on a.account_id = m.account_id
        group by m.account_id
        """
    ).reading(members=members)
    declared = [
        query(
            """
            select :dimension as dimension, cast(:value as varchar) as name, l.account_id,
                   coalesce(a.ultimate_parent_id, a.account_id) as cluster_id
            from labelled l
            join accounts a on a.account_id = l.account_id
            where :value is not null
            """,
            dimension=name,
            value=column(name, "l"),
        ).reading(labelled=accounts)
        for name in spec.dimensions
    ]
    return union_all([total, segments, *declared])
