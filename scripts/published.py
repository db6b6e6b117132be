"""Published tables beside ours: every figure of a paper that our methods should reproduce, with the difference.

    python -m scripts.published            # prints them; ends with 1 if one differs beyond its printed rounding
    python -m scripts.published --write    # and writes docs/methods/published.md

The CDNOW customers are read from the data file of the package `lifetimes` (MIT; a development dependency, never
imported). Everything else is small enough to stand here.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from tierwise.stats.market.motion import break_even
from tierwise.stats.shrinkage import dersimonian_laird, paule_mandel
from tierwise.stats.subgroups.multiplicity import benjamini_hochberg, benjamini_yekutieli, bonferroni
from tierwise.stats.survival import kaplan_meier
from tierwise.stats.value.cost import chance_of_ratio, fieller, perpetuity
from tierwise.stats.value.renewal import Renewals, shifted_beta_geometric
from tierwise.stats.value.repeat import BgNbd, GammaGamma, Purchases, Spending, bg_nbd, gamma_gamma

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods" / "published.md"
HEAD = """# Published tables, reproduced

Written by `python -m scripts.published --write`; a test compares. A figure holds when ours, rounded as the source printed
it, is the same. The command ends with 1 when one does not hold.
"""

REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
# Freireich et al. 1963, 6-mercaptopurine arm: weeks of remission, 1 = relapse
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35])
RELAPSE = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0])
# Benjamini and Hochberg 1995, section 3.2: fifteen comparisons of a trial of thrombolysis
THROMBOLYSIS = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
# BCG vaccine trials (Colditz 1994): vaccinated cases, non-cases, control cases, non-cases
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
        [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ],
    dtype=float,
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One printed figure and ours. `units` of its last digit may lie between them: half of one is rounding."""

    what: str
    published: str
    ours: float
    units: float = 0.5

    @property
    def digits(self) -> int:
        return len(self.published.partition(".")[2])

    @property
    def difference(self) -> float:
        return self.ours - float(self.published)

    @property
    def holds(self) -> bool:
        return abs(self.difference) <= self.units * 10.0**-self.digits + 1e-9


@dataclass(frozen=True)
class Published:
    """One table of one source; `note` says what must be known to compare."""

    title: str
    source: str
    figures: tuple[Figure, ...]
    note: str = ""


def cdnow() -> dict[str, np.ndarray]:
    """The 2,357 customers of CDNOW: repeat purchases, recency and weeks under watch, mean repeat spend."""
    name = "lifetimes/datasets/cdnow_customers_summary_with_transactions.csv"
    with Path(str(distribution("lifetimes").locate_file(name))).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([float(row[column]) for row in rows]) for column in ("x", "t_x", "T", "zbar")}


def renewals() -> Iterator[Published]:
    printed = {
        "Regular": (REGULAR, ("0.704", "1.182"), "3.695"),
        "High End": (HIGH_END, ("0.668", "3.806"), "5.922"),
    }
    for name, (survivors, (a, b), years) in printed.items():
        found = shifted_beta_geometric(Renewals.of_cohorts(survivors))
        assert found is not None
        figures = [Figure("a", a, found.a), Figure("b", b, found.b)]
        figures.append(Figure("discounted years of a new customer, d = 10 %", years, found.expected_years(0.10)))
        if name == "High End":
            remaining = found.remaining_years(8, 0.10)
            figures.append(Figure("discounted years left just before the 8th renewal", "7.530", remaining))
        yield Published(
            f"Shifted-beta-geometric, {name} customers",
            "Fader and Hardie 2007, 2010; the discounted years of a new customer are checked against their series",
            tuple(figures),
        )


def purchases() -> Published:
    data = cdnow()
    found = bg_nbd(Purchases(data["x"], data["t_x"], data["T"], np.ones(len(data["x"]))))
    assert found is not None
    printed = BgNbd(0.243, 4.414, 0.793, 2.426)
    one = (39.0, 2.0, 30.43, 38.86)
    return Published(
        "BG/NBD, 2,357 customers of CDNOW",
        "Fader, Hardie and Lee 2005, table 2 and appendix; weeks",
        (
            Figure("r", ".243", found.r),
            Figure("alpha", "4.414", found.alpha),
            Figure("a", ".793", found.a),
            Figure("b", "2.426", found.b),
            Figure("log-likelihood", "-9582.4", 0.0 if found.fitted is None else found.fitted.log_likelihood),
            Figure("purchases in the next 39 weeks after x = 2, t = 30.43, T = 38.86, at the printed parameters",
                   "1.226", float(printed.will_buy(*one))),
        ),
    )  # fmt: skip


def spending() -> Published:
    data = cdnow()
    back = data["x"] > 0
    x, spend = data["x"][back], data["zbar"][back]
    found = gamma_gamma(Spending(x, np.ones(len(x)), spend, np.log(spend)))
    assert found is not None
    printed = GammaGamma(6.25, 3.74, 15.44)
    return Published(
        "Gamma-Gamma, 946 of them who came back",
        "Fader and Hardie 2013, note 025; US dollars",
        (
            Figure("customers who came back", "946", float(len(x))),
            Figure("correlation of frequency and mean spend", ".11", float(np.corrcoef(x, spend)[0, 1])),
            Figure("p", "6.25", found.p),
            Figure("q", "3.74", found.q),
            Figure("gamma", "15.44", found.gamma, units=1.0),
            Figure("mean spend, at the printed parameters", "35.2", printed.mean or 0.0),
        ),
        "gamma may differ by one unit of its last digit: the likelihood is flat there, and highest at ours.",
    )


def remission() -> Published:
    times = np.unique(WEEKS)
    at_risk = [(time <= WEEKS).sum() for time in times]
    events = [RELAPSE[time == WEEKS].sum() for time in times]
    curve = kaplan_meier(times, at_risk, events)
    survival = {6: ".8571", 7: ".8067", 10: ".7529", 13: ".6902", 16: ".6275", 22: ".5378", 23: ".4482"}
    return Published(
        "Kaplan-Meier, 21 patients in remission",
        "Freireich et al. 1963, as tabulated by Kleinbaum and Klein; weeks",
        (*(Figure(f"still in remission after {t} weeks", printed, curve.at(t)) for t, printed in survival.items()),
         Figure("median", "23", curve.median() or 0.0)),
    )  # fmt: skip


def trials() -> Published:
    a, b, c, d = BCG.T
    effects = np.log(a / (a + b)) - np.log(c / (c + d))
    variances = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    moments, found = dersimonian_laird(effects, variances), paule_mandel(effects, variances)
    return Published(
        "Between-segment variance, 13 trials of the BCG vaccine",
        "Colditz et al. 1994; the figures of metafor, to which the estimators were compared when they were chosen",
        (
            Figure("variance between, DerSimonian-Laird", ".3088", moments.tau2),
            Figure("pooled log relative risk", "-.7141", moments.mean),
            Figure("its standard error", ".1787", moments.se),
            Figure("variance between, Paule-Mandel", ".3181", found.tau2),
            Figure("pooled log relative risk", "-.7150", found.mean),
            Figure("its standard error", ".1809", found.se),
        ),
    )


def comparisons() -> Published:
    adjusted = benjamini_hochberg(THROMBOLYSIS)
    rejected = {
        "Benjamini-Hochberg": ("4", adjusted),
        "Benjamini-Yekutieli": ("3", benjamini_yekutieli(THROMBOLYSIS)),
        "Bonferroni": ("3", bonferroni(THROMBOLYSIS)),
    }
    printed = (".0015", ".0030", ".0095", ".0356")
    return Published(
        "False finds, 15 comparisons of a trial of thrombolysis",
        "Benjamini and Hochberg 1995, section 3.2; the adjusted chances follow from its rule, p x 15 / place",
        (
            *(
                Figure(f"rejected at .05, {name}", count, float((q <= 0.05).sum()))
                for name, (count, q) in rejected.items()
            ),
            *(
                Figure(f"adjusted, the comparison in place {i}", q, float(adjusted[i - 1]))
                for i, q in enumerate(printed, 1)
            ),
        ),
    )


def arithmetic() -> Published:
    ratio = fieller(120.0, 15.0, 30.0, 4.0)
    effort = break_even(12_000.0, 250_000.0, 0.06)
    return Published(
        "Value against cost",
        "worked examples, computed with an independent implementation when the methods were chosen",
        (
            Figure("120 (15) over 30 (4), Fieller: ratio", "4.00", ratio.value),
            Figure("lower end", "2.780", ratio.lo or 0.0),
            Figure("upper end", "5.806", ratio.hi or 0.0),
            Figure("P(ratio >= 3)", ".941", chance_of_ratio(3.0, 120.0, 15.0, 30.0, 4.0)),
            Figure(
                "100 a year, 80 % kept, d = 10 %, for ever, first payment in", "366.6667", perpetuity(100, 0.8, 0.1)
            ),
            Figure("first payment out", "266.6667", perpetuity(100, 0.8, 0.1, first=False)),
            Figure("growing 5 % a year", "423.0769", perpetuity(100, 0.8, 0.1, growth=0.05)),
            Figure("12,000 for an uplift of .06 and a value of 250,000: return", "1.25", effort.pays_back or 0.0),
            Figure("value at break-even", "200000", effort.required_value or 0.0),
            Figure("uplift at break-even", ".048", effort.required_uplift or 0.0),
        ),
    )


def tables() -> list[Published]:
    """Every table, in the order of the methods."""
    return [trials(), remission(), *renewals(), purchases(), spending(), arithmetic(), comparisons()]


def page(found: list[Published]) -> str:
    parts = [HEAD]
    for table in found:
        lines = [f"## {table.title}", table.source + ".", "", "| figure | published | ours | difference | |",
                 "|---|---:|---:|---:|---|"]  # fmt: skip
        for f in table.figures:
            ours = f"{f.ours:.{f.digits + 2}f}"
            lines.append(
                f"| {f.what} | {f.published} | {ours} | {f.difference:+.{f.digits + 2}f} | {'' if f.holds else '**differs**'} |"
            )
        parts.append("\n".join([*lines, *(["", table.note] if table.note else [])]) + "\n")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/methods/published.md")
    found = tables()
    text = page(found)
    print(text, end="")
    if parser.parse_args().write:
        PAGE.write_text(text, encoding="utf-8")
    wrong = [figure.what for table in found for figure in table.figures if not figure.holds]
    if wrong:
        sys.exit(f"differs beyond its printed rounding: {'; '.join(wrong)}")


if __name__ == "__main__":
    main()
