"""Every relative link leads somewhere, to the heading that it names."""

from __future__ import annotations

import pytest
from tests.docs.pages import ROOT, Page, pages, slug


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Page) -> None:
    assert broken(page) == []


def broken(page: Page) -> list[str]:
    """Links of a page to files or headings that are not there, or that leave the docs although the site holds docs only."""
    wrong = []
    for link in page.links:
        file, _, anchor = link.partition("#")
        target = (page.path.parent / file).resolve() if file else page.path
        if not target.exists():
            wrong.append(f"{link}: no such file")
        elif anchor and anchor not in Page(target).anchors:
            wrong.append(f"{link}: no such heading")
        elif page.name.startswith("docs/") and not target.is_relative_to(ROOT / "docs"):
            wrong.append(f"{link}: is outside docs/, which is all that the site has")
    return wrong


def test_a_broken_link_is_seen() -> None:
    page = Page(ROOT / "docs" / "planted.md")
    page.__dict__["text"] = (
        "[a](index.md) [b](nowhere.md) [c](index.md#nothing) [d](../README.md)\n```\n[e](no.md)\n```\n"
    )
    assert [wrong.partition(":")[0] for wrong in broken(page)] == ["nowhere.md", "index.md#nothing", "../README.md"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Readiness, evidence", "readiness-evidence"),
        ("`sources.<name>.tables`", "sourcesnametables"),
        ("account_keys", "account_keys"),
        ("tierwise show", "tierwise-show"),
    ],
)
def test_anchors(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor
