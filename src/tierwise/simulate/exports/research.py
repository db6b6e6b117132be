"""Notes of interviews: one row per answer, with what was said."""

from __future__ import annotations

import numpy as np

from tierwise.core.vocabulary import ANSWERS, DIMENSIONS
from tierwise.simulate.draws import stream
from tierwise.simulate.exports.files import Export, days
from tierwise.simulate.history import Market
from tierwise.simulate.names import ascii_domain
from tierwise.simulate.people import ROLES

_RESEARCHERS = ("R. Aldous", "S. Imani", "T. Voss")
_QUOTES = {
    ("pressure", "yes"): (
        "The examiners come back in spring, we cannot show them this again.",
        "We lose members at the branch door every week.",
    ),
    ("pressure", "no"): ("It is clumsy, but it works.", "Nobody would notice if we waited another year."),
    ("pressure", "partial"): ("Some teams feel it, others do not.",),
    ("ownership", "yes"): ("This is mine, it is in my objectives.", "Operations owns it, by name."),
    ("ownership", "no"): ("Everybody's problem, so nobody's.", "The person who had it has left."),
    ("ownership", "partial"): ("Two of us share it for now.",),
    ("authority", "yes"): ("I hold the budget and I can sign.", "The board has approved the line."),
    ("authority", "no"): (
        "Group procurement decides, we only ask.",
        "I would need three signatures above me.",
    ),
    ("authority", "partial"): ("Up to a sum, yes.",),
    ("timing", "yes"): ("If nothing moves by autumn we miss the release.", "We start this quarter."),
    ("timing", "no"): ("Not before the merger is through.", "Ask us again next year."),
    ("timing", "partial"): ("Perhaps a pilot first.",),
}
_NO_ANSWER = {
    "unknown": ("I do not know.", "I could not say."),
    "refused": ("I would rather not discuss that.",),
}


def interviews(market: Market) -> Export:
    """One row per respondent and dimension that was on file by the end of history.

    An outsider's view is a note of a call, not an interview.
    """
    found, draw = market.evidence, stream(market.seed, "quotes")
    kept = found.recorded_at < market.calendar.end
    domain = np.array([ascii_domain(text) for text in market.accounts.domain.tolist()])[found.account]
    role, dimension = np.array(ROLES)[found.role], np.array(DIMENSIONS)[found.dimension]
    answer = np.array(ANSWERS)[found.answer]
    person = zip(found.account.tolist(), found.respondent.tolist(), strict=True)
    which = draw.random(len(found)).tolist()
    quotes = []
    for asked, said, chance in zip(dimension.tolist(), answer.tolist(), which, strict=True):
        stock = _NO_ANSWER[said] if said in _NO_ANSWER else _QUOTES[asked, said]
        quotes.append(stock[int(chance * len(stock))])
    recorder = np.repeat(draw.integers(0, len(_RESEARCHERS), len(found) // len(DIMENSIONS)), len(DIMENSIONS))
    columns = {
        "Account Domain": domain,
        "Respondent ID": np.array([f"P{account:06d}-{number + 1}" for account, number in person]),
        "Respondent Role": role,
        "Method": np.where(role == "outsider", "call_note", "interview"),
        "Dimension": dimension,
        "Answer": answer,
        "Quote": np.array(quotes),
        "Observed At": days(found.observed_at),
        "Recorded At": days(found.recorded_at),
        "Recorded By": np.array(_RESEARCHERS)[recorder],
    }
    return Export("research/interviews.csv", {heading: values[kept] for heading, values in columns.items()})
