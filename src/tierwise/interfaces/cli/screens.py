"""Tables that several commands print: the tiers, the accounts of tier 1, the verdicts, the moves, the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

TOP = 12
# Share of the facts that may name no known account before a warning; visitors are often nobody's.
MOST_LOST = {"contacts": 0.2, "opportunities": 0.2, "subscriptions": 0.2, "invoices": 0.2, "activities": 0.2,
             "evidence": 0.2, "nps_answers": 0.2, "events": 0.5}  # fmt: skip
MOST_ROWS = 15

Rows = Sequence[Mapping[str, Any]]


def files(terminal: Terminal, reports: Iterable[Any]) -> None:
    """Rows in, loaded and rejected of each file, and why rows were rejected."""
    listed = list(reports)
    columns = [Column("source"), Column("table"), Column("file"), Column("rows in", right=True),
               Column("loaded", right=True), Column("rejected", right=True), Column("new")]  # fmt: skip
    rows = [
        (f.source, f.table, f.file, say.count(f.rows_in), say.count(f.loaded), say.count(f.rejected),
         "changed" if f.changed else "yes" if f.new else "no")
        for f in listed
    ]  # fmt: skip
    terminal.table(columns, rows)
    for report in listed:
        if report.rejected:
            reasons = ", ".join(f"{say.words(reason)}: {n:,}" for reason, n in report.reasons.items())
            terminal.warn(f"{report.source}/{report.file}: {report.rejected:,} rows rejected ({reasons})")
            for sample in report.samples:
                terminal.say(f"    {sample}")
        if report.blanked:
            reasons = ", ".join(f"{say.words(reason)}: {n:,}" for reason, n in report.blanked.items())
            terminal.warn(f"{report.source}/{report.file}: values that count as missing ({reasons})")
        for note in report.notes:
            if not note.startswith("not used:"):
                terminal.say(f"{report.source}/{report.file}: {note}")


def gone(terminal: Terminal, reports: Iterable[Any]) -> None:
    """Files whose rows left, as they are no longer there."""
    for left in reports:
        terminal.warn(
            f"{left.source}/{left.file} is no longer among the files of {left.table}: its {left.rows:,} rows left "
            f"({left.before:,} rows before, {left.after:,} now). Put it back and run again if that is wrong"
        )


def tiers(terminal: Terminal, rows: Rows) -> None:
    """Accounts and seats of each tier."""
    columns = [Column("tier", style="bold"), Column("accounts", right=True), Column("seats", right=True), Column("")]
    terminal.table(columns, [(say.tier(r["tier"]), say.count(r["accounts"]), _seats(r), _full(r)) for r in rows])


def first_tier(terminal: Terminal, seated: Sequence[Any]) -> None:
    """The accounts of tier 1, best first: profile, scores, whether they can decide, or what to ask them first."""
    columns = [
        Column("account", style="bold"), Column("segment"), Column("verdict"), Column("fit", right=True),
        Column("intent", right=True), Column("can act", right=True), Column("ask first, or what was heard"),
    ]  # fmt: skip
    rows = [
        (s.account["name"], say.words(s.tier["segment"]), say.verdict(s.tier["verdict"]), say.points(s.tier["fit"]),
         say.points(s.tier["intent"]), readiness(s), s.tier["first_question"] or _heard(s))
        for s in seated[:TOP]
    ]  # fmt: skip
    terminal.table(columns, rows)


def verdicts(terminal: Terminal, rows: Rows, currency: str, policy: str) -> None:
    """Which profiles are worth winning; P is the probability to be at or above the bar. `policy`: what retention is over."""
    columns = [
        Column("segment", style="bold"), Column("verdict"), Column("grade"), Column("NRR", right=True),
        Column("P(NRR)", right=True), Column(f"CLV {currency}", right=True), Column("P(CLV)", right=True),
        Column("win rate", right=True),
    ]  # fmt: skip
    terminal.table(
        columns,
        [
            (say.words(r["segment"]), say.verdict(r["verdict"]), r["grade"] or say.MISSING,
             say.share(r["net_revenue_retention"]), say.share(r["chance_retention"]), say.money(r["lifetime_value"]),
             say.share(r["chance_value"]), say.share(r["win_rate"]))
            for r in rows
        ],
    )  # fmt: skip
    for row in rows:
        if row["note"]:
            terminal.line(f"{say.words(row['segment'])}: {row['note']}")
    if policy:
        terminal.line(f"NRR: over {policy}")


def flow(terminal: Terminal, counted: Iterable[tuple[str, str, int]]) -> None:
    """How many accounts go from which tier to which."""
    columns = [Column("from"), Column("to"), Column("accounts", right=True)]
    terminal.table(columns, [(say.tier(before), say.tier(after), say.count(n)) for before, after, n in counted])


def moved(terminal: Terminal, rows: Rows, total: int) -> None:
    """The first moves by name, with their reasons."""
    columns = [Column("account", style="bold"), Column("from"), Column("to"), Column("reason")]
    shown = rows[:MOST_ROWS]
    ends = [(say.tier(row["from_tier"]), say.tier(row["to_tier"])) for row in shown]
    named = [(row["name"] or row["account_id"], say.move_reason(row["reason"])) for row in shown]
    terminal.table(columns, [(name, *pair, reason) for (name, reason), pair in zip(named, ends, strict=True)])
    if total > len(shown):
        terminal.say(f"{total - len(shown):,} more; --json counts them all by tier and reason")


def marks(terminal: Terminal, marked: Iterable[str]) -> None:
    """What a reader of the list must know about it."""
    for mark in marked:
        terminal.warn(say.MARK_WORDS.get(mark, mark))


def accepted(terminal: Terminal, rows: Iterable[Mapping[str, str]]) -> None:
    """What held the list back, and who let it be published all the same: it stands on top of the list."""
    for row in rows:
        terminal.warn(say.accepted(row))


def losses(terminal: Terminal, links: Rows, unrated: int) -> None:
    """Facts that count nowhere, when they are too many to be nobody's fault."""
    for row in links:
        lost = row["unknown_account"] + (0 if row["fact"] == "events" else row["without_account"])
        if row["fact"] in MOST_LOST and lost > MOST_LOST[row["fact"]] * row["rows"]:
            terminal.warn(
                f"{lost:,} of {row['rows']:,} {say.words(row['fact'])} name no known account and count nowhere: "
                "look at domain, account_key and keys in tierwise.yaml"
            )
    if unrated:
        terminal.warn(f"{unrated:,} revenue records count nowhere: no exchange rate for their currency")


def matches(terminal: Terminal, joined: int, in_doubt: int) -> None:
    """Companies that are one although no key says so, and those that may be: nothing is joined silently."""
    if joined:
        terminal.say(
            f"{say.many(joined, 'pair')} of companies joined by likeness, without a common key: "
            "tierwise show match_pairs --where \"decision = 'same'\"; tierwise matches reject ONE OTHER parts them"
        )
    if in_doubt:
        terminal.say(f"{say.many(in_doubt, 'pair')} of companies may be one: tierwise matches")


def contradictions(terminal: Terminal, rows: Rows, currency: str) -> None:
    """What records say against each other, a line per kind, with what the figures believe and the way to the rows."""
    for row in rows:
        money = "" if row["money"] is None else f", {row['money_is']} {say.money(row['money'], currency)}"
        counted = f"{say.many(row['rows'], 'record')}, {say.many(row['accounts'], 'account')}{money}"
        terminal.say(f"contradiction: {row['says']} ({counted}); believed: {row['believed']}")
    if rows:
        where = f"kind = '{rows[0]['kind']}'"
        terminal.say(f'the records: tierwise show contradicting_records --where "{where}"')


def readiness(seated: Any) -> str:
    """P(can act) from evidence, or that nobody knows."""
    if seated.readiness is None:
        return "unknown"
    return say.share(seated.readiness["chance_to_act"])


def _heard(seated: Any) -> str:
    """The latest quote on the weakest dimension."""
    weakest = seated.readiness["weakest_dimension"] if seated.readiness else None
    said = next((d for d in seated.readiness_dimensions if d["dimension"] == weakest), None)
    if said is None:
        return ""
    quote = f": “{said['last_quote']}”" if said["last_quote"] else ""
    return f"weakest is {weakest}{quote}"


def _seats(row: Mapping[str, Any]) -> str:
    return "" if row["seats"] is None else say.count(row["seats"])


def _full(row: Mapping[str, Any]) -> str:
    if row["seats"] is None or row["accounts"] >= row["seats"]:
        return ""
    return f"{row['seats'] - row['accounts']} empty"
