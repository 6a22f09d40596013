"""Which module reads a parameter: by the values of its group that the module asks for, and the name in its source."""

from __future__ import annotations

import re
from functools import cache

from sim.docs import policy_source, source
from sim.evidence.parameters import load_parameters

NOT_READERS = ("follow", "report", "bench", "calibration", "docs", "baseline", "scaffold", "cli", "sensitivity", "export")
"""Folders that show parameters, or repeat what the model does with them."""
GROUP = re.compile(r"\bValues\((\w+|\"\w+\")")
POLICIES = "policies."


@cache
def _asking() -> dict[str, list[str]]:
    """Modules of ``sim`` by the group of parameters whose values they hold; a line of the month holds those of its name."""
    found: dict[str, list[str]] = {line: [f"phases/{line}.py"] for line in source.months_lines()}
    for file in sorted(source.PACKAGE.rglob("*.py")):
        path = file.relative_to(source.PACKAGE).as_posix()
        if path.split("/")[0] in NOT_READERS or path == "evidence/parameters.py":
            continue
        for name in GROUP.findall(source.text(path)):
            group = name.strip('"') if name.startswith('"') else _group(path, name)
            if group and path not in found.setdefault(group, []):
                found[group].append(path)
    return found


def _group(path: str, name: str) -> str:
    """The group that a module names by a constant."""
    try:
        return str(source.constant(path, name))
    except KeyError:
        return ""


@cache
def readers() -> dict[str, tuple[str, ...]]:
    """Files that read each parameter, by path of the parameter, from the top of the checkout."""
    of_policies = {path: policy.path for policy in policy_source.policies() for _, path in policy.fields if path}
    found: dict[str, tuple[str, ...]] = {}
    for path in load_parameters():
        if path.startswith(POLICIES):
            found[path] = (of_policies[path],) if path in of_policies else ()
            continue
        group, _, name = path.partition(".")
        found[path] = tuple(f"sim/{module}" for module in _asking().get(group, []) if _names(module, name))
    return found


def _names(module: str, name: str) -> bool:
    """Whether a module has a name, whole, or as the beginning to which it adds a sector."""
    words = source.text(module)
    stem = name.rpartition("_")[0]
    return re.search(rf"\b{re.escape(name)}\b", words) is not None or f'f"{stem}_{{' in words
