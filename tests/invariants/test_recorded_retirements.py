"""The table of ages at retirement holds exactly those whom the line of retirement counts."""

import polars as pl
import pytest

from sim.codes import AGE_BAND_STARTS
from sim.model import LabourMarket
from sim.recorder import TIMINGS, Recorder
from sim.state.ledger import BAND_OF_AGE


@pytest.fixture(scope="module")
def result(run):
    return run()


def test_they_add_up_to_those_of_the_panel_month_by_month_and_band_by_band(result) -> None:
    band = pl.col("age").map_elements(lambda age: int(BAND_OF_AGE[12 * age]), return_dtype=pl.Int64)
    by_age = result.retirements.group_by("month", band=band).agg(pl.col("persons").sum())
    starts = {str(start): k for k, start in enumerate(AGE_BAND_STARTS)}
    of_panel = pl.col("age_band").cast(pl.String).str.slice(0, 2).replace_strict(starts, return_dtype=pl.Int64)
    by_band = result.panel.filter(pl.col("retirements") > 0).group_by("month", band=of_panel).agg(pl.col("retirements").sum())
    both = by_age.join(by_band, on=["month", "band"], how="full")
    assert by_age["persons"].sum() > 0
    assert both["persons"].to_list() == pytest.approx(both["retirements"].to_list())


def test_their_ages_in_years_agree_with_those_in_months(result) -> None:
    persons, years = result.retirements["persons"], result.retirements["age"].cast(pl.Float64)
    months = result.panel["retirement_age_months"].sum() / result.panel["retirements"].sum()
    assert 0 <= months / 12 - (persons * years).sum() / persons.sum() < 1


def test_before_at_and_after_are_told_apart_by_the_age_in_force(result, world) -> None:
    """The pension age of 2023 and after lies in the year of 66 or 67."""
    assert set(result.retirements["timing"]) == set(TIMINGS)
    years = {int(months) // 12 for months in world.tables.pension_age_months}
    at = result.retirements.filter(pl.col("timing") == "at")
    assert set(at["age"]) <= years
    assert result.retirements.filter(pl.col("timing") == "before")["age"].max() <= max(years)
    assert result.retirements.filter(pl.col("timing") == "after")["age"].min() >= min(years)


def test_the_pension_age_is_that_in_force_policies_included(result, run) -> None:
    assert result.retirements["pension_age"].unique().to_list() == [802, 804]
    later = run("+policies.pension_age={start: 2024-01, extra_months: 6, months_per_year: 6}").retirements
    assert later["pension_age"].max() > 804


def test_an_observer_of_the_user_and_the_recorder_look_on_side_by_side(configure, world) -> None:
    class Lines:
        def __init__(self) -> None:
            self.seen: list[str] = []

        def before(self, line) -> None:
            self.seen.append(line.name)

        def after(self, line) -> None:
            self.seen.append(line.name)

    model = LabourMarket(configure(), world)
    recorder = Recorder(model, 2)
    recorder.record(is_opening=True)
    model.observer = lines = Lines()
    for _ in range(2):
        model.step()
        recorder.record()
    assert lines.seen.count("retirement") == 4
    assert recorder.retirements()["persons"].sum() == pytest.approx(recorder.panel()["retirements"].sum())
