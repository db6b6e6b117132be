"""Which accounts are paying attention? Decayed, trusted, capped signals, counted by people and not by clicks.

Formula: methods f.1 (decay, trust, cap, saturation), f.2 (several people), f.4 (one signal alone never decides). All numbers
below are judgements and parameters of the model.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query


class IntentSpec(Spec):
    """How signals add up."""

    cap: float = default(
        0.40, "largest share of an account's points that one signal may bring; 1 = no cap", unit="share", gt=0, le=1
    )
    saturation: float = default(15.0, "points at which intent reaches 63 of 100", unit="points", gt=0)
    person_bonus: float = default(0.15, "what each further person adds", unit="share", ge=0)
    person_bonus_most: float = default(0.60, "the most that further people add", unit="share", ge=0)
    functions_needed: int = default(2, "business functions among them without which there is no bonus", ge=1)
    devices_per_person: int = default(3, "anonymous devices that count as one person", ge=1)
    window_half_lives: float = default(2.0, "window in which people and families are counted", unit="half-lives", gt=0)
    memory_half_lives: float = default(
        6.0, "signals older than this are forgotten; less than 1/64 is left of them", source="methods f (complexity)",
        unit="half-lives", gt=0,
    )  # fmt: skip


def signal_days(spec: IntentSpec, as_of: date) -> Query:
    """Signals of one person, kind and day as one. One row per account, signal, person or device, and day."""
    return query(
        """
        with aged as (
            select s.account_id, s.signal_id, coalesce(s.person, s.device, s.record_id) as who,
                   case when s.person is not null then 1 when s.device is not null then 2 else 3 end as known_by,
                   age_days(s.occurred_at, :as_of) as age, s.function, s.occurred_at, s.confidence
            from signals s
        )
        select a.account_id, a.signal_id,
               case when a.known_by = 1 then a.who end as person, case when a.known_by = 2 then a.who end as device,
               max(a.function) as function, max(a.occurred_at) as last_at, max(a.confidence) as confidence
        from aged a
        join spec_signals d on d.signal_id = a.signal_id
        where a.age between 0 and :memory * d.half_life_days
        group by a.account_id, a.signal_id, a.who, a.known_by, a.age
        """,
        as_of=as_of,
        memory=spec.memory_half_lives,
    )


def signal_totals(spec: IntentSpec, as_of: date) -> Query:
    """What each signal contributes, before caps. One row per account and signal; points.

    A signal counts as far as it is sure whose it is: its points are weighted with the confidence of its account.
    """
    return query(
        """
        with summed as (
            select s.account_id, s.signal_id, d.party, d.family, count(*) as signals, max(s.last_at) as last_at,
                   points(max(d.points * d.trust) * sum(decay(age_days(s.last_at, :as_of), d.half_life_days))) as sure,
                   points(max(d.points * d.trust) * sum(coalesce(s.confidence, 1)
                                                        * decay(age_days(s.last_at, :as_of), d.half_life_days))) as points
            from signal_days s
            join spec_signals d on d.signal_id = s.signal_id
            group by s.account_id, s.signal_id, d.party, d.family
        )
        select t.account_id, t.signal_id, t.party, t.family, t.signals, t.points, t.points - t.sure as unsure_points, t.last_at
        from summed t
        """,
        as_of=as_of,
    )


def signal_people(spec: IntentSpec, as_of: date) -> Query:
    """Who showed it: people, devices, functions and families within the window. One row per account with signals.

    `own` leaves bought signals aside. A person has one function.
    """
    return query(
        """
        with shown as (
            select s.account_id, s.person, s.device, max(s.function) as function, bool_or(d.party <> 'third') as own
            from signal_days s
            join spec_signals d on d.signal_id = s.signal_id
            where age_days(s.last_at, :as_of) <= :window * d.half_life_days
            group by s.account_id, s.person, s.device
        ),
        crowds as (
            select account_id, count(person) as persons, count(device) as devices,
                   count_distinct_if(function, person is not null) as functions,
                   count_if(own and person is not null) as own_persons, count_if(own and device is not null) as own_devices
            from shown
            group by account_id
        ),
        kinds as (
            select t.account_id, t.family, t.party <> 'third' as own, d.high_intent,
                   age_days(t.last_at, :as_of) <= :window * d.half_life_days as recent
            from signal_totals t
            join spec_signals d on d.signal_id = t.signal_id
        ),
        varieties as (
            select account_id, count_distinct_if(family, recent) as families,
                   count_distinct_if(family, recent and own) as own_families, bool_or(high_intent and recent) as high_intent
            from kinds
            group by account_id
        )
        select v.account_id, coalesce(c.persons, 0) as persons, coalesce(c.devices, 0) as devices,
               coalesce(c.functions, 0) as functions, v.families, coalesce(v.high_intent, false) as high_intent,
               coalesce(c.own_persons, 0) as own_persons, coalesce(c.own_devices, 0) as own_devices, v.own_families
        from varieties v
        left join crowds c on c.account_id = v.account_id
        """,
        as_of=as_of,
        window=spec.window_half_lives,
    )


def account_intent(spec: IntentSpec, as_of: date) -> Query:
    """Attention per account: the sum of its reasons. One row per account with signals; 0 to 100."""
    return query(
        """
        with score as (
            select account_id, sum(points) as intent, max(last_at) as last_signal_at from intent_reasons group by account_id
        ),
        parties as (
            select account_id, bool_or(party = 'first') as first_party, bool_and(party = 'third') as third_party_only
            from signal_totals group by account_id
        )
        select s.account_id, s.intent,
               p.persons + floor(share(p.devices, :devices_per_person)) as people, p.families, p.high_intent,
               q.first_party, q.third_party_only,
               p.families < 2 and p.persons + floor(share(p.devices, :devices_per_person)) < 2 as guarded,
               p.own_families >= 2 or p.own_persons + floor(share(p.own_devices, :devices_per_person)) >= 2 as corroborated,
               s.last_signal_at
        from score s
        join signal_people p on p.account_id = s.account_id
        join parties q on q.account_id = s.account_id
        """,
        devices_per_person=spec.devices_per_person,
    )


def intent_reasons(spec: IntentSpec, as_of: date) -> Query:
    """Every reason of every account's intent. One row per account and reason; they sum to intent exactly."""
    return query(
        """
        with raw as (select account_id, sum(points) as points from signal_totals group by account_id),
        capped as (
            select t.account_id, t.signal_id, t.points, t.unsure_points, t.signals, t.last_at,
                   least(t.points, points(:cap * r.points)) as kept
            from signal_totals t join raw r on r.account_id = t.account_id
        ),
        sums as (select account_id, sum(kept) as kept, max(last_at) as last_at from capped group by account_id),
        crowd as (
            select p.account_id, p.persons + floor(share(p.devices, :devices_per_person)) as people,
                   p.functions >= :functions_needed as spread
            from signal_people p
        ),
        bonus as (
            select s.account_id, s.kept, s.last_at, c.people,
                   points(case when c.people >= 2 and c.spread
                               then s.kept * least(:person_bonus * (c.people - 1), :person_bonus_most)
                               else 0 end) as added
            from sums s join crowd c on c.account_id = s.account_id
        )
        select account_id, 'signal:' || signal_id as reason, points - coalesce(unsure_points, 0) as points, signals, last_at
        from capped
        union all
        select account_id, 'unsure:' || signal_id as reason, unsure_points as points, signals, last_at
        from capped where unsure_points < 0
        union all
        select account_id, 'cap:' || signal_id as reason, kept - points as points, signals, last_at
        from capped where kept < points
        union all
        select account_id, 'people' as reason, added as points, people as signals, last_at from bonus where added > 0
        union all
        select account_id, 'saturation' as reason,
               points(100 * (1 - exp(-(kept + added) / :saturation))) - (kept + added) as points,
               0 as signals, last_at
        from bonus
        """,
        cap=spec.cap,
        devices_per_person=spec.devices_per_person,
        functions_needed=spec.functions_needed,
        person_bonus=spec.person_bonus,
        person_bonus_most=spec.person_bonus_most,
        saturation=spec.saturation,
    )
