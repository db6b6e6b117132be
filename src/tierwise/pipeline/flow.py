"""The flow: every step in order. Its name is the table it writes; what it reads is named in its query."""

from __future__ import annotations

from tierwise.core.step import Step
from tierwise.stages.accounts import (
    contacts,
    contradictions,
    facts,
    hierarchy,
    moved_people,
    products,
    resolve,
    subscriptions,
    unify,
    visitors,
)
from tierwise.stages.accounts.audit import counts, defects, donors, measures, people, records, repairs, values, words
from tierwise.stages.accounts.identity import blocking, company_names, comparison, pairs, shared_people
from tierwise.stages.accounts.joining import judged, matched, names
from tierwise.stages.accounts.titles import titles
from tierwise.stages.assessment import fit, intent, lifecycle, nps, readiness, relationship, signals
from tierwise.stages.market import breadth, break_even, concentration, motion_fit, motion_values, targets, waste
from tierwise.stages.performance import (
    acquisition,
    cohorts,
    icp,
    lifetime_value,
    retention,
    revenue,
    slices,
    survival,
    verdicts,
    win_rate,
)
from tierwise.stages.performance.discovery import cube, customers, evidence, language
from tierwise.stages.segmentation import (
    alarms,
    clusters,
    lifts,
    membership,
    overrides,
    parking,
    refresh,
    segments,
    stability,
)
from tierwise.stages.segmentation.effort import commitments, movement, stage_times, stall
from tierwise.stages.segmentation.tiers import assignments, board, candidates, capacity, queue, seatings

# A company without these records has nothing to compute there.
BILLING = ("subscriptions", "invoices")
REVENUE = ("revenue_months",)
DEALS = ("opportunities",)
CUSTOMERS = ("icp_customers",)
ATTENTION = ("signal_days",)
PEOPLE = ("contacts", "activities", "signal_days")
RESEARCH = ("evidence",)
# What the buyer can be seen to do.
STEPS_OF_BUYERS = ("landing_stage_history", "activities", "evidence")
FINDINGS = ("landing_evidence", "recorded_evidence")
# People who were asked whether they would recommend us.
ASKED = ("landing_nps",)
# What the value of a customer rests on, with a contract and without.
CURVE = ("value_months", "renewal_models", "repeat_models")
# What a verdict rests on.
LEGS = ("spec_segments", "retention", "lifetime_value", "win_rates", "acquisition", "pace")
COSTED = ("acquisition_costs", "acquisition_spread", "lifetime_value", "value_curve")
# What a segment is worth, and how surely.
WORTH = ("verdicts", "lifetime_value", "win_rates")
# What the motion is judged by, and who may be addressed as one.
MOTION = ("spec_segments", "motion_sums", "concentration", "win_rates", "win_days")
MEMBERS = ("account_segments",)
TARGETS = ("spec_targets",)

# What people judged about records.
BY_PEOPLE = ("recorded_judgements",)
# What may be compared, and what is.
NAMED = ("match_names",)
COMPARED = ("match_candidates",)
# What makes a cluster.
GROUPED = ("cluster_features", "cluster_choices", "clusters_before")
# What discovery computes in memory reads.
TRAITS = ("profile_trait_counts", "profile_trait_values")
CUBE = ("profile_blocks", "profile_selectors")
PROPOSED = ("profile_proposals", "profile_selectors")
JUDGED = ("profile_proposals", "profile_contrasts", "profile_sums")
FOUND = ("profile_evidence", "profile_overlaps", "profile_selectors")

# fmt: off
FLOW: tuple[Step, ...] = (
    # who they are
    Step("key_groups", resolve.key_groups, "resolve"),
    # which of them are one company, although no key says so
    Step("match_names", company_names.match_names, "identity", stored=False),
    Step("match_written", company_names.match_written, "identity", stored=False, empty_without=NAMED),
    Step("match_cores", company_names.match_cores, "identity", stored=False, empty_without=NAMED),
    Step("match_words", company_names.match_words, "identity", stored=False, empty_without=NAMED),
    Step("match_places", blocking.match_places, "identity", stored=False, empty_without=NAMED),
    Step("match_domains", blocking.match_domains, "identity", stored=False, empty_without=NAMED),
    Step("match_people", shared_people.match_people, "identity", stored=False, empty_without=("landing_contacts",)),
    Step("match_keys", blocking.match_keys, "identity", stored=False, empty_without=NAMED),
    Step("match_blocks", blocking.match_blocks, "identity", empty_without=NAMED),
    Step("match_candidates", blocking.match_candidates, "identity", stored=False, empty_without=NAMED),
    Step("match_names_alike", comparison.match_names_alike, "identity", stored=False, empty_without=COMPARED),
    Step("match_domains_alike", comparison.match_domains_alike, "identity", stored=False, empty_without=COMPARED),
    Step("match_people_alike", shared_people.match_people_alike, "identity", stored=False, empty_without=("match_people",)),
    Step("match_levels", comparison.match_levels, "identity", stored=False, empty_without=COMPARED),
    Step("match_patterns", comparison.match_patterns, "identity", stored=False, empty_without=COMPARED),
    Step("match_weights", pairs.match_weights, "identity", reads=("match_patterns",)),
    Step("match_pairs", pairs.match_pairs, "identity", empty_without=COMPARED),
    Step("match_reasons", pairs.match_reasons, "identity", empty_without=("match_pairs",)),
    # what people say of it, and what comes of both
    Step("parted_keys", judged.parted_keys, "joining", empty_without=BY_PEOPLE),
    Step("judged_ends", judged.judged_ends, "joining", stored=False, empty_without=BY_PEOPLE),
    Step("judgements", judged.judgements, "joining", reads=("judged_ends",)),
    Step("judged_groups", judged.judged_groups, "joining", stored=False, reads=("judged_ends",)),
    Step("apart_groups", matched.apart_groups, "joining", stored=False, empty_without=BY_PEOPLE),
    Step("match_links", matched.match_links, "joining", stored=False, empty_without=("match_pairs",)),
    Step("reach_near", matched.reach_near, "joining", stored=False, empty_without=("match_links",)),
    Step("reach_far", matched.reach_far, "joining", stored=False, empty_without=("match_links",)),
    Step("reach", matched.reach, "joining", stored=False, empty_without=("match_links",)),
    Step("match_chains", matched.match_chains, "joining", empty_without=("match_links",)),
    Step("cut_links", matched.cut_links, "joining", stored=False, empty_without=("match_links",)),
    Step("cut_groups", matched.cut_groups, "joining", reads=("cut_links",)),
    Step("joined_keys", names.joined_keys, "joining", stored=False),
    Step("id_claims", names.id_claims, "joining", stored=False, empty_without=("earlier_keys",)),
    Step("account_ids", names.account_ids, "joining", stored=False),
    Step("account_keys", names.account_keys, "joining"),
    Step("former_ids", names.former_ids, "joining", empty_without=("earlier_keys",)),
    Step("account_trees", hierarchy.account_trees, "hierarchy"),
    Step("account_parents", hierarchy.account_parents, "hierarchy"),
    Step("roll_ups", hierarchy.roll_ups, "hierarchy", empty_without=("account_trees",)),
    Step("accounts", unify.accounts, "accounts"),
    Step("title_texts", titles.title_texts, "titles", stored=False, empty_without=("landing_contacts",)),
    Step("titles", titles.titles, "titles", reads=("title_texts",)),
    Step("contact_keys", contacts.contact_keys, "contacts", empty_without=("landing_contacts", "landing_events")),
    Step("contacts", contacts.contacts, "contacts", empty_without=("landing_contacts",)),
    Step("opportunities", facts.opportunities, "opportunities", empty_without=("landing_opportunities",)),
    Step("subscriptions", subscriptions.subscriptions, "subscriptions", empty_without=("landing_subscriptions",)),
    Step("invoices", facts.invoices, "facts", empty_without=("landing_invoices",)),
    Step("activities", facts.activities, "facts", empty_without=("landing_activities",)),
    Step("evidence", facts.evidence, "facts", empty_without=FINDINGS),
    Step("nps_answers", facts.nps_answers, "facts", empty_without=ASKED),
    Step("visitor_networks", visitors.visitor_networks, "visitors", view=True),
    Step("event_owners", visitors.event_owners, "visitors", view=True),
    Step("events", visitors.events, "visitors", view=True),
    Step("intent_reports", facts.intent_reports, "facts", view=True),
    Step("link_coverage", facts.link_coverage, "facts"),
    Step("unlisted_products", products.unlisted_products, "products", empty_without=("landing_products",)),
    # what money they brought
    Step("rates", revenue.rates, "revenue"),
    Step("revenue_months", revenue.revenue_months, "revenue", empty_without=BILLING),
    Step("moved_people", moved_people.moved_people, "contacts", empty_without=("revenue_months",)),
    Step("revenue_excluded", revenue.revenue_excluded, "revenue", empty_without=BILLING),
    # what they say against each other
    Step("contradicting_records", contradictions.contradicting_records, "contradictions"),
    Step("contradictions", contradictions.contradictions, "contradictions"),
    # whether they can be trusted
    Step("audit_words", words.audit_words, "audit", stored=False),
    Step("audit_values", values.audit_values, "audit", stored=False),
    Step("audit_records", records.audit_records, "audit", stored=False),
    Step("audit_owners", records.audit_owners, "audit", stored=False),
    Step("audit_counts", counts.audit_counts, "audit", stored=False),
    Step("audit_cells", counts.audit_cells, "audit", stored=False),
    Step("audit_measures", measures.audit_measures, "audit", reads=("audit_counts", "audit_cells")),
    Step("audit_scores", measures.audit_scores, "audit", reads=("audit_measures",)),
    Step("audit_rows", defects.audit_rows, "audit"),
    Step("audit_people", people.audit_people, "audit", empty_without=("contacts",)),
    Step("audit_found", defects.audit_found, "audit", stored=False),
    Step("audit_defects", defects.audit_defects, "audit", reads=("audit_found",)),
    # which profile they match, today and when their revenue was judged
    Step("segment_members", segments.segment_members, "segments"),
    Step("account_segments", segments.account_segments, "segments"),
    Step("accounts_at_start", unify.accounts_at_start, "accounts", stored=False, empty_without=REVENUE),
    Step("members_at_start", segments.members_at_start, "segments", stored=False, empty_without=REVENUE),
    Step("slices", slices.slices, "slices", stored=False, empty_without=REVENUE + DEALS),
    Step("slices_at_start", slices.slices_at_start, "slices", stored=False, empty_without=REVENUE),
    # what good looks like
    Step("retention_cohort", retention.retention_cohort, "retention", stored=False, empty_without=REVENUE),
    Step("retention_sums", retention.retention_sums, "retention", stored=False, empty_without=REVENUE),
    Step("retention_bands", retention.retention_bands, "retention", stored=False, empty_without=REVENUE),
    Step("retention_movements", retention.retention_movements, "retention", empty_without=REVENUE),
    Step("retention_excluded", retention.retention_excluded, "retention", empty_without=REVENUE),
    Step("retention", retention.retention, "retention", reads=("retention_sums", "retention_bands")),
    Step("cohort_levels", cohorts.cohort_levels, "cohorts", stored=False, empty_without=REVENUE),
    Step("cohort_sums", cohorts.cohort_sums, "cohorts", stored=False, empty_without=REVENUE),
    Step("cohorts", cohorts.cohorts, "cohorts", reads=("cohort_sums",)),
    Step("tenure_months", lifetime_value.tenure_months, "lifetime_value", stored=False, empty_without=REVENUE),
    Step("lifetime_value_excluded", lifetime_value.lifetime_value_excluded, "lifetime_value", empty_without=REVENUE),
    Step("value_months", lifetime_value.value_months, "lifetime_value", empty_without=REVENUE),
    Step("value_weights", lifetime_value.value_weights, "lifetime_value", stored=False, reads=("value_months",)),
    Step("value_spread", lifetime_value.value_spread, "lifetime_value", stored=False, empty_without=REVENUE),
    Step("renewals", lifetime_value.renewals, "lifetime_value", empty_without=REVENUE),
    Step("renewal_models", lifetime_value.renewal_models, "lifetime_value", reads=("renewals",)),
    Step("repeat_purchases", lifetime_value.repeat_purchases, "lifetime_value", empty_without=REVENUE),
    Step("repeat_spend", lifetime_value.repeat_spend, "lifetime_value", stored=False, empty_without=REVENUE),
    Step("repeat_models", lifetime_value.repeat_models, "lifetime_value", reads=("repeat_purchases", "repeat_spend")),
    Step("value_curve", lifetime_value.value_curve, "lifetime_value", reads=CURVE),
    Step("lifetime_value", lifetime_value.lifetime_value, "lifetime_value", reads=("value_curve", "value_spread", *CURVE)),
    Step("survival", survival.survival, "survival", reads=("value_months",)),
    Step("win_deals", win_rate.win_deals, "win_rate", stored=False, empty_without=DEALS),
    Step("win_rate_excluded", win_rate.win_rate_excluded, "win_rate", empty_without=DEALS),
    Step("win_days", win_rate.win_days, "win_rate", empty_without=DEALS),
    Step("win_weights", win_rate.win_weights, "win_rate", stored=False, reads=("win_days",)),
    Step("win_spread", win_rate.win_spread, "win_rate", stored=False, empty_without=DEALS),
    Step("win_rates", win_rate.win_rates, "win_rate", reads=("win_days", "win_spread")),
    Step("acquired", acquisition.acquired, "acquisition", stored=False, empty_without=("landing_costs",)),
    Step("acquisition_spread", acquisition.acquisition_spread, "acquisition", stored=False, empty_without=("acquired",)),
    Step("acquisition_costs", acquisition.acquisition_costs, "acquisition", stored=False, empty_without=("landing_costs",)),
    Step("acquisition", acquisition.acquisition, "acquisition", reads=COSTED),
    Step("pace", verdicts.pace, "verdicts", empty_without=REVENUE),
    Step("verdicts", verdicts.verdicts, "verdicts", reads=LEGS),
    Step("equal_win_rates", verdicts.equal_win_rates, "verdicts", reads=("verdicts", "lifetime_value", "win_rates")),
    # where each account stands today: separate answers, never one score
    Step("signals", signals.signals, "signals", view=True),
    Step("signal_days", intent.signal_days, "intent", stored=False, empty_without=("landing_events", "landing_intent")),
    Step("signal_totals", intent.signal_totals, "intent", empty_without=ATTENTION),
    Step("signal_people", intent.signal_people, "intent", empty_without=ATTENTION),
    Step("intent_reasons", intent.intent_reasons, "intent", empty_without=ATTENTION),
    Step("intent", intent.account_intent, "intent", empty_without=ATTENTION),
    Step("relationship", relationship.account_relationship, "relationship", empty_without=PEOPLE),
    Step("readiness_days", readiness.readiness_days, "readiness", stored=False, empty_without=RESEARCH),
    Step("answers_by_day", readiness.answers_by_day, "readiness", stored=False, empty_without=RESEARCH),
    Step("readiness_by_day", readiness.readiness_by_day, "readiness", stored=False, empty_without=RESEARCH),
    Step("gate_by_day", readiness.gate_by_day, "readiness", stored=False, empty_without=RESEARCH),
    Step("readiness_dimensions", readiness.readiness_dimensions, "readiness", empty_without=RESEARCH),
    Step("readiness", readiness.account_readiness, "readiness", empty_without=RESEARCH),
    Step("lifecycle", lifecycle.account_lifecycle, "lifecycle"),
    Step("demand_temperatures", readiness.demand_temperatures, "readiness", empty_without=RESEARCH),
    Step("fit_scores", fit.fit_scores, "fit"),
    Step("fit_reasons", fit.fit_reasons, "fit"),
    Step("fit", fit.account_fit, "fit"),
    # whether customers would recommend us: beside all scores, in none
    Step("nps_accounts", nps.nps_accounts, "nps", empty_without=ASKED),
    Step("nps_sums", nps.nps_sums, "nps", stored=False, empty_without=ASKED),
    Step("nps", nps.nps, "nps", reads=("nps_sums",)),
    # what good customers share
    Step("icp_sides", icp.icp_sides, "icp", stored=False),
    Step("icp_customers", icp.icp_customers, "icp", empty_without=REVENUE + DEALS),
    Step("icp_traits", icp.icp_traits, "icp", empty_without=CUSTOMERS),
    Step("icp_counts", icp.icp_counts, "icp", stored=False, empty_without=CUSTOMERS),
    Step("icp_figures", icp.icp_figures, "icp", empty_without=CUSTOMERS),
    Step("icp", icp.icp, "icp", reads=("icp_sides", "icp_counts")),
    # what people decided, and what the buyer did meanwhile
    Step("movement", movement.movement, "movement", empty_without=STEPS_OF_BUYERS),
    Step("overrides", overrides.overrides, "overrides", empty_without=("recorded_overrides", "reverted_list")),
    Step("commitments", commitments.commitments, "commitments", empty_without=("recorded_commitments",)),
    Step("parked", parking.parked, "parking", empty_without=("recorded_parking",)),
    # where effort goes, within capacity
    Step("standings", candidates.standings, "tiers"),
    Step("candidates", candidates.candidates, "tiers"),
    Step("review", queue.review, "tiers"),
    Step("ranked", queue.ranked, "tiers", stored=False),
    Step("queue", queue.queue, "tiers"),
    Step("capacity", capacity.capacity, "tiers", reads=("spec_teams", "queue")),
    Step("hours", capacity.hours, "tiers", reads=("capacity", "queue")),
    Step("first_seats", seatings.first_seats, "tiers", stored=False),
    Step("second_seats", seatings.second_seats, "tiers", stored=False),
    Step("seatings", seatings.seatings, "tiers", stored=False),
    Step("tiers", assignments.tier_assignments, "tiers"),
    Step("seats", board.seats, "tiers"),
    # who in tier 2 shares a problem
    Step("clusters_before", clusters.clusters_before, "clusters", stored=False),
    Step("cluster_features", clusters.cluster_features, "clusters"),
    Step("cluster_choices", clusters.cluster_choices, "clusters", reads=("cluster_features",)),
    Step("cluster_members", clusters.cluster_members, "clusters", reads=GROUPED),
    Step("cluster_traits", clusters.cluster_traits, "clusters", reads=("cluster_features", "cluster_members")),
    Step("clusters", clusters.clusters, "clusters", reads=("cluster_features", "cluster_members", "cluster_traits")),
    # whom to ask next
    Step("research_pool", readiness.research_pool, "research", stored=False),
    Step("research_outcomes", readiness.research_outcomes, "research", stored=False),
    Step("research_questions", readiness.research_questions, "research"),
    Step("research", readiness.research, "research"),
    Step("research_coverage", readiness.research_coverage, "research"),
    Step("alarms", alarms.alarms, "alarms"),
    Step("contenders", stability.contenders, "stability", stored=False),
    Step("contender_scores", stability.contender_scores, "stability", stored=False),
    Step("stability", stability.stability, "stability", reads=("contenders", "contender_scores", *WORTH)),
    Step("tier_cuts", lifts.tier_cuts, "lifts"),
    Step("lifts", lifts.lifts, "lifts"),
    Step("stale_fields", refresh.stale_fields, "refresh"),
    Step("funnel", board.funnel, "tiers"),
    Step("now_and_then", membership.now_and_then, "membership", stored=False),
    Step("memberships", membership.memberships, "membership"),
    Step("moves", membership.moves, "membership"),
    # effort against movement
    Step("stage_spells", stage_times.stage_spells, "stage_times", stored=False, empty_without=("landing_stage_history",)),
    Step("stage_days", stage_times.stage_days, "stage_times", stored=False, empty_without=("stage_spells",)),
    Step("stage_times", stage_times.stage_times, "stage_times", reads=("stage_days",)),
    Step("stall", stall.stall, "stall", empty_without=("activities",)),
    # the market, and whether the effort goes where it is worth it
    Step("concentration_sums", concentration.concentration_sums, "concentration", stored=False),
    Step("concentration", concentration.concentration, "concentration", reads=("concentration_sums",)),
    Step("motion_values", motion_values.motion_values, "motion_values", stored=False, empty_without=REVENUE + DEALS),
    Step("motion_sums", motion_values.motion_sums, "motion_values", empty_without=("motion_values",)),
    Step("motion_criteria", motion_fit.motion_criteria, "motion_fit", reads=MOTION),
    Step("break_even", break_even.break_even, "break_even", reads=("spec_segments", "lifetime_value")),
    Step("motion_fit", motion_fit.motion_fit, "motion_fit", reads=(*MOTION, "break_even")),
    Step("waste", waste.waste, "waste", empty_without=("activities", "opportunities", "landing_costs")),
    Step("breadth_cells", breadth.breadth_cells, "breadth", stored=False, empty_without=MEMBERS),
    Step("breadth_aspects", breadth.breadth_aspects, "breadth", reads=("breadth_cells",)),
    Step("breadth", breadth.breadth, "breadth", reads=("breadth_cells",)),
    Step("breadth_splits", breadth.breadth_splits, "breadth", reads=("breadth_cells",)),
    Step("target_accounts", targets.target_accounts, "targets", stored=False, empty_without=TARGETS),
    Step("target_names_unknown", targets.target_names_unknown, "targets", empty_without=TARGETS),
    Step("targets", targets.targets, "targets", empty_without=TARGETS),
    Step("alignment_sums", targets.alignment_sums, "targets", stored=False, empty_without=TARGETS),
    Step("alignment", targets.alignment, "targets", reads=("alignment_sums", "spec_targets")),
)

# Which profiles are worth a look: not part of a run, made on a published snapshot by `tierwise discover`.
DISCOVERY: tuple[Step, ...] = (
    Step("profile_purchases", customers.profile_purchases, "discovery", stored=False),
    Step("accounts_at_purchase", unify.accounts_at_purchase, "accounts", stored=False),
    Step("profile_customers", customers.profile_customers, "discovery", stored=False),
    Step("profile_traits", language.profile_traits, "discovery", stored=False),
    Step("profile_trait_counts", language.profile_trait_counts, "discovery", stored=False),
    Step("profile_trait_values", language.profile_trait_values, "discovery", stored=False),
    Step("profile_attributes", language.profile_attributes, "discovery", stored=False, reads=TRAITS),
    Step("profile_selectors", language.profile_selectors, "discovery", stored=False, reads=("profile_attributes", *TRAITS)),
    Step("profile_codes", language.profile_codes, "discovery", stored=False),
    Step("profile_blocks", cube.profile_blocks, "discovery", stored=False),
    Step("profile_limits", evidence.profile_limits, "discovery", stored=False, reads=CUBE),
    Step("profile_sample", cube.profile_sample, "discovery", stored=False),
    Step("profile_proposals", cube.profile_proposals, "discovery", stored=False, reads=(*CUBE, "profile_sample")),
    Step("profile_contrasts", cube.profile_contrasts, "discovery", stored=False, reads=PROPOSED),
    Step("profile_sums", cube.profile_sums, "discovery", stored=False),
    Step("profile_evidence", evidence.profile_evidence, "discovery", stored=False, reads=JUDGED),
    Step("profile_overlaps", evidence.profile_overlaps, "discovery", stored=False),
    Step("profiles", evidence.profiles, "discovery", stored=False, reads=FOUND),
)

# What a repair of the records would do to the list: not part of a run, made on a published snapshot by `tierwise audit`.
REPAIRS: tuple[Step, ...] = (
    Step("audit_donors", donors.audit_donors, "audit", stored=False),
    Step("audit_repairs", repairs.audit_repairs, "audit", stored=False),
)
# fmt: on
