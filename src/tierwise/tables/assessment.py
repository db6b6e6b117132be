"""Where each account stands today: separate answers, never one score."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import (
    ANSWERS,
    DEMAND_TEMPERATURES,
    DIMENSIONS,
    EVIDENCE_METHODS,
    LIFECYCLE_STAGES,
    PARTIES,
    RESPONDENT_ROLES,
    SIGNAL_FAMILIES,
)
from tierwise.tables.accounts import ACCOUNT_ID

SIGNALS = Table(
    "signals",
    "one row per signal",
    (
        ACCOUNT_ID,
        Column("signal_id", TEXT, "signal of the model that it is"),
        Column("person", TEXT, "identified person, by contact_id where known; empty when anonymous"),
        Column("device", TEXT, "device of an anonymous visitor"),
        Column("function", TEXT, "business function of the person, when known"),
        Column("occurred_at", TIMESTAMP, "when it happened", "UTC"),
        Column("source", TEXT, "source that brought it"),
        Column("record_id", TEXT, "record in the source"),
    ),
    ("source", "record_id"),
    "Dated events about accounts that the model counts as signals. Derived on reading, not stored.",
)

SIGNAL_DAYS = Table(
    "signal_days",
    "one row per account, signal, person or device, and day",
    (
        ACCOUNT_ID,
        Column("signal_id", TEXT, "signal of the model"),
        Column("person", TEXT, "identified person, by contact_id where known; empty when anonymous"),
        Column("device", TEXT, "device of an anonymous visitor"),
        Column("function", TEXT, "business function of the person, when known"),
        Column("last_at", TIMESTAMP, "latest of the day", "UTC"),
    ),
    meaning="Repeats by one person of one signal on one day are one. Lives while a run needs it; not published.",
)

SIGNAL_TOTALS = Table(
    "signal_totals",
    "one row per account and signal",
    (
        ACCOUNT_ID,
        Column("signal_id", TEXT, "signal of the model"),
        Column("party", TEXT, "where it comes from", values=PARTIES),
        Column("family", TEXT, "signal family", values=SIGNAL_FAMILIES),
        Column("signals", INTEGER, "signals counted (one per person, signal and day)"),
        Column("points", POINTS, "decayed, trusted points before the cap"),
        Column("last_at", TIMESTAMP, "when the latest happened", "UTC"),
    ),
    ("account_id", "signal_id"),
    "What each signal contributes to each account.",
)

SIGNAL_PEOPLE = Table(
    "signal_people",
    "one row per account with signals",
    (
        ACCOUNT_ID,
        Column("persons", INTEGER, "identified persons in the window", "people"),
        Column("devices", INTEGER, "anonymous devices in the window"),
        Column("functions", INTEGER, "business functions among the persons"),
        Column("families", INTEGER, "signal families in the window"),
        Column("high_intent", BOOLEAN, "a high-intent signal in the window"),
        Column(
            "own_persons", INTEGER, "identified persons in the window behind signals that were not bought", "people"
        ),
        Column("own_devices", INTEGER, "anonymous devices behind them"),
        Column("own_families", INTEGER, "families among them"),
    ),
    ("account_id",),
    "Who shows the attention.",
)

INTENT_REASONS = Table(
    "intent_reasons",
    "one row per account and reason",
    (
        ACCOUNT_ID,
        Column("reason", TEXT, "signal:<id>, cap:<id>, people or saturation"),
        Column("points", POINTS, "what it adds to intent; they sum to it exactly", "points of 100"),
        Column("signals", INTEGER, "signals (or people) behind it"),
        Column("last_at", TIMESTAMP, "when the latest happened", "UTC"),
    ),
    ("account_id", "reason"),
    "Why an account's intent is what it is.",
)

INTENT = Table(
    "intent",
    "one row per account with signals",
    (
        ACCOUNT_ID,
        Column("intent", POINTS, "decayed, trusted, capped attention", "0-100"),
        Column("people", INTEGER, "identified persons in the window (anonymous devices count a third)", "people"),
        Column("families", INTEGER, "signal families in the window"),
        Column("high_intent", BOOLEAN, "a high-intent signal in the window"),
        Column("first_party", BOOLEAN, "some signal comes from our own properties"),
        Column("third_party_only", BOOLEAN, "every signal is bought"),
        Column(
            "guarded",
            BOOLEAN,
            "fewer than two families and fewer than two people in the window: makes no lifecycle stage",
        ),
        Column(
            "corroborated",
            BOOLEAN,
            "two families or two people in the window without any bought signal: ranks accounts",
        ),
        Column("last_signal_at", TIMESTAMP, "latest signal", "UTC"),
    ),
    ("account_id",),
    "How much attention an account pays (methods f.1, f.2, f.4).",
)

RELATIONSHIP = Table(
    "relationship",
    "one row per account with known people or touches",
    (
        ACCOUNT_ID,
        Column("known_contacts", INTEGER, "contacts who still work there", "people"),
        Column("engaged_contacts", INTEGER, "contacts with buyer activity in the window", "people"),
        Column("contact_functions", INTEGER, "business functions among the known contacts"),
        Column("from_customers", INTEGER, "known contacts who worked at a customer of ours before", "people"),
        Column("last_buyer_activity_at", TIMESTAMP, "latest inbound activity or first-party event", "UTC"),
    ),
    ("account_id",),
    "How well we know people there.",
)

FIT_REASONS = Table(
    "fit_reasons",
    "one row per account and criterion",
    (
        ACCOUNT_ID,
        Column("criterion", TEXT, "criterion of the scorecard"),
        Column("score", NUMBER, "score; empty when it cannot be known", "0-5"),
        Column("weight", NUMBER, "the model's weight", "share"),
        Column("points", POINTS, "what it adds to fit; they sum to it exactly", "points of 100"),
    ),
    ("account_id", "criterion"),
    "Why an account's fit is what it is.",
)

FIT = Table(
    "fit",
    "one row per account",
    (
        ACCOUNT_ID,
        Column("fit", POINTS, "weighted score over the known criteria; empty when none is known", "0-100"),
        Column("lowest", POINTS, "fit if every unknown criterion were 0", "0-100"),
        Column("highest", POINTS, "fit if every unknown criterion were 5", "0-100"),
        Column("coverage", NUMBER, "weight of the known criteria", "share"),
        Column("scorable", BOOLEAN, "coverage reaches the model's minimum"),
    ),
    ("account_id",),
    "How well an account matches what has been worth winning (methods e.1).",
)

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
    Column("recheck_on", DATE, "when the answers that decide go stale"),
    Column(
        "ask_again_on", DATE, "when to ask again: an open gate when it goes stale, a no after its half-life, else now"
    ),
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

LIFECYCLE = Table(
    "lifecycle",
    "one row per account",
    (
        ACCOUNT_ID,
        Column("stage", TEXT, "where the account is in its own journey", values=LIFECYCLE_STAGES),
        Column("since", DATE, "since when, where a dated fact says it"),
        Column("because", TEXT, "the fact that decides"),
        Column("dormant", BOOLEAN, "no signal and no move of the buyer within the model's dormant days"),
        Column("stale_deal", BOOLEAN, "an open deal without buyer activity for the model's stale days"),
        Column("group_customer", BOOLEAN, "not a customer itself, but a company above it in its group is"),
    ),
    ("account_id",),
    "Lifecycle stage, first that is true (methods k).",
)

ASSESSMENT_TABLES = (
    SIGNALS, SIGNAL_DAYS, SIGNAL_TOTALS, SIGNAL_PEOPLE, INTENT_REASONS, INTENT, RELATIONSHIP, FIT_REASONS, FIT,
    READINESS_DAYS, ANSWERS_BY_DAY, READINESS_BY_DAY, READINESS_DIMENSIONS, GATE_BY_DAY, READINESS, LIFECYCLE, DEMAND,
)  # fmt: skip
