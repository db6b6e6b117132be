"""Lists of the model file as small tables that steps join, and the batches behind a run."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, TIMESTAMP, Column, Table

SPEC_TABLES = (
    Table("spec_sources", "one row per source of the model", (
        Column("source", TEXT, "name of the source"),
        Column("key_space", TEXT, "the source whose account keys it uses"),
        Column("priority", INTEGER, "order in the model, 1 first: wins when records are equally recent"),
    ), ("source",)),
    Table("spec_name_words", "one row per word that company names have in common", (
        Column("word", TEXT, "the word as names write it"),
        Column("means", TEXT, "the word that it stands for"),
        Column("kind", TEXT, "legal form, joining word, note of an exchange, currency, common word; else empty"),
        Column("share", NUMBER, "share of company names that have it", "share"),
    ), ("word",)),
    Table("spec_name_places", "one row per word of a name that is looked at", (
        Column("place", INTEGER, "1 for the first word"),
    ), ("place",)),
    Table("spec_segments", "one row per segment of the model", (
        Column("segment", TEXT, "name of the segment"),
        Column("priority", INTEGER, "order in the model, 1 first"),
        Column("problem", TEXT, "the problem that its accounts share; empty where the model says none"),
    ), ("segment",)),
    Table("spec_teams", "one row per team with capacity", (
        Column("team", TEXT, "name of the team; empty text where the company names none"),
        Column("most_one", INTEGER, "the most seats of tier 1 that it can have", "accounts"),
        Column("most_few", INTEGER, "the most seats of tier 2 that it can have", "accounts"),
    ), ("team",)),
    Table("spec_rests", "one row per reason of a loss that has a rest of its own", (
        Column("reason", TEXT, "reason in lower case"),
        Column("days", INTEGER, "how long an account is parked after it", "days"),
    ), ("reason",)),
    Table("spec_signals", "one row per signal of the model", (
        Column("signal_id", TEXT, "name of the signal"),
        Column("party", TEXT, "party"),
        Column("family", TEXT, "signal family"),
        Column("points", NUMBER, "points when fresh"),
        Column("half_life_days", NUMBER, "half-life", "days"),
        Column("trust", NUMBER, "trust in the party", "share"),
        Column("high_intent", BOOLEAN, "counts towards 'evaluating'"),
    ), ("signal_id",)),
    Table("spec_criteria", "one row per criterion of the scorecard", (
        Column("criterion", TEXT, "name of the criterion"),
        Column("place", INTEGER, "its place among the names in their order, 1 first"),
        Column("weight", NUMBER, "weight", "share"),
    ), ("criterion",)),
    Table("spec_levels", "one row per score that a criterion can give", (
        Column("criterion", TEXT, "name of the criterion"),
        Column("level", NUMBER, "score; of a scale, those of its anchors", "0-5"),
        Column("condition", TEXT, "when it is given"),
    ), ("criterion", "level")),
    Table("spec_dimensions", "one row per dimension of readiness", (
        Column("dimension", TEXT, "dimension"),
        Column("position", INTEGER, "order in which to ask"),
        Column("half_life_days", NUMBER, "half-life of an answer", "days"),
        Column("question", TEXT, "what to ask, supposing no answer"),
        Column("yes_means", TEXT, "what an answer must say to be written down as yes"),
    ), ("dimension",)),
    Table("spec_roles", "one row per role of a respondent", (
        Column("role", TEXT, "role"),
        Column("weight", NUMBER, "weight of the role's answers", "share"),
        Column("counts", BOOLEAN, "counts as a respondent of the account"),
    ), ("role",)),
    Table("spec_answers", "one row per answer", (
        Column("answer", TEXT, "answer"),
        Column("log_likelihood_ratio", NUMBER, "what it adds to the log odds at weight 1"),
    ), ("answer",)),
    Table("spec_outcomes", "one row per number of people asked and of yeses among them", (
        Column("people", INTEGER, "people asked", "people"),
        Column("yes", INTEGER, "who say yes", "people"),
        Column("ways", INTEGER, "orders in which they may say so"),
    ), ("people", "yes")),
    Table("spec_rates", "one row per currency of the model's own rates", (
        Column("currency", TEXT, "ISO 4217 code"),
        Column("rate", NUMBER, "units of the model's currency for one unit"),
    ), ("currency",)),
    Table("spec_stages", "one row per opportunity stage that ends a deal", (
        Column("stage", TEXT, "stage in lower case"),
        Column("outcome", TEXT, "won or lost"),
    ), ("stage",)),
    Table("spec_statuses", "one row per subscription status that the model knows", (
        Column("status", TEXT, "status in lower case"),
        Column("state", TEXT, "not_paying or ended"),
    ), ("status",)),
    Table("spec_roll_ups", "one row per kind of fact that may count at another account", (
        Column("kind", TEXT, "revenue, signals, readiness or people"),
        Column("rule", TEXT, "buying: at the account that buys for it; ultimate: at the top of its group"),
    ), ("kind",)),
    Table("spec_contradictions", "one row per kind of contradiction that is looked for", (
        Column("kind", TEXT, "kind of contradiction"),
        Column("position", INTEGER, "order in which kinds are shown, 1 first"),
        Column("says", TEXT, "what the records say against each other"),
        Column("believed", TEXT, "which of them the figures go by"),
        Column("money_is", TEXT, "what the money of such records is; empty: they have none"),
    ), ("kind",)),
    Table("spec_targets", "one row per target of a leader", (
        Column("target", TEXT, "name of the target"),
        Column("leader", TEXT, "who calls it the target"),
        Column("function", TEXT, "function of the leader"),
        Column("position", INTEGER, "order in the model, 1 first"),
    ), ("target",)),
    Table("spec_target_names", "one row per target and listed account", (
        Column("target", TEXT, "name of the target"),
        Column("value", TEXT, "domain, name or account_id in lower case"),
    ), ("target", "value")),
    Table("spec_target_segments", "one row per target and segment", (
        Column("target", TEXT, "name of the target"),
        Column("segment", TEXT, "segment of the model"),
    ), ("target", "segment")),
    Table("spec_target_owners", "one row per target and person of the leader's team", (
        Column("target", TEXT, "name of the target"),
        Column("owner", TEXT, "owner of activities, in lower case"),
    ), ("target", "owner")),
)  # fmt: skip

CALENDAR = Table("calendar", "one row per month up to as_of", (
    Column("month", DATE, "first day of the month"),
    Column("next_month", DATE, "first day of the following month"),
), ("month",), "Months, so that spells can be counted by month on every engine.")  # fmt: skip

BATCHES = Table("batches", "one row per landing batch behind the run", (
    Column("batch_id", TEXT, "the batch"),
    Column("source", TEXT, "source"),
    Column("fact", TEXT, "kind of table"),
    Column("file", TEXT, "file name"),
    Column("rows_in", INTEGER, "rows in the file"),
    Column("loaded", INTEGER, "rows loaded"),
    Column("rejected", INTEGER, "rows rejected, each with its reason"),
    Column("loaded_at", TIMESTAMP, "when", "UTC"),
), ("batch_id",), "What was read: rows in = loaded + rejected.")  # fmt: skip
