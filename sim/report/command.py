"""The command that makes the runs of a page again: the one that was typed, if it was noted, else one that can be shown to be it."""

from __future__ import annotations

import shlex
from typing import Any

from sim.analysis.contrast import Comparison
from sim.config import shipped
from sim.config.errors import UserError
from sim.config.files import Files
from sim.config.schema import SimConfig
from sim.report.assumptions import flatten
from sim.runs import sweeps

SHARED = ("population", "structure", "parameters")
"""Sections of the configuration that all runs of one setting share."""


def command(comparison: Comparison) -> str | None:
    """The command that makes these runs again; None when no single one is known, as for runs gathered from several commands."""
    return noted(comparison) or rebuilt(comparison)


def noted(comparison: Comparison) -> str | None:
    """The command of the smallest noted sweep (`sim.runs.sweeps`) that holds all these runs, the newest of several."""
    runs = comparison.frames.runs
    keys = {str(run.record.get("key")) for run in runs}
    roots = {run.path.parent.parent for run in runs}
    found = [sweep for root in sorted(roots) for sweep in sweeps.that_hold(root, keys)] if len(roots) == 1 else []
    return min(reversed(found), key=lambda sweep: len(sweep.keys)).command if found else None


def rebuilt(comparison: Comparison) -> str | None:
    """``sim run`` or ``sim compare`` with every setting of the runs; None when they hold what it would not make.

    That is a variant or a point of an experiment, another end of the evidence, several settings, or a policy with other parameters in one
    scenario than in another.
    """
    names = [name for name in (comparison.baseline, *(result.name for result in comparison.scenarios)) if name in comparison.positions]
    names = names or list(comparison.positions)
    runs = comparison.frames.runs
    pairs = {name: set(rows) for name, rows in comparison.positions.items()}
    if not set(comparison.positions) <= set(shipped.names("scenarios")) or len({frozenset(found) for found in pairs.values()}) > 1:
        return None
    seeds = sorted({run.pair[0] for run in runs})
    of_policies = changed_policies(comparison)
    if of_policies is None or seeds != list(range(seeds[0], seeds[0] + len(seeds))):
        return None
    config = comparison.configs[names[0]]
    settings: dict[str, Any] = {"seed": seeds[0]}
    if len(names) > 1:
        settings["seeds"] = len(seeds)
    elif len(seeds) > 1:
        return None
    draws = sorted({draw for _, draw in (run.pair for run in runs) if draw is not None})
    if draws and (draws != list(range(len(draws))) or len(runs) != len(names) * len(seeds) * len(draws)):
        return None
    if draws:
        settings["draws"] = len(draws)
    settings["until"] = config.get("until")
    settings |= flatten({section: config[section] for section in SHARED if config.get(section)})
    if any(
        (found.get("economy") or {}).get("crises") and not (found.get("scenario") or {}).get("own_crises")
        for found in comparison.configs.values()
    ):
        return None  # a crisis of the command line: its list does not belong on one line
    settings["economy"] = (config.get("economy") or {}).get("name")
    settings["rng"] = None if config.get("rng") == SimConfig.model_fields["rng"].default else config.get("rng")
    settings |= of_policies
    verb = ["compare", *(name for name in names if name != comparison.baseline)] if len(names) > 1 else ["run", names[0]]
    return shlex.join(["sim", *verb, *(f"{key}={value}" for key, value in settings.items() if value is not None)])


def changed_policies(comparison: Comparison) -> dict[str, Any] | None:
    """Parameters of policies that are not those of the scenario files, as settings; None when one command cannot say them."""
    from sim.config.compose import compose

    found: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    files = Files()
    for name, config in comparison.configs.items():
        try:
            usual = compose([f"scenarios={name}"], files).policies
        except UserError:
            return None
        for policy, parameters in (config.get("policies") or {}).items():
            if policy not in usual:
                return None
            for key, value in parameters.items():
                path = f"policies.{policy}.{key}"
                if value != usual[policy].get(key):
                    found[path] = value
                if kept.setdefault(path, value) != value:
                    return None
    return found
