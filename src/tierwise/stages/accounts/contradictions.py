"""Which records say the opposite of each other, and which of them do the figures believe?

Nothing is averaged and nothing is mended: each contradiction is listed with both records, and the figures go on with the
one that the model says. Only what columns say is compared; nobody is found by resemblance of names.

Size: one list of kinds, each with its query; split, nobody could read what is looked for in one place.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.sql.predicates import Scope, predicate
from tierwise.sql.query import Query, query, union_all
from tierwise.tables.accounts import EVENTS
from tierwise.tables.dictionary import dictionary

MONTHLY, DEALS, REVENUE, BILLED = "revenue per month", "amount of the deals", "revenue on record", "billed"


class Kind(NamedTuple):
    """One way in which records contradict each other."""

    kind: str
    says: str
    believed: str
    money_is: str = ""


KINDS = (
    Kind("ended_without_end", "a subscription's status says that it ended, and no date says when",
         "the status; the end is when the record was known to say so, else the month before it was loaded", MONTHLY),
    Kind("former_customer_running", "the account's record says that it is no customer any more, and a subscription of it runs",
         "the subscription: the account is a customer and its revenue is retained", MONTHLY),
    Kind("leaving_event_running", "an event says that the account left, and a subscription that began before it still runs",
         "the subscription: the account is a customer and its revenue is retained", MONTHLY),
    Kind("leaving_event_unmarked", "an event says that the account left, nothing began after it, and the account's record "
         "does not say so", "neither: only subscriptions and invoices say who is a customer"),
    Kind("former_customer_without_event", "the account's record says that it is no customer any more, and no event says "
         "when it left", "neither: only subscriptions and invoices say who is a customer"),
    Kind("overlapping_subscriptions", "several subscriptions of one plan run at once for one account",
         "all of them: their revenue is added", MONTHLY),
    Kind("monthly_and_period_amount", "a subscription's revenue per month is not its amount over its months",
         "the revenue per month (`mrr`)", MONTHLY),
    Kind("ended_before_started", "a subscription ended before it started", "neither: it brings no revenue", MONTHLY),
    Kind("won_without_revenue", "a deal was won, and no revenue followed within the months of the model",
         "both, each where it counts: the deal is a win, and the account brings no revenue", DEALS),
    Kind("revenue_without_won_deal", "revenue began, and the account has no won deal although deals were on record by then",
         "the revenue: the account is a customer; the win rate knows nothing of it", REVENUE),
    Kind("lost_then_revenue", "the account's deal was lost, revenue began after it, and no deal was won",
         "both, each where it counts: the deal is a loss, and the account is a customer", REVENUE),
    Kind("open_past_closing_date", "a deal is open, and its closing date has passed",
         "the stage: the deal is open, the date is a plan that did not hold", DEALS),
    Kind("closed_before_created", "a deal was closed before it was created", "neither: the win rate leaves it out", DEALS),
    Kind("invoiced_after_end", "an invoice is dated after the account's last subscription ended",
         "the records that `revenue.basis` names; with `auto` the subscriptions", BILLED),
    Kind("industry_disagrees", "two sources give one account different industries", ""),
    Kind("country_disagrees", "two sources give one account different countries", ""),
    Kind("employees_disagree", "two sources give one account numbers of employees that are far apart", ""),
)  # fmt: skip

SURVIVORS = {"recency": "the most recent record (`accounts.survivorship`)",
             "priority": "the first source of the model (`accounts.survivorship`)"}  # fmt: skip


class ContradictionsSpec(Spec):
    """What else the records call a customer who left, and how much room two records have before they contradict."""

    former_customer: str | None = default(
        None, "condition on the columns of accounts: its record says that it is no customer any more; null: none says so",
        source="convention",
    )  # fmt: skip
    leaving_event: str | None = default(
        None, "condition on the columns of events: the event says that the account left; null: none says so",
        source="convention",
    )  # fmt: skip
    revenue_within_months: int = default(
        6, "months after a won deal within which revenue should follow, and after a lost one within which it should not",
        unit="months", ge=1,
    )  # fmt: skip
    amount_tolerance: float = default(
        0.01, "difference between revenue per month and amount over its months that is rounding", unit="share", ge=0
    )
    invoice_grace_days: int = default(
        45, "days after the end of a subscription in which a last invoice is usual", unit="days", ge=0
    )
    employees_factor: float = default(2.0, "numbers of employees this many times apart contradict each other", ge=1)
    # Set by the model: its own attributes, and which record of an account wins.
    attributes: tuple[Column, ...] = Field(default=(), exclude=True)
    survivorship: Literal["recency", "priority"] = Field(default="recency", exclude=True)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        survivor = SURVIVORS[self.survivorship]
        return {
            "spec_contradictions": [
                {**kind._asdict(), "believed": kind.believed or survivor, "position": place}
                for place, kind in enumerate(KINDS, 1)
            ]
        }


def account_scope(attributes: tuple[Column, ...] = ()) -> Scope:
    """What `former_customer` may name: the columns of accounts."""
    return Scope.of(a=dictionary(attributes)["accounts"].types)


def event_scope() -> Scope:
    """What `leaving_event` may name: the columns of events."""
    return Scope.of(e=EVENTS.types)


def contradictions(spec: ContradictionsSpec, as_of: date) -> Query:
    """How often records contradict each other, and which is believed. One row per kind that was found."""
    return query(
        """
        select s.kind, s.position, s.says, count(*) as rows, count(distinct r.other_record_id) as other_rows,
               count(distinct r.account_id) as accounts, exact_sum(r.money, 4) as money,
               case when count(r.money) > 0 then s.money_is end as money_is,
               first_by(r.record_id, r.record_id) as example,
               first_by(r.other_record_id, r.record_id) as example_other, s.believed
        from contradicting_records r
        join spec_contradictions s on s.kind = r.kind
        group by s.kind, s.position, s.says, s.money_is, s.believed
        """
    )


def contradicting_records(spec: ContradictionsSpec, as_of: date) -> Query:
    """The records behind each kind, each with the record that it contradicts. One row per kind and record."""
    found = [*_of_subscriptions(spec), *_of_leaving(spec), *_of_deals(spec, as_of), *_of_sources(spec)]
    return (
        query("select kind, record_id, other_record_id, account_id, money from every")
        .with_table("every", union_all(found))
        .with_table("words", _words())
        .with_table("paid", _paid())
        .with_table("deals", _deals())
        .with_table("spells", _spells())
        .with_table("leaving", _leaving(spec))
        .with_table("former", _former(spec))
    )


def _spells() -> Query:
    """Subscription spells with their revenue per month in the model's currency. One row per spell."""
    return query(
        """
        select s.account_id, s.source, s.record_id, s.state, s.started_at, s.ended_at, lower(trim(s.plan)) as plan,
               cast(s.mrr as double) as mrr,
               cast(s.amount as double) / nullif(s.interval_months, 0) as over_months, r.rate,
               cast(coalesce(s.mrr, s.amount / nullif(s.interval_months, 0)) as double) * r.rate as money
        from subscriptions s
        left join rates r on r.currency = upper(coalesce(s.currency, ''))
        """
    )


def _deals() -> Query:
    """Deals with their amount in the model's currency. One row per deal."""
    return query(
        """
        select o.account_id, o.record_id, o.source, o.outcome, o.created_at, o.closed_at,
               cast(o.amount as double) * r.rate as money
        from opportunities o
        left join rates r on r.currency = upper(coalesce(o.currency, ''))
        """
    )


def _former(spec: ContradictionsSpec) -> Query:
    """Accounts whose record says that they are no customer any more. One row per account."""
    condition = predicate(spec.former_customer, account_scope(spec.attributes)) if spec.former_customer else False
    return query("select a.account_id from accounts a where :condition", condition=condition)


def _leaving(spec: ContradictionsSpec) -> Query:
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


def _of_subscriptions(spec: ContradictionsSpec) -> list[Query]:
    """Subscriptions against themselves, against each other, and against invoices."""
    return [
        query(
            """
            select 'ended_without_end' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id, s.money
            from spells s
            join landing_subscriptions l on l.source = s.source and l.record_id = s.record_id
            join spec_statuses m on m.status = lower(trim(l.status)) and m.state = 'ended'
            where l.ended_at is null and l.canceled_at is null and l.current_period_end is null
            """
        ),
        query(
            """
            select 'overlapping_subscriptions' as kind, s.record_id, f.record_id as other_record_id, s.account_id, s.money
            from spells s
            join (select account_id, plan, first_by(record_id, started_at, record_id) as record_id
                  from spells where state = 'running' group by account_id, plan) f
              on f.account_id = s.account_id and f.plan = s.plan and f.record_id <> s.record_id
            where s.state = 'running'
            """
        ),
        query(
            """
            select 'monthly_and_period_amount' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id,
                   abs(s.mrr - s.over_months) * s.rate as money
            from spells s
            where abs(s.mrr - s.over_months) > :tolerance * abs(s.mrr)
            """,
            tolerance=spec.amount_tolerance,
        ),
        query(
            """
            select 'ended_before_started' as kind, s.record_id, cast(null as varchar) as other_record_id, s.account_id, s.money
            from spells s
            where cast(s.ended_at as date) < cast(s.started_at as date)
            """
        ),
        query(
            """
            select 'invoiced_after_end' as kind, i.record_id, s.record_id as other_record_id, i.account_id, i.money
            from (select i.account_id, i.record_id, i.invoiced_at, r.rate *
                         coalesce(cast(i.amount as double), i.quantity * cast(i.unit_price as double)) as money
                  from invoices i
                  left join rates r on r.currency = upper(coalesce(i.currency, ''))) i
            join (select account_id, last_by(record_id, ended_at, record_id) as record_id, max(ended_at) as ended_at
                  from spells where state <> 'not_paying' group by account_id
                  having count_if(state = 'running') = 0) s
              on s.account_id = i.account_id and cast(i.invoiced_at as date) > add_days(s.ended_at, :grace)
            where i.money > 0
            """,
            grace=spec.invoice_grace_days,
        ),
    ]


def _of_leaving(spec: ContradictionsSpec) -> list[Query]:
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


def _of_deals(spec: ContradictionsSpec, as_of: date) -> list[Query]:
    """Deals against their own dates, and against revenue. What began before the other records did is not judged."""
    months = spec.revenue_within_months
    return [
        query(
            """
            select 'won_without_revenue' as kind, d.record_id, cast(null as varchar) as other_record_id, d.account_id, d.money
            from deals d
            cross join (select min(month_of(moment)) as month
                        from (select started_at as moment from subscriptions union all
                              select invoiced_at as moment from invoices) m) b
            left join (select account_id, month from revenue_months where revenue > 0) r
                   on r.account_id = d.account_id and r.month >= month_of(d.closed_at)
                  and r.month <= add_months(d.closed_at, :months)
            where d.outcome = 'won' and d.account_id is not null and r.account_id is null
              and cast(d.closed_at as date) >= b.month
              and add_months(month_of(d.closed_at), :months + 1) <= add_days(:as_of, 1)
            """,
            months=months,
            as_of=as_of,
        ),
        query(
            """
            select 'revenue_without_won_deal' as kind, p.account_id as record_id, cast(null as varchar) as other_record_id,
                   p.account_id, p.revenue as money
            from paid p
            cross join (select min(closed_at) as closed_at from deals where outcome = 'won') b
            left join (select distinct account_id from deals where outcome = 'won') w on w.account_id = p.account_id
            where w.account_id is null and p.month >= add_months(b.closed_at, :months)
            """,
            months=months,
        ),
        query(
            """
            select 'lost_then_revenue' as kind, l.record_id, p.account_id as other_record_id, p.account_id, p.revenue as money
            from paid p
            join (select account_id, last_by(case when outcome = 'lost' then record_id end, closed_at, record_id) as record_id,
                         max(closed_at) as closed_at
                  from deals group by account_id
                  having count_if(outcome = 'won') = 0 and count_if(outcome = 'lost') > 0) l
              on l.account_id = p.account_id and p.month > cast(l.closed_at as date)
             and p.month <= add_months(l.closed_at, :months)
            """,
            months=months,
        ),
        query(
            """
            select 'open_past_closing_date' as kind, d.record_id, cast(null as varchar) as other_record_id,
                   d.account_id, d.money
            from deals d
            join landing_opportunities l on l.source = d.source and l.record_id = d.record_id
            where d.outcome = 'open' and cast(l.closed_at as date) < :as_of
            """,
            as_of=as_of,
        ),
        query(
            """
            select 'closed_before_created' as kind, d.record_id, cast(null as varchar) as other_record_id, d.account_id, d.money
            from deals d
            where d.outcome <> 'open' and cast(d.closed_at as date) < cast(d.created_at as date)
            """
        ),
    ]


def _paid() -> Query:
    """When each account's revenue began, and all of it. One row per account."""
    return query(
        """
        select account_id, min(month) as month, exact_sum(revenue, 4) as revenue
        from revenue_months where revenue > 0 group by account_id
        """
    )


def _of_sources(spec: ContradictionsSpec) -> list[Query]:
    """The latest word of each source on an account, where it is not the one believed, which another source says."""
    return [
        _disagreeing("industry_disagrees", "industry", "lower(trim({}))"),
        _disagreeing("country_disagrees", "country", "lower(trim({}))"),
        _disagreeing("employees_disagree", "employees", "{}", spec.employees_factor),
    ]


def _disagreeing(kind: str, attribute: str, plain: str, factor: float = 1.0) -> Query:
    said, believed, by_others = (plain.format(f"{table}.{attribute}") for table in ("v", "a", "o"))
    apart = f"and greatest({said}, {believed}) >= :factor * least({said}, {believed})" if factor != 1.0 else ""
    return query(
        f"""
        select :kind as kind, v.{attribute}_record as record_id,
               first_by(o.{attribute}_record, o.{attribute}_record) as other_record_id, v.account_id,
               cast(null as double) as money
        from words v
        join accounts a on a.account_id = v.account_id
        join words o on o.account_id = v.account_id and o.source <> v.source and {by_others} = {believed}
        where {said} <> {believed} {apart}
        group by v.account_id, v.{attribute}_record
        """,
        kind=kind,
        **({"factor": factor} if apart else {}),
    )


def _words() -> Query:
    """What each source says last of an account, with the record that says it. One row per account and source."""
    latest = "w.recency, w.loaded_at, w.record_id, w.row_number"
    said = [
        f"last_by(w.{name}, {latest}) as {name}, "
        f"last_by(case when w.{name} is not null then w.record_id end, {latest}) as {name}_record"
        for name in ("industry", "country", "employees")
    ]
    return query(
        f"""
        select w.account_id, w.source, {", ".join(said)}
        from (select k.account_id, r.source, r.record_id, r.row_number, r.loaded_at, r.industry, r.country, r.employees,
                     coalesce(r.updated_at, r.created_at, r.known_at) as recency
              from landing_accounts r
              join spec_sources s on s.source = r.source
              join account_keys k
                on k.key_space = case when r.account_key is not null then s.key_space else 'domain' end
               and k.account_key = coalesce(r.account_key, r.domain_key)) w
        group by w.account_id, w.source
        """
    )
