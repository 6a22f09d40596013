"""Named variants inside an experiment file: a scenario with a few settings changed, under a name of its own.

    variants:
      bridge_only_mentors:
        of: job_bridge                    # the scenario it is a variant of; without it, that of the experiment
        scenario: {label: {en: ..., nl: ...}}
        policies: {job_bridge: {friction_mentors: 0}}

``variant=bridge_only_mentors`` chooses one, so Hydra can sweep them like any setting. A variant stands between the experiment and the
command line, and may change what a comparison is about: its heading, policies, the strength of evidence and crises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.config import shipped
from sim.config.errors import UserError, unknown
from sim.config.schema import BASELINE, NAME_PATTERN
from sim.config.wording import nearest

VARIANT, VARIANTS, OF = "variant", "variants", "of"
HEADING = ("label", "question", "source", "against")
CHANGES = {OF: None, "scenario": HEADING, "policies": None, "evidence": None, "economy": ("crises",)}
"""What a variant may hold; with a tuple, only these keys below it."""


def place_of(experiment: str | None) -> str:
    """Where the variants stand, for messages."""
    path = shipped.find("experiments", experiment or "")
    return shipped.shown(path) if path else "on the command line"


def settings_of(name: Any, variants: Mapping[str, Any], place: str) -> list[str]:
    """The settings of variant `name`, as Hydra reads them on a command line; the scenario it is `of` first.

    Raises
    ------
    UserError
        There is no such variant.
    """
    if not variants:
        raise UserError(f"{place}: variant={name}: only an experiment has variants; choose one that has: experiments=...")
    if name not in variants:
        raise UserError(f"{place}: {unknown('variant', str(name), variants)}")
    changes = dict(variants[name])
    of = changes.pop(OF, None)
    scenario = [f"scenarios={of}"] if of is not None else []
    return [*scenario, *(f"++{'.'.join(key)}={text(value)}" for key, value in leaves(changes))]


def checked(variants: Any, place: str) -> dict[str, Mapping[str, Any]]:
    """The variants of an experiment, empty without any; raises `UserError` when one changes what a variant may not change."""
    if variants is None:
        return {}
    if not isinstance(variants, Mapping):
        raise UserError(f"{place}: variants: must hold names with their settings, got {variants!r}.")
    for name, changes in variants.items():
        check(str(name), changes, place)
    return {str(name): changes for name, changes in variants.items()}


def check(name: str, changes: Any, place: str) -> None:
    """Raise `UserError` when a variant is no variant."""
    if not NAME_PATTERN.fullmatch(name):
        raise UserError(f"{place}: variants.{name}: not a usable name: lower-case letters, digits and _, starting with a letter.")
    if name in shipped.names("scenarios"):
        raise UserError(f"{place}: variants.{name}: there is a scenario '{name}' already; give the variant another name.")
    if not isinstance(changes, Mapping):
        raise UserError(f"{place}: variants.{name}: must hold settings ({', '.join(CHANGES)}), got {changes!r}.")
    for key, value in changes.items():
        if key not in CHANGES:
            raise UserError(f"{place}: variants.{name}.{key}: not a setting of a variant{nearest(str(key), CHANGES)} Any other setting "
                            f"would need a baseline of its own: set it on the command line, one sweep per value.")  # fmt: skip
        below = CHANGES[key] or ()
        if key not in (OF, "evidence") and not isinstance(value, Mapping):
            raise UserError(f"{place}: variants.{name}.{key}: must hold settings, got {value!r}.")
        for inner in value if below else ():
            if inner not in below:
                raise UserError(f"{place}: variants.{name}.{key}.{inner}: not a setting of a variant{nearest(str(inner), below)}")
    of = changes.get(OF, BASELINE)
    if of not in shipped.names("scenarios"):
        raise UserError(f"{place}: variants.{name}.of: {unknown('scenario', str(of), shipped.names('scenarios'))}")


def against_of(variants: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Name of every variant -> the scenario or variant that it is compared with."""
    return {name: str(changes.get("scenario", {}).get("against") or BASELINE) for name, changes in variants.items()}


def leaves(tree: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Keys and values of nested settings; lists and empty settings stay whole.

    >>> list(leaves({"policies": {"job_bridge": {}}, "evidence": "low"}))
    [(('policies', 'job_bridge'), {}), (('evidence',), 'low')]
    """
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*above, str(key)))
        else:
            yield (*above, str(key)), value


def text(value: Any) -> str:
    r"""A value in Hydra's grammar: words in quotes, everything else as in YAML.

    >>> text([{"start": "2027-03", "months": 4}])
    '[{start:"2027-03",months:4}]'
    """
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
