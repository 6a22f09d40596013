"""What a result depends on besides its configuration: the model's code and data; and what should be noted of the machine."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sim
from sim.config.draws import without
from sim.config.schema import HISTORY, SimConfig

PACKAGE = Path(sim.__file__).resolve().parent
NOT_THE_MODEL = {
    "bench",
    "baseline",
    "docs",
    "pilots",
    "report",
    "export",
    "analysis",
    "calibration",
    "follow",
    "scaffold",
    "sensitivity",
    "_shipped",
    "__pycache__",
    "cli",
    "__main__.py",
}
"""Top-level parts that show, compare or organise results and cannot change one."""
NOT_RESULTS = {"report", "compute", "runs_dir", "threads", "seeds", "draws", "uncertain"}
"""Settings that cannot change a result."""
OF_HISTORY = {"seed", "rng", "until", "population", "economy", "parameters", "structure"}
"""Settings that a simulated history, or the world it is lived in, depends on."""
PACKAGES = ("hydra-core", "llvmlite", "mesa", "numba", "numpy", "omegaconf", "polars", "pydantic", "scipy")


@dataclass(frozen=True)
class Identity:
    """Code, data and machine; the same for all runs of one command."""

    version: str
    code_digest: str
    data_digest: str
    git: dict[str, Any]
    packages: dict[str, str]
    platform: str


@cache
def identity() -> Identity:
    """The identity of this installation, computed once per process (about 30 ms)."""
    code, data = package_digests(NOT_THE_MODEL)
    return Identity(
        version=sim.__version__,
        code_digest=code,
        data_digest=data,
        git=git_state(PACKAGE.parent),
        packages={name: found for name in PACKAGES if (found := installed(name))},
        platform=f"{platform.platform()} Python {platform.python_version()}",
    )


def made_with() -> dict[str, str]:
    """What every output that holds results names: version, and digests of the model's code and of its data."""
    who = identity()
    return {"version": who.version, "code_digest": who.code_digest, "data_digest": who.data_digest}


def package_digests(without: Collection[str]) -> tuple[str, str]:
    """Digests of the code (``.py``) and of all other files of the package, but for some top-level parts or paths in it."""
    code, data = hashlib.sha256(), hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in without or "/".join(parts) in without or "__pycache__" in parts or not path.is_file():
            continue
        digest = code if path.suffix == ".py" else data
        digest.update("/".join(parts).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return code.hexdigest()[:20], data.hexdigest()[:20]


def installed(package: str) -> str | None:
    """Version of an installed package, None when it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def git_state(root: Path) -> dict[str, Any]:
    """Commit of the checkout and whether files differ from it; both None in an installed package."""
    unknown: dict[str, Any] = {"commit": None, "dirty": None}
    if not (root / ".git").exists():
        return unknown
    command = ["git", "--no-optional-locks", "-C", str(root)]
    try:
        commit = subprocess.run([*command, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=False)
        changes = subprocess.run([*command, "status", "--porcelain"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):  # git is absent or stuck: the digest of the code identifies it anyway
        return unknown
    if commit.returncode or changes.returncode:
        return unknown | {"dirty": bool(changes.stdout.strip()) if not changes.returncode else None}
    return {"commit": commit.stdout.strip(), "dirty": bool(changes.stdout.strip())}


def digest_of(value: Any) -> str:
    """20 hexadecimal digits of the canonical JSON of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()[:20]


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: the same bytes for the same configuration."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def result_settings(config: SimConfig) -> dict[str, Any]:
    """The part of a configuration that results (and their labels) depend on, without the seed."""
    return config.model_dump(mode="json", exclude={**dict.fromkeys(NOT_RESULTS | {"seed"}, True), "scenario": {"first_look"}})


def undrawn_settings(config: SimConfig) -> dict[str, Any]:
    """`result_settings` without the parameter draw and its values: all draws of a scenario share it."""
    settings = {name: value for name, value in result_settings(config).items() if name != "draw"}
    return settings if config.draw is None else without(settings, config.uncertain)


def shared_settings(config: SimConfig) -> dict[str, Any]:
    """The part of `undrawn_settings` that the scenarios of one comparison share: without what a scenario is there to change."""
    settings = {name: value for name, value in undrawn_settings(config).items() if name not in {"scenario", "policies", "evidence"}}
    if config.scenario.own_crises:
        settings["economy"] = settings["economy"] | {"crises": []}
    return settings


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings by dotted name.

    >>> flat({"economy": {"name": "mid"}, "until": "2030-12"})
    {'economy.name': 'mid', 'until': '2030-12'}
    """
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) and value else {f"{prefix}{name}": value}
    return found


def history_key(config: SimConfig) -> bytes:
    """What two runs must share to share a simulated history (`sim.runs.history`); empty for a run that begins as built."""
    return canonical(config.model_dump(mode="json", include=OF_HISTORY)) if config.population.start == HISTORY else b""


def run_key(config: SimConfig, who: Identity) -> str:
    """Name of the run folder: 16 characters of a-z and 2-7, so that no reader of hive folders takes it for a number."""
    content = {
        "config": result_settings(config),
        "seed": config.seed,
        "version": who.version,
        "code": who.code_digest,
        "data": who.data_digest,
    }
    return base64.b32encode(hashlib.sha256(canonical(content)).digest()[:10]).decode().lower()
