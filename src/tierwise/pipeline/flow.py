"""The flow: every step in order. Its name is the table it writes; what it reads is named in its query."""

from __future__ import annotations

from tierwise.core.step import Step
from tierwise.stages.accounts import contacts, facts, hierarchy, resolve, unify
from tierwise.stages.assessment import fit, intent, lifecycle, readiness, relationship, signals
from tierwise.stages.performance import lifetime_value, retention, revenue, slices, verdicts, win_rate
from tierwise.stages.segmentation import membership, segments, tiers

FLOW: tuple[Step, ...] = (
    # who they are
    Step("account_keys", resolve.account_keys, "resolve"),
    Step("account_parents", hierarchy.account_parents, "hierarchy"),
    Step("accounts", unify.accounts, "accounts"),
    Step("contacts", contacts.contacts, "contacts"),
    Step("opportunities", facts.opportunities, "opportunities"),
    Step("subscriptions", facts.subscriptions, "facts"),
    Step("invoices", facts.invoices, "facts"),
    Step("activities", facts.activities, "facts"),
    Step("evidence", facts.evidence, "facts"),
    Step("events", facts.events, "facts", view=True),
    Step("intent_reports", facts.intent_reports, "facts", view=True),
    Step("link_coverage", facts.link_coverage, "facts"),
    # which profile they match, today and when their revenue was judged
    Step("rates", revenue.rates, "revenue"),
    Step("revenue_months", revenue.revenue_months, "revenue"),
    Step("revenue_excluded", revenue.revenue_excluded, "revenue"),
    Step("segment_members", segments.segment_members, "segments"),
    Step("account_segments", segments.account_segments, "segments"),
    Step("accounts_at_start", unify.accounts_at_start, "accounts", stored=False),
    Step("members_at_start", segments.members_at_start, "segments", stored=False),
    Step("slices", slices.slices, "slices", stored=False),
    Step("slices_at_start", slices.slices_at_start, "slices", stored=False),
    # what good looks like
    Step("retention_cohort", retention.retention_cohort, "retention", stored=False),
    Step("retention_sums", retention.retention_sums, "retention", stored=False),
    Step("retention_bands", retention.retention_bands, "retention", stored=False),
    Step("retention_movements", retention.retention_movements, "retention"),
    Step("retention_excluded", retention.retention_excluded, "retention"),
    Step("retention", retention.retention, "retention", in_memory=True, reads=("retention_sums", "retention_bands")),
    Step("tenure_months", lifetime_value.tenure_months, "lifetime_value", stored=False),
    Step("lifetime_value_excluded", lifetime_value.lifetime_value_excluded, "lifetime_value"),
    Step("value_months", lifetime_value.value_months, "lifetime_value"),
    Step("value_weights", lifetime_value.value_weights, "lifetime_value", in_memory=True, stored=False, reads=("value_months",)),
    Step("value_spread", lifetime_value.value_spread, "lifetime_value", stored=False),
    Step(
        "lifetime_value", lifetime_value.lifetime_value, "lifetime_value",
        in_memory=True, reads=("value_months", "value_spread"),
    ),
    Step("win_deals", win_rate.win_deals, "win_rate", stored=False),
    Step("win_rate_excluded", win_rate.win_rate_excluded, "win_rate"),
    Step("win_days", win_rate.win_days, "win_rate"),
    Step("win_weights", win_rate.win_weights, "win_rate", in_memory=True, stored=False, reads=("win_days",)),
    Step("win_spread", win_rate.win_spread, "win_rate", stored=False),
    Step("win_rates", win_rate.win_rates, "win_rate", in_memory=True, reads=("win_days", "win_spread")),
    Step("acquisition", verdicts.acquisition, "verdicts"),
    Step(
        "verdicts", verdicts.verdicts, "verdicts",
        in_memory=True, reads=("spec_segments", "retention", "lifetime_value", "win_rates", "acquisition"),
    ),
    # where each account stands today: separate answers, never one score
    Step("signals", signals.signals, "signals", view=True),
    Step("signal_days", intent.signal_days, "intent", stored=False),
    Step("signal_totals", intent.signal_totals, "intent"),
    Step("signal_people", intent.signal_people, "intent"),
    Step("intent_reasons", intent.intent_reasons, "intent"),
    Step("intent", intent.account_intent, "intent"),
    Step("relationship", relationship.account_relationship, "relationship"),
    Step("readiness_dimensions", readiness.readiness_dimensions, "readiness"),
    Step("readiness", readiness.account_readiness, "readiness"),
    Step("lifecycle", lifecycle.account_lifecycle, "lifecycle"),
    Step("fit_reasons", fit.fit_reasons, "fit"),
    Step("fit", fit.account_fit, "fit"),
    # where effort goes, within capacity
    Step("candidates", tiers.candidates, "tiers"),
    Step("tiers", tiers.tier_assignments, "tiers"),
    Step("funnel", tiers.funnel, "tiers"),
    Step("moves", membership.moves, "membership"),
)
