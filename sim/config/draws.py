"""Parameter draws in a configuration: which rows of the evidence table may move, and the values they get in a draw.

The values stand in the configuration as if they had been set by hand, under ``parameters`` and ``policies``; ``uncertain`` names them. So
the model needs no knowledge of draws, and what was set by hand is told apart before any value is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.config.errors import UserError
from sim.config.schema import CENTRAL, SimConfig

if TYPE_CHECKING:
    from sim.config.origin import Origin

POLICIES_PREFIX = "policies."
NEVER_DRAWN = ("pilots.",)
"""Rows that no run reads: they say how a report of a pilot is to be read."""


def uncertain_of(config: SimConfig, origin: Origin) -> tuple[str, ...]:
    """Paths of the rows that draws move, given a configuration in which nothing but what somebody set stands yet; none without draws.

    Raises
    ------
    UserError
        One draw and many are asked for at once, or the evidence stands at an end already.
    """
    if not config.draws and config.draw is None:
        return ()
    if config.draws and config.draw is not None:
        raise UserError(f"{origin.where(('draw',))}: draw={config.draw} is one parameter draw and draws={config.draws} asks for the first "
                        f"{config.draws}: give one of the two.")  # fmt: skip
    key = "draws" if config.draws else "draw"
    if config.evidence != CENTRAL:
        raise UserError(f"{origin.where(('evidence',))}: evidence={config.evidence} with {key}={getattr(config, key)}: a draw has values "
                        f"from the whole range of the evidence; leave evidence at {CENTRAL}.")  # fmt: skip
    from sim.evidence.parameters import load_parameters
    from sim.policies.registry import POLICIES

    moved = [
        path
        for path, row in load_parameters().items()
        if row.low < row.high and not path.startswith((POLICIES_PREFIX, *NEVER_DRAWN)) and not _is_set(config, path)
    ]
    for name, given in config.policies.items():
        if name in POLICIES:  # an unknown one is refused elsewhere
            moved += [f"{POLICIES_PREFIX}{name}.{parameter}" for parameter in POLICIES[name].uncertain(given)]
    return tuple(sorted(moved))


def _is_set(config: SimConfig, path: str) -> bool:
    group, _, name = path.partition(".")
    return name in config.parameters.get(group, {})


def drawn(config: SimConfig, uncertain: tuple[str, ...]) -> SimConfig:
    """A complete configuration that knows what is uncertain in it, with the values of its draw when it has one."""
    config = config.model_copy(update={"uncertain": uncertain})
    return config if config.draw is None else with_draw(config, config.draw)


def with_draw(config: SimConfig, draw: int) -> SimConfig:
    """The same configuration in another parameter draw.

    Raises
    ------
    UserError
        A policy refuses its values.
    """
    from pydantic import ValidationError

    from sim.config.checks import written_out
    from sim.evidence.draws import drawn as draw_of
    from sim.policies.registry import POLICIES

    parameters = {group: dict(values) for group, values in config.parameters.items()}
    policies = {name: dict(values) for name, values in config.policies.items()}
    for path, value in draw_of(config.uncertain, draw).items():
        group, name, parameter = _place(path)
        if name:
            is_whole = POLICIES[name].model_fields[parameter].annotation is int
            policies[name][parameter] = round(value) if is_whole else value
        else:
            parameters.setdefault(group, {})[parameter] = value
    try:
        complete = {name: written_out(POLICIES[name], values) for name, values in policies.items()}
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise UserError(f"Parameter draw {draw}: policies.{error.title}.{where}: {fault['msg']}. Set it by hand to leave it out.") from None
    return config.model_copy(update={"draw": draw, "parameters": parameters, "policies": complete})


def drawn_values(config: SimConfig) -> dict[str, float]:
    """The values of the draw of a configuration, by path; empty without one."""
    if config.draw is None:
        return {}
    values = {}
    for path in config.uncertain:
        group, name, parameter = _place(path)
        values[path] = float(config.policies[name][parameter] if name else config.parameters[group][parameter])
    return values


def without(settings: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """`settings`, a configuration as plain values, less the values at some paths of the evidence table."""
    parameters = {group: dict(values) for group, values in settings["parameters"].items()}
    policies = {name: dict(values) for name, values in settings["policies"].items()}
    for path in paths:
        group, name, parameter = _place(path)
        (policies.get(name, {}) if name else parameters.get(group, {})).pop(parameter, None)
    return settings | {"parameters": {group: values for group, values in parameters.items() if values}, "policies": policies}


def central(settings: dict[str, Any]) -> dict[str, Any]:
    """A stored configuration, as plain values, as it was before any value was drawn: what all draws of its scenario share."""
    if settings.get("draw") is None or not settings.get("uncertain"):
        return settings
    from sim.policies.registry import POLICIES

    before = without(settings, settings["uncertain"])
    for path in settings["uncertain"]:
        _, name, parameter = _place(path)
        if name in POLICIES:
            before["policies"][name][parameter] = POLICIES[name].model_fields[parameter].default
    return before


def _place(path: str) -> tuple[str, str, str]:
    """Group, policy (empty for other groups) and name of the parameter."""
    group, _, rest = path.partition(".")
    name, _, parameter = rest.rpartition(".")
    return group, name, parameter
