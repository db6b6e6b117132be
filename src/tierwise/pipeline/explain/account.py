"""Why is this account where it is? Every reason of every score, its source and date, and what keeps it from the tier above."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from tierwise.core.errors import NotFound
from tierwise.core.table import Table
from tierwise.engines.base import Engine
from tierwise.sql.query import Query, column, compiled, query

Rows = list[dict[str, Any]]
LATEST_SIGNALS = 20
MOST_CHOICES = 5
LIKE = 0.85  # likeness from which a name may be what was meant


@dataclass(frozen=True)
class Explanation:
    """Everything that a snapshot says about one account. Each part is rows of the table that its name says."""

    account: Mapping[str, Any]
    tier: Mapping[str, Any]
    above: str
    cluster: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None
    segments: Rows
    fit: Rows
    fit_bounds: Mapping[str, Any] | None
    lift: Mapping[str, Any] | None
    lifted_by: str
    stability: Mapping[str, Any] | None
    intent: Rows
    attention: Mapping[str, Any] | None
    signals: Rows
    readiness: Mapping[str, Any] | None
    readiness_dimensions: Rows
    lifecycle: Mapping[str, Any]
    relationship: Mapping[str, Any] | None
    opportunities: Rows
    contacts: Rows
    moved_people: Rows
    override: Mapping[str, Any] | None
    commitment: Mapping[str, Any] | None
    stall: Mapping[str, Any] | None
    history: Rows
    retired: Mapping[str, Any] | None = None
    nps: Mapping[str, Any] | None = None


class Reader:
    """Reads rows of a snapshot. `provide` puts the tables that a query names onto the engine, or into `views`."""

    def __init__(
        self,
        engine: Engine,
        catalog: Mapping[str, Table],
        views: Mapping[str, Query],
        provide: Callable[[Sequence[str]], None],
    ) -> None:
        self._engine, self._catalog, self._views, self._provide = engine, catalog, views, provide

    def fetch(self, wanted: Query) -> pa.Table:
        self._provide(wanted.reads)
        return self._engine.fetch(compiled(wanted, self._catalog, self._engine.dialect, views=self._views))

    def rows(self, sql: str, **parameters: Any) -> Rows:
        return self.fetch(query(sql, **parameters)).to_pylist()

    def first(self, sql: str, **parameters: Any) -> dict[str, Any] | None:
        found = self.rows(sql, **parameters)
        return found[0] if found else None


def find_account(reader: Reader, wanted: str) -> str:
    """The account_id for an id, a domain or a name. Raises NotFound with the near miss, or with the choices."""
    text = wanted.strip().lower()
    if not text:
        raise NotFound("which account?", "give its id, its domain or its name: `tierwise show accounts` lists them")
    found = reader.rows(
        """
        select account_id, name, domain from accounts
        where lower(account_id) = :text or lower(domain) = :text or lower(name) = :text
        order by account_id
        """,
        text=text,
    )
    if len(found) == 1:
        return str(found[0]["account_id"])
    if found:
        choices = ", ".join(row["account_id"] for row in found[:10])
        raise NotFound(f"{len(found)} accounts are called '{wanted}'", f"say which: {choices}")
    holding = reader.rows(
        """
        select name, domain from accounts
        where contains(lower(name), :text) or contains(lower(domain), :text)
        order by name, domain, account_id
        limit 2000
        """,
        text=text,
    )
    hint = _choices(holding) if holding else _likeness(reader, text)
    raise NotFound(f"there is no account '{wanted}'", hint or "`tierwise show accounts` lists them")


def _likeness(reader: Reader, text: str) -> str:
    """The account whose name or domain begins most like a text; empty where none does (Winkler 1990)."""
    found = reader.rows(
        """
        select case when by_domain > by_name then domain else name end as called, greatest(by_name, by_domain) as likeness
        from (select account_id, name, domain,
                     coalesce(jaro_winkler_similarity(substr(lower(name), 1, :length), :text), 0) as by_name,
                     coalesce(jaro_winkler_similarity(substr(lower(domain), 1, :length), :text), 0) as by_domain
              from accounts) a
        order by likeness desc, account_id
        limit 1
        """,
        text=text,
        length=len(text) + 1,
    )
    return f"did you mean '{found[0]['called']}'?" if found and found[0]["likeness"] >= LIKE else ""


def _choices(rows: Rows) -> str:
    """The first names of some accounts; empty without any."""
    listed = [str(row["name"] or row["domain"]) for row in rows[:MOST_CHOICES]]
    more = " and others" if len(rows) > MOST_CHOICES else ""
    return f"it is part of: {', '.join(listed)}{more}" if listed else ""


def explain_account(reader: Reader, account_id: str, as_of: date, history: Sequence[Mapping[str, Any]]) -> Explanation:
    """All reasons for one account, from the tables of one snapshot."""

    def mine(table: str, order: str = "account_id") -> Rows:
        wanted = query(
            "select t.* from mine t where t.account_id = :account order by :by",
            account=account_id,
            by=column(order, "t"),
        )
        return reader.fetch(wanted.reading(mine=table)).to_pylist()

    def one(table: str) -> dict[str, Any] | None:
        return next(iter(mine(table)), None)

    def newer(table: str) -> dict[str, Any] | None:  # of a table that an older snapshot does not have
        with suppress(NotFound):
            return one(table)
        return None

    account, tier, lifecycle, lift = one("accounts"), one("tiers"), one("lifecycle"), one("lifts")
    if account is None or tier is None or lifecycle is None:
        raise NotFound(f"there is no account '{account_id}' in this snapshot", "`tierwise show accounts` lists them")
    return Explanation(
        account=account,
        tier=tier,
        above=what_keeps_it_below(tier),
        cluster=_cluster(reader, account_id),
        verdict=reader.first("select * from verdicts where segment = :segment", segment=tier["segment"] or ""),
        segments=mine("segment_members", "priority"),
        fit=mine("fit_reasons", "criterion"),
        fit_bounds=one("fit"),
        lift=lift,
        lifted_by=what_would_lift(lift),
        stability=one("stability"),
        intent=mine("intent_reasons", "reason"),
        attention=one("intent"),
        signals=_signals(reader, account_id, as_of),
        readiness=one("readiness"),
        readiness_dimensions=mine("readiness_dimensions", "dimension"),
        lifecycle=lifecycle,
        relationship=one("relationship"),
        opportunities=mine("opportunities", "created_at"),
        contacts=mine("contacts", "contact_id"),
        moved_people=_moved_people(reader, account_id),
        override=newer("overrides"),
        commitment=newer("commitments"),
        stall=newer("stall"),
        history=[dict(row) for row in history],
        nps=newer("nps_accounts"),
    )


def _cluster(reader: Reader, account_id: str) -> dict[str, Any] | None:
    """The account's row of `cluster_members` with what its cluster is called; None outside tier 2."""
    return reader.first(
        """
        select m.*, c.name, c.size, c.usable, c.why_not
        from cluster_members m left join clusters c on c.cluster = m.cluster
        where m.account_id = :account
        """,
        account=account_id,
    )


def _moved_people(reader: Reader, account_id: str) -> Rows:
    """Who came from a customer of ours, with the customer's name; none in a snapshot that does not know."""
    with suppress(NotFound):
        return reader.rows(
            """
            select m.*, p.first_name, p.last_name, p.title, a.name as former_name
            from moved_people m
            join contacts p on p.contact_id = m.contact_id
            left join accounts a on a.account_id = m.former_account_id
            where m.account_id = :account
            order by m.contact_id, m.former_account_id
            """,
            account=account_id,
        )
    return []


def _signals(reader: Reader, account_id: str, as_of: date) -> Rows:
    """The latest signals of an account, with what they are worth on the day."""
    return reader.rows(
        """
        select s.signal_id, s.occurred_at, s.person, s.source, s.record_id, s.identified_by, s.confidence, d.party,
               d.points * d.trust * s.confidence as points,
               d.points * d.trust * s.confidence * decay(age_days(s.occurred_at, :as_of), d.half_life_days) as points_now
        from signals s join spec_signals d on d.signal_id = s.signal_id
        where s.account_id = :account
        order by s.occurred_at desc, s.record_id
        limit :most
        """,
        account=account_id,
        as_of=as_of,
        most=LATEST_SIGNALS,
    )


# Codes of `blocked_by` in words; {0} is what stands after the colon.
SENTENCES = {
    "override": "a person decided so",
    "override:no_seat": "a person asked for a higher tier, and others that were asked for have its seats",
    "put_back": "an earlier list is put back, and it had no seat on it",
    "capacity": "all seats of the tier above are taken by accounts with more value",
    "rank_lost": "it ranked below the place down to which seats are kept, at one review after the other",
    "commitment_over": "the commitment to it is over: nothing but its rank holds a seat for it",
    "not_now": "it was set aside for now, by hand: `tierwise show parked` says why and until when",
    "excluded:no_problem": "it was excluded: it does not have the problem",
    "excluded:legal": "it was excluded for a legal reason",
    "excluded:competitor": "it was excluded as a competitor",
    "cooldown": "it lost a seat a short while ago",
    "no_team": "no team with capacity is named for it",
    "gate:unknown": "nobody has said anything about {0} yet: ask",
    "gate:weak": "{0} is too weak to decide now",
    "gate:contested": "people disagree about {0}: ask someone else there",
    "gate:reported_by_sales": "only sales has reported it: one answer must come from research",
    "gate:respondents": "too few people were asked for a commitment one to one",
    "verdict": "its profile is not proven worth winning: {0}",
    "not_scorable": "too little is known about it to score its fit",
    "outside_universe": "it matches no segment of the model",
    "competitor": "it is a competitor, a partner or ourselves",
    "do_not_contact": "it must not be contacted",
    "buys_elsewhere": "another account buys for it, and has the seat",
    "customer": "it is a customer already and the list is for prospects",
    "group_customer": "a company above it in its group is a customer",
    "not_a_customer": "it is not a customer and the list is for customers",
    "lost_lately": "its latest deal was lost a short while ago",
    "churned_lately": "its revenue ended a short while ago",
}


def what_keeps_it_below(tier: Mapping[str, Any]) -> str:
    """One sentence: what keeps an account from the tier above. Empty for tier 1."""
    code = tier["blocked_by"]
    if not code:
        return ""
    parts = str(code).split(":")
    for length in (2, 1):
        key = ":".join(parts[:length])
        if key in SENTENCES:
            return SENTENCES[key].format(*(part.replace("_", " ") for part in parts[length:] or [""]))
    if code.startswith("profile_"):
        return f"its profile is not worth the effort: {code.removeprefix('profile_').replace('_', ' ')}"
    return str(code)


# What would lift an account a tier, by `kind` of its row of `lifts`, in words.
LIFTS = {
    "criterion": "{subject} from {from_score:.2g} to {to_score:g} ({condition}): fit is {fit:.1f}, it takes {fit_needed:.1f}",
    "several": "no single criterion: fit {fit:.1f} is not enough, it takes {fit_needed:.1f}",
    "value": "no score: it is worth {value:,.0f} by segment and attention; the last seat there went at {value_needed:,.0f}",
    "readiness": "answers, not scores: P(can act) {chance:.0%} would have to reach {chance_needed:.0%}; weakest is {subject}",
    "gate": "an answer, not a score: {subject}",
    "profile": "evidence on its profile, not a score: {subject}",
    "none": "nothing: no seat of that tier is taken by rank",
}


def what_would_lift(lift: Mapping[str, Any] | None) -> str:
    """One sentence: the cheapest change that would lift an account a tier. Empty where there is no tier above."""
    if lift is None or lift["kind"] is None:
        return ""
    subject = str(lift["subject"] or "").replace(":", " ").replace("_", " ")
    if lift["kind"] == "data":
        if lift["to_score"] is None:
            return f"knowing more: {subject} is unknown, and too little is known to score its fit"
        return f"an answer: {subject} is unknown, and a score of {lift['to_score']:g} would do ({lift['condition']})"
    ratio = (lift["value_needed"] or 0.0) / lift["value"] if lift["value"] else 0.0
    chance = lift["chance_to_act"] or 0.0
    return LIFTS[lift["kind"]].format(**{**lift, "subject": subject, "chance": chance, "chance_needed": chance * ratio})
