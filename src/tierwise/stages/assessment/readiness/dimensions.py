"""How far can an account act on each dimension? Log odds of people's answers, by role and age (methods g.2)."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, column, query
from tierwise.stages.assessment.readiness.spec import ReadinessSpec
from tierwise.tables.assessment import READINESS_DIMENSIONS


def readiness_by_day(spec: ReadinessSpec, as_of: date) -> Query:
    """State of each dimension that someone was asked about. One row per account, day and dimension; probabilities.

    One respondent is one answer: the latest. Answers unknown and refused change nothing and do not dilute the others; a
    dimension with no other answer is as unknown as one that nobody was asked about.
    """
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
                   last_by(case when fresh then answer end, observed_at, record_id) as last_answer,
                   last_by(case when fresh then quote end, observed_at, record_id) as last_quote,
                   last_by(case when fresh then source end, observed_at, record_id) as source,
                   last_by(case when fresh then record_id end, observed_at, record_id) as record_id
            from answers_by_day
            group by account_id, day, dimension
        )
        select account_id, day, dimension,
               round(from_log_odds(log_odds(:prior) + evidence / (1 + greatest(informative - 1, 0) * :correlation)), 6)
                   as probability,
               informative, respondents, asked_by_research, round(yes_weight, 6) as yes_weight,
               round(no_weight, 6) as no_weight, unknown_answers,
               strongest_yes >= :contested and strongest_no >= :contested as contested,
               last_observed_at, age_days(last_observed_at, day) as age_days, last_answer, last_quote, source, record_id
        from summed
        """,
        prior=spec.prior,
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
