"""Whom to ask next, and what? The questions whose answers are worth most per hour (methods g.6).

An answer is worth what it changes: how much better the decision to act on an account is with it than without. Two kinds of
asking compete: one question to someone who has not answered it, and interviews on all four dimensions with the people
still missing. Acting needs an open gate, so what does not open it is worth nothing yet (docs/decisions/0020).
"""

from __future__ import annotations

from datetime import date
from math import comb, log

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stages.assessment.readiness.spec import ReadinessSpec


class ResearchSpec(Spec):
    """What asking costs, and what an answer may be worth."""

    interview_minutes: float = default(
        45, "an interview on all four dimensions, writing up included", unit="minutes", gt=0
    )
    question_minutes: float = default(15, "one question to someone who was heard before", unit="minutes", gt=0)
    hours: float = default(10, "hours of interviewing that `tierwise research` plans", unit="hours", gt=0)
    act_cost: float | None = default(
        None, "cost of acting on an account, in the model's currency; null: what an account exactly at the gate on every "
        "dimension is worth", source="judgement", unit="currency", ge=0,
    )  # fmt: skip
    ahead_days: int = default(14, "answers that go stale within these days are asked again in time", unit="days", ge=0)
    accounts: int = default(
        500, "accounts nobody was asked about that are looked at, the most valuable first", unit="accounts", ge=0
    )
    # Set by the model: how answers weigh belongs to the section readiness.
    readiness: ReadinessSpec = Field(default_factory=ReadinessSpec, exclude=True)

    @property
    def people(self) -> int:
        """People who must have answered before a commitment one to one."""
        return max(1, self.readiness.respondents.one_to_one)

    def tables(self) -> dict[str, list[dict[str, object]]]:
        counts = range(1, self.people + 1)
        return {"spec_outcomes": [{"people": n, "yes": y, "ways": comb(n, y)} for n in counts for y in range(n + 1)]}


def research_pool(spec: ResearchSpec, as_of: date) -> Query:
    """Accounts worth asking about, with what acting is worth and costs. One row per account and dimension.

    Eligible and worth winning; of those that nobody was asked about the most valuable, as among equals in knowledge the
    order by value is the order by worth of asking.
    """
    return query(
        """
        with ranked as (
            select c.account_id, c.segment, c.open_value as worth,
                   r.account_id is not null as asked, coalesce(r.respondents, 0) as respondents,
                   coalesce(r.asked_by_research, 0) as asked_by_research,
                   coalesce(r.can_act_one_to_one and age_days(:as_of, r.recheck_on) > :ahead, false) as open,
                   row_number() over (partition by r.account_id is null
                                      order by c.open_value desc, c.fit desc nulls last, c.account_id) as place
            from candidates c
            left join readiness r on r.account_id = c.account_id
            where c.standing = 'eligible' and c.seatable and c.open_value is not null
        )
        select a.account_id, a.segment, a.worth, coalesce(:act_cost, a.worth * power(:gate, 4)) as cost, a.respondents,
               greatest(:people - a.respondents, 1) as people, a.asked_by_research, a.open, d.dimension, d.position,
               least(greatest(coalesce(s.probability, :prior), 0.000001), 0.999999) as probability,
               coalesce(s.informative, 0) as informative, s.last_observed_at is not null as known,
               case when coalesce(s.contested, false) then 'contested'
                    when s.last_observed_at is not null then case when s.probability >= :gate then 'passes' else 'weak' end
                    when s.informative > 0 then 'stale'
                    when s.dimension is not null then 'unknown' else 'missing' end as state
        from ranked a
        cross join spec_dimensions d
        left join readiness_dimensions s on s.account_id = a.account_id and s.dimension = d.dimension
        where a.asked or a.place <= :accounts
        """,
        as_of=as_of,
        ahead=spec.ahead_days,
        act_cost=spec.act_cost,
        gate=spec.readiness.gate,
        people=spec.people,
        prior=spec.readiness.prior,
        accounts=spec.accounts,
    )


def research_outcomes(spec: ResearchSpec, as_of: date) -> Query:
    """What the next people may say, and the probability after that. One row per account, dimension, people and yeses.

    Answers are yes or no, right as often as `sensitivity` and `specificity` say, at full weight; people of one account
    are correlated as in the update itself (methods g.2).
    """
    rule = spec.readiness
    return query(
        """
        select p.account_id, p.dimension, p.position, o.people, o.yes,
               o.ways * (p.probability * power(:se, o.yes) * power(1 - :se, o.people - o.yes)
                         + (1 - p.probability) * power(1 - :sp, o.yes) * power(:sp, o.people - o.yes)) as chance,
               round(from_log_odds(log_odds(:prior) + (
                   (log_odds(p.probability) - log_odds(:prior)) * (1 + greatest(p.informative - 1, 0) * :rho)
                   + o.yes * :yes + (o.people - o.yes) * :no) / (1 + (p.informative + o.people - 1) * :rho)), 6) as after
        from research_pool p
        join spec_outcomes o on o.people = 1 or o.people = p.people
        """,
        se=rule.sensitivity,
        sp=rule.specificity,
        prior=rule.prior,
        rho=rule.correlation,
        yes=log(rule.sensitivity / (1 - rule.specificity)),
        no=log((1 - rule.sensitivity) / rule.specificity),
    )


def research_questions(spec: ResearchSpec, as_of: date) -> Query:
    """What one answer on one dimension is worth. One row per account and dimension.

    `information` is methods g.6: E[max(0, V x product - c)] - max(0, V x product - c). `worth_asking` counts acting only
    where the gate lets it: every other dimension known and passing, and people enough.
    """
    return query(
        """
        with both as (
            select p.*, b.probability as other, b.known as other_known
            from research_pool p
            join research_pool b on b.account_id = p.account_id and b.dimension <> p.dimension
        ),
        sides as (
            select account_id, dimension, position, state, probability, worth, cost, open,
                   exp(sum(ln(other))) as others,
                   min(other) >= :gate and count_if(not other_known) = 0
                       and greatest(respondents, 1) >= :people and asked_by_research + 1 >= :asked as decides
            from both
            group by account_id, dimension, position, state, probability, worth, cost, open, respondents, asked_by_research
        ),
        valued as (
            select s.account_id, s.dimension,
                   sum(o.chance * greatest(s.worth * s.others * o.after - s.cost, 0)) as acting,
                   sum(case when s.decides and o.after >= :gate
                            then o.chance * greatest(s.worth * s.others * o.after - s.cost, 0) else 0 end) as allowed
            from sides s
            join research_outcomes o on o.account_id = s.account_id and o.dimension = s.dimension and o.people = 1
            group by s.account_id, s.dimension
        )
        select s.account_id, s.dimension, s.state, s.probability,
               round(greatest(v.acting - greatest(s.worth * s.others * s.probability - s.cost, 0), 0), 6) as information,
               round(greatest(v.allowed - case when s.open
                                               then greatest(s.worth * s.others * s.probability - s.cost, 0)
                                               else 0 end, 0), 6) as worth_asking
        from sides s
        join valued v on v.account_id = s.account_id and v.dimension = s.dimension
        """,
        gate=spec.readiness.gate,
        people=spec.people,
        asked=spec.readiness.asked_by_research,
    )


def research(spec: ResearchSpec, as_of: date) -> Query:
    """The next thing to ask of each account, the most worth per hour first. One row per account that is worth asking."""
    ranked = query(
        """
        with actions as (
            select account_id, 'interview' as ask, null as dimension, people, worth_asking,
                   people * :interview_minutes as minutes from interviews
            union all
            select account_id, 'question' as ask, dimension, 1 as people, worth_asking, :question_minutes as minutes
            from research_questions
        ),
        valued as (
            select a.*, round(a.worth_asking * 60 / a.minutes, 6) as worth_per_hour from actions a where a.worth_asking > 0
        ),
        chosen as (
            select v.*, row_number() over (partition by account_id
                                           order by worth_per_hour desc, minutes, ask, dimension) as place
            from valued v
        ),
        weakest as (
            select account_id, first_by(dimension, probability, position) as dimension, max(segment) as segment,
                   max(worth) as worth
            from research_pool
            group by account_id
        ),
        listed as (
            select c.account_id, w.segment, c.ask, coalesce(c.dimension, w.dimension) as dimension, c.people, c.minutes,
                   w.worth, c.worth_asking, c.worth_per_hour,
                   case when not coalesce(h.owner, false) then 'owner' when not h.economic then 'economic'
                        when not h.users then 'user' end as role_wanted,
                   row_number() over (order by c.worth_per_hour desc, w.worth desc, c.account_id) as rank
            from chosen c
            join weakest w on w.account_id = c.account_id
            left join heard h on h.account_id = c.account_id
            where c.place = 1
        )
        select l.account_id, l.rank, l.segment, l.ask, l.dimension, d.question, l.role_wanted, l.people, l.minutes,
               sum(l.minutes) over (order by l.rank rows unbounded preceding) as minutes_so_far,
               l.worth, l.worth_asking, l.worth_per_hour
        from listed l
        join spec_dimensions d on d.dimension = l.dimension
        """,
        interview_minutes=spec.interview_minutes,
        question_minutes=spec.question_minutes,
    )
    return ranked.with_table("heard", _heard(as_of)).with_table("interviews", _interviews(spec))


def research_coverage(spec: ResearchSpec, as_of: date) -> Query:
    """How far research has come, over accounts that may be seated. One row per segment and dimension."""
    return query(
        """
        select c.segment, d.dimension, count(*) as accounts, count(s.account_id) as asked,
               count_if(s.last_observed_at is not null) as answered,
               count_if(s.last_observed_at is null and s.informative > 0) as stale,
               count_if(coalesce(s.contested, false)) as contested,
               count_if(s.last_observed_at is not null and s.probability >= :gate) as passing
        from candidates c
        cross join spec_dimensions d
        left join readiness_dimensions s on s.account_id = c.account_id and s.dimension = d.dimension
        where c.standing = 'eligible' and c.seatable and c.segment is not null
        group by c.segment, d.dimension
        """,
        gate=spec.readiness.gate,
    )


def _interviews(spec: ResearchSpec) -> Query:
    """What interviews on all dimensions with the people still missing are worth. One row per account."""
    return query(
        """
        with pooled as (
            select account_id, max(people) as people, max(worth) as worth, max(cost) as cost,
                   max(case when open then 1 else 0 end) as open, exp(sum(ln(probability))) as chance_to_act
            from research_pool
            group by account_id
        ),
        mine as (
            select o.account_id, o.position, o.chance, o.after
            from research_outcomes o
            join pooled p on p.account_id = o.account_id and p.people = o.people
            where o.after >= :gate
        ),
        acting as (
            select a.account_id,
                   sum(a.chance * b.chance * c.chance * d.chance
                       * greatest(p.worth * a.after * b.after * c.after * d.after - p.cost, 0)) as value
            from mine a
            join mine b on b.account_id = a.account_id and b.position = 2
            join mine c on c.account_id = a.account_id and c.position = 3
            join mine d on d.account_id = a.account_id and d.position = 4
            join pooled p on p.account_id = a.account_id
            where a.position = 1
            group by a.account_id
        )
        select p.account_id, p.people,
               round(greatest(a.value - case when p.open = 1 then greatest(p.worth * p.chance_to_act - p.cost, 0) else 0 end,
                              0), 6) as worth_asking
        from pooled p
        join acting a on a.account_id = p.account_id
        """,
        gate=spec.readiness.gate,
    )


def _heard(as_of: date) -> Query:
    """Which roles have said something that still counts. One row per account with evidence."""
    return query(
        """
        select account_id, count_if(fresh and role = 'owner') > 0 as owner,
               count_if(fresh and role = 'economic') > 0 as economic, count_if(fresh and role = 'user') > 0 as users
        from answers_by_day
        where day = :as_of
        group by account_id
        """,
        as_of=as_of,
    )
