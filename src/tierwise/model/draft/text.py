"""The first model file of a project, written from guesses about its exports: every guess says that it is one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from tierwise.model.checks import DOMAIN_KEYS
from tierwise.model.draft.headings import ANY_DATE, Guess
from tierwise.model.draft.proposals import Proposal, name_of, segments, signals
from tierwise.model.draft.survey import Survey, shared_keys, survey
from tierwise.stages.accounts.facts import LOST, WON
from tierwise.stages.accounts.unify import TYPES
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.tables.dictionary import dictionary
from tierwise.tables.landing import FACT_DATES

SCHEMA_FILE = "tierwise.schema.json"
SURE = 0.8
SHARED = 0.5
# Which tool a table usually comes from: the name of the source where the folders do not say it.
TOOLS = (
    ("crm", ("accounts", "contacts", "opportunities", "stage_history", "activities", "products")),
    ("billing", ("subscriptions", "invoices")),
    ("finance", ("costs", "exchange_rates")),
    ("web", ("events", "ip_ranges")),
    ("intent", ("intent",)),
    ("research", ("evidence", "nps")),
)
RANK = {kind: place for place, kind in enumerate(kind for _, kinds in TOOLS for kind in kinds)}
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./()%-]*( [A-Za-z0-9_./()%-]+)*")
SAYS_WON = re.compile(r"won\b|gewonnen|gagnée?\b|ganad[oa]", re.IGNORECASE)
SAYS_LOST = re.compile(r"lost\b|verloren|perdue?\b|perdid[oa]", re.IGNORECASE)
RESERVED = ("true", "false", "null")


@dataclass(frozen=True)
class Export:
    """One file that is used: what it was guessed to be, and what its values say."""

    guess: Guess
    survey: Survey

    @property
    def kind(self) -> str:
        return self.guess.kind

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that no heading was found for: the table cannot be loaded without them."""
        columns = dictionary()[f"landing_{self.kind}"].columns
        given = {*self.guess.mapping, *self.guess.constants}
        return tuple(c.name for c in columns if c.required and c.name not in given)

    @property
    def provider(self) -> str:
        """The vendor of an intent file that does not name it: the one whose export it is, else its file or sheet."""
        return self.guess.constants.get("provider", "") or self.title

    @property
    def title(self) -> str:
        """What a source of its own is called: the file or its sheet, and what is taken from it."""
        file = (self.guess.pattern or self.guess.path.name).split(".")[0]
        plain = self.guess.sheet or file.replace(ANY_DATE, "")
        return " ".join(filter(None, (plain, self.guess.called)))


@dataclass(frozen=True)
class Source:
    """Some exports of one folder and tool, each of another kind."""

    name: str
    path: str
    exports: tuple[Export, ...]
    keys: str = ""


def draft(guesses: Sequence[Guess], company: str, currency: str, base: Path, schema: str = SCHEMA_FILE) -> str:
    """A commented model file. It loads and passes its check as long as one export was recognised.

    `base` is the folder that relative paths start from; `schema` is where the editor finds the JSON Schema.
    Raises DataError when an export cannot be read.
    """
    exports = [Export(guess, survey(guess)) for guess in guesses if guess.kind]
    sources = _with_key_spaces(_sources([e for e in exports if not e.missing], base))
    sections = [
        _head(company, currency, schema),
        _sources_text(sources),
        _left_out(guesses, [e for e in exports if e.missing], base),
        _attributes_text(exports),
        _opportunities_text(exports),
        _segments_text(exports),
        _signals_text([export for source in sources for export in source.exports]),
        _tiers_text(exports),
    ]
    return "\n".join(section for section in sections if section)


def _sources(exports: Sequence[Export], base: Path) -> list[Source]:
    """One source per folder and tool; a second file of the same kind is a source of its own, named after it."""
    tool_of = {kind: tool for tool, kinds in TOOLS for kind in kinds}
    placed = sorted(exports, key=lambda e: (RANK[e.kind], e.guess.path))
    groups: dict[tuple[Path, str], list[Export]] = {}
    for export in placed:
        folder = export.guess.path.parent
        place = (folder, tool_of[export.kind] if folder == base else folder.name)
        alone = export.kind == "intent" or export.guess.called
        if alone or any(other.kind == export.kind for other in groups.get(place, ())):
            place = (folder, export.title)
        groups.setdefault(place, []).append(export)
    names = Counter[str]((DOMAIN_KEYS,))  # no source may have that name
    sources = []
    for (folder, title), members in groups.items():
        name = name_of(title)
        names[name] += 1
        unique = name if names[name] == 1 else f"{name}_{names[name]}"
        path = folder.relative_to(base).as_posix() if folder.is_relative_to(base) else folder.as_posix()
        sources.append(Source(unique, path, tuple(members)))
    return sources


def _with_key_spaces(sources: Sequence[Source]) -> list[Source]:
    """Sources whose account keys are mostly those of another source's accounts take their keys from it."""
    known = {
        source.name: frozenset[str]().union(*(e.survey.keys for e in source.exports if e.kind == "accounts"))
        for source in sources
    }
    result = []
    for source in sources:
        named = frozenset[str]().union(*(export.survey.keys for export in source.exports))
        others = {name: shared_keys(named, keys) for name, keys in known.items() if name != source.name}
        best = max(others, key=lambda name: others[name], default="")
        own = known[source.name]
        result.append(replace(source, keys=best) if best and not own and others[best] >= SHARED else source)
    return result


def _head(company: str, currency: str, schema: str) -> str:
    return f"""\
# yaml-language-server: $schema={schema}
# Drafted by `tierwise init`. Every line with "guess" is one: read it, correct it, delete the comment.
# Then: `tierwise check`, `tierwise run`. All that can be declared, and every default: `tierwise show model`.

company: {_scalar(company)}
currency: {currency}  # amounts without a currency are in it; all others are converted
"""


def _sources_text(sources: Sequence[Source]) -> str:
    if not sources:
        return """\
# No export was recognised. Name the files yourself:
sources:
  crm:
    kind: files
    tables:
      accounts: companies.csv
"""
    lines = [
        "# Where the records come from. Where two are equally recent, the source that stands first wins.",
        "sources:",
    ]
    for source in sources:
        lines += [f"  {source.name}:", "    kind: files", f"    path: {_scalar(source.path)}"]
        if source.keys:
            lines.append(f"    keys: {source.keys}  # guess: its account keys are those of {source.keys}")
        lines.append("    tables:")
        for export in source.exports:
            lines += (f"      {line}" for line in _table_lines(export))
    return "\n".join(lines) + "\n"


def _table_lines(export: Export) -> Iterator[str]:
    guess = export.guess
    yield f"{export.kind}:  # guess, {guess.rows:,} rows"
    if guess.pattern:
        yield f"  file: {_quoted(guess.pattern)}  # guess: whatever the date or page; new ones are read as they come"
    else:
        yield f"  file: {_scalar(guess.path.name)}"
    if guess.shape:
        yield f"  shape: {guess.shape}  # guess: {_one_line(guess.because)}"
    if guess.dates:
        yield f"  dates: {guess.dates}  # guess: as {guess.shape} writes days, where the values do not tell"
    if guess.sheet:
        yield f"  sheet: {_scalar(guess.sheet)}"
    if guess.minor_units:
        yield "  minor_units: true  # guess: whole numbers beside Stripe's ids are cents; false if these are not"
    if f"landing_{export.kind}" not in FACT_DATES and export.kind != "exchange_rates":
        yield "  history: assumed  # undated rows count as always known, not only since they were loaded"
    if guess.unreadable:
        yield "  bad_values: blank  # guess: a value that does not fit counts as missing; `reject` would drop its row"
    if export.kind == "intent" and "delivered_at" in guess.mapping:
        heading = _scalar(guess.mapping["delivered_at"].heading)
        yield f"  known_at: {heading}  # guess: a report counts from the day it was delivered"
    if guess.constants:
        said = ", ".join(f"{name}: {_scalar(value)}" for name, value in guess.constants.items())
        yield f"  constants: {{{said}}}  # guess"
    elif export.kind == "intent" and "provider" not in guess.mapping:
        yield f"  constants: {{provider: {_scalar(export.provider)}}}  # guess from the name of the file"
    mapped = dict(guess.mapping)
    if export.kind == "costs" and (by_segment := mapped.pop("segment", None)):
        # Its values cannot name segments that are only now proposed, and costs of no segment would count nowhere.
        yield '  constants: {segment: ""}  # guess: all segments share the costs. Once the values name your segments,'
        yield f"  #   delete the line above and map segment: {_scalar(by_segment.heading)}"
    yield "  map:"
    for column, match in mapped.items():
        doubt = "" if match.confidence >= SURE else f", {match.confidence:.0%} sure: please look"
        yield f"    {column}: {_scalar(match.heading)}  # guessed from heading {_quoted(match.heading)}{doubt}"
    for name, (heading, _) in guess.attributes.items():
        yield f"    {name}: {_scalar(heading)}  # an attribute of your own, see attributes"
    yield from (f"  # look: {_one_line(doubt)}" for doubt in guess.doubts)
    if guess.unmapped:
        yield f"  # not used: {_one_line(', '.join(guess.unmapped))}"


def _left_out(guesses: Sequence[Guess], incomplete: Sequence[Export], base: Path) -> str:
    """Files that are not used, as comments with what to do."""
    lines = []
    for export in incomplete:
        guess = export.guess
        lines += [
            f"# {_shown(guess, base)} looks like {export.kind}, but no heading was found for {', '.join(export.missing)}.",
            f"#   Its headings: {_one_line(', '.join([*(m.heading for m in guess.mapping.values()), *guess.unmapped]))}",
            "#   To use it, add it to a source, with a `map` that names the missing columns.",
        ]
    for guess in (g for g in guesses if not g.kind):
        lines += [
            f"# {_shown(guess, base)} is not used: {_one_line('; '.join(guess.doubts))}.",
            *([f"#   Its headings: {_one_line(', '.join(guess.unmapped))}"] if guess.unmapped else []),
        ]
    return "\n".join(lines) + "\n" if lines else ""


def _attributes_text(exports: Sequence[Export]) -> str:
    type_names = {type_: name for name, type_ in TYPES.items()}
    own = {
        name: (heading, type_names[type_])
        for export in exports
        if not export.missing
        for name, (heading, type_) in export.guess.attributes.items()
    }
    if not own:
        return ""
    lines = ["# Columns of your own that conditions may use.", "attributes:"]
    for name, (heading, type_) in own.items():
        lines.append(
            f"  {name}: {{type: {type_}, meaning: {json.dumps(heading, ensure_ascii=not heading.isprintable())}}}  # guess"
        )
    return "\n".join(lines) + "\n"


def _opportunities_text(exports: Sequence[Export]) -> str:
    """Stages that say won or lost in words of their own."""
    silent = [
        e for e in exports if not {"is_closed", "is_won"} <= e.guess.mapping.keys()
    ]  # the others say it themselves
    stages = [stage for export in silent for stage in export.survey.counts.get("stage", {})]
    won = [s for s in stages if SAYS_WON.search(s) and s.lower() not in WON]
    lost = [s for s in stages if SAYS_LOST.search(s) and s.lower() not in LOST]
    if stages and not any(SAYS_WON.search(s) or SAYS_LOST.search(s) for s in stages):
        shown = _one_line(", ".join(dict.fromkeys(stages)))
        return f"""\
# No stage says won or lost. Name those that do: `opportunities: {{won: [...], lost: [...]}}`
#   Stages: {shown}
"""
    if not (won or lost):
        return ""
    lines = ["# How the CRM writes the end of a deal.", "opportunities:"]
    for name, found, usual in (("won", won, WON), ("lost", lost, LOST)):
        listed = ", ".join(_scalar(stage) for stage in dict.fromkeys([*found, *usual]))
        lines.append(f"  {name}: [{listed}]  # guess")
    return "\n".join(lines) + "\n"


def _segments_text(exports: Sequence[Export]) -> str:
    accounts = [export for export in exports if export.kind == "accounts" and not export.missing]
    accounts.sort(key=lambda export: -export.guess.rows)
    first = accounts[0] if accounts else None
    sized = first is not None and "employees" in first.guess.mapping
    proposed = segments(first.survey if first else Survey(), sized=sized)
    lines = [
        "# Groups of accounts that may be worth winning; the first that matches speaks for an account, and an account in",
        "# none is outside the universe. These are guesses by size of group: replace them by what you know to win.",
    ]
    if sized:
        lines.append("# A condition may say more: \"industry = 'Banking' and employees between 200 and 999\"")
    return "\n".join([*lines, "segments:", *_entries(proposed)]) + "\n"


def _signals_text(exports: Sequence[Export]) -> str:
    used = sorted((e for e in exports if e.kind in ("events", "intent")), key=lambda export: export.kind)
    grouped = {
        kind: [(e.provider, e.survey, frozenset(e.guess.mapping)) for e in found]
        for kind, found in groupby(used, key=lambda export: export.kind)
    }
    proposed = signals(grouped)
    if not proposed:
        return """\
# No events and no intent were found: nobody's attention is known. With an export of web visits, downloads or
# product logins (a date, and an e-mail address or domain) add it to the sources and name what counts:
# signals:
#   pricing_page: {where: "path like '/pricing%'", party: first, family: web, points: 10}
"""
    lines = [
        "# What counts as a signal, and what it is worth when fresh. Half is gone after 30 days. Guesses; the first that",
        "# matches names an event.",
    ]
    return "\n".join([*lines, "signals:", *_entries(proposed)]) + "\n"


def _tiers_text(exports: Sequence[Export]) -> str:
    kinds = {export.kind for export in exports}
    usual = TiersSpec()
    lines = ["# Seats: how many accounts you can work one to one, and one to few.", "tiers:"]
    lines += [f"  one_to_one: {usual.one_to_one}", f"  one_to_few: {usual.one_to_few}"]
    lines += [
        "  # A first list: profiles with too little evidence are seated too, and marked. Write refuse once some are proven.",
        "  unvalidated: allow",
    ]
    if kinds & {"subscriptions", "invoices"} and "opportunities" not in kinds:
        lines.append("  scope: customers  # guess: revenue and no deals, so the list is about customers")
    if "evidence" not in kinds:
        lines.append("# Nobody was interviewed yet: readiness is unknown, and the list says whom to ask what first.")
    return "\n".join(lines) + "\n"


def _entries(proposals: Sequence[Proposal]) -> Iterator[str]:
    for proposal in proposals:
        values = ", ".join(f"{key}: {_value(value)}" for key, value in proposal.values.items())
        yield f"  {proposal.name}: {{{values}}}  # guess: {proposal.because}"


def _value(value: str | int | bool) -> str:
    if isinstance(value, str):
        return value if re.fullmatch(r"[a-z_]+", value) else _quoted(value)
    return json.dumps(value)


def _scalar(text: str) -> str:
    """A text as YAML: bare where that is safe, else in double quotes."""
    bare = PLAIN.fullmatch(text) and text.lower() not in RESERVED
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _one_line(text: str) -> str:
    """A text that may stand in a comment: one line, no control characters, not too long."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= 400 else plain[:397] + "..."


def _shown(guess: Guess, base: Path) -> str:
    path = guess.path.with_name(guess.title)
    return _one_line(path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix())
