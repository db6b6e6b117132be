"""Small pages: conditions, vocabulary and exit codes."""

from __future__ import annotations

from scripts.reference.markdown import first_line, grid

from tierwise.core import errors, vocabulary
from tierwise.interfaces.cli import guard
from tierwise.sql import predicates
from tierwise.sql.query import QueryError

CONDITIONS = """\
# Conditions

A condition (`where`, the scores of a criterion, `--where`) is an SQL expression over the columns that its place may name. It is
parsed, checked against this list and the [data dictionary](tables/index.md), and inserted into the query as a tree; its text is
never pasted. Anything else is a problem of the model, reported with file, line, column and near miss.
"""

SCOPES = """\

## Columns in scope

| place | columns |
| --- | --- |
| `segments.<name>.where` | [accounts](tables/accounts.md#accounts), your own attributes among them |
| `signals.<name>.where` | [events](tables/accounts.md#events) and [intent_reports](tables/accounts.md#intent_reports) |
| `fit.<name>.score`, `fit.<name>.scale.column` | [accounts](tables/accounts.md#accounts), \
[account_segments](tables/segmentation.md#account_segments), [verdicts](tables/performance.md#verdicts), \
[relationship](tables/assessment.md#relationship), [intent](tables/assessment.md#intent) |
| `tierwise show TABLE --where` | the columns of that table |
"""

EXIT_CODES = """\
# Exit codes

Codes follow sysexits(3). A failure says in one sentence what is wrong and where, and below it what to do next, on stderr;
stdout holds data only.
"""


def conditions() -> str:
    """What a condition of the model may hold, and which columns it may name where."""
    rows = [
        ("logic", "`and`, `or`, `not`, parentheses"),
        ("comparison", "`=`, `<>`, `<`, `<=`, `>`, `>=`, `between`, `in (...)`, `is null`, `is not null`"),
        ("text", "`like` and `ilike` with `%` and `_`"),
        ("arithmetic", "`+`, `-`, `*`, `/`"),
        ("values", "numbers, `'text'` in single quotes, `true`, `false`, `null`, `date '2026-06-30'`"),
        ("functions", ", ".join(f"`{name}`" for name in predicates.FUNCTION_NAMES)),
    ]
    limits = (
        f"A condition has {predicates.LONGEST:,} characters at most. Refused are sub-selects, casts, comments, semicolons, "
        "other functions, columns that are not in scope, and operators that do not fit their types."
    )
    return "\n".join([CONDITIONS, *grid(("what", "how"), rows), "", limits, SCOPES])


def vocabulary_page() -> str:
    """The values that columns of fixed words may have."""
    words = {
        "party": vocabulary.PARTIES,
        "signal family": vocabulary.SIGNAL_FAMILIES,
        "dimension of readiness": vocabulary.DIMENSIONS,
        "answer": vocabulary.ANSWERS,
        "role of a respondent": vocabulary.RESPONDENT_ROLES,
        "method of research": vocabulary.EVIDENCE_METHODS,
        "demand temperature": vocabulary.DEMAND_TEMPERATURES,
        "lifecycle stage": vocabulary.LIFECYCLE_STAGES,
        "function": vocabulary.FUNCTIONS,
        "seniority": vocabulary.SENIORITIES,
        "tier": vocabulary.TIERS,
        "grade": vocabulary.GRADES,
        "verdict": vocabulary.VERDICTS,
        "verdict that may be seated": vocabulary.SEATABLE_VERDICTS,
    }
    rows = [(word, ", ".join(f"`{value}`" for value in values)) for word, values in words.items()]
    head = ["# Vocabulary", "", "Fixed words and their values. What they mean: [concepts](../concepts/index.md).", ""]
    return "\n".join([*head, *grid(("word", "values"), rows)])


def exit_codes() -> str:
    """Every exit code with what ends so."""
    meanings: dict[int, list[str]] = {0: ["done"]}
    kinds = [kind for kind in errors.TierwiseError.__subclasses__() if kind.__module__ == errors.__name__]
    for kind in sorted([*kinds, QueryError], key=lambda kind: kind.__name__):
        meanings.setdefault(kind.exit_code, []).append(f"`{kind.__name__}`: {first_line(kind)}")
    for code, meaning in (
        (guard.BUG, "A defect of Tierwise; `--debug` shows where."),
        (guard.CANNOT_CREATE, "A file cannot be created."),
        (guard.PERMISSION, "The rights of a file or folder do not allow it."),
        (guard.INTERRUPTED, "Interrupted (Ctrl-C); the list that was published last stands."),
        (guard.CLOSED_PIPE, "Whoever read the output stopped reading."),
    ):
        meanings.setdefault(code, []).append(meaning)
    rows = [(code, "<br>".join(meanings[code])) for code in sorted(meanings)]
    return "\n".join([EXIT_CODES, *grid(("code", "when"), rows)])
