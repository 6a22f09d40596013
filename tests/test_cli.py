"""The command line: exit codes, what goes to standard output, and a few runs of the real model on a tiny population."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.runs import jobs

TINY = ("population.scale=0.001", "until=2024-03")
Sim = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Sim:
    """Run ``sim ...`` in an empty folder."""

    def call(*arguments: str, module: str = "sim.cli") -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", module, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    return call


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit code of the command, in this process."""
    monkeypatch.setattr(sys, "argv", ["sim", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_help_answers_within_300_ms(command: Sim) -> None:
    def busy() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    times = []
    for _ in range(3):
        began = busy()  # processor time: other work on the machine does not count
        assert command("--help").returncode == 0
        times.append(busy() - began)
    assert min(times) < 0.3, times


def test_help_lists_verbs_in_plain_text_and_no_verb_that_does_not_exist(command: Sim) -> None:
    text = command("--help").stdout
    for verb in (
        "compare",
        "sweep",
        "run",
        "dashboard",
        "export",
        "list",
        "explain",
        "schema",
        "validate",
        "calibrate",
        "doctor",
        "bench",
        "new",
        "baseline",
        "replay",
    ):
        assert f"  {verb} " in text
    for verb in ("simulate", "solve"):
        assert f"  {verb} " not in text
    assert text.isascii()


def test_importing_sim_is_light() -> None:
    code = "import sys, sim; print([name for name in ('numpy', 'polars', 'hydra', 'pydantic', 'mesa') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_public_names_are_there() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
        assert name in dir(sim)
    with pytest.raises(AttributeError, match="has no attribute 'runn'"):
        _ = sim.runn


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "basline"], "Unknown scenario 'basline'. Did you mean 'baseline'"),
        (["run", "seeed=1"], "on the command line: seeed: unknown setting; did you mean 'seed'?"),
        (["run", "a", "b"], "sim run does one scenario; for several: sim compare a b"),
        (["compare", "nosuch"], "Unknown scenario 'nosuch'"),
        (["compare", "scenarios=baseline"], "name the scenarios without scenarios="),
        (["compare", "job_bridge", "policies.job_brigde.start=2025-01"], "none of the scenarios"),
        (["compare", "variant=x"], "a variant belongs to an experiment"),
        (["new", "scenari", "mine"], "Unknown kind of file 'scenari'. Did you mean 'scenario'?"),
        (["new", "scenario", "Mine"], "Did you mean 'mine'?"),
        (["new", "policy", "mine", "--policy", "job_bridge"], "--policy chooses the policy of a new scenario"),
        (["sweep", "nosuch"], "Unknown experiment 'nosuch'"),
        (["sweep", "seeds", "baseline"], "'baseline' is not a setting"),
        (["sweep"], "no values to vary: sim sweep EXPERIMENT"),
        (["sweep", "until=2026-01,2027-01"], "runs that differ in length cannot be in one comparison"),
        (["sweep", "seed_programmes", "--dry-run"], "has pilots, which have no dashboard"),
        (["compare", "--dry-run", "nosuch"], "Unknown scenario 'nosuch'"),
        (["dashboard", "nowhere"], "There is no folder nowhere"),
        (["dashboard", "--lang", "fr"], "--lang must be nl or en, got 'fr'"),
        (["list", "scenaris"], "Unknown list 'scenaris'. Did you mean 'scenarios'"),
        (["explain", "population.scal"], "Did you mean 'population.scale'"),
        (["validate", "job_bridge"], "'job_bridge' is not a setting. Usage: sim validate"),
        (["validate", "--window", "chek"], "Unknown window 'chek'"),
        (["validate", "until=2019-12"], "sim validate runs the baseline from 2015-01 and sets until itself"),
        (["validate", "--save", "--window", "fit"], "sim validate --save needs both windows"),
        (["validate", "--save", "seeds=1"], "at least 2 seeds"),
        (["validate", "seeed=1"], "on the command line: seeed: unknown setting; did you mean 'seed'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_of_the_user_give_2_and_one_message(arguments, message, monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(jobs, "may_start_early", lambda overrides: False)
    assert leave(monkeypatch, *arguments) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert out == ""
    assert "Traceback" not in error
    assert len(error.splitlines()) == 1


def test_dry_run_counts_and_does_nothing(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert leave(monkeypatch, "sweep", "scenarios=job_bridge", "economy=low,high", "seeds=3", "--dry-run", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["runs"], found["finished"], found["seeds"], found["settings"]) == (12, 0, 3, 2)
    assert found["scenarios"] == {"baseline": 6, "job_bridge": 6}
    assert leave(monkeypatch, "compare", "job_bridge", "seeds=3", "--dry-run") == 0
    out = capsys.readouterr().out
    assert out.startswith("6 runs: 2 scenarios, 3 seeds")
    assert out.splitlines()[-1] == "Next: the same command without --dry-run."
    assert list(tmp_path.iterdir()) == []


def test_unknown_verb_gives_2(command: Sim) -> None:
    answer = command("comparee")
    assert answer.returncode == 2
    assert "No such command 'comparee'" in answer.stderr


def test_fault_of_ours_gives_3_with_a_traceback(monkeypatch, capsys) -> None:
    def broken(*arguments: object, **more: object) -> None:
        raise KeyError("inside")

    monkeypatch.setattr(jobs, "run", broken)
    assert leave(monkeypatch, "run") == 3
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert "a fault of Loopbrug, not of your input" in error


def test_interruption_says_how_to_go_on(monkeypatch, capsys) -> None:
    from sim.runs.batch import Interrupted

    def stopped(*arguments: object, **more: object) -> None:
        raise Interrupted(3, 10)

    monkeypatch.setattr(jobs, "compare", stopped)
    assert leave(monkeypatch, "compare") == 130
    assert (
        capsys.readouterr().err == "Interrupted. 3 of 10 runs are finished and kept. Repeat the same command to go on where it stopped.\n"
    )


@pytest.mark.parametrize("what", ["scenarios", "policies", "experiments", "parameters", "metrics"])
def test_list_has_a_meaning_for_every_name(what: str, monkeypatch, capsys) -> None:
    assert leave(monkeypatch, "list", what, "--json") == 0
    items = json.loads(capsys.readouterr().out)
    assert items
    assert all(item["name"] and item["meaning"] for item in items)


def test_every_listed_name_can_be_explained(monkeypatch, capsys) -> None:
    from sim.config.catalogue import LISTS, explanation

    for what, items in LISTS.items():
        if what != "experiments":
            for item in items():
                assert explanation(item["name"]).startswith(item["name"])


def test_version(monkeypatch, capsys) -> None:
    assert leave(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"loopbrug {sim.__version__}\n"


# --- the real model ---------------------------------------------------------------------------------------------------------------


def test_run_prints_the_documented_json_and_nothing_else(command: Sim) -> None:
    answer = command("run", "--json", *TINY)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert {"key", "run_dir", "scenario", "seed", "months", "persons", "employers", "build_s", "wall_s", "peak_rss_mb", "digest", "phases",
            "summary"} <= set(found)  # fmt: skip
    assert (found["scenario"], found["seed"], found["months"]) == ("baseline", 1, 6)
    assert 10_000 < found["persons"] < 20_000


def test_same_command_gives_the_same_digest_from_the_folder_and_computed_anew(command: Sim) -> None:
    first = json.loads(command("run", "--json", *TINY).stdout)
    again = json.loads(command("run", "--json", *TINY).stdout)
    anew = json.loads(command("run", "--json", "runs_dir=other", *TINY).stdout)
    assert again == first
    assert anew["digest"] == first["digest"]
    assert anew["key"] == first["key"]


def test_compare_ranks_scenarios_and_writes_one_dashboard(command: Sim, tmp_path: Path) -> None:
    answer = command("compare", "--json", "senior_networks", "seeds=2", *TINY)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert set(found) == {"runs", "scenarios", "uncertainty", "pairing", "failures", "dashboard", "made_with"}
    assert [(run["scenario"], run["seed"]) for run in found["runs"]] == [
        ("baseline", 1), ("senior_networks", 1), ("baseline", 2), ("senior_networks", 2)]  # fmt: skip
    assert [scenario["name"] for scenario in found["scenarios"]] == ["senior_networks"]
    assert {"net_fte_months", "gross", "cost_eur", "cost_per_net_fte_month_eur", "shortage_change", "grade"} <= set(found["scenarios"][0])
    assert (tmp_path / found["dashboard"]).stat().st_size > 10_000
    text = command("compare", "senior_networks", "seeds=2", *TINY).stdout
    assert "net FTE-months (95 %)" in text
    assert text.splitlines()[-1] == "Next: open runs/dashboard.html in a browser."
    assert "\x1b" not in text


def test_dashboard_of_finished_runs(command: Sim, tmp_path: Path) -> None:
    command("run", *TINY)
    answer = command("dashboard", "runs", "-o", "page.html", "--lang", "nl")
    assert answer.returncode == 0, answer.stderr
    assert '<html lang="nl"' in (tmp_path / "page.html").read_text()


def test_plain_hydra_application(command: Sim) -> None:
    answer = command("-m", "scenarios=baseline", "seed=1,2", *TINY, module="sim")
    assert answer.returncode == 0, answer.stderr
    assert len([line for line in answer.stdout.splitlines() if line.startswith("runs/scenario=baseline/key=")]) == 2


def test_plain_hydra_application_explains_mistakes_in_our_words(command: Sim) -> None:
    answer = command("seeed=1", module="sim")
    assert (answer.returncode, answer.stderr.strip()) == (2, "on the command line: seeed: unknown setting; did you mean 'seed'?")


def test_plain_hydra_application_prints_the_configuration(command: Sim, tmp_path: Path) -> None:
    answer = command("--cfg", "job", "population.scale=0.5", module="sim")
    assert "scale: 0.5" in answer.stdout
    assert list(tmp_path.iterdir()) == []
