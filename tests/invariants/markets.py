"""Small random markets with every kind of record, for what must hold whatever the records are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from tests.companies import company

from tierwise.core.vocabulary import ANSWERS, DIMENSIONS, RESPONDENT_ROLES
from tierwise.project import Project
from tierwise.tables.market import MARKET_TABLES
from tierwise.tables.performance import PERFORMANCE_TABLES
from tierwise.tables.performance.cohorts import COHORTS_TABLES
from tierwise.tables.performance.retention import RETENTION_TABLES
from tierwise.tables.performance.revenue import REVENUE_TABLES
from tierwise.tables.performance.win_rate import WIN_RATE_TABLES

DAY = date(2024, 6, 30)
START = date(2022, 1, 1)
OPTIONS: dict[str, Any] = {"web": {"keys": "crm"}, "billing": {"keys": "crm"}, "crm.evidence": {"known_at": "recorded"}}
# Seats for everybody who may sit: few records are seldom enough for a verdict or for a gate that opens.
TIERS = {"one_to_one": 5, "one_to_few": 10, "scope": "both", "unvalidated": "allow", "rest_after_loss_days": 600,
         "rest_after_churn_days": 600}  # fmt: skip
ROUGH = {"banks": {"where": "industry = 'Banking'"}, "large": {"where": "employees >= 1000"},
         "software": {"where": "industry = 'Software' and employees >= 50"}}  # fmt: skip
MEANT = {"cmo": {"function": "marketing", "where": "employees >= 400", "owners": ["Kim"]},
         "cro": {"function": "sales", "accounts": ["company1.com", "Company 2", "nobody.com"]}}  # fmt: skip

Market = dict[str, dict[str, list[dict[str, Any]]]]


def market(seed: int, accounts: int = 40, since: date = START, until: date = DAY) -> Market:
    """Records whose own dates lie between two days; everything else is drawn from `seed`."""
    random = Random(seed)
    span = (until - since).days

    def when(latest: int = span) -> str:
        moment = datetime.combine(since, datetime.min.time()) + timedelta(
            days=random.randrange(max(latest, 0) + 1), seconds=random.randrange(86400)
        )
        return moment.isoformat(sep=" ")

    def some(value: Any, share: float = 0.85) -> Any:
        return value if random.random() < share else ""

    keys = [str(n) for n in range(1, accounts + 1)]
    domains = {key: f"company{key}.com" for key in keys}
    companies = [
        {
            "account_key": key, "domain": some(domains[key]), "name": f"Company {key}",
            "industry": some(random.choice(["Banking", "Software", "Retail"])),
            "employees": some(random.choice([5, 80, 400, 3000])),
            "country": random.choice(["DE", "US"]), "parent_key": some(random.choice(keys), 0.2),
            "competitor": "yes" if random.random() < 0.03 else "no", "updated_at": when(),
        }
        for key in keys
    ]  # fmt: skip
    twins = [
        {**row, "account_key": f"t{row['account_key']}", "updated_at": when()} for row in companies[:5] if row["domain"]
    ]
    alike = [
        {**companies[n], "account_key": f"a{n}", "name": name, "domain": "", "parent_key": "", "country": "DE"}
        for n, name in enumerate(("Nordlicht Kesselbau GmbH", "Nordlicht Kesselbau AG", "Nordlicht Kessel-Bau"))
    ]  # fmt: skip
    people = [(f"p{n}@{domains[key]}", key) for n in range(3 * accounts) for key in [random.choice(keys)]]
    contacts = [
        {"contact_key": f"c{n}", "email": some(mail), "account_key": key, "title": "Head",
         "function": some(random.choice(["IT", "HR"])), "left_at": some(when(), 0.1)}
        for n, (mail, key) in enumerate(people)
    ]  # fmt: skip
    deals, history = [], []
    for n in range(accounts):
        created = when()
        stage = random.choice(["Demo", "Proposal", "Closed Won", "Closed Lost"])
        deals.append({"opportunity_key": f"d{n}", "account_key": random.choice(keys), "stage": stage,
                      "amount": random.randrange(9999), "created_at": created, "closed_at": when() if "Closed" in stage else "",
                      "type": random.choice(["New Business", "Renewal", ""])})  # fmt: skip
        history += [{"opportunity_key": f"d{n}", "stage": random.choice(["Demo", "Closed Lost", "Closed Won"]),
                     "entered_at": when()[:10]} for _ in range(random.randrange(3))]  # fmt: skip
    subscriptions = []
    for n in range(accounts // 2):
        started = when()
        subscriptions.append({"subscription_key": f"s{n}", "account_key": random.choice(keys), "mrr": random.randrange(50, 900),
                              "started_at": started, "ended_at": some(when(), 0.4), "status": "active"})  # fmt: skip
    subscriptions = [row for row in subscriptions if not row["ended_at"] or row["ended_at"] > row["started_at"]]
    events = [
        {"event_key": f"e{n}", "account_key": key, "person": some(mail, 0.6), "anonymous_id": f"dev{random.randrange(20)}",
         "kind": random.choice(["page", "attended"]), "path": random.choice(["/pricing/eu", "/blog"]),
         "function": random.choice(["IT", "HR", ""]), "occurred_at": when()}
        for n in range(6 * accounts) for mail, key in [random.choice(people)]
    ]  # fmt: skip
    reports = [
        {"domain": random.choice(list(domains.values())), "provider": random.choice(["vendor", "reviews"]), "topic": "t",
         "score": random.randrange(40, 100), "occurred_at": when()}
        for _ in range(3 * accounts)
    ]  # fmt: skip
    touches = [
        {"activity_key": f"a{n}", "account_key": key, "email": some(mail), "direction": random.choice(["inbound", "outbound"]),
         "kind": "call", "owner": random.choice(["Kim", "Lee"]), "occurred_at": when()}
        for n in range(2 * accounts) for mail, key in [random.choice(people)]
    ]  # fmt: skip
    findings = []
    for mail, key in people[: 2 * accounts]:
        said = when()
        findings += [
            {"account_key": key, "respondent": mail, "role": random.choice(RESPONDENT_ROLES), "method": "interview",
             "dimension": d, "answer": random.choice((*ANSWERS, "yes", "yes", "yes")), "observed_at": said, "recorded": said}
            for d in random.sample(DIMENSIONS, random.randrange(5))
        ]  # fmt: skip
    return {
        "crm": {"accounts": companies + twins + alike, "contacts": contacts, "opportunities": deals, "stage_history": history,
                "activities": touches, "evidence": findings},
        "web": {"events": events, "intent": reports},
        "billing": {"subscriptions": subscriptions},
    }  # fmt: skip


def joined(*markets: Market) -> Market:
    """The records of several markets in one."""
    return {
        source: {kind: [row for m in markets for row in m[source][kind]] for kind in markets[0][source]}
        for source in markets[0]
    }


def opened(folder: Path, records: Market, **model: Any) -> Project:
    """A project with these records landed."""
    settings = {
        "targets": MEANT,
        "breadth": {"least_accounts": 3, "too_mixed": 1.2},
        "hierarchy": {"roll_up": {"revenue": "ultimate", "signals": "buying"}},
        "segments": ROUGH,
        "tiers": TIERS,
        "readiness": {"gate_mode": "advisory"},
        "options": OPTIONS,
        **model,
    }
    return company(folder, records, **settings)


def published_tables(
    project: Project, as_of: date = DAY, besides: tuple[str, ...] = ("batches",), anew: bool = True
) -> dict[str, bytes]:
    """The bytes of every table that a run publishes; `batches` says what was read, and when."""
    with project.plan(as_of, anew=anew) as plan, TemporaryDirectory(dir=project.folder / ".tierwise") as folder:
        plan.write(Path(folder))
        return {
            name: b"".join(path.read_bytes() for path in sorted((Path(folder) / name).glob("*.parquet")))
            for name in plan.rows if name not in besides
        }  # fmt: skip


def rows_of(tables: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    """The rows of a published table."""
    from io import BytesIO

    return list(pq.read_table(BytesIO(tables[name])).to_pylist())


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> dict[str, list[dict[str, Any]]]:
    """Tables whose bytes differ, with rows that only one side has: what a failing test wants to say.

    Some statistics are sums of doubles, whose last digits depend on the order in which threads add: they are equal to nine
    digits. Revenue, retention and win rates are exact sums, and equal to the last.
    """
    found = {}
    exact = {table.name for table in (*REVENUE_TABLES, *RETENTION_TABLES, *COHORTS_TABLES, *WIN_RATE_TABLES)}
    statistics = {table.name for table in (*PERFORMANCE_TABLES, *MARKET_TABLES)} - exact
    for name in sorted(one.keys() | other.keys()):
        if one.get(name) != other.get(name):
            mine, theirs = (rows_of(side, name) if name in side else [] for side in (one, other))
            if name in statistics and [_rounded(row) for row in mine] == [_rounded(row) for row in theirs]:
                continue
            found[name] = [row for row in mine if row not in theirs][:2] + [row for row in theirs if row not in mine][
                :2
            ]
    return found


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(f"{value:.9g}") if isinstance(value, float) else value for name, value in row.items()}
