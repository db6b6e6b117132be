"""What an interview said, asked for line by line: one person, four questions, nothing suggested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tierwise.core.errors import NotFound
from tierwise.core.table import Column
from tierwise.interfaces.cli.terminal import Terminal

# Asked once for the person; a field that was given on the command line is not asked for.
ABOUT = ("account", "respondent", "anonymous", "role", "stance", "method", "interviewer", "observed_at")
NO_ANSWER = "press Enter where it was not asked"

Ask = Callable[[str], str]
Answers = list[dict[str, str]]


def interview(
    terminal: Terminal,
    ask: Ask,
    columns: Sequence[Column],
    questions: Sequence[Mapping[str, object]],
    given: Mapping[str, str],
    find: Callable[[str], str],
) -> Answers:
    """The rows of evidence that somebody types in: one per question that was answered.

    `questions` are rows of spec_dimensions. What is not one of the words that a field knows is asked for again.
    """
    known = {column.name: column for column in columns}
    person = {name: given[name] if name in given else _field(terminal, ask, known[name], find) for name in ABOUT}
    terminal.say(f"The questions as they were asked; {NO_ANSWER}.")
    rows: Answers = []
    for question in questions:
        terminal.say(f"\n{question['question']}")
        terminal.say(f"yes: {question['yes_means']}; no: says the opposite as clearly", style="dim")
        answer = _field(terminal, ask, known["answer"], find, needed=False)
        if answer:
            quote = ask("in their words: ")
            rows.append({**person, "dimension": str(question["dimension"]), "answer": answer, "quote": quote})
    return [{name: value for name, value in row.items() if value} for row in rows]


def _field(terminal: Terminal, ask: Ask, column: Column, find: Callable[[str], str], needed: bool | None = None) -> str:
    choices = f" ({', '.join(column.values)})" if column.values else ""
    required = column.required if needed is None else needed
    while True:
        said = ask(f"{column.name.replace('_', ' ')}{choices}{'' if required else ', or Enter'}: ").strip()
        if not said and required:
            terminal.say(f"needed: {column.meaning}")
        elif said and column.values and said.lower() not in column.values:
            terminal.say(f"one of {', '.join(column.values)}")
        elif said and column.name == "account" and (problem := _unknown(find, said)):
            terminal.say(problem)
        else:
            return said


def _unknown(find: Callable[[str], str], account: str) -> str:
    """Why an account cannot be found; empty when it can."""
    try:
        find(account)
    except NotFound as error:
        return f"{error.message}; {error.hint}" if error.hint else error.message
    return ""
