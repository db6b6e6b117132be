"""Every word of the product and every section of a model has its page; every page is in a list."""

from __future__ import annotations

import re

import pytest
from tests.docs.pages import ROOT, Page

from tierwise.model.model import Model

CONCEPTS = ROOT / "docs" / "concepts"
WORDS = (
    "account", "contact", "opportunity", "TAM", "universe", "TAL", "attribute", "profile", "segment", "validated", "criterion",
    "fit", "signal", "party", "intent", "surge", "relationship depth", "readiness", "evidence", "demand temperature",
    "lifecycle stage", "tier", "parked", "excluded", "cluster", "move", "membership", "play", "model", "snapshot", "as of",
    "landing", "batch", "ledger", "estimate", "grade", "verdict", "reason", "run",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_in_the_list_of_words(word: str) -> None:
    text = Page(CONCEPTS / "index.md").text
    first_cells = " | ".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| "))
    assert re.search(rf"\b{word}\b", first_cells) or f"*{word}*" in text


def test_every_section_of_a_model_has_its_page() -> None:
    sections = Page(CONCEPTS / "index.md").text.partition("## Sections of the model file")[2]
    listed = {name for line in sections.splitlines() if "](" in line for name in re.findall(r"`(\w+)`", line)}
    assert listed == set(Model.model_fields)


@pytest.mark.parametrize("folder", ["concepts", "decisions", "methods"])
def test_every_page_is_in_the_list_of_its_folder(folder: str) -> None:
    place = ROOT / "docs" / folder
    index = Page(next(place / name for name in ("index.md", "README.md") if (place / name).is_file()))
    there = {path.name for path in place.glob("*.md")} - {index.path.name}
    linked = {link.partition("#")[0] for link in index.links}
    assert there - linked == set()


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_are_there(name: str) -> None:
    named = re.findall(
        r"`((?:tests|pipeline|stores|sql|stages|docs|scripts|engines)/[\w/.-]+\.\w+)`", Page(ROOT / name).text
    )
    places = (ROOT, ROOT / "src" / "tierwise")
    assert [file for file in named if not any((place / file).is_file() for place in places)] == []


def test_the_layout_in_the_architecture_is_the_one_there_is() -> None:
    layout = Page(ROOT / "ARCHITECTURE.md").text.partition("## Layout")[2].partition("## Who")[0]
    named = set(re.findall(r"^ +(\w+)/", layout, re.MULTILINE))
    package = ROOT / "src" / "tierwise"
    there = {
        path.name for path in [*package.glob("*/"), *(package / "stages").glob("*/")] if path.name != "__pycache__"
    }
    assert named == there
