"""The runs that an experiment file asks for: every combination of the values under ``hydra.sweeper.params``.

`python -m sim -m experiments=NAME` reads the same files. Axes are ``scenarios`` or ``variant`` (`sim.config.variants`), ``seed``,
``evidence`` and parameters of policies; another setting (the economy, the sample) would need a baseline of its own for every value, so it
is one experiment per value. What a scenario is compared with goes along by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob
from hydra.errors import HydraException

from sim.config import shipped
from sim.config.against import compared_with
from sim.config.compose import compose, compose_full, parse
from sim.config.errors import UserError, unknown
from sim.config.repetitions import repeated
from sim.config.schema import BASELINE, SimConfig
from sim.config.variants import against_of

OF_RUNS = ("scenarios", "variant", "seed", "evidence")
"""Axes beside parameters of policies."""


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
    if not axes and not {"scenarios", "variant"} & set(given):
        raise UserError(
            f"{shipped.shown(path)}: no values to vary: give them under hydra.sweeper.params, e.g. scenarios: baseline,job_bridge"
        )
    seeds = axes.pop("seed", None) or [f"seed={base.config.seed + n}" for n in range(base.config.seeds)]
    if {"scenarios", "variant"} <= {*axes, *given}:
        raise UserError(f"{shipped.shown(path)}: scenarios and variant: give one of them; a variant says itself which scenario it is `of`.")
    own = [] if {"scenarios", "variant"} & set(given) else [f"scenarios={base.config.scenario.name}"]
    scenarios = axes.pop("variant", None) or axes.pop("scenarios", None) or own or [""]
    points = [config for scenario in scenarios for config in points_of(scenario, axes, experiment, overrides)]
    points = [*kin_of(points, base.variants, experiment, overrides), *points]
    return repeated(points, [int(seed.partition("=")[2]) for seed in seeds])


def kin_of(points: Sequence[SimConfig], variants: Mapping[str, Any], experiment: str, overrides: Sequence[str]) -> list[SimConfig]:
    """The scenarios that the points are compared with and that are not among them; none when there is one scenario against the baseline."""
    names = {config.scenario.name for config in points}
    if len(names) == 1 and points[0].scenario.against == BASELINE:
        return []
    against = against_of(variants)
    kin = dict.fromkeys(name for c in points for name in compared_with(c.scenario.name, c.scenario.against, experiment, against))
    others = [text for text in overrides if text.partition("=")[0] not in ("scenarios", "variant")]
    return [
        compose([f"experiments={experiment}", f"{'variant' if name in variants else 'scenarios'}={name}", *others])
        for name in kin
        if name not in names
    ]


def values_of(key: str, value: Any, place: str) -> list[str]:
    """``["seed=1", "seed=2"]`` of ``seed: range(1,3)`` or ``1,2``; Hydra's own grammar of sweeps."""
    if key not in OF_RUNS and not key.startswith("policies."):
        raise UserError(
            f"{place}: hydra.sweeper.params.{key}: one sweep varies {', '.join(OF_RUNS)} and policies.<policy>.<parameter> only; "
            f"set {key}=... on the command line, one sweep per value."
        )
    try:
        override = OverridesParser.create().parse_override(f"{key}={value}")
        chosen = override.value()
        if isinstance(chosen, Glob):
            return [f"{key}={name}" for name in chosen.filter(shipped.names(key) if key == "scenarios" else [])]
        if override.is_sweep_override():
            return [f"{key}={one}" for one in override.sweep_string_iterator()]
    except HydraException:
        raise UserError(f"{place}: hydra.sweeper.params.{key}: cannot read '{value}': write values as 1,2,3 or range(1,4).") from None
    return [f"{key}={value}"]


def points_of(scenario: str, axes: Mapping[str, list[str]], experiment: str, overrides: Sequence[str]) -> list[SimConfig]:
    """One configuration per combination of the axes that the scenario knows; other settings of a policy get names and labels of their own.

    Another end of the evidence does not: runs say at which end they are. A scenario without the policy of an axis, or whose policies have
    no effect that `evidence` could move, gives one configuration.
    """
    always = [f"experiments={experiment}", *([scenario] if scenario else [])]
    plain = compose([*always, *overrides])
    mine = [values for key, values in axes.items() if key == "evidence" or key.split(".")[1] in plain.policies]
    if not mine:
        return [plain]
    points: dict[tuple[str, str], SimConfig] = {}
    for combination in product(*mine):
        config = compose([*always, *combination, *overrides])
        short = [text.rpartition("=")[0].rpartition(".")[2] + " = " + text.rpartition("=")[2] for text in combination if "." in text]
        name = "__".join([config.scenario.name, *(re.sub(r"[^a-z0-9]+", "_", text.lower()) for text in short)])
        if short:
            label = {language: f"{text} ({', '.join(short)})" for language, text in config.scenario.label.model_dump().items()}
            heading = config.scenario.model_dump() | {"name": name, "label": label}
            config = SimConfig.model_validate(config.model_dump() | {"scenario": heading})
        points.setdefault((name, config.evidence), config)
    return list(points.values())
