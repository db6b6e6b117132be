"""Whom to ask next, and what: the backlog of primary research and how far it has come."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import DIMENSIONS, RESEARCH_STATES, RESPONDENT_ROLES
from tierwise.tables.accounts import ACCOUNT_ID

ASKED = ("question", "interview")

RESEARCH_POOL = Table(
    "research_pool",
    "one row per account worth asking about and dimension",
    (
        ACCOUNT_ID,
        Column("segment", TEXT, "the account's segment"),
        Column("worth", NUMBER, "what acting is worth if the account can act", "model currency, or points of fit"),
        Column("cost", NUMBER, "what acting costs", "as worth"),
        Column("respondents", INTEGER, "people heard so far", "people"),
        Column("people", INTEGER, "people still to ask before a commitment one to one, 1 at least", "people"),
        Column("asked_by_research", INTEGER, "unexpired answers that sales did not report itself", "answers"),
        Column("open", BOOLEAN, "may be acted on now, and its answers do not go stale soon"),
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column("position", INTEGER, "order in which to ask"),
        Column("probability", NUMBER, "probability that it can act on this dimension", "share"),
        Column("informative", INTEGER, "answers behind it", "answers"),
        Column("known", BOOLEAN, "there is an unexpired answer"),
        Column("state", TEXT, "what is known", values=RESEARCH_STATES),
    ),
    ("account_id", "dimension"),
    "What is known of each account worth asking about. Lives while a run needs it; not published.",
)

RESEARCH_OUTCOMES = Table(
    "research_outcomes",
    "one row per account, dimension, people asked and yeses among them",
    (
        ACCOUNT_ID,
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column("position", INTEGER, "order in which to ask"),
        Column("people", INTEGER, "people who will answer", "people"),
        Column("yes", INTEGER, "how many of them say yes", "people"),
        Column("chance", NUMBER, "chance of that", "share"),
        Column("after", NUMBER, "probability of the dimension after that", "share"),
    ),
    meaning="What the next people may say. Lives while a run needs it; not published.",
)

RESEARCH_QUESTIONS = Table(
    "research_questions",
    "one row per account worth asking about and dimension",
    (
        ACCOUNT_ID,
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column(
            "state", TEXT, "what is known: missing was never asked, unknown was asked in vain", values=RESEARCH_STATES
        ),
        Column("probability", NUMBER, "probability that it can act on this dimension", "share"),
        Column("information", NUMBER, "expected value of one more answer, the gate left aside", "as worth"),
        Column("worth_asking", NUMBER, "expected value of one more answer where the gate must open", "as worth"),
    ),
    ("account_id", "dimension"),
    "What one more answer is worth (methods g.6).",
)

RESEARCH = Table(
    "research",
    "one row per account that is worth asking",
    (
        ACCOUNT_ID,
        Column("rank", INTEGER, "place in the list, the most worth per hour first"),
        Column("segment", TEXT, "the account's segment"),
        Column(
            "ask",
            TEXT,
            "one question to someone else, or interviews on everything",
            values=("question", "interview"),
        ),
        Column("dimension", TEXT, "what to ask first: the question, or the weakest dimension", values=DIMENSIONS),
        Column("question", TEXT, "what to ask first, in words"),
        Column(
            "role_wanted", TEXT, "role that nobody has spoken for yet; empty: anybody else", values=RESPONDENT_ROLES
        ),
        Column("people", INTEGER, "people to ask", "people"),
        Column("minutes", NUMBER, "what it takes", "minutes"),
        Column("minutes_so_far", NUMBER, "with everything before it in the list", "minutes"),
        Column("worth", NUMBER, "what acting is worth if the account can act", "model currency, or points of fit"),
        Column("worth_asking", NUMBER, "expected value of asking", "as worth"),
        Column("worth_per_hour", NUMBER, "the same per hour of asking", "as worth, per hour"),
    ),
    ("rank",),
    "Whom to ask next, and what (methods g.6).",
)

RESEARCH_COVERAGE = Table(
    "research_coverage",
    "one row per segment and dimension",
    (
        Column("segment", TEXT, "segment"),
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column("accounts", INTEGER, "accounts that may be seated", "accounts"),
        Column("asked", INTEGER, "of these asked about it", "accounts"),
        Column("answered", INTEGER, "with an unexpired answer", "accounts"),
        Column("stale", INTEGER, "with answers that are all too old", "accounts"),
        Column("contested", INTEGER, "with people who contradict each other", "accounts"),
        Column("passing", INTEGER, "answered, and passing the gate", "accounts"),
    ),
    ("segment", "dimension"),
    "How far research has come.",
)

RESEARCH_TABLES = (RESEARCH_POOL, RESEARCH_OUTCOMES, RESEARCH_QUESTIONS, RESEARCH, RESEARCH_COVERAGE)
