"""Where each account stands today: separate answers, never one score."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, POINTS, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import GRADES, IDENTIFIED_BY, LIFECYCLE_STAGES, PARTIES, SIGNAL_FAMILIES
from tierwise.tables.accounts import ACCOUNT_ID
from tierwise.tables.readiness import READINESS_TABLES

CRITERIA = range(1, 9)  # places of a scorecard's criteria: eight are the most (methods e.1)

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
        Column("identified_by", TEXT, "how an event found the account", values=IDENTIFIED_BY),
        Column("confidence", NUMBER, "how sure that is: what its points are weighted with", "share"),
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
        Column("confidence", NUMBER, "how sure the account is: the surest of the day", "share"),
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
        Column("points", POINTS, "decayed, trusted points weighted with how sure the account is, before the cap"),
        Column("unsure_points", POINTS, "what that weight took away; 0 or less"),
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
        Column("reason", TEXT, "signal:<id>, unsure:<id>, cap:<id>, people or saturation"),
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

FIT_SCORES = Table(
    "fit_scores",
    "one row per account",
    (
        ACCOUNT_ID,
        *(
            Column(f"score_{place}", NUMBER, f"score of criterion {place}; empty when it cannot be known", "0-5")
            for place in CRITERIA
        ),
    ),
    ("account_id",),
    "The score of every criterion, in the order of the criteria's names: other weights leave it as it is.",
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

NPS_COUNTS = (
    Column("answers", INTEGER, "people who answered, each with the newest answer"),
    Column("promoters", INTEGER, "those who said 9 or 10"),
    Column("passives", INTEGER, "those who said 7 or 8"),
    Column("detractors", INTEGER, "those who said 0 to 6"),
    Column(
        "value", NUMBER, "net promoter score: share of promoters less share of detractors; empty: no answer", "points"
    ),
    Column("lo", NUMBER, "lower end of its interval; empty below two answers, or two groups of companies", "points"),
    Column("hi", NUMBER, "upper end of its interval", "points"),
    Column("asked", INTEGER, "people asked; empty where no source lists those who did not answer"),
    Column("asked_answered", INTEGER, "those of them who answered"),
)

NPS_ACCOUNTS = Table(
    "nps_accounts",
    "one row per account of which somebody was asked",
    (ACCOUNT_ID, *NPS_COUNTS, Column("last_answer", DATE, "day of the newest answer")),
    ("account_id",),
    "Whether people at an account would recommend us. Part of no score: it opens no gate and changes no tier.",
)

NPS = Table(
    "nps",
    "one row per segment, and one for all accounts",
    (
        Column("dimension", TEXT, "'segment' or 'total'"),
        Column("name", TEXT, "segment; 'all' for the total"),
        *NPS_COUNTS,
        Column("response_rate", NUMBER, "those of the asked who answered; empty: not known who was asked", "share"),
        Column("accounts", INTEGER, "accounts with an answer"),
        Column("n_clusters", INTEGER, "ultimate parents behind it"),
        Column("n_eff", NUMBER, "effective number of ultimate parents (Kish)"),
        Column("grade", TEXT, "A decision grade, B directional, C insufficient", values=GRADES),
    ),
    ("dimension", "name"),
    "Net promoter score of customers, beside the verdicts and no part of them (methods nps).",
)

NPS_SUMS = Table(
    "nps_sums",
    "one row per segment, and one for all accounts",
    (
        *NPS.columns[:2],
        Column("accounts", INTEGER, "accounts with an answer"),
        Column("promoters", INTEGER, "promoters"),
        Column("passives", INTEGER, "passives"),
        Column("detractors", INTEGER, "detractors"),
        Column("asked", INTEGER, "people asked, of sources that list them"),
        Column("asked_answered", INTEGER, "those of them who answered"),
        Column("n_clusters", INTEGER, "ultimate parents with an answer"),
        Column("answers2", INTEGER, "sum over parents of squared answers"),
        Column("net2", INTEGER, "sum over parents of squared promoters less detractors"),
        Column("answers_net", INTEGER, "sum over parents of answers times promoters less detractors"),
        Column("top", INTEGER, "answers of the largest parent"),
    ),
    ("dimension", "name"),
    "Sums over ultimate parents from which the interval of the net promoter score follows.",
)

ASSESSMENT_TABLES = (
    NPS_ACCOUNTS, NPS_SUMS, NPS,
    SIGNALS, SIGNAL_DAYS, SIGNAL_TOTALS, SIGNAL_PEOPLE, INTENT_REASONS, INTENT, RELATIONSHIP, FIT_SCORES, FIT_REASONS, FIT,
    *READINESS_TABLES, LIFECYCLE,
)  # fmt: skip
