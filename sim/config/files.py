"""The configuration files as Hydra puts them together, once per choice of files.

Hydra needs some 50 ms to put a configuration together, nearly all of it to find, read and merge files. Runs of a sweep differ in a seed and
a few numbers, so `Files` keeps what came out for a choice of files and lays settings (``key=value``) onto a copy, as Hydra does itself.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import yaml
from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config import search_path, shipped
from sim.config.errors import UserError, unknown

SINGULAR = {"scenarios": "scenario", "experiments": "experiment"}
HYDRA_VERSION = "1.3"
HYDRA = "hydra"
"""Key of Hydra's own configuration."""


class Files:
    """Configurations put together from files, kept by choice of files; for one command, since files may change after it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], tuple[DictConfig, DictConfig]] = {}

    def put_together(self, overrides: Sequence[str]) -> tuple[DictConfig, DictConfig]:
        """What Hydra makes of the files and `overrides`, without and with only its own configuration.

        The second one has the chosen files and the axes of an experiment; settings are not noted in it.

        Raises
        ------
        UserError
            The files cannot be put together, or a setting does not fit.
        """
        chosen, settings = apart(overrides)
        if chosen not in self._kept:
            whole = by_hydra(chosen)
            keys = [str(key) for key in whole if key != HYDRA]
            self._kept[chosen] = OmegaConf.masked_copy(whole, keys), whole.hydra
        base, hydra = self._kept[chosen]
        config = copy.deepcopy(base)
        for setting in settings:
            try:
                OmegaConf.update(config, setting.key_or_group, setting.value(), merge=True, force_add=True)
            except OmegaConfBaseException as error:
                raise explain_hydra(error) from error
        return config, hydra


def apart(overrides: Sequence[str]) -> tuple[tuple[str, ...], list[Override]]:
    """The overrides that choose files or must go through Hydra, and the settings (``++key=value``) that can be laid on afterwards.

    A ``~key`` takes away what came before it and leaves what comes after, so with one everything goes through Hydra, in order.
    """
    read = [(text, read_override(text)) for text in overrides]
    if any(override.is_delete() for _, override in read):
        return tuple(overrides), []
    later = [
        override.is_force_add()
        and override.package is None
        and not override.is_hydra_override()
        and not options_of(override.key_or_group)
        and not override.is_sweep_override()
        for _, override in read
    ]
    chosen = tuple(text for (text, _), waits in zip(read, later, strict=True) if not waits)
    return chosen, [override for (_, override), waits in zip(read, later, strict=True) if waits]


@lru_cache(maxsize=4096)
def read_override(text: str) -> Override:
    """One override in Hydra's grammar; kept, since a sweep says the same ones again and again (about a millisecond each)."""
    return OverridesParser.create().parse_override(text)


def by_hydra(overrides: Sequence[str]) -> DictConfig:
    """What Hydra makes of the files and `overrides`, with its own configuration under ``hydra``."""
    search_path.register()
    try:
        with (
            no_hydra_around(),
            initialize_config_dir(config_dir=str(shipped.shipped("configs")), job_name="sim", version_base=HYDRA_VERSION),
        ):
            return hydra_compose("config", overrides=list(overrides), return_hydra_config=True)
    except (HydraException, OmegaConfBaseException, yaml.YAMLError) as error:
        raise explain_hydra(error) from error


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
    """The value at `key` as plain Python; None when it is absent."""
    value = OmegaConf.select(config, key)
    return OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
