"""Errors, naive forecasts and intervals on series whose answer is known; nothing of a window is known before it."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from sim.calibration.bars import SECTOR_VACANCIES, Bar, bars
from sim.calibration.naive import NAIVE, forecasts, moment, seasonal_ar
from sim.calibration.score import BANDS, POINT, QUANTILE, SERIES, Scores, by_target, score
from sim.calibration.targets import load_targets

QUARTERS = [f"{year}Q{quarter}" for year in range(2010, 2024) for quarter in range(1, 5)][:55]
YEARS = [str(year) for year in range(2010, 2023)]


def observations(**series: dict[str, float]) -> pl.DataFrame:
    """Observations by ``target__cell``."""
    rows = [(*name.split("__"), period, float(value)) for name, values in series.items() for period, value in values.items()]
    return pl.DataFrame(rows, schema=["target", "cell", "period", "value"], orient="row")


def runs(frame: pl.DataFrame, factor: float = 1.0, seeds: int = 2, luck: float = 0.0, random: int = 0) -> pl.DataFrame:
    """Simulated series: the observed ones times `factor` and log-normal luck."""
    draws = np.random.default_rng(random)
    shown = [frame.with_columns(value=pl.col("value") * factor * pl.Series(np.exp(luck * draws.standard_normal(len(frame)))),
                                seed=pl.lit(seed, pl.Int64)) for seed in range(1, seeds + 1)]  # fmt: skip
    return pl.concat(shown)


def wave(periods: list[str], level: float = 100.0) -> dict[str, float]:
    """A series with trend and season."""
    return {period: level * (1 + 0.01 * n) * (1.1 if period.endswith("Q1") else 1.0) for n, period in enumerate(periods)}


def row(scores: Scores, window: str, target: str = "t", cell: str = "c") -> dict[str, object]:
    [found] = scores.series.filter((pl.col("window") == window) & (pl.col("target") == target) & (pl.col("cell") == cell)).to_dicts()
    return found


# --- naive forecasts --------------------------------------------------------------------------------------------------------------
def test_last_value_and_mean_of_the_window():
    history = {"2013Q4": 1.0, "2014Q1": 2.0, "2014Q2": 6.0}
    found = forecasts(history, ["2015Q1", "2015Q2"], ["2014Q1", "2014Q2", "2014Q3"])
    assert found["last_value"] == [6.0, 6.0]
    assert found["window_mean"] == [4.0, 4.0]
    assert found["seasonal_ar"] == [None, None]  # too short


def test_seasonal_ar_continues_a_season_exactly():
    season = {1: 120.0, 2: 100.0, 3: 90.0, 4: 95.0}
    history = {period: season[int(period[-1])] for period in QUARTERS[:40]}
    assert seasonal_ar(history, ["2020Q1", "2020Q3", "2021Q4"]) == pytest.approx([120.0, 90.0, 95.0])


def test_seasonal_ar_finds_the_coefficient_and_forgets_by_it():
    draws, x = np.random.default_rng(3), [0.0]
    for _ in range(39_999):
        x.append(0.6 * x[-1] + 0.01 * draws.standard_normal())
    history = {f"{1000 + n // 4:04d}Q{n % 4 + 1}": math.exp(value) for n, value in enumerate(x[:32_000])}
    last = moment("1000Q1")[1] + 31_999
    ahead = [f"{(last + h) // 4:04d}Q{(last + h) % 4 + 1}" for h in (1, 2, 40)]
    found = np.log(np.array(seasonal_ar(history, ahead), dtype=float))
    off = x[31_999]
    assert found[:2] == pytest.approx([0.6 * off, 0.36 * off], abs=0.002)
    assert found[2] == pytest.approx(0.0, abs=0.002)


def test_an_explosive_series_does_not_explode():
    history = {period: math.exp(1.5**n / 1e4) for n, period in enumerate(QUARTERS[:30])}
    assert max(seasonal_ar(history, QUARTERS[30:50])) <= 1.001 * max(history.values()) ** 2  # type: ignore[type-var]


def test_years_drift():
    assert seasonal_ar({"2010": 100.0, "2012": 121.0, "2013": 133.1}, ["2014", "2016"]) == pytest.approx([146.41, 177.1561])
    assert seasonal_ar({"2010": 1.0, "2011": 2.0}, ["2014"]) == [None]
    assert seasonal_ar({"2010": -1.0, "2011": 0.0, "2012": 1.0}, ["2014"]) == pytest.approx([3.0])  # no logarithm: in levels


def test_gaps_are_no_neighbours():
    """A series with every second quarter missing has no pair to fit to: its coefficient is nought, not that of two quarters."""
    history = {period: 100.0 + 10 * (n % 4) for n, period in enumerate(QUARTERS[:40]) if n % 2 == 0}
    found = seasonal_ar(history, ["2020Q1", "2020Q2"])
    assert found[0] == pytest.approx(100.0)
    assert found[1] is None  # no second quarter was ever seen


@pytest.mark.parametrize("period", ["2015Q5", "2015Q", "15Q1", "2015-01", ""])
def test_a_period_is_a_quarter_or_a_year(period):
    with pytest.raises(ValueError, match="is not a period"):
        moment(period)


# --- nothing is known before it happened ------------------------------------------------------------------------------------------
def test_check_window_changes_neither_naive_forecasts_nor_the_width_of_intervals():
    truth = wave(QUARTERS)
    other = {period: value * (3.0 if period >= "2020" else 1.0) for period, value in truth.items()}
    simulated = runs(observations(t__c=truth), 1.05, luck=0.02)
    columns = ["period", *BANDS, *NAIVE]
    one, two = (score(simulated, observations(t__c=values), {"t"}, 0.01).points.select(columns) for values in (truth, other))
    assert one.equals(two)
    assert not one.filter(pl.col("period") >= "2020")["low90"].null_count()


def test_naive_forecasts_of_the_fit_window_know_nothing_of_it():
    truth = wave(QUARTERS)
    other = {period: value * (3.0 if period >= "2015" else 1.0) for period, value in truth.items()}
    simulated = runs(observations(t__c=truth))
    one, two = (
        score(simulated, observations(t__c=values), {"t"}, 0.01).points.filter(pl.col("window") == "fit").select("period", *NAIVE)
        for values in (truth, other)
    )
    assert one.equals(two)
    assert one["last_value"].unique().to_list() == [truth["2014Q4"]]
    assert one["window_mean"][0] == pytest.approx(np.mean([value for period, value in truth.items() if period < "2015"]))


def test_check_window_is_forecast_from_the_fit_window():
    truth = wave(QUARTERS)
    check = score(runs(observations(t__c=truth)), observations(t__c=truth), {"t"}, 0.01).points.filter(pl.col("window") == "check")
    assert check["last_value"][0] == truth["2019Q4"]
    assert check["window_mean"][0] == pytest.approx(np.mean([value for period, value in truth.items() if "2015" <= period < "2020"]))


def test_without_earlier_figures_there_is_no_naive_forecast_of_the_fit_window():
    truth = {period: value for period, value in wave(QUARTERS).items() if period >= "2015"}
    found = score(runs(observations(t__c=truth)), observations(t__c=truth), {"t"}, 0.01)
    assert row(found, "fit")["best_naive"] is None
    assert row(found, "fit")["wins"] is None
    assert row(found, "check")["wins"] is True


def test_looking_at_the_fit_window_only_shows_nothing_of_the_other():
    truth = wave(QUARTERS)
    found = score(runs(observations(t__c=truth)), observations(t__c=truth), {"t"}, 0.01, windows=("fit",))
    assert set(found.points["window"]) == {"fit"}
    assert found.points["period"].max() == "2019Q4"
    assert len(found.missing) == 0
    assert [bar.window for bar in bars(found)] == ["fit"]


# --- errors -----------------------------------------------------------------------------------------------------------------------
def test_error_is_the_median_over_periods_of_the_mean_over_seeds():
    truth = dict.fromkeys(["2015", "2016", "2017", "2018", "2019"], 100.0)
    simulated = pl.concat(
        observations(t__c=dict(zip(truth, values, strict=True))).with_columns(seed=pl.lit(seed))
        for seed, values in ((1, [90, 110, 130, 100, 99]), (2, [110, 110, 150, 101, 101]))
    )
    found = score(simulated, observations(t__c=truth), {"t"}, 0.01)
    assert found.points["error"].to_list() == pytest.approx([0.0, 10.0, 40.0, 0.5, 0.0])
    assert found.points["spread"][0] == pytest.approx(math.sqrt(200))
    assert row(found, "fit")["error"] == pytest.approx(0.5)


def test_every_series_has_one_vote_and_shown_only_has_none():
    long, short = wave(QUARTERS), wave(YEARS)
    observed = observations(t__a=long, t__b=short, u__c=short, shown__d=short)
    names = {"a": 1.02, "b": 1.04, "c": 1.09, "d": 2.0}
    simulated = pl.concat(runs(observed.filter(pl.col("cell") == cell), factor) for cell, factor in names.items())
    found = score(simulated, observed, {"t", "u"}, 0.01)
    by_name = {(bar.name, bar.window): bar for bar in bars(found)}
    assert by_name["error", "check"].measured == pytest.approx(4.0)
    assert by_name["error", "fit"].measured == pytest.approx(4.0)
    targets = {(r["target"], r["window"]): r for r in by_target(found).to_dicts()}
    assert targets["t", "check"]["error"] == pytest.approx(3.0)
    assert targets["shown", "check"]["error"] == pytest.approx(100.0)
    assert targets["shown", "check"]["scored"] is False


def test_who_wins_is_decided_against_the_best_of_three():
    flat = dict.fromkeys(YEARS, 100.0) | {"2020": 104.0, "2021": 104.0, "2022": 104.0}
    observed = observations(t__good=flat, t__bad=flat)
    simulated = pl.concat([runs(observed.filter(pl.col("cell") == "good"), 1.03), runs(observed.filter(pl.col("cell") == "bad"), 1.05)])
    found = score(simulated, observed, {"t"}, 0.01)
    good, bad = (row(found, "check", cell=cell) for cell in ("good", "bad"))
    assert good["error_naive"] == pytest.approx(100 * 4 / 104)
    assert (good["wins"], bad["wins"]) == (True, False)
    [target] = by_target(found).filter(pl.col("window") == "check").to_dicts()
    assert (target["n_won"], target["n_compared"]) == (1, 2)
    assert next(bar for bar in bars(found) if bar.name == "wins").measured == pytest.approx(50.0)


def test_a_tie_is_no_win():
    flat = dict.fromkeys(YEARS, 100.0)
    found = score(runs(observations(t__c=flat)), observations(t__c=flat), {"t"}, 0.01)
    assert row(found, "check")["wins"] is False


def test_what_the_model_does_not_give_is_named():
    observed = observations(t__c=wave(QUARTERS), t__lost=wave(YEARS))
    some = runs(observed.filter(pl.col("cell") == "c")).with_columns(
        value=pl.when(pl.col("period") == "2021Q2").then(float("nan")).otherwise(pl.col("value"))
    )
    found = score(some, observed, {"t"}, 0.01)
    assert found.missing.sort("cell").rows() == [("t", "c", 1), ("t", "lost", 8)]
    assert "lost" not in found.series["cell"].to_list()


def test_nothing_observed_has_no_percentage():
    truth = dict.fromkeys(YEARS, 0.0)
    found = score(runs(observations(t__c=truth)), observations(t__c=truth), {"t"}, 0.01)
    assert found.points["error"].null_count() == len(found.points)
    assert row(found, "check")["error"] is None
    assert row(found, "check")["wins"] is None


def test_sector_vacancies_are_counted_by_sector_and_quarter_without_the_total():
    truth = wave(QUARTERS)
    observed = observations(**{f"{SECTOR_VACANCIES}__{cell}": truth for cell in ("Q", "P", "A-U")})
    factors = {"Q": 1.10, "P": 1.10, "A-U": 3.0}
    simulated = pl.concat(runs(observed.filter(pl.col("cell") == cell), factor) for cell, factor in factors.items())
    found = score(simulated, observed, {SECTOR_VACANCIES}, 0.01)
    assert next(bar for bar in bars(found) if bar.name == "vacancies").measured == pytest.approx(10.0)
    assert SECTOR_VACANCIES in load_targets()


# --- intervals --------------------------------------------------------------------------------------------------------------------
def test_interval_holds_the_luck_of_the_mean_and_of_one_country_and_the_error_of_the_fit_window():
    truth = dict.fromkeys(YEARS, 100.0)
    up, down = (runs(observations(t__c=truth), factor, seeds=1) for factor in (1.15, 0.95))
    found = score(pl.concat([up, down.with_columns(seed=pl.lit(2, pl.Int64))]), observations(t__c=truth), {"t"}, scale=0.04).points
    mean, spread = 105.0, math.sqrt(200)
    sigma = math.sqrt((spread / mean) ** 2 * (1 / 2 + 0.04) + math.log(1.05) ** 2)
    for share, quantile in QUANTILE.items():
        assert found[f"high{share}"].to_list() == pytest.approx([mean * math.exp(quantile * sigma)] * len(found))
        assert found[f"low{share}"].to_list() == pytest.approx([mean * math.exp(-quantile * sigma)] * len(found))


def test_one_seed_leaves_the_error_of_the_fit_window_only():
    truth = dict.fromkeys(YEARS, 100.0)
    found = score(runs(observations(t__c=truth), 1.1, seeds=1), observations(t__c=truth), {"t"}, 0.01).points
    assert found["high90"][0] == pytest.approx(110 * 1.1 ** QUANTILE["90"])


@pytest.mark.parametrize("first", ["2018", "2020"])
def test_too_few_observations_in_the_fit_window_give_no_interval(first):
    truth = {period: value for period, value in wave(YEARS).items() if period >= first}
    found = score(runs(observations(t__c=truth)), observations(t__c=truth), {"t"}, 0.01)
    assert found.points["low90"].null_count() == len(found.points)
    assert row(found, "check")["covered90"] is None


def test_nothing_simulated_in_the_fit_window_gives_no_interval_instead_of_a_narrow_one():
    truth = wave(YEARS)
    simulated = runs(observations(t__c=truth)).with_columns(value=pl.when(pl.col("period") == "2017").then(0.0).otherwise(pl.col("value")))
    assert score(simulated, observations(t__c=truth), {"t"}, 0.01).points["low90"].null_count() == 8


def test_intervals_cover_what_they_say_when_errors_stay_as_they_were():
    """Many series with independent log-normal errors of one size in both windows."""
    draws, series = np.random.default_rng(7), {}
    for n in range(60):
        series[f"t__{n}"] = {period: 100 * math.exp(0.1 * draws.standard_normal()) for period in QUARTERS}
    observed = observations(**series)
    simulated = runs(observed.with_columns(value=pl.lit(100.0)), seeds=2)
    found = score(simulated, observed, {"t"}, 0.01).voters("check")
    assert found["covered90"].mean() == pytest.approx(0.90, abs=0.03)
    assert found["covered50"].mean() == pytest.approx(0.50, abs=0.04)


def test_an_error_that_grows_after_the_fit_window_is_seen():
    truth = wave(QUARTERS)
    simulated = runs(observations(t__c=truth)).with_columns(
        value=pl.col("value") * pl.when(pl.col("period") >= "2020").then(1.4).otherwise(1.01)
    )
    found = score(simulated, observations(t__c=truth), {"t"}, 0.01)
    assert row(found, "fit")["covered90"] == 1.0
    assert row(found, "check")["covered90"] == 0.0


# --- bars -------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("measured", "met", "off_by"), [(79.0, False, 1.0), (80.0, True, 0.0), (95.0, True, 0.0), (99.0, False, 4.0), (None, False, None)]
)
def test_a_bar_can_be_missed_on_both_sides_and_is_not_met_unmeasured(measured, met, off_by):
    bar = Bar("coverage", "check", measured, 80.0, 95.0)
    assert (bar.is_met, bar.off_by) == (met, off_by)


def test_nothing_to_score_meets_no_bar():
    empty = Scores(pl.DataFrame(schema=POINT), pl.DataFrame(schema=SERIES), pl.DataFrame())
    assert bars(empty) == []
    truth = wave(YEARS)
    shown_only = score(runs(observations(t__c=truth)), observations(t__c=truth), set(), 0.01)
    assert [(bar.measured, bar.is_met) for bar in bars(shown_only)] == [(None, False)] * 5
