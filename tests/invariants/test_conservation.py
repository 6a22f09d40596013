"""People, jobs, vacancies and euros are neither made nor lost."""

import numpy as np
import polars as pl
import pytest

from sim.codes import State
from sim.model import LabourMarket
from sim.state.ledger import LedgerError


def test_every_cell_of_the_ledger_balances_every_month(model):
    for _ in range(15):
        model.step()  # checks=month: raises LedgerError at the first cell that does not balance
        assert (model.ledger.closing >= 0).all()
    assert model.ledger.books.inflow.sum() > 0


def test_the_ledger_notices_a_person_moved_behind_its_back(model):
    model.step()
    row = int(np.flatnonzero(model.people.state == State.RETIRED)[0])
    model.people.state[row] = State.INACTIVE
    with pytest.raises(LedgerError, match="do not balance"):
        model.step()


def test_the_checks_notice_a_job_made_up_by_an_employer(model):
    model.step()
    model.check()
    model.employers.filled_jobs[0] += 1
    with pytest.raises(LedgerError, match="filled jobs of employers"):
        model.check()


def test_people_leave_only_by_death_emigration_or_age_and_enter_by_the_calendar(run):
    flows = run().flows
    outside = flows.filter((pl.col("from_state") == "outside") | (pl.col("to_state") == "outside"))
    assert outside["cause"].unique().to_list() == ["demography"]


def test_opening_plus_flows_is_closing_for_every_state(run):
    result = run()
    states = ["employed", "unemployed", "inactive", "training", "retired"]
    stocks = result.panel.group_by("month").agg(pl.col(states).sum()).sort("month")
    for state in states:
        went = result.flows.filter(pl.col("from_state") == state).select("month", -pl.col("persons"))
        moved = pl.concat([result.flows.filter(pl.col("to_state") == state).select("month", "persons"), went])
        net = stocks.select("month").join(moved.group_by("month").agg(pl.col("persons").sum()), on="month", how="left").fill_null(0)
        np.testing.assert_allclose(np.diff(stocks[state].to_numpy()), net.sort("month")["persons"].to_numpy()[1:], atol=1e-6)


def test_open_vacancies_are_those_of_last_month_plus_new_less_filled_less_withdrawn(run):
    market = run().market.sort("sector", "province", "month")
    by_cell = market.with_columns(before=pl.col("vacancies_open").shift(1).over("sector", "province"))
    by_cell = by_cell.filter(pl.col("before").is_not_null())
    expected = by_cell["before"] + by_cell["vacancies_new"] - by_cell["vacancies_filled"] - by_cell["vacancies_withdrawn"]
    assert (by_cell["vacancies_open"] - expected).abs().max() == 0


def test_a_simulated_person_stands_for_a_whole_number_of_people_in_every_table(run):
    result = run()
    for frame, column in [(result.panel, "employed"), (result.market, "jobs_filled"), (result.flows, "persons")]:
        assert (frame[column] % 500 == 0).all(), column


def test_nobody_is_hired_without_an_opening(model):
    for _ in range(3):
        model.step()
        hires = model.ledger.books.flows[5].sum() + (model.people.second_employer >= 0).sum()
        assert (model.vacancies.taker >= 0).sum() <= hires
        assert model.phase("matching").hires.sum() == (model.vacancies.taker >= 0).sum()


def test_costs_are_participants_times_the_price(run):
    policies = run("scenarios=job_bridge").policies
    price = 8000 + 4 * 800  # guidance and training, and four months of income
    assert policies["participants_new"].sum() > 0
    assert policies["cost_eur"].sum() == pytest.approx(price * policies["participants_new"].sum())


def test_no_row_of_people_is_born_or_lost(model):
    rows = len(model.people)
    births = model.people.birth_month.copy()
    for _ in range(3):
        model.step()
    assert len(model.people) == rows
    assert (model.people.birth_month == births).all()
    assert isinstance(model, LabourMarket)
