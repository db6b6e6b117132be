"""What a customer is worth."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import ESTIMATE, SLICE, excluded

LIFETIME_VALUE = Table(
    "lifetime_value",
    "one row per dimension and name",
    (
        *SLICE,
        *ESTIMATE,
        Column("supported_months", INTEGER, "horizon that the records support: the value is within it", "months"),
        Column("expected_months", NUMBER, "mean months as a customer within that horizon", "months"),
        Column("median_months", NUMBER, "months after which half are gone; empty: not reached", "months"),
        Column("value_of_all", NUMBER, "everybody's value within the same horizon", "model currency per account"),
        Column("chance_above_all", NUMBER, "probability that the value is at or above everybody's", "share"),
        Column("setting", TEXT, "contractual: leaving is seen; not_contractual: a model of purchases stands in",
               values=("contractual", "not_contractual")),
        Column("most_value", NUMBER, "the value if, after the supported months, nobody left up to the horizon",
               "model currency per account"),
        Column("beyond_value", NUMBER, "what renewals or purchases add from then up to the horizon; not in the "
               "value", "model currency per account"),
        Column("beyond_lo", NUMBER, "lower end of its interval", "model currency per account"),
        Column("beyond_hi", NUMBER, "upper end of its interval", "model currency per account"),
        Column("contract_years", NUMBER, "expected discounted contract years of a new customer, for ever", "years"),
        Column("active_customers", NUMBER, "customers who are expected not to have left, without a contract", "accounts"),
        Column("spend_correlation", NUMBER, "correlation of how often and how much, without a contract"),
        Column("model_over_records", NUMBER, "what the model of purchases says of the months on record over what they brought"),
    ),
    ("dimension", "name"),
    "Margin per acquired account within the horizon, censoring respected (methods b.1).",
)  # fmt: skip

TENURE_MONTHS = Table(
    "tenure_months",
    "one row per account and observed month of its life",
    (
        Column("account_id", TEXT, "the account"),
        Column("tenure", INTEGER, "month of its life, 0 first", "months"),
        Column("margin", NUMBER, "margin in the month", "model currency"),
        Column("entered", INTEGER, "1 in the first month in which it was seen, else 0"),
        Column("at_risk", INTEGER, "1 when it is known whether it lived on, else 0"),
        Column("died", INTEGER, "1 when it is known that it did not, else 0"),
        Column("watched", INTEGER, "1 without a contract, where nobody is seen to leave, else 0"),
        Column("known_to", INTEGER, "the last month of its life that, had it stayed, would be known in full", "months"),
    ),
    ("account_id", "tenure"),
    "The life of each customer by month of tenure, as far as it was seen.",
)

VALUE_MONTHS = Table(
    "value_months",
    "one row per dimension, name and month of tenure",
    (
        *SLICE,
        Column("tenure", INTEGER, "month of tenure, 0 first", "months"),
        Column("paying", INTEGER, "accounts seen in that month", "accounts"),
        Column("margin", NUMBER, "their margins", "model currency"),
        Column("at_risk", INTEGER, "those of them for whom it is known whether they lived on", "accounts"),
        Column("deaths", INTEGER, "those who did not", "accounts"),
        Column("watched", INTEGER, "accounts without a contract: nobody is seen to leave", "accounts"),
    ),
    ("dimension", "name", "tenure"),
    "Sufficient statistics of the lifetime value and of the survival curve.",
)

VALUE_WEIGHTS = Table(
    "value_weights",
    "one row per dimension, name and month of tenure within the supported horizon",
    (
        *SLICE,
        Column("tenure", INTEGER, "month of tenure, 0 first", "months"),
        Column("margin_weight", NUMBER, "influence per unit of margin in the month, in units of the slice"),
        Column("seen_weight", NUMBER, "influence of being seen in it"),
        Column("risk_weight", NUMBER, "influence of being known to live on or not"),
        Column("death_weight", NUMBER, "influence of leaving after it"),
        Column("size_weight", NUMBER, "size per unit of margin"),
        Column("unit", NUMBER, "one unit of influence", "model currency per account"),
    ),
    ("dimension", "name", "tenure"),
    "What each observed month adds to an account's influence on the lifetime value.",
)

VALUE_SPREAD = Table(
    "value_spread",
    "one row per dimension and name",
    (
        *SLICE,
        Column("n", INTEGER, "accounts", "accounts"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("influence2", NUMBER, "sum over clusters of squared influences, in units of the slice's own value"),
        Column("size", NUMBER, "sum of observed margins, in units of the slice's own"),
        Column("size2", NUMBER, "sum over clusters of their squares"),
        Column("top", NUMBER, "the largest cluster's"),
    ),
    ("dimension", "name"),
    "Sums over clusters from which the interval of the lifetime value follows.",
)

RENEWALS = Table(
    "renewals",
    "one row per dimension, name and renewal",
    (
        *SLICE,
        Column("renewal", INTEGER, "number of the yearly renewal; 1 ends the first year"),
        Column("at_risk", INTEGER, "customers who came to it", "accounts"),
        Column("lost", INTEGER, "those of them who left at it", "accounts"),
        Column("accounts", INTEGER, "customers of the slice", "accounts"),
        Column("yearly", INTEGER, "those of them whose contract runs for a year", "accounts"),
    ),
    ("dimension", "name", "renewal"),
    "Who renewed a yearly contract, the first time, the second time and later.",
)

RENEWAL_MODELS = Table(
    "renewal_models",
    "one row per dimension and name whose contracts run for a year",
    (
        *SLICE,
        Column("accounts", INTEGER, "customers on yearly contracts", "accounts"),
        Column("renewals", INTEGER, "renewals that somebody came to"),
        Column("a", NUMBER, "chances to leave at a renewal follow Beta(a, b)"),
        Column("b", NUMBER, "chances to leave at a renewal follow Beta(a, b)"),
        Column("variance_odds", NUMBER, "variance of log(a / b)"),
        Column("variance_size", NUMBER, "variance of log(a + b); 0 where customers do not differ"),
        Column("covariance", NUMBER, "covariance of the two"),
        Column("first_renewal", NUMBER, "share that renews the first time", "share"),
        Column("latest_renewal", NUMBER, "share that renews at the latest one on record", "share"),
        Column("contract_years", NUMBER, "expected discounted contract years of a new customer, for ever", "years"),
        Column("contract_years_se", NUMBER, "its standard error", "years"),
    ),
    ("dimension", "name"),
    "The shifted-beta-geometric model of yearly renewals (methods b.2).",
)

REPEAT_PURCHASES = Table(
    "repeat_purchases",
    "one row per dimension, name and record of purchases",
    (
        *SLICE,
        Column("again", INTEGER, "months with a purchase after the first one"),
        Column("last", INTEGER, "months from the first purchase to the last one", "months"),
        Column("watched", INTEGER, "months from the first purchase to the end of the records", "months"),
        Column("customers", INTEGER, "customers with this record", "accounts"),
    ),
    ("dimension", "name", "again", "last", "watched"),
    "How often customers without a contract came back: sufficient for the model of their purchases.",
)

REPEAT_SPEND = Table(
    "repeat_spend",
    "one row per dimension, name, number of purchases and band of spend",
    (
        *SLICE,
        Column("again", INTEGER, "months with a purchase after the first one"),
        Column("band", INTEGER, "band of mean spend, five per cent wide"),
        Column("customers", INTEGER, "customers in it", "accounts"),
        Column("spend", NUMBER, "sum over them of mean revenue per repeat purchase", "model currency"),
        Column("log_spend", NUMBER, "sum over them of its logarithm"),
    ),
    ("dimension", "name", "again", "band"),
    "What customers without a contract spend when they come back: counts from which its model follows.",
)

REPEAT_MODELS = Table(
    "repeat_models",
    "one row per dimension and name with enough customers who came back",
    (
        *SLICE,
        Column("customers", INTEGER, "customers", "accounts"),
        Column("came_back", INTEGER, "those who came back", "accounts"),
        Column("r", NUMBER, "rates of purchase per month follow gamma(r, alpha)"),
        Column("alpha", NUMBER, "rates of purchase per month follow gamma(r, alpha)", "months"),
        Column("a", NUMBER, "chances to leave after a purchase follow Beta(a, b)"),
        Column("b", NUMBER, "chances to leave after a purchase follow Beta(a, b)"),
        Column(
            "leaves", NUMBER, "mean chance to leave after a repeat purchase; near 0: nobody is seen to leave", "share"
        ),
        Column("p", NUMBER, "spend of one customer follows gamma(p, its own rate)"),
        Column("q", NUMBER, "rates of spend follow gamma(q, gamma)"),
        Column("gamma", NUMBER, "rates of spend follow gamma(q, gamma)", "model currency"),
        Column("mean_spend", NUMBER, "mean spend per purchase over customers", "model currency"),
        Column("mean_spend_se", NUMBER, "its standard error", "model currency"),
        Column("beyond_error", NUMBER, "relative standard error of what it says of the months beyond the records"),
        Column("active_customers", NUMBER, "customers who are expected not to have left", "accounts"),
        Column("correlation", NUMBER, "correlation of how often and how much; the model supposes none"),
    ),
    ("dimension", "name"),
    "BG/NBD and Gamma-Gamma: purchases and spend where churn is not observed (methods b.3).",
)

VALUE_CURVE = Table(
    "value_curve",
    "one row per dimension, name and month of tenure",
    (
        *SLICE,
        Column("tenure", INTEGER, "month of tenure, 0 first", "months"),
        Column("margin", NUMBER, "expected margin of the month per acquired account, not discounted", "model currency"),
        Column("survival", NUMBER, "share of customers who are there; empty where leaving is not seen", "share"),
        Column("source", TEXT, "months on record, a model of purchases, or one of renewals beyond the records",
               values=("months", "purchases", "renewals")),
    ),
    ("dimension", "name", "tenure"),
    "What a new customer is expected to bring month by month, and on what that rests.",
)  # fmt: skip

LIFETIME_VALUE_EXCLUDED = excluded("lifetime_value_excluded", "accounts")

LIFETIME_VALUE_TABLES = (
    TENURE_MONTHS,
    VALUE_MONTHS,
    VALUE_WEIGHTS,
    VALUE_SPREAD,
    RENEWALS,
    RENEWAL_MODELS,
    REPEAT_PURCHASES,
    REPEAT_SPEND,
    REPEAT_MODELS,
    VALUE_CURVE,
    LIFETIME_VALUE,
    LIFETIME_VALUE_EXCLUDED,
)
