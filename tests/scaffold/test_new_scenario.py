"""`sim new scenario`: a file that runs as it is, and never over another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sim.config.compose import compose
from sim.config.errors import UserError
from sim.policies.registry import POLICIES
from sim.runs import jobs
from sim.scaffold.naming import check_name
from sim.scaffold.policy import with_rows
from sim.scaffold.scenario import new_scenario
from sim.scaffold.writing import write_all


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_the_scenario_of_any_policy_composes_and_is_the_policy_as_shipped(policy: str) -> None:
    (path,) = new_scenario("mine", policy)
    assert path == Path.cwd() / "scenarios" / "mine.yaml"
    config = compose(["scenarios=mine"])
    assert config.policies == compose([f"scenarios={policy}"]).policies
    assert [c.scenario.name for c in jobs.paired(["mine"], ["seeds=1"])] == ["baseline", "mine"]


def test_its_comments_are_settings_that_work_when_the_mark_is_taken_away() -> None:
    (path,) = new_scenario("mine")
    assert "places_per_year" in yaml.safe_load(path.read_text())["policies"]["job_bridge"]
    text = re.sub(r"^    # ", "    ", path.read_text(), flags=re.MULTILINE)
    assert len(yaml.safe_load(text)["policies"]["job_bridge"]) > 5
    path.write_text(text)
    assert compose(["scenarios=mine"]).policies == compose(["scenarios=job_bridge"]).policies


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Quick-Test", "lower-case letters, digits and _, starting with a letter. Did you mean 'quick_test'?"),
        ("3", "'3' is not a usable name"),
        ("", "'' is not a usable name"),
        ("class", "it is a word of Python"),
        ("null", "YAML reads it as None"),
        ("on", "YAML reads it as True"),
        ("all", "it stands for every scenario"),
        ("a" * 41, "too long"),
        ("baseline", "'baseline' is taken: there is a scenario scenarios/baseline.yaml"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_used(name: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        new_scenario(name)
    assert message in str(error.value)
    assert not Path("scenarios").exists()


def test_unknown_policy_gets_the_nearest() -> None:
    with pytest.raises(UserError, match=r"Unknown policy 'job_brigde'\. Did you mean 'job_bridge'"):
        new_scenario("mine", "job_brigde")


def test_nothing_is_written_over_and_half_of_the_files_is_taken_back() -> None:
    new_scenario("mine")
    with pytest.raises(UserError, match=r"'mine' is taken: there is a scenario scenarios/mine\.yaml"):
        new_scenario("mine")
    there, before = Path("there.txt"), Path("table.csv")
    there.write_text("mine")
    before.write_text("old")
    with pytest.raises(UserError, match=r"Nothing was written: there\.txt is there already"):
        write_all({Path("deep/first.txt"): "a", there: "b"}, (before, "new"))
    with pytest.raises(UserError, match="Nothing was written"):
        write_all({Path("deep/first.txt"): "a"}, (Path("no_such_folder/table.csv"), "new"))
    assert (there.read_text(), before.read_text(), Path("deep").exists()) == ("mine", "old", False)
    write_all({Path("deep/first.txt"): "a"}, (before, "new"))
    assert (Path("deep/first.txt").read_text(), before.read_text()) == ("a", "new")
    assert sorted(path.name for path in Path().iterdir()) == ["deep", "scenarios", "table.csv", "there.txt"]


def test_rows_go_behind_the_last_policy() -> None:
    assert with_rows("path\npolicies.a.x,1\nsearch.y,2\n", "policies.b.x,3\n") == "path\npolicies.a.x,1\npolicies.b.x,3\nsearch.y,2\n"
    assert with_rows("path\npolicies.a.x,1", "policies.b.x,3\n") == "path\npolicies.a.x,1\npolicies.b.x,3\n"


def test_a_good_name_passes() -> None:
    check_name("quick_test2", {"quick_test": "taken"})
