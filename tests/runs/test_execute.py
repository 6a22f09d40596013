"""One run."""

from __future__ import annotations

import json
from pathlib import Path

import fake_model
import yaml
from fake_model import WHO

from sim.runs import execute as module
from sim.runs.batch import Runner
from sim.runs.execute import execute, task_of


def test_run_json_tells_what_an_auditor_asks(configured) -> None:
    task = task_of(configured(seed=5), WHO)
    execute(task, WHO, fake_model.engine())
    found = json.loads((task.folder / "run.json").read_text())
    asked = {
        "status",
        "key",
        "scenario",
        "label",
        "question",
        "seed",
        "draw",
        "months",
        "persons",
        "employers",
        "weight",
        "start",
        "until",
        "version",
        "git",
        "data_digest",
        "config_digest",
        "digest",
        "packages",
        "platform",
        "build_s",
        "wall_s",
        "peak_rss_mb",
        "phases",
        "summary",
        "warnings",
        "error",
        "traceback",
        "created",
    }
    assert asked <= set(found)
    assert (found["status"], found["seed"], found["months"], found["weight"], found["draw"]) == ("ok", 5, 3, 1000.0, None)
    assert found["peak_rss_mb"] > 10


def test_config_yaml_is_the_resolved_configuration(configured) -> None:
    config = configured()
    task = task_of(config, WHO)
    execute(task, WHO, fake_model.engine())
    assert yaml.safe_load((task.folder / "config.yaml").read_text()) == config.model_dump(mode="json")


def test_finished_run_is_not_done_again(configured) -> None:
    task = task_of(configured(), WHO)
    first = execute(task, WHO, fake_model.engine())
    assert execute(task, WHO, fake_model.broken_engine) == first  # type: ignore[arg-type]  # would fail if it were used


def test_failed_run_leaves_error_and_traceback_and_is_tried_again(configured) -> None:
    task = task_of(configured(seed=fake_model.BAD_SEED), WHO)
    failed = execute(task, WHO, fake_model.engine())
    assert (failed.status, failed.error) == ("failed", "ZeroDivisionError: no luck with 13")
    assert "fake_model.py" in (failed.traceback or "")
    assert sorted(path.name for path in task.folder.iterdir()) == ["config.yaml", "run.json", "traceback.txt"]
    Path("mended").touch()
    assert execute(task, WHO, fake_model.engine()).ok
    assert (task.folder / "panel.parquet").exists()


def test_seeds_share_one_world(configured) -> None:
    module._worlds().clear()
    fake_model.BUILDS.clear()
    for seed in (1, 2, 3):
        execute(task_of(configured(seed=seed), WHO), WHO, fake_model.engine())
    [built] = fake_model.BUILDS
    assert built == {"scale": 0.001, "start": "2023-10", "until": "2023-12", "seed": 0, "outlook": configured().economy.outlook}


def test_parameter_outside_its_range_is_a_warning_kept_with_the_run(configured) -> None:
    config = configured(parameters={"matching": {"callback_rate": 123.0}})
    record = execute(task_of(config, WHO), WHO, fake_model.engine())
    assert any("parameters.matching.callback_rate = 123 lies outside the range" in text for text in record.warnings)


def test_settings_digest_is_shared_by_scenarios_and_config_digest_by_seeds(configured) -> None:
    def of(**change):
        return execute(task_of(configured(**change), WHO), WHO, fake_model.engine())

    base, luck = of(), of(seed=2)
    policy, longer = of(policies={"x": {}}), of(until="2024-01")
    assert base.config_digest == luck.config_digest != policy.config_digest
    assert base.settings_digest == policy.settings_digest != longer.settings_digest


def test_same_run_asked_twice_is_done_once(configured) -> None:
    with Runner(load_engine=fake_model.engine, who=WHO) as runner:
        batch = runner.run([configured(), configured(threads=2)])
    assert len(batch.records) == 1
