"""Metrics by hand, and tightness by class."""

from __future__ import annotations

import numpy as np
import pytest
from small_runs import write_small

from sim.analysis.contrast import load
from sim.analysis.metrics import METRICS
from sim.analysis.tightness import Tightness, tightness
from sim.codes import PROVINCE, SECTOR


@pytest.fixture
def levels(tmp_path):
    """Metrics of the second month: 205 + 190 FTE filled, two age bands, two sectors."""
    write_small(tmp_path, "baseline", 1, care=(100.0, 205.0), trade=(200.0, 190.0), reserve=5.0)
    return dict(zip(METRICS, load(tmp_path.glob("*/*")).values[0, 1], strict=True))


def test_levels_by_hand(levels):
    employed = 2 * (205.0 + 190.0)
    assert levels["employed"] == pytest.approx(employed)
    assert levels["unemployment_rate"] == pytest.approx(100 * 40 / (employed + 40))
    assert levels["vacancies_open"] == pytest.approx(60.0)
    assert levels["tension"] == pytest.approx(100 * 60 / 40)
    assert levels["net_participation"] == pytest.approx(100 * employed / (employed + 4 * 50))
    assert levels["hires"] == pytest.approx(8.0)
    assert levels["layoffs"] == pytest.approx(2.0)
    assert levels["wage_bill"] == pytest.approx(12.0)


def test_groups_by_hand(levels):
    assert levels["filled_fte.care"] == pytest.approx(210.0)  # reserve hours included
    assert levels["filled_fte.rest"] == pytest.approx(190.0)
    assert levels["filled_fte.crucial"] == pytest.approx(210.0)
    assert levels["filled_fte.all"] == pytest.approx(400.0)
    assert levels["shortage_fte.care"] == pytest.approx(795.0)
    assert levels["shortage_fte.defence"] == 0.0


def test_retirement_age_needs_twelve_months(levels):
    assert np.isnan(levels["retirement_age"])


def test_every_metric_has_a_label_and_a_meaning_in_both_languages():
    for metric in METRICS.values():
        for language in ("en", "nl"):
            assert metric.label(language)
            assert metric.meaning(language).endswith(".")


def test_tightness_is_vacancies_per_unemployed_of_the_cell(tmp_path):
    for seed in range(1, 61):
        write_small(tmp_path, "baseline", seed)
    result = tightness(load(tmp_path.glob("*/*")), "baseline")
    assert result.ratio[SECTOR["Q"], PROVINCE["Groningen"]] == pytest.approx(30 / 20)
    assert result.class_of(SECTOR["Q"], PROVINCE["Groningen"]) == "tight"
    assert result.class_of(SECTOR["A"], PROVINCE["Zeeland"]) is None


def test_cells_with_too_few_simulated_people_have_no_class(tmp_path):
    write_small(tmp_path, "baseline", 1)  # 20 unemployed in the cell at weight 100: a fifth of a simulated person
    result = tightness(load(tmp_path.glob("*/*")), "baseline")
    assert result.tightest() is None
    assert sum(result.counts().values()) == 0


@pytest.mark.parametrize(
    ("ratio", "name"), [(0.1, "very_loose"), (0.25, "loose"), (1.0, "average"), (1.5, "tight"), (3.9, "tight"), (4.0, "very_tight")]
)
def test_class_limits(ratio, name):
    assert Tightness(np.full((20, 12), ratio)).class_of(0, 0) == name
