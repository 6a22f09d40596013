"""Cores are shared among runs and their threads, never more than there are."""

from __future__ import annotations

import os
import sys
from itertools import product
from pathlib import Path

import pytest

from sim.runs import cores as module
from sim.runs.cores import SCALE_FOR_THREADS, Share, cores, limit_threads, share, useful_processes


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """A machine with some cores and memory."""

    def set_up(n: int, memory_gb: float = 64.0) -> None:
        monkeypatch.setattr(module, "cores", lambda: n)
        monkeypatch.setattr(module, "free_memory_gb", lambda: memory_gb)

    return set_up


def test_processes_follow_cores_and_memory(machine) -> None:
    machine(8, 7.0)
    assert useful_processes(0, 1, 0.01) == 8
    assert useful_processes(0, 2, 0.01) == 4
    assert useful_processes(0, 1, 1.0) == 2
    assert useful_processes(3, 1, 1.0) == 3
    assert useful_processes(0, 16, 0.01) == 1
    assert useful_processes(99, 1, 0.01) == 8


@pytest.mark.parametrize("n", [1, 2, 3, 8, 64])
def test_processes_times_threads_never_exceed_the_cores(machine, n: int) -> None:
    machine(n)
    for scale, processes, threads, n_runs in product((0.001, 0.1, 1.0), (0, 1, 2, 5, 100), (0, 1, 2, 7, 100), (1, 3, 1000)):
        found = share(n_runs, scale, processes=processes, threads=threads)
        assert 1 <= found.processes <= n_runs
        assert found.threads >= 1
        assert found.processes * found.threads <= n


def test_small_runs_get_a_core_each_and_large_ones_the_cores_that_memory_leaves(machine) -> None:
    machine(8, 7.0)
    assert share(200, 0.01) == Share(8, 1)
    assert share(200, 1.0) == Share(2, 4)
    assert share(3, 0.01) == Share(3, 1)
    assert share(200, 0.01, threads=2) == Share(4, 2)
    assert share(200, 0.01, processes=4, threads=8) == Share(4, 2)


def test_a_second_thread_pays_from_the_scale_on_at_which_kernels_take_one() -> None:
    from sim.numerics.jit import PEOPLE_PER_THREAD

    whole_country = 13_500_000
    assert SCALE_FOR_THREADS * whole_country == pytest.approx(2 * PEOPLE_PER_THREAD, rel=0.05)


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Control groups of this process: what ``/proc/self/cgroup`` says, and files below ``/sys/fs/cgroup``; on a machine with 64 cores."""

    def write(lines: str, files: dict[str, str]) -> None:
        (tmp_path / "of_this_process").write_text(lines)
        for name, text in files.items():
            path = tmp_path / "groups" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.setattr(module, "OF_THIS_PROCESS", tmp_path / "of_this_process")
        monkeypatch.setattr(module, "CGROUPS", tmp_path / "groups")
        monkeypatch.setattr(os, "process_cpu_count", lambda: 64)

    return write


@pytest.mark.parametrize(
    ("lines", "files", "expected"),
    [
        ("0::/\n", {}, 64),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu.max": "400000 100000\n"}, 4),
        ("0::/\n", {"cpu.max": "250000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
        ("0::/job/step\n", {"job/cpu.max": "300000 100000\n", "job/step/cpu.max": "max 100000\n"}, 3),
        ("0::/job/step\n", {"job/cpu.max": "300000 100000\n", "job/step/cpu.max": "200000 100000\n"}, 2),
        ("0::/of/the/host\n", {"cpu.max": "400000 100000\n"}, 4),
        ("2:cpu,cpuacct:/\n", {"cpu,cpuacct/cpu.cfs_quota_us": "600000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"}, 6),
        ("2:cpu:/docker/1\n", {"cpu/cpu.cfs_quota_us": "500000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 5),
        ("2:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 64),
        ("3:cpuset:/\n4:memory:/x\n", {"cpuset/cpu.max": "100000 100000"}, 64),
        ("0::/\n", {"cpu.max": "nonsense\n"}, 64),
    ],
)
def test_a_container_counts_the_processor_time_it_is_allowed(groups, lines, files, expected) -> None:
    groups(lines, files)
    assert cores() == expected


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity of processes: nothing to test")
def test_cores_follow_affinity() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert cores() <= len(before)


@pytest.mark.parametrize(("given", "most", "expected"), [(None, 4, "4"), ("2", 4, "2"), ("99", 4, "4"), (None, 64, None)])
def test_kernels_of_this_process_use_no_more_threads_than_cores(monkeypatch, given, most, expected) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: 64)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    if given is not None:
        monkeypatch.setenv("NUMBA_NUM_THREADS", given)
    limit_threads(most)
    assert os.environ.get("NUMBA_NUM_THREADS") == expected


def test_numba_that_is_there_already_is_told(monkeypatch) -> None:
    import numba

    before = numba.config.NUMBA_NUM_THREADS
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", before)
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    limit_threads(1)
    assert numba.config.NUMBA_NUM_THREADS == 1
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
