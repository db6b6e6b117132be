"""How codes and numbers are said to people, on a screen and on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tierwise.core.vocabulary import DIMENSIONS, TIER_NAMES, TIERS

Number = float | int | Decimal | None
MISSING = "–"

VERDICT_WORDS = {
    "validated": "validated",
    "validated_win_rate_unproven": "validated, win rate unproven",
    "positioning_gap": "validated, positioning gap",
    "closeable_not_worth_closing": "closeable, not worth closing",
    "not_worth_closing": "not worth closing",
    "avoid": "avoid",
    "promising": "promising",
    "watch": "watch",
    "insufficient_evidence": "insufficient evidence",
    "unvalidated": "unvalidated",
}
MOTION_WORDS = {
    "demand_generation_led": "demand generation led",
    "both": "both",
    "abm_led": "ABM led",
    "no_abm": "do not run ABM",
    "unknown": "not known",
}
PLACE_WORDS = {
    "validated": "validated profile",
    "unproven": "profile not proven yet",
    "not_worth": "profile not worth it",
    "outside": "outside every segment",
    "unknown_account": "account not on record",
    "shared": "shared, no segment named",
}
MARK_WORDS = {
    "readiness unknown": "readiness unknown: nobody has been asked, so accounts in tier 1 may not be able to decide",
    "attributes assumed": "attributes assumed: undated records count as always known, so past attributes are today's",
    "deal stages assumed": "deal stages assumed: where no stage history has a deal, its stage is that of the latest export "
    "(`tierwise show opportunities --where \"stage_known = 'assumed'\"`)",
    "judgements contradict": "judgements contradict: people say that companies are one and that they are two; nothing is "
    "joined until one is withdrawn (tierwise matches)",
    "rates disagree": "rates disagree: two exchange rates for one currency and day; the first source counts "
    "(`tierwise show rates`)",
    "fit_follows_size": "fit follows size: it ranks accounts almost as their number of employees does (see fit, and "
    "`tierwise show alarms`)",
    "too_many_one_to_one": "too many seats in tier 1: nobody works 40 or more accounts one to one, 5 to 20 is usual; lower "
    "`tiers.one_to_one` (`tierwise show seats`)",
    "outward_criteria_decide": "firmographic and brand alone would make most of tier 1: the other criteria decide little "
    "(`tierwise show alarms`)",
}
# What was decided about a figure of retention (the column `method`), in words; the rest says itself.
POLICY_WORDS = {
    "ratio_t": "",
    "reactivation point_to_point": "customers who left and came back count with what they pay",
    "reactivation exclude": "customers who left and came back count as lost",
    "escalator include": "agreed price rises count as growth",
    "escalator strip": "agreed price rises are taken out",
}
PARTY_WORDS = {"first": "first-party", "second": "second-party", "third": "third-party"}


def sentence(text: str) -> str:
    """A text as a sentence: a capital letter first, a full stop last."""
    ended = text if text.endswith((".", "?", "!")) else f"{text}."
    return ended[:1].upper() + ended[1:]


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in a row; of many the first ones, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def isolated(name: str) -> str:
    """A name from records within a sentence: written from right to left, it does not turn what stands around it."""
    return f"\u2068{name}\u2069"


def many(number: int, noun: str) -> str:
    """A number of things: `1 account`, `2,000 accounts`."""
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def months(number: int) -> str:
    """A time in months, in years where it is whole years."""
    return many(number, "month") if number % 12 or not number else many(number // 12, "year")


def harmless(text: str, keep_lines: bool = False) -> str:
    """Text that cannot move the cursor, colour the screen or turn the direction of reading."""
    kept = "\n" if keep_lines else ""
    return "".join(c if c in kept or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") else " " for c in text)


def words(code: str | None) -> str:
    """A code as words: `in_deal` -> `in deal`."""
    return (code or MISSING).replace("_", " ")


def verdict(code: str | None) -> str:
    """A verdict in words; empty outside the universe."""
    return VERDICT_WORDS.get(code or "", words(code))


def about(field: str) -> str:
    """What a defect of the records is about: a field, or the account itself."""
    return {"record": "the account", "parent": "its parent"}.get(field, words(field))


def accepted(row: Mapping[str, str]) -> str:
    """What held a list back, and who let it be published all the same."""
    return f"published although {row['says']}; accepted by {isolated(row['by'])}: {isolated(row['why'])}"


def drawn(found: Any) -> str:
    """A mean of draws with their range: `3.1 (0 to 6)`."""
    return f"{number(round(found.value, 1))} ({number(round(found.lo, 1))} to {number(round(found.hi, 1))})"


def motion(code: str | None) -> str:
    """Which motion fits, in words."""
    return MOTION_WORDS.get(code or "", words(code))


def place(code: str | None) -> str:
    """Where effort went, in words."""
    return PLACE_WORDS.get(code or "", words(code))


def tier(code: str | None) -> str:
    """A tier as it is called: `1 (1:1)`, `parked`."""
    if not code:
        return "not on the list"
    name = TIER_NAMES.get(code, code)
    return f"{code} ({name})" if name != code else code


def sureness(row: Mapping[str, Any]) -> str:
    """How sure a tier is, from a row of `stability`."""
    kept = f"kept in {share(row['stays'])} of draws of weights and figures"
    alone = (
        f"{share(row['stays_weights'])} if only the weights stray, {share(row['stays_data'])} if only the figures do"
    )
    return f"{row['standing']}, {kept} ({alone})"


def gate_open(now: str, then: str, blocked_by: str | None = None) -> str:
    """Which tier an account would have if readiness were not asked for; `blocked_by` is what keeps it from the tier above."""
    if now == then:
        others = ": the seats would go to accounts of more value" if (blocked_by or "").startswith("gate:") else ""
        return f"the same tier if readiness were not asked for{others}"
    others = (
        "; accounts of more value that nobody has asked yet would take its place"
        if TIERS.index(then) > TIERS.index(now)
        else ""
    )
    return f"tier {tier(then)} if readiness were not asked for{others}"


def count(value: Number) -> str:
    """A whole number with separators."""
    return MISSING if value is None else f"{int(value):,}"


def number(value: Number) -> str:
    """A number of any size: whole from 20 on, else with two decimals where it has them."""
    if value is None:
        return MISSING
    return f"{value:,.0f}" if abs(float(value)) >= 20 else f"{value:.2f}".rstrip("0").rstrip(".")


def points(value: Number, digits: int = 1) -> str:
    """Points with a fixed number of digits."""
    return MISSING if value is None else f"{value:.{digits}f}"


def share(value: Number, digits: int = 0) -> str:
    """A share as a percentage: 1.0 is 100 %."""
    if value is None:
        return MISSING
    said = f"{100 * value:.{digits}f}"
    least = 10.0**-digits
    return f"< {least:g} %" if digits and value > 0 and float(said) == 0 else f"{said} %"


def policy(method: str) -> str:
    """The method of a figure of retention as words: over how long, and what was decided."""
    said = (POLICY_WORDS.get(part, part) for part in method.split(", "))
    return "; ".join(part for part in said if part)


def money(value: Number, currency: str = "") -> str:
    """An amount in whole units of its currency."""
    if value is None:
        return MISSING
    return f"{float(value):,.0f} {currency}".rstrip()


def day(value: date | datetime | None) -> str:
    """A day in ISO form."""
    if value is None:
        return MISSING
    return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()


def interval(low: Any, high: Any, say: Any) -> str:
    """`from to`, each said by `say`; empty when there is no interval."""
    return MISSING if low is None or high is None else f"{say(low)} to {say(high)}"


def marks(codes: str | None) -> str:
    """The marks of an account in words."""
    return ", ".join(words(code) for code in (codes or "").split(",") if code)


def move_reason(code: str | None) -> str:
    """Why an account moved, in words: `gate:weak:timing` -> `readiness: timing weak`."""
    first, _, rest = (code or "").partition(":")
    if first == "gate":
        state, _, dimension = rest.partition(":")
        return f"readiness: {words(dimension)} {state}" if dimension else f"readiness: {words(rest)}"
    return words((code or "").replace(":", ": "))


def intent_reason(code: str) -> str:
    """A reason of intent in words: `signal:pricing_page` -> `pricing page`."""
    kind, _, name = code.partition(":")
    said = {"cap": f"cap: no signal may bring more than its share ({words(name)})",
            "unsure": f"not sure that it was them ({words(name)})", "people": "more than one person",
            "saturation": "scaled to 100, where more adds less"}  # fmt: skip
    return words(name) if kind == "signal" else said.get(kind, words(code))


# How an event found its account, in words.
WAYS = {"known": "known", "email": "e-mail domain", "domain": "vendor's guess", "ip": "owner of the address"}


def visitor(signal: Mapping[str, Any]) -> str:
    """Who is behind a signal; and how sure it is whose they are, where it is not certain."""
    who = signal["person"] or "anonymous"
    if signal["confidence"] is None or signal["confidence"] >= 1:
        return who
    return f"{who} ({WAYS[signal['identified_by']]}, {share(signal['confidence'])})"


EVEN = 0.5
# What keeps a gate closed (the column `blocked_by` of readiness), in words.
NOT_NOW = {
    "weak:pressure": "nothing forces a change there",
    "weak:ownership": "ownership is diffuse",
    "weak:authority": "who has the problem does not decide on it",
    "weak:timing": "they can wait",
    "respondents": "too few people there were asked",
    "reported_by_sales": "only sales has reported it",
}


def _unknown(first: str, dimensions: Sequence[Mapping[str, Any]]) -> str:
    """Every dimension about which nobody's word holds; the first alone where their rows are not at hand."""
    known = {row["dimension"] for row in dimensions if row["last_observed_at"] is not None}
    missing = [d for d in DIMENSIONS if d not in known] if dimensions else [first]
    return " and ".join([", ".join(missing[:-1]), missing[-1]] if len(missing) > 1 else missing)


def not_now(readiness: Mapping[str, Any] | None, dimensions: Sequence[Mapping[str, Any]] = ()) -> str:
    """Whether to commit to an account now: `not now, because ownership is diffuse; ask again on 2027-02-01`.

    `dimensions` are its rows of `readiness_dimensions`, so that a latest yes which the answers before it outweigh is said.
    """
    if readiness is None:
        return "not known: nobody there has been asked"
    code, again = readiness["blocked_by"], day(readiness["ask_again_on"])
    if not code:
        return f"can act; what decides holds until {again}"
    kind, _, dimension = code.partition(":")
    if kind == "weak" and readiness["weakest_probability"] >= EVEN:  # rather yes, but faded below the gate
        return f"not now, because what was said about {dimension} is no longer sure enough; ask again on {again}"
    latest = next((row["last_answer"] for row in dimensions if row["dimension"] == dimension), None)
    if kind == "unknown":
        dimension = _unknown(dimension, dimensions)
    if kind == "weak" and latest in ("yes", "partial"):
        outweighed = f"the latest {latest} about {dimension} does not outweigh what else was said"
        return f"not now, because {outweighed}; ask again on {again}"
    because = {
        "unknown": f"nobody has said anything about {dimension} that still holds",
        "contested": f"people there contradict each other about {dimension}",
    }.get(kind, NOT_NOW.get(code, words(code)))
    return f"not now, because {because}; ask again on {again}"
