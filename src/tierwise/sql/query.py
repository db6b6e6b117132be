"""A query: readable SQL with `:parameters`, checked against the data dictionary, compiled for one engine.

Nothing is pasted into text. A parameter is a typed literal, a node (a compiled predicate), or a list of nodes where a
select list stands. Table names in the SQL are names of the dictionary; what a query reads is read off its tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import count, pairwise
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError
from sqlglot.optimizer.qualify import qualify

from tierwise.core.errors import TierwiseError, near_miss
from tierwise.core.ids import digest
from tierwise.core.table import Table
from tierwise.sql.dialects import annotated, expand, generate
from tierwise.sql.known import known

CANONICAL = "duckdb"
# Where a day stands in a text that serves for any: its number, as wide as a day so that lines break alike. Text of a model
# may look the same, but not as a date that an engine could read.
MARK = "<{:08d}>"
MARKED = re.compile(r"CAST\('<([0-9]{8})>' AS DATE\)")


class QueryError(TierwiseError):
    """A query names a table or column that the dictionary does not have, or does not parse. A defect of ours or of a step."""

    exit_code = 70


# How a day gets into a tree: as its literal, or as a mark where any day may stand.
Bind = Callable[[date], exp.Expr]


class Query:
    """A query with its parameters bound. Immutable; executing it is the engine's business.

    It is parsed when somebody needs its tree, which nobody does where the answer is known already. Queries with the same
    `key` differ in nothing but their `days`: the dates among their parameters, in the order in which `make` binds them.
    """

    def __init__(self, key: str, make: Callable[[Bind], exp.Expr], days: tuple[date, ...] = ()) -> None:
        self.key, self.make, self.days = key, make, days

    @cached_property
    def tree(self) -> exp.Expr:
        """The parsed query, for reading. Raises QueryError when it does not parse or a parameter does not fit."""
        return self.make(literal)

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the tables that the query reads, sorted; its own CTEs left out."""
        return tuple(known(["reads", self.key], lambda: " ".join(_reads(self.tree))).split())

    def reading(self, **tables: str) -> Query:
        """The same query with table names replaced; for one shape over several tables."""
        return Query(digest(["reading", self.key, tables]), lambda bind: _renamed(self.make(bind), tables), self.days)

    def with_table(self, name: str, inner: Query) -> Query:
        """The same query with `name` defined inside it (a common table expression)."""
        return Query(
            digest(["with", self.key, name, inner.key]),
            lambda bind: _defining(self.make(bind), {name: inner.make(bind)}),
            self.days + inner.days,
        )

    def text(self) -> str:
        """The canonical text on one line: the same for the same query."""
        return self.tree.sql(dialect=CANONICAL)

    def sql(self) -> str:
        """The canonical text, for people."""
        return self.tree.sql(dialect=CANONICAL, pretty=True)


def _reads(tree: exp.Expr) -> list[str]:
    inner = {cte.alias for cte in tree.find_all(exp.CTE)}
    return sorted({table.name for table in tree.find_all(exp.Table)} - inner)


def _renamed(tree: exp.Expr, names: Mapping[str, str]) -> exp.Expr:
    for table in tree.find_all(exp.Table):
        if table.name in names:
            table.set("this", exp.to_identifier(names[table.name]))
    return tree


def _defining(tree: exp.Expr, tables: Mapping[str, exp.Expr]) -> exp.Expr:
    """The tree with tables defined inside it, each before those defined so far."""
    if not isinstance(tree, exp.Query):
        raise QueryError("only a select can define a table inside")
    for name, body in tables.items():
        tree = tree.with_(name, as_=body, copy=False)
        clause = tree.args["with_"]
        clause.set("expressions", [clause.expressions[-1], *clause.expressions[:-1]])
    return tree


@lru_cache(maxsize=512)
def _parse(sql: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(_dollars(sql), dialect=CANONICAL)
    except ParseError as error:
        raise QueryError(f"a step's SQL does not parse: {error}") from error
    for node in tree.walk():
        node._meta = None  # where each word stands in the text: nobody asks, and every copy of the tree would copy it
    return tree


def _dollars(sql: str) -> str:
    """`:name` as DuckDB's `$name`: after `select`, DuckDB reads `:name` as an alias."""
    tokens = sqlglot.tokenize(sql, dialect=CANONICAL)
    text = list(sql)
    for mark, name in pairwise(tokens):
        if mark.token_type is sqlglot.TokenType.COLON and name.start == mark.end + 1 and name.text.isidentifier():
            text[mark.start] = "$"
    return "".join(text)


def literal(value: Any) -> exp.Expr:
    """A Python value as a typed SQL literal. Floats become casts, so that no engine reads them as decimals."""
    match value:
        case exp.Expr():
            return value.copy()
        case None:
            return exp.Null()
        case bool():
            return exp.Boolean(this=value)
        case int():
            return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
        case float():
            return exp.cast(exp.Literal.string(repr(value)), "DOUBLE", dialect=CANONICAL)
        case Decimal():
            return exp.cast(exp.Literal.string(str(value)), "DECIMAL(18,6)", dialect=CANONICAL)
        case datetime():
            return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMP", dialect=CANONICAL)
        case date():
            return exp.cast(exp.Literal.string(value.isoformat()), "DATE", dialect=CANONICAL)
        case str():
            return exp.Literal.string(value)
    raise QueryError(f"cannot bind a {type(value).__name__} into a query")


def query(sql: str, **parameters: Any) -> Query:
    """The query `sql` (DuckDB's dialect) with its `:name` parameters bound.

    A list or tuple expands where it stands: in a select list, a group by, an `in (...)` or a function call. A parameter that
    is missing or left over is a QueryError as soon as the query is parsed.
    """
    days = {name: value for name, value in sorted(parameters.items()) if type(value) is date}

    def make(bind: Bind) -> exp.Expr:
        return _bound(sql, {**parameters, **{name: bind(day) for name, day in days.items()}})

    told = {name: "any day" if name in days else _identity(value) for name, value in parameters.items()}
    return Query(digest([sql, told]), make, tuple(days.values()))


def on_any_day(told: Any, day: date, make: Callable[[exp.Expr], Query]) -> Query:
    """A query put together around a day, which `make` is given as a node. `told` names it and says all else that it holds."""
    return Query(digest(["on any day", told]), lambda bind: make(bind(day)).tree, (day,))


def _identity(value: Any) -> list[Any]:
    """What tells one value of a parameter from another."""
    match value:
        case list() | tuple():
            return [_identity(item) for item in value]
        case exp.Expr():
            return ["node", value.sql(dialect=CANONICAL)]
    return [type(value).__name__, repr(value)]


def _bound(sql: str, parameters: Mapping[str, Any]) -> exp.Expr:
    tree = _parse(sql).copy()
    used: set[str] = set()
    for hole in list(tree.find_all(exp.Placeholder)):
        name = str(hole.this)
        if name not in parameters:
            raise QueryError(f"no value for the parameter :{name}")
        used.add(name)
        value = parameters[name]
        if isinstance(value, (list, tuple)):
            _expand_list(hole, [literal(item) for item in value])
        else:
            hole.replace(literal(value))
    if unused := set(parameters) - used:
        raise QueryError(f"parameters that the query does not use: {', '.join(sorted(unused))}")
    return tree


def _expand_list(hole: exp.Expr, nodes: list[exp.Expr]) -> None:
    if isinstance(hole.parent, exp.Ordered):  # `order by :keys`
        hole = hole.parent
    parent, key = hole.parent, hole.arg_key
    if parent is None or key is None or not isinstance(parent.args.get(key), list):
        raise QueryError("a list parameter stands where a single value is needed")
    items = parent.args[key]
    at = next(i for i, item in enumerate(items) if item is hole)
    parent.set(key, items[:at] + nodes + items[at + 1 :])


def union_all(queries: Iterable[Query]) -> Query:
    """The rows of several queries with the same columns."""
    several = list(queries)

    def make(bind: Bind) -> exp.Expr:
        first, *others = [item.make(bind) for item in several]
        for other in others:
            first = exp.union(first, other, distinct=False, copy=False)
        return first

    days = tuple(day for item in several for day in item.days)
    return Query(digest(["union", [item.key for item in several]]), make, days)


def column(name: str, table: str = "") -> exp.Expr:
    """A column as a node, for select lists that depend on the model's own attributes."""
    return exp.column(name, table=table or None, quoted=True)


def null_of(type_: str) -> exp.Expr:
    """An empty value of a type, as a node."""
    return exp.cast(exp.Null(), type_, dialect=CANONICAL)


def aliased(node: exp.Expr, name: str) -> exp.Expr:
    """`node as name`, as a node."""
    return exp.alias_(node, name, quoted=True)


def expression(sql: str, **parameters: Any) -> exp.Expr:
    """One expression with its parameters bound, as a node."""
    return query(f"select {sql}", **parameters).tree.expressions[0]


def sum_of(nodes: Iterable[exp.Expr]) -> exp.Expr:
    """`0.0 + a + b + ...`, as a node."""
    total = literal(0.0)
    for node in nodes:
        total = exp.Add(this=total, expression=exp.paren(node.copy()))
    return exp.paren(total)


def call(function: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of a primitive, as a node."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def tuple_of(*nodes: exp.Expr) -> exp.Expr:
    """Several nodes in brackets: one of the sets of `group by grouping sets (:sets)`."""
    return exp.Tuple(expressions=list(nodes))


def case_of(branches: Iterable[tuple[exp.Expr, Any]], otherwise: Any = None) -> exp.Expr:
    """`case when condition then value ... else otherwise end`, as a node; `otherwise` alone if there is no branch."""
    case = exp.Case()
    for condition, value in branches:
        case = case.when(condition.copy(), literal(value))
    if not case.args.get("ifs"):
        return literal(otherwise)
    return case.else_(literal(otherwise))


def compiled(
    query: Query,
    catalog: Mapping[str, Table],
    dialect: str,
    target: Table | None = None,
    views: Mapping[str, Query] | None = None,
) -> str:
    """The SQL text of `query` for `dialect`, every column resolved against `catalog`.

    With `target`, the output is exactly that table's columns in order and type; a query that does not give them is an error.
    `views` are inlined where the query reads them. Compiled once, whatever the days among the parameters.
    """
    inside = _inside(query, views or {})
    reads = {read for part in (query, *inside.values()) for read in part.reads} - set(inside)
    if unknown := sorted(reads - set(catalog)):
        raise QueryError(f"no table '{unknown[0]}' in the dictionary", near_miss(unknown[0], catalog))
    types = {name: catalog[name].types for name in sorted(reads)}
    parts = (query, *inside.values())
    question = [dialect, query.key, [(name, view.key) for name, view in inside.items()],
                list(types.items()), target and (target.name, list(target.types.items()))]  # fmt: skip
    text = known(question, lambda: _compiled(query, inside, types, dialect, target))
    days = [day for part in parts for day in part.days]
    return MARKED.sub(lambda found: f"CAST('{days[int(found[1])]}' AS DATE)", text)


def _compiled(
    query: Query,
    inside: Mapping[str, Query],
    types: Mapping[str, Mapping[str, str]],
    dialect: str,
    target: Table | None,
) -> str:
    """The text with a mark in place of every day."""
    number = count()

    def bind(day: date) -> exp.Expr:
        return exp.cast(exp.Literal.string(MARK.format(next(number))), "DATE", dialect=CANONICAL)

    tree = query.make(bind)
    if inside:
        bodies = {name: view.make(bind) for name, view in inside.items()}
        tree = _defining(tree, dict(reversed(bodies.items())))
    if target is not None:
        tree = _projected(tree, target)
    try:
        tree = qualify(tree, schema=dict(types), dialect=CANONICAL, quote_identifiers=True)
    except OptimizeError as error:
        raise QueryError(f"{target.name if target else 'query'}: {error}") from error
    tree = annotated(tree, types)
    return generate(expand(tree, dialect, copy=False), dialect)


def _inside(query: Query, views: Mapping[str, Query]) -> dict[str, Query]:
    """The views that a query reads, also through each other, each after those that it reads."""
    needed: dict[str, Query] = {}

    def visit(names: Iterable[str]) -> None:
        for name in names:
            if name in views and name not in needed:
                visit(views[name].reads)
                needed[name] = views[name]

    visit(query.reads)
    return needed


def _projected(tree: exp.Expr, target: Table) -> exp.Expr:
    if not isinstance(tree, exp.Query):
        raise QueryError(f"{target.name}: a step must be a select")
    given = tree.named_selects
    if set(given) != set(target.names):
        missing, extra = set(target.names) - set(given), set(given) - set(target.names)
        raise QueryError(f"{target.name}: missing columns {sorted(missing)}, not in the dictionary {sorted(extra)}")
    ctes = tree.args.pop("with_", None)
    casts = [
        exp.alias_(
            exp.cast(exp.column(c.name, table="made", quoted=True), c.type, copy=False, dialect=CANONICAL),
            c.name,
            quoted=True,
            copy=False,
        )
        for c in target.columns
    ]
    outer = exp.Select(expressions=casts).from_(tree.subquery("made", copy=False), copy=False)
    if ctes is not None:
        outer.set("with_", ctes)
    return outer
