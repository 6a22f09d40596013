"""Does the season come out of the past only, and leave the level alone?"""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.calibration.season import factors_of, seasonal_factors, with_season
from sim.calibration.targets import load_targets, observed

AFTER = pl.col("period") > "2019Q4"
BEFORE = ~AFTER


def perturbed(where: pl.Expr) -> pl.DataFrame:
    """The published figures with those of third quarters doubled where the condition holds."""
    third = pl.col("period").str.ends_with("Q3")
    return observed().with_columns(value=pl.when(where & third).then(2 * pl.col("value")).otherwise(pl.col("value")))


def test_nothing_after_2019_enters():
    assert_frame_equal(seasonal_factors(perturbed(AFTER)), seasonal_factors())
    assert_frame_equal(seasonal_factors(observed().filter(BEFORE)), seasonal_factors())


def test_figures_before_2020_do_enter():
    factors = seasonal_factors(perturbed(BEFORE))["factor"].to_numpy()
    assert np.abs(factors - seasonal_factors()["factor"].to_numpy()).max() > 0.1


def test_factors_have_mean_one_and_exist_for_every_series_with_a_season():
    factors = seasonal_factors()
    seasonal = [name for name, row in load_targets().items() if row.season]
    series = observed().filter(pl.col("target").is_in(seasonal)).select("target", "cell").unique()
    assert len(factors) == 4 * len(series)
    means = factors.group_by("target", "cell").agg(pl.col("factor").mean())["factor"].to_numpy()
    assert means == pytest.approx(1.0)


def test_a_known_season_on_a_trend_is_found():
    season = np.array([0.8, 1.3, 1.1, 0.8])
    values = np.tile(season, 10) * np.exp(0.01 * np.arange(40))
    assert factors_of(values) == pytest.approx(season, abs=0.003)


def test_no_season_without_enough_figures():
    values = np.full(40, np.nan)
    values[20:24] = [1.0, 2.0, 3.0, 4.0]
    assert factors_of(values).tolist() == [1.0] * 4


def test_new_vacancies_of_education_peak_before_the_school_year():
    factors = seasonal_factors().filter((pl.col("target") == "vacancies_new") & (pl.col("cell") == "P")).sort("quarter")["factor"]
    assert factors.arg_max() == 1


def test_only_seasonal_targets_change_and_rows_stay_in_order():
    measured = pl.DataFrame(
        {
            "target": ["vacancies_open", "unemployment_rate", "jobs", "vacancies_open"],
            "cell": ["P", "15-74", "P", "P"],
            "period": ["2021Q2", "2021Q2", "2021", "2021Q1"],
            "value": [10.0, 5.0, 500.0, 10.0],
        }
    )
    after = with_season(measured)
    assert_frame_equal(after.drop("value"), measured.drop("value"))
    p = seasonal_factors().filter((pl.col("target") == "vacancies_open") & (pl.col("cell") == "P")).sort("quarter")["factor"].to_list()
    assert after["value"].to_list() == pytest.approx([10 * p[1], 5.0, 500.0, 10 * p[0]])
