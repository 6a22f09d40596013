"""The runs that an experiment file asks for: every combination of the values under ``hydra.sweeper.params``.

`python -m sim -m experiments=NAME` reads the same files. Axes are ``scenarios``, ``seed`` and parameters of policies; another
setting (the economy, the sample) would need a baseline of its own for every value, so it is one experiment per value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from sim.config import shipped
from sim.config.compose import compose, compose_full, parse
from sim.config.errors import UserError, unknown
from sim.config.schema import SimConfig

BASELINE = "baseline"


def configs_of(experiment: str, overrides: Sequence[str]) -> list[SimConfig]:
    """All configurations of an experiment, seeds alternating slowest so that the first finished runs already make pairs.

    Raises
    ------
    UserError
        Unknown experiment, an axis that is not supported, or a mistake in a value.
    """
    path = shipped.find("experiments", experiment)
    if path is None:
        raise unknown("experiment", experiment, shipped.names("experiments"))
    given = [override.key_or_group for override in parse(overrides)]
    base = compose_full([f"experiments={experiment}", *overrides])
    axes = {key: values_of(key, value, shipped.shown(path)) for key, value in base.sweep.items() if key not in given}
    if not axes and "scenarios" not in given:
        raise UserError(
            f"{shipped.shown(path)}: no values to vary: give them under hydra.sweeper.params, e.g. scenarios: baseline,job_bridge"
        )
    seeds = axes.pop("seed", None) or [f"seed={base.config.seed + n}" for n in range(base.config.seeds)]
    scenarios = axes.pop("scenarios", [f"scenarios={base.config.scenario.name}"])
    points = [config for scenario in scenarios for config in points_of(scenario, axes, experiment, overrides)]
    if len({config.scenario.name for config in points}) > 1 and BASELINE not in {config.scenario.name for config in points}:
        points.insert(0, compose([f"experiments={experiment}", f"scenarios={BASELINE}", *overrides]))
    return [with_seed(config, int(seed.partition("=")[2])) for seed in seeds for config in points]


def values_of(key: str, value: Any, place: str) -> list[str]:
    """``["seed=1", "seed=2"]`` of ``seed: range(1,3)`` or ``1,2``; Hydra's own grammar of sweeps."""
    if key not in {"scenarios", "seed"} and not key.startswith("policies."):
        raise UserError(
            f"{place}: hydra.sweeper.params.{key}: one sweep varies scenarios, seed and policies.<policy>.<parameter> only; "
            f"set {key}=... on the command line, one sweep per value."
        )
    try:
        override = OverridesParser.create().parse_override(f"{key}={value}")
        if override.is_sweep_override():
            return [f"{key}={one}" for one in override.sweep_string_iterator()]
    except HydraException:
        raise UserError(f"{place}: hydra.sweeper.params.{key}: cannot read '{value}': write values as 1,2,3 or range(1,4).") from None
    return [f"{key}={value}"]


def points_of(scenario: str, axes: Mapping[str, list[str]], experiment: str, overrides: Sequence[str]) -> list[SimConfig]:
    """One configuration per combination of the policy parameters that the scenario has; they get names and labels of their own."""
    plain = compose([f"experiments={experiment}", scenario, *overrides])
    mine = [values for key, values in axes.items() if key.split(".")[1] in plain.policies]
    if not mine:
        return [plain]
    points = []
    for combination in product(*mine):
        config = compose([f"experiments={experiment}", scenario, *combination, *overrides])
        short = [text.rpartition("=")[0].rpartition(".")[2] + " = " + text.rpartition("=")[2] for text in combination]
        name = f"{config.scenario.name}__" + "__".join(re.sub(r"[^a-z0-9]+", "_", text.lower()) for text in short)
        label = {language: f"{text} ({', '.join(short)})" for language, text in config.scenario.label.model_dump().items()}
        heading = config.scenario.model_dump() | {"name": name, "label": label}
        points.append(SimConfig.model_validate(config.model_dump() | {"scenario": heading}))
    return points


def with_seed(config: SimConfig, seed: int) -> SimConfig:
    """The same configuration with other luck."""
    return config.model_copy(update={"seed": seed})
