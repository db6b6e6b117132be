"""From events to tiers, beside a hand-written DuckDB script with the same outputs; rows compared.

    python -m benchmarks.event_to_tier [--accounts 1000000] [--events 20000000] [--repeat 3]

Both read the same Parquet of landed events and the same tables of accounts, fit, lifecycle and verdicts, and both write every
reason of every account's intent, intent itself, and tiers. The hand-written script knows this one model by heart: no
dictionary, no unused columns, literals in place. Prints seconds of each, their ratio, and how many rows differ.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from tierwise.core.spec import Spec
from tierwise.core.step import Step
from tierwise.core.table import Table
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.flow import FLOW
from tierwise.pipeline.inputs import landing_cut, readable
from tierwise.pipeline.run import execute
from tierwise.sql.query import Query
from tierwise.stages.accounts.contacts import ContactsSpec
from tierwise.stages.accounts.facts import FactsSpec
from tierwise.stages.assessment.intent import IntentSpec
from tierwise.stages.assessment.readiness import ReadinessSpec
from tierwise.stages.assessment.signals import SignalSpec, SignalsSpec
from tierwise.stages.segmentation.tiers import TiersSpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary
from tierwise.tables.landing import LANDING_TABLES

AS_OF = date(2026, 6, 30)
SEATS = (12, 60)
SIGNALS = SignalsSpec(
    signals={
        "pricing": SignalSpec(where="kind = 'page' and path = '/pricing'", party="first", family="web", points=10),
        "download": SignalSpec(where="kind = 'download'", party="first", family="web", points=6),
        "event": SignalSpec(where="kind = 'event'", party="first", family="event", points=8),
        "review": SignalSpec(where="kind = 'review'", party="second", family="review_site", points=6, high_intent=True),
        "topic": SignalSpec(where="kind = 'topic'", party="third", family="third_party_topic", points=3),
    }
)
SECTIONS = ("contacts", "signals", "intent", "tiers")
COMPARED = {"intent_reasons": ("account_id", "reason"), "intent": ("account_id",), "tiers": ("account_id",)}
SPECS: dict[str, Spec] = {
    "facts": FactsSpec(),
    "signals": SIGNALS,
    "intent": IntentSpec(),
    "contacts": ContactsSpec(),
    "tiers": TiersSpec(one_to_one=SEATS[0], one_to_few=SEATS[1]),
}

WORLD = """
create table numbers as select range as i, 'company' || range || '.com' as domain from range({accounts});
copy (select 'domain' as key_space, domain as account_key, 'domain:' || domain as account_id from numbers)
    to '{folder}/account_keys.parquet';
copy (select 'domain:' || domain as account_id, domain as name, false as do_not_contact, false as competitor from numbers)
    to '{folder}/accounts.parquet';
copy (select 'domain:' || domain as account_id, 'core' as segment, 1 as segments from numbers where i % 4 = 0)
    to '{folder}/account_segments.parquet';
copy (select 'domain:' || domain as account_id, 'unaware' as stage, false as group_customer from numbers)
    to '{folder}/lifecycle.parquet';
copy (select 'domain:' || domain as account_id, cast(hash(i) % 100000 / 1000.0 as decimal(18, 6)) as fit, true as scorable
      from numbers) to '{folder}/fit.parquet';
copy (
    select 'e' || i as record_id, 'web' as source, i as row_number,
           timestamp '2025-07-01' + to_seconds(cast(hash(i + 1) % 31536000 as bigint)) as occurred_at,
           timestamp '2025-07-01' + to_seconds(cast(hash(i + 1) % 31536000 as bigint)) as known_at,
           'company' || cast(floor(pow((hash(i + 2) % 1000003) / 1000003.0, 2) * {accounts}) as bigint) || '.com'
               as domain_key,
           case when hash(i + 3) % 10 < 4 then 'p' || hash(i + 4) % ({accounts} * 3) end as person,
           'd' || hash(i + 5) % ({accounts} * 5) as anonymous_id,
           case when hash(i + 3) % 10 < 4 then ['finance', 'it', 'sales'][1 + cast(hash(i + 6) % 3 as int)] end as function,
           ['page', 'page', 'page', 'download', 'event', 'review', 'topic'][1 + cast(hash(i + 7) % 7 as int)] as kind,
           ['/pricing', '/blog', '/docs', '/about'][1 + cast(hash(i + 8) % 4 as int)] as path
    from range({events}) t(i)
) to '{folder}/landing_events.parquet' (row_group_size 500000);
"""

BY_HAND = """
create table h_days as
select k.account_id, e.signal_id, e.person, case when e.person is null then e.anonymous_id end as device,
       max(e.function) as function, max(e.occurred_at) as last_at,
       date '2026-06-30' - cast(e.occurred_at as date) as age
from (
    select domain_key, person, anonymous_id, function, occurred_at,
           case when kind = 'page' and path = '/pricing' then 'pricing' when kind = 'download' then 'download'
                when kind = 'event' then 'event' when kind = 'review' then 'review' when kind = 'topic' then 'topic' end
               as signal_id
    from read_parquet('{folder}/landing_events.parquet')
    where known_at < timestamp '2026-07-01' and occurred_at >= timestamp '2026-01-01'
) e
join account_keys k on k.account_key = e.domain_key
where e.signal_id is not null
group by all;
create table h_signals(signal_id varchar, party varchar, family varchar, worth double, high_intent boolean);
insert into h_signals values ('pricing', 'first', 'web', 10, false), ('download', 'first', 'web', 6, false),
    ('event', 'first', 'event', 8, false), ('review', 'second', 'review_site', 6 * 0.7::double, true),
    ('topic', 'third', 'third_party_topic', 3 * 0.4::double, false);
create table h_totals as
select account_id, signal_id, any_value(party) as party, count(*) as signals,
       cast(round(any_value(worth) * sum(pow(2, -age / 30.0::double)), 6) as decimal(18, 6)) as points, max(last_at) as last_at
from h_days join h_signals using (signal_id) group by account_id, signal_id;
create table h_people as
with shown as (
    select account_id, person, device, max(function) as function, bool_or(party <> 'third') as own
    from h_days join h_signals using (signal_id) where age <= 60 group by account_id, person, device
),
crowds as (
    select account_id, count(person) as persons, count(device) as devices,
           count(distinct function) filter (where person is not null) as functions,
           count(person) filter (where own) as own_persons, count(device) filter (where own) as own_devices
    from shown group by account_id
),
kinds as (
    select account_id, count(distinct family) filter (where recent) as families,
           count(distinct family) filter (where recent and h_totals.party <> 'third') as own_families,
           bool_or(high_intent and recent) as high_intent
    from (select *, last_at >= timestamp '2026-05-01' as recent from h_totals) h_totals join h_signals using (signal_id)
    group by account_id
)
select account_id, coalesce(persons, 0) as persons, coalesce(devices, 0) as devices, coalesce(functions, 0) as functions,
       families, high_intent, own_families >= 2 or coalesce(own_persons + own_devices // 3, 0) >= 2 as corroborated
from kinds left join crowds using (account_id);
create table h_reasons as
with raw as (select account_id, sum(points) as points from h_totals group by account_id),
capped as (
    select t.*, least(t.points, cast(round(0.4::double * r.points, 6) as decimal(18, 6))) as kept
    from h_totals t join raw r using (account_id)
),
bonus as (
    select account_id, sum(kept) as kept, max(last_at) as last_at, any_value(persons + devices // 3) as people,
           any_value(functions) >= 2 as spread
    from capped join h_people using (account_id) group by account_id
),
added as (
    select *, case when people >= 2 and spread
                   then cast(round(kept::double * least(0.15::double * (people - 1), 0.6::double), 6) as decimal(18, 6))
                   else 0::decimal(18, 6) end as more
    from bonus
)
select account_id, 'signal:' || signal_id as reason, points, signals, last_at from capped
union all select account_id, 'cap:' || signal_id, kept - points, signals, last_at from capped where kept < points
union all select account_id, 'people', more, people, last_at from added where more > 0
union all
select account_id, 'saturation',
       cast(round(100 * (1 - exp(-(kept + more)::double / 15)), 6) as decimal(18, 6)) - (kept + more), 0, last_at
from added;
create table h_intent as
select s.account_id, s.intent, p.persons + p.devices // 3 as people, p.families, p.high_intent, q.first_party,
       q.third_party_only,
       p.families < 2 and p.persons + p.devices // 3 < 2 as guarded, p.corroborated, s.last_signal_at
from (select account_id, sum(points) as intent, max(last_at) as last_signal_at from h_reasons group by account_id) s
join h_people p using (account_id)
join (select account_id, bool_or(party = 'first') as first_party, bool_and(party = 'third') as third_party_only
      from h_totals group by account_id) q using (account_id);
create table h_tiers as
with standing as (
    select a.account_id, s.segment, f.fit, coalesce(i.intent, 0) as intent, s.segment is not null as eligible,
           case when i.corroborated then i.intent else 0 end as attention,
           round(f.fit::double * (0.2::double + (1 - 0.2::double)
                 * case when i.corroborated then i.intent::double else 0 end / 100), 6) as value
    from accounts a left join account_segments s using (account_id) join lifecycle l using (account_id)
    left join fit f using (account_id) left join h_intent i using (account_id)
),
ranked as (
    select *, row_number() over (partition by eligible order by value desc nulls last, fit desc nulls last, attention desc,
                                      account_id) as rank
    from standing
)
select account_id,
       case when not eligible then 'excluded' when rank <= 12 then '1' when rank <= 72 then '2' else '3' end as tier,
       case when eligible then rank end as rank, segment, fit, intent
from ranked;
"""


def make_world(folder: Path, accounts: int, events: int) -> None:
    """Parquet of a company with this many accounts and events."""
    connection = duckdb.connect()
    connection.execute(WORLD.format(folder=folder, accounts=accounts, events=events)).fetchall()
    connection.close()


def ours(folder: Path) -> tuple[float, dict[str, pa.Table], dict[str, float]]:
    """Seconds of the flow's steps, their tables and the seconds of each."""
    engine, catalog = DuckdbEngine(), dictionary()
    steps, given = _timed(folder)
    views = _given(engine, catalog, folder, given)
    seconds: dict[str, float] = {}
    for step in steps:
        start = time.perf_counter()
        execute(engine, step, SPECS[step.section], AS_OF, catalog, views)
        seconds[step.name] = time.perf_counter() - start
    tables = {name: engine.fetch(f"select * from {name} order by {', '.join(key)}") for name, key in COMPARED.items()}
    engine.close()
    return sum(seconds.values()), tables, seconds


def _given(engine: DuckdbEngine, catalog: dict[str, Table], folder: Path, given: set[str]) -> dict[str, Query]:
    """What the timed steps read and none of them makes: from a file, from a list of the model, or empty."""
    views: dict[str, Query] = {}
    spec_tables = {name: rows for spec in (*SPECS.values(), ReadinessSpec()) for name, rows in spec.tables().items()}
    spec_tables["spec_sources"] = [{"source": "web", "key_space": "web", "priority": 1}]
    for table in LANDING_TABLES:
        files = [folder / "landing_events.parquet"] if table.name == "landing_events" else []
        engine.register(f"raw_{table.name}", files, readable(catalog)[table.name].types)
        views[table.name] = landing_cut(catalog[table.name], AS_OF, once=False)
    for name in sorted(given - set(views)):
        path, table = folder / f"{name}.parquet", catalog[name]
        if path.exists():
            engine.register(f"file_{name}", [path], table.types)
            engine.materialize(name, f"select * from file_{name}")
        else:
            engine.register(name, filled(table, spec_tables.get(name, [])), table.types)
    return views


def _timed(folder: Path) -> tuple[list[Step], set[str]]:
    """The steps of the flow, in order, from the events to what is compared, and the tables that they are given."""
    steps = {step.name: step for step in FLOW}
    waiting, timed, given = list(COMPARED), set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        step = steps.get(name)
        if step is None or (folder / f"{name}.parquet").exists() or not (step.view or step.section in SECTIONS):
            given.add(name)
        elif name not in timed:
            timed.add(name)
            waiting += step.reads if step.in_memory else step.make(SPECS[step.section], AS_OF).reads
    return [step for step in FLOW if step.name in timed], given


def by_hand(folder: Path) -> tuple[float, dict[str, pa.Table]]:
    """Seconds of the hand-written script and its tables."""
    connection = duckdb.connect()
    for name in ("account_keys", "accounts", "account_segments", "lifecycle", "fit"):
        connection.execute(f"create table {name} as select * from '{folder}/{name}.parquet'").fetchall()
    start = time.perf_counter()
    connection.execute(BY_HAND.format(folder=folder)).fetchall()
    seconds = time.perf_counter() - start
    names = {"intent_reasons": "h_reasons", "intent": "h_intent", "tiers": "h_tiers"}
    tables = {
        name: connection.sql(f"select * from {names[name]} order by {', '.join(key)}").to_arrow_table()
        for name, key in COMPARED.items()
    }
    connection.close()
    return seconds, tables


def differences(mine: pa.Table, theirs: pa.Table) -> int:
    """Rows that are not equal in the columns that both have."""
    names = [name for name in theirs.column_names if name in mine.column_names]
    connection = duckdb.connect()
    connection.register("mine", mine.select(names))
    connection.register("theirs", theirs.select(names))
    casts = ", ".join(f"cast({name} as varchar) as {name}" for name in names if name not in ("points", "intent", "fit"))
    exact = ", ".join(
        f"cast({name} as decimal(18, 6)) as {name}" for name in names if name in ("points", "intent", "fit")
    )
    wanted = ", ".join(part for part in (casts, exact) if part)
    left, right = f"select {wanted} from mine", f"select {wanted} from theirs"
    rows = connection.execute(
        f"select (select count(*) from ({left} except all {right})) + (select count(*) from ({right} except all {left}))"
    ).fetchall()
    return int(rows[0][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        start = time.perf_counter()
        make_world(folder, given.accounts, given.events)
        print(f"{given.accounts:,} accounts, {given.events:,} events made in {time.perf_counter() - start:.1f} s")
        ratios = []
        for turn in range(given.repeat):
            mine, tables, seconds = ours(folder)
            theirs, expected = by_hand(folder)
            ratios.append(mine / theirs)
            print(f"run {turn + 1}: tierwise {mine:.2f} s, by hand {theirs:.2f} s, ratio {mine / theirs:.2f}")
        slowest = sorted(seconds.items(), key=lambda item: -item[1])[:4]
        print("slowest steps of the last run: " + ", ".join(f"{name} {value:.2f} s" for name, value in slowest))
        print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f} (goal 1.25 or less)")
        for name in COMPARED:
            print(f"{name}: {tables[name].num_rows:,} rows, {differences(tables[name], expected[name])} rows differ")


if __name__ == "__main__":
    main()
