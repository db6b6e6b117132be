"""Every reason for one account's place, and what keeps it from the tier above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from tierwise.core.errors import NotFound
from tierwise.core.vocabulary import DIMENSIONS
from tierwise.interfaces.cli.commands.retired import now
from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectOption, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

ATTRIBUTES = ("domain", "industry", "employees", "country", "owner")
MOST_OTHERS = 3
Rows = Sequence[Mapping[str, Any]]


def explain(
    terminal: Terminal,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account: its id, its domain or its name.")],
    project: ProjectOption = Path(),
    lineage: Annotated[
        bool, typer.Option("--lineage", help="Which records make it up, and which gave each value.")
    ] = False,
    field: Annotated[
        str | None, typer.Option("--field", metavar="FIELD", help="With --lineage: only this column of accounts.")
    ] = None,
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Say why an account is where it is: every reason of every score, its source and date, and its history."""

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        if lineage or field is not None:
            from tierwise.project import lineage as where_from

            _lineage(terminal, where_from(opened, account, field, snapshot), snapshot, json)
            return
        try:
            why = opened.explain(account, snapshot)
        except NotFound:
            from tierwise.project import gone

            left = gone(opened, account, snapshot)
            if left is None:
                raise
            _gone(terminal, left, snapshot, json)
            return
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(why)}
        terminal.write(document("explain", facts))
        return
    _place(terminal, why, f"as of {snapshot.as_of}, run {snapshot.run_id}")
    _decided(terminal, why)
    _profile(terminal, why)
    _fit(terminal, why)
    _intent(terminal, why)
    _readiness(terminal, why)
    _journey(terminal, why)
    _history(terminal, why.history, on_list=why.tier["tier"] != "excluded")


def _place(terminal: Terminal, why: Any, when: str) -> None:
    tier, account = why.tier, why.account
    terminal.heading(f"{account['name']}  {account['account_id']}  ({when})")
    terminal.line(", ".join(f"{say.words(n)} {account[n]}" for n in ATTRIBUTES if account[n] not in (None, "")))
    if account["ultimate_parent_id"] != account["account_id"]:
        terminal.line(f"belongs to {account['ultimate_parent_id']}")
    if account.get("buying_id"):
        terminal.line(f"{account['buying_id']} buys for it")
    terminal.line(f"Tier {say.tier(tier['tier'])}" + (f", place {tier['rank']} by value" if tier["rank"] else ""))
    terminal.line(f"It would be in {say.gate_open(tier['tier'], tier['tier_gate_open'], tier['blocked_by'])}")
    if why.above:
        terminal.line(f"What keeps it there: {why.above}")
    if why.retired is not None:
        terminal.line(_retired(why.retired))
    if why.lifted_by:
        terminal.line(f"What would lift it to tier {say.tier(why.lift['target'])}: {why.lifted_by}")
    if why.lift and why.lift["straddles"]:
        terminal.line(f"What is unknown about it could move it {why.lift['straddles']} a tier by itself: ask")
    if why.stability:
        terminal.line(f"How sure its tier is: {say.sureness(why.stability)}")
    if why.cluster is not None:
        terminal.line(f"Cluster: {_cluster(why.cluster)}")
    if tier["marks"]:
        terminal.line(f"Marked: {say.marks(tier['marks'])}")
    if tier["wake_on"]:
        terminal.line(f"Looked at again on {say.day(tier['wake_on'])}")
    if tier["first_question"]:
        terminal.line(f"Ask first: {tier['first_question']}")


def _cluster(found: Mapping[str, Any]) -> str:
    """The cluster of an account of tier 2, and whether what is written for it fits."""
    if found["cluster"] is None:
        return "none, tier 2 is one list"
    aside = "; nearer to another cluster: treat it 1:many" if found["unclustered"] else ""
    return (
        f"{found['name']} ({found['cluster']}, {say.many(found['size'], 'account')})"
        + ("" if found["usable"] else f"; {found['why_not']}")
        + aside
    )


def _decided(terminal: Terminal, why: Any) -> None:
    """What people decided about it, and whether effort meets movement."""
    if (asked := why.override) is not None:
        who = f", by {asked['recorder']}" if asked["recorder"] else ""
        said = f"tier {say.tier(asked['tier'])} until {say.day(asked['expires_on'])}{who}: {asked['reason']}"
        counts = why.tier["tier"] == asked["tier"]
        terminal.line(f"Override: {said}" + ("" if counts else f". It does not hold: {why.above}"))
    if (promised := why.commitment) is not None and promised["state"] == "committed":
        hours = f", {promised['budget_hours']:g} hours" if promised["budget_hours"] else ""
        ends = f"; exit: {promised['exit_criteria']}" if promised["exit_criteria"] else ""
        terminal.line(f"Committed until {say.day(promised['ends_on'])}{hours}{ends}")
    elif promised is not None:
        refused = f" (its last renewal: {say.words(promised['refused'])})" if promised["refused"] else ""
        terminal.line(f"Its commitment {promised['state']} on {say.day(promised['over_since'])}{refused}")
    elif why.tier["tier"] in ("1", "2"):
        terminal.line("Screened: no resources are promised to it")
    if (met := why.stall) is not None and why.tier["tier"] != "excluded":
        quiet = (
            "no movement on record"
            if met["moved_on"] is None
            else f"the buyer moved last on {say.day(met['moved_on'])}"
        )
        stalled = "stalled; " if met["stalled"] else ""
        terminal.line(f"Effort: {stalled}{met['advice']}: {met['effort']} touches of ours lately, {quiet}")


def _profile(terminal: Terminal, why: Any) -> None:
    terminal.heading(f"Segment: {say.words(why.tier['segment'])}")
    if why.verdict is None:
        terminal.line("it matches no segment of the model")
        return
    v = why.verdict
    terminal.line(f"{say.verdict(v['verdict'])}{': ' + v['note'] if v['note'] else ''}")
    terminal.line(
        f"NRR {say.share(v['net_revenue_retention'])} (P above bar {say.share(v['chance_retention'])}), "
        f"CLV {say.money(v['lifetime_value'])} (P above bar {say.share(v['chance_value'])}), "
        f"win rate {say.share(v['win_rate'])}, grade {v['grade'] or say.MISSING}"
    )
    others = [row["segment"] for row in why.segments if row["segment"] != why.tier["segment"]]
    if others:
        terminal.line(f"It also matches: {', '.join(say.words(name) for name in others)}")


def _fit(terminal: Terminal, why: Any) -> None:
    terminal.heading(f"Fit {say.points(why.tier['fit'])} of 100")
    columns = [
        Column("criterion"),
        Column("score 0-5", right=True),
        Column("weight", right=True),
        Column("points", right=True),
    ]
    rows = [
        (say.words(r["criterion"]), "not known" if r["score"] is None else say.points(r["score"]),
         say.share(r["weight"]), say.points(r["points"], 6))
        for r in sorted(why.fit, key=lambda row: -row["weight"])
    ]  # fmt: skip
    terminal.table(columns, [*rows, ("sum", "", "", _sum(why.fit))])
    bounds = why.fit_bounds
    if bounds and bounds["lowest"] != bounds["highest"]:
        terminal.line(f"What is not known could make it anything from {say.points(bounds['lowest'])} to "
                      f"{say.points(bounds['highest'])}; {say.share(bounds['coverage'])} of the weight is known")  # fmt: skip


def _intent(terminal: Terminal, why: Any) -> None:
    terminal.heading(f"Intent {say.points(why.tier['intent'])} of 100")
    if not why.intent:
        terminal.line("no signal: nobody there is known to pay attention")
        return
    columns = [Column("reason"), Column("signals", right=True), Column("latest"), Column("points", right=True)]
    rows = [
        (say.intent_reason(r["reason"]), "" if not r["signals"] else say.count(r["signals"]), say.day(r["last_at"]),
         say.points(r["points"], 6))
        for r in sorted(why.intent, key=lambda row: (row["reason"] == "saturation", -row["points"]))
    ]  # fmt: skip
    terminal.table(columns, [*rows, ("sum", "", "", _sum(why.intent))])
    if why.attention and why.attention["guarded"]:
        terminal.line("One kind of signal from one person: it makes no lifecycle stage and ranks nobody")
    elif why.attention and not why.attention["corroborated"]:
        terminal.line("Bought signals left aside, one kind of signal from one person at most: it ranks nobody")
    if why.signals:
        terminal.line("Latest signals behind it:")
        columns = [Column("when"), Column("signal"), Column("party"), Column("who"), Column("points then", right=True),
                   Column("now", right=True), Column("record")]  # fmt: skip
        terminal.table(
            columns,
            [
                (say.day(r["occurred_at"]), say.words(r["signal_id"]), say.PARTY_WORDS.get(r["party"], r["party"]),
                 say.visitor(r), say.points(r["points"]), say.points(r["points_now"], 2),
                 f"{r['source']}: {r['record_id']}")
                for r in why.signals
            ],
        )  # fmt: skip


def _readiness(terminal: Terminal, why: Any) -> None:
    known = {row["dimension"]: row for row in why.readiness_dimensions}
    if why.readiness is None:
        terminal.heading("Readiness unknown")
        terminal.line("nobody there has been asked. Unknown is not no: it is a question")
        return
    r = why.readiness
    asked = say.many(r["respondents"], "respondent")
    terminal.heading(f"Readiness: P(can act), all four at once, {say.share(r['chance_to_act'])} from {asked}")
    rows = [_dimension(name, known.get(name)) for name in DIMENSIONS]
    columns = [Column("dimension"), Column("P", right=True), Column("said by", right=True), Column("age, days", right=True),
               Column("latest answer"), Column("quote"), Column("record")]  # fmt: skip
    terminal.table(columns, rows)
    weakest = f"{r['weakest_dimension'] or say.MISSING} ({say.share(r['weakest_probability'])})"
    terminal.line(f"The weakest dimension rules the gate: {weakest}; {say.not_now(r, why.readiness_dimensions)}")


def _dimension(name: str, row: Mapping[str, Any] | None) -> tuple[str, ...]:
    if row is None:
        return (name, "unknown", "0", "", "", "", "")
    answer = say.words(row["last_answer"]) + (", contested" if row["contested"] else "")
    record = f"{row['source']}: {row['record_id']}" if row["record_id"] else ""
    return (
        name, say.share(row["probability"]), say.count(row["respondents"]), say.count(row["age_days"]), answer,
        row["last_quote"] or "", record,
    )  # fmt: skip


def _journey(terminal: Terminal, why: Any) -> None:
    life, people = why.lifecycle, why.relationship
    flags = [name for name in ("dormant", "stale_deal", "group_customer") if life[name]]
    since = f" since {say.day(life['since'])}" if life["since"] else ""
    terminal.heading(f"Stage: {say.words(life['stage'])}{since}")
    terminal.line(f"because {life['because']}" + (f"; {', '.join(map(say.words, flags))}" if flags else ""))
    if people:
        terminal.line(
            f"known contacts: {people['known_contacts']}, engaged: {people['engaged_contacts']}; "
            f"latest activity of the buyer {say.day(people['last_buyer_activity_at'])}"
        )
    if why.nps:
        terminal.line(_would_recommend(why.nps))
    for row in why.moved_people:
        called = " ".join(part for part in (row["first_name"], row["last_name"]) if part) or row["contact_id"]
        guess = "" if row["basis"] == "record" else " (by name: ask)"
        terminal.line(
            f"{called} worked at {row['former_name'] or row['former_account_id']}, "
            f"which paid us until {say.day(row['last_revenue_month'])}{guess}"
        )
    if why.opportunities:
        columns = [Column("opportunity"), Column("outcome"), Column("stage"), Column("amount", right=True), Column("created"),
                   Column("closed"), Column("record")]  # fmt: skip
        terminal.table(
            columns,
            [
                (r["name"] or "", r["outcome"], r["stage"] or "", say.money(r["amount"], r["currency"] or ""),
                 say.day(r["created_at"]), say.day(r["closed_at"]), f"{r['source']}: {r['record_id']}")
                for r in why.opportunities
            ],
        )  # fmt: skip


def _would_recommend(row: Mapping[str, Any]) -> str:
    silent = f"; {row['asked_answered']:,} of {row['asked']:,} asked answered" if row["asked"] else ""
    if not row["answers"]:
        return f"would they recommend us: nobody answered{silent}"
    between = f" ({row['lo']:.0f} to {row['hi']:.0f})" if row["lo"] is not None else ""
    return (
        f"would they recommend us: {row['promoters']} yes, {row['passives']} neither, {row['detractors']} no, "
        f"net promoter score {row['value']:.0f}{between}{silent}; part of no score"
    )


def _history(terminal: Terminal, history: Rows, *, on_list: bool) -> None:
    terminal.heading("Moves")
    if not history and on_list:
        terminal.line("none on record: a list for a day before the one in force looks back and leaves no moves")
        return
    if not history:
        terminal.line("none: it has been outside the list since the first run")
        return
    columns = [
        Column("run"),
        Column("as of"),
        Column("from"),
        Column("to"),
        Column("segment"),
        Column("stage"),
        Column("reason"),
    ]
    terminal.table(
        columns,
        [
            (r["run_id"], say.day(r["as_of"]), say.tier(r["from_tier"]), say.tier(r["tier"]), say.words(r["segment"]),
             say.words(r["stage"]), say.move_reason(r["reason"]))
            for r in history
        ],
    )  # fmt: skip


def _retired(row: Mapping[str, Any]) -> str:
    """When and why an account was retired."""
    return (
        f"Retired on {say.day(row['retired_on'])} by run {row['run_id']}, from tier {say.tier(row['from_tier'])}: "
        f"{row['why']}. It is back by itself when it qualifies again"
    )


def _gone(terminal: Terminal, left: Any, snapshot: Any, json: bool) -> None:
    """A retired account that left the records: when, why, what became of it, and its moves."""
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(left)}
        terminal.write(document("explain", facts))
        return
    row = left.retired
    terminal.heading(f"{row['account_id']}  (as of {snapshot.as_of}, run {snapshot.run_id})")
    terminal.line(f"Now: {now(row)}")
    terminal.line(_retired(row))
    _history(terminal, left.history, on_list=True)
    if row["leads_to"]:
        terminal.say(f"what it is part of: tierwise explain {row['leads_to']}")


def _sum(rows: Rows) -> str:
    return say.points(sum(row["points"] for row in rows if row["points"] is not None), 6)


def _lineage(terminal: Terminal, found: Any, snapshot: Any, json: bool) -> None:
    """Keys and what links them, what joined their groups, and each value with its record, its rule and the others."""
    if json:
        facts = {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **asdict(found)}
        terminal.write(document("explain", facts))
        return
    terminal.heading(f"{found.account_id}: its keys (as of {snapshot.as_of}, run {snapshot.run_id})")
    keys = [(f"{key['key_space']}:{key['account_key']}", key["group_id"], key["link"]) for key in found.keys]
    terminal.table([Column("key", style="bold"), Column("group"), Column("linked by", wrap=True)], keys)
    if found.groups:
        terminal.heading("What joins or parts its groups")
        rows = [(row["left"], row["right"], row["text"]) for row in found.groups]
        terminal.table([Column("one"), Column("other"), Column("why", wrap=True)], rows)
    terminal.heading("Its values, and who gave them")
    values = [
        (
            say.words(row["field"]),
            _plain(row["value"]),
            _origin(row["by"]) if row["by"] else "no record says",
            "; ".join(f"{_plain(other['value'])} ({_origin(other)})" for other in row["others"][:MOST_OTHERS])
            + _and_more(row),
        )
        for row in found.fields
    ]
    columns = [Column("field", style="bold"), Column("value", wrap=True), Column("by", wrap=True)]
    terminal.table([*columns, Column("others say", wrap=True)], values)
    for rule in dict.fromkeys(row["rule"] for row in found.fields):
        fields = ", ".join(say.words(row["field"]) for row in found.fields if row["rule"] == rule)
        terminal.say(f"{fields}: {rule}")


def _origin(said: Mapping[str, Any]) -> str:
    """Where a value stands: source, record, file and line, and the day on which the record was changed or landed."""
    place = f", {said['file']} row {said['row_number']}" if said["file"] else ""
    day = said["updated_at"] or said["known_at"]
    when = f"updated {day:%Y-%m-%d}" if day else f"landed {said['loaded_at']:%Y-%m-%d}"
    return f"{said['source']}:{said['record_id']}{place}, {when}"


def _and_more(row: Mapping[str, Any]) -> str:
    more = len(row["others"]) - MOST_OTHERS
    return f"; and {more} more" if more > 0 else ""


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
