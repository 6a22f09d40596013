"""Tier ``effects``: stored intervals and signs, by hand-worked numbers; and scenarios that came, went or failed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit

from sim.analysis.contrast import load
from sim.baseline import effects, scenario_runs, statistical
from sim.baseline.effects import by_luck, half_width
from sim.baseline.figures import Figures, figure
from sim.baseline.item import Item
from sim.baseline.reduced import reduced
from sim.baseline.store import SHIPPED, Baseline, TierSettings
from sim.config.errors import UserError
from sim.runs.batch import Batch
from sim.runs.execute import task_of
from sim.runs.identity import identity
from sim.runs.jobs import paired
from sim.runs.record import RunRecord

NET = "net_fte_months"
SETTINGS = {"figures": "effects", "scale": 0.01, "start": "history", "until": "2030-12", "settings": []}
STORED = (80.0, 90.0, 100.0, 110.0, 120.0)
"""Mean 100, variance 250, standard error 7.0711; t with 4 degrees of freedom 2.7764: 80.37 to 119.63."""


def figures(values: dict[str, tuple[float, ...]], seeds: tuple[int, ...] = (1, 2, 3, 4, 5), **more: object) -> Figures:
    made = {(name, NET): figure("FTE-months", dict(zip(seeds, of, strict=True))) for name, of in values.items()}
    return Figures(SETTINGS, seeds, made, **more)  # type: ignore[arg-type]


def one(stored: tuple[float, ...], now: tuple[float, ...]) -> Item:
    [item] = effects.compare(figures({"plan": stored}), figures({"plan": now}, (1, 2, 3, 4, 5)[: len(now)]))
    return item


def moved_by(step: float, of: tuple[float, ...] = STORED) -> tuple[float, ...]:
    return tuple(value + step for value in of)


def test_the_mean_must_lie_inside_the_stored_interval():
    assert half_width(np.array(STORED), 5) == pytest.approx(2.776445 * math.sqrt(250 / 5), rel=1e-6)
    inside, outside = one(STORED, moved_by(19.6)), one(STORED, moved_by(-19.7))
    assert (inside.moved, outside.moved) == (False, True)
    assert outside.z == pytest.approx(-19.7 / math.sqrt(2 * 250 / 5))
    assert (outside.stored, outside.now) == (100.0, pytest.approx(80.3))
    assert outside.sentence == (
        "plan, net FTE-months at work or in reserve: 80.3 FTE-months instead of 100, outside the stored interval 80.37 to 119.6 (5 seeds)."
    )
    assert "inside the stored interval" in inside.sentence


def test_another_sign_fails_inside_the_interval_too():
    stored = (-20.0, -5.0, 5.0, 10.0, 35.0)  # mean 5, interval -20.6 to 30.6
    item = one(stored, moved_by(-6.0, stored))
    assert item.moved
    assert "another sign" in item.sentence
    assert "which covered zero" in item.sentence
    clear = one(STORED, moved_by(-200.0))
    assert clear.moved
    assert "another sign" in clear.sentence
    assert "which did not cover zero" in clear.sentence
    assert not one(stored, moved_by(-4.0, stored)).moved


def test_an_effect_that_vanishes_or_appears_has_another_sign():
    nothing = (0.0,) * 5
    assert "another sign" in one((-20.0, -5.0, 5.0, 10.0, 35.0), nothing).sentence
    appeared = one(nothing, (0.0, 0.0, 0.0, 0.0, 1e-3))
    assert appeared.moved
    assert not one(nothing, nothing).moved


def test_the_same_code_gives_exactly_what_is_stored_with_fewer_seeds_too():
    for n in (5, 3, 1):
        item = one(STORED, STORED[:n])
        assert (item.z, item.moved) == (0.0, False)
        assert "exactly as stored" in item.sentence


def test_fewer_seeds_are_held_against_the_same_seeds():
    now = moved_by(30.0, STORED[:2])  # stored mean of the same two seeds: 85; half width t * sqrt(250 / 2) = 31.04
    item = one(STORED, now)
    assert (item.stored, item.now, item.moved) == (85.0, 115.0, False)
    assert one(STORED, moved_by(32.0, STORED[:2])).moved
    assert half_width(np.array(STORED), 2) == pytest.approx(stdtrit(4, 0.975) * math.sqrt(250 / 2))


def test_seeds_without_a_stored_pair_cannot_be_compared():
    [item] = effects.compare(figures({"plan": STORED}), figures({"plan": (1.0, 2.0)}, (5, 6)))
    assert item.moved
    assert "Seeds 6 are not stored (1 to 5 are)" in item.sentence


def test_a_figure_undefined_in_a_seed_where_it_was_defined_has_moved():
    item = one(STORED, (80.0, 90.0, math.nan, 110.0, 120.0))
    assert item.moved
    assert "defined in 4 seeds, stored in 5" in item.sentence
    holes = (80.0, 90.0, math.nan, 110.0, 120.0)
    assert not one(holes, holes).moved


def test_new_lost_and_failed_scenarios_are_items_that_fail():
    stored, now = (
        figures({"old": STORED, "stays": STORED, "breaks": STORED}),
        figures({"new": STORED, "stays": STORED}, failed={"breaks": "seed 2 failed: no memory"}),
    )
    items = {item.id: item for item in effects.compare(stored, now)}
    assert {name for name, item in items.items() if item.moved} == {f"effects.old.{NET}", f"effects.new.{NET}", "effects.breaks.failed"}
    assert items[f"effects.new.{NET}"].sentence == ("The scenario new is new and has no stored net_fte_months: sim baseline update.")
    assert "no longer there" in items[f"effects.old.{NET}"].sentence
    assert "no memory" in items["effects.breaks.failed"].sentence
    assert not items[f"effects.stays.{NET}"].moved


def test_luck_alone_moves_the_stated_share():
    """100,000 pairs of samples of ten seeds with an effect whose sign is sure."""
    rng = np.random.default_rng(1)
    samples = 100 + rng.normal(size=(100_000, 2, 10))
    stored, now = samples[:, 0], samples[:, 1].mean(axis=1)
    half = stdtrit(9, 0.975) * stored.std(axis=1, ddof=1) / math.sqrt(10)
    assert half[0] == pytest.approx(half_width(stored[0], 10))
    share = (np.abs(now - stored.mean(axis=1)) > half).mean()
    assert share == pytest.approx(by_luck(10), abs=0.0034), "0.0034 is three standard errors of the share"


def test_what_is_read_is_what_was_written(tmp_path):
    stored = figures({"plan": STORED})
    effects.save(stored, tmp_path)
    assert effects.load(tmp_path) == stored
    assert [path.name for path in tmp_path.iterdir()] == ["effects.csv"]


# --- fewer seeds ------------------------------------------------------------------------------------------------------------------
def test_a_check_may_take_fewer_seeds_and_other_places_but_no_other_settings():
    base = Baseline(name="test", tiers={"exact": TierSettings(), "effects": TierSettings(seeds=10, settings=("until=2027-12",))})
    smaller = reduced(base, ["seeds=4", "runs_dir=elsewhere"])
    assert smaller.tiers["effects"] == TierSettings(seeds=4, settings=("until=2027-12", "runs_dir=elsewhere"))
    assert smaller.tiers["exact"] == base.tiers["exact"]
    assert reduced(base, []) == base
    for wrong, why in (
        ("seeds=11", "holds 10 seeds"),
        ("seeds=no", "whole number"),
        ("seeds=0", "whole number"),
        ("until=2030-12", "only"),
    ):
        with pytest.raises(UserError, match=why):
            reduced(base, [wrong])


# --- the runs ---------------------------------------------------------------------------------------------------------------------
def test_shipped_means_every_shipped_scenario_and_none_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "my_own.yaml").write_text("scenario: {name: my_own}\n", encoding="utf-8")
    names = scenario_runs.names_of(TierSettings(scenarios=("shipped",)))
    assert "my_own" not in names
    assert {"baseline", "job_bridge", "pandemic_wave_with_reserve"} <= set(names)
    assert "my_own" in scenario_runs.names_of(TierSettings(scenarios=("all",)))
    (tmp_path / "scenarios" / "job_bridge.yaml").write_text("scenario: {name: job_bridge}\n", encoding="utf-8")
    with pytest.raises(UserError, match="hides the shipped scenario job_bridge"):
        scenario_runs.names_of(TierSettings(scenarios=("shipped",)))


def test_all_scenarios_run_with_their_references_and_the_same_seeds():
    configs = scenario_runs.configurations(TierSettings(scenarios=("pandemic_wave_with_reserve",), seeds=2))
    assert [(config.scenario.name, config.seed) for config in configs] == [
        (name, seed) for seed in (1, 2) for name in ("baseline", "pandemic_wave", "pandemic_wave_with_reserve")
    ]
    with pytest.raises(UserError, match="leave out draws"):
        scenario_runs.configurations(TierSettings(settings=("draws=2",)))


def test_a_failed_run_takes_its_scenario_and_what_is_compared_with_it_out(monkeypatch):
    configs = paired(["pandemic_wave_with_reserve"], ["seeds=2", "population.scale=0.001"])
    tasks = tuple(task_of(config, identity()) for config in configs)
    records = tuple(record_of(task, ok=task.config.scenario.name != "baseline") for task in tasks)
    monkeypatch.setattr(scenario_runs, "do", lambda configs, tell: Batch(tasks, records))
    seen: list[Path] = []

    class Unpaired:
        scenarios: tuple[()] = ()
        frames, values = None, None
        unpaired = {"pandemic_wave": "baseline"}  # noqa: RUF012

    monkeypatch.setattr("sim.analysis.contrast.load", lambda folders: seen.extend(folders) or Unpaired())
    monkeypatch.setattr(effects, "of_comparison", lambda comparison: {})
    found = effects.measure(
        Baseline(name="test", tiers={"effects": TierSettings(scenarios=("pandemic_wave_with_reserve",), seeds=2)}), print
    )
    assert found.failed == {
        "baseline": "seed 1 failed: no luck",
        "pandemic_wave": "the runs of baseline, which it is compared with, failed",
    }
    assert len(seen) == 4, "the runs of the two scenarios that did not fail"


def record_of(task, *, ok: bool) -> RunRecord:
    nothing = dict.fromkeys(("version", "code_digest", "data_digest", "config_digest", "settings_digest", "platform", "created"), "")
    heading = task.config.scenario
    return RunRecord(status="ok" if ok else "failed", key=task.key, scenario=heading.name, label=heading.label.model_dump(),
                     question=heading.question.model_dump(),
                     seed=task.config.seed, months=2, weight=1.0, start="2023-10", until="2023-11", git={}, packages={},
                     error=None if ok else "no luck\nmore", **nothing)  # fmt: skip


TINY = ("population.scale=0.001", "population.start=2023-10", "until=2024-06", "compute.processes=1")


def test_real_runs_from_measuring_to_comparing(tmp_path):
    """A few months of a tiny world: the effects are those of `sim compare`, and its runs are used for the levels of the scenarios too."""
    settings = TierSettings(scenarios=("job_bridge",), settings=(*TINY, f"runs_dir={tmp_path / 'runs'}"), seeds=2)
    levels = settings.model_copy(update={"targets": "levels"})
    base = Baseline(name="test", tiers={"effects": settings, "statistical": levels})
    found = effects.measure(base, lambda line: None)
    result = load([path.parent for path in (tmp_path / "runs").rglob("run.json")]).scenarios[0]
    assert {name[1] for name in found.figures} == {NET, f"{NET}.care"}, "nobody was followed for twelve months"
    assert found.values(("job_bridge", NET), (1, 2)).mean() == pytest.approx(result.net_fte_months.mean, rel=1e-5)
    effects.save(found, tmp_path)
    assert not any(item.moved for item in effects.compare(effects.load(tmp_path), found))
    told: list[str] = []
    at_end = statistical.measure(base, told.append)
    assert told[0] == "0 runs to do, 4 already there"
    assert {name[0] for name in at_end.figures} == {"baseline", "job_bridge"}
    assert at_end.figures["baseline", "employed"].unit == "persons"
    statistical.save(at_end, tmp_path)
    items = statistical.compare(statistical.load(tmp_path), at_end)
    assert {item.z for item in items} == {0.0}
    assert "statistical.job_bridge.vacancies_open_care" in {item.id for item in items}


def test_every_shipped_scenario_has_a_stored_effect():
    found = effects.load(SHIPPED)
    assert len(found.seeds) == 10
    assert {name[0] for name in found.figures} == set(scenario_runs.names_of(TierSettings(scenarios=("shipped",)))) - {"baseline"}
    assert {item.z for item in effects.compare(found, found)} == {0.0}
