"""What moves sectors after September 2023: people, targets and trends; and nothing of it before October 2023."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from sim.codes import N_SECTORS, SECTOR, month_index
from sim.config.compose import compose
from sim.config.errors import UserError
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.model import simulate
from sim.world import build_world, drivers, sources
from sim.world.tables import Tables, build_tables
from sim.world.trends import national_demand_index, sector_growth

HISTORY = month_index("2023-09") - month_index("2015-01") + 1
"""Months of history of a start in 2015."""


def demand(tables: Tables) -> np.ndarray:
    """(n_months, 20) log demand by sector relative to the start, without shocks: as in `sim.phases.labour_demand`."""
    years = np.arange(len(tables.national_demand_index))[:, None] / 12
    cycle = tables.sector_cycle_sensitivity * np.log(tables.national_demand_index)[:, None]
    return tables.sector_trend_per_year * years + cycle + tables.sector_drift


@pytest.fixture(scope="module")
def outlooks() -> dict[str, Outlook]:
    return {name: compose([f"economy={name}"]).economy.outlook for name in ("low", "mid", "high")}


def test_history_does_not_depend_on_the_scenario(outlooks: dict[str, Outlook]) -> None:
    low, high = (build_tables("2015-01", "2026-12", outlooks[name]) for name in ("low", "high"))
    assert not low.sector_drift[:HISTORY].any()
    assert low.sector_drift[:HISTORY].tobytes() == high.sector_drift[:HISTORY].tobytes()
    assert low.national_demand_index[:HISTORY].tobytes() == high.national_demand_index[:HISTORY].tobytes()
    assert (np.abs(demand(low)[HISTORY + 2] - demand(high)[HISTORY + 2]) > 0).all()


def test_a_run_of_history_is_the_same_in_every_scenario(outlooks: dict[str, Outlook]) -> None:
    settings = ["population.scale=0.001", "population.start=2015-01", "until=2016-06", "checks=off"]
    digests = {
        simulate(
            compose([*settings, f"economy={name}"]), build_world(scale=0.001, start="2015-01", until="2016-06", outlook=outlook)
        ).digest
        for name, outlook in outlooks.items()
    }
    assert len(digests) == 1


def test_demand_goes_on_from_history_without_a_jump(outlooks: dict[str, Outlook]) -> None:
    for outlook in outlooks.values():
        steps = np.diff(demand(build_tables("2015-01", "2035-12", outlook)), axis=0)
        assert np.abs(steps[HISTORY - 1 :]).max() < 0.004, "log points in a month"


def test_a_start_in_october_2023_sees_the_same_growth(outlooks: dict[str, Outlook]) -> None:
    tables = build_tables("2023-10", "2035-12", outlooks["mid"])
    assert not tables.sector_drift[0].any()
    whole = demand(build_tables("2015-01", "2035-12", outlooks["mid"]))
    np.testing.assert_allclose(demand(tables), whole[HISTORY:] - whole[HISTORY], atol=3e-4)


def test_all_ages_are_there_and_continue_the_file_of_the_world() -> None:
    people = drivers.people_by_age(2023)
    assert people.shape == (101,)
    assert people.sum() == pytest.approx(17.811e6, rel=1e-3), "CBS, 1 January 2023: 17,811,291"
    np.testing.assert_array_equal(people[:77], sources.population(2023).sum(axis=0))
    assert (drivers.people_by_age(2036)[80:] > people[80:]).all(), "ageing"
    with pytest.raises(UserError, match="no complete year 2022"):
        drivers.people_by_age(2022)


def test_weights_give_the_published_share_of_the_old_in_care() -> None:
    weight, people = drivers.weights("Q"), drivers.people_by_age(2023)
    assert weight[85] / weight[70] == 4
    assert 0.46 < (weight * people)[65:].sum() / (weight * people).sum() < 0.54, "about half, a little more as the old are more"
    assert drivers.weights("P")[[3, 4, 12, 18, 25]].tolist() == [0, 1, 1.45, 0.95, 0]


def test_more_old_people_are_more_care_and_more_births_are_more_education_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def growth(first: int, last: int) -> np.ndarray:
        original = drivers.people_by_age

        def more(year: int) -> np.ndarray:
            people = original(year).copy()
            born = (np.arange(101) >= first + max(year - 2026, 0)) & (np.arange(101) <= last + max(year - 2026, 0))
            people[born & (year >= 2026)] *= 1.2
            return people

        with monkeypatch.context() as patch:
            patch.setattr(drivers, "people_by_age", more)
            return demand(build_tables("2023-10", "2032-12", Outlook()))

    plain, old, births = demand(build_tables("2023-10", "2032-12", Outlook())), growth(80, 90), growth(0, 0)
    care, school, others = SECTOR["Q"], SECTOR["P"], [s for s in range(N_SECTORS) if s not in (SECTOR["Q"], SECTOR["P"])]
    assert (old[-24:, care] > plain[-24:, care] + 0.02).all()
    np.testing.assert_array_equal(old[:, [school, *others]], plain[:, [school, *others]])
    at = month_index("2028-12") - month_index("2023-10")
    np.testing.assert_array_equal(births[:at, school], plain[:at, school])
    assert (births[-12:, school] > plain[-12:, school]).all()


def test_use_multiplies_people_and_defence_stops_at_its_target() -> None:
    moved = Outlook(care_use_per_year=0.01, education_use_per_year=-0.01, defence_growth_per_year=0.02, defence_growth_until="2026-12")
    still, used = (demand(build_tables("2023-10", "2030-12", outlook)) for outlook in (Outlook(), moved))
    years = np.arange(len(still)) / 12
    for key, per_year in (("Q", 0.01), ("P", -0.01)):
        np.testing.assert_allclose(used[:, SECTOR[key]] - still[:, SECTOR[key]], years * np.log1p(per_year), atol=2e-6)
    defence, end = used[:, SECTOR["DEF"]], month_index("2026-12") - month_index("2023-10")
    np.testing.assert_allclose(defence[: end + 1], years[: end + 1] * np.log(1.02), atol=2e-6)
    np.testing.assert_allclose(defence[end:], defence[end], atol=2e-6)


@pytest.mark.parametrize("growth", [-0.01, 0.0, 0.003, 0.01])
def test_the_other_sectors_grow_together_as_the_scenario_says(growth: float) -> None:
    trend, elasticity = sector_growth()
    rest = [s for s in range(N_SECTORS) if s not in {SECTOR[key] for key in drivers.DRIVEN}]
    jobs = sources.by_section("employee_jobs.csv", "jobs_k", "2019")
    weight = np.array([0.0 if key in drivers.DRIVEN else jobs[sources.SECTIONS.index(key)] for key in SECTOR])[rest]
    assert (drivers.rest_growth(trend, elasticity, growth)[rest] * weight).sum() / weight.sum() == pytest.approx(np.log1p(growth), abs=1e-9)
    differences = np.diff(drivers.rest_growth(trend, elasticity, growth) - trend - elasticity * np.log1p(growth))
    np.testing.assert_allclose(differences, 0, atol=1e-12)
    index = national_demand_index(month_index("2023-10"), month_index("2024-10"), growth)
    drift = drivers.sector_drift(index, month_index("2023-10"), trend, elasticity, Outlook(growth))
    years = 1.0
    own = trend * years + elasticity * np.log(index[12]) + drift[12]
    np.testing.assert_allclose(own[rest], drivers.rest_growth(trend, elasticity, growth)[rest], atol=3e-6)


def test_the_scenario_moves_care_jobs_in_the_model(configure: Callable[..., SimConfig]) -> None:
    care = {}
    for name in ("low", "high"):
        config = configure(f"economy={name}")
        world = build_world(scale=0.002, start="2023-10", until=config.until, outlook=config.economy.outlook)
        market = simulate(config, world).market
        last = market.filter((pl.col("month") == market["month"].max()) & (pl.col("sector").cast(pl.String) == "Q"))
        care[name] = last["jobs_desired"].sum()
    assert care["high"] > 1.012 * care["low"]
