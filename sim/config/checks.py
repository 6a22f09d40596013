"""Checks of a configuration against what the model knows: policies and evidence parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.config.errors import UserError
from sim.config.origin import Origin
from sim.config.schema import CENTRAL, FIRST_PROJECTED, HISTORY, START_OF_HISTORY, SimConfig
from sim.config.wording import nearest, reword

IN_HISTORY = (
    f"lies in the history that population.start={HISTORY} simulates as it was; the earliest is {FIRST_PROJECTED}. "
    f"To change history itself: population.start={START_OF_HISTORY}."
)


def check_crises(config: SimConfig, origin: Origin) -> None:
    """Raise `UserError` for a crisis that begins in a history that is simulated as it was."""
    for position, crisis in enumerate(config.economy.crises):
        if config.population.start == HISTORY and crisis.start < FIRST_PROJECTED:
            path = ("economy", "crises", str(position), "start")
            raise UserError(f"{origin.where(path)}: {'.'.join(path)}: {crisis.start} {IN_HISTORY}")


def check_policies(config: SimConfig, origin: Origin) -> SimConfig:
    """The configuration with every parameter of every policy written out, effects where `evidence` puts them.

    Raises
    ------
    UserError
        A policy or one of its parameters is unknown, or a value is not allowed; there are more policies than one scenario can hold.
    """
    if not config.policies:
        return config.model_copy(update={"evidence": CENTRAL})
    from sim.policies import levers
    from sim.policies.registry import POLICIES

    if len(config.policies) > levers.MAX_PROGRAMMES:
        place = origin.where(("policies", sorted(config.policies)[-1]))
        raise UserError(f"{place}: policies: {len(config.policies)} policies; one scenario holds at most {levers.MAX_PROGRAMMES}.")

    complete, moved = {}, False
    for name, parameters in config.policies.items():
        if name not in POLICIES:
            known = (
                nearest(name, POLICIES) if name != "none" else "; without any policy write `policies: {}`, as the scenario baseline does."
            )
            raise UserError(f"{origin.where(('policies', name))}: policies.{name}: unknown policy{known}")
        effect = effect_at(config.evidence, name, POLICIES[name], parameters)
        try:
            complete[name] = written_out(POLICIES[name], {**parameters, **effect})
        except ValidationError as error:
            raise reword(error, POLICIES[name], origin, ("policies", name), dict.fromkeys(effect, config.evidence)) from None
        moved |= bool(effect)
        if config.population.start == HISTORY and complete[name]["start"] < FIRST_PROJECTED:
            place = origin.where(("policies", name, "start"))
            raise UserError(f"{place}: policies.{name}.start: {complete[name]['start']} {IN_HISTORY}")
    return config.model_copy(update={"policies": complete, "evidence": config.evidence if moved else CENTRAL})


def effect_at(evidence: str, name: str, policy: type[BaseModel], given: Mapping[str, Any]) -> dict[str, float]:
    """The effect of a policy at the ``low`` or ``high`` end of its row of evidence, by parameter; empty when that changes nothing.

    Parameters
    ----------
    evidence : ``central``, ``low`` or ``high``.
    name, policy : of the policy; `Policy.effect` names the parameter.
    given : the parameters that the user or the scenario set; they stay.
    """
    effect = getattr(policy, "effect", None)
    if evidence == CENTRAL or effect is None or effect in given:
        return {}
    from sim.evidence.parameters import load_parameters

    row = load_parameters()[f"policies.{name}.{effect}"]
    value = row.low if evidence == "low" else row.high
    return {} if value == row.central else {effect: value}


def written_out(policy: type[BaseModel], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Validated parameters, defaults included, as plain values; 12 and 12.0 months come out the same, so that they share a run."""
    names = set(policy.model_fields)
    everything = policy(**parameters).model_dump(include=names, warnings=False)
    return policy(**everything).model_dump(mode="json", include=names)


def check_parameters(config: SimConfig, origin: Origin) -> None:
    """Raise `UserError` when an evidence parameter that is set does not exist."""
    if not config.parameters:
        return
    from sim.evidence.parameters import load_parameters

    known = [path for path in load_parameters() if not path.startswith("policies.")]
    for group, values in config.parameters.items():
        for name in values:
            path = f"{group}.{name}"
            if group == "policies":
                raise UserError(
                    f"{origin.where(('parameters', group, name))}: parameters.{path}: set policies.<policy>.<parameter> instead."
                )
            if path not in known:
                place = origin.where(("parameters", group, name))
                raise UserError(f"{place}: parameters.{path}: unknown parameter{nearest(path, known)} See `sim list parameters`.")


def parameter_warnings(config: SimConfig) -> list[str]:
    """One sentence for every evidence parameter that is set outside its range; kept with the run."""
    if not config.parameters:
        return []
    from sim.evidence.parameters import load_parameters

    known = load_parameters()
    warnings = []
    for group, values in config.parameters.items():
        for name, value in values.items():
            row = known[f"{group}.{name}"]
            if not row.low <= value <= row.high:
                warnings.append(
                    f"parameters.{row.path} = {value:g} lies outside the range of the evidence, {row.low:g} to {row.high:g} {row.unit}"
                )
    return warnings
