"""Which accounts can decide? Evidence from people, by dimension; the weakest dimension rules; unknown is a question.

Formula: methods g.2 (log odds, role and age weights, correlated respondents) and g.4 (gate). Signals never write here.
"""

from __future__ import annotations

from datetime import date
from math import log
from typing import Literal

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import DIMENSIONS
from tierwise.sql.query import Query, query

HALF_LIVES = {"pressure": 90.0, "ownership": 180.0, "authority": 180.0, "timing": 60.0}
QUESTIONS = {
    "pressure": "What forces a change here, and by when?",
    "ownership": "Who is accountable for it, by name?",
    "authority": "Does the person with the problem control the budget and the priority?",
    "timing": "What happens if nothing changes in the next 6 to 12 months?",
}
ROLE_WEIGHTS = {"economic": 1.0, "owner": 1.0, "user": 0.7, "outsider": 0.4, "hearsay": 0.4}
COUNTED_ROLES = ("economic", "owner", "user")


class RespondentsSpec(Spec):
    """How many people must have answered."""

    one_to_one: int = default(2, "for tier 1: fewer close the gate", source="methods g.4", unit="people", ge=1)
    one_to_few: int = default(
        1, "for tier 2: with fewer a seat is provisional", source="methods g.4", unit="people", ge=1
    )


class ReadinessSpec(Spec):
    """How evidence becomes readiness, and when the gate is required."""

    gate: float = default(
        0.60, "every dimension must reach this", source="judgement (methods g.4)", unit="share", gt=0, lt=1
    )
    gate_mode: Literal["auto", "required", "advisory"] = default(
        "auto", "auto: advisory while there is no evidence at all, then required for 1:1", source="judgement"
    )
    respondents: RespondentsSpec = Field(default_factory=RespondentsSpec, description="people who must have answered")
    prior: float = default(0.35, "probability before any answer", unit="share", gt=0, lt=1)
    sensitivity: float = default(0.85, "P(yes | can act)", unit="share", gt=0.5, lt=1)
    specificity: float = default(0.85, "P(no | cannot act)", unit="share", gt=0.5, lt=1)
    correlation: float = default(0.30, "correlation between respondents of one account", unit="share", ge=0, lt=1)
    contested_weight: float = default(
        0.5, "yes and no of at least this weight contest each other", source="methods g.3", gt=0
    )
    default_role: Literal["economic", "owner", "user", "outsider", "hearsay"] = default(
        "outsider", "role of a respondent whose record says none; an outsider alone opens no gate", source="judgement"
    )
    half_life_days: dict[str, float] = default(
        lambda: dict(HALF_LIVES), "half-life of an answer by dimension", unit="days"
    )
    role_weights: dict[str, float] = default(lambda: dict(ROLE_WEIGHTS), "weight of an answer by the respondent's role")

    def tables(self) -> dict[str, list[dict[str, object]]]:
        yes = log(self.sensitivity / (1 - self.specificity))
        no = log((1 - self.sensitivity) / self.specificity)
        return {
            "spec_dimensions": [
                {"dimension": d, "position": i, "half_life_days": self.half_life_days.get(d, HALF_LIVES[d]),
                 "question": QUESTIONS[d]}
                for i, d in enumerate(DIMENSIONS, 1)
            ],
            "spec_roles": [
                {"role": r, "weight": self.role_weights.get(r, w), "counts": r in COUNTED_ROLES}
                for r, w in ROLE_WEIGHTS.items()
            ],
            "spec_answers": [
                {"answer": "yes", "log_likelihood_ratio": yes}, {"answer": "no", "log_likelihood_ratio": no},
                {"answer": "partial", "log_likelihood_ratio": 0.0}, {"answer": "unknown", "log_likelihood_ratio": 0.0},
                {"answer": "refused", "log_likelihood_ratio": 0.0},
            ],
        }  # fmt: skip


def readiness_dimensions(spec: ReadinessSpec, as_of: date) -> Query:
    """State of each dimension that someone was asked about. One row per account and dimension; probabilities.

    One respondent is one answer: the latest. Answers unknown and refused change nothing and do not dilute the others; a
    dimension with no other answer is as unknown as one that nobody was asked about.
    """
    return query(
        """
        with latest as (
            select e.account_id, e.dimension, lower(e.answer) as answer, e.quote, e.observed_at, e.expires_on,
                   coalesce(lower(e.role), case when lower(e.method) = 'hearsay' then 'hearsay' else :default_role end) as role,
                   e.source, e.record_id,
                   row_number() over (partition by e.account_id, e.dimension, lower(trim(e.respondent))
                                      order by e.observed_at desc, e.source, e.record_id desc) as place
            from evidence e
            where e.account_id is not null
        ),
        weighed as (
            select l.*, d.half_life_days, age_days(l.observed_at, :as_of) as age,
                   r.weight * decay(age_days(l.observed_at, :as_of), d.half_life_days) as weight, r.counts,
                   a.log_likelihood_ratio as ratio,
                   age_days(l.observed_at, :as_of) <= 2 * d.half_life_days
                       and not l.answer in ('unknown', 'refused') as fresh
            from latest l
            join spec_dimensions d on d.dimension = l.dimension
            join spec_roles r on r.role = l.role
            join spec_answers a on a.answer = l.answer
            where l.place = 1 and (l.expires_on is null or l.expires_on >= :as_of)
        ),
        summed as (
            select account_id, dimension,
                   sum(weight * ratio) as evidence,
                   count_if(ratio <> 0) as informative,
                   count_if(fresh) as fresh,
                   count_if(fresh and counts) as respondents,
                   sum(case when answer = 'yes' then weight else 0 end) as yes_weight,
                   sum(case when answer = 'no' then weight else 0 end) as no_weight,
                   max(case when answer = 'yes' then weight else 0 end) as strongest_yes,
                   max(case when answer = 'no' then weight else 0 end) as strongest_no,
                   count_if(answer in ('unknown', 'refused')) as unknown_answers,
                   max(case when fresh then observed_at end) as last_observed_at,
                   last_by(case when fresh then answer end, observed_at, record_id) as last_answer,
                   last_by(case when fresh then quote end, observed_at, record_id) as last_quote,
                   last_by(case when fresh then source end, observed_at, record_id) as source,
                   last_by(case when fresh then record_id end, observed_at, record_id) as record_id
            from weighed
            group by account_id, dimension
        )
        select account_id, dimension,
               round(from_log_odds(log_odds(:prior) + evidence / (1 + greatest(informative - 1, 0) * :correlation)), 6)
                   as probability,
               respondents, round(yes_weight, 6) as yes_weight, round(no_weight, 6) as no_weight, unknown_answers,
               strongest_yes >= :contested and strongest_no >= :contested as contested,
               last_observed_at, age_days(last_observed_at, :as_of) as age_days, last_answer, last_quote, source, record_id
        from summed
        """,
        as_of=as_of,
        prior=spec.prior,
        correlation=spec.correlation,
        contested=spec.contested_weight,
        default_role=spec.default_role,
    )


def account_readiness(spec: ReadinessSpec, as_of: date) -> Query:
    """The gate: weakest dimension, respondents, what is unknown. One row per account with evidence.

    A dimension that nobody was asked about keeps the prior and closes the gate as unknown, not as no.
    """
    return (
        query(
            """
        with gate as (
            select account_id,
                   count_if(known) as dimensions_known,
                   min(probability) as weakest_probability,
                   exp(sum(ln(greatest(probability, 0.0000001)))) as chance_to_act,
                   first_by(dimension, probability, position) as weakest_dimension,
                   first_by(known, probability, position) as weakest_known,
                   first_by(contested, probability, position) as weakest_contested,
                   first_by(case when not known then dimension end, position) as first_unknown,
                   min(case when known then add_days(last_observed_at, cast(2 * half_life_days as bigint)) end) as recheck_on
            from states
            group by account_id
        ),
        judged as (
            select g.*, coalesce(p.respondents, 0) as respondents, g.weakest_probability >= :gate as strong
            from gate g
            left join people p on p.account_id = g.account_id
        )
        select account_id, respondents, dimensions_known, weakest_dimension,
               round(weakest_probability, 6) as weakest_probability, round(chance_to_act, 6) as chance_to_act,
               first_unknown is null and strong and respondents >= :one_to_one as can_act_one_to_one,
               respondents >= :one_to_few as heard_one_to_few,
               case when weakest_known and weakest_contested and not strong then 'contested:' || weakest_dimension
                    when weakest_known and not strong then 'weak:' || weakest_dimension
                    when first_unknown is not null then 'unknown:' || first_unknown
                    when respondents < :one_to_one then 'respondents' end as blocked_by,
               recheck_on
        from judged
        """,
            gate=spec.gate,
            one_to_one=spec.respondents.one_to_one,
            one_to_few=spec.respondents.one_to_few,
        )
        .with_table("states", _states(spec))
        .with_table("people", _people(spec, as_of))
    )


def _states(spec: ReadinessSpec) -> Query:
    """Every dimension of every account with evidence, asked about or not. One row per account and dimension."""
    return query(
        """
        select a.account_id, d.dimension, d.position, d.half_life_days, coalesce(r.probability, :prior) as probability,
               r.last_observed_at is not null as known, coalesce(r.contested, false) as contested, r.last_observed_at
        from (select distinct account_id from readiness_dimensions) a
        cross join spec_dimensions d
        left join readiness_dimensions r on r.account_id = a.account_id and r.dimension = d.dimension
        """,
        prior=spec.prior,
    )


def _people(spec: ReadinessSpec, as_of: date) -> Query:
    """Who has an answer that counts, outsiders and hearsay left out. One row per account with such people."""
    return query(
        """
        select e.account_id, count(distinct lower(trim(e.respondent))) as respondents
        from evidence e
        join spec_dimensions d on d.dimension = e.dimension
        join spec_roles r
          on r.role = coalesce(lower(e.role), case when lower(e.method) = 'hearsay' then 'hearsay' else :default_role end)
        where r.counts and not lower(e.answer) in ('unknown', 'refused')
          and age_days(e.observed_at, :as_of) <= 2 * d.half_life_days
          and (e.expires_on is null or e.expires_on >= :as_of)
        group by e.account_id
        """,
        as_of=as_of,
        default_role=spec.default_role,
    )
