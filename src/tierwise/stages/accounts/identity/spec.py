"""What may be declared of matching: whether, how surely, and how many companies are compared."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from tierwise.core.spec import Spec, default
from tierwise.stages.accounts.identity.words import PLACES, RARE, known_words


class IdentitySpec(Spec):
    """When records of different keys are one company because of what their names, domains, places and people say together."""

    enabled: bool = default(True, "compare companies that no key connects", source="convention")
    surely: float = default(
        0.95, "probability from which two are one account without asking", source="methods identity", ge=0.5, lt=1
    )
    surely_not: float = default(0.5, "probability below which nobody is asked", source="methods identity", gt=0, lt=1)
    largest_block: int = default(
        40, "companies that share one key and are still compared with each other", unit="companies", ge=2, le=1000
    )
    person_companies: int = default(
        3, "companies at which one person may be known and still say that they are one", source="judgement",
        unit="companies", ge=2, le=20,
    )  # fmt: skip
    words: dict[str, str] = default(dict, "your own abbreviations: word -> what it stands for", source="convention")

    @model_validator(mode="after")
    def _in_order(self) -> IdentitySpec:
        if self.surely_not > self.surely:
            raise ValueError("surely_not lies above surely: nothing would be left to ask about")
        return self

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        own = [{"word": word, "means": means, "kind": "", "share": RARE} for word, means in self.words.items()]
        known = [row for row in known_words() if row["word"] not in self.words]
        return {
            "spec_name_words": own + known,
            "spec_name_places": [{"place": place} for place in range(1, PLACES + 1)],
        }
