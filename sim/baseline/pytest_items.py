"""The tests of a baseline for pytest: a collector, and one item for each comparison (`sim.baseline.pytest_plugin`)."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim.baseline.item import TIERS, Tier
from sim.baseline.pytest_plugin import FINDINGS, TIERS_OPTION
from sim.config.errors import UserError
from sim.runs import claim, ending

ANYTHING_ELSE = "anything_else"
"""Ends the name of the test of a tier for what a check compares and the stored files do not name."""


@dataclass(frozen=True)
class Found:
    """What checking one tier gave: items of ``--json`` by id, or the message why there are none."""

    items: Mapping[str, Mapping[str, Any]]
    message: str = ""


class BaselineFile(pytest.File):
    """A ``baseline.yaml``, of which every comparison is a test."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each value that is stored, tier by tier, and one for anything that is not."""
        from sim.baseline import store, tier

        chosen = self.config.getoption(TIERS_OPTION) or TIERS
        folder = self.path.parent
        try:
            baseline = store.load(folder)
            absent = [name for name in self.config.getoption(TIERS_OPTION) if name not in baseline.tiers]
            if absent:
                raise UserError(f"--sim-baseline-tier {absent[0]}: the baseline {folder} has {', '.join(baseline.tiers)} only.")
            for name in (name for name in TIERS if name in chosen and name in baseline.tiers):
                module = tier.module(name)
                stored = module.load(folder)
                ids = [item.id for item in module.compare(stored, stored)]
                for id_ in ids:
                    yield BaselineItem.from_parent(self, name=id_, tier=name)
                yield AnythingElse.from_parent(self, name=f"{name}.{ANYTHING_ELSE}", tier=name, ids=frozenset(ids))
        except UserError as error:
            raise self.CollectError(str(error)) from None


class TierItem(pytest.Item):
    """A test on what checking a tier gives."""

    def __init__(self, *, tier: Tier, **rest: Any) -> None:
        super().__init__(**rest)
        self.tier = tier

    def found(self) -> Found:
        """The outcome of the check of this tier; fails with its message when there is none."""
        shared = self.config.stash[FINDINGS]
        found = checked_once(shared, self.path.parent, self.tier, self.config.invocation_params.dir)
        if found.message:
            pytest.fail(found.message, pytrace=False)
        return found

    def reportinfo(self) -> tuple[Path, None, str]:
        """What the heading of a failure shows."""
        return self.path, None, f"baseline: {self.name}"  # with the bare name, pytest -v would write its dots as ::


class BaselineItem(TierItem):
    """One comparison."""

    def runtest(self) -> None:
        """Fail with its sentence when it moved."""
        item = self.found().items.get(self.name)
        if item is None:
            pytest.fail("stored, but the check did not compare it: see sim baseline check.", pytrace=False)
        if item["moved"]:
            pytest.fail(item["sentence"], pytrace=False)


class AnythingElse(TierItem):
    """Whatever a check of a tier compares beyond what is stored, such as a scenario that the baseline does not know."""

    def __init__(self, *, ids: frozenset[str], **rest: Any) -> None:
        super().__init__(**rest)
        self.ids = ids

    def runtest(self) -> None:
        """Fail with the sentences of what moved and has no test of its own."""
        others = [item for name, item in self.found().items.items() if item["moved"] and name not in self.ids]
        if others:
            pytest.fail("\n".join(f"{item['id']}: {item['sentence']}" for item in others), pytrace=False)


def checked_once(shared: Path, folder: Path, tier: Tier, here: Path) -> Found:
    """Check a tier, or read what another process of this session, or an earlier test, found.

    Parameters
    ----------
    shared : folder of the findings of this session. folder : of the baseline. here : working directory, which holds ``scenarios``.
    """
    path = shared / f"{tier}.json"
    with claim.take(shared / tier, math.inf):
        if not path.is_file():
            path.write_text(json.dumps(vars(check(folder, tier, here))), encoding="utf-8")
    return Found(**json.loads(path.read_text(encoding="utf-8")))


def check(folder: Path, tier: Tier, here: Path) -> Found:
    """What `sim baseline check` finds in one tier."""
    command = [sys.executable, "-P", "-m", "sim.cli", "baseline", "check", "--dir", str(folder), "--tier", tier, "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (ending.FINE, ending.FAILED):
        return Found({}, done.stderr.strip() or f"sim baseline check ended with exit code {done.returncode} and no message.")
    try:
        return Found({item["id"]: item for item in json.loads(done.stdout)["items"]})
    except (ValueError, KeyError, TypeError) as error:
        return Found({}, f"sim baseline check --json printed something else: {error}\n{done.stderr.strip()}".strip())
