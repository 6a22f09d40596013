"""What the effects hang on, inside the dashboard: a finished study, else both ends of the evidence, else the command."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from fake_runs import BASELINE, FAKES, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.analysis.intervals import Interval
from sim.evidence.parameters import load_parameters
from sim.report import document
from sim.report.facts import Facts
from sim.report.page import Page
from sim.report.sections.sensitivity import Sensitivity
from sim.report.studies import command, ends, studies
from sim.sensitivity.findings import Table
from sim.sensitivity.methods import Index
from sim.sensitivity.saved import Study, read, write

PATHS = ("policies.job_bridge.net_effect", "search.lock_in")
CODE = {"code_digest": "c" * 20}
BRIDGE = dataclasses.replace(FAKES[1], gains={"Q": 9000.0}, noise=20.0, record=CODE)


def study_of(comparison: Comparison, **changes: object) -> Study:
    """A tornado of two numbers about the bridge, as `sim sweep` leaves it."""
    effect = Interval(900.0, 800.0, 1000.0, 3)
    indices = (
        Index(PATHS[0], 900.0, "told", 50.0, change=effect, at_low=Interval(-400.0, -500.0, -300.0, 3), at_high=effect),
        Index(PATHS[1], 10.0, "luck", 50.0, change=Interval(10.0, -90.0, 110.0, 3), at_low=effect, at_high=effect),
    )
    record = comparison.frames.runs[0].record
    made = Study(
        experiment="known",
        command="sim sweep known",
        created="2026-11-01T00:00:00+00:00",
        method="tornado",
        groups="none",
        seeds=3,
        points=5,
        runs=30,
        failed=0,
        version=record["version"],
        code_digest=record["code_digest"],
        data_digest=record["data_digest"],
        paths=PATHS,
        labels=dict.fromkeys(comparison.configs, BASELINE.label),
        configs={name: json.loads(json.dumps(config)) for name, config in comparison.configs.items()},
        tables=(Table("job_bridge", "net_fte_months", "effect", effect, None, 1, 0, indices),),
    )
    return dataclasses.replace(made, **changes)


@pytest.fixture
def with_runs(tmp_path: Path) -> Comparison:
    fakes = (dataclasses.replace(BASELINE, record=CODE), BRIDGE)
    return compare(write_runs(tmp_path, fakes, seeds=2, months=14))


def keep(made: Study, root: Path) -> Path:
    return write(made, root / "sensitivity" / f"{made.experiment}.json")


def section(comparison: Comparison, language: str = "en") -> Sensitivity:
    return Sensitivity(Page(language, Facts(comparison), document.environment()))


def test_a_study_is_read_back_as_it_was(with_runs, tmp_path):
    made = study_of(with_runs)
    assert read(keep(made, tmp_path)) == made


def test_a_file_that_is_no_study_is_passed_over(with_runs, tmp_path):
    (tmp_path / "sensitivity").mkdir()
    (tmp_path / "sensitivity" / "other.json").write_text('{"experiment": 1}', encoding="utf-8")
    (tmp_path / "sensitivity" / "broken.json").write_text("{", encoding="utf-8")
    assert studies(with_runs) == []


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_study_of_the_same_runs_is_shown_as_a_tornado_with_its_finding(with_runs, tmp_path, language):
    keep(study_of(with_runs), tmp_path)
    shown = section(with_runs, language)
    context = shown.context()
    assert context["kind"] == "study"
    assert load_parameters()[PATHS[0]].meaning[:40] in context["title"]
    assert PATHS[0] in context["table"]
    assert "sim sweep known" in context["made"]
    assert set(shown.figures()) == {"tornado"}
    data = Sensitivity.data(shown.facts)["tornado"]["t0"]
    assert data["first"][0] == 900.0
    assert len(shown.chart_words()["tornado_names"]["t0"]) == 2


@pytest.mark.parametrize(
    "changes",
    [{"version": "0.0.1"}, {"code_digest": "other"}, {"data_digest": "other"}, {"configs": {}}],
    ids=["version", "code", "data", "scenario"],
)
def test_a_study_of_something_else_is_not_shown(with_runs, tmp_path, changes):
    keep(study_of(with_runs, **changes), tmp_path)
    assert studies(with_runs) == []


def test_a_study_under_other_settings_is_not_shown_but_one_that_checks_less_is(with_runs, tmp_path):
    made = study_of(with_runs)
    configs = {name: config | {"until": "2040-12"} for name, config in made.configs.items()}
    keep(dataclasses.replace(made, configs=configs), tmp_path)
    assert studies(with_runs) == []
    keep(dataclasses.replace(made, configs={name: config | {"checks": "full"} for name, config in made.configs.items()}), tmp_path)
    assert [found.experiment for found in studies(with_runs)] == ["known"]


def test_runs_at_the_ends_of_the_evidence_stand_beside_the_centre(tmp_path):
    weak = dataclasses.replace(BRIDGE, gains={}, noise=400.0, record=CODE | {"evidence": "low"})
    folders = [folder for n, fake in enumerate((dataclasses.replace(BASELINE, record=CODE), BRIDGE, weak))
               for folder in write_runs(tmp_path / str(n), (fake,), seeds=3, months=14)]  # fmt: skip
    comparison = compare(folders)
    (one,) = ends(comparison)
    assert list(one.by_end) == ["low", "central"]
    assert one.changes
    shown = section(comparison)
    context = shown.context()
    assert context["kind"] == "ends"
    assert context["title"].startswith("The evidence decides: 1 of 1 scenarios")
    figure = shown.figures()["ends"]
    assert len(figure["data"][0]["x"]) == 2
    assert figure["layout"]["yaxis"]["ticktext"] == ["low end", "centre"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_without_either_the_page_says_so_and_gives_the_command(with_runs, language):
    context = section(with_runs, language).context()
    assert context["kind"] == "none"
    assert context["title"] == words_none(language)
    assert "scenarios=job_bridge" in context["command"]
    assert section(with_runs).figures() == {}


def words_none(language: str) -> str:
    from sim.report.words import words

    return words(language)("ends.none")


def test_the_command_has_the_seeds_of_the_page(with_runs):
    assert command(with_runs).startswith("sim sweep weak_evidence ")
    assert "range(1,3)" in command(with_runs)
