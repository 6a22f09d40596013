"""People, employers and institutes fit together, and the sample adds up to the country."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest

from sim.codes import LICENSED_SECTORS, N_PROVINCES, NEVER, NO_SECTOR, NOBODY, SECTOR, Commitment, Contract, State
from sim.config.errors import UserError
from sim.config.outlook import Outlook
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.people import People
from sim.world import World, build_world
from sim.world.margins import margins


def _present(world: World) -> dict[str, np.ndarray]:
    return {name: values[: world.n_present] for name, values in world.people.items()}


def test_columns_fit_the_tables_of_the_model(world: World) -> None:
    People(len(world.people["sex"]), world.people)
    Employers(len(world.open_vacancies), world.employers)
    Institutes(len(world.institutes["sector"]), world.institutes)
    for name, values in world.people.items():
        assert values.dtype == People.columns[name].dtype, name
    for name, values in world.employers.items():
        assert values.dtype == Employers.columns[name].dtype, name


def test_same_seed_same_world_other_seed_other_people() -> None:
    first, again, other = (build_world(scale=0.001, start="2023-10", until="2024-03", seed=seed, outlook=Outlook()) for seed in (0, 0, 1))
    assert first.digest == again.digest
    assert first.digest != other.digest
    assert first.n_present == pytest.approx(other.n_present, abs=2)


def test_a_later_end_adds_entrants_and_changes_nobody_present() -> None:
    short, long = (build_world(scale=0.001, start="2023-10", until=until, outlook=Outlook()) for until in ("2024-03", "2026-12"))
    n = short.n_present
    assert long.n_present == n
    assert len(long.people["sex"]) > len(short.people["sex"])
    for name in ("birth_month", "sex", "province", "state", "sector", "employer", "wage_cents", "qualifications"):
        np.testing.assert_array_equal(short.people[name][:n], long.people[name][:n], err_msg=name)


def test_the_world_can_be_sent_to_another_process() -> None:
    world = build_world(scale=0.001, start="2015-01", until="2015-06", outlook=Outlook())
    copy = pickle.loads(pickle.dumps(world))
    assert copy.digest == world.digest
    np.testing.assert_array_equal(copy.people["employer"], world.people["employer"])


@pytest.mark.parametrize("start", ["2020-01", "2024-01", "spring"])
def test_a_start_without_data_is_refused_with_the_nearest_one(start: str) -> None:
    with pytest.raises(UserError, match="nearest"):
        build_world(scale=0.01, start=start, until="2030-12", outlook=Outlook())


def test_every_used_margin_is_met(world: World) -> None:
    table = margins(world)
    missed = table.filter(~pl.col("ok"))
    # hundreds of small cells: one in a hundred may miss its interval
    assert missed.height <= 0.01 * table.height, missed
    large = table.filter((pl.col("target") > 200_000) & (pl.col("margin").str.contains("wage").not_()))
    assert large["difference_pct"].abs().max() < 2.0, large.sort(pl.col("difference_pct").abs()).tail(5)


def test_margins_at_one_in_ten_are_within_one_per_cent_where_the_cell_is_not_small() -> None:
    table = margins(build_world(scale=0.1, start="2023-10", until="2023-12", outlook=Outlook()))
    counted = table.filter((pl.col("target") > 20_000) & ~pl.col("margin").str.contains("wage|check"))
    assert counted.height > 500
    assert counted["difference_pct"].abs().max() < 1.0, counted.sort(pl.col("difference_pct").abs()).tail(5)


def test_filled_jobs_are_the_main_and_second_jobs_of_people(world: World) -> None:
    people = _present(world)
    n = len(world.open_vacancies)
    jobs = np.bincount(people["employer"][people["employer"] != NOBODY], minlength=n)
    jobs += np.bincount(people["second_employer"][people["second_employer"] != NOBODY], minlength=n)
    np.testing.assert_array_equal(jobs, world.employers["filled_jobs"])
    assert jobs.min() >= 1
    np.testing.assert_array_equal(world.employers["base_jobs"], jobs + world.open_vacancies)


def test_every_employee_has_an_employer_of_the_own_sector_and_nobody_else_has_one(world: World) -> None:
    people = _present(world)
    employee = (people["state"] == State.EMPLOYED) & (people["contract"] != Contract.SELF_EMPLOYED)
    np.testing.assert_array_equal(people["employer"] != NOBODY, employee)
    np.testing.assert_array_equal(world.employers["sector"][people["employer"][employee]], people["sector"][employee])
    np.testing.assert_array_equal(people["contract"] != Contract.NONE, people["state"] == State.EMPLOYED)
    np.testing.assert_array_equal(people["job_since"] != NEVER, people["state"] == State.EMPLOYED)


def test_employers_are_in_order_of_sector_and_province(world: World) -> None:
    cell = world.employers["sector"].astype(int) * N_PROVINCES + world.employers["province"]
    assert (np.diff(cell) >= 0).all()


def test_employer_sizes_are_skewed(world_2023: World) -> None:
    sizes = world_2023.employers["filled_jobs"]
    assert np.median(sizes) <= 3
    assert sizes[sizes >= 100].sum() > 0.25 * sizes.sum()


def test_a_second_job_is_at_another_employer_and_is_committed(world: World) -> None:
    people = _present(world)
    second = people["second_employer"] != NOBODY
    assert (people["state"][second] == State.EMPLOYED).all()
    assert (people["second_employer"][second] != people["employer"][second]).all()
    np.testing.assert_array_equal(second, (people["commitments"] & Commitment.SECOND_JOB) > 0)
    np.testing.assert_array_equal(second, people["second_hours"] > 0)
    assert 0.06 < second.sum() / (people["state"] == State.EMPLOYED).sum() < 0.09


def test_licensed_sectors_are_staffed_by_licence_holders_and_reserves_exist_elsewhere(world: World) -> None:
    people = _present(world)
    for key in LICENSED_SECTORS:
        holds = (people["qualifications"] >> np.uint32(SECTOR[key])) & 1 == 1
        here = (people["sector"] == SECTOR[key]) & (people["state"] == State.EMPLOYED)
        assert holds[here].all()
        assert (holds & ~here).sum() > 0.1 * here.sum()


def test_reservists_do_not_work_in_the_sector_of_their_reserve(world_2023: World) -> None:
    people = _present(world_2023)
    at_work = people["state"] == State.EMPLOYED
    care = (people["commitments"] & Commitment.CARE_RESERVE) > 0
    defence = (people["commitments"] & Commitment.DEFENCE_RESERVE) > 0
    assert care.sum() == 32
    assert not (care & at_work & (people["sector"] == SECTOR["Q"])).any()
    assert defence.sum() == 54
    assert not (defence & (people["sector"] == SECTOR["DEF"])).any()
    assert not (care & defence).any()


def test_students_have_a_field_and_finish_in_a_july_to_come(world: World) -> None:
    graduation, field = world.people["graduation_month"], world.people["study_field"]
    student = graduation != NEVER
    np.testing.assert_array_equal(student, field != NO_SECTOR)
    assert (graduation[student] % 12 == 6).all()
    assert (graduation[: world.n_present][student[: world.n_present]] >= world.start).all()
    young = _present(world)["birth_month"] > world.start - 18 * 12
    assert student[: world.n_present][young].mean() > 0.85


def test_those_out_of_work_past_the_pension_age_are_retired_and_the_young_never(world: World) -> None:
    people = _present(world)
    months = world.start - 1 - people["birth_month"].astype(int)
    idle = np.isin(people["state"], [State.INACTIVE, State.RETIRED])
    past = idle & (months >= world.tables.pension_age_months[0])
    assert (people["state"][past] == State.RETIRED).all()
    assert not (people["state"][months < 55 * 12] == State.RETIRED).any()


def test_spells_began_before_the_start_and_not_before_15(world: World) -> None:
    people = _present(world)
    assert (people["state_since"] < world.start).all()
    assert (people["state_since"] >= np.minimum(people["birth_month"].astype(int) + 180, world.start - 1)).all()


def test_the_better_educated_earn_more_at_the_same_age(world_2023: World) -> None:
    people = _present(world_2023)
    age = (world_2023.start - 1 - people["birth_month"].astype(int)) // 12
    grown = (people["state"] == State.EMPLOYED) & (age >= 35) & (age < 45)
    means = [people["wage_cents"][grown & (people["education"] == level)].mean() for level in range(3)]
    assert means[0] < means[1] < means[2]


def test_entrants_have_no_job_and_are_outside(world: World) -> None:
    later = slice(world.n_present, None)
    assert (world.people["state"][later] == State.OUTSIDE).all()
    assert (world.people["employer"][later] == NOBODY).all()
    assert (world.people["sector"][later] == NO_SECTOR).all()
    assert (world.people["entry_month"][: world.n_present] == NEVER).all()


def test_institutes_cover_all_provinces_and_seats_follow_the_scale(world_2023: World) -> None:
    institutes = world_2023.institutes
    taught = {code: institutes["seats_per_intake"][institutes["sector"] == code].sum() for code in np.unique(institutes["sector"])}
    assert set(taught) == {SECTOR[key] for key in ("C", "F", "J", "DEF", "P", "Q")}
    assert taught[SECTOR["P"]] == round(1993 * 0.01 / 2)
    assert len(institutes["sector"]) == 6 * N_PROVINCES
    assert (institutes["intake_months"] == (1 << 1 | 1 << 8)).all()
