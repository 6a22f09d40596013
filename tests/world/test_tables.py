"""Tables are complete, in range, and use nothing observed after 2023Q3."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from sim.codes import N_SECTORS, SECTOR, month_index
from sim.world import World, sources
from sim.world.jobs import job_targets
from sim.world.skills import predicted_switches, published_switches, skill_distance, switch_shares
from sim.world.states import pension_age_months
from sim.world.trends import national_demand_index, national_jobs, sector_growth


def test_shapes_and_ranges(world: World) -> None:
    tables, months = world.tables, world.until - world.start + 1
    years = world.until // 12 - world.start // 12 + 1
    assert tables.pension_age_months.shape == (months,)
    assert tables.death_probability_per_month.shape == tables.emigration_probability_per_month.shape == (years, 2, 76)
    assert tables.national_demand_index.shape == (months,)
    assert tables.national_demand_index[0] == 1.0
    np.testing.assert_allclose(tables.commuting_share.sum(axis=1), 1.0)
    assert (np.diag(tables.commuting_share) > 0.3).all()
    assert 0.02 < tables.sickness_share.min() < tables.sickness_share.max() < 0.1
    assert 36 < tables.hours_per_fte < 40


def test_skill_distance_is_a_distance_with_temp_agencies_near_the_middle() -> None:
    distance = skill_distance()
    assert (np.diag(distance) == 0).all()
    np.testing.assert_array_equal(distance, distance.T)
    off = distance[~np.eye(N_SECTORS, dtype=bool)]
    assert 0 < off.min() <= off.max() <= 1
    assert distance[SECTOR["N"]].mean() < np.median(distance.mean(axis=1)) + 0.05
    assert distance[SECTOR["P"], SECTOR["Q"]] < distance[SECTOR["P"], SECTOR["F"]]


def test_distance_brings_predicted_moves_nearer_to_the_published_ones() -> None:
    jobs = job_targets("2023-10").register.sum(axis=1) * sources.sector_shape("flexible_relative")
    published = np.array([share for *_, share in published_switches()])
    assert len(published) == 25
    near, blind = (
        np.corrcoef(switch_shares(predicted_switches(skill_distance(), jobs, jobs, steepness)), published)[0, 1] for steepness in (1.5, 0.0)
    )
    assert near > blind


def test_sector_trends_and_elasticities_average_to_the_nation() -> None:
    trend, elasticity = sector_growth()
    weight = sources.by_section("employee_jobs.csv", "jobs_k", "2019")
    index = [SECTOR[key] for key in sources.SECTIONS]
    assert (weight * trend[index]).sum() / weight.sum() == pytest.approx(0.0, abs=1e-4)
    assert (weight * elasticity[index]).sum() / weight.sum() == pytest.approx(1.0, abs=1e-3)
    assert elasticity[SECTOR["F"]] > 1.5 > 1.0 > elasticity[SECTOR["O"]]


def test_national_jobs_have_the_yearly_means_of_the_register() -> None:
    jobs, vacancies = national_jobs()
    annual = sources.read("employee_jobs.csv").filter(pl.col("sector") == "A-U").sort("year")["jobs_k"].to_numpy()
    np.testing.assert_allclose(jobs[:52].reshape(13, 4).mean(axis=1), annual, rtol=1e-9)
    assert len(jobs) == len(vacancies) == 55


def test_demand_falls_in_2020_and_follows_the_scenario_after_september_2023() -> None:
    start = month_index("2015-01")
    index = national_demand_index(start, month_index("2033-12"), 0.01)
    at = {label: index[month_index(label) - start] for label in ("2020-02", "2020-05", "2023-09", "2024-09", "2033-09")}
    assert at["2020-05"] < 0.99 * at["2020-02"]
    assert at["2024-09"] / at["2023-09"] == pytest.approx(1.01, abs=1e-5)
    assert at["2033-09"] / at["2023-09"] == pytest.approx(1.01**10, abs=1e-5)
    later = national_demand_index(month_index("2023-10"), month_index("2024-10"), 0.01)
    assert later[0] == 1.0
    assert later[-1] == pytest.approx(1.01)


def test_pension_age_is_the_law_and_never_falls() -> None:
    ages = pension_age_months(month_index("2015-01"), month_index("2035-12"))
    assert ages[0] == 65 * 12 + 3
    assert ages[month_index("2022-06") - month_index("2015-01")] == 66 * 12 + 7
    assert ages[month_index("2024-01") - month_index("2015-01")] == 67 * 12
    assert ages[month_index("2028-01") - month_index("2015-01")] == 67 * 12 + 3
    assert ages[-1] == 67 * 12 + 9
    assert (np.diff(ages) >= 0).all()
    assert np.diff(ages).max() <= 4


@pytest.mark.parametrize("start", sources.STARTS)
def test_the_three_counts_of_employment_agree(start: str) -> None:
    jobs = job_targets(start)
    in_work = jobs.employees.sum() + jobs.self_employed.sum()
    assert jobs.register.sum() == pytest.approx(jobs.employees.sum() + jobs.second.sum(), rel=1e-5)
    assert jobs.work.sum() == pytest.approx(jobs.register.sum(), rel=1e-9)
    assert jobs.commuting.sum() == pytest.approx(jobs.employees.sum(), rel=1e-6)
    assert 0.065 < jobs.second.sum() / in_work < 0.085
    if start == "2023-10":
        assert in_work == pytest.approx(9_731_000)
        assert jobs.self_employed.sum() == pytest.approx(1_550_000)


def test_most_people_in_groningen_jobs_live_there() -> None:
    """199 thousand of the jobs of employees in Groningen were held by residents in December 2014 (CBS)."""
    jobs = job_targets("2015-01")
    residents = jobs.commuting[0, 0].sum() / jobs.commuting[:, 0].sum() * jobs.work[:, 0].sum()
    assert residents == pytest.approx(199_000, rel=0.05)


def test_no_labour_market_observation_after_september_2023() -> None:
    quarters = sources.read("national_quarters.csv")["quarter"].to_list()
    assert max(quarters) == "2023Q3"
    assert max(sources.read("labour_force_by_age.csv")["period"].to_list()) == "2023Q3"
    for name in ("employee_jobs.csv", "employee_jobs_by_age.csv"):
        assert sources.read(name)["year"].max() == 2022


def test_every_data_file_is_described_and_every_figure_graded() -> None:
    provenance = sources.read("PROVENANCE.csv", ("file", "content", "source_table", "period", "licence", "transformation"))
    files = {path.name for path in sources.FOLDER.glob("*.csv")} - {"PROVENANCE.csv"}
    assert set(provenance["file"]) == files
    assert provenance.null_count().sum_horizontal().item() == 0
    for name in ("facts.csv", "profiles.csv"):
        frame = sources.read(name)
        assert set(frame["grade"]) <= {"observed", "descriptive", "derived", "assumption"}
        assert frame["source"].null_count() == 0
    assert sources.read("facts.csv")["unit"].null_count() == 0


def test_data_stay_small() -> None:
    assert sum(path.stat().st_size for path in sources.FOLDER.iterdir()) < 2_000_000


def test_an_unknown_figure_is_named() -> None:
    with pytest.raises(Exception, match="no figure 'care_reserv'"):
        sources.fact("care_reserv")
