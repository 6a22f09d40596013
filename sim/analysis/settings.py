"""Runs under different settings side by side: what differs between them, and what each setting is called.

A setting is everything that the scenarios of one comparison share: the economy, the structure of the model, parameters of behaviour, the
start. A scenario under another setting is a scenario of its own, whose reference is the reference under the same setting. Settings are
found in the configurations that the runs hold, not in the way they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.config.schema import SimConfig
from sim.config.wording import section_of

NOT_SHARED = {"scenario", "policies", "evidence", "seed", "seeds", "draw", "draws", "uncertain", "report", "compute", "runs_dir", "threads"}
"""What a scenario is there to change, what repeats it, and what cannot change a result."""
PREFIXES = ("parameters.", "structure.")
"""Left out of names."""
ECONOMY = "economy."
NAME_OF_ECONOMY = "economy.name"


@dataclass(frozen=True)
class Setting:
    """One setting, as the runs tell it.

    Attributes
    ----------
    digest : ``settings_digest`` of its runs.
    values : dotted key -> value.
    first : when its first run was made.
    """

    digest: str
    values: Mapping[str, Any]
    first: str


def values_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """The setting in a configuration as it stands in a run folder, by dotted key; without the crises that belong to the scenario."""
    own_crises = bool((config.get("scenario") or {}).get("own_crises"))
    shared = {key: value for key, value in config.items() if key not in NOT_SHARED}
    flat = dict(leaves(shared))
    if own_crises:
        flat["economy.crises"] = []
    return flat


def leaves(tree: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    """Dotted keys and values of nested settings; lists stay whole."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def names_of(settings: Sequence[Setting]) -> dict[str, str]:
    """What each setting is called, by digest: empty for the plain one, else in what it differs from that, as ``economy = low``.

    The plain setting is the one with the fewest departures from the defaults; of several, the one that was run first.
    """
    differing = keys_that_differ([setting.values for setting in settings])
    plain = min(settings, key=lambda setting: (departures(setting.values, differing), setting.first, setting.digest), default=None)
    if plain is None:
        return {}
    return {
        setting.digest: ", ".join(shown(key, setting.values) for key in differing if setting.values.get(key) != plain.values.get(key))
        for setting in settings
    }


def keys_that_differ(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys in which settings differ; of the economy its name, and a figure only when it differs under the same name."""
    keys = sorted(
        {key for values in settings for key in values}, key=lambda key: (not key.startswith(ECONOMY), key != NAME_OF_ECONOMY, key)
    )
    found = [key for key in keys if len({repr(values.get(key)) for values in settings}) > 1]
    if NAME_OF_ECONOMY not in found:
        return found
    by_name: dict[Any, list[Mapping[str, Any]]] = {}
    for values in settings:
        by_name.setdefault(values.get(NAME_OF_ECONOMY), []).append(values)
    return [
        key
        for key in found
        if key == NAME_OF_ECONOMY
        or not key.startswith(ECONOMY)
        or any(len({repr(values.get(key)) for values in same}) > 1 for same in by_name.values())
    ]


def departures(values: Mapping[str, Any], keys: Sequence[str]) -> int:
    """In how many of `keys` a setting departs from the defaults of the configuration."""
    return sum(key in values and values[key] != default_of(key) for key in keys)


def default_of(key: str) -> Any:
    """Default of a setting; None when it has none, as the parameters of behaviour, which are not mentioned at their central values."""
    *above, name = key.split(".")
    section = section_of(SimConfig, tuple(above))
    field = section.model_fields.get(name) if section else None
    return None if field is None or field.is_required() else field.get_default(call_default_factory=True)


def shown(key: str, values: Mapping[str, Any]) -> str:
    """``economy = low``, ``matching = urn_ball``, ``matching.callback_rate = 0.3``."""
    name = next((key.removeprefix(prefix) for prefix in PREFIXES if key.startswith(prefix)), key).removesuffix(".name")
    value = values.get(key)
    return f"{name} = {'central' if value is None else format(value, 'g') if isinstance(value, float) else value}"
