"""Sizes, names, order and cycles of the package; and each rule is seen to fail on a planted fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.architecture import rules

import tierwise

PACKAGE = Path(tierwise.__file__).parent
Rule = Callable[[Path], Iterator[str]]
RULES: tuple[Rule, ...] = (
    rules.sizes, rules.doorplates, rules.names, rules.docstrings, rules.hidden_imports, rules.cycles,
    rules.stage_order,
)  # fmt: skip

DOC = '"""What is this?"""\n'
SIZED = '"""What is this?\n\nSize: one table."""\n'
HEAVY = "def f():\n    import numpy\n"
QUERY = 'def f():\n    """A table."""\n    return query("""\n{}""")\n'
SPEC = "class ASpec: ...\n"
STEP = 'def {name}(spec, as_of):\n    """A table."""\n'
PLANTED: dict[str, tuple[Rule, dict[str, str], int]] = {
    "a long module": (rules.sizes, {"core/long.py": DOC + "x = 1\n" * 401}, 1),
    "a long module with a reason": (rules.sizes, {"core/long.py": SIZED + "x = 1\n" * 401}, 0),
    "a long function": (rules.sizes, {"core/a.py": DOC + "def f():\n" + "    x = 1\n" * 50}, 1),
    "a function of fifty lines": (rules.sizes, {"core/a.py": DOC + "def f():\n" + "    x = 1\n" * 49}, 0),
    "a function with a page of SQL": (rules.sizes, {"core/a.py": DOC + QUERY.format("x\n" * 58)}, 0),
    "a function with two pages of SQL": (rules.sizes, {"core/a.py": DOC + QUERY.format("x\n" * 60)}, 1),
    "nine parameters": (rules.sizes, {"core/a.py": DOC + "def f(a, b, c, d, e, f, g, h, *, i): ...\n"}, 1),
    "thirteen methods": (
        rules.sizes,
        {"core/a.py": DOC + "class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(13))},
        1,
    ),
    "thirteen files": (rules.sizes, {f"sql/m{i}.py": DOC for i in range(13)}, 1),
    "a doorplate with a function": (rules.doorplates, {"core/__init__.py": DOC + "def f(): ...\n"}, 1),
    "a doorplate without words": (rules.doorplates, {"core/__init__.py": ""}, 1),
    "a long doorplate": (rules.doorplates, {"core/__init__.py": DOC + "x = 1\n" * 40}, 1),
    "a folder without doorplate": (rules.doorplates, {"stats/a.py": DOC}, 1),
    "migrations are not rooms": (rules.doorplates, {"stores/migrations/versions/0001_first.py": DOC}, 0),
    "a name that says nothing": (rules.names, {"core/date_utils.py": DOC}, 1),
    "a folder that says nothing": (rules.names, {"core/helpers/__init__.py": DOC}, 1),
    "a name that hides": (rules.names, {"core/profile.py": DOC}, 1),
    "a module without docstring": (rules.docstrings, {"core/a.py": "x = 1\n"}, 1),
    "a function without docstring": (rules.docstrings, {"core/a.py": DOC + "def f(): ...\n"}, 1),
    "an import in a function": (
        rules.hidden_imports,
        {"core/a.py": DOC + "def f():\n    from tierwise.core import b\n"},
        1,
    ),
    "an import for types": (
        rules.hidden_imports,
        {"core/a.py": DOC + "if TYPE_CHECKING:\n    import tierwise.core.b\n"},
        1,
    ),
    "a heavy library in a function": (rules.hidden_imports, {"core/a.py": DOC + HEAVY}, 0),
    "a lazy command": (
        rules.hidden_imports,
        {"interfaces/cli/run.py": DOC + "def f():\n    from tierwise import project\n"},
        0,
    ),
    "two modules that need each other": (
        rules.cycles,
        {
            "core/a.py": DOC + "from tierwise.core.b import x\n",
            "core/b.py": DOC + "def f():\n    from tierwise.core import a\n",
        },
        1,
    ),
    "a module that needs its doorplate": (
        rules.cycles,
        {
            "core/__init__.py": DOC + "from tierwise.core.a import x\n",
            "core/a.py": DOC + "from tierwise.core import y\n",
        },
        1,
    ),
    "a Spec after its step": (
        rules.stage_order,
        {"stages/accounts/a.py": DOC + STEP.format(name="table") + "class ASpec: ...\n"},
        1,
    ),
    "reasons before the step": (
        rules.stage_order,
        {"stages/accounts/a.py": DOC + STEP.format(name="a_reasons") + STEP.format(name="a")},
        1,
    ),
    "a stage in order": (
        rules.stage_order,
        {"stages/accounts/a.py": DOC + SPEC + STEP.format(name="a") + STEP.format(name="a_reasons")},
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    assert list(rule(PACKAGE)) == []


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(fault: str, tmp_path: Path) -> None:
    rule, files, faults = PLANTED[fault]
    package = tmp_path / "tierwise"
    for place, text in files.items():
        path = package / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert len(list(rule(package))) == faults


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, faults in PLANTED.values() if faults} == set(RULES)
