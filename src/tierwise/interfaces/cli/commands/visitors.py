"""How did events find their accounts, how sure is that, and which found none?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import AsOfOption, JsonOption, ProjectArgument, RunOption, day
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say

if TYPE_CHECKING:
    from tierwise.project import Visitors, Way

# Why an event found no account, in words.
NONE = {
    "provider": "from a provider's address: nobody's",
    "unknown_company": "name a company that is no account",
    "unknown_owner": "the address has an owner that is no account",
    "no_owner": "in no range with an owner's domain",
    "nothing": "name nobody: no key, company or address",
}


def visitors(
    terminal: Terminal,
    project: ProjectArgument = Path(),
    as_of: AsOfOption = None,
    run: RunOption = None,
    json: JsonOption = False,
) -> None:
    """Show how events found their accounts: by which way, with which confidence, and how many found none.

    Where people are known, each way is measured by them: the share of their visits in which it led to the known account.
    """
    from tierwise.project import visitors as identified

    with reading(terminal, project) as opened:
        snapshot = opened.snapshot(run, day(as_of))
        found = identified(opened, snapshot)
    if json:
        terminal.write(document("visitors", {"run_id": snapshot.run_id, "as_of": snapshot.as_of, **_facts(found)}))
        return
    if not any(way.events for way in found.ways) and not found.unidentified:
        terminal.say(
            "no event is on record; map one: sources: {web: {tables: {events: FILE}}} (tierwise init finds them)"
        )
        return
    _ways(terminal, found)
    if found.unidentified:
        terminal.heading("Events that found no account")
        columns = [Column("why"), Column("events", right=True)]
        terminal.table(columns, [(NONE[row["why"]], say.count(row["events"])) for row in found.unidentified])
    _ranges(terminal, found)
    for way in found.ways:
        if way.off and way.measured is not None:
            terminal.warn(
                f"{say.WAYS[way.way]}: right in {say.share(way.measured.value)} of known people's visits, and the model says "
                f"{say.share(way.declared)}; in tierwise.yaml: visitors: {{{way.way}: {way.measured.value:.2f}}}"
            )


def _facts(found: Visitors) -> dict[str, Any]:
    ways = [
        {**asdict(way), "off": way.off, "measured": None if way.measured is None else _estimate(way)}
        for way in found.ways
    ]
    return {"ways": ways, "unidentified": found.unidentified, "ranges": found.ranges}


def _estimate(way: Way) -> Mapping[str, Any]:
    names = ("value", "lo", "hi", "level", "n", "n_clusters", "n_eff", "num", "den", "method", "grade")
    return {name: getattr(way.measured, name) for name in names}


def _ways(terminal: Terminal, found: Visitors) -> None:
    columns = [Column("found by", style="bold"), Column("events", right=True), Column("accounts", right=True),
               Column("confidence", right=True), Column("right for known people", right=True), Column("visits", right=True),
               Column("of accounts", right=True), Column("grade")]  # fmt: skip
    rows = [
        (say.WAYS[way.way], say.count(way.events), say.count(way.accounts),
         say.share(way.declared if way.confidence is None else way.confidence), *_measured(way))
        for way in found.ways
    ]  # fmt: skip
    terminal.table(columns, rows)


def _measured(way: Way) -> tuple[str, ...]:
    found = way.measured
    if found is None:
        return say.MISSING, "", "", ""
    interval = "" if found.lo is None else f" ({say.share(found.lo)} to {say.share(found.hi)})"
    return f"{say.share(found.value)}{interval}", say.count(int(found.den or 0)), say.count(found.n), found.grade


def _ranges(terminal: Terminal, found: Visitors) -> None:
    if not found.ranges:
        terminal.say("no file of IP ranges: an address finds nobody; map one as table ip_ranges")
        return
    terminal.heading("Files of ranges")
    columns = [Column("source"), Column("file"), Column("ranges", right=True), Column("with a domain", right=True),
               Column("of providers", right=True), Column("too small", right=True), Column("made", right=True),
               Column("days old", right=True)]  # fmt: skip
    terminal.table(
        columns,
        [
            (r["source"], r["file"], *(say.count(r[c]) for c in ("ranges", "with_domain", "of_providers", "too_small")),
             say.day(r["made_on"]), say.count(r["age_days"]) if r["age_days"] >= 0 else "newer")
            for r in found.ranges
        ],
    )  # fmt: skip
    if not any(way.events for way in found.ways if way.way == "ip"):
        terminal.say(
            "no event was found by its address: where a file of events has one, map its heading, `map: {ip: HEADING}`"
        )
    for row in found.ranges:
        if row["stale"]:
            terminal.warn(
                f"{row['source']}/{row['file']} is {row['age_days']:,} days old: owners change; get a newer one"
            )
        if row["too_small"]:
            terminal.say(
                f"{row['source']}/{row['file']}: {row['too_small']:,} of {row['ranges']:,} ranges: smaller than the "
                "networks that are kept, so nobody is found by them; `addresses: whole` on the file of events keeps addresses"
            )
