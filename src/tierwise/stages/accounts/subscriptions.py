"""Which recurring contracts run, and when did the others end? One row per spell."""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, column, query
from tierwise.tables.accounts import accounts as dictionary

NOT_PAYING = ("trialing", "incomplete", "incomplete_expired", "draft")
ENDED = ("canceled", "cancelled", "expired", "ended", "terminated", "churned")


class SubscriptionsSpec(Spec):
    """How the billing system writes that a subscription does not pay, or that it ended."""

    inactive_statuses: tuple[str, ...] = default(
        NOT_PAYING,
        "statuses that never paid: they bring no revenue and make no customer, whatever says that they ended",
        source="Stripe",
    )
    ended_statuses: tuple[str, ...] = default(
        ENDED, "statuses that say that a subscription ended, whether or not a date says when", source="Stripe"
    )

    dunning_days: int = default(
        30, "an unpaid subscription still counts for so long after `past_due_since`, then it is lost", unit="days", ge=0
    )

    def tables(self) -> dict[str, list[dict[str, object]]]:
        states = {status.strip().lower(): "ended" for status in self.ended_statuses}
        states |= {status.strip().lower(): "not_paying" for status in self.inactive_statuses}
        return {"spec_statuses": [{"status": status, "state": state} for status, state in states.items()]}


def subscriptions(spec: SubscriptionsSpec, as_of: date) -> Query:
    """Subscription spells with their account, state and end as of the day. One row per spell.

    A spell ends at `ended_at`. One without, whose status says that it ended (or that says nothing but when it was
    cancelled), ends when it was cancelled, else with the period paid for, else when the record was known to say so; where
    no date is known at all, with the month before the one in which it was loaded. One whose customer stopped paying ends
    `dunning_days` later at the latest. An end that lies ahead is a plan.
    """
    kept = [column(name, "d") for name in dictionary.SUBSCRIPTIONS.names if name not in ("ended_at", "state")]
    own = [name for name in dictionary.SUBSCRIPTIONS.names if name not in ("account_id", "ended_at", "state")]
    dated = query(
        """
        select coalesce(u.unit_id, k.account_id, d.account_id) as account_id, :columns, m.state as declared,
               least(coalesce(l.ended_at,
                              case when m.state = 'ended' or (l.status is null and l.canceled_at is not null)
                                   then coalesce(l.canceled_at, l.current_period_end, l.known_at,
                                                 month_of(l.loaded_at)) end),
                     cast(add_days(l.past_due_since, :dunning) as timestamp)) as ends_at,
               coalesce(l.ended_at, l.canceled_at, l.current_period_end, l.past_due_since, l.known_at) is null
                   as undated
        from landing_subscriptions l
        join spec_sources s on s.source = l.source
        left join account_keys k on k.key_space = s.key_space and k.account_key = l.account_key
        left join account_keys d on d.key_space = 'domain' and d.account_key = l.domain_key
        left join roll_ups u on u.kind = 'revenue' and u.account_id = coalesce(k.account_id, d.account_id)
        left join spec_statuses m on m.status = lower(trim(l.status))
        """,
        columns=[column(name, "l") for name in own],
        dunning=spec.dunning_days,
    )
    return query(
        """
        select :columns, case when d.ends_at < add_days(:as_of, 1) then d.ends_at end as ended_at,
               case when d.declared = 'not_paying' then 'not_paying'
                    when coalesce(d.ends_at >= add_days(:as_of, 1), true) then 'running'
                    when d.undated then 'end_unknown'
                    else 'ended' end as state
        from dated d
        """,
        columns=kept,
        as_of=as_of,
    ).with_table("dated", dated)
