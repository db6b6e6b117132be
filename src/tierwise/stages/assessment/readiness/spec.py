"""What a user may declare about readiness: how answers weigh, when the gate opens, what is asked.

Formula: methods g.2 (log odds, role and age weights, correlated respondents) and g.4 (gate). Signals never write here.
"""

from __future__ import annotations

from math import log
from typing import Literal

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import DIMENSIONS

HALF_LIVES = {"pressure": 90.0, "ownership": 180.0, "authority": 180.0, "timing": 60.0}
# Neutral: no question supposes its answer, so that "nothing" and "nobody" are as easy to say as the rest (methods g.1).
QUESTIONS = {
    "pressure": "What, if anything, would make you change how this is done today, and by when?",
    "ownership": "Who, if anyone, is accountable for this?",
    "authority": "How are budget and priority for this decided, and by whom?",
    "timing": "What happens if nothing changes in the next 6 to 12 months?",
}
# What an answer is written down as `yes` for; `no` is its opposite, said as clearly.
YES_MEANS = {
    "pressure": "names something that forces a change, and a time by which it does",
    "ownership": "names one person who is accountable",
    "authority": "who has the problem also decides on budget and priority, or has the ear of who does",
    "timing": "names a cost of waiting that they will not bear",
}
ROLE_WEIGHTS = {"economic": 1.0, "owner": 1.0, "user": 0.7, "outsider": 0.4, "hearsay": 0.4}
COUNTED_ROLES = ("economic", "owner", "user")
REPORTED_BY_SALES = ("call_note", "hearsay")


class RespondentsSpec(Spec):
    """How many people must have answered."""

    one_to_one: int = default(2, "for tier 1: fewer close the gate", source="methods g.4", unit="people", ge=1)
    one_to_few: int = default(
        1, "for tier 2: with fewer a seat is provisional", source="methods g.4", unit="people", ge=1
    )


class ReadinessSpec(Spec):
    """How evidence becomes readiness, and when the gate is required."""

    gate: float = default(
        0.60, "every dimension must reach this", source="judgement (methods g.4)", unit="share", gt=0, lt=1
    )
    gate_mode: Literal["auto", "required", "advisory"] = default(
        "auto", "auto: advisory while there is no evidence at all, then required for 1:1", source="judgement"
    )
    respondents: RespondentsSpec = Field(default_factory=RespondentsSpec, description="people who must have answered")
    prior: float = default(0.35, "probability before any answer", unit="share", gt=0, lt=1)
    sensitivity: float = default(0.85, "P(yes | can act)", unit="share", gt=0.5, lt=1)
    specificity: float = default(0.85, "P(no | cannot act)", unit="share", gt=0.5, lt=1)
    correlation: float = default(0.30, "correlation between respondents of one account", unit="share", ge=0, lt=1)
    contested_weight: float = default(
        0.5, "yes and no of at least this weight contest each other", source="methods g.3", gt=0
    )
    default_role: Literal["economic", "owner", "user", "outsider", "hearsay"] = default(
        "outsider", "role of a respondent whose record says none; an outsider alone opens no gate", source="judgement"
    )
    default_method: Literal["interview", "survey", "call_note", "hearsay"] = default(
        "interview", "method of a finding whose record says none", source="judgement"
    )
    asked_by_research: int = default(
        1,
        "for tier 1: findings that are neither a call note nor hearsay nor the account owner's own",
        unit="findings",
        source="methods g.3",
        ge=0,
    )
    knowing_role: bool = default(
        False, "an owner who does not know who is accountable counts as half a no on ownership", source="methods g.2"
    )
    talker_weight: float = default(
        0.5, "weight of a talker's yes on ownership; a mobilizer's is 1", source="judgement (methods g.8)", ge=0, le=1
    )
    cooling_days: int = default(
        90,
        "an account that could act within these days and no longer can is cooling",
        source="methods g.5",
        unit="days",
        gt=0,
    )
    questions: dict[str, str] = default(
        lambda: dict(QUESTIONS),
        "what is asked on each dimension; one that supposes its answer gets it",
        source="methods g.1",
    )
    half_life_days: dict[str, float] = default(
        lambda: dict(HALF_LIVES), "half-life of an answer by dimension", unit="days"
    )
    role_weights: dict[str, float] = default(lambda: dict(ROLE_WEIGHTS), "weight of an answer by the respondent's role")

    def tables(self) -> dict[str, list[dict[str, object]]]:
        yes = log(self.sensitivity / (1 - self.specificity))
        no = log((1 - self.sensitivity) / self.specificity)
        return {
            "spec_dimensions": [
                {"dimension": d, "position": i, "half_life_days": self.half_life_days.get(d, HALF_LIVES[d]),
                 "question": self.questions.get(d, QUESTIONS[d]), "yes_means": YES_MEANS[d]}
                for i, d in enumerate(DIMENSIONS, 1)
            ],
            "spec_roles": [
                {"role": r, "weight": self.role_weights.get(r, w), "counts": r in COUNTED_ROLES}
                for r, w in ROLE_WEIGHTS.items()
            ],
            "spec_answers": [
                {"answer": "yes", "log_likelihood_ratio": yes}, {"answer": "no", "log_likelihood_ratio": no},
                {"answer": "partial", "log_likelihood_ratio": 0.0}, {"answer": "unknown", "log_likelihood_ratio": 0.0},
                {"answer": "refused", "log_likelihood_ratio": 0.0},
            ],
        }  # fmt: skip
