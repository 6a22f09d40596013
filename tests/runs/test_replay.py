"""`sim replay`: run.json alone is enough to do a run again, whoever wrote it, and it can do no harm."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.cli import app
from sim.config.errors import UserError
from sim.runs import identity, jobs, replay
from sim.runs.ending import exit_code
from sim.runs.execute import task_of
from sim.runs.record import RunRecord

TINY = ("population.scale=0.001", "until=2023-12")
EXPERIMENT = """# @package _global_
variants:
  many: {of: job_bridge, policies: {job_bridge: {places_per_year: 20000}}}
"""
KINDS: dict[str, tuple[str, ...]] = {
    "plain": ("baseline", *TINY),
    "policy": ("job_bridge", *TINY, "seed=7", "policies.job_bridge.places_per_year=500000"),
    "draw": ("job_bridge", *TINY, "draw=3"),
    "weak_evidence": ("job_bridge", *TINY, "evidence=low"),
    "crisis": ("baseline", *TINY, "economy.crises=[{start: 2023-11, months: 3, sector: Q, demand_factor: 1.5}]"),
    "checkpoint": ("baseline", *TINY, "compute.checkpoint_months=1", "structure.matching=urn_ball"),
    "variant": ("baseline", *TINY, "experiments=own", "variant=many"),
    "history": ("baseline", *TINY, "population.start=history"),
}


@pytest.fixture
def done(in_empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The run.json of a run of some kind, alone in a folder."""

    def make(kind: str) -> Path:
        (in_empty_folder / "experiments").mkdir(exist_ok=True)
        (in_empty_folder / "experiments" / "own.yaml").write_text(EXPERIMENT, encoding="utf-8")
        scenario, *settings = KINDS[kind]
        (folder,) = jobs.run(scenario, *settings).folders
        alone = tmp_path_factory.mktemp("alone") / "run.json"
        alone.write_bytes((folder / "run.json").read_bytes())
        return alone

    return make


def changed(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The run.json after `change`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_run_json_alone_is_enough(kind: str, done: Callable[[str], Path]) -> None:
    path = done(kind)
    again = replay.replay(path)
    assert again.same
    assert not again.changed
    assert all(pair.same for pair in again.others)
    found = replay.read(path)
    assert task_of(replay.config_of(found, path), identity.identity()).key == found.key, "the same run, not only the same figures"
    assert not list(path.parent.glob("*/")), "nothing is written"


def test_what_differs_is_named_with_both_values(done: Callable[[str], Path]) -> None:
    def other(content: dict[str, Any]) -> None:
        content |= {"digest": "f" * 64, "version": "0.5.0", "data_digest": "d" * 20}
        content["packages"]["numpy"] = "1.26.0"

    again = replay.replay(changed(done("plain"), other))
    assert again.verdict == "differs"
    assert again.world.same
    document = again.document()
    assert document["digest"]["stored"] == "f" * 64
    named = {pair["what"]: (pair["stored"], pair["now"]) for pair in document["differences"]}
    here = identity.identity()
    assert named == {
        "version": ("0.5.0", here.version),
        "data": ("d" * 20, here.data_digest),
        "numpy": ("1.26.0", here.packages["numpy"]),
    }
    from sim.runs import tell

    for text in ("0.5.0", "1.26.0", "d" * 20, "may be why"):
        assert text in tell.replayed(again)


def test_a_run_json_that_was_changed_is_found_out(done: Callable[[str], Path]) -> None:
    again = replay.replay(changed(done("plain"), lambda content: content["config"].update(until="2023-11")))
    assert again.changed
    assert not again.same


def test_runs_of_earlier_versions_have_the_configuration_beside(done: Callable[[str], Path], in_empty_folder: Path) -> None:
    path = changed(done("plain"), lambda content: content.pop("config"))
    with pytest.raises(UserError, match=r"no config\.yaml beside it"):
        replay.replay(path)
    (beside,) = in_empty_folder.glob("runs/scenario=baseline/key=*/config.yaml")
    path.with_name("config.yaml").write_bytes(beside.read_bytes())
    assert replay.replay(path).same


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a run.json of Loopbrug"),
        (b"{}", "not a run.json of Loopbrug, or a damaged one (status: Field required)"),
        (b"\xff\xfe", "not a run.json of Loopbrug"),
        (b"[" * 100_000, "not a run.json of Loopbrug"),
        (b" " * 20_000_001, "20.0 MB is too large for the record of a run: at most 20 MB"),
    ],
)
def test_foreign_and_damaged_files_give_one_message(content: bytes, message: str, in_empty_folder: Path) -> None:
    path = in_empty_folder / "run.json"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        replay.replay(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def hostile(**settings: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the configuration in run.json."""
    return lambda content: content["config"].update(settings)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (hostile(_target_="os.system"), "_target_: Extra inputs are not permitted"),
        (hostile(policies={"../../etc/passwd": {}}), "unknown policy"),
        (hostile(policies={"job_bridge": {"_target_": "os.system"}}), "_target_"),
        (hostile(parameters={"os": {"system": 1.0}}), "unknown parameter"),
        (hostile(population={"scale": 1e9}), "population.scale"),
        (hostile(scenario={"name": "../../x", "label": {"en": "a", "nl": "b"}, "question": {"en": "a", "nl": "b"}}), "scenario.name"),
        (hostile(until="\x1b[2J"), "until"),
        (lambda content: content.update(config={"until": "2023-12"}), "scenario: Field required"),
        (lambda content: content.update(status="failed", error="no \x1b[2J luck"), "this run failed"),
    ],
)
def test_a_strangers_run_json_is_checked_as_any_configuration(
    change: Callable[[dict[str, Any]], None], message: str, written: Path, in_empty_folder: Path
) -> None:
    path = in_empty_folder / "run.json"
    path.write_bytes(written.read_bytes())
    with pytest.raises(UserError) as error:
        replay.replay(changed(path, change))
    assert message in str(error.value)
    assert "\x1b" not in str(error.value)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run.json of one tiny run."""
    runs = tmp_path_factory.mktemp("runs")
    (folder,) = jobs.run("baseline", *TINY, f"runs_dir={runs}").folders
    return folder / "run.json"


def test_places_in_run_json_are_not_followed(written: Path, in_empty_folder: Path) -> None:
    path, elsewhere = in_empty_folder / "run.json", in_empty_folder / "elsewhere"
    path.write_bytes(written.read_bytes())
    found = replay.read(changed(path, hostile(runs_dir=str(elsewhere), compute={"name": "ray", "address": "evil:1"}, threads=1000)))
    config = replay.config_of(found, path)
    assert (config.runs_dir, config.compute.name, config.threads) == ("runs", "laptop", 0)
    assert replay.replay(path).same
    assert sorted(in_empty_folder.iterdir()) == [path]


def test_the_record_holds_what_results_depend_on_and_no_places(written: Path) -> None:
    record = RunRecord.model_validate_json(written.read_bytes())
    assert record.config["seed"] == record.seed
    assert not set(record.config) & identity.NOT_RESULTS


def test_a_run_is_found_by_folder_file_and_key(written: Path) -> None:
    runs, key = written.parents[2], written.parent.name.removeprefix("key=")
    for name in (str(written), str(written.parent), key, key[:6]):
        assert replay.find(name, runs) == written
    for name, message in (
        (str(runs), "no run.json here"),
        ("zzzzzz", "no such run"),
        ("../x", "no key of a run"),
        ("*", "no key of a run"),
    ):
        with pytest.raises(UserError, match=message):
            replay.find(name, runs)


def test_exit_codes_and_json(
    written: Path, in_empty_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def sim(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sim", "replay", *words])
        code = exit_code(app)
        said = capsys.readouterr()
        return code, said.out, said.err

    code, out, _ = sim(str(written), "--json")
    assert code == 0
    assert json.loads(out)["verdict"] == "same"
    path = in_empty_folder / "run.json"
    path.write_bytes(written.read_bytes())
    code, out, _ = sim(str(changed(path, lambda content: content.update(digest="0" * 64))))
    assert (code, "please report it" in out) == (1, True)
    code, out, err = sim("nowhere/run.json")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
