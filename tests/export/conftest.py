"""Real runs on a tiny population, made once: long enough that participants are followed for twelve months."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.config.compose import compose
from sim.config.repetitions import with_seed
from sim.runs.execute import execute, loopbrug, task_of
from sim.runs.identity import identity

TINY = ("population.scale=0.001", "until=2025-03")
SCENARIOS = (["scenarios=baseline"], ["scenarios=job_bridge", "policies.job_bridge.places_per_year=60000"], ["scenarios=pay_rise"])
SEEDS = (1, 2)


@pytest.fixture(scope="session")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, engine, who = tmp_path_factory.mktemp("exported") / "runs", loopbrug(), identity()
    for choice in SCENARIOS:
        config = compose([*choice, *TINY, f"runs_dir={folder.as_posix()}"])
        for seed in SEEDS:
            assert execute(task_of(with_seed(config, seed), who), who, engine).ok
    return folder
