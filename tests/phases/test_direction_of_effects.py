"""Each line of the month moves things the way its economics say. Same people, same draws, one thing changed."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from sim.codes import SECTOR, SECTORS, State
from sim.evidence.parameters import load_parameters
from sim.model import LabourMarket
from tests.conftest import total


def stock(result, column, **where):
    last = result.panel.filter(pl.col("month") == result.panel["month"].max())
    for name, value in where.items():
        last = last.filter(pl.col(name).cast(pl.String) == value)
    return float(last[column].sum())


def test_calendar_gives_the_pension_age_of_the_month(model):
    for _ in range(3):
        model.step()
    assert model.now.pension_age == 66 * 12 + 10  # December 2023
    model.step()
    assert model.now.pension_age == 67 * 12  # January 2024


def test_demography_lets_people_come_of_age_and_leave_at_75(model):
    model.step()
    age = model.month - model.people.birth_month[: model.n_present].astype(int)
    present = model.people.state[: model.n_present] != State.OUTSIDE
    assert age[present].max() < 75 * 12
    assert (age[present] == 15 * 12).any()


def test_more_national_demand_opens_vacancies_and_lowers_unemployment(run, world):
    boom = run(national_demand_index=world.tables.national_demand_index * np.linspace(1, 1.05, len(world.tables.national_demand_index)))
    assert total(boom.market, "vacancies_new") > total(run().market, "vacancies_new")
    assert total(boom.panel, "unemployed") < total(run().panel, "unemployed")
    assert stock(boom, "employed") > stock(run(), "employed")


def test_a_shrinking_sector_gives_notice_to_more_people(run, world):
    trend = world.tables.sector_trend_per_year.copy()
    trend[SECTOR["G"]] -= 0.15
    shrinking = run(sector_trend_per_year=trend)
    assert total(shrinking.market, "layoffs", sector="G") > 1.5 * total(run().market, "layoffs", sector="G")
    assert stock(shrinking, "employed", sector="G") < stock(run(), "employed", sector="G")


def test_a_crisis_raises_the_shortage_of_its_sector_only_while_it_lasts(run):
    crisis = run("economy.crises=[{start: 2024-03, months: 4, sector: Q, demand_factor: 1.15}]")
    difference = (
        crisis.market.filter(pl.col("sector") == "Q").group_by("month").agg(pl.col("desired_fte").sum()).sort("month")["desired_fte"]
        - run().market.filter(pl.col("sector") == "Q").group_by("month").agg(pl.col("desired_fte").sum()).sort("month")["desired_fte"]
    )
    months = run().market["month"].unique().sort().to_list()
    hit = [month for month, value in zip(months, difference, strict=True) if value > 1000]
    assert hit == [date(2024, m, 1) for m in (3, 4, 5, 6)]


def test_reservists_come_in_a_crisis_and_only_then(run):
    crisis = run("economy.crises=[{start: 2024-03, months: 4, sector: DEF, demand_factor: 1.5}]")
    assert total(run().market, "reserve_fte") == 0
    assert total(crisis.market, "reserve_fte", sector="DEF") > 0
    assert total(crisis.market, "reserve_fte", sector="Q") == 0


def test_reservists_drill_without_a_crisis(run):
    often = run("+parameters.reserves.care_drill_days=8.0")
    assert total(run().market, "drill_fte", sector="Q") > 0
    assert total(often.market, "drill_fte", sector="Q") > 2 * total(run().market, "drill_fte", sector="Q")
    assert total(often.market, "drill_fte", sector="DEF") == total(run().market, "drill_fte", sector="DEF")


def test_more_closures_displace_more_workers(run):
    calm, rough = (run(f"+parameters.labour_demand.closure_per_year={rate}") for rate in (0.0, 0.05))
    assert total(rough.market, "layoffs") > 1.5 * total(calm.market, "layoffs")


def test_a_person_under_notice_stays_at_work_until_it_ends(configure, world):
    model = LabourMarket(configure("+parameters.labour_demand.closure_per_year=0.2"), world)
    people, left_early, waited, ended = model.people, 0, 0, 0
    for _ in range(8):
        until, employer = people.notice_until.copy(), people.employer.copy()
        model.step()
        waiting = until > model.month
        waited += waiting.sum()
        left_early += (waiting & (people.state == State.UNEMPLOYED)).sum()
        over = (until == model.month) & (people.employer == employer)
        assert not over.any(), "nobody stays after the last month of notice"
        ended += ((until == model.month) & (people.state == State.UNEMPLOYED)).sum()
    assert ended > 0
    assert waited > 0
    assert left_early < 0.1 * waited


def test_higher_pension_age_keeps_66_year_olds_at_work(run, world):
    later = run(pension_age_months=(world.tables.pension_age_months + 12).astype(np.int16))
    gain = stock(later, "employed", age_band="65-74") - stock(run(), "employed", age_band="65-74")
    assert gain > 0.1 * stock(run(), "employed", age_band="65-74")
    assert total(later.panel, "retirements") < total(run().panel, "retirements")


def test_poor_health_brings_retirement_forward(run):
    assert total(run("+parameters.retirement.poor_health=3.0").panel, "retirements") > total(run().panel, "retirements")


def test_training_gives_a_licence_and_costs_search_time(model):
    people = model.people
    for _ in range(13):
        model.step()
        if (people.state == State.TRAINING).any():
            break
    learning = np.flatnonzero(people.state == State.TRAINING)
    assert learning.size > 0
    assert (people.institute[learning] >= 0).all()
    assert not people.is_searching[learning].any()
    taught = model.institutes.sector[people.institute[learning]]
    assert ((people.qualifications[learning] >> taught) & 1 == 0).all(), "who holds the licence does not queue for it"


def test_intakes_never_exceed_the_seats(model):
    for _ in range(12):
        students = model.institutes.students.copy()
        model.step()
        assert (model.institutes.students - students <= model.institutes.seats_per_intake).all()


def test_vacancies_that_are_given_up_more_often_are_withdrawn(run):
    assert total(run("+parameters.vacancies.lapse_per_month=0.2").market, "vacancies_withdrawn") > total(
        run().market, "vacancies_withdrawn"
    )


def test_most_hires_without_a_recorded_vacancy_disappear_when_all_openings_are_advertised(run):
    def hidden(result):
        return total(result.market, "hires") - total(result.market, "vacancies_filled")

    assert hidden(run()) > 0
    everywhere = (f"+parameters.vacancies.advertised_share_{sector}=1.0" for sector in SECTORS)
    assert hidden(run("+parameters.vacancies.recorded_at_once=1.0", *everywhere)) == 0


def second_year(result):
    """Market of the months from the thirteenth on: the vacancies that were there at the start are gone."""
    return result.market.filter(pl.col("month") >= date(2024, 10, 1))


def test_openings_that_are_never_advertised_are_no_vacancies(run):
    """Half as many are advertised: vacancies are filled for half as many of the hires."""
    shares = {key: load_parameters()[f"vacancies.advertised_share_{key}"].central / 2 for key in SECTORS}
    half = run(*(f"+parameters.vacancies.advertised_share_{key}={share}" for key, share in shares.items()))

    def recorded(result):
        return total(second_year(result), "vacancies_filled") / total(second_year(result), "hires")

    assert recorded(half) == pytest.approx(recorded(run()) / 2, rel=0.1)


def test_the_unemployed_start_businesses_of_their_own(run):
    def started(result):
        flows = result.flows.filter((pl.col("cause") == "search") & (pl.col("to_state") == "employed"))
        return flows["persons"].sum()

    assert started(run("+parameters.search.start_business_per_month=0.0")) == 0
    assert started(run()) > 0


def test_who_only_takes_a_look_is_not_counted_as_unemployed(run):
    def starts(result):
        flows = result.flows.filter((pl.col("cause") == "search") & (pl.col("from_state") == "inactive"))
        return flows["persons"].sum()

    def straight_to_work(result):
        flows = result.flows.filter((pl.col("cause") == "matching") & (pl.col("from_state") == "inactive"))
        return flows["persons"].sum()

    everybody = run("+parameters.search.casual_share=1.0")
    assert starts(everybody) == 0
    assert straight_to_work(everybody) > straight_to_work(run()) > 0


def test_more_search_from_inactivity_raises_employment(run):
    assert stock(run("+parameters.search.inactive_per_month=0.2"), "employed") > stock(run(), "employed")


def test_easier_screening_fills_vacancies_and_lowers_unemployment(run):
    easy = run("+parameters.matching.callback_rate=0.5")
    assert stock(easy, "unemployed") < stock(run(), "unemployed")
    assert total(easy.market, "vacancies_open") < total(run().market, "vacancies_open")


def test_screening_by_age_lengthens_the_search_of_older_workers(run):
    def share_55(result):
        last = result.panel.filter(pl.col("month") == result.panel["month"].max())
        older = last.filter(pl.col("age_band").cast(pl.String).is_in(["55-59", "60-64"]))
        return older["unemployed"].sum() / (older["unemployed"].sum() + older["employed"].sum())

    assert share_55(run("+parameters.matching.callback_55_plus=0.1")) > share_55(run())


def test_nobody_without_licence_takes_a_licensed_job(model):
    model.step()
    v = model.vacancies
    hired = np.flatnonzero((v.taker >= 0) & (v.needs_licence == 1))
    assert hired.size > 0
    sector = model.employers.sector[v.employer[hired]]
    assert ((model.people.qualifications[v.taker[hired]] >> sector) & 1 == 1).all()


def test_a_move_to_a_distant_sector_costs_wage(run):
    steep = run("+parameters.wages.penalty_per_distance=0.5")
    assert total(steep.panel, "wage_bill_eur") / total(steep.panel, "fte") < total(run().panel, "wage_bill_eur") / total(run().panel, "fte")


def test_wages_grow_in_the_job(run):
    still = run("+parameters.wages.growth_per_year_of_tenure=0.0")
    assert total(run().panel, "wage_bill_eur") > total(still.panel, "wage_bill_eur")


def test_the_shortage_spiral_is_off_by_default_and_costs_hours_when_on(run):
    assert total(run("+parameters.hours.spiral=0.0").market, "hours_worked_fte") == total(run().market, "hours_worked_fte")
    assert total(run("+parameters.hours.spiral=0.5").market, "hours_worked_fte") < total(run().market, "hours_worked_fte")


def test_second_jobs_that_end_sooner_are_fewer(configure, world):
    def second_jobs(*overrides):
        model = LabourMarket(configure(*overrides), world)
        for _ in range(12):
            model.step()
        return int((model.people.second_employer >= 0).sum())

    assert second_jobs("+parameters.hours.second_job_end_per_month=0.3") < second_jobs()


@pytest.mark.parametrize("name", ["senior_networks", "job_bridge"])
def test_levers_are_neutral_until_a_programme_runs(model, name):
    model.step()
    assert all((values == 0).all() for values in model.levers._values.values())
