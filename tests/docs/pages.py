"""The pages of the repository, and the parts of a page that can be checked: links, headings, fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)|(?:src|srcset|href)=\"(?P<html>[^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
# Put before a block whose commands need the network, minutes, or something that a test does not have.
SKIP = "<!-- not run: "


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and where it stands."""

    page: str
    line: int
    language: str
    text: str
    skipped: bool

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without its blocks and its inline code."""
        return re.sub(r"`[^`\n]*`", "", FENCE.sub("", self.text))

    @property
    def title(self) -> str:
        return HEADING.findall(self.text)[0]

    @cached_property
    def anchors(self) -> frozenset[str]:
        """What a link to a part of this page may name, as GitHub and the docs site write it."""
        return frozenset(slug(heading) for heading in HEADING.findall(FENCE.sub("", self.text)))

    @property
    def links(self) -> list[str]:
        """Targets of links and pictures that are not elsewhere on the web."""
        found = [m["target"] or m["html"] for m in LINK.finditer(self.prose)]
        return [target for target in found if not re.match(r"[a-z]+:", target)]

    @property
    def blocks(self) -> Iterator[Block]:
        for match in FENCE.finditer(self.text):
            before = self.text[: match.start()].rstrip().splitlines()
            skipped = bool(before) and before[-1].startswith(SKIP)
            line = self.text.count("\n", 0, match.start()) + 1
            yield Block(self.name, line, match["language"], match["text"], skipped)


def slug(heading: str) -> str:
    """The anchor of a heading."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", plain))


def pages() -> list[Page]:
    """Every page at the root, below docs/ and below examples/."""
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    return [Page(path) for path in sorted(paths)]


def blocks(*languages: str) -> list[Block]:
    """Every block of these languages that is meant to be checked."""
    return [block for page in pages() for block in page.blocks if block.language in languages and not block.skipped]
