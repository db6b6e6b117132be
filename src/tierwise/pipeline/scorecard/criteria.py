"""What makes the best sellers chase or drop an account, as draft criteria that won and lost deals were asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from json import dumps
from typing import Any

from tierwise.pipeline.explain.account import Reader
from tierwise.sql.predicates import Scope, check_predicate, columns_of, predicate
from tierwise.sql.query import column, query
from tierwise.stats.intervals import wilson
from tierwise.stats.lift import lift

Rows = list[dict[str, Any]]
BLANK = "TODO: no column of the dictionary says this"
COMPARISON = re.compile(
    r"(>=|<=|=|>|<|\bat least\b|\bmore than\b|\bover\b|\bbelow\b|\bunder\b|\bless than\b|\bfewer than\b)\s*([\d][\d,.]*)"
)
SIGNS = {
    "at least": ">=",
    "more than": ">",
    "over": ">",
    "below": "<",
    "under": "<",
    "less than": "<",
    "fewer than": "<",
}
WORD = re.compile(r"[a-z][a-z_]{2,}")
VALUES = 400
# Aliases of what is assessed today and not on the day when a deal began: verdicts, relationship, intent.
AFTERWARDS = ("v", "r", "i")


@dataclass(frozen=True)
class Said:
    """What one seller said: `verdict` is chase, drop or bad_fit (looks good on paper but is not)."""

    seller: str
    verdict: str
    words: str
    condition: str = ""


@dataclass(frozen=True)
class Tested:
    """A condition held against deals: on how many won and lost ones it holds, and what that does to the chance of winning.

    `lift` is the win rate where it holds over the win rate of all, with its interval; empty where nothing can be compared.
    """

    condition: str
    won: int
    lost: int
    won_holding: int
    lost_holding: int
    win_rate: float | None
    win_rate_lo: float | None
    win_rate_hi: float | None
    lift: float | None
    lift_lo: float | None
    lift_hi: float | None

    @property
    def holding(self) -> int:
        """Deals on which the condition holds."""
        return self.won_holding + self.lost_holding


@dataclass(frozen=True)
class DraftCriterion:
    """One thing that sellers look at: who said it how, the condition (empty: none could be found), and what deals say."""

    verdict: str
    words: tuple[str, ...]
    sellers: tuple[str, ...]
    condition: str
    given: bool
    tested: Tested | None
    finding: str


def said(entries: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What stands in the ledger: entries that were neither replaced nor withdrawn."""
    return [
        Said(e["seller"], e["verdict"], e["words"], e.get("condition") or "")
        for e in entries
        if e["replaced_by"] is None and not e["withdraws"]
    ]


def drafts(reader: Reader, entries: Sequence[Said], scope: Scope) -> list[DraftCriterion]:
    """Draft criteria from what sellers said, most often said first, each checked against won and lost deals.

    Entries with the same condition are one criterion. Conditions that were given are checked, others are guessed from words
    that match columns and values of the records, and marked as guesses.
    """
    values = known_values(reader)
    grouped: dict[tuple[str, str, str, str], list[Said]] = {}
    for entry in entries:
        condition, problem = entry.condition or guessed(entry.words, scope, values), ""
        if condition and (problems := check_predicate(condition, scope)):
            condition, problem = "", f"the condition {condition!r} cannot be read: {problems[0].message}"
        key = entry.verdict, condition, problem, "" if condition else entry.words
        grouped.setdefault(key, []).append(entry)
    made = []
    for (verdict, condition, problem, _), group in grouped.items():
        tested = against_deals(reader, condition, scope) if condition else None
        words, sellers = tuple(dict.fromkeys(e.words for e in group)), tuple(dict.fromkeys(e.seller for e in group))
        given, found = any(e.condition for e in group), problem or _found(verdict, tested, scope)
        made.append(DraftCriterion(verdict, words, sellers, condition, given, tested, found))
    return sorted(made, key=lambda d: (-len(d.sellers), d.verdict, d.words))


def known_values(reader: Reader) -> dict[str, str]:
    """Values of the text attributes of accounts in lower case -> column; rare values are left out."""
    made: dict[str, str] = {}
    for name in ("industry", "sub_industry", "country", "region", "segment"):
        counted = query(
            """
            select :named as value, count(*) as n from listed l where :named is not null
            group by :named order by n desc, value limit :most
            """,
            named=column(name, "l"),
            most=VALUES,
        ).reading(listed="account_segments" if name == "segment" else "accounts")
        for row in reader.fetch(counted).to_pylist():
            made.setdefault(str(row["value"]).lower(), f"{name}|{row['value']}")
    return made


def guessed(words: str, scope: Scope, values: Mapping[str, str]) -> str:
    """The condition that a sentence seems to mean: a column with a number, or a value on record. Empty when none does."""
    text = words.lower()
    if not check_predicate(words, scope):
        return words
    for value in sorted(values, key=len, reverse=True):
        if len(value) > 2 and re.search(rf"\b{re.escape(value.rstrip('s'))}s?\b", text):
            named, _, original = values[value].partition("|")
            if named in scope.columns:
                quoted = original.replace("'", "''")
                return f"{named} = '{quoted}'"
    found = COMPARISON.search(text)
    said_words = WORD.findall(text)
    pairs = [f"{a}_{b}" for a, b in pairwise(said_words)]
    names = [name for word in (*pairs, *said_words) if (name := _column(word, scope))]
    if found and names:
        number = found[2].replace(",", "").rstrip(".")
        return f"{names[0]} {SIGNS.get(found[1].strip(), found[1].strip())} {number}"
    return ""


def against_deals(reader: Reader, condition: str, scope: Scope) -> Tested:
    """A condition on the accounts of new-business deals that were won or lost. An unknown answer counts on neither side."""
    counted = query(
        """
        with ended as (
            select account_id, max(case when outcome = 'won' then 1 else 0 end) as won
            from opportunities
            where new_business and outcome in ('won', 'lost') and account_id is not null
            group by account_id
        ),
        answered as (
            select e.won, :condition as holds
            from ended e
            join accounts a on a.account_id = e.account_id
            left join account_segments s on s.account_id = a.account_id
            left join verdicts v on v.segment = s.segment
            left join relationship r on r.account_id = a.account_id
            left join intent i on i.account_id = a.account_id
        )
        select coalesce(sum(won), 0) as won, coalesce(sum(1 - won), 0) as lost,
               coalesce(sum(case when holds then won end), 0) as won_holding,
               coalesce(sum(case when holds then 1 - won end), 0) as lost_holding
        from answered where holds is not null
        """,
        condition=predicate(condition, scope),
    )
    row = {name: int(value) for name, value in reader.fetch(counted).to_pylist()[0].items()}
    holding, n = row["won_holding"] + row["lost_holding"], row["won"] + row["lost"]
    rate = (row["won_holding"] / holding, *wilson(row["won_holding"], holding)) if holding else (None, None, None)
    # the win rate where it holds over that of all is the share of the trait among the won over its share of all
    found = lift(row["won_holding"], row["won"], holding, n) if row["won"] else None
    lifted = (found.value, found.lo, found.hi) if found else (None, None, None)
    return Tested(condition, **row, win_rate=rate[0], win_rate_lo=rate[1], win_rate_hi=rate[2], lift=lifted[0],
                  lift_lo=lifted[1], lift_hi=lifted[2])  # fmt: skip


def finding(verdict: str, tested: Tested | None) -> str:
    """What deals say about what sellers said, in one sentence."""
    if tested is None:
        return "cannot be checked: no column says it; record it, or ask for it in research"
    if tested.lift_lo is None or tested.lift_hi is None or tested.holding < 5:
        return f"holds on {tested.holding} ended deals: too few to say"
    higher, lower = tested.lift_lo > 1, tested.lift_hi < 1
    if not (higher or lower):
        return "deals do not tell: the interval holds 1"
    if verdict == "bad_fit" and higher:
        return (
            "won more often where it holds, which proves no fit: see what such customers were worth (tierwise discover)"
        )
    agrees = higher == (verdict == "chase")
    return f"deals {'agree' if agrees else 'say the opposite'}: won {'more' if higher else 'less'} often where it holds"


def _found(verdict: str, tested: Tested | None, scope: Scope) -> str:
    """The finding, with a warning where the condition looks at what may have come with the deal."""
    text = finding(verdict, tested)
    if tested is not None and any(scope.columns[name][0] in AFTERWARDS for name in columns_of(tested.condition)):
        return f"{text}; it is known as of today, after the deals ended: a won deal may have caused it"
    return text


def fragment(made: Sequence[DraftCriterion]) -> str:
    """A section `fit` to paste and finish: a criterion for each thing said that a column can answer, the others as blanks.

    Weights are equal: what weighs more is for people to settle.
    """
    able = [draft for draft in made if draft.condition]
    units = [1000 // len(able) + (1 if i < 1000 % len(able) else 0) for i in range(len(able))]
    lines = ["fit:"]
    if not 5 <= len(able) <= 8:
        lines.append(f"  # a scorecard has 5 to 8 criteria, these are {len(able)}: merge, drop or add some")
    for number, draft in enumerate(made, start=1):
        lines.append(
            f"  # {draft.verdict.replace('_', ' ')} ({', '.join(draft.sellers)}): {_one_line('; '.join(draft.words))}"
        )
        lines.append(f"  # {draft.finding}")
        name = f"{'_'.join(WORD.findall(draft.words[0].lower())[:3])[:40] or 'said'}_{number}"
        if not draft.condition:
            lines.append(f'  # {name}: {{weight: 0.10, score: {{5: "{BLANK}"}}}}')
            continue
        score = 5 if draft.verdict == "chase" else 0
        lines.append(f"  {name}:")
        lines.append(f"    weight: {units[able.index(draft)] / 1000:g}  # settle together")
        lines.append(f"    score: {{{score}: {dumps(draft.condition, ensure_ascii=False)}}}")
        if draft.verdict != "chase":
            lines.append("    otherwise: 5")
    return "\n".join(lines) + "\n"


def _column(word: str, scope: Scope) -> str:
    numbers = {name for name, (_, type_) in scope.columns.items() if type_ in ("BIGINT", "DOUBLE", "DECIMAL(18,6)")}
    if word in numbers:
        return word
    return next(iter(get_close_matches(word, numbers, n=1, cutoff=0.8)), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
