"""An empty working directory for every test, and configurations of the fake model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.config.compose import compose
from sim.config.schema import SimConfig

_BASE: list[SimConfig] = []


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def configured() -> Callable[..., SimConfig]:
    """A configuration with some fields changed."""
    if not _BASE:
        _BASE.append(compose(["population.scale=0.001", "until=2023-12"]))

    def change(**fields: object) -> SimConfig:
        return _BASE[0].model_copy(update=fields)

    return change
