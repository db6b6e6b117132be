"""The report in a real browser: no script, no request, no dialog, no overflow; every section; names stay text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.companies import company
from tests.interfaces.command_line import small_company

from tierwise.interfaces.report.chapters.segmentation.first_tier import FirstTier, Seated
from tierwise.interfaces.report.content import Content, gather
from tierwise.interfaces.report.contents import CHAPTERS, Lacking
from tierwise.interfaces.report.page import render
from tierwise.project import Project, run

pytestmark = pytest.mark.browser

SECTIONS = tuple(chapter.id for chapter in CHAPTERS)
HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*7 }}'</style>"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What a real list says, with three accounts in tier 1 whoever sits there: the cards must be seen."""
    folder = tmp_path_factory.mktemp("company")
    small_company(folder)
    with closing(Project.open(folder)) as project:
        for day in (date(2026, 3, 31), date(2026, 6, 30)):
            run(project, day)
        found = gather(project)
        asked = project.read("readiness", limit=2).to_pylist() + project.read("intent", limit=1).to_pylist()
        whys = [project.explain(row["account_id"]) for row in asked]
    seated = tuple(Seated(w.account, w.tier, w.fit, w.intent, w.readiness, w.readiness_dimensions) for w in whys)
    return dataclasses.replace(found, found={**found.found, "tier-1": FirstTier(seated)})


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """One Chromium for all pages."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and everything that happens on it and should not."""
    context = browser.new_context()
    page = context.new_page()
    events: list[str] = []
    page.on("console", lambda message: events.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: events.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (events.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: events.append(f"request: {request.url}"))
    yield page, events
    context.close()


def opened(page: Page, content: Content, folder: Path, width: int = 1200) -> str:
    """Open the rendered page; its address."""
    path = folder / "report.html"
    path.write_text(render(content), encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    return path.as_uri()


def hostile(value: Any) -> Any:
    """The same content with an attack in every text."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, Mapping):
        return {key: hostile(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(hostile(inner) for inner in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value, **{f.name: hostile(getattr(value, f.name)) for f in dataclasses.fields(value)}
        )
    return value


def test_the_page_is_alone_and_whole(watched: tuple[Page, list[str]], content: Content, tmp_path: Path) -> None:
    page, events = watched
    address = opened(page, content, tmp_path)
    assert events == [f"request: {address}"]
    assert [page.locator(f"h2#{name}").count() for name in SECTIONS] == [1] * len(SECTIONS)
    assert page.locator("h1").count() == 1
    assert page.locator("article").count() == 3
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("svg[role=img]:not(:has(title))").count() == 0
    assert page.locator("script").count() == 0


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_nothing_runs_out_of_the_page(
    watched: tuple[Page, list[str]], content: Content, tmp_path: Path, width: int
) -> None:
    page, _ = watched
    opened(page, content, tmp_path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


LABELS = """() => {
  const found = [], page = document.documentElement.clientWidth;
  document.querySelectorAll('details').forEach(fold => fold.open = true);
  document.querySelectorAll('svg').forEach(svg => {
    const texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    texts.forEach(([said, a], n) => {
      if (a.left < 0 || a.right > page) found.push(`${said} is cut`);
      texts.slice(n + 1).forEach(([other, b]) => {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 3) found.push(`${said} lies over ${other}`);
      });
    });
  });
  return found;
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_no_label_is_cut_or_lies_over_another(
    watched: tuple[Page, list[str]], content: Content, tmp_path: Path, width: int
) -> None:
    page, _ = watched
    opened(page, content, tmp_path, width)
    assert page.evaluate(LABELS) == []


@pytest.mark.parametrize("width", [360, 1200])
def test_names_stay_text(watched: tuple[Page, list[str]], content: Content, tmp_path: Path, width: int) -> None:
    page, events = watched
    address = opened(page, hostile(content), tmp_path, width)
    page.wait_for_timeout(200)
    assert events == [f"request: {address}"]
    assert page.locator("img, script").count() == 0
    assert page.locator("article h3").first.inner_text().endswith(HOSTILE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_company_of_names_alone_is_told_what_to_do(watched: tuple[Page, list[str]], tmp_path: Path) -> None:
    accounts = [{"account_key": "1", "name": "Acme", "domain": "acme.com"}]
    with closing(company(tmp_path / "names", {"crm": {"accounts": accounts}}, segments=None)) as project:
        run(project, date(2024, 6, 30))
        content = gather(project)
    page, _ = watched
    opened(page, content, tmp_path)
    said = {name: page.locator(f"section:has(#{name}) .answer").inner_text() for name in SECTIONS}
    assert "Write one under segments:" in said["segments"]
    assert "Add a source for them under sources:" in said["estimates"]
    assert "land subscriptions" in said["survival"]
    assert "Too little is on record" in said["motion"]
    assert "land costs, activities or opportunities" in said["waste"]
    assert "declare segments" in said["breadth"]
    assert "tierwise align --template" in said["alignment"]
    assert "Look at the segments" in said["tier-1"]


def test_a_list_without_a_table_says_so_in_its_chapter_alone(
    watched: tuple[Page, list[str]], content: Content, tmp_path: Path
) -> None:
    page, _ = watched
    older = {**content.found, "icp": Lacking("made before Tierwise had one")}
    opened(page, dataclasses.replace(content, found=older), tmp_path)
    assert page.locator("section:has(#icp)").inner_text().endswith("Made before Tierwise had one.")
    assert page.locator("section:has(#funnel) table").count() == 1


def test_the_contents_lead_to_every_chapter_with_its_answer(
    watched: tuple[Page, list[str]], content: Content, tmp_path: Path
) -> None:
    page, _ = watched
    opened(page, content, tmp_path)
    entries = page.locator("nav li")
    assert [entry.locator("a").get_attribute("href") for entry in entries.all()] == [f"#{name}" for name in SECTIONS]
    answers = [entry.locator("span").inner_text() for entry in entries.all()]
    assert answers == [text.strip() for text in page.locator("section > .answer").all_inner_texts()]
    assert all(text.endswith((".", "?", "!")) for text in answers)
    assert "`" not in page.locator("body").inner_text()


def test_the_printed_page_has_everything(watched: tuple[Page, list[str]], content: Content, tmp_path: Path) -> None:
    page, _ = watched
    opened(page, content, tmp_path)
    page.emulate_media(media="print")
    assert all(page.locator(f"h2#{name}").is_visible() for name in SECTIONS)
    folded = page.locator("details:not([open])")
    assert folded.count() > 0
    assert all(table.is_visible() for table in folded.locator("table").all())
    page.set_viewport_size({"width": 672, "height": 1000})  # A4 within its margins
    assert page.evaluate("[...document.querySelectorAll('table')].every(t => t.getBoundingClientRect().right <= 672)")
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", [0, 1])
def test_colours_have_the_contrast_that_text_needs(scheme: int) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for marks; light and dark."""
    blocks = re.findall(
        r":root \{(.*?)\}", files("tierwise.interfaces.report").joinpath("style.css").read_text(), re.DOTALL
    )
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    for ink, paper, least in (
        ("ink", "paper", 4.5), ("quiet", "paper", 4.5), ("mark", "paper", 4.5), ("bar", "paper", 3.0),
        ("warn-ink", "warn-paper", 4.5), ("ink", "soft", 4.5), ("ink", "warn-paper", 4.5), ("quiet", "warn-paper", 4.5),
    ):  # fmt: skip
        assert contrast(colour[ink], colour[paper]) >= least, (ink, paper)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
