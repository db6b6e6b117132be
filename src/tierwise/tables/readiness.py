"""What people at an account said, by dimension, and whether the account can act."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import ANSWERS, DEMAND_TEMPERATURES, DIMENSIONS, EVIDENCE_METHODS, RESPONDENT_ROLES
from tierwise.tables.accounts import ACCOUNT_ID

READINESS_DAYS = Table(
    "readiness_days",
    "one row per account with evidence and day",
    (ACCOUNT_ID, Column("day", DATE, "a day on which the account may have begun to be able to act, and as_of")),
    ("account_id", "day"),
    "When readiness is looked at. Lives while a run needs it; not published.",
)

ANSWERS_BY_DAY = Table(
    "answers_by_day",
    "one row per account, day, dimension and respondent",
    (
        ACCOUNT_ID,
        Column("day", DATE, "day on which the answer is looked at"),
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column("respondent", TEXT, "who answered, in lower case"),
        Column("role", TEXT, "the respondent's role in the decision", values=RESPONDENT_ROLES),
        Column("method", TEXT, "how it was asked", values=EVIDENCE_METHODS),
        Column("reported_by_sales", BOOLEAN, "a call note, hearsay, or what the account's own owner reports"),
        Column("answer", TEXT, "the latest given by that day", values=ANSWERS),
        Column("quote", TEXT, "verbatim"),
        Column("observed_at", TIMESTAMP, "when it was said", "UTC"),
        Column("expires_on", DATE, "the last day on which it counts, where one was given"),
        Column("age_days", INTEGER, "its age on that day", "days"),
        Column("weight", NUMBER, "weight by role and age, and by stance for ownership"),
        Column("ratio", NUMBER, "log likelihood ratio at weight 1"),
        Column("fresh", BOOLEAN, "says something and is no older than two half-lives"),
        Column("counts", BOOLEAN, "from a role that counts as a respondent of the account"),
        Column("source", TEXT, "its source"),
        Column("record_id", TEXT, "its record"),
    ),
    meaning="The answer in force of each person. Lives while a run needs it; not published.",
)

OF_A_DIMENSION = (
    Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
    Column("probability", NUMBER, "probability that the account can act on this dimension now", "share"),
    Column("informative", INTEGER, "answers that moved it", "answers"),
    Column("respondents", INTEGER, "people with an unexpired answer", "people"),
    Column("asked_by_research", INTEGER, "unexpired answers that sales did not report itself", "answers"),
    Column("yes_weight", NUMBER, "weight of the answers yes"),
    Column("no_weight", NUMBER, "weight of the answers no"),
    Column("unknown_answers", INTEGER, "respondents who did not know or refused", "people"),
    Column("contested", BOOLEAN, "weighty answers yes and no both"),
    Column("last_observed_at", TIMESTAMP, "latest unexpired answer", "UTC"),
    Column("age_days", INTEGER, "age of the latest unexpired answer", "days"),
    Column(
        "holds_until", DATE, "last day on which it is known and passes the gate, if it does, unless somebody is asked"
    ),
    Column("last_answer", TEXT, "latest unexpired answer"),
    Column("last_quote", TEXT, "its quote"),
    Column("source", TEXT, "its source"),
    Column("record_id", TEXT, "its record"),
)

READINESS_BY_DAY = Table(
    "readiness_by_day",
    "one row per account with evidence, day and dimension",
    (ACCOUNT_ID, Column("day", DATE, "day on which it is looked at"), *OF_A_DIMENSION),
    ("account_id", "day", "dimension"),
    "What people had said by a day, by dimension. Lives while a run needs it; not published.",
)

READINESS_DIMENSIONS = Table(
    "readiness_dimensions",
    "one row per account with evidence and dimension",
    (ACCOUNT_ID, *OF_A_DIMENSION),
    ("account_id", "dimension"),
    "What people at the account said, by dimension. No evidence is 'unknown', never 'no'.",
)

OF_A_GATE = (
    Column("respondents", INTEGER, "people asked, outsiders and hearsay left out", "people"),
    Column("asked_by_research", INTEGER, "unexpired answers that sales did not report itself", "answers"),
    Column("dimensions_known", INTEGER, "dimensions with an unexpired answer"),
    Column("contested", INTEGER, "dimensions on which people contradict each other"),
    Column("weakest_dimension", TEXT, "dimension with the lowest probability", values=DIMENSIONS),
    Column("weakest_probability", NUMBER, "its probability", "share"),
    Column("chance_to_act", NUMBER, "product over the four dimensions, independence assumed", "share"),
    Column("can_act", BOOLEAN, "every dimension passes the gate, with respondents enough for 1:few"),
    Column("can_act_one_to_one", BOOLEAN, "the same with respondents enough for 1:1, and not by sales alone"),
    Column("heard_one_to_few", BOOLEAN, "respondents enough for 1:few; else its seat is provisional"),
    Column(
        "blocked_by",
        TEXT,
        "what keeps the gate closed: unknown:<d>, weak:<d>, contested:<d>, respondents, reported_by_sales",
    ),
    Column(
        "recheck_on",
        DATE,
        "last day on which what decides holds: no answer expires, goes stale or fades below the gate",
    ),
    Column("ask_again_on", DATE, "when to ask again: an open gate on that day, a no after its half-life, else now"),
)

GATE_BY_DAY = Table(
    "gate_by_day",
    "one row per account with evidence and day",
    (ACCOUNT_ID, Column("day", DATE, "day on which it is looked at"), *OF_A_GATE),
    ("account_id", "day"),
    "The gate as it stood on a day. Lives while a run needs it; not published.",
)

READINESS = Table(
    "readiness",
    "one row per account with evidence",
    (
        ACCOUNT_ID,
        *OF_A_GATE,
        Column(
            "agreement", NUMBER, "Krippendorff's alpha of its respondents: 1 agree, 0 chance; empty: not comparable"
        ),
        Column("compared_answers", INTEGER, "answers on dimensions that two or more people answered", "answers"),
    ),
    ("account_id",),
    "Capacity to decide: the weakest dimension rules (methods g.2 to g.4).",
)

DEMAND = Table(
    "demand_temperatures",
    "one row per account with evidence; every other account is unknown",
    (
        ACCOUNT_ID,
        Column("temperature", TEXT, "demand temperature, the first that is true", values=DEMAND_TEMPERATURES),
        Column("could_act_on", DATE, "the latest day looked at on which the account could act"),
    ),
    ("account_id",),
    "The readiness of an account in one word (methods g.5).",
)

READINESS_TABLES = (
    READINESS_DAYS,
    ANSWERS_BY_DAY,
    READINESS_BY_DAY,
    READINESS_DIMENSIONS,
    GATE_BY_DAY,
    READINESS,
    DEMAND,
)
