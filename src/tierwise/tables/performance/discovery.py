"""Profiles found in the records: who was searched, in which words, what was found and what could have been."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, TEXT, TIMESTAMP, Column, Table

ATTRIBUTE = Column("attribute", TEXT, "a column of accounts, or 'signal:' and the name of a signal")
ACCOUNT = Column("account_id", TEXT, "the account")
BUCKET = Column("bucket", INTEGER, "which of the equal lots its ultimate parent was drawn into")
PROFILE = Column("profile", TEXT, "numbers of its selectors, joined by commas")
SUMS = (
    Column("n", INTEGER, "accounts", "accounts"),
    Column("s", NUMBER, "sum of weights"),
    Column("e", NUMBER, "sum of outcomes"),
    Column("ss", NUMBER, "sum of squared weights"),
    Column("ee", NUMBER, "sum of squared outcomes"),
    Column("se", NUMBER, "sum of weight times outcome"),
)


def _sums(side: str, of: str) -> tuple[Column, ...]:
    clusters = Column("k", INTEGER, "ultimate parents")
    return tuple(Column(f"{c.name}_{side}", c.type, f"{c.meaning}, {of}", c.unit) for c in (*SUMS, clusters))


DISCOVERY_TABLES = (
    Table("profile_purchases", "one row per account that ever bought", (
        ACCOUNT,
        Column("purchased_at", TIMESTAMP, "first day of the first paid month, or the first won deal", "UTC"),
        Column("known_until", TIMESTAMP, "end of that month: what was known then may describe it", "UTC"),
    ), ("account_id",), "When each customer became one: behaviour counts only before that."),
    Table("profile_customers", "one row per customer whose outcome is known", (
        ACCOUNT,
        Column("cluster_id", TEXT, "its ultimate parent: the unit of uncertainty"),
        BUCKET,
        Column("weight", NUMBER, "revenue at the start; 1 where the target is lifetime value"),
        Column("outcome", NUMBER, "revenue at the end, or the account's pseudo-value of lifetime value"),
        Column("stayed", BOOLEAN, "it still pays"),
    ), ("account_id",), "The target of discovery: a profile's value is its sum of outcomes over its sum of weights."),
    Table("profile_traits", "one row per customer and attribute on record", (
        ATTRIBUTE, ACCOUNT,
        Column("value", TEXT, "the value, of text and yes/no attributes"),
        Column("number", NUMBER, "the value, of attributes that are numbers"),
    ), ("attribute", "account_id"), "What was known of each customer when its outcome was still open."),
    Table("profile_trait_counts", "one row per attribute", (
        ATTRIBUTE,
        Column("customers", INTEGER, "customers", "accounts"),
        Column("present", INTEGER, "customers with a value", "accounts"),
        Column("stayed", INTEGER, "customers who stayed", "accounts"),
        Column("present_stayed", INTEGER, "those of them with a value", "accounts"),
        Column("others", INTEGER, "accounts that never bought", "accounts"),
        Column("others_present", INTEGER, "those of them with a value", "accounts"),
        Column("distinct_values", INTEGER, "different values"),
        Column("lower_quartile", NUMBER, "of attributes that are numbers"),
        Column("median", NUMBER, "of attributes that are numbers"),
        Column("upper_quartile", NUMBER, "of attributes that are numbers"),
    ), ("attribute",), "How complete each attribute is, and whether being on record already tells the outcome."),
    Table("profile_trait_values", "one row per attribute and frequent value", (
        ATTRIBUTE,
        Column("value", TEXT, "the value"),
        Column("n", INTEGER, "customers with it", "accounts"),
    ), ("attribute", "value"), "Values that enough customers share to be told apart."),
    Table("profile_attributes", "one row per attribute", (
        ATTRIBUTE,
        Column("kind", TEXT, "text, number, yes/no, behaviour or other"),
        Column("place", INTEGER, "its place in the search, from 0; empty when it is not searched"),
        Column("missing", NUMBER, "customers without a value", "share"),
        Column("reason", TEXT, "why it is not searched"),
    ), ("attribute",), "What was searched and what was not, with the reason."),
    Table("profile_selectors", "one row per selector", (
        Column("selector", INTEGER, "its number, from 0"),
        ATTRIBUTE,
        Column("place", INTEGER, "place of its attribute"),
        Column("low_code", INTEGER, "first code that it covers"),
        Column("high_code", INTEGER, "last code that it covers"),
        Column("code", INTEGER, "its code, where it is a single value or class; ranges have none"),
        Column("unit", INTEGER, "32 to the power of the place: where the code stands in the packed number"),
        Column("value", TEXT, "the value"),
        Column("low", NUMBER, "lowest number of the class; empty: no lower end"),
        Column("high", NUMBER, "first number above the class; empty: no upper end"),
        Column("label", TEXT, "the condition in words"),
        Column("condition", TEXT, "the condition as the model writes it; empty for behaviour"),
    ), ("selector",), "The words of the search: attribute = value, or a number within limits."),
    Table("profile_codes", "one row per customer", (
        ACCOUNT,
        Column("cluster_id", TEXT, "its ultimate parent"),
        BUCKET,
        Column("weight", NUMBER, "as in profile_customers"),
        Column("outcome", NUMBER, "as in profile_customers"),
        Column("code", INTEGER, "codes of all attributes, five bits each"),
    ), ("account_id",), "Each customer in the words of the search."),
    Table("profile_blocks", "one row per block of attributes, combination of codes and bucket", (
        Column("places", INTEGER, "attributes of the block, one bit each"),
        Column("cell", INTEGER, "their codes, packed as in profile_codes"),
        BUCKET, *SUMS,
    ), ("places", "cell", "bucket"), "The cube: sums from which every conjunction follows."),
    Table("profile_sample", "one row per customer drawn", (
        ACCOUNT,
        Column("code", INTEGER, "codes of all attributes, five bits each"),
    ), ("account_id",), "Customers on whom the overlap of two profiles is counted; all where there are few."),
    Table("profile_proposals", "one row per split, tail and profile", (
        Column("split", INTEGER, "the split, from 0"),
        Column("tail", TEXT, "good or bad", values=("good", "bad")),
        PROFILE,
        Column("factor", NUMBER, "what its p-value in this split is multiplied by; the strongest proposal pays least"),
    ), ("split", "tail", "profile"), "What each half that searches proposes to the half that judges."),
    Table("profile_contrasts", "one row per profile to test, and per condition to test within the wider profile", (
        Column("contrast", INTEGER, "its number, from 1"),
        PROFILE,
        Column("added", INTEGER, "the condition tested within the profile without it or wider; empty: the profile itself"),
        *(Column(f"{what}_{i}", INTEGER, f"{what} of condition {i}") for i in (1, 2, 3) for what in ("unit", "low", "high")),
        Column("added_unit", INTEGER, "unit of the added selector"),
        Column("added_low", INTEGER, "its first code"),
        Column("added_high", INTEGER, "its last code"),
    ), ("contrast",), "What is tested: profiles that at least half of the splits proposed."),
    Table("profile_sums", "one row per contrast and bucket; contrast 0 is everybody", (
        Column("contrast", INTEGER, "the contrast"),
        BUCKET,
        *_sums("in", "inside"),
        *_sums("out", "outside"),
    ), ("contrast", "bucket"), "Sums over parents on both sides; outside a profile, everybody (0) is still to be added."),
    Table("profile_evidence", "one row per tail and profile proposed by at least half of the splits", (
        Column("tail", TEXT, "good or bad", values=("good", "bad")),
        PROFILE,
        Column("splits", INTEGER, "splits that proposed it"),
        Column("value", NUMBER, "value of the profile, median over the halves that test"),
        Column("value_outside", NUMBER, "value of the other customers"),
        Column("effect", NUMBER, "value minus value outside, median over the halves that test"),
        Column("lo", NUMBER, "lower end of its interval, median"),
        Column("hi", NUMBER, "upper end of its interval, median"),
        Column("level", NUMBER, "level of the interval", "share"),
        Column("q", NUMBER, "chance that anything false is shown when everything up to here is"),
        Column("n", INTEGER, "customers", "accounts"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("n_eff", NUMBER, "effective number (Kish)"),
        Column("shrunk_value", NUMBER, "value shrunk toward everybody's; empty with fewer than four proposals"),
        Column("productive", BOOLEAN, "each of its conditions adds to the others"),
        Column("found", BOOLEAN, "q within the limit, and productive"),
    ), ("tail", "profile"), "What the halves that did not search say of each proposal."),
    Table("profile_overlaps", "one row per pair of profiles found", (
        PROFILE,
        Column("other", TEXT, "the other profile"),
        Column("n", INTEGER, "customers in the first", "accounts"),
        Column("n_other", INTEGER, "customers in the other", "accounts"),
        Column("n_both", INTEGER, "customers in both", "accounts"),
    ), ("profile", "other"), "How many customers two profiles share."),
    Table("profiles", "one row per tail and profile found", (
        Column("tail", TEXT, "good or bad", values=("good", "bad")),
        Column("rank", INTEGER, "order within the tail, strongest evidence first"),
        PROFILE,
        Column("name", TEXT, "a name for the model"),
        Column("label", TEXT, "its conditions in words"),
        Column("condition", TEXT, "its conditions as the model writes them; empty where behaviour is among them"),
        *(Column(name, NUMBER, meaning) for name, meaning in (
            ("value", "value of the profile"), ("value_outside", "value of the other customers"), ("effect", "difference"),
            ("lo", "lower end of its interval"), ("hi", "upper end"), ("level", "level of the interval"),
            ("shrunk_value", "value shrunk toward everybody's"), ("q", "chance that anything up to here is false"),
        )),
        Column("n", INTEGER, "customers", "accounts"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("n_eff", NUMBER, "effective number (Kish)"),
    ), ("tail", "rank"), "Profiles whose customers did better or worse than the others, beyond chance."),
    Table("profile_limits", "one row per number of conditions", (
        Column("depth", INTEGER, "conditions"),
        Column("profiles", INTEGER, "profiles with enough customers"),
        Column("n", NUMBER, "customers of a typical one", "accounts"),
        Column("n_eff", NUMBER, "effective number of a typical one"),
        Column("smallest_effect", NUMBER, "smallest difference that would be found in a typical one with the model's power"),
        Column("smallest_effect_best", NUMBER, "the same in the one where it is smallest"),
    ), ("depth",), "What could have been found: a search that finds nothing says only that nothing is larger."),
)  # fmt: skip
