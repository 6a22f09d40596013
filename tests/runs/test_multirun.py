"""`python -m sim`: Hydra as analysts know it, with all runs of a sweep done as one set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import fake_model
import pytest

from sim.__main__ import main
from sim.runs import multirun
from sim.runs.batch import Runner

TINY = ("population.scale=0.001", "until=2023-12", "compute.processes=1")


@pytest.fixture(autouse=True)
def sets(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[str, int]]]:
    """The fake model does the runs; what every `Runner.run` was asked for is noted."""
    asked: list[list[tuple[str, int]]] = []

    class Faked(multirun.Application):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, load_engine=fake_model.engine)

    run = Runner.run

    def noted(self, configs, progress=None):
        asked.append([(config.scenario.name, config.seed) for config in configs])
        return run(self, configs, progress)

    monkeypatch.setattr(multirun, "Application", Faked)
    monkeypatch.setattr(Runner, "run", noted)
    return asked


def test_a_sweep_is_one_set_of_runs(sets, capsys) -> None:
    assert main(["-m", "scenarios=baseline,job_bridge", "seed=1,2", *TINY]) == 0
    assert sets == [[("baseline", 1), ("baseline", 2), ("job_bridge", 1), ("job_bridge", 2)]]
    out, error = capsys.readouterr()
    assert len(out.splitlines()) == 4
    assert all((Path(line) / "run.json").is_file() for line in out.splitlines())
    assert "4 runs to do" in error


def test_a_sweep_leaves_a_note_and_nothing_of_hydras_own(capsys) -> None:
    main(["-m", "seed=1,2", *TINY])
    [note] = Path("runs/sweeps").glob("*.json")
    found = json.loads(note.read_text())
    assert found["command"] == "python -m sim -m seed=1,2 " + " ".join(TINY)
    assert [f"key={key}" for key in found["keys"]] == [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert {path.name for path in Path("runs").iterdir()} == {"sweeps", "scenario=baseline"}


def test_the_same_command_goes_on_with_what_is_missing(capsys) -> None:
    main(["--multirun", "seed=1,2", *TINY])
    assert main(["--multirun", "seed=range(1,4)", *TINY]) == 0
    assert "1 run to do, 2 already there" in capsys.readouterr().err


def test_a_failing_run_is_in_a_table_and_the_others_finish(capsys) -> None:
    assert main(["-m", f"seed=1,{fake_model.BAD_SEED},2", *TINY]) == 1
    out, error = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "no luck with 13" in error
    assert "only 1 failed run will be done again" in error
    Path("mended").touch()
    assert main(["-m", f"seed=1,{fake_model.BAD_SEED},2", *TINY]) == 0


def test_a_mistake_in_one_of_them_costs_no_run(sets, capsys) -> None:
    settings = ["-m", "scenarios=job_bridge,baseline", "policies.job_bridge.places_per_year=1,-2", *TINY]
    assert main(settings) == 2
    error = capsys.readouterr().err.splitlines()
    assert sets == []
    assert any("must be at least" in line for line in error)
    assert any("scenario 'baseline' has no policy 'job_bridge'" in line for line in error)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("seed=interval(1,2)", "an interval has no values to go through"),
        ("scenarios=glob(xyz*)", "nothing fits the pattern"),
        ("scenarios=baseline,basline", "Unknown scenario 'basline'"),
        ("seeed=1,2", "seeed: unknown setting; did you mean 'seed'?"),
    ],
)
def test_mistakes_are_told_in_our_words(setting: str, message: str, capsys) -> None:
    assert main(["-m", setting, *TINY]) == 2
    assert message in capsys.readouterr().err


def test_globs_and_experiments(sets) -> None:
    assert main(["-m", "scenarios=glob(care*)", "seed=3", *TINY]) == 0
    assert main(["-m", "experiments=seeds", "seed=1,2", *TINY]) == 0
    assert sets == [[("care_reserve", 3), ("career_advice", 3)], [("baseline", 1), ("baseline", 2)]]


def test_hydras_own_launcher_and_sweeper_still_work(sets) -> None:
    assert main(["-m", "hydra/launcher=basic", "hydra/sweeper=basic", "seed=1,2", *TINY]) == 0
    assert sets == [[("baseline", 1)], [("baseline", 2)]]


def test_a_policy_that_is_not_there_is_refused_in_a_single_run_too(capsys) -> None:
    assert main(["policies.job_bridge.places_per_year=5", *TINY]) == 2
    assert "To add it to the scenario, write +policies.job_bridge.places_per_year=5" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cfg", "job", "population.scale=0.5"], ["scale: 0.5", "matching: deferred_acceptance"]),
        (["--cfg", "hydra"], ["hydra:", "hydra_plugins.loopbrug.Together"]),
        (["--cfg", "all", "seed=4"], ["hydra:", "seed: 4"]),
        (["--cfg", "job", "--package", "population", "population.scale=0.5"], ["scale: 0.5"]),
        (["--help"], ["economy: high, low, mid", "scenarios: baseline, "]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_every_hydra_application_can_do(arguments: list[str], words: list[str], capsys) -> None:
    with suppress(SystemExit):  # --help leaves by itself, with 0
        assert main(arguments) == 0
    out = capsys.readouterr().out
    for word in words:
        assert word in out
    assert list(Path().iterdir()) == []


def test_info_tells_what_hydra_found_and_where() -> None:
    command = [sys.executable, "-m", "sim", "--info", "all", "economy=low"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    for word in ("| economy/low", "| hydra/launcher/together", "Together", "Points", "project://", "low"):
        assert word in answer.stdout


def test_completion_suggests_scenarios_in_bash() -> None:
    """The script as a shell uses it: TAB after ``python -m sim scenarios=care``."""
    line = f"{sys.executable} -m sim scenarios=care"
    typed = f"""eval "$({sys.executable} -m sim -sc install=bash)"
        COMP_LINE="{line}" COMP_POINT=${{#COMP_LINE}} COMP_WORDS=({line}) COMP_CWORD=3
        _loopbrug_complete 2> /dev/null; echo "${{COMPREPLY[@]}}"
        COMP_LINE="{sys.executable} other.py"; _loopbrug_complete; echo "none: ${{COMPREPLY[@]}}" """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMP_")}
    answer = subprocess.run(["bash", "-c", typed], capture_output=True, text=True, check=False, env=environment)
    assert answer.stdout.splitlines() == ["scenarios=care_reserve scenarios=career_advice", "none: "], answer.stderr


def test_completion_for_other_shells(capsys) -> None:
    assert main(["-sc", "install=zsh"]) == 0
    assert capsys.readouterr().out.startswith("autoload -U +X bashcompinit")
    assert main(["-sc", "uninstall=bash"]) == 0
    assert "complete -r python" in capsys.readouterr().out
    assert main(["-sc", "install=fihs"]) == 2
    assert main(["--shell-completion"]) == 2
    assert "Unknown shell 'fihs'" in capsys.readouterr().err
