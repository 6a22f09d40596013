"""`sim baseline init`: what it measures for scenarios of somebody else, and the workflow files it writes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from sim.baseline import init, workflow
from sim.baseline.workflow import Source
from sim.cli import app
from sim.config.errors import UserError

CAME_FROM = Source("https://git.example.org/labour/loopbrug.git", "0123456789abcdef0123456789abcdef01234567")
HOSTS: tuple[workflow.Host, ...] = ("github", "gitlab")


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two scenarios and a draft."""
    (tmp_path / "scenarios").mkdir()
    for name in ("mine", "yours", "_draft"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_scenarios_are_those_of_the_repository() -> None:
    assert init.own_scenarios() == ["mine", "yours"]


def test_a_repository_without_scenarios_is_told_what_to_do(repository: Path) -> None:
    for path in (repository / "scenarios").iterdir():
        path.unlink()
    with pytest.raises(UserError, match="sim new scenario NAME"):
        init.own_scenarios()


def test_settings_hold_for_every_tier_and_seeds_for_those_with_luck() -> None:
    tiers = init.settings_of(["mine", "baseline"], ["until=2024-12", "seeds=4"])
    assert {tier: settings.seeds for tier, settings in tiers.items()} == {"exact": 1, "statistical": 4, "effects": 4}
    assert tiers["exact"].settings == ("population.scale=0.001", "until=2024-12")
    assert tiers["statistical"].settings == tiers["effects"].settings == ("until=2024-12",)
    assert tiers["statistical"].targets == "levels"
    assert tiers["effects"].scenarios == ("mine",), "the baseline has no effect"
    assert "effects" not in init.settings_of(["baseline"], [])
    assert init.settings_of(["mine"], ["population.scale=0.002"])["exact"].settings == ("population.scale=0.002",)


@pytest.mark.parametrize("seeds", ["1", "0", "-3", "many", "10001", "²"])
def test_seeds_that_tell_nothing_of_luck_are_refused(seeds: str) -> None:
    with pytest.raises(UserError, match="from 2 on"):
        init.settings_of(["mine"], [f"seeds={seeds}"])


def test_unknown_scenarios_are_refused_before_anything_is_measured(repository: Path) -> None:
    with pytest.raises(UserError, match="Did you mean 'mine'"):
        init.init(repository / "baseline", ["minne"])
    assert not (repository / "baseline").exists()


def test_a_failed_measurement_leaves_nothing(repository: Path) -> None:
    with pytest.raises(UserError):
        init.init(repository / "baseline", ["mine"])  # the file is empty
    assert not (repository / "baseline").exists()


def test_a_place_that_is_taken_is_refused(repository: Path) -> None:
    place = repository / "baseline"
    place.mkdir()
    init.check_place(place)
    (place / "notes.txt").touch()
    with pytest.raises(UserError, match="not empty"):
        init.check_place(place)
    (place / "baseline.yaml").touch()
    with pytest.raises(UserError, match="sim baseline update"):
        init.check_place(place)


@pytest.mark.parametrize("host", HOSTS)
def test_a_workflow_is_yaml_with_everything_filled_in(host: workflow.Host, repository: Path) -> None:
    path = workflow.write(host, repository / "checks" / "baseline", CAME_FROM)
    assert path == workflow.PLACES[host]
    text = path.read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    variables = content["jobs"]["baseline"]["env"] if host == "github" else content["baseline"]["variables"]
    assert (variables["LOOPBRUG_URL"], variables["LOOPBRUG_COMMIT"]) == (CAME_FROM.url, CAME_FROM.commit)
    assert variables["BASELINE"] == "checks/baseline"
    assert "<<" not in text


@pytest.mark.parametrize("host", HOSTS)
def test_every_sim_command_of_a_workflow_can_be_given(host: workflow.Host) -> None:
    commands = [line for line in lines_of(host) if line.startswith("sim ")]
    assert any(line.startswith("sim baseline check") for line in commands)
    for line in commands:
        command: Any = typer.main.get_command(app)
        words = shlex.split(line)[1:]
        while hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        command.make_context(command.name, words, resilient_parsing=False)  # parses the options, runs nothing


def lines_of(host: workflow.Host) -> list[str]:
    """The shell lines of a workflow."""
    content = yaml.safe_load(workflow.text(host, Path("baseline"), CAME_FROM))
    if host == "gitlab":
        return [*content["baseline"]["before_script"], *content["baseline"]["script"]]
    return [line for step in content["jobs"]["baseline"]["steps"] for line in step.get("run", "").splitlines()]


def test_the_steps_of_the_github_workflow() -> None:
    steps = yaml.safe_load(workflow.text("github", Path("baseline"), CAME_FROM))["jobs"]["baseline"]["steps"]
    assert [step["name"] for step in steps] == [
        "Get the scenarios", "Get Python", "Install Loopbrug", "Get compiled kernels", "Compile what is missing", "Keep compiled kernels",
        "Check the baseline", "Keep the report",
    ]  # fmt: skip
    assert all(("run" in step) != ("uses" in step) for step in steps)
    check = next(step["run"] for step in steps if step["name"] == "Check the baseline")
    assert {"--github", "--junit", "--report"} <= set(shlex.split(check))
    kept = [step["with"]["path"] for step in steps if "cache" in step.get("uses", "")]
    assert kept == [".cache/loopbrug"] * 2


def test_kernels_are_kept_where_the_model_puts_them(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    from sim.numerics import jit

    monkeypatch.setenv("XDG_CACHE_HOME", str(repository / ".cache"))
    assert jit.cache_folder().is_relative_to(repository / ".cache" / "loopbrug")
    for host, value in (("github", "${{ github.workspace }}/.cache"), ("gitlab", '"$CI_PROJECT_DIR/.cache"')):
        assert f"XDG_CACHE_HOME: {value}\n" in workflow.text(host, Path("baseline"), CAME_FROM)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", HOSTS)
def test_what_is_not_known_is_empty_and_stops_the_workflow(host: workflow.Host) -> None:
    text = workflow.text(host, Path("baseline"), Source())
    assert 'LOOPBRUG_URL: ""' in text
    assert Source().missing == ["LOOPBRUG_URL", "LOOPBRUG_COMMIT"]
    for name in Source().missing:
        assert f"${{{name}:?fill it in" in text


@pytest.mark.parametrize("host", HOSTS)
def test_a_workflow_is_never_written_over(host: workflow.Host) -> None:
    place = workflow.PLACES[host]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="is there already, and is not written over"):
        workflow.write(host, Path("baseline"), CAME_FROM)
    assert place.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("folder", ["../elsewhere", "/somewhere", "a$(id)", 'a"b', "a\nb"])
def test_a_workflow_holds_no_folder_outside_the_repository_and_no_odd_name(folder: str) -> None:
    with pytest.raises(UserError, match="--github"):
        workflow.text("github", Path(folder), CAME_FROM)


@pytest.mark.parametrize(
    ("noted", "shown"),
    [
        ("https://name:secret@git.example.org/loopbrug.git", "https://git.example.org/loopbrug.git"),
        ("https://git.example.org:8443/a/b?token=secret#x", "https://git.example.org:8443/a/b"),
        ("git@git.example.org:labour/loopbrug.git", "ssh://git@git.example.org/labour/loopbrug.git"),
        ("/home/me/loopbrug", ""),
        ("file:///home/me/loopbrug", ""),
        ("ext::sh -c id", ""),
        ("https://git.example.org/$(id)", ""),
        ("", ""),
    ],
)
def test_a_workflow_names_no_secret_and_no_place_of_this_machine(noted: str, shown: str) -> None:
    assert workflow.usable(noted) == shown


def test_no_registry_is_named() -> None:
    for host in HOSTS:
        text = workflow.text(host, Path("baseline"), Source())
        assert not re.search(r"https?://(?!\.\.\.)", text), "no host but the one that is filled in"
