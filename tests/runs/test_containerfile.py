"""`.ci/Containerfile`, read and not built: an image needs a container engine, which tests have not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent.parent
FILE = ROOT / ".ci" / "Containerfile"
KNOWN = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "ENTRYPOINT", "CMD"}
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="LOUD: installed without its container file, which is not tested here")


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Instructions and what follows them, continued lines joined."""
    text = FILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_every_line_is_an_instruction(steps: list[tuple[str, str]]) -> None:
    assert {name for name, _ in steps} <= KNOWN
    assert steps[0][0] == "FROM"


def test_python_is_pinned_and_the_one_of_the_checkout(steps: list[tuple[str, str]]) -> None:
    (image,) = [text for name, text in steps if name == "FROM"]
    wanted = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert image.partition(":")[2].startswith(f"{wanted}."), "a patch version too"


def test_it_runs_sim_with_what_it_installed(steps: list[tuple[str, str]]) -> None:
    (entry,) = [json.loads(text) for name, text in steps if name == "ENTRYPOINT"]
    assert (entry[:2], entry[-1]) == (["uv", "run"], "sim")
    assert "--no-sync" in entry, "it fetches nothing when it is run"
    assert json.loads(next(text for name, text in steps if name == "CMD")) == ["compare"]


def test_what_is_copied_is_there_and_no_rubbish_goes_along(steps: list[tuple[str, str]]) -> None:
    copied = [word for name, text in steps if name == "COPY" for word in text.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied)
    assert {".git", ".venv", "runs"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
