"""The parts of the model that no stage owns: the sources, the rates, and what a currency or an engine is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator

from tierwise.connectors.currencies import CURRENCIES
from tierwise.connectors.source import Source
from tierwise.core.errors import UsageError, near_miss
from tierwise.core.spec import Spec, default
from tierwise.engines import engine_kind


class RatesSpec(Spec):
    """Frozen rates that convert other currencies into the model's: constant currency (methods 0.3)."""

    rates: dict[str, float] = default(
        dict, "Currency -> units of the model's currency for one unit.", source="methods 0.3"
    )

    @field_validator("rates")
    @classmethod
    def _currencies(cls, rates: dict[str, float]) -> dict[str, float]:
        for code, rate in rates.items():
            known_currency(code)
            if rate <= 0:
                raise ValueError(f"the rate of {code} must be more than 0", "write units of your currency for one unit")
        return rates

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {"spec_rates": [{"currency": code, "rate": rate} for code, rate in self.rates.items()]}


def known_currency(code: str) -> str:
    """The code itself. Raises ValueError with the near miss when ISO 4217 does not have it."""
    if code not in CURRENCIES:
        hint = near_miss(code, CURRENCIES) or "write a code like EUR, USD or GBP"
        raise ValueError(f"'{code}' is not a currency of ISO 4217", hint)
    return code


def known_engine(setting: str) -> str:
    """The setting itself. Raises ValueError with the near miss when no engine answers to it."""
    try:
        engine_kind(setting)
    except UsageError as error:
        raise ValueError(error.message, error.hint) from error
    return setting


class SourcesSpec(Spec):
    """The sources in the order of the model: the first wins when records are equally recent."""

    sources: Mapping[str, Source] = default(dict, "Sources by name.", source="convention")

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        rows = [
            {"source": name, "key_space": source.keys or name, "priority": place}
            for place, (name, source) in enumerate(self.sources.items(), 1)
        ]
        return {"spec_sources": rows}
