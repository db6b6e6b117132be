"""The commands: name, the function that does it, and what it is for. Each is imported when it is called, not before."""

from __future__ import annotations

from typing import NamedTuple

ROOM = "tierwise.interfaces.cli.commands"


class Entry(NamedTuple):
    """One command: its function is `tierwise.interfaces.cli.commands.<name>.<name>`."""

    name: str
    meaning: str
    group: str

    @property
    def module(self) -> str:
        return f"{ROOM}.{self.name}"


START, WORK, READ, OTHER = "Start", "Work", "Read", "Other"

COMMANDS = (
    Entry("demo", "Run everything on a simulated company, to see what comes out", START),
    Entry("init", "Look at a folder of exports and write a first tierwise.yaml", START),
    Entry("check", "Check the model file; every problem at once", WORK),
    Entry("ingest", "Land the records of the sources; every row is accounted for", WORK),
    Entry("plan", "Show what a run would change; nothing is published", WORK),
    Entry("run", "Ingest, plan and publish: a new list", WORK),
    Entry("apply", "Make a plan true that was kept, exactly as it is", WORK),
    Entry("revert", "Put the list of an earlier run back, as a new run", WORK),
    Entry("record", "Write down what people said or decided: evidence, field by field or from a file", WORK),
    Entry("criteria", "What sellers chase and drop, as draft criteria checked against won and lost deals", WORK),
    Entry("calibrate", "The scorecard against people's blind ratings and against deals; weights to consider", WORK),
    Entry(
        "erase", "Take a respondent out of everything that the project keeps; findings stay, names and quotes go", WORK
    ),
    Entry("research", "Whom to ask next and what, most worth per hour first; guides to print, a survey to send", READ),
    Entry("show", "Rows of any table, the SQL of a step, or every parameter of the model", READ),
    Entry("explain", "Every reason for one account's place, and what keeps it from the tier above", READ),
    Entry("audit", "Can the records be trusted: scores by field, what is wrong, and what it does to the list", READ),
    Entry("matches", "Which records may be of one company: what waits for you; accept, reject, split, undo", READ),
    Entry("motion", "Is ABM the right motion here: for the company, for each segment, and does it pay", READ),
    Entry("funnel", "How large the market is, where last year's effort went, which segments are too broad", READ),
    Entry("seats", "Who has the seats, who is next, what the next seat would bring, why seats are empty", READ),
    Entry("align", "What the leaders call the target, compared with each other and with the universe", READ),
    Entry("icp", "What good customers share, and what bad ones do, as a document", READ),
    Entry("clusters", "Which accounts of tier 2 share one problem, and a page about each group", READ),
    Entry("discover", "Profiles whose customers did better or worse than the others, beyond chance", READ),
    Entry(
        "titles",
        "What job titles say: function and seniority; which are not understood, and how well they are read",
        READ,
    ),
    Entry("stale", "Which old values to look up again first, by what they could do to the list", READ),
    Entry("retired", "Accounts that were on a list and do not qualify any more: when, why, what became of them", READ),
    Entry("visitors", "How events found their accounts, how sure that is, and how many found none", READ),
    Entry("report", "The list as one HTML page that needs no network", READ),
    Entry("plans", "The plans that were kept, and what became of them", READ),
    Entry("runs", "The lists that were published", READ),
    Entry("simulate", "Play companies whose truth is known: do the claims of the method hold", OTHER),
    Entry("schema", "JSON Schema of the model file, for editors", OTHER),
)


def entry(name: str) -> Entry | None:
    """The command of that name, None when there is none."""
    return next((command for command in COMMANDS if command.name == name), None)


def overview() -> str:
    """What `tierwise --help` prints."""
    width = max(len(command.name) for command in COMMANDS)
    lines = ["Usage: tierwise COMMAND [OPTIONS]", ""]
    lines.append("From a company's exports to a tiered, explained list of accounts.")
    for group in (START, WORK, READ, OTHER):
        lines += ["", f"{group}:"]
        lines += [f"  {c.name:<{width}}  {c.meaning}" for c in COMMANDS if c.group == group]
    lines += [
        "",
        "Options:",
        "  --help                `tierwise COMMAND --help` shows a command's own options",
        "  --version             Print the version",
        "  --install-completion  Complete commands and options in this shell",
        "  --show-completion     Print the completion, to copy or change it",
        "",
        "First steps: tierwise demo, or: tierwise init DIR && tierwise run DIR",
        "",
    ]
    return "\n".join(lines)
