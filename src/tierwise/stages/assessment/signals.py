"""What counts as a signal, whose is it, and what is it worth when fresh?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.predicates import Scope, predicate
from tierwise.sql.query import Query, aliased, case_of, column, null_of, query, union_all
from tierwise.tables.accounts import accounts

TRUST = {"first": 1.0, "second": 0.7, "third": 0.4}


class SignalSpec(Spec):
    """One kind of signal: which events it is, whose, and how it fades."""

    where: str = Field(description="condition on the columns of events and intent reports")
    party: Literal["first", "second", "third"] = Field(
        description="first: our own properties; second: a partner; third: bought"
    )
    family: Literal[
        "web", "product", "email", "event", "review_site", "third_party_topic", "hiring", "ad", "funding", "other"
    ] = Field(description="signal family; one family alone never decides")
    points: float = default(5.0, "points when fresh", unit="points", gt=0)
    half_life_days: float = default(30.0, "days after which half is left", source="methods f.1", unit="days", gt=0)
    high_intent: bool = default(False, "a comparison, pricing, demo or review-site view: counts towards 'evaluating'")


class SignalsSpec(Spec):
    """The signals of the model and how far each party is trusted."""

    signals: dict[str, SignalSpec] = default(
        dict, "signals by name; the first that matches an event names it", source="convention"
    )
    parties: dict[str, float] = default(lambda: dict(TRUST), "trust in each party, 0 to 1", unit="share")

    def tables(self) -> dict[str, list[dict[str, object]]]:
        rows = [
            {
                "signal_id": name, "party": s.party, "family": s.family, "points": s.points,
                "half_life_days": s.half_life_days, "trust": self.parties.get(s.party, TRUST[s.party]),
                "high_intent": s.high_intent,
            }
            for name, s in self.signals.items()
        ]  # fmt: skip
        return {"spec_signals": rows}


def scope() -> Scope:
    """What a signal's condition may name: the columns of events and of intent reports together."""
    return Scope.of(e={**accounts.EVENTS.types, **accounts.INTENT_REPORTS.types})


def signals(spec: SignalsSpec, as_of: date) -> Query:
    """Events and reports that the model counts as signals. One row per signal; facts without an account are left out.

    A person goes by contact_id: seen once by id and once by e-mail address, it is one.
    """
    columns = scope()
    which = case_of((predicate(s.where, columns), name) for name, s in spec.signals.items())
    picked = union_all([_picked("events"), _picked("intent_reports")])
    return query(
        """
        select e.account_id, e.signal_id, e.person, e.device, e.function, e.occurred_at, e.identified_by, e.confidence,
               e.source, e.record_id
        from (
            select e.account_id, :which as signal_id,
                   coalesce(i.contact_id, m.contact_id, lower(trim(e.email)),
                            case when e.person like '%@%' then lower(trim(e.person))
                                 else s.key_space || ':' || e.person end) as person,
                   e.anonymous_id as device, e.function, e.occurred_at, e.identified_by,
                   coalesce(e.confidence, 1) as confidence, e.source, e.record_id
            from picked e
            join spec_sources s on s.source = e.source
            left join contact_keys i on i.key_space = s.key_space and i.contact_key = e.person
            left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(coalesce(e.email, e.person)))
            where e.account_id is not null
        ) e
        where e.signal_id is not null
        """,
        which=which,
    ).with_table("picked", picked)


def _picked(table: str) -> Query:
    have = accounts.EVENTS.types if table == "events" else accounts.INTENT_REPORTS.types
    every = {**accounts.EVENTS.types, **accounts.INTENT_REPORTS.types}

    return query(
        "select :columns from facts f",
        columns=[column(c, "f") if c in have else aliased(null_of(every[c]), c) for c in every],
    ).reading(facts=table)
