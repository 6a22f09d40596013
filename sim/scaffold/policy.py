"""``sim new policy NAME``: a small policy that works, with its evidence, scenario and test, to be replaced piece by piece."""

from __future__ import annotations

from pathlib import Path

from sim.config import shipped
from sim.config.errors import UserError
from sim.scaffold.naming import check_name, class_name, title
from sim.scaffold.scenario import scenarios_taken
from sim.scaffold.writing import filled_in, write_all

PREFIX = "policies."
TABLE = Path("sim", "evidence", "parameters.csv")


def new_policy(name: str) -> list[Path]:
    """Write ``sim/policies/NAME.py``, its rows of evidence, ``scenarios/NAME.yaml`` and ``tests/policies/test_NAME.py``.

    Returns what was written, the changed table of evidence last.

    Raises
    ------
    UserError
        This is not a checkout, the name cannot be used, or a file is there already.
    """
    root = checkout()
    check_name(name, taken(root))
    names = {"name": name, "class_name": class_name(name), "title": title(name)}
    new = {
        root / "sim" / "policies" / f"{name}.py": filled_in("policy.py.j2", **names),
        root / "scenarios" / f"{name}.yaml": filled_in("policy_scenario.yaml.j2", **names),
        root / "tests" / "policies" / f"test_{name}.py": filled_in("test.py.j2", **names),
    }
    table = root / TABLE
    write_all(new, (table, with_rows(table.read_text(encoding="utf-8"), filled_in("rows.csv.j2", **names))))
    return [*new, table]


def checkout() -> Path:
    """The root of the checkout that this package belongs to.

    Raises
    ------
    UserError
        The package is installed: a policy is part of the model, and would be lost with the next version.
    """
    root = shipped.PACKAGE.parent
    project = root / "pyproject.toml"
    if project.is_file() and 'name = "loopbrug"' in project.read_text(encoding="utf-8") and (root / "tests" / "policies").is_dir():
        return root
    raise UserError(
        f"A policy is part of the model: sim new policy works in a checkout of Loopbrug, and this is the installed package in "
        f"{shipped.PACKAGE}. Clone the repository and repeat the command there with `uv run`. For a mix of the policies there are: "
        f"sim new scenario NAME"
    )


def taken(root: Path) -> dict[str, str]:
    """Names that something in the checkout has already -> what."""
    modules = {path.stem: f"there is a file {shipped.shown(path)}" for path in (root / "sim" / "policies").glob("*.py")}
    tests = {path.stem.removeprefix("test_"): f"there is a test {shipped.shown(path)}" for path in (root / "tests").rglob("test_*.py")}
    return {**tests, **scenarios_taken(), **modules}


def with_rows(table: str, rows: str) -> str:
    """The table of evidence with `rows` after its last row of a policy."""
    lines = table.splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.startswith(PREFIX))
    if not lines[last].endswith("\n"):
        lines[last] += "\n"
    return "".join([*lines[: last + 1], rows, *lines[last + 1 :]])
