"""What stands behind the figures: parameters with source and grade, values the user changed, and settings that differ from the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.analysis.contrast import Comparison
from sim.analysis.runs import CENTRAL
from sim.evidence.parameters import Parameter

POLICIES = "policies."
IGNORED = ("scenario", "evidence", "seed", "seeds", "draws", "draw", "uncertain", "checks", "threads", "compute", "report", "runs_dir")
"""Parts of a configuration that cannot change a result, or only through the policies, or only which runs there are."""
ABSENT = object()


@dataclass(frozen=True)
class Assumption:
    """A parameter as used: `value` differs from that of the table when somebody changed it.

    ``end`` : which value of the table it is when nobody did: central, or the low or high end of the evidence.
    """

    path: str
    value: Any
    parameter: Parameter | None
    scenarios: tuple[str, ...] = ()
    end: str = CENTRAL

    @property
    def is_changed(self) -> bool:
        """Whether the value is the user's own, and not that of the table."""
        return self.parameter is not None and isinstance(self.value, int | float) and self.value != getattr(self.parameter, self.end)

    @property
    def is_outside(self) -> bool:
        """Whether the value lies outside the range of the evidence."""
        p = self.parameter
        return p is not None and self.is_changed and not p.low <= self.value <= p.high


@dataclass(frozen=True)
class Setting:
    """A setting whose value differs from the baseline's; `ABSENT` where it does not exist."""

    path: str
    baseline: Any
    scenario: Any


def behaviour(comparison: Comparison) -> list[Assumption]:
    """Return the parameters of behaviour, with the values that any of the scenarios overrides listed apart."""
    assumptions = []
    overrides = {name: flatten(config.get("parameters") or {}) for name, config in comparison.configs.items()}
    for path, parameter in comparison.parameters.items():
        if path.startswith(POLICIES):
            continue
        used: dict[Any, list[str]] = {}
        for name, values in overrides.items():
            used.setdefault(values.get(path, parameter.central), []).append(name)
        shared = len(used) == 1
        assumptions += [Assumption(path, value, parameter, () if shared else tuple(names)) for value, names in used.items()]
    return assumptions


def policies(comparison: Comparison) -> list[Assumption]:
    """Return the parameters of the policies compared: graded ones from the table, and the settings that the scenarios give."""
    assumptions: dict[tuple[str, str], Assumption] = {}
    for name, config in comparison.configs.items():
        given = flatten({"policies": config.get("policies") or {}})
        prefixes = tuple(f"{POLICIES}{policy}." for policy in config.get("policies") or {})
        graded = {path: p.central for path, p in comparison.parameters.items() if prefixes and path.startswith(prefixes)}
        overridden = {path: value for path, value in flatten(config.get("parameters") or {}).items() if path in graded}
        for path, value in (graded | overridden | given).items():
            if value is None or value == {}:
                continue
            key = (path, repr(value))
            before = assumptions.get(key)
            scenarios = (*(before.scenarios if before else ()), name)
            parameter, evidence = comparison.parameters.get(path), comparison.run_of(name).evidence
            end = evidence if parameter and value == getattr(parameter, evidence) != parameter.central else CENTRAL
            assumptions[key] = Assumption(path, value, parameter, scenarios, end)
    return sorted(assumptions.values(), key=lambda assumption: assumption.path)


def differences(baseline: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[Setting]:
    """Return the settings in which two configurations differ and that can change a result."""
    ours, theirs = (flatten({k: v for k, v in config.items() if k not in IGNORED}) for config in (scenario, baseline))
    paths = [path for path in {**theirs, **ours} if ours.get(path, ABSENT) != theirs.get(path, ABSENT)]
    settings = [Setting(path, theirs.get(path, ABSENT), ours.get(path, ABSENT)) for path in paths]
    return [setting for setting in settings if not _is_empty_pair(setting)]


def beyond_policies(settings: list[Setting]) -> list[str]:
    """Return the paths of settings outside the policies: with any of these the effect is not that of the policies alone."""
    return [setting.path for setting in settings if not (setting.path == "policies" or setting.path.startswith(POLICIES))]


def flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested settings as dotted paths; lists and empty parts stay whole.

    >>> flatten({"economy": {"name": "mid", "crises": []}})
    {'economy.name': 'mid', 'economy.crises': []}
    """
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            flat |= flatten(value, f"{path}.")
        else:
            flat[path] = value if not isinstance(value, Mapping) else {}
    return flat


def _is_empty_pair(setting: Setting) -> bool:
    return all(value is ABSENT or value == {} for value in (setting.baseline, setting.scenario)) and setting.path in (
        "policies",
        "parameters",
    )
