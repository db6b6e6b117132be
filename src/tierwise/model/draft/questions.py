"""What a survey's question is about: a dimension of readiness, told by its words, or nothing that a table takes."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Words of a question, as people write them in surveys about a decision (methods g.1 says what each dimension asks).
WORDS: Mapping[str, re.Pattern[str]] = {
    "pressure": re.compile(r"\b(pressing|pressure|urgent|urgency|painful|deadline|cost of (waiting|doing nothing))\b"),
    "ownership": re.compile(r"\b(owner|owns|ownership|responsible|in charge|accountable)\b"),
    "authority": re.compile(
        r"\b(approval|approves?|approved|authority|sign off|signs? off|agreement|agrees?|agreed)\b"
    ),
    "timing": re.compile(r"\b(timing|timeline|this (year|quarter)|next (year|quarter)|when|by what date|months?)\b"),
}


RECOMMENDING = re.compile(r"\brecommend|weiterempf|\brecommand|\brecomend|\bconsiglier|\baanbevel")


def asks_to_recommend(question: str) -> bool:
    """Whether it is the question of the net promoter score."""
    return bool(RECOMMENDING.search(question.lower()))


def subjects(question: str) -> dict[str, str]:
    """Each dimension that the question seems to speak about, with the word that says so. None, one, or several."""
    plain = " ".join(question.lower().split())
    found = {dimension: pattern.search(plain) for dimension, pattern in WORDS.items()}
    return {dimension: hit.group() for dimension, hit in found.items() if hit}
