"""Where a setting comes from: the file and line, or the command line. For error messages only, so it may be slow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from sim.config import shipped
from sim.config.reading import text_of

COMMAND_LINE = "on the command line"


@dataclass(frozen=True)
class Origin:
    """What a configuration was composed from.

    Attributes
    ----------
    choices : group -> chosen file without ``.yaml``, e.g. ``{"scenarios": "baseline", "economy": "mid"}``
    overridden : the dotted keys that were set on the command line
    variant : the variant of the experiment, if one was chosen
    """

    choices: Mapping[str, str]
    overridden: Sequence[str]
    variant: str | None = None

    def files(self) -> list[tuple[Path, tuple[str, ...]]]:
        """The files in order of precedence, each with the place in the configuration where its keys land."""
        found: list[tuple[Path, tuple[str, ...]]] = []
        for group in ("experiments", "scenarios"):
            path = shipped.find(group, self.choices.get(group) or "")
            if path is not None:
                found.append((path, ()))
        configs = shipped.shipped("configs")
        for group, name in self.choices.items():
            path = configs / group / f"{name}.yaml"
            if path.is_file():
                found.append((path, (group,)))
        return [*found, (configs / "config.yaml", ())]

    def where(self, key: Sequence[str]) -> str:
        """``scenarios/x.yaml line 7`` or ``on the command line`` of a key; of the nearest level above it when the key itself is missing."""
        dotted = ".".join(key)
        if any(dotted == name or dotted.startswith(name + ".") or name.startswith(dotted + ".") for name in self.overridden):
            return COMMAND_LINE
        for depth in range(len(key), 0, -1):
            if place := self.line_in_variant(key[:depth]):
                return place
            if tuple(key[:depth]) == ("scenario",):
                break  # config.yaml only announces it
            for path, package in self.files():
                inside = tuple(key[:depth])
                if inside[: len(package)] == package and (line := line_of(path, inside[len(package) :])):
                    return f"{shipped.shown(path)} line {line}"
        scenario = shipped.find("scenarios", self.choices.get("scenarios") or "")
        return shipped.shown(scenario) if scenario else COMMAND_LINE

    def line_in_variant(self, key: Sequence[str]) -> str:
        """``experiments/x.yaml line 7`` of a key that the chosen variant sets; empty when it does not."""
        path = shipped.find("experiments", self.choices.get("experiments") or "") if self.variant else None
        line = line_of(path, ("variants", str(self.variant), *key)) if path else None
        return f"{shipped.shown(path)} line {line}" if path and line else ""

    def is_of_scenario(self, key: Sequence[str]) -> bool:
        """Whether the scenario itself, or the variant, sets `key`, and neither the experiment nor the command line does."""
        if ".".join(key) in self.overridden:
            return False
        if self.line_in_variant(key):
            return True
        experiment, scenario = (shipped.find(group, self.choices.get(group) or "") for group in ("experiments", "scenarios"))
        return bool(scenario and line_of(scenario, key) and not (experiment and line_of(experiment, key)))

    def sets(self, key: Sequence[str]) -> bool:
        """Whether some file sets `key`."""
        return any(tuple(key[: len(package)]) == package and line_of(path, key[len(package) :]) for path, package in self.files())


def line_of(path: Path, key: Sequence[str]) -> int | None:
    """Line (from 1) of the nested `key` in a YAML file, None when it is not there; numbers step into lists."""
    if not key:
        return None
    return line_in(text_of(path, "a file of settings"), key)


def line_in(text: str, key: Sequence[str]) -> int | None:
    """The same in a text that `sim.config.plain_yaml` has looked at."""
    node, line = nodes_of(text), None
    for part in key:
        if isinstance(node, yaml.MappingNode):
            pair = next(((name, value) for name, value in node.value if name.value == part), None)
            if pair is None:
                return None
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
        else:
            return None
    return line


@lru_cache(maxsize=32)
def nodes_of(text: str) -> yaml.Node | None:
    """The nodes of a YAML document, with their lines."""
    return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
