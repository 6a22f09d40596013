"""From the file to the findings, with a model whose answers are planted; and what is kept, repeated and refused."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import planted
import pytest
from planted import DONE, GAINS, IDLE, LEVEL, OWN, STRONG, WEAK, write_experiment

from sim import cli
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.evidence.parameters import load_parameters
from sim.runs import jobs
from sim.sensitivity.findings import Findings, Table
from sim.sensitivity.plan import at_point, configs_of
from sim.sensitivity.run import sensitivity
from sim.sensitivity.tell import text


def runs() -> list[str]:
    return DONE.read_text().splitlines() if DONE.exists() else []


def tables(found: Findings) -> dict[str, Table]:
    return {f"{table.of} {table.outcome}": table for table in found.tables}


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str, code: int = 0) -> None:
    """Run the command in this process with the planted model."""
    monkeypatch.setattr(jobs.sensitivity, "__kwdefaults__", jobs.sensitivity.__kwdefaults__ | {"load_engine": planted.engine})
    monkeypatch.setattr(sys, "argv", ["sim", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert (end.value.code or 0) == code


def sizes(table: Table, field: str = "change") -> dict[str, float]:
    return {index.name: getattr(index, field).mean for index in table.indices}


def test_a_tornado_finds_what_was_planted_and_runs_nothing_twice():
    name = write_experiment(seeds=2)
    found = sensitivity(name, load_engine=planted.engine)
    by_outcome = tables(found)
    assert sizes(by_outcome["effect net_fte_months"]) == pytest.approx({**GAINS, IDLE: 0.0}, abs=1.0)
    assert sizes(by_outcome["effect net_per_head"])[IDLE] == pytest.approx(10.0)
    level = by_outcome["level unemployment_rate"]
    assert OWN not in sizes(level), "the baseline does not read a parameter of the bridge"
    before, after = (100 * LEVEL * k / (1e6 + LEVEL * k) for k in (1, 2))
    assert sizes(level)[STRONG] == pytest.approx(after - before, rel=1e-6)
    assert [index.verdict for index in by_outcome["effect net_fte_months"].indices] == ["told", "told", "told", "nothing"]
    done = Counter(runs())
    callback_at_its_low_end = load_parameters()[WEAK].central == load_parameters()[WEAK].low
    ends = 8 - callback_at_its_low_end
    assert done == {"job_bridge 1": 1 + ends, "job_bridge 2": 1 + ends, "baseline 1": ends - 1, "baseline 2": ends - 1}
    assert len(configs_of(name, [])) == len(runs()) == len(found.batch.tasks)


def test_morris_and_sobol_find_what_was_planted_in_runs(monkeypatch):
    monkeypatch.setenv(planted.LUCK, "300")
    morris = tables(sensitivity(write_experiment("m", "morris", 2, more="trajectories: 3"), load_engine=planted.engine))
    net = morris["effect net_fte_months"]
    assert [index.name for index in net.indices[:2]] == [STRONG, OWN]
    assert sizes(net)[STRONG] == pytest.approx(GAINS[STRONG], abs=1500)
    assert {index.name: index.verdict for index in net.indices}[IDLE] == "luck"
    assert 0 < net.luck_share < 0.2
    sobol = tables(sensitivity(write_experiment("s", "sobol", 1, f"{STRONG}, {IDLE}", "n: 8"), load_engine=planted.engine))
    first = sobol["level unemployment_rate"].indices[0]
    assert (first.name, first.total > 0.5) == (STRONG, True)


def test_a_killed_analysis_goes_on_where_it_was(monkeypatch):
    name = write_experiment(seeds=1)
    script = f"import sys; sys.path.insert(0, {str(Path(planted.__file__).parent)!r}); import planted\n"
    script += f"from sim.sensitivity.run import sensitivity; sensitivity({name!r}, load_engine=planted.engine)"
    monkeypatch.setenv(planted.DEADLY, "5")
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=120)
    assert killed.returncode == -9, killed.stderr
    assert len(runs()) == 5
    monkeypatch.delenv(planted.DEADLY)
    found = sensitivity(name, load_engine=planted.engine)
    assert len(runs()) == len(found.batch.tasks) == len(configs_of(name, []))
    assert found.batch.failures == []


def test_a_failed_run_is_named_left_out_and_done_again(monkeypatch):
    name = write_experiment(seeds=2)
    found = sensitivity(name, ["seed=12"], load_engine=planted.engine)
    assert [(failure["scenario"], failure["seed"], failure["error"]) for failure in found.batch.failures] == [
        ("job_bridge", 13, "ZeroDivisionError: planted")]  # fmt: skip
    net = tables(found)["effect net_fte_months"]
    assert net.left_out == 1
    assert sizes(net)[STRONG] == pytest.approx(GAINS[STRONG], abs=1.0), "from the seed that is there"
    assert "only 1 failed run will be done again" in text(found, None)
    Path("mended").touch()
    before = len(runs())
    assert sensitivity(name, ["seed=12"], load_engine=planted.engine).batch.failures == []
    assert len(runs()) == before + 1


def test_the_command_leaves_with_1_when_a_run_failed(monkeypatch, capsys):
    leave(monkeypatch, "sweep", write_experiment(seeds=1, parameters=STRONG), "seed=13", code=1)
    printed = capsys.readouterr().out
    assert "job_bridge seed 13" in printed
    assert "ZeroDivisionError: planted" in printed


def test_a_trajectory_with_a_failed_run_is_left_out_whole(monkeypatch):
    name = write_experiment("m", "morris", 2, parameters=f"{STRONG}, {OWN}", more="trajectories: 6")
    found = sensitivity(name, ["seed=12"], load_engine=planted.engine)
    net = tables(found)["effect net_fte_months"]
    assert found.batch.failures
    assert 0 < net.left_out < 6
    assert net.blocks + net.left_out == 6
    assert sizes(net)[STRONG] == pytest.approx(GAINS[STRONG], abs=1.0)


def test_the_command_prints_a_table_writes_a_page_and_a_file(monkeypatch, capsys):
    name = write_experiment(seeds=2)
    leave(monkeypatch, "sweep", name)
    printed = capsys.readouterr().out
    assert "search.lock_in" in printed
    assert "no change" in printed
    assert Path("runs/sensitivity", f"{name}.html").is_file()
    leave(monkeypatch, "sweep", name, "--json", "--out", "there/page.html")
    document = json.loads(capsys.readouterr().out)
    assert document["method"] == "tornado"
    assert document["tables"][0]["indices"][0]["change"]["mean"] == pytest.approx(GAINS[STRONG], abs=1.0)
    assert Path("there/page.html").is_file()
    with Path("there/page.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 4 + 4 + 3
    assert (lines[0]["parameter"], lines[0]["unit"], lines[0]["grade"]) == (STRONG, "multiplier", "expert")
    assert float(lines[0]["change"]) == pytest.approx(GAINS[STRONG], abs=1.0)
    assert not list(Path("runs").glob("scenario=*")), "the runs are at odd points: they stay out of the folder that dashboards are made of"


def test_a_point_is_an_ordinary_run_with_settings_that_one_could_type():
    base = compose(["scenarios=job_bridge", "population.scale=0.001", "parameters.search.lock_in=0.5"])
    config = at_point(base, {WEAK: 0.25, OWN: 0.1, "policies.job_bridge.months": 7.0, "policies.pay_rise.follow_months": 9.0})
    typed = compose(["scenarios=job_bridge", "population.scale=0.001", "parameters.search.lock_in=0.5", "policies.job_bridge.months=7",
                     "parameters.matching.callback_rate=0.25", "policies.job_bridge.net_effect=0.1"])  # fmt: skip
    assert config == typed
    assert at_point(base, {path: row.central for path, row in load_parameters().items() if path.startswith("wages.")}) == base


@pytest.mark.parametrize(
    ("experiment", "settings", "message"),
    [
        ({"method": "moris"}, [], "must be one of morris, sobol, tornado; got 'moris'. Did you mean 'morris'?"),
        (
            {"parameters": "search.lock_im"},
            [],
            "experiments/known.yaml line 10: sensitivity.parameters: unknown parameter 'search.lock_im'; did",
        ),
        ({"parameters": "policies.pay_rise.*"}, [], "is of a policy that none of the scenarios job_bridge has"),
        ({"parameters": "pilots.*"}, [], "no run depends on it"),
        ({"parameters": "policies.job_bridge.place*"}, [], "is what a policy maker decides"),
        ({"parameters": "policies.job_bridge.net_effect"}, ["policies.job_bridge.net_effect=0.1"], "a decision, not a doubt"),
        ({"more": "trajectories: 5"}, [], "trajectories does not go with method: tornado"),
        ({"more": "groups: grade"}, [], "groups do not go with method: tornado"),
        ({"method": "sobol", "more": "n: 48"}, [], "n = 48 is not a power of two"),
        ({"more": "trajectory: 5"}, [], "sensitivity.trajectory: unknown setting; did you mean 'trajectories'?"),
        ({}, ["sensitivity.metrics=[net_fte]"], "Unknown metric 'net_fte'. Did you mean 'net_fte_months'?"),
        ({}, ["sensitivity.scenarios=[baseline]"], "baseline is what others are compared with"),
        ({}, ["sensitivity.scenarios=[job_brigde]"], "job_brigde"),
        ({}, ["draws=4"], "which sets draws itself"),
    ],
)
def test_a_mistake_is_one_clear_message(experiment, settings, message):
    with pytest.raises(UserError) as error:
        sensitivity(write_experiment(**experiment), settings, load_engine=planted.engine)
    assert message in str(error.value)
    assert runs() == []


def test_other_verbs_do_not_take_it_for_runs_to_compare():
    name = write_experiment()
    with pytest.raises(UserError, match="is a sensitivity analysis, which gives no scenarios to compare"):
        jobs.sweep(name)
    with pytest.raises(UserError, match=f"simulated many times in a way of its own: sim sweep {name}"):
        compose([f"experiments={name}"])


def test_an_experiment_is_of_one_kind():
    name = write_experiment()
    with Path("experiments", f"{name}.yaml").open("a") as file:
        file.write("pilots: {programmes: {}}\n")
    with pytest.raises(UserError, match="pilots and sensitivity: an experiment is of one kind"):
        jobs.sweep(name)


def test_without_salib_the_command_that_has_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib", None)
    name = write_experiment(method="morris", more="trajectories: 2")
    with pytest.raises(UserError, match=f"uv run --extra calibrate sim sweep {name}"):
        sensitivity(name, load_engine=planted.engine)


@pytest.mark.parametrize("name", ["sensitivity_morris", "sensitivity_sobol", "sensitivity_tornado"])
def test_the_shipped_analyses_can_be_planned(name):
    assert 100 < len(configs_of(name, ["sensitivity.n=8"] if name.endswith("sobol") else [])) < 600
