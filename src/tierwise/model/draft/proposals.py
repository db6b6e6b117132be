"""First segments and signals from what the exports hold: guesses that a person corrects, never findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count

from tierwise.model.draft.survey import Survey

MOST_SEGMENTS = 6
MOST_SIGNALS = 8
FEWEST_ACCOUNTS = 10

# Words in the path of a page that says more than others, with the points that it brings.
TELLING_PAGES = (
    ("pricing", 10), ("demo", 15), ("compare", 10), ("comparison", 10), ("trial", 12), ("contact", 8), ("case-stud", 6),
    ("customers", 4), ("docs", 4),
)  # fmt: skip
HIGH_INTENT_PAGES = ("pricing", "demo", "compare", "comparison", "trial")
# Words in the kind of an event: family and points.
KINDS = (
    ("demo", "web", 15), ("trial", "product", 12), ("form", "web", 8), ("webinar", "event", 6), ("attend", "event", 6),
    ("download", "web", 5), ("login", "product", 4), ("usage", "product", 4), ("reply", "email", 6), ("click", "email", 3),
    ("open", "email", 1), ("ad", "ad", 1), ("page", "web", 2), ("visit", "web", 2), ("view", "web", 2),
)  # fmt: skip
REVIEW_SITES = ("g2", "review", "capterra", "trustradius", "gartner", "softwareadvice")
SURGING = 60


@dataclass(frozen=True)
class Proposal:
    """A named entry of the draft: its lines as `key: value`, and what the guess rests on."""

    name: str
    values: Mapping[str, str | int | bool]
    because: str


def segments(accounts: Survey, *, sized: bool) -> list[Proposal]:
    """The largest groups of accounts, by industry where it is known, else by country or size; at most six."""
    for column in ("industry", "sub_industry", "country", "region"):
        groups = [(v, n) for v, n in accounts.counts.get(column, {}).items() if n >= FEWEST_ACCOUNTS]
        if len(groups) >= 2:
            return _distinct(
                Proposal(name_of(value), {"where": f"{column} = {sql_text(value)}"}, f"{rows:,} accounts")
                for value, rows in groups[:MOST_SEGMENTS]
            )
    if sized:
        return [
            Proposal("large", {"where": "employees >= 1000"}, "by size: no industry was found"),
            Proposal("medium", {"where": "employees between 200 and 999"}, "by size"),
            Proposal("small", {"where": "employees < 200"}, "by size"),
        ]
    return [Proposal("everyone", {"where": "account_id is not null"}, "nothing was found to tell accounts apart by")]


def signals(surveys: Mapping[str, Iterable[tuple[str, Survey, frozenset[str]]]]) -> list[Proposal]:
    """Telling pages first, then kinds of events, then what vendors report; the first that matches names an event.

    `surveys` holds for `events` and `intent` the provider (or source), the counts and the mapped columns of each file.
    """
    found: list[Proposal] = []
    for _, counted, columns in surveys.get("events", ()):
        found += [*_pages(counted), *_kinds(counted)] or _any_event(columns)
    for provider, counted, columns in surveys.get("intent", ()):
        for name in list(counted.counts.get("provider", {}))[:MOST_SIGNALS] or [provider]:
            reported = _reported(name, columns)
            found += [] if any(one.values == reported.values for one in found) else [reported]
    return _distinct(found)


def name_of(value: str) -> str:
    """A value as a name in the model: lower-case letters, digits and _."""
    plain = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")[:40].strip("_")
    return plain if plain[:1].isalpha() else f"group_{plain}".rstrip("_")


def sql_text(value: str) -> str:
    """A text as a literal of a condition."""
    return "'" + value.replace("'", "''") + "'"


def _pages(counted: Survey) -> Iterator[Proposal]:
    paths = counted.counts.get("path", {})
    for word, points in TELLING_PAGES:
        rows = sum(n for path, n in paths.items() if word in path.lower())
        if rows:
            values: dict[str, str | int | bool] = {"where": f"lower(path) like '%{word}%'", "party": "first"}
            values |= {"family": "web", "points": points}
            values |= {"high_intent": True} if word in HIGH_INTENT_PAGES else {}
            yield Proposal(f"{name_of(word)}_page", values, f"{rows:,} events")


def _kinds(counted: Survey) -> Iterator[Proposal]:
    for kind, rows in list(counted.counts.get("kind", {}).items())[:MOST_SIGNALS]:
        known = [(family, points) for word, family, points in KINDS if word in kind.lower()]
        family, points = known[0] if known else ("other", 2)
        values: dict[str, str | int | bool] = {"where": f"kind = {sql_text(kind)}", "party": "first"}
        yield Proposal(name_of(kind), {**values, "family": family, "points": points}, f"{rows:,} events")


def _any_event(columns: frozenset[str]) -> list[Proposal]:
    condition = "path is not null" if "path" in columns else "event_key is not null" if "event_key" in columns else ""
    values: dict[str, str | int | bool] = {"where": condition or "person is not null or anonymous_id is not null"}
    return [Proposal("any_event", {**values, "party": "first", "family": "web", "points": 2}, "no kinds were found")]


def _reported(provider: str, columns: frozenset[str]) -> Proposal:
    """What one vendor or review site reports; a score is taken to surge from 60 (methods f.3)."""
    review = any(word in provider.lower() for word in REVIEW_SITES)
    condition = f"provider = {sql_text(provider)}" + (f" and score >= {SURGING}" if "score" in columns else "")
    values: dict[str, str | int | bool] = {"where": condition, "party": "second" if review else "third"}
    values |= {"family": "review_site" if review else "third_party_topic", "points": 6 if review else 4}
    return Proposal(name_of(provider), values, "a review site" if review else "bought: proves its worth later")


def _distinct(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Names that occur again get a number."""
    result: dict[str, Proposal] = {}
    for proposal in proposals:
        numbered = (f"{proposal.name}_{number}" for number in count(2))
        name = next(name for name in chain([proposal.name], numbered) if name not in result)
        result[name] = replace(proposal, name=name)
    return list(result.values())
