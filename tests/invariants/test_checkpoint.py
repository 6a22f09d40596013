"""A run that is stopped after any month and goes on in a new model is the run that was never stopped."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sim.config.errors import UserError
from sim.model import LabourMarket, simulate
from sim.recorder import Recorder
from sim.runs import checkpoint, identity, store

EVERYTHING = (
    "scenarios=job_bridge", "policies.job_bridge.start=2023-12", "policies.job_bridge.end=2025-03", "+policies.senior_networks={}",
    "policies.job_bridge.places_per_year=60000", "+parameters.labour_demand.closure_per_year=0.05",
    "+parameters.wages.tension_response=0.1", "+parameters.hours.spiral=0.5",
    "economy.crises=[{start: 2024-05, months: 9, sector: DEF, demand_factor: 1.4}, {start: 2024-08, months: 4, sector: Q, "
    "demand_factor: 1.1}]",
)  # fmt: skip
"""Whatever may keep something from month to month is switched on."""
FRAMES = ("panel", "market", "sexes", "flows", "policies", "retirements")


@pytest.fixture(scope="module")
def boom(world):
    """Demand that outgrows the slots of matching, so that they are laid out anew on the way."""
    index = world.tables.national_demand_index
    return replace(world, tables=replace(world.tables, national_demand_index=index * np.linspace(1, 1.15, len(index))))


def same(a, b, where):
    """Compare values of any depth that lines of the month keep."""
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, where
        np.testing.assert_array_equal(a, b, err_msg=where)
    elif isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for name in a:
            same(a[name], b[name], f"{where}[{name}]")
    elif isinstance(a, list | tuple):
        assert len(a) == len(b), where
        for k, pair in enumerate(zip(a, b, strict=True)):
            same(*pair, f"{where}[{k}]")
    elif isinstance(a, int | float | str | bool | np.generic | None):
        assert a == b, where


def same_model(a, b):
    """Every public attribute of the model, its ledger, lines, levers and programmes; so one that `carries` forgets is found."""
    same(checkpoint.state_of(a) | {"seconds": None}, checkpoint.state_of(b) | {"seconds": None}, "state")
    pairs = [("model", a, b), ("ledger", a.ledger, b.ledger)]
    pairs += [(p.name, p, q) for p, q in zip(a.phases, b.phases, strict=True)]
    pairs += [(p.policy.name, p, q) for p, q in zip(a.programmes, b.programmes, strict=True)]
    if hasattr(a, "now"):
        pairs.append(("now", a.now, b.now))
    for name, one, other in pairs:
        for attribute, value in vars(one).items():
            if not attribute.startswith("_") and attribute != "seconds":
                same(value, vars(other)[attribute], f"{name}.{attribute}")


@pytest.fixture(scope="module")
def straight(configure, boom, tmp_path_factory):
    """The run that was never stopped, with a checkpoint before the first and after every month."""
    folder = tmp_path_factory.mktemp("checkpoints")
    months = boom.until - boom.start + 1
    model = LabourMarket(configure(*EVERYTHING), boom)
    slots = model.phase("matching").slots.row.size
    recorder = Recorder(model, months)
    recorder.record(is_opening=True)
    model.save(folder / "0.npz", recorder)
    for done in range(1, months + 1):
        model.step()
        recorder.record()
        model.save(folder / f"{done}.npz", recorder)
    assert model.phase("matching").slots.row.size > slots, "the slots must grow on the way, or this tests less than it says"
    return model, recorder, folder, months


def test_a_run_stopped_after_any_month_goes_on_as_if_it_had_not(straight, configure, boom):
    model, recorder, folder, months = straight
    for stopped in range(months + 1):
        again = LabourMarket.restore(folder / f"{stopped}.npz", configure(*EVERYTHING), boom)
        assert (again.month, again.time, again.steps) == (boom.start - 1 + stopped, stopped, stopped)
        record = Recorder(again, months)
        record.restore(folder / f"{stopped}.npz")
        for _ in range(stopped, months):
            again.step()
            record.record()
        assert again.digest() == model.digest(), f"stopped after {stopped} months"
        for name in FRAMES if stopped + 1 < months else ():
            assert getattr(record, name)().equals(getattr(recorder, name)()), f"{name}, stopped after {stopped} months"
        assert record.summary() == recorder.summary()
        same_model(again, model)


def test_nothing_that_changes_is_forgotten(configure, boom, tmp_path):
    model = LabourMarket(configure(*EVERYTHING), boom)
    for done in range(15):
        model.save(tmp_path / "here.npz")
        same_model(LabourMarket.restore(tmp_path / "here.npz", configure(*EVERYTHING), boom), model)
        model.step()
        assert model.steps == done + 1


def test_a_checkpoint_does_not_disturb_the_run(straight, configure, boom):
    model, recorder, _, _ = straight
    undisturbed = simulate(configure(*EVERYTHING), boom)
    assert undisturbed.digest == model.digest()
    assert undisturbed.panel.equals(recorder.panel())


def test_the_random_numbers_that_mesa_gives_to_users_go_on(configure, world, tmp_path):
    model = LabourMarket(configure(), world)
    model.random.random(), model.rng.random(3)
    model.save(tmp_path / "here.npz")
    again = LabourMarket.restore(tmp_path / "here.npz", configure(), world)
    assert [again.random.random(), *again.rng.random(3)] == [model.random.random(), *model.rng.random(3)]


@pytest.mark.parametrize("setting", ["seed=2", "rng=philox", "+parameters.matching.callback_rate=0.4", "scenarios=senior_networks"])
def test_other_settings_are_refused_by_name(straight, configure, boom, setting):
    name = setting.partition("=")[0].lstrip("+").replace("scenarios", "scenario")
    others = [override for override in EVERYTHING if not (name == "scenario" and "job_bridge" in override)]
    with pytest.raises(UserError, match=rf"setting {name}[.\w]* is .* there, .* here"):
        LabourMarket.restore(straight[2] / "3.npz", configure(*others, setting), boom)


def test_another_world_and_other_code_are_refused_by_name(straight, configure, boom, monkeypatch):
    with pytest.raises(UserError, match=r"world is .* there, 'another' here"):
        LabourMarket.restore(straight[2] / "3.npz", configure(*EVERYTHING), replace(boom, digest="another"))
    elsewhere = replace(identity.identity(), code_digest="newer")
    monkeypatch.setattr(checkpoint, "identity", lambda: elsewhere)
    with pytest.raises(UserError, match=r"code is .* there, 'newer' here"):
        LabourMarket.restore(straight[2] / "3.npz", configure(*EVERYTHING), boom)


def test_threads_and_folders_may_differ(straight, configure, boom):
    LabourMarket.restore(straight[2] / "3.npz", configure(*EVERYTHING, "threads=2", "runs_dir=elsewhere"), boom)


def test_what_is_no_checkpoint_is_refused(straight, configure, boom, tmp_path):
    config, path = configure(*EVERYTHING), tmp_path / "here.npz"
    with pytest.raises(UserError, match="there is no checkpoint"):
        LabourMarket.restore(path, config, boom)
    whole = (straight[2] / "3.npz").read_bytes()
    middle = len(whole) // 2
    for broken in (b"", b"nonsense", whole[:middle], whole[:-100], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]):
        path.write_bytes(broken)
        with pytest.raises(UserError, match="not a whole checkpoint"):
            LabourMarket.restore(path, config, boom)


def test_a_checkpoint_without_a_record_says_so(configure, world, tmp_path):
    model = LabourMarket(configure(), world)
    model.save(tmp_path / "here.npz")
    with pytest.raises(UserError, match="without a recorder"):
        Recorder(model, 24).restore(tmp_path / "here.npz")


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one_and_nothing_else(model, tmp_path, monkeypatch):
    model.save(tmp_path / "here.npz")
    before = (tmp_path / "here.npz").read_bytes()
    model.step()

    def full(*arguments, **arrays):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.np, "savez", full)
    with pytest.raises(UserError, match="no room left on the disk"):
        model.save(tmp_path / "here.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["here.npz"]
    assert (tmp_path / "here.npz").read_bytes() == before


def test_only_what_json_and_arrays_can_hold_may_be_carried():
    with pytest.raises(TypeError, match="cannot hold a set"):
        checkpoint.pack({"a": {1}}, {})
    value, arrays = {3: (np.arange(2), None), "x": [1.5, "y", True]}, {}
    packed = json.loads(json.dumps(checkpoint.pack(value, arrays)))
    same(checkpoint.unpack(packed, arrays), {3: (np.arange(2), None), "x": (1.5, "y", True)}, "value")


KILLED = """
import os, signal, sys
from pathlib import Path
from sim.config.compose import compose
from sim.runs.execute import execute, loopbrug, task_of
from sim.runs.identity import identity
config = compose(["population.scale=0.001", "until=2024-06", "scenarios=job_bridge", "policies.job_bridge.start=2023-10",
                  "compute.checkpoint_months=3", f"runs_dir={sys.argv[1]}"])
def on_month(done, total):
    print(done, flush=True)
    if done == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
print(execute(task_of(config, identity()), identity(), loopbrug(), on_month).digest)
"""


def test_a_killed_run_goes_on_from_its_checkpoint_and_ends_with_the_same_bytes(tmp_path):
    import subprocess
    import sys

    def run(folder, kill_at):
        command = [sys.executable, "-W", "ignore", "-c", KILLED, str(tmp_path / folder), str(kill_at)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    killed = run("stopped", 5)
    assert killed.returncode == -9, killed.stderr[-2000:]
    store.clean(tmp_path / "stopped")  # of the lock that nobody holds any more
    [left] = (tmp_path / "stopped").glob("scenario=*/*")
    assert left.name.startswith(store.CHECKPOINT)
    again, straight = run("stopped", 0), run("straight", 0)
    assert again.stdout.split()[:-1] == ["4", "5", "6", "7", "8", "9"], "goes on after the third month"
    assert again.stdout.split()[-1] == straight.stdout.split()[-1]
    for name in FRAMES:
        one, other = (next((tmp_path / folder).glob(f"scenario=*/key=*/{name}.parquet")) for folder in ("stopped", "straight"))
        assert one.read_bytes() == other.read_bytes(), name
    assert not left.exists()
    assert len(list((tmp_path / "stopped").glob("scenario=*/*"))) == 1
