"""A user's folder with files of their own, and two small policies instead of the real ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel, ConfigDict, Field

Write = Callable[[str, str], Path]


class Meetings(BaseModel):
    """Stands for a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    share: float = Field(default=0.1, ge=0, le=1)
    """Share of the staff that takes part."""
    start: str = "2024-01"
    """First month."""


@pytest.fixture
def small_policies(monkeypatch: pytest.MonkeyPatch) -> dict[str, type[BaseModel]]:
    registry = ModuleType("sim.policies.registry")
    registry.POLICIES = {"meetings": Meetings, "bridge": Meetings}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.policies.registry", registry)
    return registry.POLICIES  # type: ignore[no-any-return]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file below the working directory, which is an empty one."""
    monkeypatch.chdir(tmp_path)

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put
