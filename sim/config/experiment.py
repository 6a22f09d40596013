"""The runs that a sweep asks for: every combination of the values of an experiment file and of the command line.

`python -m sim -m experiments=NAME` reads the same files. The axes are those of `sim.config.axes`. What a scenario is compared with goes
along by itself, under every setting (economy, structure, parameters of behaviour) once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from sim.config import shipped
from sim.config.against import compared_with
from sim.config.axes import EVIDENCE, POLICIES, QUESTIONS, SEED, Axis, axes_of, axis_of
from sim.config.compose import compose, compose_full, parse
from sim.config.errors import UserError, unknown
from sim.config.files import Files
from sim.config.origin import COMMAND_LINE
from sim.config.repetitions import refuse_too_many, repeated
from sim.config.schema import SimConfig
from sim.config.variants import against_of


def configs_of(experiment: str | None, overrides: Sequence[str], files: Files | None = None) -> list[SimConfig]:
    """All configurations of a sweep, setting by setting; within one, seeds alternate slowest, so that the first runs already make pairs.

    Parameters
    ----------
    experiment : name of a file in experiments/; None for a sweep given on the command line alone.
    overrides : ``key=value``; with several values (``1,2``, ``range(1,5)``, ``glob(care*)``) an axis, instead of that of the file if it
        has one.
    files : see `Files`.

    Raises
    ------
    UserError
        Unknown experiment, an axis that one sweep cannot have, or a mistake in a value.
    """
    files = files or Files()
    parsed = parse(overrides, sweeps=True)
    swept = {override.key_or_group: override for override in parsed if override.is_sweep_override()}
    fixed = [str(override.input_line) for override in parsed if override.key_or_group not in swept]
    chosen = [f"experiments={experiment}"] if experiment else []
    place = COMMAND_LINE
    if experiment:
        path = shipped.find("experiments", experiment)
        if path is None:
            raise unknown("experiment", experiment, shipped.names("experiments"))
        place = shipped.shown(path)
    base = compose_full([*chosen, *(text for text in fixed if not text.startswith(POLICIES))], files=files)
    given = {override.key_or_group for override in parsed}
    names = tuple(base.variants)
    axes = [*axes_of({key: value for key, value in base.sweep.items() if key not in given}, place, names),
            *(axis_of(override, f"{COMMAND_LINE}: '{override.input_line}'", names) for override in swept.values())]  # fmt: skip
    if not axes and not set(QUESTIONS) & given:
        raise UserError(
            f"{place}: no values to vary: give them under hydra.sweeper.params, e.g. scenarios: baseline,job_bridge"
            if experiment
            else f"{place}: no values to vary: sim sweep EXPERIMENT (sim list experiments), or sim sweep scenarios=a,b economy=low,high"
        )
    if set(QUESTIONS) <= {*(axis.key for axis in axes), *given}:
        raise UserError(f"{place}: scenarios and variant: give one of them; a variant says itself which scenario it is `of`.")
    seeds = next((seeds_of(axis) for axis in axes if axis.key == SEED), None)
    seeds = seeds or [base.config.seed + n for n in range(base.config.seeds)]
    own = [] if set(QUESTIONS) & given else [f"scenarios={base.config.scenario.name}"]
    questions = next((axis.lines for axis in axes if axis.key in QUESTIONS), own) or [""]
    of_policies, settings = [axis for axis in axes if axis.is_of_policy], [axis for axis in axes if axis.is_setting]
    refuse_too_many(prod(len(axis.values) for axis in settings) * len(questions) * len(seeds) * max(1, base.config.draws))
    configs: list[SimConfig] = []
    for setting in product(*(axis.lines for axis in settings)):
        general = [*fixed, *setting]
        points = [point for question in questions for point in points_of(question, of_policies, chosen, general, files)]
        configs += repeated([*kin_of(points, base.variants, chosen, general, place, files), *points], seeds)
    refuse_unlike(configs, settings)
    checked = [axis for axis in of_policies if axis.key in given or not set(QUESTIONS) & given]  # a file may be cut down to some scenarios
    refuse_unused([(axis.key, axis.place) for axis in checked], configs)
    refuse_unused([(text, f"{COMMAND_LINE}: '{text}'") for text in fixed if text.startswith(POLICIES)], configs)
    return configs


def seeds_of(axis: Axis) -> list[int]:
    """The seeds of an axis; raises `UserError` when one is no seed."""
    for value in axis.values:
        if not value.isdecimal() or int(value) >= 2**32:
            raise UserError(f"{axis.place}: seed: must be a whole number from 0 to {2**32 - 1}, got '{value}'.")
    return [int(value) for value in axis.values]


def refuse_unlike(configs: Sequence[SimConfig], settings: Sequence[Axis]) -> None:
    """Raise `UserError` when settings lead to runs that cannot stand side by side: they must cover the same months."""
    months = {config.population.first_month for config in configs}
    if len(months) > 1:
        place = next((axis.place for axis in settings if axis.key == "population.start"), COMMAND_LINE)
        raise UserError(
            f"{place}: runs whose first months differ ({', '.join(sorted(months))}) cannot be in one comparison: one sweep per value. "
            "2023-10 and history begin alike."
        )


def refuse_unused(wanted: Sequence[tuple[str, str]], configs: Sequence[SimConfig]) -> None:
    """Raise `UserError` when no scenario has the policy of a setting ``policies.x.y``; `wanted` has settings and their places."""
    policies = {policy for config in configs for policy in config.policies}
    for setting, place in wanted:
        if setting.startswith(POLICIES) and (policy := setting.partition("=")[0].split(".")[1]) not in policies:
            names = ", ".join(dict.fromkeys(config.scenario.name for config in configs))
            raise UserError(f"{place}: none of the scenarios {names} has a policy '{policy}'.")


def composed_for(question: Sequence[str], overrides: Sequence[str], files: Files) -> SimConfig:
    """The configuration of a scenario or variant; a setting of a policy goes to it only when it has the policy."""
    of_policies = [text for text in overrides if text.startswith(POLICIES)]
    general = [text for text in overrides if text not in of_policies]
    plain = compose([*question, *general], files)
    mine = [text for text in of_policies if text.partition("=")[0].split(".")[1] in plain.policies]
    return compose([*question, *general, *mine], files) if mine else plain


def kin_of(
    points: Sequence[SimConfig], variants: Mapping[str, Any], chosen: Sequence[str], overrides: Sequence[str], place: str, files: Files
) -> list[SimConfig]:
    """The scenarios that the points are compared with and that are not among them, the baseline first."""
    names = {config.scenario.name for config in points}
    against = against_of(variants)
    kin = dict.fromkeys(name for c in points for name in compared_with(c.scenario.name, c.scenario.against, place, against))
    others = [text for text in overrides if text.partition("=")[0] not in QUESTIONS]
    return [
        composed_for([*chosen, f"{'variant' if name in variants else 'scenarios'}={name}"], others, files)
        for name in kin
        if name not in names
    ]


def points_of(question: str, axes: Sequence[Axis], chosen: Sequence[str], overrides: Sequence[str], files: Files) -> list[SimConfig]:
    """One configuration per combination of the axes that the scenario knows; other settings of a policy get names and labels of their own.

    Another end of the evidence does not: runs say at which end they are. A scenario without the policy of an axis, or whose policies have
    no effect that `evidence` could move, gives one configuration.
    """
    always = [*chosen, *([question] if question else [])]
    plain = composed_for(always, overrides, files)
    mine = [axis.lines for axis in axes if axis.key == EVIDENCE or axis.key.split(".")[1] in plain.policies]
    if not mine:
        return [plain]
    refuse_too_many(prod(map(len, mine)))
    points: dict[tuple[str, str], SimConfig] = {}
    for combination in product(*mine):
        config = composed_for([*always, *combination], overrides, files)
        short = short_names([text for text in combination if "." in text.partition("=")[0]])
        if short:
            name = "__".join([config.scenario.name, *map(as_name, short)])
            label = {language: f"{text} ({', '.join(short)})" for language, text in config.scenario.label.model_dump().items()}
            heading = config.scenario.model_dump() | {"name": name, "label": label}
            config = SimConfig.model_validate(config.model_dump() | {"scenario": heading})
        points.setdefault((config.scenario.name, config.evidence), config)
    return list(points.values())


def short_names(settings: Sequence[str]) -> list[str]:
    """``share = 0.1`` of ``policies.meetings.share=0.1``; with the policy when two policies have a parameter of that name.

    >>> short_names(["policies.a.start=2025-01", "policies.b.start=2026-01", "policies.b.share=0.1"])
    ['a.start = 2025-01', 'b.start = 2026-01', 'share = 0.1']
    """
    pairs = [text.partition("=")[::2] for text in settings]
    often = Counter(key.rpartition(".")[2] for key, _ in pairs)
    return [f"{key.rpartition('.')[2] if often[key.rpartition('.')[2]] == 1 else key.partition('.')[2]} = {value}" for key, value in pairs]


def as_name(text: str) -> str:
    """The part of a scenario's name for a value; below zero it must not look like above.

    >>> as_name("share = 0.1"), as_name("effect = -0.1"), as_name("start = 2025-01")
    ('share_0_1', 'effect_minus_0_1', 'start_2025_01')
    """
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<![0-9a-z])-(?=[0-9.])", "minus_", text.lower()))
