"""The rules of CONTRIBUTING.md that a program can check: each takes a package and says what breaks it.

Import contracts are in pyproject.toml and are Import Linter's; here are sizes, names, order and cycles.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

MODULE_LINES = 400
FUNCTION_LINES = 50
SQL_LINES = 60
FUNCTION_PARAMETERS = 8
PUBLIC_METHODS = 12
FOLDER_FILES = 12
# One file per command of the command line: the product decides how many there are, and `tierwise --help` lists them.
LISTED_ELSEWHERE = {"interfaces/cli/commands"}
DOORPLATE_LINES = 40
SAYS_NOTHING = {"utils", "util", "common", "misc", "helpers", "helper", "manager", "service", "services"}
# A module of this name hides the standard library's, which pyspark's profiler imports.
HIDES_STANDARD = {"profile"}
LAZY_TABLE = "interfaces/cli"
# Alembic loads these by file name: they are no modules and have its form.
MIGRATIONS = "migrations"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One source file, parsed once."""

    root: Path
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @property
    def place(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @property
    def name(self) -> str:
        parts = (self.root.name, *self.path.relative_to(self.root).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_doorplate(self) -> bool:
        return self.path.name == "__init__.py"

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))


def modules(root: Path) -> list[Module]:
    """Every source file below a package's folder."""
    return [Module(root, path) for path in sorted(root.rglob("*.py"))]


def sizes(root: Path) -> Iterator[str]:
    """Modules, functions, classes and folders that should be looked at again."""
    for module in modules(root):
        lines = module.text.count("\n")
        if lines > MODULE_LINES and not re.search(r"^\s*Size: \S", module.docstring, re.MULTILINE):
            yield f"{module.place}: {lines} lines; split it, or say why in its docstring (`Size: ...`)"
        for node in module.nodes:
            if isinstance(node, FUNCTIONS):
                yield from _function_size(module, node)
            elif isinstance(node, ast.ClassDef):
                methods = [n.name for n in node.body if isinstance(n, FUNCTIONS) and n.name[0] != "_"]
                if len(methods) > PUBLIC_METHODS:
                    yield f"{module.place}:{node.lineno}: {node.name} has {len(methods)} public methods"
    for folder in sorted({module.path.parent for module in modules(root)}):
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        place = folder.relative_to(root).as_posix()
        if len(files) > FOLDER_FILES and place not in LISTED_ELSEWHERE:
            yield f"{place}/: {len(files)} files"


def _function_size(module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Lines of code: docstring and SQL are counted apart, since saying more does not make code harder."""
    texts = [n for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    outside = (node.end_lineno or node.lineno) - node.lineno + 1 - sum(_lines(text) - 1 for text in texts)
    if outside > FUNCTION_LINES:
        yield f"{module.place}:{node.lineno}: {node.name} has {outside} lines"
    for text in texts:
        if text is not _docstring_node(node) and _lines(text) > SQL_LINES:
            yield f"{module.place}:{text.lineno}: a text of {_lines(text)} lines; make it two steps"
    given = node.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    count = len([p for p in parameters if p.arg not in {"self", "cls"}])
    if count > FUNCTION_PARAMETERS and not _is_command(module):
        yield f"{module.place}:{node.lineno}: {node.name} has {count} parameters"


def _lines(node: ast.Constant) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _docstring_node(node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.expr | None:
    first = node.body[0]
    return first.value if isinstance(first, ast.Expr) and ast.get_docstring(node) is not None else None


def _is_command(module: Module) -> bool:
    """A command's options are its parameters, as many as the command line offers."""
    return module.place.startswith(LAZY_TABLE + "/")


def doorplates(root: Path) -> Iterator[str]:
    """An `__init__.py` is a docstring and re-exports."""
    for module in modules(root):
        if not module.is_doorplate:
            continue
        if not module.docstring:
            yield f"{module.place}: no docstring"
        if module.text.count("\n") > DOORPLATE_LINES:
            yield f"{module.place}: more than {DOORPLATE_LINES} lines"
        if any(isinstance(node, (*FUNCTIONS, ast.ClassDef)) for node in module.nodes):
            yield f"{module.place}: defines something; a doorplate only names what is inside"
    for folder in sorted({module.path.parent for module in modules(root)}):
        is_room = MIGRATIONS not in folder.relative_to(root).parts
        if is_room and not (folder / "__init__.py").exists():
            yield f"{folder.relative_to(root).as_posix()}/: no __init__.py"


def names(root: Path) -> Iterator[str]:
    """Names that say nothing, and names that hide the standard library's."""
    for module in modules(root):
        own = module.path.parent.name if module.is_doorplate else module.path.stem
        if set(own.strip("_").split("_")) & SAYS_NOTHING:
            yield f"{module.place}: '{own}' says nothing about what is inside"
        if own in HIDES_STANDARD:
            yield f"{module.place}: '{own}' hides a module of the standard library"


def docstrings(root: Path) -> Iterator[str]:
    """Every module answers a question in its first line, and every public name too."""
    for module in modules(root):
        if not module.docstring:
            yield f"{module.place}: no docstring"
        for node in module.tree.body if MIGRATIONS not in module.path.parts else ():
            named = isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")
            if named and not ast.get_docstring(node):
                yield f"{module.place}:{node.lineno}: {node.name} has no docstring"


def hidden_imports(root: Path) -> Iterator[str]:
    """Own imports stand at the top of a module, where a reader and the contracts see them."""
    for module in modules(root):
        if _is_command(module):
            continue
        top = set(map(id, module.tree.body))
        for node in module.nodes:
            if id(node) not in top and any(_within(name, root.name) for name in _imported(node)):
                yield f"{module.place}:{node.lineno}: own import inside a block or a function"


def cycles(root: Path) -> Iterator[str]:
    """Modules that need each other, counting imports in functions and for types only.

    `from package import module` is an import of the module; a package's `__init__` counts as a module.
    """
    found = modules(root)
    known = {module.name for module in found}
    edges = {module.name: _targets(module, known) - {module.name} for module in found}
    for name in sorted(known):
        way = _way_back(name, edges)
        if way and name == min(way):
            yield " -> ".join([*way, name])


def _targets(module: Module, known: set[str]) -> set[str]:
    targets: set[str] = set()
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            targets |= full & known
            if any(name not in known for name in full):
                targets |= {node.module} & known
        elif isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names} & known
    return targets


def _way_back(start: str, edges: dict[str, set[str]]) -> list[str]:
    """The shortest way from a module to itself; empty when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for following in sorted(edges[way[-1]]):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def stage_order(root: Path) -> Iterator[str]:
    """Inside a stage file: docstring, what the user may declare (Specs), steps, then reasons.

    A Spec may stand on the constants and small Specs before it. A step is a public function with `as_of`.
    """
    for module in modules(root):
        if not module.place.startswith("stages/") or module.is_doorplate:
            continue
        specs = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name.endswith("Spec")]
        public = [n for n in module.tree.body if isinstance(n, FUNCTIONS) and n.name[0] != "_"]
        steps = [n for n in public if "as_of" in {a.arg for a in (*n.args.args, *n.args.kwonlyargs)}]
        reasons = [n for n in steps if n.name.endswith("_reasons")]
        others = [n for n in steps if n not in reasons]
        for spec in specs:
            if any(step.lineno < spec.lineno for step in steps):
                yield f"{module.place}:{spec.lineno}: {spec.name} stands after a step"
        for reason in reasons:
            if any(reason.lineno < step.lineno for step in others):
                yield f"{module.place}:{reason.lineno}: {reason.name} stands before a step"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")
