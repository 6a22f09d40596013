"""Are the published figures complete, typed, sourced, and within the windows they may come from?"""

from itertools import pairwise

import polars as pl
import pytest

from sim.calibration.targets import CHECK, EVERY, FIT, FOLDER, KEYS, in_window, load_targets, observed, quarters, target
from sim.codes import PROVINCES
from sim.config.errors import UserError
from sim.world.sources import SECTIONS

LAST = "2023Q3"
FLOWS = ("vacancies_new", "vacancies_filled")


def values(name: str) -> dict[tuple[str, str], float]:
    """(cell, period) -> value of a target."""
    return {(cell, period): x for name_, cell, period, x in observed().rows() if name_ == name}


def test_every_figure_has_a_target_and_every_target_has_figures():
    assert set(observed()["target"]) == set(load_targets())


def test_targets_say_everything():
    for row in load_targets().values():
        assert row.every in EVERY
        assert 0 < row.tolerance < 1
        assert all((row.unit, row.by, row.source, row.licence, row.reason, row.meaning_en, row.meaning_nl)), row.target
        assert row.meaning_en != row.meaning_nl, row.target


def test_no_figure_stands_twice():
    assert not observed().select(KEYS).is_duplicated().any()


def test_nothing_after_the_third_quarter_of_2023():
    for period in observed()["period"].unique():
        assert "2010Q1" <= quarters(period)[0] <= quarters(period)[1] <= LAST, period


def test_periods_have_the_form_of_their_target():
    for name, _, period, value in observed().rows():
        every = load_targets()[name].every
        assert (len(period), "Q" in period) == ((6, True) if every == "quarter" else (4, False)), (name, period)
        assert value >= 0, (name, period)


def test_there_are_enough_series_to_be_judged_on():
    scored = [name for name, row in load_targets().items() if row.scored]
    in_fit = pl.Series([in_window(period, FIT) for period in observed()["period"]])
    series = observed().filter(in_fit & pl.col("target").is_in(scored)).select("target", "cell").unique()
    assert len(series) >= 190


def test_a_period_belongs_to_the_window_that_holds_all_of_it():
    assert [in_window(period, FIT) for period in ("2014Q4", "2015Q1", "2015", "2019", "2019Q4", "2020Q1", "2020")] == [
        False, True, True, True, True, False, False,
    ]  # fmt: skip
    assert [in_window(period, CHECK) for period in ("2019", "2020", "2022", "2023", "2023Q3", "2023Q4")] == [
        False, True, True, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["vacancies_open", "jobs", "jobs_55plus_share"])
def test_sections_are_complete(name):
    figures = values(name)
    periods = {period for _, period in figures}
    assert {cell for cell, _ in figures} == {*SECTIONS, "A-U"}
    assert len(figures) == len(periods) * (len(SECTIONS) + 1)
    expected = 55 if name == "vacancies_open" else 13
    assert len(periods) == expected


def all_flows(name: str) -> dict[tuple[str, str], float]:
    """A flow of vacancies of all sections, the small ones included."""
    large, small = values(name), values(f"{name}_small")
    assert not {cell for cell, _ in large} & {cell for cell, _ in small}
    assert {cell for cell, _ in large} | {cell for cell, _ in small} == {*SECTIONS, "A-U"}
    return large | small


def test_stock_and_flow_of_vacancies_agree_within_rounding():
    """open(t) = open(t-1) + new(t) - filled(t): stocks in tenths, flows in whole thousands."""
    stock, new, filled = values("vacancies_open"), all_flows("vacancies_new"), all_flows("vacancies_filled")
    periods = sorted({period for _, period in stock})
    for cell in (*SECTIONS, "A-U"):
        for before, period in pairwise(periods):
            residual = stock[cell, period] - stock[cell, before] - new[cell, period] + filled[cell, period]
            assert abs(residual) <= 1.1 + 1e-9, (cell, period, residual)


def test_sections_add_up_to_the_total_within_rounding():
    stock, jobs = values("vacancies_open"), values("jobs")
    for figures, rounding in ((stock, 0.05 * 20), (jobs, 0.5 * 20)):
        for period in {period for _, period in figures}:
            parts = sum(figures[cell, period] for cell in SECTIONS)
            assert abs(parts - figures["A-U", period]) <= rounding + 1e-9, period


def test_duration_is_that_of_the_stocks_and_flows():
    stock, filled = values("vacancies_open"), values("vacancies_filled")
    for (cell, year), days in values("vacancy_duration").items():
        ends = [f"{year}Q{k}" for k in range(1, 5)]
        expected = 365.25 * sum(stock[cell, q] for q in ends) / 4 / sum(filled[cell, q] for q in ends)
        assert days == pytest.approx(expected, abs=0.06), (cell, year)


def test_shares_of_provinces_add_up():
    figures = values("vacancy_share_province")
    assert {cell for cell, _ in figures} == set(PROVINCES)
    for year in {period for _, period in figures}:
        assert sum(x for (_, period), x in figures.items() if period == year) == pytest.approx(100, abs=0.01)


def test_what_became_of_employees_adds_up():
    same, other, none = (values(f"{name}_after_year") for name in ("same_job", "other_employer", "no_employee_job"))
    for key in same:
        assert same[key] + other[key] + none[key] == pytest.approx(100, abs=0.2), key


def test_unemployment_is_on_the_revised_basis():
    """Yearly means published after the revision: 7.9 % in 2015, 4.4 % in 2019; before it they were 6.9 and 3.4."""
    rate = values("unemployment_rate")
    for year, mean in (("2015", 7.9), ("2019", 4.4)):
        assert sum(rate["15-74", f"{year}Q{k}"] for k in range(1, 5)) / 4 == pytest.approx(mean, abs=0.05)


def test_the_error_of_a_small_figure_is_that_of_rounding():
    row = target("vacancies_open")
    assert row.error(100.0) == pytest.approx(100 * row.tolerance, rel=0.01)
    assert row.error(0.0) == pytest.approx(row.rounding / 12**0.5)


def test_an_unknown_target_names_the_nearest():
    with pytest.raises(UserError, match="vacancies_open"):
        target("vacancy_open")


def test_every_file_is_described():
    provenance = pl.read_csv(FOLDER / "PROVENANCE.csv")
    assert set(provenance["file"]) == {path.name for path in FOLDER.glob("*.csv")} - {
        "PROVENANCE.csv",
        "validation.csv",
    }  # the latter: validation.yaml
    for row in provenance.iter_rows(named=True):
        assert all(row.values()), row["file"]
