"""Model files that several tests start from."""

from __future__ import annotations

# Every section in use, nothing wrong.
GOOD = """\
company: Acme
currency: USD
engine: duckdb
sources:
  crm:
    kind: files
    path: exports/crm
    tables:
      accounts: {file: companies.csv, map: {account_key: Record ID, name: Company name, tools: Stack}}
      opportunities: deals.csv
  web: {kind: files, path: exports/web, keys: crm, tables: {events: {file: "*.csv", dates: iso}}}
map:
  accounts: {domain: Company Domain Name, employees: Number of Employees}
rates: {EUR: 1.1, GBP: 1.3}
attributes:
  tools: {type: text, meaning: what they run}
accounts: {employee_bands: [50, 200, 1000]}
opportunities: {won: [Closed Won], lost: [Closed Lost]}
segments:
  credit_unions:
    where: "sub_industry = 'Credit unions' and employees between 200 and 999"
    problem: replace branch-only onboarding
  banks: {where: industry = 'Banking' and tools is not null}
parties: {third: 0.2}
signals:
  pricing_page: {where: "kind = 'page' and path like '/pricing%'", party: first, family: web, points: 10}
  surge: {where: "provider = 'Vendor' and score >= 60", party: third, family: third_party_topic}
dimensions: [industry, employee_band, tools]
retention: {period_months: 12}
lifetime_value: {gross_margin: 0.75, horizon_months: 48}
verdicts: {probability: 0.8}
intent: {saturation: 15}
relationship: {engaged_days: 90}
fit:
  strategic_fit: {weight: 0.35, score: {5: "segment = 'credit_unions'", 3: "industry = 'Banking'"}}
  revenue_potential: {weight: 0.25, scale: {column: employees, anchors: {10: 0, 1000: 5}}}
  relationship_depth: {weight: 0.2, score: {5: "engaged_contacts >= 3"}}
  firmographic: {weight: 0.12, score: {5: "employees >= 200"}}
  brand: {weight: 0.08, score: {5: "employees >= 5000"}}
readiness: {gate: 0.6, respondents: {one_to_one: 2}}
lifecycle: {dormant_days: 180}
tiers: {one_to_one: 12, one_to_few: 60}
"""

SMALL = """\
company: Acme
currency: USD
sources: {crm: {kind: files, tables: {accounts: companies.csv}}}
"""
