"""``sim new scenario NAME``: a scenario file of the user's own, ready to run and to change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.config import shipped
from sim.config.errors import unknown
from sim.config.own_files import SCENARIOS, content
from sim.scaffold.naming import check_name, title
from sim.scaffold.writing import filled_in, write_all

USUAL = "job_bridge"
"""The policy of a new scenario when none is asked for."""
COLUMN = 46
"""Where the comments behind parameters begin."""


def new_scenario(name: str, policy: str = USUAL) -> list[Path]:
    """Write ``./scenarios/NAME.yaml`` with one policy and its parameters; returns what was written.

    Raises
    ------
    UserError
        The name cannot be used, or there is no such policy.
    """
    from sim.policies.registry import POLICIES

    check_name(name, scenarios_taken())
    if policy not in POLICIES:
        raise unknown("policy", policy, POLICIES)
    path = Path.cwd() / "scenarios" / f"{name}.yaml"
    write_all({path: filled_in("scenario.yaml.j2", name=name, title=title(name), policy=policy, lines=parameter_lines(policy))})
    return [path]


def scenarios_taken() -> dict[str, str]:
    """Name of every scenario there is -> where."""
    places = {name: shipped.find("scenarios", name) for name in shipped.names("scenarios")}
    return {name: f"there is a scenario {shipped.shown(path)}" for name, path in places.items() if path}


def parameter_lines(policy: str) -> list[str]:
    """The parameters of a policy as lines of YAML: those that must be chosen, or else its size, set; the others as comments."""
    from sim.evidence.parameters import load_parameters
    from sim.policies.registry import POLICIES

    rows, fields = load_parameters(), POLICIES[policy].model_fields
    path = shipped.find(SCENARIOS, policy)
    chosen: dict[str, Any] = dict(((content(SCENARIOS, path) if path else {}).get("policies") or {}).get(policy) or {})
    size = POLICIES[policy].size
    own = sorted((name for name in fields if f"policies.{policy}.{name}" in rows or name in chosen), key=lambda name: name != size)
    live = set(chosen) or {size}
    lines = []
    for name in [*own, *(name for name in fields if name not in own)]:
        value = chosen.get(name, None if fields[name].is_required() else fields[name].get_default(call_default_factory=True))
        row = rows.get(f"policies.{policy}.{name}")
        meaning = f"{fields[name].description or name}{f'; evidence {row.low:g} to {row.high:g}' if row else ''}"
        lines.append(f"{f'{"" if name in live else "# "}{name}: {text(value)}':<{COLUMN}}# {meaning}")
    return lines


def text(value: Any) -> str:
    """A value of a parameter in YAML.

    >>> text(5000.0), text("2024-01"), text(None)
    ('5000', '2024-01', 'null')
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value)
