"""An empty working directory for every test; a real Ray cluster of two nodes of one core on this machine, for all tests."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PATHS = [str(HERE), str(HERE.parent / "runs")]
sys.path[:0] = [path for path in PATHS if path not in sys.path]  # fake_model stands beside the tests of the pool

from sim.config.compose import compose  # noqa: E402
from sim.config.schema import SimConfig  # noqa: E402


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session", autouse=True)
def processes_find_the_engines() -> Iterator[None]:
    """Processes that are started import the small models too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(PATHS))
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """A head and a second node, one core each: `ray.cluster_utils.Cluster`."""
    folder = tempfile.mkdtemp(prefix="ray-")  # short: the names of sockets are at most 107 characters long
    (place := Path(folder) / "ray").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", folder)
        patch.setenv("RAY_AUTH_MODE", "disabled")
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        from ray.cluster_utils import Cluster

        of_a_node = {"num_cpus": 1, "memory": 4 * 2**30, "object_store_memory": 80 * 2**20, "include_dashboard": False}
        made = Cluster(initialize_head=True, connect=False, head_node_args=of_a_node | {"temp_dir": str(place)})
        made.add_node(**of_a_node)
        made.of_a_node = of_a_node
        yield made
        made.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def configured() -> Callable[..., SimConfig]:
    """A tiny configuration with some fields changed."""
    base = compose(["population.scale=0.001", "until=2023-12"])
    return lambda **fields: base.model_copy(update=fields)
