"""Show Hydra the scenarios and experiments of the project and of the user, and nothing else.

Putting the project root itself on Hydra's search path would make every run folder a group of configurations (8 minutes of `--help`
with 5000 runs). So this source has exactly two groups, `scenarios` and `experiments`, and reads only the ``*.yaml`` right inside.
"""

from __future__ import annotations

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from sim.config import shipped
from sim.config.own_files import EXPERIMENTS, SCENARIOS, content

GROUPS = (SCENARIOS, EXPERIMENTS)


class ProjectSource(ConfigSource):
    """Hydra's view of the two folders; see the module."""

    @staticmethod
    def scheme() -> str:
        """Prefix in Hydra's search path."""
        return "project"

    def available(self) -> bool:
        """Whether there is anything to read; the shipped folders are always there."""
        return True

    def is_group(self, config_path: str) -> bool:
        """Whether `config_path` is the root or one of the two groups."""
        return config_path.strip("/") in ("", *GROUPS)

    def is_config(self, config_path: str) -> bool:
        """Whether `config_path`, as ``scenarios/baseline``, is a file."""
        group, _, name = config_path.strip("/").partition("/")
        return group in GROUPS and "/" not in name and shipped.find(group, name.removesuffix(".yaml")) is not None

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Names below `config_path`: groups of the root, files of a group."""
        path = config_path.strip("/")
        if path == "":
            return list(GROUPS) if results_filter in (None, ObjectType.GROUP) else []
        return shipped.names(path) if path in GROUPS and results_filter in (None, ObjectType.CONFIG) else []

    def load_config(self, config_path: str) -> ConfigResult:
        """Read a file; its keys land at the root of the configuration, whether or not it says ``# @package _global_``."""
        group, _, name = config_path.strip("/").partition("/")
        path = shipped.find(group, name.removesuffix(".yaml"))
        if path is None:
            raise ConfigLoadError(f"Config not found: {config_path}")
        return ConfigResult(
            config=OmegaConf.create(content(group, path)), path=self.full_path(), provider=self.provider, header={"package": "_global_"}
        )


class ProjectSearchPath(SearchPathPlugin):
    """Adds `ProjectSource` to the search path of every Hydra application in this process."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Append the source once."""
        search_path.append(provider="loopbrug", path="project://")


def register() -> None:
    """Tell Hydra about both; calling it again changes nothing."""
    plugins = Plugins.instance()
    if ProjectSearchPath not in plugins.discover(SearchPathPlugin):
        plugins.register(ProjectSource)
        plugins.register(ProjectSearchPath)
