"""Does the research list find more accounts that can act, per hour, than random order or the highest value first?

    python -m benchmarks.research [--replications 20] [--accounts 200] [--hours 60] [--seed 1]

A market of accounts nobody was asked about. Each dimension is there or not with probability .6 (the model supposes .35);
value is log-normal (spread .8). Every account has five people; each answers truly with probability .85, alike in all
orders. An interview takes 45 minutes, a question 15. Orders, from the same market and the same people:

- `backlog`: `tierwise research`, computed anew by its steps on DuckDB after every 6 hours;
- `information`: the textbook value of one more answer, ranked per hour (methods g.6), computed in the same way;
- `score`: the most valuable account first, two interviews each; `random`: the same in random order.

Found: accounts that the gate lets us act on and that can truly act. Value: what acting on everything that the gate lets
through brings, V where the account can act, less the cost of acting. Null worlds: answers are coin flips; no account can
act. There no order may find more than another.

Figures of runs are in docs/methods/readiness.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.flow import FLOW
from tierwise.sql.query import compiled
from tierwise.stages.assessment.readiness import ReadinessSpec, ResearchSpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

DAY = date(2024, 6, 30)
PEOPLE, ROUND_HOURS, INTERVIEW, QUESTION = 5, 6.0, 45, 15
PREVALENCE, ACCURACY, SPREAD = 0.6, 0.85, 0.8
WORLDS = {"reference": (PREVALENCE, ACCURACY), "coin flips": (PREVALENCE, 0.5), "nobody can act": (0.0, ACCURACY)}
STEPS = (
    "readiness_days", "answers_by_day", "readiness_by_day", "gate_by_day", "readiness_dimensions", "readiness",
    "research_pool", "research_outcomes", "research_questions", "research",
)  # fmt: skip
Rows = list[dict[str, Any]]
Act = tuple[int, tuple[int, ...]]  # an account and the dimensions that one person there is asked about


@dataclass(frozen=True, eq=False)
class Market:
    """Accounts with what they are worth, whether each dimension is there, and what each person would answer."""

    value: NDArray[np.float64]
    truth: NDArray[np.bool_]
    answers: NDArray[np.bool_]

    @property
    def able(self) -> NDArray[np.bool_]:
        """Who can truly act."""
        return self.truth.all(axis=1)


@dataclass
class Asked:
    """What was heard so far, and the minutes that it took."""

    market: Market
    minutes: float = 0.0
    said: Rows = field(default_factory=list)
    heard: dict[tuple[int, int], int] = field(default_factory=dict)

    def ask(self, act: Act) -> bool:
        """One more person; False when there is nobody left who has not answered."""
        account, dimensions = act
        if any(self.heard.get((account, d), 0) >= PEOPLE for d in dimensions):
            return False
        self.minutes += INTERVIEW if len(dimensions) > 1 else QUESTION
        for d in dimensions:
            person = self.heard.get((account, d), 0)
            self.heard[account, d] = person + 1
            yes = bool(self.market.answers[account, person, d])
            self.said.append(finding(account, person, d, yes, len(self.said)))
        return True


def market(accounts: int, prevalence: float, accuracy: float, rng: np.random.Generator) -> Market:
    """A market drawn from `rng`."""
    truth = rng.random((accounts, len(DIMENSIONS))) < prevalence
    right = rng.random((accounts, PEOPLE, len(DIMENSIONS))) < accuracy
    return Market(rng.lognormal(10, SPREAD, accounts), truth, np.where(right, truth[:, None, :], ~truth[:, None, :]))


def finding(account: int, person: int, dimension: int, yes: bool, number: int) -> dict[str, Any]:
    """One row of evidence."""
    return {
        "account_id": name(account), "respondent": f"p{person}", "role": "owner", "method": "interview",
        "dimension": DIMENSIONS[dimension], "answer": "yes" if yes else "no",
        "observed_at": datetime.combine(DAY, time()), "record_id": f"{number:06d}", "source": "simulated",
    }  # fmt: skip


def name(account: int) -> str:
    return f"a{account:05d}"


def assessed(asked: Asked, tables: Sequence[str]) -> dict[str, Rows]:
    """What the steps of the product make of what was heard."""
    specs = {"readiness": ReadinessSpec(), "research": ResearchSpec(accounts=len(asked.market.value))}
    worth = enumerate(asked.market.value.tolist())
    given: dict[str, Rows] = {
        "evidence": asked.said,
        "candidates": [
            {"account_id": name(n), "standing": "eligible", "seatable": True, "open_value": v} for n, v in worth
        ],
        **{table: rows for spec in specs.values() for table, rows in spec.tables().items()},
    }
    catalog, steps, engine = dictionary(), {step.name: step for step in FLOW}, DuckdbEngine()
    there: set[str] = set()
    try:
        for wanted in STEPS:
            made = steps[wanted].make(specs[steps[wanted].section], DAY)
            for read in set(made.reads) - there:
                engine.register(read, filled(catalog[read], given.get(read, ())), catalog[read].types)
            there |= {*made.reads, wanted}
            engine.materialize(wanted, compiled(made, catalog, engine.dialect, target=catalog[wanted]))
        return {table: engine.fetch(f'select * from "{table}"').to_pylist() for table in tables}
    finally:
        engine.close()


# ---- orders: who is asked in the next hours ------------------------------------------------------------------------


def backlog(asked: Asked) -> Iterator[Act]:
    """The research list; of several interviews the first, as the next depend on it."""
    for row in sorted(assessed(asked, ["research"])["research"], key=lambda r: r["rank"]):
        every = tuple(range(len(DIMENSIONS)))
        yield int(row["account_id"][1:]), every if row["ask"] == "interview" else (DIMENSIONS.index(row["dimension"]),)


def information(asked: Asked) -> Iterator[Act]:
    """The textbook value of one more answer; nothing where no answer changes anything."""
    rows = assessed(asked, ["research_questions"])["research_questions"]
    for row in sorted(rows, key=lambda r: (-r["information"], r["account_id"], r["dimension"])):
        if row["information"] > 0:
            yield int(row["account_id"][1:]), (DIMENSIONS.index(row["dimension"]),)


def in_turn(order: NDArray[np.int64]) -> Callable[[Asked], Iterator[Act]]:
    """Two interviews with each account, in an order fixed beforehand."""

    def acts(asked: Asked) -> Iterator[Act]:
        for account in order.tolist():
            for _ in range(2 - asked.heard.get((account, 0), 0)):
                yield account, tuple(range(len(DIMENSIONS)))

    return acts


def campaign(world: Market, order: Callable[[Asked], Iterator[Act]], hours: float) -> tuple[int, int, float]:
    """Accounts acted on, those of them that can act, and what acting brings, in thousands."""
    asked = Asked(world)
    while asked.minutes < 60 * hours:
        until = min(asked.minutes + 60 * ROUND_HOURS, 60 * hours)
        before = asked.minutes
        for act in order(asked):
            if asked.minutes >= until:
                break
            asked.ask(act)
        if asked.minutes == before:
            break
    gates = assessed(asked, ["readiness"])["readiness"] if asked.said else []
    acted = np.array([int(r["account_id"][1:]) for r in gates if r["can_act_one_to_one"]], dtype=np.int64)
    gain = world.value * world.able - world.value * ReadinessSpec().gate ** len(DIMENSIONS)
    return acted.size, int(world.able[acted].sum()), float(gain[acted].sum() / 1000)


def main() -> None:
    """Print the figures of every world and order, a mean and its standard error over the replications."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--hours", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for title, (prevalence, accuracy) in WORLDS.items():
        found: dict[str, list[tuple[int, int, float]]] = {}
        for replication in range(args.replications):
            rng = np.random.default_rng([args.seed, replication])
            world = market(args.accounts, prevalence, accuracy, rng)
            orders = {
                "backlog": backlog, "information": information, "score": in_turn(np.argsort(-world.value, kind="stable")),
                "random": in_turn(rng.permutation(args.accounts)),
            }  # fmt: skip
            for label, order in orders.items():
                found.setdefault(label, []).append(campaign(world, order, args.hours))
        print(f"{title}: {args.accounts} accounts, {args.hours:g} hours, {args.replications} replications")
        for label, results in found.items():
            acted, able, gain = np.array(results).T
            error = [x.std(ddof=1) / np.sqrt(len(x)) if len(x) > 1 else 0.0 for x in (acted, able, gain)]
            print(
                f"  {label:12s} acted on {acted.mean():5.2f} +- {error[0]:.2f}   able among them {able.mean():5.2f} +- "
                f"{error[1]:.2f}   value {gain.mean():8.1f} +- {error[2]:.1f}"
            )


if __name__ == "__main__":
    main()
