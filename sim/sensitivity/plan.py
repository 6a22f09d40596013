"""From points to runs: every point with and without the policy, for every seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from sim.config.errors import UserError
from sim.config.schema import SimConfig
from sim.runs.execute import task_of
from sim.runs.identity import Identity, digest_of, result_settings
from sim.sensitivity.design import Design
from sim.sensitivity.factors import POLICIES, Factor, is_read
from sim.sensitivity.methods import Sample, sample

Point = Mapping[str, float]
"""Values by path."""


@dataclass(frozen=True)
class Plan:
    """All runs of a design.

    Attributes
    ----------
    scenarios, references : configurations by scenario, then point, then seed; many references are the same run.
    """

    design: Design
    sample: Sample
    scenarios: tuple[tuple[tuple[SimConfig, ...], ...], ...]
    references: tuple[tuple[tuple[SimConfig, ...], ...], ...]

    @cached_property
    def configs(self) -> list[SimConfig]:
        """Every run once, whole blocks after each other and both runs of a pair together, so that what is finished can be used early."""
        unique: dict[tuple[str, int], SimConfig] = {}
        for point in range(len(self.sample.places)):
            for seed in range(len(self.design.seeds)):
                for role in (self.references, self.scenarios):
                    for of_pair in role:
                        config = of_pair[point][seed]
                        unique.setdefault((digest_of(result_settings(config)), config.seed), config)
        return list(unique.values())

    def keys(self, who: Identity) -> dict[int, str]:
        """Key of the run of every configuration, by `id` of the configuration."""
        return {
            id(config): task_of(config, who).key
            for role in (self.scenarios, self.references)
            for of_pair in role
            for of_point in of_pair
            for config in of_point
        }


def plan(design: Design) -> Plan:
    """All runs that an experiment asks for.

    Raises
    ------
    UserError : SALib is not installed, or a policy does not take the values of a point.
    """
    sampled = sample(design)
    points = [values(design.factors, places, sampled.is_likely) for places in sampled.places]
    both = [[configured(getattr(pair, role), points, design.seeds) for pair in design.pairs] for role in ("scenario", "reference")]
    return Plan(design, sampled, tuple(both[0]), tuple(both[1]))


def configs_of(experiment: str, overrides: Sequence[str]) -> list[SimConfig]:
    """All different runs of an experiment file, for whoever only wants to know how many there are."""
    from sim.sensitivity.design import design

    return plan(design(experiment, overrides)).configs


def values(factors: Sequence[Factor], places: Sequence[float], is_likely: bool) -> Point:
    """Values by path of one point; a place that is not a number stands for the central value."""
    return {
        factor.path: factor.row.central if place != place else factor.likely(place) if is_likely else factor.even(place)
        for factor, place in zip(factors, map(float, places), strict=True)
    }


def configured(base: SimConfig, points: Sequence[Point], seeds: Sequence[int]) -> tuple[tuple[SimConfig, ...], ...]:
    """A configuration at every point, for every seed; parameters of policies that it does not have are left out."""
    configs = [at_point(base, point) for point in points]
    return tuple(tuple(config.model_copy(update={"seed": seed}) for seed in seeds) for config in configs)


def at_point(base: SimConfig, point: Point) -> SimConfig:
    """A configuration with the values of a point; a central value stays unwritten, so that it is the same run as without."""
    from sim.evidence.parameters import load_parameters

    rows = load_parameters()
    parameters: dict[str, dict[str, float]] = {group: dict(found) for group, found in base.parameters.items()}
    policies: dict[str, dict[str, Any]] = {}
    for path, value in point.items():
        if value == rows[path].central:
            continue
        if not path.startswith(POLICIES):
            group, _, name = path.partition(".")
            parameters.setdefault(group, {})[name] = value
            continue
        _, policy, name = path.split(".")
        if is_read(path, base):
            policies.setdefault(policy, dict(base.policies[policy]))[name] = value
    checked = {policy: taken(policy, given) for policy, given in policies.items()}
    return base.model_copy(update={"parameters": parameters, "policies": {**base.policies, **checked}})


def taken(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a policy as it takes them; UserError when it does not."""
    from sim.config.checks import written_out
    from sim.policies.registry import POLICIES as KNOWN

    whole = {key: int(value) if KNOWN[name].model_fields[key].annotation is int else value for key, value in given.items()}
    try:
        return written_out(KNOWN[name], whole)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(["policies", name, *map(str, fault["loc"])])
        raise UserError(
            f"sensitivity.parameters: {key}: the policy does not take a value in the range of the evidence ({fault['msg']}). "
            "Leave that parameter out, or name others."
        ) from None
