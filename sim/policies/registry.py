"""All policies by name: every module of this folder that defines a subclass of `Policy` is one."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from sim.policies.base import Policy

_SUPPORT = {
    "back_at_work", "base", "budget", "delay", "levers", "older_staff", "programme", "registry", "reserve", "rule", "solved", "target",
}  # fmt: skip


def _find() -> dict[str, type[Policy]]:
    found: dict[str, type[Policy]] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name in _SUPPORT:
            continue
        contents = vars(importlib.import_module(f"sim.policies.{module.name}")).values()
        policies = [c for c in contents if isinstance(c, type) and issubclass(c, Policy) and c.__module__.endswith(f".{module.name}")]
        if [p.name for p in policies] != [module.name]:
            raise TypeError(f"sim/policies/{module.name}.py must define one Policy, with name = {module.name!r}")
        found[module.name] = policies[0]
    return found


POLICIES: dict[str, type[Policy]] = _find()
