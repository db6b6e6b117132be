"""Runs the `console` blocks of the pages below and writes what they print: `python -m scripts.transcripts`.

A block holds lines `$ command`, each followed by its output. All run in order in one folder, which holds the simulated
company's exports under `exports/`; a page that repeats what an earlier one did shows the same output. Long lines are cut,
paths of that folder are left out. A `yaml` block after `<!-- put into FILE -->` takes the place of the sections of that name
in FILE, as its reader would do by hand.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tierwise.simulate.demo import write_demo

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("docs/five-minutes.md", "README.md")
BLOCK = re.compile(
    r"^```console\n(?P<session>.*?)^```|^<!-- put into (?P<file>\S+) -->\n```yaml\n(?P<part>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
WIDEST = 118
# What an analyst would export on day one.
EXPORTS = (
    "crm/companies.csv", "crm/contacts.csv", "crm/deals.csv", "crm/deal_stage_history.csv", "billing/subscriptions.csv",
    "billing/exchange_rates.csv", "finance/acquisition_costs.csv", "web/events.csv", "research/interviews.csv",
)  # fmt: skip


def main() -> int:
    """Write every page anew."""
    for page, text in transcripts():
        (ROOT / page).write_text(text, encoding="utf-8")
    return 0


def transcripts() -> Iterator[tuple[str, str]]:
    """Each page with the output that its commands print today."""
    with tempfile.TemporaryDirectory(prefix="tierwise-docs-") as folder:
        company, place = Path(folder) / "company", Path(folder) / "place"
        write_demo(company)
        (place / "exports").mkdir(parents=True)
        for file in EXPORTS:
            shutil.copy(company / file, place / "exports")
        session = Session(place)
        for page in PAGES:
            session.state = ""
            yield page, BLOCK.sub(session.made, (ROOT / page).read_text(encoding="utf-8"))


class Session:
    """What was done in one folder: each command with its output, by the parts of the model that were put in before."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.state = ""
        self.done: dict[tuple[str, str], str] = {}

    def made(self, block: re.Match[str]) -> str:
        """A block with what its commands print, or the part of a model that it puts into a file."""
        if block["session"] is not None:
            return "```console\n" + "".join(self.output(command) for command in commands(block["session"])) + "```"
        self.state += block["part"]
        if (self.state, "") not in self.done:
            _put(block["part"], self.place / block["file"])
            self.done[self.state, ""] = ""
        return block[0]

    def output(self, command: str) -> str:
        """A command and its output; it is run when it is new."""
        if (self.state, command) not in self.done:
            self.done[self.state, command] = _run(command, self.place)
        return self.done[self.state, command]


def _put(part: str, file: Path) -> None:
    """Put sections into a model, in place of its own; a section ends where the next one, or its comment, begins."""
    model = file.read_text(encoding="utf-8")
    for section in re.findall(r"^\w+:.*\n(?:[ ].*\n)*", part, re.MULTILINE):
        name = section.partition(":")[0]
        own = re.compile(rf"^{name}:.*\n(?:[ ].*\n|\n(?=[ ]))*", re.MULTILINE)
        model = own.sub(lambda _, new=section: new, model) if own.search(model) else f"{model}\n{section}"
    file.write_text(model, encoding="utf-8")


def commands(block: str) -> list[str]:
    """The commands of a block, without its output."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def _run(command: str, place: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stdout}")
    shown = done.stdout.replace(f"{place.resolve()}/", "").strip("\n").splitlines()
    return "".join(f"{line}\n" for line in (f"$ {command}", *map(_cut, shown)))


def _cut(line: str) -> str:
    """A line that fits a page; dots stand for words that are cut in the middle, not for columns that are left out."""
    line = line.rstrip()
    if len(line) <= WIDEST:
        return line
    kept = line[: WIDEST - 1].rstrip()
    return kept if line[len(kept) : WIDEST].isspace() and len(kept) < WIDEST - 2 else f"{kept}…"


if __name__ == "__main__":
    sys.exit(main())
