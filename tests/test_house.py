"""The house rules of "How to read this code" in the README, checked."""

import ast
import re
from pathlib import Path

import pytest

import sim
from sim.model import MONTH
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People
from sim.state.vacancies import Vacancies

PACKAGE = Path(sim.__file__).parent
ROOT = PACKAGE.parent
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def test_the_month_has_fourteen_lines_each_in_a_file_of_its_own():
    assert len(MONTH) == 14
    assert len({phase.__module__ for phase in MONTH}) == 14
    for number, phase in enumerate(MONTH, start=1):
        document = (PACKAGE / "phases" / f"{phase.__module__.rsplit('.', 1)[1]}.py").read_text(encoding="utf-8")
        assert document.startswith(f'"""Line {number}, '), phase.name
        assert "Draws:" in document, f"{phase.name} does not say what it draws"
        assert "Reads:" in document, f"{phase.name} does not say what it reads"


@pytest.mark.parametrize("table", [People, Employers, Institutes, Vacancies])
def test_every_column_says_what_it_means(table):
    for name, column in table.columns.items():
        assert column.unit, name
        assert column.doc, name
        assert column.writer, name


def test_no_drawers_for_odds_and_ends():
    assert not [file for file in FILES if file.stem in {"utils", "helpers", "misc", "common"}]


def test_every_module_has_a_docstring():
    assert not [str(file) for file, tree in TREES.items() if file.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree)]


def test_only_the_jit_module_knows_numba_options():
    users = [file.name for file in FILES if re.search(r"@(numba\.)?n?jit|numba\.njit", file.read_text(encoding="utf-8"))]
    assert users == ["jit.py"]


def test_policies_never_write_the_columns_of_people():
    """A policy chooses and sets levers; only `programme.py` writes, and only programmes."""
    for file in (PACKAGE / "policies").glob("*.py"):
        written = set()
        for node in ast.walk(TREES[file]):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
            for target in targets:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute) and target.value.attr in People.columns:
                    written.add(target.value.attr)
        allowed = {"programmes", "ever_programmes", "programme_since"} if file.stem == "programme" else set()
        assert written <= allowed, file.name


def test_the_top_level_holds_only_what_the_readme_promises():
    if not (ROOT / ".git").exists():
        pytest.skip("LOUD: not a checkout, the top level cannot be checked")
    import subprocess

    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    top = {file.split("/")[0] for file in files if not file.startswith(".")}
    assert top <= {"pyproject.toml", "README.md", "LICENSE", "sim", "configs", "scenarios", "experiments", "tests"}
