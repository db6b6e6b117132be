"""The words of the product, once. Everything that names one of these imports it from here."""

from __future__ import annotations

PARTIES = ("first", "second", "third")
SIGNAL_FAMILIES = (
    "web", "product", "email", "event", "review_site", "third_party_topic", "hiring", "ad", "funding", "other",
)  # fmt: skip

# How an event found its account, surest first.
IDENTIFIED_BY = ("known", "email", "domain", "ip")

# Mailboxes of functions (RFC 2142, and what companies print on their pages).
MAILBOXES = (
    "info", "sales", "office", "contact", "kontakt", "contacto", "contato", "hello", "mail", "email", "admin", "support",
    "service", "marketing", "billing", "accounts", "accounting", "buchhaltung", "jobs", "hr", "press", "webmaster",
    "postmaster", "noreply", "no-reply", "team", "help", "enquiries", "reception", "empfang", "vertrieb", "ventas", "vendas",
    "vendite",
)  # fmt: skip

DIMENSIONS = ("pressure", "ownership", "authority", "timing")
ANSWERS = ("yes", "no", "partial", "unknown", "refused")
RESPONDENT_ROLES = ("economic", "owner", "user", "outsider", "hearsay")
# What a respondent does with a change: carries it, talks about it, stands against it (methods g.8).
STANCES = ("mobilizer", "talker", "blocker")
EVIDENCE_METHODS = ("interview", "survey", "call_note", "hearsay")

DEMAND_TEMPERATURES = (
    "in_decision", "actionable", "cooling", "mobilising", "pressured", "latent", "dormant", "unknown",
)  # fmt: skip
# What is known of a dimension: passes and weak from fresh answers, missing was never asked, unknown was asked in vain.
RESEARCH_STATES = ("contested", "passes", "weak", "stale", "unknown", "missing")
LIFECYCLE_STAGES = (
    "customer", "in_deal", "churned", "closed_lost", "evaluating", "researching", "unaware",
)  # fmt: skip

# What the buyer did that effort is measured against (methods h.5), and what is promised to an account (h.4).
MOVEMENTS = ("stage_advance", "person_engaged", "next_step_kept", "readiness_raised")
COMMITMENT_STATES = ("committed", "lapsed", "ended")

TIERS = ("1", "2", "3", "parked", "excluded")
TIER_NAMES = {"1": "1:1", "2": "1:few", "3": "1:many", "parked": "parked", "excluded": "excluded"}

# Why an account is excluded for good.
EXCLUSION_CAUSES = ("no_problem", "legal", "competitor")

# What effort is counted in, where capacity is hours.
RESOURCES = ("people", "research", "content", "executives")
# How sure a tier is when weights and figures stray, and what stands between an account and the tier above.
STANDINGS = ("robust", "middling", "fragile")
LIFT_KINDS = ("data", "criterion", "several", "readiness", "value", "gate", "profile", "none")

NPS_SCORES = tuple(str(score) for score in range(11))
GRADES = ("A", "B", "C")
VERDICTS = (
    "validated", "validated_win_rate_unproven", "positioning_gap", "closeable_not_worth_closing",
    "not_worth_closing", "avoid", "promising", "watch", "insufficient_evidence", "unvalidated",
)  # fmt: skip
VALIDATED = ("validated", "validated_win_rate_unproven", "positioning_gap")
SEATABLE_VERDICTS = (*VALIDATED, "promising")
NOT_WORTH = ("closeable_not_worth_closing", "not_worth_closing", "avoid")

# Which motion fits a company or a segment (methods n).
MOTIONS = ("demand_generation_led", "both", "abm_led", "no_abm", "unknown")
# Where effort went, seen from the validated universe. Proven neither way is not outside; an unknown account is nowhere.
PLACES = ("validated", "unproven", "not_worth", "outside", "unknown_account", "shared")
ALIGNMENT_FUNCTIONS = ("marketing", "sales", "product", "customer_success", "other")

# How high a person stands, lowest first: LinkedIn's ten levels, and `staff` for who holds a post without leading or a mark of
# experience (LinkedIn calls them entry; methods j.1 forbids to). Functions follow LinkedIn's, with who leads the whole company.
SENIORITIES = (
    "unknown", "unpaid", "training", "entry", "staff", "senior", "manager", "director", "vp", "cxo", "partner", "owner",
)  # fmt: skip
FUNCTIONS = (
    "accounting", "administrative", "arts_and_design", "business_development", "community_and_social_services", "consulting",
    "customer_success_and_support", "education", "engineering", "finance", "general_management", "healthcare_services",
    "human_resources", "information_technology", "legal", "marketing", "media_and_communication",
    "military_and_protective_services", "operations", "product_management", "project_management", "purchasing",
    "quality_assurance", "real_estate", "research", "sales", "other",
)  # fmt: skip
# Languages whose titles are read; where words belong to several, the first of these counts.
TITLE_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
