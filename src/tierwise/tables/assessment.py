"""Where each account stands today: separate answers, never one score."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import DIMENSIONS, LIFECYCLE_STAGES, PARTIES, SIGNAL_FAMILIES
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

READINESS_DIMENSIONS = Table(
    "readiness_dimensions",
    "one row per account with evidence and dimension",
    (
        ACCOUNT_ID,
        Column("dimension", TEXT, "dimension of readiness", values=DIMENSIONS),
        Column("probability", NUMBER, "probability that the account can act on this dimension now", "share"),
        Column("respondents", INTEGER, "people with an unexpired answer", "people"),
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
    ),
    ("account_id", "dimension"),
    "What people at the account said, by dimension. No evidence is 'unknown', never 'no'.",
)

READINESS = Table(
    "readiness",
    "one row per account with evidence",
    (
        ACCOUNT_ID,
        Column("respondents", INTEGER, "people asked, outsiders and hearsay left out", "people"),
        Column("dimensions_known", INTEGER, "dimensions with an unexpired answer"),
        Column("weakest_dimension", TEXT, "dimension with the lowest probability", values=DIMENSIONS),
        Column("weakest_probability", NUMBER, "its probability", "share"),
        Column("chance_to_act", NUMBER, "product over the four dimensions, independence assumed", "share"),
        Column("can_act_one_to_one", BOOLEAN, "every dimension passes the gate, with respondents enough for 1:1"),
        Column("heard_one_to_few", BOOLEAN, "respondents enough for 1:few; else its seat is provisional"),
        Column("blocked_by", TEXT, "what keeps the gate closed: unknown:<d>, weak:<d>, contested:<d>, respondents"),
        Column("recheck_on", DATE, "when the answers that decide go stale: ask again"),
    ),
    ("account_id",),
    "Capacity to decide: the weakest dimension rules (methods g.2, g.4).",
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
    READINESS_DIMENSIONS, READINESS, LIFECYCLE,
)  # fmt: skip
