"""A query: readable SQL with `:parameters`, checked against the data dictionary, compiled for one engine.

Nothing is pasted into text. A parameter is a typed literal, a node (a compiled predicate), or a list of nodes where a
select list stands. Table names in the SQL are names of the dictionary; what a query reads is read off its tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError
from sqlglot.optimizer.qualify import qualify

from tierwise.core.errors import TierwiseError, near_miss
from tierwise.core.table import Table
from tierwise.sql.dialects import annotated, expand, generate

CANONICAL = "duckdb"


class QueryError(TierwiseError):
    """A query names a table or column that the dictionary does not have, or does not parse. A defect of ours or of a step."""

    exit_code = 70


@dataclass(frozen=True)
class Query:
    """A parsed query with its parameters bound. Immutable; executing it is the engine's business."""

    tree: exp.Expr

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the tables that the query reads, sorted; its own CTEs left out."""
        inner = {cte.alias for cte in self.tree.find_all(exp.CTE)}
        return tuple(sorted({table.name for table in self.tree.find_all(exp.Table)} - inner))

    def reading(self, **tables: str) -> Query:
        """The same query with table names replaced; for one shape over several tables."""
        tree = self.tree.copy()
        for table in tree.find_all(exp.Table):
            if table.name in tables:
                table.set("this", exp.to_identifier(tables[table.name]))
        return Query(tree)

    def with_table(self, name: str, inner: Query) -> Query:
        """The same query with `name` defined inside it (a common table expression)."""
        if not isinstance(self.tree, exp.Query):
            raise QueryError("only a select can define a table inside")
        tree = self.tree.with_(name, as_=inner.tree.copy(), copy=True)
        clause = tree.args["with_"]
        clause.set("expressions", [clause.expressions[-1], *clause.expressions[:-1]])  # before its readers
        return Query(tree)

    def text(self) -> str:
        """The canonical text on one line: the same for the same query."""
        return self.tree.sql(dialect=CANONICAL)

    def sql(self) -> str:
        """The canonical text, for people."""
        return self.tree.sql(dialect=CANONICAL, pretty=True)


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
    """Parse `sql` (DuckDB's dialect) and bind `:name` parameters.

    A list or tuple expands where it stands: in a select list, a group by, an `in (...)` or a function call.
    Raises QueryError when a parameter is missing or left over.
    """
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
    return Query(tree)


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
    trees = [item.tree.copy() for item in queries]
    result = trees[0]
    for tree in trees[1:]:
        result = exp.union(result, tree, distinct=False, copy=False)
    return Query(result)


def column(name: str, table: str = "") -> exp.Expr:
    """A column as a node, for select lists that depend on the model's own attributes."""
    return exp.column(name, table=table or None, quoted=True)


def null_of(type_: str) -> exp.Expr:
    """An empty value of a type, as a node."""
    return exp.cast(exp.Null(), type_, dialect=CANONICAL)


def aliased(node: exp.Expr, name: str) -> exp.Expr:
    """`node as name`, as a node."""
    return exp.alias_(node, name, quoted=True)


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
    `views` are inlined where the query reads them.
    """
    tree = _with_views(query.tree.copy(), views or {})
    reads = Query(tree).reads
    if unknown := [name for name in reads if name not in catalog]:
        raise QueryError(f"no table '{unknown[0]}' in the dictionary", near_miss(unknown[0], catalog))
    types = {name: dict(catalog[name].types) for name in reads}
    schema: dict[str, object] = dict(types)
    if target is not None:
        tree = _projected(tree, target)
    try:
        tree = qualify(tree, schema=schema, dialect=CANONICAL, quote_identifiers=True)
    except OptimizeError as error:
        raise QueryError(f"{target.name if target else 'query'}: {error}") from error
    tree = annotated(tree, types)
    return generate(expand(tree, dialect, copy=False), dialect)


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


def _with_views(tree: exp.Expr, views: Mapping[str, Query]) -> exp.Expr:
    needed: dict[str, Query] = {}

    def visit(names: Iterable[str]) -> None:
        for name in names:
            if name in views and name not in needed:
                visit(views[name].reads)
                needed[name] = views[name]

    visit(Query(tree).reads)
    for name, view in reversed(needed.items()):
        if not isinstance(tree, exp.Query):
            raise QueryError("a view can only be read by a select")
        body = view.tree.copy()
        tree = tree.with_(name, as_=body, copy=False)
        clause = tree.args["with_"]
        clause.set("expressions", [clause.expressions[-1], *clause.expressions[:-1]])
    return tree
