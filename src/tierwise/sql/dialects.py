"""From canonical SQL (DuckDB's dialect plus our primitives) to the SQL of one engine, with the same rows.

sqlglot writes the syntax. What it leaves to the engine but engines decide differently is rewritten here
first: primitives, division, rounding, number literals, casts that round, case folding, LIKE, sums of whole
numbers and ASOF joins. Types come from `annotated`; without a type, a rewrite that needs it is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.schema import ensure_schema

from tierwise.core.errors import near_miss
from tierwise.sql.fragments import DIALECTS, collated, decimal, enclosed, fragment, rounded
from tierwise.sql.portable import refuse_unportable
from tierwise.sql.primitives import PRIMITIVES, SAME, Primitive

CANONICAL = "duckdb"

# Nodes in which values of several types meet.
_MEETING = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Coalesce, exp.Case, exp.If, exp.Greatest, exp.Least)

# Names of ours that sqlglot knows as something else.
_TAKEN: Mapping[type[exp.Expr], str] = {
    exp.MonthsBetween: "months_between",
    exp.AddMonths: "add_months",
    exp.Quantile: "quantile",
    exp.CountIf: "count_if",
}


def primitive_of(node: exp.Expr) -> Primitive | None:
    """The primitive that this node calls, or None."""
    if isinstance(node, exp.Anonymous):
        return PRIMITIVES.get(node.name.lower())
    taken = _TAKEN.get(type(node))
    return PRIMITIVES[taken] if taken else None


def arguments_of(node: exp.Expr) -> list[exp.Expr]:
    """The arguments of a call, in the order they were written."""
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    return [child for key in node.arg_types if isinstance(child := node.args.get(key), exp.Expr)]


def _doubles(annotate: Callable[[Any, Any], Any]) -> Callable[[TypeAnnotator, exp.Expr], exp.Expr]:
    """sqlglot's type of a node, with one correction: a DOUBLE met by a DECIMAL(18,4) gives a DOUBLE, as on DuckDB.

    A function, not a subclass: where sqlglot is compiled its classes cannot be inherited from.
    """

    def set_type(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
        annotate(annotator, node)
        kinds = {found.type.this for found in _values_of(node) if found.type}
        if kinds & exp.DataType.FLOAT_TYPES and kinds <= exp.DataType.NUMERIC_TYPES:
            annotator._set_type(node, exp.DType.DOUBLE)
        return node

    return set_type


def _values_of(node: exp.Expr) -> list[exp.Expr]:
    """The nodes whose types meet in a node: the arguments of a calculation, the branches of a choice."""
    if isinstance(node, exp.Case):
        chosen = [branch.args.get("true") for branch in node.args["ifs"]]
        return [found for found in (*chosen, node.args.get("default")) if isinstance(found, exp.Expr)]
    if isinstance(node, exp.If):
        return [found for key in ("true", "false") if isinstance(found := node.args.get(key), exp.Expr)]
    first = node.this if isinstance(node.this, exp.Expr) else None
    return [found for found in (first, node.args.get("expression"), *node.expressions) if isinstance(found, exp.Expr)]


def annotated(tree: exp.Expr, schema: Mapping[str, Mapping[str, str]]) -> exp.Expr:
    """The same tree with a type on every node; `schema` maps tables to columns to DuckDB types."""

    def set_type(annotator: TypeAnnotator, node: exp.Expr) -> exp.Expr:
        found = primitive_of(node)
        arguments = arguments_of(node)
        if found is None:
            annotator._set_type(node, exp.DType.UNKNOWN)
        elif found.returns == SAME and arguments:
            annotator._set_type(node, arguments[0].type)
        else:
            annotator._set_type(node, exp.DataType.build(found.returns, dialect=CANONICAL))
        return node

    dialect = Dialect.get_or_raise(CANONICAL)
    metadata: dict[Any, Any] = dict(dialect.EXPRESSION_METADATA)
    metadata.update({kind: {"annotator": set_type} for kind in (exp.Anonymous, *_TAKEN)})
    metadata.update({kind: {"annotator": _doubles(metadata[kind]["annotator"])} for kind in _MEETING})
    known = ensure_schema({table: dict(columns) for table, columns in schema.items()}, dialect=CANONICAL)
    return TypeAnnotator(schema=known, expression_metadata=metadata).annotate(tree)


def expand(tree: exp.Expr, dialect: str, copy: bool = True) -> exp.Expr:
    """The tree (a copy unless `copy=False`) with every primitive written out, every difference settled for `dialect`.

    Raises ValueError for an unknown dialect, a function of `UNPORTABLE`, or a primitive with a wrong count of
    arguments: mistakes of whoever wrote the SQL, found before anything runs.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"no dialect {dialect!r}; known: {', '.join(DIALECTS)}. {near_miss(dialect, DIALECTS)}")
    root = exp.Paren(this=tree.copy() if copy else tree)  # so that the tree itself can be replaced
    # Children come before their parents, so a rewrite sees arguments that are already rewritten.
    for node in reversed(list(root.this.walk(bfs=False))):
        refuse_unportable(node)
        new = _rewritten(node, dialect)
        if new is not node:
            new.type = node.type
            node.replace(enclosed(new, node.parent))
    return root.this.pop()


def generate(tree: exp.Expr, dialect: str) -> str:
    """The text that the engine runs. Expects a tree that `expand` returned for the same dialect."""
    return tree.sql(dialect=dialect, pretty=True, normalize_functions=False, copy=False)


def _rewritten(node: exp.Expr, dialect: str) -> exp.Expr:
    found = primitive_of(node)
    if found is not None:
        return _primitive(node, found, dialect)
    rewrite = _REWRITES.get(type(node))
    return rewrite(node, dialect) if rewrite else node


def _primitive(node: exp.Expr, found: Primitive, dialect: str) -> exp.Expr:
    arguments = arguments_of(node)
    if not found.accepts(len(arguments)):
        raise ValueError(f"{found.name}() takes {found.signature}, not {len(arguments)} arguments")
    if found.name == "exact_sum" and isinstance(node.parent, exp.Filter | exp.Window):
        raise ValueError("exact_sum() takes no filter and no window; sum a CASE, or over the rows of a subquery")
    new = found.write[dialect](arguments)
    new.type = node.type
    inside = isinstance(node.parent, exp.Filter | exp.Window)
    return new if inside else _whole_sum(new, dialect)


# ---- one rewrite per kind of node -------------------------------------------------------------------------


def _typed(node: exp.Expr, *types: Any) -> bool:
    return bool(node.type) and node.is_type(*types)


def _filter(node: exp.Expr, dialect: str) -> exp.Expr:
    """`last_by(...) filter (where c)` on PostgreSQL: the condition belongs inside the subscript."""
    if not isinstance(node.this, exp.Bracket):
        return _whole_sum(node, dialect)
    bracket = node.this.copy()
    bracket.set(
        "this",
        exp.Paren(this=exp.Filter(this=bracket.this.unnest().copy(), expression=node.expression.copy())),
    )
    return bracket


def _literal(node: exp.Expr, dialect: str) -> exp.Expr:
    """0.5 is a decimal on some engines; here it is a double, unless it is cast at once."""
    text = node.name
    if node.is_string or not set(text.lower()) & {".", "e"} or isinstance(node.parent, exp.Cast):
        return node
    if dialect == "postgres":
        return fragment(dialect, f"cast({text} as double precision)")
    return node if "e" in text.lower() else exp.Literal.number(f"{text}e0")


def _division(node: exp.Expr, dialect: str) -> exp.Expr:
    """a / b is a DOUBLE, and null when b is 0 (an error on one engine, infinity on another)."""
    text = "cast({0} as double precision) / nullif(cast({1} as double precision), 0)"
    return fragment(dialect, text, node.this, node.expression)


def _whole_division(node: exp.Expr, dialect: str) -> exp.Expr:
    """a // b of whole numbers, cut towards zero; null when b is 0."""
    text = {
        "duckdb": "{0} // nullif({1}, 0)",
        "spark": "{0} div nullif({1}, 0)",
        "postgres": "{0} / nullif({1}, 0)",
    }
    return exp.Paren(this=fragment(dialect, text[dialect], node.this, node.expression))


def _remainder(node: exp.Expr, dialect: str) -> exp.Expr:
    """a % b with the sign of a; null when b is 0."""
    return fragment(dialect, "{0} % nullif({1}, 0)", node.this, node.expression)


def _round(node: exp.Expr, dialect: str) -> exp.Expr:
    digits = node.args.get("decimals")
    if digits is None:
        return rounded(dialect, node.this)
    return rounded(dialect, node.this, int(digits.sql(CANONICAL)))


def _floor_or_ceil(node: exp.Expr, dialect: str) -> exp.Expr:
    """A DOUBLE, as on DuckDB; Spark's own answer is a whole number."""
    name = "floor" if isinstance(node, exp.Floor) else "ceil"
    return fragment(dialect, f"cast({name}(cast({{0}} as double precision)) as double precision)", node.this)


def _year_or_month(node: exp.Expr, dialect: str) -> exp.Expr:
    part = "year" if isinstance(node, exp.Year) else "month"
    text = f"cast(extract({part} from {{0}}) as bigint)" if dialect == "postgres" else f"cast({part}({{0}}) as bigint)"
    return fragment(dialect, text, node.this)


def _average(node: exp.Expr, dialect: str) -> exp.Expr:
    """Averages are doubles; Spark and PostgreSQL would average decimals as decimals of their own scale."""
    if isinstance(node.this, exp.Distinct):
        return node
    return fragment(dialect, "avg(cast({0} as double precision))", node.this)


def _whole_sum(node: exp.Expr, dialect: str) -> exp.Expr:
    """Sums of whole numbers are BIGINT, not the HUGEINT of DuckDB or the NUMERIC of PostgreSQL."""
    inner = node
    while isinstance(inner, exp.Filter | exp.Window):
        inner = inner.this
    outermost = not isinstance(node.parent, exp.Filter | exp.Window)
    if isinstance(inner, exp.Sum) and outermost and _typed(inner, *exp.DataType.INTEGER_TYPES):
        return fragment(dialect, "cast({0} as bigint)", node)
    return node


def _cast(node: exp.Cast, dialect: str) -> exp.Expr:
    """Casts that round do it alike: doubles to decimals away from zero, to whole numbers ties to even."""
    inner, to = node.this, node.to
    if to.is_type(exp.DType.DECIMAL) and _typed(inner, *exp.DataType.FLOAT_TYPES) and to.expressions:
        precision, scale = ([int(size.name) for size in to.expressions] + [0])[:2]
        return decimal(dialect, inner, precision, scale)
    if to.is_type(*exp.DataType.SIGNED_INTEGER_TYPES) and dialect == "spark":
        if _typed(inner, *exp.DataType.FLOAT_TYPES):
            return fragment(dialect, f"cast(rint({{0}}) as {to.sql('spark')})", inner)
        if _typed(inner, exp.DType.DECIMAL):
            return fragment(dialect, f"cast(round({{0}}, 0) as {to.sql('spark')})", inner)
    if dialect == "postgres" and _typed(inner, exp.DType.BOOLEAN) and to.is_type(*exp.DataType.NUMERIC_TYPES):
        return fragment(dialect, f"cast(cast({{0}} as integer) as {to.sql('postgres')})", inner)
    return node


def _like(node: exp.Expr, dialect: str) -> exp.Expr:
    """A backslash in a pattern is itself unless ESCAPE says otherwise, which Spark and PostgreSQL assume."""
    if isinstance(node.parent, exp.Escape) or dialect == "duckdb":
        return node
    pattern = node.expression
    if isinstance(pattern, exp.Literal):
        doubled: exp.Expr = exp.Literal.string(pattern.name.replace("\\", "\\\\"))
    else:
        slash, two = exp.Literal.string("\\"), exp.Literal.string("\\\\")
        doubled = fragment(dialect, "replace({0}, {1}, {2})", pattern, slash, two)
    node.set("expression", doubled)
    return node


def _ilike(node: exp.Expr, dialect: str) -> exp.Expr:
    """LIKE of both sides in lower case, as `lower` has it."""
    sides = [_fold(exp.Lower(this=side.copy()), dialect) for side in (node.this, node.expression)]
    return _like(exp.Like(this=sides[0], expression=sides[1]), dialect)


def _fold(node: exp.Expr, dialect: str) -> exp.Expr:
    """Letters of every alphabet; under PostgreSQL's byte order only a to z would change."""
    if dialect != "postgres":
        return node
    name = "lower" if isinstance(node, exp.Lower) else "upper"
    return fragment(dialect, f'{name}({{0}} collate "und-x-icu") collate "C"', node.this)


def _trim(node: exp.Expr, dialect: str) -> exp.Expr:
    """Without characters named, spaces only (U+0020)."""
    if node.expression is not None:
        return node
    return fragment(dialect, "trim({0}, ' ')" if dialect != "spark" else "trim({0})", node.this)


def _contains(node: exp.Expr, dialect: str) -> exp.Expr:
    """PostgreSQL has neither function."""
    if dialect != "postgres":
        return node
    ends = "right({0}, length({1})) = {1}"
    return fragment(
        dialect, ends if isinstance(node, exp.EndsWith) else "strpos({0}, {1}) > 0", node.this, node.expression
    )


def _compare(node: exp.Expr, dialect: str) -> exp.Expr:
    """Texts compare byte by byte on every engine."""
    if dialect == "postgres" and not isinstance(node.parent, exp.Join):
        node.set("this", collated(dialect, node.this))
    return node


def _ordered(node: exp.Expr, dialect: str) -> exp.Expr:
    return _compare(node, dialect)


def _distinct_on(node: exp.Expr, dialect: str) -> exp.Expr:
    """`distinct on (word)` must name what `order by` names, byte order included."""
    if isinstance(node.args.get("on"), exp.Tuple):
        node.args["on"].set("expressions", [collated(dialect, key) for key in node.args["on"].expressions])
    return node


def _join(node: exp.Expr, dialect: str) -> exp.Expr:
    if node.args.get("method") != "ASOF" or dialect == "duckdb":
        return node
    return _asof(node)


def _asof(join: exp.Expr) -> exp.Expr:
    """`asof join y on x.k = y.k and x.t >= y.t` as an equality join with a half-open span.

    Every row of y gets the next moment of its key (`lead`) and matches from its own moment until that one.
    Of two rows of y with one key and moment one is taken; which one is not defined, as in DuckDB.
    """
    condition = join.args.get("on")
    if condition is None:
        raise ValueError("an ASOF join needs ON (USING is not rewritten for other engines)")
    alias = join.this.alias_or_name
    named = join.this.args["alias"].this if join.this.alias else join.this.this
    keys, order = [], None
    for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        left, right = part.unnest().this, part.unnest().expression
        mine, other = (right, left) if right.table == alias else (left, right)
        if isinstance(part.unnest(), exp.EQ):
            keys.append(mine)
        elif isinstance(part.unnest(), exp.GTE | exp.GT | exp.LTE | exp.LT) and order is None:
            order = (part.unnest(), mine, other)
        else:
            raise ValueError(f"an ASOF join takes equalities and one comparison, not {part.sql(CANONICAL)}")
    if order is None:
        raise ValueError("an ASOF join needs one comparison of moments")
    comparison, moment, other = order
    later = isinstance(comparison, exp.GTE | exp.GT) == (comparison.expression is moment)
    if not later:
        raise ValueError("an ASOF join looks backward: left moment >= right moment")
    source = join.this
    holes = ", ".join(f"{{{number}}}" for number in range(1, len(keys) + 1))
    partition = f"partition by {holes} " if keys else ""
    lead = fragment(CANONICAL, f"lead({{0}}) over ({partition}order by {{0}} nulls first)", moment, *keys)
    inner = exp.select("*", exp.alias_(lead, "asof_until", quoted=True)).from_(source.copy())
    strict = isinstance(comparison, exp.GT | exp.LT)
    before = exp.LTE if strict else exp.LT
    until = exp.column("asof_until", table=named.copy(), quoted=True)
    open_end = exp.Paren(this=exp.or_(before(this=other.copy(), expression=until), until.copy().is_(exp.null())))
    join.set("this", inner.subquery(named.copy()))
    join.set("on", exp.and_(condition.copy(), open_end))
    join.set("method", None)
    return join


_REWRITES: Mapping[type[exp.Expr], Callable[[Any, str], exp.Expr]] = {
    exp.Avg: _average,
    exp.Cast: _cast,
    exp.Ceil: _floor_or_ceil,
    exp.Contains: _contains,
    exp.Distinct: _distinct_on,
    exp.Div: _division,
    exp.EndsWith: _contains,
    exp.Filter: _filter,
    exp.Floor: _floor_or_ceil,
    exp.GT: _compare,
    exp.GTE: _compare,
    exp.ILike: _ilike,
    exp.IntDiv: _whole_division,
    exp.Join: _join,
    exp.LT: _compare,
    exp.LTE: _compare,
    exp.Between: _compare,
    exp.Like: _like,
    exp.Literal: _literal,
    exp.Lower: _fold,
    exp.Mod: _remainder,
    exp.Month: _year_or_month,
    exp.Ordered: _ordered,
    exp.Round: _round,
    exp.Sum: _whole_sum,
    exp.Trim: _trim,
    exp.Upper: _fold,
    exp.Window: _whole_sum,
    exp.Year: _year_or_month,
}
