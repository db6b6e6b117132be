"""What else says that a customer left, against the subscriptions and against each other."""

from __future__ import annotations

from tierwise.sql.predicates import predicate
from tierwise.sql.query import Query, query
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec, account_scope, event_scope


def former(spec: ContradictionsSpec) -> Query:
    """Accounts whose record says that they are no customer any more. One row per account."""
    condition = predicate(spec.former_customer, account_scope(spec.attributes)) if spec.former_customer else False
    return query("select a.account_id from accounts a where :condition", condition=condition)


def leaving(spec: ContradictionsSpec) -> Query:
    """The last event of each account that says that it left. One row per account."""
    condition = predicate(spec.leaving_event, event_scope()) if spec.leaving_event else False
    return query(
        """
        select e.account_id, last_by(e.record_id, e.occurred_at, e.record_id) as record_id, max(e.occurred_at) as left_at
        from events e
        where e.account_id is not null and :condition
        group by e.account_id
        """,
        condition=condition,
    )


def of_leaving(spec: ContradictionsSpec) -> list[Query]:
    """What else says that a customer left, against the subscriptions and against each other."""
    found = [
        query(
            """
            select 'former_customer_running' as kind, s.record_id, f.account_id as other_record_id, s.account_id, s.money
            from former f
            join spells s on s.account_id = f.account_id and s.state = 'running'
            """
        ),
        query(
            """
            select 'leaving_event_running' as kind, s.record_id, l.record_id as other_record_id, s.account_id, s.money
            from leaving l
            join spells s on s.account_id = l.account_id and s.state = 'running' and s.started_at < l.left_at
            """
        ),
    ]
    if spec.former_customer is None or spec.leaving_event is None:
        return found
    return [*found, _unmarked(), _undated()]


def _unmarked() -> Query:
    return query(
        """
        select 'leaving_event_unmarked' as kind, l.record_id, l.account_id as other_record_id, l.account_id,
               cast(null as double) as money
        from leaving l
        left join former f on f.account_id = l.account_id
        left join (select account_id, max(started_at) as started_at from spells where state <> 'not_paying'
                   group by account_id) s on s.account_id = l.account_id and s.started_at >= l.left_at
        where f.account_id is null and s.account_id is null
        """
    )


def _undated() -> Query:
    return query(
        """
        select 'former_customer_without_event' as kind, f.account_id as record_id, cast(null as varchar) as other_record_id,
               f.account_id, cast(null as double) as money
        from former f
        left join leaving l on l.account_id = f.account_id
        where l.account_id is null
        """
    )
