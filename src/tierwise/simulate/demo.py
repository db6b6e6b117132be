"""The simulated company that `tierwise demo` runs: its exports, and a model file that was written for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from tierwise.simulate.exports.write import write_exports
from tierwise.simulate.history import DEFAULT_AS_OF, market
from tierwise.simulate.world import W1

SEED, ACCOUNTS = 7, 8_000
# One account in five has been asked, not one in twenty: a demonstration should have somebody in tier 1.
WORLD = replace(W1, interviewed_share=0.20)


def write_demo(folder: Path) -> date:
    """Write exports and `tierwise.yaml` into `folder`; the last day of the company's history. A function of nothing."""
    write_exports(market(SEED, ACCOUNTS, WORLD, DEFAULT_AS_OF), folder)
    model = files("tierwise.simulate").joinpath("demo.yaml").read_text(encoding="utf-8")
    (folder / "tierwise.yaml").write_text(model, encoding="utf-8")
    return DEFAULT_AS_OF
