"""Which records are one company: ours, Splink's and equal names, on the same records, with time and memory.

    python -m benchmarks.identity [--rows 1000000] [--seed 1] [--memory 3GB]    # records that are made up, whose truth is known
    python -m benchmarks.identity --labels                       # real ones, labelled by people; needs TIERWISE_DATA

Made up: companies with invented and with common words in their names, some of which share a name with another elsewhere; each
is written one to five times, with slips, other legal forms or none, abbreviations, a third without domain (free mail, which
loading empties, included), a fifth without city. Every system runs in a process of its own on two threads; with --memory its
DuckDB may use so much and spills the rest to disk (the process has the records and Python besides).

Real: 68,158 listings of companies on 80 exchanges, 374 pairs labelled: 342 one company, 32 not. Every system sees name, domain,
country and city, and no label. A second judge that nothing was set by: the ISIN (which no system sees) of other listings.

Precision, recall and F1 at each threshold, pair by pair and after chains of pairs are followed; of labelled pairs with Wilson's
95 % intervals. Figures of runs are in docs/methods/identity.md.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.engines.base import Resources
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.flow import FLOW
from tierwise.sql.query import compiled
from tierwise.stages.accounts.identity.spec import IdentitySpec
from tierwise.stats.intervals import wilson
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

THRESHOLDS = (0.01, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
COLUMNS = {"rid": "id", "name": "name", "domain": "domain", "country": "country", "city": "city"}


DAY = date(2024, 1, 1)
# id, name, domain, country, city
Records = pa.Table
Pairs = pa.Table
LEGAL = "inc|incorporated|corp|corporation|co|company|ltd|limited|plc|llc|gmbh|ag|sa|se|nv|bv|spa|ab|oyj|asa|kk"


def by_flow(records: Records, limit: str | None = None, spec: IdentitySpec | None = None) -> Pairs:
    """The steps of matching as a run does them, every record a group of its own. Pairs from the review threshold on."""
    with tempfile.TemporaryDirectory() as scratch:
        return _by_flow(records, spec or IdentitySpec(), DuckdbEngine(Resources(2, limit, Path(scratch))))


def _by_flow(records: Records, spec: IdentitySpec, engine: DuckdbEngine) -> Pairs:
    tables = dictionary()
    ids = records["id"]
    source = pa.array(["crm"] * len(records))
    landed = pa.table(
        {
            "record_id": ids, "source": source, "account_key": ids, "name": records["name"],
            "domain_key": records["domain"], "country": records["country"], "city": records["city"],
        }
    )  # fmt: skip
    known = records.filter(records["domain"].is_valid())
    groups = pa.concat_tables(
        [
            pa.table({"key_space": source, "account_key": ids, "group_id": ids}),
            pa.table(
                {
                    "key_space": pa.array(["domain"] * len(known)),
                    "account_key": known["domain"],
                    "group_id": known["id"],
                }
            ),
        ]
    )
    engine.register("landing_accounts", landed, tables["landing_accounts"].types)
    engine.register("key_groups", groups, tables["key_groups"].types)
    engine.register("landing_contacts", (), tables["landing_contacts"].types)
    lists = {"spec_sources": [{"source": "crm", "key_space": "crm", "priority": 1}], **spec.tables()}
    for name, rows in lists.items():
        engine.register(name, filled(tables[name], rows), tables[name].types)
    for step in FLOW:
        if step.section != "identity" or step.name == "match_reasons":
            continue
        if step.in_memory:
            read = {name: engine.fetch(f'select * from "{name}"') for name in step.reads}
            engine.register(step.name, step.make(spec, DAY, **read), tables[step.name].types)
        else:
            made = compiled(step.make(spec, DAY), tables, engine.dialect, target=tables[step.name])
            engine.materialize(step.name, made)
    found = engine.fetch("select left_id, right_id, probability from match_pairs")
    engine.close()
    return found


def by_splink(records: Records, limit: str | None = None, at_least: float = 0.01) -> Pairs:
    """Splink's ready comparisons with their own levels, trained as its guide says. Pairs from a probability on."""
    import logging

    import duckdb
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect(config={"threads": 2, **({"memory_limit": limit} if limit else {})}))
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.NameComparison("name"),
            cl.ExactMatch("domain").configure(term_frequency_adjustments=True),
            cl.ExactMatch("country"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("domain"), block_on("name"), block_on("first_word", "country"), block_on("substr(name, 1, 6)"),
        ],
    )  # fmt: skip
    lowered = records.set_column(1, "name", pc.utf8_lower(records["name"]))
    lowered = lowered.append_column("first_word", pc.list_element(pc.split_pattern(lowered["name"], " "), 0))
    linker = Linker(api.register(lowered), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("domain")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("domain"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    made = linker.inference.predict(threshold_match_probability=at_least).as_duckdbpyrelation()
    return made.project(
        "least(id_l, id_r) as left_id, greatest(id_l, id_r) as right_id, match_probability as probability"
    ).to_arrow_table()


def by_equal_names(records: Records, limit: str | None = None) -> Pairs:
    """Lower case, signs and usual legal forms away, then equal. Probability 1."""
    import duckdb

    connection = duckdb.connect()
    connection.register("records", records)
    return connection.sql(
        f"""
        with plain as (
            select id, trim(regexp_replace(regexp_replace(lower(strip_accents(name)), '[^a-z0-9]+', ' ', 'g'),
                                           '( ({LEGAL}))+ *$', '')) as name
            from records
        ),
        few as (select name from plain where name <> '' group by name having count(*) between 2 and 500)
        select a.id as left_id, b.id as right_id, 1.0::double as probability
        from plain a join plain b on a.name = b.name and a.id < b.id join few on few.name = a.name
        """
    ).to_arrow_table()


SYSTEMS: dict[str, Callable[[Records, str | None], Pairs]] = {
    "ours": by_flow,
    "Splink": by_splink,
    "equal names": by_equal_names,
}


def clusters(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Every record of a pair with the first record that a chain of pairs leads to."""
    first: dict[Any, Any] = {}

    def root(record: Any) -> Any:
        while (above := first.setdefault(record, record)) != record:
            first[record] = record = first[above]
        return record

    for left, right in pairs:
        one, other = sorted((root(left), root(right)))
        first[other] = one
    return {record: root(record) for record in list(first)}


# ---- records that are made up -------------------------------------------------------------------------------

BUSINESS = (
    "Technologies Systems Energy Capital Partners Logistics Foods Software Consulting Engineering Services Industries Medical "
    "Bank Pharmaceuticals Holdings Group International Resources Construction Design Media Insurance Properties Manufacturing"
)
SHORT = {
    "Technologies": "Tech", "Systems": "Sys", "International": "Intl", "Manufacturing": "Mfg", "Holdings": "Hldgs",
    "Industries": "Inds", "Services": "Svcs", "Pharmaceuticals": "Pharma", "Engineering": "Engg", "Resources": "Res",
    "Group": "Grp",
}  # fmt: skip
FORMS = {
    "Germany": ("GmbH", "AG", "GmbH & Co. KG"), "France": ("SA", "S.A.S.", "SARL"), "Italy": ("S.p.A.", "S.r.l."),
    "United States": ("Inc.", "LLC", "Corp."), "United Kingdom": ("Ltd", "PLC"), "Netherlands": ("B.V.", "N.V."),
}  # fmt: skip
SUFFIX = {
    "Germany": "de", "France": "fr", "Italy": "it", "United States": "com", "United Kingdom": "co.uk", "Netherlands": "nl",
}  # fmt: skip
STARTS = "b br c ch d dr f g gr h k kl l m n p pr qu r s sch st t tr v w z"
VOWELS = "a e i o u au ei ie oo"


def made_up(rows: int, seed: int) -> tuple[pa.Table, list[int]]:
    """Records, and the company that each is of."""
    draw = random.Random(seed)
    syllables = [start + vowel for start in STARTS.split() for vowel in VOWELS.split()]
    columns: dict[str, list[str | None]] = {name: [] for name in COLUMNS.values()}
    truth: list[int] = []
    names: list[str] = []
    company = 0
    while len(truth) < rows:
        company += 1
        country = draw.choice(list(FORMS))
        if taken := bool(names) and draw.random() < 0.05:
            name = draw.choice(names)
        else:
            stem = "".join(draw.choices(syllables, k=draw.randint(2, 3))).capitalize() + draw.choice("nrlst")
            name = " ".join([stem, *draw.sample(BUSINESS.split(), k=draw.choice((0, 1, 1, 2)))])
            names.append(name)
        city = f"{country[:2]}ville {draw.randint(1, 300)}"
        domain = (
            f"{name.replace(' ', '').lower()}{company if taken else draw.choice(('', '', company))}.{SUFFIX[country]}"
        )
        for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 5))):
            truth.append(company)
            values = (
                str(len(truth)), _written(name, country, draw), None if draw.random() < 0.35 else domain, country,
                None if draw.random() < 0.2 else city,
            )  # fmt: skip
            for column, value in zip(columns, values, strict=True):
                columns[column].append(value)
    records = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return records.slice(0, rows), truth[:rows]


def _written(name: str, country: str, draw: random.Random) -> str:
    """One system's way to write a name: abbreviated, with a slip, with one of the legal forms or none, in capitals."""
    words = name.split()
    if draw.random() < 0.2:
        words = [SHORT.get(word, word) for word in words]
    if draw.random() < 0.12:
        at = draw.randrange(1, len(words[0]))
        words[0] = words[0][:at] + draw.choice(("", words[0][at] * 2, draw.choice("aeinrt"))) + words[0][at + 1 :]
    if draw.random() < 0.75:
        words.append(draw.choice(FORMS[country]))
    return " ".join(words).upper() if draw.random() < 0.25 else " ".join(words)


def _compare(rows: int, seed: int, limit: str | None) -> None:
    records, truth = made_up(rows, seed)
    of = dict(zip(records["id"].to_pylist(), truth, strict=True))
    there = sum(count * (count - 1) // 2 for count in Counter(truth).values())
    print(f"{rows:,} records of {len(set(truth)):,} companies, {there:,} pairs that are one")
    print("system        seconds   of CPU  peak MB     at by     precision  recall     F1     links")
    context = multiprocessing.get_context("spawn")
    for name in SYSTEMS:
        with context.Pool(1) as pool:
            pairs, seconds, busy, peak = pool.apply(_timed, (name, records, limit))
        left, right, scores = (pairs[column].to_pylist() for column in ("left_id", "right_id", "probability"))
        for threshold in _thresholds(scores):
            links = [(a, b) for a, b, score in zip(left, right, scores, strict=True) if score >= threshold]
            shown = f"{name:12} {seconds:8.1f} {busy:8.1f} {peak:8} {threshold:6}"
            for way, right_ones, found in (("pair", *_by_pair(links, of)), ("chain", *_by_chain(links, of))):
                figures = f"{right_ones / max(found, 1):9.4f} {right_ones / there:7.4f} {2 * right_ones / (found + there):6.4f}"
                print(f"{shown} {way:6} {figures} {len(links):9,}", flush=True)


def _timed(name: str, records: pa.Table, limit: str | None) -> tuple[pa.Table, float, float, int]:
    began, used = time.perf_counter(), time.process_time()
    pairs = SYSTEMS[name](records, limit)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return pairs, time.perf_counter() - began, time.process_time() - used, peak


def _thresholds(scores: list[float]) -> tuple[float, ...]:
    return THRESHOLDS if len(set(scores)) > 1 else (1.0,)


def _by_pair(links: list[tuple[str, str]], of: dict[str, int]) -> tuple[int, int]:
    """Links that are right, and links."""
    return sum(of[a] == of[b] for a, b in links), len(links)


def _by_chain(links: list[tuple[str, str]], of: dict[str, int]) -> tuple[int, int]:
    """Pairs within clusters that are right, and pairs within clusters."""
    cells, sizes = Counter[Any](), Counter[Any]()
    for record, first in clusters(links).items():
        cells[first, of[record]] += 1
        sizes[first] += 1
    return tuple(sum(n * (n - 1) // 2 for n in counts.values()) for counts in (cells, sizes))  # type: ignore[return-value]


# ---- records that people labelled ---------------------------------------------------------------------------


def _labelled() -> None:
    folder = Path(os.environ.get("TIERWISE_DATA", "")) / "company_entities"
    if not folder.is_dir():
        sys.exit("set TIERWISE_DATA to the folder that holds company_entities")
    records = pq.read_table(folder / "company_listings.parquet", columns=list(COLUMNS))
    records = records.rename_columns(list(COLUMNS.values())).cast(
        pa.schema([(n, pa.string()) for n in COLUMNS.values()])
    )
    with (folder / "labelled_pairs_train.csv").open(encoding="utf-8", newline="") as file:
        labels = {tuple(sorted((row["left"], row["right"]))): row["label"] == "1" for row in csv.DictReader(file)}
    print(f"{'system':12} {'at':>6} {'by':6} {'precision':>24} {'recall':>24} {'F1':>6} {'links':>8}")
    isins = _isins(folder, {end for pair in labels for end in pair})
    for name, system in SYSTEMS.items():
        found = system(records, None)
        _print(name, found, labels)
        _print_isins(name, found, isins)


def _print(name: str, pairs: pa.Table, labels: dict[tuple[str, ...], bool]) -> None:
    left, right, found = (pairs[column].to_pylist() for column in ("left_id", "right_id", "probability"))
    scores = dict(zip(zip(left, right, strict=True), found, strict=True))
    for threshold in _thresholds(list(scores.values())):
        links = [pair for pair, score in scores.items() if score >= threshold]
        chain = clusters(links)
        linked = set(links)
        by_pair = {pair: pair in linked for pair in labels}
        by_chain = {(a, b): a in chain and chain[a] == chain.get(b) for a, b in labels}
        for way, said in (("pair", by_pair), ("chain", by_chain)):
            right = sum(said[pair] and one for pair, one in labels.items())
            found, there = sum(said.values()), sum(labels.values())
            f1 = 2 * right / (found + there)
            shown = f"{_rate(right, found)} {_rate(right, there)} {f1:6.3f} {len(links):8}"
            print(f"{name:12} {threshold:6} {way:6} {shown}", flush=True)


def _isins(folder: Path, labelled: set[str]) -> dict[str, str]:
    """The ISIN of each listing that has one and is in no labelled pair."""
    listed = pq.read_table(folder / "company_listings.parquet", columns=["rid", "isin"]).to_pylist()
    return {row["rid"]: row["isin"] for row in listed if len(row["isin"] or "") == 12 and row["rid"] not in labelled}


def _print_isins(name: str, pairs: pa.Table, isins: dict[str, str]) -> None:
    """Recall of pairs with one ISIN; of linked pairs from the US and Canada, how many have one issuer (its first 8 signs)."""
    there = sum(count * (count - 1) // 2 for count in Counter(isins.values()).values())
    left, right, found = (pairs[column].to_pylist() for column in ("left_id", "right_id", "probability"))
    known = [(isins[a], isins[b], p) for a, b, p in zip(left, right, found, strict=True) if a in isins and b in isins]
    for threshold in _thresholds(found):
        links = [(one, other) for one, other, probability in known if probability >= threshold]
        same = sum(one == other for one, other in links)
        issuers = [one[:8] == other[:8] for one, other in links if {one[:2], other[:2]} <= {"US", "CA"}]
        print(f"{name:12} {threshold:6} isin   {_rate(sum(issuers), len(issuers))} {_rate(same, there)}", flush=True)


def _rate(successes: int, of: int) -> str:
    low, high = wilson(successes, of)
    return f"{successes / max(of, 1):6.3f} [{low:.3f}, {high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", help="what each system's DuckDB may use, like 3GB; the rest goes to disk")
    parser.add_argument("--labels", action="store_true", help="real records with labelled pairs")
    given = parser.parse_args()
    if given.labels:
        _labelled()
    else:
        _compare(given.rows, given.seed, given.memory)


if __name__ == "__main__":
    main()
