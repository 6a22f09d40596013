"""What the tests expect to fail: what the evidence says and the model does not get right, with its figures.

In a checkout they are read from the tests themselves; their list stands in ``generated/expected_failures.json`` for an installed package,
which holds no tests.
"""

from __future__ import annotations

import ast
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.docs.source import PACKAGE

STORED = Path(__file__).parent / "generated" / "expected_failures.json"
TESTS = PACKAGE.parent / "tests"


@dataclass(frozen=True)
class Shortfall:
    """A test that is expected to fail: file, name, first sentence of its docstring (or its name in words), and why it fails."""

    file: str
    test: str
    claim: str
    reason: str


def is_checkout() -> bool:
    """Whether the tests stand beside the package."""
    return (TESTS / "test_house.py").is_file() and (PACKAGE.parent / "pyproject.toml").is_file()


def shortfalls() -> list[Shortfall]:
    """All of them, in the order of files and tests."""
    if not is_checkout():
        return [Shortfall(**item) for item in json.loads(STORED.read_text(encoding="utf-8"))]
    files = [file for file in sorted(TESTS.rglob("test_*.py")) if "xfail" in (text := file.read_text(encoding="utf-8")) and "mark." in text]
    return [found for file in files for found in _in(file)]


def stored() -> str:
    """The list as it is kept for installed packages."""
    return json.dumps([asdict(item) for item in shortfalls()], indent=1, ensure_ascii=False) + "\n"


def _in(file: Path) -> list[Shortfall]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and (reason := _reason(node.value)):
            named[node.targets[0].id] = reason
    path = file.relative_to(TESTS.parent).as_posix()
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            marks = [inner for decorator in node.decorator_list for inner in ast.walk(decorator)]
            reasons = [_reason(mark) or (named.get(mark.id, "") if isinstance(mark, ast.Name) else "") for mark in marks]
            claim = (ast.get_docstring(node) or "").partition("\n")[0] or node.name.removeprefix("test_").replace("_", " ")
            found += [
                Shortfall(path, node.name, claim[:1].upper() + claim[1:].rstrip("."), reason) for reason in dict.fromkeys(reasons) if reason
            ]
    return found


def _reason(node: ast.AST) -> str:
    """Reason of a call of ``pytest.mark.xfail``; empty for anything else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "xfail"):
        return ""
    return next((str(ast.literal_eval(word.value)) for word in node.keywords if word.arg == "reason"), "")
