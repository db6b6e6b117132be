"""Did the buyer move? What effort is measured against: never clicks, never what we did ourselves (methods h.5)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query, union_all


class MovementSpec(Spec):
    """What counts as a move of the buyer."""

    raised: float = default(
        0.2, "an answer is movement when it alone would raise its dimension of readiness by this much from the prior",
        source="methods h.5", unit="share", gt=0, lt=1,
    )  # fmt: skip
    kept: tuple[str, ...] = default(
        ("meeting",), "kinds of activity that the buyer must attend: a next step that was kept", source="methods h.5"
    )
    # Set by the model from its sections on readiness and relationship.
    prior: float = Field(default=0.35, exclude=True)
    inbound: tuple[str, ...] = Field(default=("inbound",), exclude=True)


def movement(spec: MovementSpec, as_of: date) -> Query:
    """What the buyer did that matters. One row per account, day and kind.

    `stage_advance`: a deal entered a stage that it had not been in and that does not mean lost. `person_engaged`: somebody
    there, or somebody of a function where contacts have one, turned to us for the first time. `next_step_kept`: a meeting
    took place. `readiness_raised`: an answer that would raise its dimension by itself.
    """
    return query(
        "select account_id, moved_on, kind, count(*) as n from happened group by account_id, moved_on, kind"
    ).with_table("happened", union_all([_stage_advances(), _people_engaged(spec), _next_steps(spec), _answers(spec)]))


def _stage_advances() -> Query:
    return query(
        """
        select o.account_id, cast(min(h.entered_at) as date) as moved_on, 'stage_advance' as kind
        from landing_stage_history h
        join opportunities o on o.source = h.source and o.opportunity_key = h.opportunity_key
        left join spec_stages e on e.stage = lower(trim(h.stage))
        where o.account_id is not null and coalesce(e.outcome, 'open') <> 'lost'
        group by o.account_id, h.source, h.opportunity_key, lower(trim(h.stage))
        """
    )


def _people_engaged(spec: MovementSpec) -> Query:
    """The first time that somebody, or a function, of an account turned to us."""
    return query(
        """
        select account_id, cast(min(occurred_at) as date) as moved_on, 'person_engaged' as kind
        from (
            select a.account_id, a.occurred_at,
                   coalesce('function ' || lower(trim(c.function)), 'person ' || coalesce(i.contact_id, m.contact_id),
                            'person ' || lower(trim(a.email)), 'person ' || s.key_space || ':' || a.contact_key) as who
            from activities a
            join spec_sources s on s.source = a.source
            left join contact_keys i on i.key_space = s.key_space and i.contact_key = a.contact_key
            left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(a.email))
            left join contacts c on c.contact_id = coalesce(i.contact_id, m.contact_id)
            where a.account_id is not null and lower(a.direction) in (:inbound)
        ) t
        where who is not null
        group by account_id, who
        """,
        inbound=[word.lower() for word in spec.inbound] or [""],
    )


def _next_steps(spec: MovementSpec) -> Query:
    return query(
        """
        select account_id, cast(occurred_at as date) as moved_on, 'next_step_kept' as kind
        from activities
        where account_id is not null and lower(trim(kind)) in (:kept)
        """,
        kept=[word.strip().lower() for word in spec.kept] or [""],
    )


def _answers(spec: MovementSpec) -> Query:
    """Answers that alone would raise their dimension far enough: methods g.2 with one respondent, on the day of the answer."""
    return query(
        """
        select e.account_id, cast(e.observed_at as date) as moved_on, 'readiness_raised' as kind
        from evidence e
        join spec_answers a on a.answer = lower(e.answer)
        left join spec_roles r on r.role = lower(coalesce(e.role, 'outsider'))
        where e.account_id is not null
          and 1 / (1 + exp(-(ln(:prior / (1 - :prior)) + coalesce(r.weight, 0) * a.log_likelihood_ratio))) - :prior >= :raised
        """,
        prior=spec.prior,
        raised=spec.raised,
    )
