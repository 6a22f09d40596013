"""The chart of the care shortage beside published forecasts: as published, none later than September 2023, the difference spelled out."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from fake_runs import BASELINE, write_runs

from sim.analysis.contrast import Comparison, compare
from sim.analysis.metrics import METRICS
from sim.config.errors import UserError
from sim.report.charts import vintages
from sim.report.numbers import Numbers
from sim.report.words import words


def test_only_forecasts_published_by_september_2023_each_with_its_source() -> None:
    forecasts = vintages.forecasts()
    assert max(forecast.published for forecast in forecasts) < "2023-10"
    assert all(int(forecast.published[:4]) >= forecast.vintage for forecast in forecasts)
    assert all(forecast.low_k <= forecast.persons_k <= forecast.high_k for forecast in forecasts)
    assert all(forecast.source and forecast.location.startswith("https://") and forecast.scope for forecast in forecasts)
    assert [forecast.persons_k for forecast in forecasts if forecast.year == 2022] == [112.5, 80, 57, 49]


def test_every_file_of_published_figures_is_described() -> None:
    folder = vintages.FILE.parent
    described = pl.read_csv(folder / "PROVENANCE.csv")
    assert set(described["file"]) == {path.name for path in folder.glob("*.csv")} - {"PROVENANCE.csv"}
    assert described.null_count().sum_horizontal().item() == 0
    assert set(pl.read_csv(vintages.FILE)["grade"]) <= {"observed", "descriptive", "derived", "assumption"}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_marks_are_the_published_figures(language: str) -> None:
    figure = vintages.figure(words(language), ".,", with_scenario=True)
    marks = [trace for trace in figure["data"] if "markers" in trace["mode"]]
    shown = {(trace["text"][-1], x[:4], y) for trace in marks for x, y in zip(trace["x"], trace["y"], strict=True)}
    assert shown == {(str(forecast.vintage), str(forecast.year), 1000 * forecast.persons_k) for forecast in vintages.forecasts()}
    ours = [trace["y"] for trace in figure["data"] if isinstance(trace["y"], dict)]
    assert ours[-1] == {"ref": "over_time/shortage_fte/care.all.all/s0/level/p50"}


def test_the_scenario_is_drawn_only_when_there_is_a_baseline_to_differ_from() -> None:
    count = [len(vintages.figure(words("en"), ".,", with_scenario=is_there)["data"]) for is_there in (True, False)]
    assert count[0] == count[1] + 1


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "A forecast shortage is not a vacancy"), ("nl", "Een voorspeld tekort is geen vacature")]
)
def test_table_and_note_say_what_is_shown(comparison: Comparison, language: str, sentence: str) -> None:
    section = vintages.section(words(language), Numbers(words(language)), comparison)
    assert sentence in section["lead"]
    rows = section["table"]["rows"]
    years = sorted({month.year for month in comparison.frames.months})
    assert len(rows) == len(vintages.forecasts()) + len(years)
    assert all(len(row["cells"]) == len(section["table"]["columns"]) for row in rows)
    ours = rows[-1]["cells"][1]["value"]
    seeds = list(comparison.positions["baseline"].values())
    last = [month.year == years[-1] for month in comparison.frames.months]
    assert ours == pytest.approx(comparison.values[seeds][:, last, list(METRICS).index("shortage_fte.care")].mean() / 1000)


def test_title_gives_both_ends(comparison: Comparison) -> None:
    title = vintages.section(words("en"), Numbers(words("en")), comparison)["title"]
    assert title.startswith("4 published forecasts of the care shortage in 2022 went from 112.5 down to 49 thousand")
    care = comparison.values[list(comparison.positions["baseline"].values()), :, list(METRICS).index("shortage_fte.care")]
    first, last = (float(x) for x in re.findall(r"goes from ([\d.]+) to ([\d.]+) thousand", title)[0])
    np.testing.assert_allclose([first, last], [care[:, :12].mean() / 1000, care[:, -12:].mean() / 1000], atol=0.5)


def test_one_seed_has_no_range(tmp_path) -> None:
    write_runs(tmp_path, (BASELINE,), seeds=1, months=13)
    rows = vintages.section(words("en"), Numbers(words("en")), compare(tmp_path.glob("*/*")))["table"]["rows"]
    assert rows[-1]["cells"][2]["text"] == ""


def test_a_missing_file_is_named(monkeypatch, tmp_path) -> None:
    vintages.forecasts.cache_clear()
    monkeypatch.setattr(vintages, "FILE", tmp_path / "gone.csv")
    with pytest.raises(UserError, match=r"gone\.csv is missing"):
        vintages.forecasts()
    vintages.forecasts.cache_clear()
