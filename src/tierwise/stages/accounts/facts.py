"""Which account does each fact belong to? By the key of its source first, by domain second.

A fact without an account stays in its table with an empty account_id, is counted in `link_coverage`, and counts nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Self

from pydantic import model_validator

from tierwise.core.spec import Spec, default
from tierwise.core.table import Column
from tierwise.sql.query import Query, aliased, column, null_of, query, union_all
from tierwise.tables.accounts import accounts as dictionary
from tierwise.tables.ledgers import RECORDED_EVIDENCE

WON = ("won", "closed won", "closedwon", "closed-won")
LOST = ("lost", "closed lost", "closedlost", "closed-lost", "disqualified", "no decision")
NOT_NEW = ("renewal", "existing business", "existingbusiness", "expansion", "upsell", "upgrade", "add-on", "cross-sell")


class OpportunitiesSpec(Spec):
    """How the CRM writes the end of a deal, and which deals are new business."""

    won: tuple[str, ...] = default(
        WON, "stages that mean won, upper and lower case alike", source="HubSpot, Salesforce"
    )
    lost: tuple[str, ...] = default(LOST, "stages that mean lost", source="HubSpot, Salesforce")
    not_new_business: tuple[str, ...] = default(
        NOT_NEW, "opportunity types that are renewals or expansions; they count neither as win nor as loss",
        source="methods c.4",
    )  # fmt: skip

    def tables(self) -> dict[str, list[dict[str, object]]]:
        ends = {stage.strip().lower(): "lost" for stage in self.lost}
        ends |= {stage.strip().lower(): "won" for stage in self.won}
        return {"spec_stages": [{"stage": stage, "outcome": outcome} for stage, outcome in ends.items()]}

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if both := {s.strip().lower() for s in self.won} & {s.strip().lower() for s in self.lost}:
            raise ValueError(f"'{min(both)}' stands under `won` and under `lost`: a stage means one of them")
        return self


class FactsSpec(Spec):
    """Nothing to declare: facts follow the keys of their sources."""


def opportunities(spec: OpportunitiesSpec, as_of: date) -> Query:
    """Opportunities with account and outcome as of the day. One row per opportunity.

    With a stage history, stage and closing date are those of the last stage entered; a closing date on an open deal is a
    plan and is ignored (methods c.4). A reopened deal is open. Of two stages entered at the same moment, one that ends the
        deal is the later. Where the export only says a stage that was entered later, the deal is open in an unknown stage.
        Where the CRM itself says whether a deal is closed and won, that goes before the word of its stage, but
    not before a dated stage that ends it, as it is only known for today.
    """
    return query(
        """
        with last_stage as (
            select h.source, h.opportunity_key,
                   last_by(h.stage, h.entered_at, e.stage, h.stage) as stage, max(h.entered_at) as entered_at
            from landing_stage_history h
            left join spec_stages e on e.stage = lower(trim(h.stage))
            group by h.source, h.opportunity_key
        ),
        staged as (
            select coalesce(u.unit_id, k.account_id, d.account_id) as account_id, f.opportunity_key, f.name, f.type,
                   coalesce(h.stage, f.stage) as stage, h.stage is not null as in_history, f.is_closed, f.is_won,
                   f.amount, f.currency, f.product, f.origin, f.owner, f.lost_reason,
                   case when f.is_won then 'won' when f.is_closed and not f.is_won then 'lost'
                        when not f.is_closed then 'open' end as said,
                   f.created_at, f.closed_at, h.entered_at, f.updated_at, f.record_id, f.source, f.known_at
            from landing_opportunities f
            join spec_sources s on s.source = f.source
            left join account_keys k on k.key_space = s.key_space and k.account_key = f.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = f.domain_key
            left join roll_ups u on u.kind = 'revenue' and u.account_id = coalesce(k.account_id, d.account_id)
            left join last_stage h on h.source = f.source and h.opportunity_key = f.opportunity_key
        ),
        judged as (
            select o.*, o.in_history and e.outcome is not null as dated,
                   case when o.in_history then coalesce(e.outcome, o.said, 'open')
                        else coalesce(o.said, e.outcome, 'open') end as outcome
            from staged o
            left join spec_stages e on e.stage = lower(trim(o.stage))
        )
        select o.account_id, o.opportunity_key, o.name, o.type, o.stage,
               o.outcome,
               o.type is null or not lower(o.type) in (:not_new) as new_business,
               o.is_closed, o.is_won, o.amount, o.currency, o.product, o.origin, o.owner,
               case when o.outcome = 'lost' then o.lost_reason end as lost_reason, o.created_at,
               case when o.stage is null then 'unknown'
                    when o.in_history or (o.outcome <> 'open' and o.closed_at is not null) then 'dated'
                    else 'assumed' end as stage_known,
               case when o.dated then o.entered_at when o.outcome <> 'open' then o.closed_at end as closed_at,
               o.updated_at, o.record_id, o.source, o.known_at
        from judged o
        """,
        not_new=[word.lower() for word in spec.not_new_business] or [""],
    )


def invoices(spec: FactsSpec, as_of: date) -> Query:
    """Invoice lines with their account. One row per line."""
    return _linked("landing_invoices", dictionary.INVOICES.names, "revenue")


def activities(spec: FactsSpec, as_of: date) -> Query:
    """Touches with their account. One row per touch."""
    return _linked("landing_activities", dictionary.ACTIVITIES.names, "signals")


def evidence(spec: FactsSpec, as_of: date) -> Query:
    """Findings with their account, from files and recorded by hand. One row per finding."""
    linked = _linked("landing_evidence", dictionary.EVIDENCE.names, "readiness")
    recorded = query(
        """
        select coalesce(u.unit_id, r.account_id) as account_id, :columns
        from recorded_evidence r
        left join roll_ups u on u.kind = 'readiness' and u.account_id = r.account_id
        """,
        columns=[_recorded(c) for c in dictionary.EVIDENCE.columns if c.name != "account_id"],
    )
    return union_all([linked, recorded])


def nps_answers(spec: FactsSpec, as_of: date) -> Query:
    """Who would recommend us, with their account. One row per answer, or person asked."""
    return _linked("landing_nps", dictionary.NPS_ANSWERS.names, "revenue")


def intent_reports(spec: FactsSpec, as_of: date) -> Query:
    """Second- and third-party signals with their account. One row per report."""
    return _linked("landing_intent", dictionary.INTENT_REPORTS.names, "signals")


VERSIONED = ("accounts", "contacts")


def link_coverage(spec: FactsSpec, as_of: date) -> Query:
    """How many facts found their account. One row per table of facts."""
    return union_all([make(as_of) for make in _COUNTS])


def _linked(landing: str, names: tuple[str, ...], kind: str) -> Query:
    """The facts of a landing table with the account at which facts of their kind count."""
    columns = [column(name, "f") for name in names if name != "account_id"]
    return query(
        """
        select coalesce(u.unit_id, k.account_id, d.account_id) as account_id, :columns
        from facts f
        join spec_sources s on s.source = f.source
        left join account_keys k on k.key_space = s.key_space and k.account_key = f.account_key
        left join account_keys d on d.key_space = 'domain' and d.account_key = f.domain_key
        left join roll_ups u on u.kind = :kind and u.account_id = coalesce(k.account_id, d.account_id)
        """,
        columns=columns,
        kind=kind,
    ).reading(facts=landing)


def _recorded(wanted: Column) -> Any:
    """A column of evidence as the ledger has it; empty where only files have one."""
    if wanted.name in RECORDED_EVIDENCE.types:
        return column(wanted.name, "r")
    own = {"source": "'recorded'", "record_id": "'entry ' || cast(r.entry as varchar)", "loaded_at": "r.known_at"}
    found = query(f"select {own[wanted.name]}").tree.expressions[0] if wanted.name in own else null_of(wanted.type)
    return aliased(found, wanted.name)


def _count(fact: str, landing: str) -> Callable[[date], Query]:
    def make(as_of: date) -> Query:
        # accounts and contacts are there in every version
        records = "(select distinct source, record_id, account_key, domain_key from facts)"
        return query(
            f"""
            select :fact as fact, count(*) as rows,
                   count_if(f.account_key is null and f.domain_key is null) as without_account,
                   count_if((f.account_key is not null or f.domain_key is not null)
                            and k.account_id is null and d.account_id is null) as unknown_account
            from {records if fact in VERSIONED else "facts"} f
            join spec_sources s on s.source = f.source
            left join account_keys k on k.key_space = s.key_space and k.account_key = f.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = f.domain_key
            """,
            fact=fact,
        ).reading(facts=landing)

    return make


_COUNTS = [
    _count(fact, landing)
    for fact, landing in (
        ("accounts", "landing_accounts"), ("contacts", "landing_contacts"),
        ("opportunities", "landing_opportunities"), ("subscriptions", "landing_subscriptions"),
        ("invoices", "landing_invoices"), ("activities", "landing_activities"), ("evidence", "landing_evidence"),
        ("nps_answers", "landing_nps"),
        ("events", "landing_events"), ("intent_reports", "landing_intent"),
    )
]  # fmt: skip
