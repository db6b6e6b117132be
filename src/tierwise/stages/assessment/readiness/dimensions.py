"""How far can an account act on each dimension? Log odds of people's answers, by role and age (methods g.2)."""

from __future__ import annotations

from datetime import date
from math import log

from tierwise.sql.query import Query, column, query
from tierwise.stages.assessment.readiness.spec import ReadinessSpec
from tierwise.tables.readiness import READINESS_DIMENSIONS

ROUNDED = 1e-6  # what probabilities are rounded to


def readiness_by_day(spec: ReadinessSpec, as_of: date) -> Query:
    """State of each dimension that someone was asked about. One row per account, day and dimension; probabilities.

    One respondent is one answer: the latest. Answers unknown and refused change nothing and do not dilute the others; a
    dimension with no other answer is as unknown as one that nobody was asked about.

    All answers of a dimension lose weight at one rate, so the day on which it falls below the gate by age alone is known:
    evidence e above the log odds m that the gate demands more than the prior lasts half-life x log2(e / m) days.
    """
    least = _log_odds(spec.gate - ROUNDED / 2) - _log_odds(spec.prior)
    return query(
        """
        with summed as (
            select account_id, day, dimension,
                   sum(weight * ratio) as evidence,
                   count_if(ratio <> 0) as informative,
                   count_if(fresh and counts) as respondents,
                   count_if(fresh and not reported_by_sales) as asked_by_research,
                   sum(case when answer = 'yes' then weight else 0 end) as yes_weight,
                   sum(case when answer = 'no' then weight else 0 end) as no_weight,
                   max(case when answer = 'yes' then weight else 0 end) as strongest_yes,
                   max(case when answer = 'no' then weight else 0 end) as strongest_no,
                   count_if(answer in ('unknown', 'refused')) as unknown_answers,
                   max(case when fresh then observed_at end) as last_observed_at,
                   min(case when fresh and answer = 'yes' then expires_on end) as yes_expires_on,
                   last_by(case when fresh then answer end, observed_at, record_id) as last_answer,
                   last_by(case when fresh then quote end, observed_at, record_id) as last_quote,
                   last_by(case when fresh then source end, observed_at, record_id) as source,
                   last_by(case when fresh then record_id end, observed_at, record_id) as record_id
            from answers_by_day
            group by account_id, day, dimension
        ),
        weighed as (
            select s.*, n.half_life_days, s.evidence / (1 + greatest(s.informative - 1, 0) * :correlation) as moved
            from summed s
            join spec_dimensions n on n.dimension = s.dimension
        ),
        lasting as (
            select w.*, add_days(last_observed_at, cast(2 * half_life_days as bigint)) as fresh_until,
                   case when moved >= :least and :least > 0
                        then add_days(day, cast(floor(half_life_days * ln(moved / :least) / ln(2)) as bigint)) end as open_until
            from weighed w
        )
        select account_id, day, dimension, round(from_log_odds(log_odds(:prior) + moved), 6) as probability,
               informative, respondents, asked_by_research, round(yes_weight, 6) as yes_weight,
               round(no_weight, 6) as no_weight, unknown_answers,
               strongest_yes >= :contested and strongest_no >= :contested as contested,
               last_observed_at, age_days(last_observed_at, day) as age_days,
               case when last_observed_at is not null
                    then least(fresh_until, coalesce(yes_expires_on, fresh_until), coalesce(open_until, fresh_until)) end
                   as holds_until,
               last_answer, last_quote, source, record_id
        from lasting
        """,
        prior=spec.prior,
        least=max(least, 0.0),
        correlation=spec.correlation,
        contested=spec.contested_weight,
    )


def readiness_dimensions(spec: ReadinessSpec, as_of: date) -> Query:
    """State of each dimension today. One row per account with evidence and dimension that someone was asked about."""
    return query(
        "select :columns from readiness_by_day r where r.day = :as_of",
        columns=[column(name, "r") for name in READINESS_DIMENSIONS.names],
        as_of=as_of,
    )


def _log_odds(probability: float) -> float:
    return log(probability / (1 - probability))
