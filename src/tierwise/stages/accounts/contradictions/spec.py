"""The kinds of contradictions that are looked for, and what the model may say about them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.sql.predicates import Scope
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
    Kind("parents_in_a_circle", "accounts name each other as parents, in a circle",
         "neither: each stays the top of its own tree"),
    Kind("parent_not_on_record", "an account names a parent that no record describes",
         "no parent: the account is the top of its tree"),
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
