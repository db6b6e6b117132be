"""How good the records are: what each source says, what is believed of it, measures, scores and defects."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.accounts import ACCOUNT_ID

FIELD = Column("field", TEXT, "column of accounts that is looked at; empty text: the account as a whole")
DEFECT = Column("defect", TEXT, "class of defect")
SHARE = (
    Column("lo", NUMBER, "lower end of the 95 % interval", "share"),
    Column("hi", NUMBER, "upper end of the 95 % interval", "share"),
)
# Sums over ultimate parents from which a share and its interval follow.
SUMS = (
    Column("accounts", INTEGER, "accounts looked at", "accounts"),
    Column("clusters", INTEGER, "ultimate parents among them"),
    Column("looked", NUMBER, "values, records, pairs or accounts looked at"),
    Column("met", NUMBER, "how many of them meet it, or have the defect; for timeliness what is left of them, summed"),
    Column("looked2", NUMBER, "squares of what was looked at per ultimate parent, summed"),
    Column("met2", NUMBER, "squares of what meets it per ultimate parent, summed"),
    Column("crossed", NUMBER, "products of the two per ultimate parent, summed"),
    Column("most", NUMBER, "the most that was looked at of one ultimate parent"),
)
SPEC_AUDIT_FIELDS = Table("spec_audit_fields", "one row per field that the audit looks at", (
    Column("field", TEXT, "column of accounts"),
    Column("position", INTEGER, "order in which fields are shown, 1 first"),
    Column("importance", NUMBER, "how much of the list rests on it: 1 decides whether an account is in it", "share"),
    Column("half_life_months", NUMBER, "months after which half of the values have changed", "months"),
    Column("verified", TEXT, "own column with the day on which it was last checked"),
    Column("is_number", BOOLEAN, "a number, compared by how far apart"),
    Column("is_date", BOOLEAN, "a day"),
), ("field",), "What the audit looks at, from the section `audit` of the model.")  # fmt: skip

AUDIT_WORDS = Table("audit_words", "one row per account, source and field that it fills", (
    ACCOUNT_ID,
    Column("source", TEXT, "source of the model"),
    FIELD,
    Column("value", TEXT, "its latest word on the field, as text"),
    Column("checked_on", DATE, "day on which somebody last checked it, where the model names a column with that day"),
), ("account_id", "source", "field"), "What each source says, before any of it is believed.")  # fmt: skip

AUDIT_VALUES = Table("audit_values", "one row per account and field", (
    ACCOUNT_ID,
    FIELD,
    Column("value", TEXT, "what the list believes, as text; a domain that is none as it was written"),
    Column("filled", BOOLEAN, "it says something: no placeholder, and not a count of nobody"),
    Column("valid", BOOLEAN, "it meets its rule; empty where nothing is filled or no rule judges it"),
    Column("checked_on", DATE, "day on which somebody last checked it; empty where no record says"),
    Column("age_days", INTEGER, "days since then", "days"),
    Column("contradicted", BOOLEAN, "another source says something else; empty where one source speaks alone"),
    Column("other_value", TEXT, "what the other source says"),
), ("account_id", "field"), "The fields of every account, judged one by one.")  # fmt: skip

AUDIT_RECORDS = Table("audit_records", "one row per account and source", (
    ACCOUNT_ID,
    Column("source", TEXT, "source of the model"),
    Column("records", INTEGER, "records that it has for the account", "records"),
), ("account_id", "source"), "How often each source holds an account, after resolution.")  # fmt: skip

AUDIT_OWNERS = Table("audit_owners", "one row per account", (
    ACCOUNT_ID,
    Column("owners", INTEGER, "different owners that its records name", "people"),
    Column("active_owners", INTEGER, "of them, those who have not left (`audit.former_owners`)", "people"),
), ("account_id",), "Who owns an account: one person, or nobody does.")  # fmt: skip

AUDIT_COUNTS = Table("audit_counts", "one row per field and dimension of quality", (
    FIELD,
    Column("dimension", TEXT, "dimension of quality"),
    *SUMS,
), ("field", "dimension"), "Counts from which the measures follow.")  # fmt: skip

AUDIT_CELLS = Table("audit_cells", "one row per field and pair of words", (
    FIELD,
    Column("first", INTEGER, "band in the first source, from 0; empty for words"),
    Column("second", INTEGER, "band in the second source"),
    Column("same", BOOLEAN, "both say the same"),
    Column("n", INTEGER, "pairs of sources that say so of an account", "pairs"),
), ("field", "first", "second", "same"), "What two sources say of the same field of the same account.")  # fmt: skip

AUDIT_MEASURES = Table("audit_measures", "one row per field and dimension of quality that could be measured", (
    FIELD,
    Column("dimension", TEXT, "completeness, validity, uniqueness, timeliness, consistency, hierarchy or ownership"),
    Column("value", NUMBER, "1 is flawless", "share"),
    *SHARE,
    Column("n", INTEGER, "values, records, accounts or pairs judged"),
    Column("n_clusters", INTEGER, "ultimate parents behind it"),
    Column("n_eff", NUMBER, "effective number of ultimate parents (Kish)"),
    Column("method", TEXT, "wilson: a share; mean: of what is left of each value; weighted_kappa: agreement in bands"),
    Column("grade", TEXT, "evidence grade: A, B or C"),
), ("field", "dimension"), "How good the records are, dimension by dimension. What was not measured has no row.")  # fmt: skip

AUDIT_SCORES = Table("audit_scores", "one row per field, and one for all (field '')", (
    FIELD,
    Column("importance", NUMBER, "how much of the list rests on the field", "share"),
    Column("score", NUMBER, "weighted geometric mean of its dimensions; of all: weighted mean of the fields read", "0-100"),
    Column("lo", NUMBER, "lower end of the 95 % interval", "0-100"),
    Column("hi", NUMBER, "upper end of the 95 % interval", "0-100"),
    Column("least_field", TEXT, "the field whose worst dimension is the worst"),
    Column("least_dimension", TEXT, "its worst dimension"),
    Column("least", NUMBER, "the value of that dimension: a mean can hide it", "0-100"),
    Column("n", INTEGER, "values judged"),
    Column("measured", INTEGER, "dimensions, or fields, that could be measured"),
), ("field",), "The score of each field that is read or filled, and never without its minimum.")  # fmt: skip

AUDIT_ROWS = Table("audit_rows", "one row per defect, field and account", (
    DEFECT,
    FIELD,
    ACCOUNT_ID,
    Column("value", TEXT, "what is written; of a contradiction what the other source says, of records how many"),
), ("defect", "field", "account_id"), "The accounts behind every defect.")  # fmt: skip

AUDIT_PEOPLE = Table("audit_people", "one row per defect and contact", (
    DEFECT,
    Column("field", TEXT, "what it is about: the title, the address or the person"),
    Column("contact_id", TEXT, "the contact"),
    ACCOUNT_ID,
    Column("value", TEXT, "the title or the address; why the person left"),
), ("defect", "contact_id"), "The people behind the defects of contacts.")  # fmt: skip

AUDIT_FOUND = Table("audit_found", "one row per defect and field that was looked for", (
    DEFECT,
    FIELD,
    *SUMS,
), ("defect", "field"), "How many have each defect.")  # fmt: skip

AUDIT_DEFECTS = Table("audit_defects", "one row per defect and field that was found", (
    DEFECT,
    FIELD,
    Column("position", INTEGER, "order in which they are shown, 1 first"),
    Column("says", TEXT, "what is wrong"),
    Column("of", TEXT, "what has it", values=("accounts", "contacts")),
    Column("accounts", INTEGER, "how many have it: accounts, or contacts"),
    Column("n", INTEGER, "how many could have it"),
    Column("share", NUMBER, "the first of the second", "share"),
    *SHARE,
    Column("n_eff", NUMBER, "effective number of ultimate parents behind the share (Kish)"),
    Column("grade", TEXT, "evidence grade of the share: A, B or C"),
    Column("importance", NUMBER, "how much of the list rests on the field", "share"),
), ("defect", "field"), "What is wrong with the records. Who has it is in `audit_rows` and `audit_people`.")  # fmt: skip

AUDIT_DRAWS = Table("audit_draws", "one row per draw and share of the records that is repaired", (
    Column("draw", INTEGER, "number of the draw"),
    Column("share", NUMBER, "share of the records with a defect that is repaired", "share"),
), ("draw", "share"), "How often repaired records are drawn; not part of a run, made by `tierwise audit`.")  # fmt: skip

AUDIT_DONORS = Table("audit_donors", "one row per field and place", (
    FIELD,
    Column("place", INTEGER, "its place among the values of the field, 1 first: accounts that are alike side by side"),
    Column("first", TEXT, "what accounts are alike in first: their industry, or their size where industries are drawn"),
    Column("second", TEXT, "then: their size, or their country"),
    Column("third", TEXT, "then: their country"),
    Column("value", TEXT, "a value that an account without the defect has; of a domain, that account"),
), ("field", "place"), "What a repaired record may turn out to say.")  # fmt: skip

CONTEST = Column("contest", TEXT, "one defect of one field, or all, repaired in a share of its records in one draw")
AUDIT_REPAIRS = Table("audit_repairs", "one row per contest, field and account whose value a repair changes", (
    CONTEST,
    Column("defect", TEXT, "class of defect that is repaired, or all"),
    Column("of_field", TEXT, "the field whose defect is repaired; empty where all are"),
    Column("share", NUMBER, "share of the records with the defect that is repaired", "share"),
    Column("draw", INTEGER, "number of the draw"),
    FIELD,
    ACCOUNT_ID,
    Column("value", TEXT, "what it says then; of a domain, whose attention it has; of a record, which account it is"),
), ("contest", "field", "account_id"), "What repaired records say in each draw.")  # fmt: skip

AUDIT_TABLES = (
    SPEC_AUDIT_FIELDS, AUDIT_WORDS, AUDIT_VALUES, AUDIT_RECORDS, AUDIT_OWNERS, AUDIT_COUNTS, AUDIT_CELLS, AUDIT_MEASURES,
    AUDIT_SCORES, AUDIT_ROWS, AUDIT_PEOPLE, AUDIT_FOUND, AUDIT_DEFECTS, AUDIT_DRAWS, AUDIT_DONORS, AUDIT_REPAIRS,
)  # fmt: skip
