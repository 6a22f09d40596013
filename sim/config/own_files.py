"""What a scenario or experiment file may hold. Anybody may have written it, so it says what is asked, never where or by what it is done.

Such a file cannot name a program, a file, a folder, a machine or an environment variable: only the settings below, as plain values
(`sim.config.plain_yaml`), from a plain file of at most 1 MB (`sim.config.reading`). Of Hydra's own settings it has the axes of a sweep,
of its ``defaults`` the choice among shipped files; ``hydra.callbacks``, logging, launchers and search paths can run code, and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.config import plain_yaml, shipped
from sim.config.errors import UserError
from sim.config.origin import line_in
from sim.config.reading import refuse_link, text_of
from sim.config.wording import nearest

SCENARIOS, EXPERIMENTS = "scenarios", "experiments"
HYDRA, DEFAULTS = "hydra", "defaults"
OF_BOTH = (
    "scenario", "policies", "economy", "population", "parameters", "structure", "evidence", "until", "seed", "seeds", "draws", "draw",
    "rng", "checks", "threads", DEFAULTS,
)  # fmt: skip
ALLOWED = {SCENARIOS: OF_BOTH, EXPERIMENTS: (*OF_BOTH, "variant", "variants", "pilots", "sensitivity", "compute", HYDRA)}
"""Folder -> keys of its files."""
WITHIN = {"compute": ("processes", "checkpoint_months"), HYDRA: ("sweeper",), "hydra.sweeper": ("params",)}
"""Of these, only some keys; `compute` cannot take more of this machine than it has (`sim.runs.cores`)."""
NOT_OF_A_FILE = ("runs_dir", "compute", "report", "uncertain", "draw", HYDRA, "variant", "variants", "pilots", "sensitivity")
"""Known keys that are refused where they are not allowed, with a list instead of the nearest name."""
OF_THE_USER = ("runs_dir", "compute", "report")
"""What only who runs a file can say."""
CHOICES = {SCENARIOS: ("economy", "population"), EXPERIMENTS: ("economy", "population", SCENARIOS)}
"""Folder -> the groups of files that a ``defaults`` list may choose from."""
SETTINGS = ("scenario", "policies", "economy", "population", "parameters", "structure")
"""Keys below which settings stand; Hydra would say of a list there only that it cannot merge it."""
ITEM = re.compile(r"override /?([a-z]+)")


def content(folder: str, path: Path) -> dict[str, Any]:
    """The settings of a file of scenarios/ or experiments/; empty for an empty file. Nobody may change what comes back: it is kept.

    Raises
    ------
    UserError
        It cannot be read, is no YAML, or holds what such a file may not hold; the message has file and line.
    """
    refuse_link(path)
    return _content(folder, text_of(path, f"a file of {folder}/"), shipped.shown(path))


@lru_cache(maxsize=64)
def _content(folder: str, text: str, place: str) -> dict[str, Any]:
    found = plain_yaml.values_of(text, place)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise UserError(f"{place}: expected settings (key: value), found {type(found).__name__}.")
    _check(found, folder, text, place)
    return found


def _check(found: dict[str, Any], folder: str, text: str, place: str) -> None:
    """Refuse keys that do not belong into such a file."""
    _check_keys(found, (), ALLOWED[folder], folder, text, place)
    for key in SETTINGS:
        if isinstance(found.get(key), list):
            raise UserError(f"{_place(text, place, (key,))}: {key}: must hold settings (name: value), not a list.")
    for name, allowed in WITHIN.items():
        path, below = tuple(name.split(".")), found
        for part in path:
            below = below.get(part, {}) if isinstance(below, dict) else {}
        if isinstance(below, dict):
            _check_keys(below, path, allowed, folder, text, place)
        elif path[0] == HYDRA and below is not None:
            raise UserError(f"{_place(text, place, path)}: {name}: must hold settings ({', '.join(allowed)}), got {below!r}.")
    params = ((found.get(HYDRA) or {}).get("sweeper") or {}).get("params")
    if params is not None and not isinstance(params, dict):
        where = _place(text, place, (HYDRA, "sweeper", "params"))
        raise UserError(f"{where}: hydra.sweeper.params: must hold settings (key: values), got {params!r}.")
    if DEFAULTS in found:
        _check_defaults(found[DEFAULTS], CHOICES[folder], _place(text, place, (DEFAULTS,)))


def _check_keys(found: dict[str, Any], path: tuple[str, ...], allowed: Iterable[str], folder: str, text: str, place: str) -> None:
    for key in found:
        if key in allowed:
            continue
        where, name = _place(text, place, (*path, key)), ".".join((*path, key))
        if not path and key not in NOT_OF_A_FILE:
            raise UserError(f"{where}: {name}: unknown setting{nearest(key, allowed)}")
        known = ", ".join(".".join((*path, inner)) for inner in allowed)
        advice = f" Where and how runs are done is said on the command line: {name}=..." if name.startswith(OF_THE_USER) else ""
        raise UserError(f"{where}: {name}: not for a file of {folder}/, which may hold {'of these ' if path else ''}only {known}.{advice}")


def _check_defaults(found: Any, groups: tuple[str, ...], where: str) -> None:
    for item in found if isinstance(found, list) else [found]:
        key, value = next(iter(item.items())) if isinstance(item, dict) and len(item) == 1 else ("", None)
        group = ITEM.fullmatch(key)
        if not group or group[1] not in groups or not isinstance(value, str) or not shipped.NAME.fullmatch(value):
            known = " or ".join(f"`override /{name}: NAME`" for name in groups)
            raise UserError(f"{where}: defaults: this list may only choose among files: {known}.")


def _place(text: str, place: str, key: tuple[str, ...]) -> str:
    line = line_in(text, key)
    return f"{place} line {line}" if line else place
