"""May an account be committed to? Every dimension must pass, and enough people must have said so (methods g.3, g.4)."""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, column, query
from tierwise.stages.assessment.readiness.spec import ReadinessSpec
from tierwise.tables.readiness import READINESS


def gate_by_day(spec: ReadinessSpec, as_of: date) -> Query:
    """The gate: weakest dimension, respondents, what is unknown. One row per account and day.

    A dimension that nobody was asked about keeps the prior and closes the gate as unknown, not as no. When to ask again: an
    open gate on the last day on which what decides holds; a no when it has lost half its weight; else now.
    """
    return (
        query(
            """
        with gate as (
            select account_id, day,
                   count_if(known) as dimensions_known,
                   min(probability) as weakest_probability,
                   exp(sum(ln(greatest(probability, 0.0000001)))) as chance_to_act,
                   first_by(dimension, probability, position) as weakest_dimension,
                   first_by(known, probability, position) as weakest_known,
                   first_by(contested, probability, position) as weakest_contested,
                   first_by(add_days(last_observed_at, cast(half_life_days as bigint)), probability, position) as weakest_again,
                   first_by(case when not known then dimension end, position) as first_unknown,
                   sum(asked_by_research) as asked_by_research, count_if(contested) as contested,
                   min(holds_until) as recheck_on
            from states
            group by account_id, day
        ),
        judged as (
            select g.*, coalesce(p.respondents, 0) as respondents,
                   g.weakest_probability >= :gate and g.first_unknown is null as strong
            from gate g
            left join people p on p.account_id = g.account_id and p.day = g.day
        ),
        blocked as (
            select j.*,
                   j.strong and j.respondents >= greatest(:one_to_few, 1) as can_act,
                   j.strong and j.respondents >= :one_to_one and j.asked_by_research >= :asked as can_act_one_to_one,
                   j.respondents >= :one_to_few as heard_one_to_few,
                   case when weakest_known and weakest_contested and weakest_probability < :gate
                        then 'contested:' || weakest_dimension
                        when weakest_known and weakest_probability < :gate then 'weak:' || weakest_dimension
                        when first_unknown is not null then 'unknown:' || first_unknown
                        when respondents < :one_to_one then 'respondents'
                        when asked_by_research < :asked then 'reported_by_sales' end as blocked_by
            from judged j
        )
        select account_id, day, respondents, asked_by_research, dimensions_known, contested, weakest_dimension,
               round(weakest_probability, 6) as weakest_probability, round(chance_to_act, 6) as chance_to_act,
               can_act, can_act_one_to_one, heard_one_to_few, blocked_by, recheck_on,
               case when blocked_by is null then recheck_on
                    when blocked_by like 'weak:%' and weakest_again > day then weakest_again else day end as ask_again_on
        from blocked
        """,
            gate=spec.gate,
            one_to_one=spec.respondents.one_to_one,
            one_to_few=spec.respondents.one_to_few,
            asked=spec.asked_by_research,
        )
        .with_table("states", _states(spec))
        .with_table("people", _people())
    )


def account_readiness(spec: ReadinessSpec, as_of: date) -> Query:
    """The gate today, and how far its respondents agree. One row per account with evidence."""
    own = [column(name, "g") for name in READINESS.names if name not in ("agreement", "compared_answers")]
    return query(
        """
        select :columns, a.agreement, coalesce(a.compared_answers, 0) as compared_answers
        from gate_by_day g
        left join agreements a on a.account_id = g.account_id
        where g.day = :as_of
        """,
        columns=own,
        as_of=as_of,
    ).with_table("agreements", nominal_agreement("today").with_table("today", _answers_of(as_of)))


def nominal_agreement(ratings: str) -> Query:
    """Krippendorff's alpha for nominal answers: 1 is agreement, 0 what chance would give. One row per account.

    `ratings` has account_id, unit and answer; units with one answer compare nothing. Empty where nobody can be compared, or
    where all answers are the same word: without variation agreement has no meaning (Krippendorff 2011, the coincidences
    of one unit are divided by its answers less one).
    """
    return query(
        """
        with counted as (select account_id, unit, answer, count(*) as n from ratings group by account_id, unit, answer),
        units as (select account_id, unit, sum(n) as m, sum(n * n) as squares from counted group by account_id, unit),
        paired as (select * from units where m >= 2),
        observed as (
            select account_id, sum(m) as total, sum(share(m * m - squares, m - 1)) as disagreeing
            from paired
            group by account_id
        ),
        margins as (
            select c.account_id, c.answer, sum(c.n) as n
            from counted c
            join paired p on p.account_id = c.account_id and p.unit = c.unit
            group by c.account_id, c.answer
        ),
        expected as (select account_id, sum(n * n) as squares from margins group by account_id)
        select o.account_id,
               round(1 - share((o.total - 1) * o.disagreeing, o.total * o.total - e.squares), 6) as agreement,
               o.total as compared_answers
        from observed o
        join expected e on e.account_id = o.account_id
        """
    ).reading(ratings=ratings)


def _answers_of(day: date) -> Query:
    """Answers in force that say something, as ratings of dimensions. One row per account, dimension and respondent."""
    return query("select account_id, dimension as unit, answer from answers_by_day where fresh and day = :day", day=day)


def _states(spec: ReadinessSpec) -> Query:
    """Every dimension of every account with evidence, asked about or not. One row per account, day and dimension."""
    return query(
        """
        select a.account_id, a.day, d.dimension, d.position, d.half_life_days, coalesce(r.probability, :prior) as probability,
               r.last_observed_at is not null as known, coalesce(r.contested, false) as contested,
               coalesce(r.asked_by_research, 0) as asked_by_research, r.last_observed_at, r.holds_until
        from (select distinct account_id, day from readiness_by_day) a
        cross join spec_dimensions d
        left join readiness_by_day r on r.account_id = a.account_id and r.day = a.day and r.dimension = d.dimension
        """,
        prior=spec.prior,
    )


def _people() -> Query:
    """Who has an answer that counts, outsiders and hearsay left out. One row per account and day with such people."""
    return query(
        """
        select account_id, day, count(distinct respondent) as respondents
        from answers_by_day
        where fresh and counts
        group by account_id, day
        """
    )
