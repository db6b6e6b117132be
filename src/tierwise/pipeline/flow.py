"""The flow: every step in order. Its name is the table it writes; what it reads is named in its query."""

from __future__ import annotations

from tierwise.core.step import Step
from tierwise.stages.accounts import contacts, facts, hierarchy, resolve, unify
from tierwise.stages.assessment import fit, intent, lifecycle, readiness, relationship, signals
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
    # which profile they match
    Step("segment_members", segments.segment_members, "segments"),
    Step("account_segments", segments.account_segments, "segments"),
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
