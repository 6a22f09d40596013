"""The configuration files as Hydra puts them together, once per choice of files.

Hydra needs some 50 ms to put a configuration together, nearly all of it to find, read and merge files. Runs of a sweep differ in a
scenario, a seed and a few numbers. So `Files` keeps what came out for a choice of the other files, merges scenario and experiment into a
copy, and lays settings (``key=value``) onto that: the last steps of Hydra, in its order. What does not fit this pattern goes through Hydra
whole.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

import yaml
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from sim.config import own_files, search_path, shipped
from sim.config.errors import UserError, unknown
from sim.config.own_files import DEFAULTS, HYDRA, SCENARIOS
from sim.config.plain_yaml import DEEPEST, LONGEST_NUMBER

SINGULAR = {"scenarios": "scenario", "experiments": "experiment"}
HYDRA_VERSION = "1.3"
LONGEST_OVERRIDE = 20_000
"""Characters of one override; Hydra's parser needs seconds for more."""
DIGITS = re.compile(r"[0-9_]+")
PARAMS = "hydra.sweeper.params"
"""The axes of an experiment, in Hydra's own configuration."""


@dataclass(frozen=True)
class Chosen:
    """What Hydra itself notes: the file chosen in each group (None: none), and the axes of an experiment (``hydra.sweeper.params``)."""

    choices: Mapping[str, str | None]
    params: Mapping[str, Any]

    @classmethod
    def of(cls, hydra: DictConfig) -> Chosen:
        """From Hydra's own configuration."""
        params: Any = OmegaConf.to_container(hydra.sweeper.params) if hydra.sweeper.params else {}
        return cls(dict(hydra.runtime.choices), params)


class Files:
    """Configurations put together from files, kept by choice of files; for one command, since files may change after it."""

    def __init__(self) -> None:
        self._by_hydra: dict[tuple[str, ...], tuple[DictConfig, Chosen]] = {}
        self._merged: dict[tuple[object, ...], tuple[DictConfig, Chosen]] = {}

    def put_together(self, overrides: Sequence[str]) -> tuple[DictConfig, Chosen]:
        """What Hydra makes of the files and `overrides`, without its own configuration, and what it notes of the choice.

        Raises
        ------
        UserError
            The files cannot be put together, or a setting does not fit.
        """
        by_name, chosen, settings = apart(overrides)
        try:
            merged, noted = self._of_files(chosen, by_name)
            config = copy.deepcopy(merged)
            for setting in settings:
                set_in(config, setting)
        except (HydraException, OmegaConfBaseException) as error:
            raise explain_hydra(error) from error
        return config, noted

    def _of_files(self, chosen: tuple[str, ...], by_name: Mapping[str, str]) -> tuple[DictConfig, Chosen]:
        """The files before any setting; the same object every time, so nobody may change it."""
        which = (*chosen, *by_name.items())
        if which not in self._merged:
            if chosen not in self._by_hydra:
                whole = by_hydra(chosen)
                self._by_hydra[chosen] = OmegaConf.masked_copy(whole, [str(key) for key in whole if key != HYDRA]), Chosen.of(whole.hydra)
            base, noted = self._by_hydra[chosen]
            config = copy.deepcopy(base)
            with open_dict(config):
                for group, name in by_name.items():
                    content = content_of(group, name)
                    noted = Chosen({**noted.choices, group: name}, {**noted.params, **(plain_of(content, PARAMS) or {})})
                    config.merge_with(OmegaConf.masked_copy(content, [str(key) for key in content if key != HYDRA]))
            self._merged[which] = config, noted
        return self._merged[which]


def set_in(config: DictConfig, setting: Override) -> None:
    """Lay a setting onto a configuration; raises `UserError` when its key goes through something that holds no settings."""
    try:
        OmegaConf.update(config, setting.key_or_group, setting.value(), merge=True, force_add=True)
    except (TypeError, ValueError, AttributeError, AssertionError) as error:
        raise UserError(f"on the command line: {setting.key_or_group}: cannot be set: {error}") from None


def apart(overrides: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...], list[Override]]:
    """What can be done after Hydra and what cannot: scenario and experiment, the overrides for Hydra, and settings (``++key=value``).

    A ``~key`` takes away what came before it and leaves what comes after, and a file with a ``defaults`` list chooses others: then
    everything goes through Hydra, in its order.
    """
    read = [(text, read_override(text)) for text in overrides]
    if any(override.is_delete() for _, override in read):
        return {}, tuple(overrides), []
    groups = [override for _, override in read if override.key_or_group in search_path.GROUPS]
    by_name = {override.key_or_group: override.value() for override in groups}
    if len(by_name) < len(groups) or not all(is_plain_choice(override) for override in groups):
        by_name, groups = {}, []
    chosen, settings = list[str](), list[Override]()
    for text, override in read:
        if is_setting(override):
            settings.append(override)
        elif override not in groups:
            chosen.append(text)
    if SCENARIOS in by_name:
        chosen.append(f"~{SCENARIOS}")  # without it, the default scenario would lie under the chosen one
    return {group: str(by_name[group]) for group in search_path.GROUPS if group in by_name}, tuple(chosen), settings


def is_setting(override: Override) -> bool:
    """Whether an override sets a key, whatever the files say of it."""
    return (
        override.is_force_add()
        and override.package is None
        and not override.is_hydra_override()
        and not override.is_sweep_override()
        and not options_of(override.key_or_group)
    )


def is_plain_choice(override: Override) -> bool:
    """Whether an override chooses a scenario or experiment that only has settings, and of Hydra's own only axes of a sweep."""
    value = override.value()
    if override.package is not None or override.is_add() or override.is_force_add() or not isinstance(value, str):
        return False
    path = shipped.find(override.key_or_group, value)
    if path is None:
        return False
    return DEFAULTS not in own_files.content(override.key_or_group, path)


def content_of(group: str, name: str) -> DictConfig:
    """The content of a scenario or experiment file, as Hydra is given it."""
    config = search_path.ProjectSource("loopbrug", "project://").load_config(f"{group}/{name}").config
    if not isinstance(config, DictConfig):
        raise TypeError(f"{group}/{name} holds no settings")
    return config


@lru_cache(maxsize=4096)
def read_override(text: str) -> Override:
    """One override in Hydra's grammar; kept, since a sweep says the same ones again and again (about a millisecond each).

    Raises
    ------
    HydraException
        It cannot be read: no such grammar, too long or nested too deep for the parser, a number with thousands of digits.
    """
    depths = list(accumulate((letter in "[({") - (letter in "])}") for letter in text))
    if len(text) > LONGEST_OVERRIDE or max(depths, default=0) > DEEPEST:
        raise HydraException(f"an override of more than {LONGEST_OVERRIDE:,} characters or {DEEPEST} levels")
    if any(len(digits) > LONGEST_NUMBER for digits in DIGITS.findall(text)):
        raise HydraException(f"a number of more than {LONGEST_NUMBER} digits")
    try:
        return OverridesParser.create().parse_override(text)
    except (ValueError, TypeError, ArithmeticError, RecursionError, OmegaConfBaseException) as error:
        raise HydraException(f"{type(error).__name__}: {error}") from error


def by_hydra(overrides: Sequence[str]) -> DictConfig:
    """What Hydra makes of the files and `overrides`, with its own configuration under ``hydra``."""
    search_path.register()
    try:
        with (
            no_hydra_around(),
            initialize_config_dir(config_dir=str(shipped.shipped("configs")), job_name="sim", version_base=HYDRA_VERSION),
        ):
            return hydra_compose("config", overrides=list(overrides), return_hydra_config=True)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError, ValueError, TypeError, AssertionError, RecursionError) as error:
        raise explain_hydra(error) from error  # the last four are Hydra's answer to overrides of another kind than it expects


@contextmanager
def no_hydra_around() -> Iterator[None]:
    """Compose inside an application that uses Hydra itself, ours (`python -m sim`) or the user's: Hydra allows one at a time."""
    before = GlobalHydra.instance().hydra
    GlobalHydra.instance().clear()
    try:
        yield
    finally:
        GlobalHydra.instance().hydra = before


def options_of(group: str) -> list[str]:
    """Files one can choose for a group such as ``economy``; empty when `group` is no group."""
    if group in SINGULAR:
        return shipped.names(group)
    folder = shipped.shipped("configs") / group
    return sorted(path.stem for path in folder.glob("*.yaml")) if group.isidentifier() and folder.is_dir() else []


def explain_hydra(error: Exception) -> UserError:
    """The message of Hydra or YAML in one or two lines."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UserError):
            return cause
        if isinstance(cause, MissingConfigException) and "/" in (cause.missing_cfg_file or ""):
            group, name = str(cause.missing_cfg_file).rsplit("/", 1)
            return unknown(SINGULAR.get(group, group), name, options_of(group))
        cause = cause.__cause__
    text = str(error.__cause__ or error).strip().splitlines()
    return UserError(f"The configuration cannot be put together: {text[0] if text else type(error).__name__}")


def plain_of(config: DictConfig, key: str) -> Any:
    """The value at `key` as plain Python; None when it is absent. Raises `UserError` when ``${...}`` in it leads nowhere."""
    try:
        value = OmegaConf.select(config, key)
        return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
    except OmegaConfBaseException as error:
        raise explain_hydra(error) from error


def all_plain(config: DictConfig) -> dict[str, Any]:
    """The whole configuration, without Hydra's own, as plain Python. Raises `UserError` when ``${...}`` in it leads nowhere."""
    everything = OmegaConf.masked_copy(config, [str(key) for key in config if key != HYDRA]) if HYDRA in config else config
    try:
        plain: Any = OmegaConf.to_container(everything, resolve=True)
    except OmegaConfBaseException as error:
        raise explain_hydra(error) from error
    return dict(plain)
