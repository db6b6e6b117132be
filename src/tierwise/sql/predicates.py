"""Conditions of the model file: parsed, checked against an allow-list and the dictionary, compiled to nodes.

The text of a user is never pasted into SQL. It is parsed; every node must be of an allowed kind; every column must be in
scope; every operation must fit its types; then the tree itself is inserted into a query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types

from tierwise.core.errors import near_miss

LONGEST = 4000
# Levels of brackets, functions and arithmetic: what every parser on the way reads, and in no time.
DEEPEST = 100
TOO_DEEP = "a condition nested too deeply to be read"
FLATTER = "say it with fewer brackets: `in (...)` for a list of values, or a column of your own for what is computed"

# What a condition may be made of. Anything else (sub-selects, casts, lambdas, other functions, comments) is refused.
NODES: tuple[type[exp.Expr], ...] = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is,
    exp.Like, exp.ILike, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Literal, exp.Boolean, exp.Null, exp.Column,
    exp.Identifier,
)  # fmt: skip
FUNCTIONS: tuple[type[exp.Expr], ...] = (
    exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.Coalesce, exp.Nullif, exp.Abs, exp.Round, exp.Floor, exp.Ceil,
    exp.StartsWith, exp.EndsWith, exp.Contains, exp.Year, exp.Month, exp.Greatest, exp.Least,
)  # fmt: skip
FUNCTION_NAMES = (
    "lower", "upper", "trim", "length", "coalesce", "nullif", "abs", "round", "floor", "ceil", "starts_with", "ends_with",
    "contains", "year", "month", "greatest", "least",
)  # fmt: skip
DATE_LITERALS = ("DATE", "TIMESTAMP")

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
LOGIC = (exp.And, exp.Or, exp.Not)
FAMILIES = {
    "VARCHAR": "text", "TEXT": "text", "BIGINT": "number", "INT": "number", "DOUBLE": "number", "DECIMAL": "number",
    "BOOLEAN": "yes/no", "DATE": "date", "TIMESTAMP": "date", "TIMESTAMPNTZ": "date",
}  # fmt: skip
TEXT_FUNCTIONS = (exp.Lower, exp.Upper, exp.Trim, exp.Length, exp.StartsWith, exp.EndsWith, exp.Contains)
NUMBER_FUNCTIONS = (exp.Abs, exp.Round, exp.Floor, exp.Ceil)
DATE_FUNCTIONS = (exp.Year, exp.Month)


@dataclass(frozen=True)
class PredicateProblem:
    """One thing wrong in a condition; `offset` counts characters from its start, None when it is the whole."""

    message: str
    hint: str = ""
    offset: int | None = None


@dataclass(frozen=True)
class Scope:
    """The columns that a condition may name: name -> (table alias in the step's SQL, type)."""

    columns: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, **tables: Mapping[str, str]) -> Scope:
        """A scope from aliases to columns; the first table that has a name owns it."""
        columns: dict[str, tuple[str, str]] = {}
        for alias, types in tables.items():
            for name, type_ in types.items():
                columns.setdefault(name, (alias, type_))
        return cls(columns)


def check_predicate(text: str, scope: Scope, family: str = "yes/no") -> list[PredicateProblem]:
    """Every problem of a condition; an empty list means that `predicate` will compile it.

    With `family="number"` the text must be a number expression instead of a condition.
    """
    tree, problems = _parse(text)
    if tree is None:
        return problems
    problems = list(_refused(tree, text)) or list(_unknown(tree, text, scope))
    if not problems:
        problems = list(_mistyped(_typed(tree, scope), text, family))
    return problems


def predicate(text: str, scope: Scope, family: str = "yes/no") -> exp.Expr:
    """A condition as a node with its columns bound to the aliases of `scope`, in parentheses.

    The model was checked when it was loaded, so a problem here is raised as ValueError with the first message.
    """
    if problems := check_predicate(text, scope, family):
        raise ValueError(f"{text!r}: {problems[0].message}")
    tree, _ = _parse(text)
    assert tree is not None
    return exp.Paren(this=_bound(tree, scope))


def columns_of(text: str) -> set[str]:
    """Names of the columns that a condition mentions; empty when it does not parse."""
    tree, _ = _parse(text)
    return set() if tree is None else {column.name.lower() for column in tree.find_all(exp.Column)}


def any_unknown(text: str, scope: Scope) -> exp.Expr:
    """A condition that is true when the answer to `text` is unknown (SQL's NULL)."""
    return exp.Paren(this=exp.Is(this=predicate(text, scope), expression=exp.Null()))


def _parse(text: str) -> tuple[exp.Expr | None, list[PredicateProblem]]:
    if not text.strip():
        return None, [PredicateProblem("an empty condition", "write a condition, for example employees >= 200")]
    if len(text) > LONGEST:
        return None, [PredicateProblem(f"a condition of {len(text)} characters; {LONGEST} is the most")]
    try:
        if any(
            t.comments or t.token_type is sqlglot.TokenType.SEMICOLON
            for t in sqlglot.tokenize(text + " ", dialect="duckdb")
        ):
            return None, [PredicateProblem("comments and semicolons do not belong into a condition")]
        trees = sqlglot.parse(f"select ({text})", dialect="duckdb")
    except RecursionError:
        return None, [PredicateProblem(TOO_DEEP, FLATTER)]
    except (ParseError, TokenError) as error:
        first = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
        column = first.get("col")
        what = f"near '{first['highlight']}'" if first.get("highlight") else "here"
        return None, [
            PredicateProblem(
                f"this is not a condition: it cannot be read {what}",
                "a condition looks like: industry = 'Banking' and employees between 200 and 999",
                max(column - 9, 0) if column else None,
            )
        ]
    select = trees[0]
    if len(trees) != 1 or not isinstance(select, exp.Select) or set(_present(select)) != {"expressions"}:
        return None, [PredicateProblem("a condition is one expression, nothing before or after it")]
    if len(select.expressions) != 1 or not isinstance(select.expressions[0], exp.Paren):
        return None, [PredicateProblem("a condition is one expression, nothing before or after it")]
    if _levels(select.expressions[0].this) > DEEPEST:
        return None, [PredicateProblem(TOO_DEEP, FLATTER)]
    return select.expressions[0].this, []


def _levels(tree: exp.Expr) -> int:
    """How deep a condition is nested; a chain of `and` or of `or` is one level, as every engine reads it flat."""
    deepest, ahead = 0, [(tree, 1)]
    while ahead:
        node, level = ahead.pop()
        deepest = max(deepest, level)
        for child in node.iter_expressions():
            chained = isinstance(node, exp.Connector) and type(child) is type(node)
            ahead.append((child, level if chained else level + 1))
    return deepest


def _present(node: exp.Expr) -> Iterator[str]:
    return (key for key, value in node.args.items() if value not in (None, [], False))


def _offset(node: exp.Expr, text: str) -> int | None:
    for part in node.walk():
        if (start := part.meta.get("start")) is not None:
            return max(0, min(int(start) - len("select ("), len(text)))
    return None


def _refused(tree: exp.Expr, text: str) -> Iterator[PredicateProblem]:
    inside_dates = {id(child) for node in tree.find_all(exp.Cast) if _is_date_literal(node) for child in node.walk()}
    for node in tree.walk():
        if id(node) in inside_dates:
            continue
        if isinstance(node, exp.Func) and not isinstance(node, (*FUNCTIONS, *NODES)):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name().lower()
            hint = near_miss(name, FUNCTION_NAMES) or f"allowed: {', '.join(FUNCTION_NAMES)}"
            yield PredicateProblem(f"the function {name}() is not allowed in a condition", hint, _offset(node, text))
        elif not isinstance(node, (*NODES, *FUNCTIONS)):
            what = "a sub-select" if isinstance(node, exp.Query) else f"'{node.key}'"
            yield PredicateProblem(
                f"{what} is not allowed in a condition", "use columns, values, and, or, not, in, between, like"
            )
        elif isinstance(node, exp.Column) and (node.table or node.args.get("db")):
            yield PredicateProblem(f"write '{node.name}' without a table before it", offset=_offset(node, text))
        elif isinstance(node, exp.In) and not node.expressions:
            yield PredicateProblem("'in' needs a list of values in brackets", offset=_offset(node, text))


def _is_date_literal(node: exp.Expr) -> bool:
    return (
        isinstance(node, exp.Cast)
        and isinstance(node.this, exp.Literal)
        and node.this.is_string
        and node.to.this.name in DATE_LITERALS
    )


def _unknown(tree: exp.Expr, text: str, scope: Scope) -> Iterator[PredicateProblem]:
    for node in tree.find_all(exp.Column):
        if node.name.lower() not in scope.columns:
            hint = near_miss(node.name, scope.columns) or f"known here: {', '.join(sorted(scope.columns))}"
            yield PredicateProblem(f"there is no column '{node.name}' here", hint, _offset(node, text))


def _bound(tree: exp.Expr, scope: Scope) -> exp.Expr:
    def bind(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            name = node.name.lower()
            bound = exp.column(name, table=scope.columns[name][0], quoted=True)
            bound.this.meta.update(node.this.meta)  # where it stands in the text, for messages
            return bound
        return node

    return tree.copy().transform(bind)


def _typed(tree: exp.Expr, scope: Scope) -> exp.Expr:
    types: dict[str, dict[str, str]] = {}
    for name, (alias, type_) in scope.columns.items():
        types.setdefault(alias, {})[name] = type_
    schema: dict[str, object] = dict(types)
    tables = [exp.to_table(alias) for alias in types]
    select = exp.Select(expressions=[_bound(tree, scope)])
    for table in tables:
        select = select.join(table, join_type="cross") if select.args.get("from_") else select.from_(table)
    return annotate_types(select, schema=schema, dialect="duckdb").expressions[0]


def _family(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Paren):
        return _family(node.this)
    if isinstance(node, exp.Null) or node.type is None:
        return None
    return FAMILIES.get(node.type.this.name)


def _mistyped(tree: exp.Expr, text: str, wanted: str) -> Iterator[PredicateProblem]:
    for node in tree.walk():
        if isinstance(node, COMPARISONS):
            yield from _mismatch(node.this, [node.expression], text)
        elif isinstance(node, exp.Between):
            yield from _mismatch(node.this, [node.args["low"], node.args["high"]], text)
        elif isinstance(node, exp.In):
            yield from _mismatch(node.this, node.expressions, text)
        elif isinstance(node, (exp.Like, exp.ILike)):
            yield from _needs("text", [node.this, node.expression], "like", text)
        elif isinstance(node, TEXT_FUNCTIONS):
            yield from _needs("text", [node.this], node.sql_name().lower(), text)
        elif isinstance(node, NUMBER_FUNCTIONS):
            yield from _needs("number", [node.this], node.sql_name().lower(), text)
        elif isinstance(node, DATE_FUNCTIONS):
            yield from _needs("date", [node.this], node.sql_name().lower(), text)
        elif isinstance(node, (exp.Neg, *ARITHMETIC)):
            parts = [part for part in (node.this, node.args.get("expression")) if part is not None]
            yield from _needs("number", parts, "arithmetic", text)
        elif isinstance(node, LOGIC):
            parts = [part for part in (node.this, node.args.get("expression")) if part is not None]
            yield from _needs("yes/no", parts, node.key, text)
    if (family := _family(tree)) not in (wanted, None):
        kind = "a condition that is true or false" if wanted == "yes/no" else f"a {wanted}"
        yield PredicateProblem(f"this is {family}, not {kind}", "compare it with a value" if wanted == "yes/no" else "")


def _mismatch(left: exp.Expr, others: list[exp.Expr], text: str) -> Iterator[PredicateProblem]:
    for other in others:
        families = {_family(left), _family(other)} - {None}
        dated = "date" in families and any(isinstance(side, exp.Literal) and side.is_string for side in (left, other))
        if len(families) > 1 and not dated:
            yield PredicateProblem(
                f"{_shown(left)} is {_family(left)}, {_shown(other)} is {_family(other)}",
                "put text in single quotes and numbers without quotes",
                _offset(left, text),
            )


def _shown(node: exp.Expr) -> str:
    """A node as the user would write it: columns without the alias that binding gave them."""
    plain = node.transform(lambda n: exp.column(n.name) if isinstance(n, exp.Column) else n)
    return str(plain.sql(dialect="duckdb"))


def _needs(family: str, parts: list[exp.Expr], what: str, text: str) -> Iterator[PredicateProblem]:
    for part in parts:
        if _family(part) not in (family, None):
            yield PredicateProblem(
                f"{what} needs {family}, {_shown(part)} is {_family(part)}",
                offset=_offset(part, text),
            )
