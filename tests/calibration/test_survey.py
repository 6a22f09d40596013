"""Does the survey measure what it says? Against a clerk who keeps a card of every person and counts them one by one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import mean
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from sim.calibration.measure import measure
from sim.calibration.season import with_season
from sim.calibration.survey import Survey
from sim.calibration.targets import load_targets, observed
from sim.codes import NOBODY, PROVINCES, SECTORS, State, month_index
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.model import LabourMarket
from sim.world import World, build_world

SCALE, START, UNTIL = 0.001, "2015-01", "2016-12"


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(scale=SCALE, start=START, until=UNTIL, outlook=Outlook(0.003))


@pytest.fixture(scope="module")
def config() -> SimConfig:
    return compose([f"population.scale={SCALE}", f"population.start={START}", f"until={UNTIL}", "threads=1"])


class Card(NamedTuple):
    """A person at the end of a month."""

    age: int
    state: int
    since: int
    employer: int
    section: str
    age_at_hiring: int


class Clerk:
    """Cards of everybody, month by month, as plain Python objects; and a list of vacancies."""

    def __init__(self, model: LabourMarket) -> None:
        self.model, self.first = model, model.month
        self.section = [SECTORS[s].replace("DEF", "O") for s in model.employers.sector.tolist()]
        self.cards: list[list[Card]] = []
        self.open: list[Counter[str]] = []
        self.new: list[int] = []
        self.retired: list[int] = []
        self.pension_age: list[int] = []

    def look(self) -> None:
        p, month = self.model.people, self.model.month
        columns = (p.birth_month, p.state, p.state_since, p.employer, p.job_since)
        self.cards.append(
            [
                Card(month - born, state, since, employer, self.section[employer] if employer != NOBODY else "", hired - born)
                for born, state, since, employer, hired in zip(*(x.tolist() for x in columns), strict=True)
            ]
        )
        v = self.model.vacancies
        rows = list(zip(v.employer.tolist(), v.taker.tolist(), v.is_recorded.tolist(), v.opened.tolist(), strict=True))
        self.open.append(Counter(self.section[e] for e, taker, recorded, _ in rows if recorded and taker == NOBODY))
        self.new.append(sum(recorded and opened == month for _, _, recorded, opened in rows))
        self.retired.append(int(self.model.phase("retirement").retirements.sum()))
        self.pension_age.append(self.model.now.pension_age if self.cards[1:] else 0)

    def at(self, label: str) -> list[Card]:
        """Cards of the end of a month."""
        return self.cards[month_index(label) - self.first]

    def pairs(self, before: str, after: str) -> list[tuple[Card, Card]]:
        """Cards of the same people at two moments."""
        return list(zip(self.at(before), self.at(after), strict=True))


@pytest.fixture(scope="module")
def surveyed(world, config) -> tuple[pl.DataFrame, Clerk]:
    model = LabourMarket(config, world)
    survey, clerk = Survey(model), Clerk(model)
    survey.look()
    clerk.look()
    while model.month < world.until:
        model.step()
        survey.look()
        clerk.look()
    return survey.frame(), clerk


@pytest.fixture(scope="module")
def value(surveyed):
    frame = {(name, cell, period): x for name, cell, period, x in surveyed[0].rows()}
    return lambda name, cell, period: frame[name, cell, period]


@pytest.fixture(scope="module")
def clerk(surveyed) -> Clerk:
    return surveyed[1]


def employees(cards: list[Card]) -> list[Card]:
    return [card for card in cards if card.employer != NOBODY]


def test_unemployment_and_participation(value, clerk):
    months = [clerk.at(f"2016-{m:02d}") for m in (4, 5, 6)]
    for cell, first, last in (("15-74", 15, 74), ("15-24", 15, 24)):
        seeking = sum(c.state == State.UNEMPLOYED and first <= c.age // 12 <= last for cards in months for c in cards)
        working = sum(c.state == State.EMPLOYED and first <= c.age // 12 <= last for cards in months for c in cards)
        assert value("unemployment_rate", cell, "2016Q2") == pytest.approx(100 * seeking / (seeking + working))
    here = [c for cards in months for c in cards if c.state != State.OUTSIDE]
    assert value("employment_rate", "15-74", "2016Q2") == pytest.approx(100 * mean(c.state == State.EMPLOYED for c in here))
    sixty = [c for c in here if c.age // 12 == 60]
    assert value("participation_by_age", "60", "2016Q2") == pytest.approx(100 * mean(c.state == State.EMPLOYED for c in sixty))
    year = [c for m in range(1, 13) for c in clerk.at(f"2016-{m:02d}") if c.state != State.OUTSIDE and 65 <= c.age // 12 <= 69]
    assert value("participation_older", "65-69", "2016") == pytest.approx(100 * mean(c.state == State.EMPLOYED for c in year))


def test_long_unemployment(value, clerk):
    month = month_index("2016-06")
    seeking = [c for c in clerk.at("2016-06") if c.state == State.UNEMPLOYED]
    assert value("long_term_share", "15-74", "2016Q2") == pytest.approx(100 * mean(month - c.since >= 12 for c in seeking))


def test_finding_and_losing_work_in_three_months(value, clerk):
    ends = ["2015-12", "2016-03", "2016-06", "2016-09", "2016-12"]
    for name, origin, goal in (("job_finding", State.UNEMPLOYED, State.EMPLOYED), ("job_loss", State.EMPLOYED, State.UNEMPLOYED)):
        pairs = [(a, b) for k in range(4) for a, b in clerk.pairs(ends[k], ends[k + 1]) if State.OUTSIDE not in (a.state, b.state)]
        left = {cell: [b.state == goal for a, b in pairs if a.state == origin and lo <= b.age // 12 <= hi]
                for cell, lo, hi in (("15-34", 15, 34), ("35-54", 35, 54), ("55-74", 55, 74))}  # fmt: skip
        for cell, moved in left.items():
            assert value(name, cell, "2016") == pytest.approx(100 * mean(moved))
        assert value(f"{name}_relative", "55-74", "2016") == pytest.approx(mean(left["55-74"]) / mean(left["15-34"]))


def test_flows_of_states_hold_everybody_who_is_neither(value, clerk):
    neither = (State.INACTIVE, State.TRAINING, State.RETIRED)
    moved = sum(a.state in neither and b.state == State.EMPLOYED for a, b in clerk.pairs("2015-12", "2016-03"))
    assert value("flows_of_states", "I-E", "2016Q1") == pytest.approx(moved / SCALE / 1000)


def test_employees_a_year_later(value, clerk):
    pairs = [(a, b) for a, b in clerk.pairs("2015-12", "2016-12") if a.employer != NOBODY]
    for cell in ("A-U", "I"):
        fates = Counter(
            "none" if b.employer == NOBODY else "same" if b.employer == a.employer else "other"
            for a, b in pairs if cell in ("A-U", a.section)
        )  # fmt: skip
        total = sum(fates.values())
        assert value("same_job_after_year", cell, "2016") == pytest.approx(100 * fates["same"] / total)
        assert value("other_employer_after_year", cell, "2016") == pytest.approx(100 * fates["other"] / total)
        assert value("no_employee_job_after_year", cell, "2016") == pytest.approx(100 * fates["none"] / total)


def test_flows_from_september_to_september(value, clerk):
    pairs = [(a, b) for a, b in clerk.pairs("2015-09", "2016-09") if State.OUTSIDE not in (a.state, b.state)]
    before = [(a, b) for a, b in pairs if a.employer != NOBODY]
    switchers = [(a.section, b.section) for a, b in before if b.employer != NOBODY and a.section != b.section]
    assert value("sector_switch", "A-U", "2016") == pytest.approx(100 * len(switchers) / len(before))
    assert value("employee_outflow", "A-U", "2016") == pytest.approx(100 * mean(b.employer == NOBODY for _, b in before))
    now = [(a, b) for a, b in pairs if b.employer != NOBODY]
    assert value("employee_inflow", "A-U", "2016") == pytest.approx(100 * mean(a.employer == NOBODY for a, _ in now))
    to_n = [b == "N" for a, b in switchers if a == "C"]
    assert value("switch_destination", "C-N", "2016") == pytest.approx(100 * mean(to_n))
    from_g = [a == "G" for a, b in switchers if b == "C"]
    assert value("switch_origin", "G-C", "2016") == pytest.approx(100 * mean(from_g))


def test_care_over_twelve_months(value, clerk):
    pairs = clerk.pairs("2015-06", "2016-06")
    came = sum(b.section == "Q" and a.section != "Q" for a, b in pairs)
    left = sum(a.section == "Q" and b.section != "Q" for a, b in pairs)
    assert value("care_inflow", "Q", "2016Q2") == pytest.approx(came / SCALE / 1000)
    assert value("care_outflow", "Q", "2016Q2") == pytest.approx(left / SCALE / 1000)


def test_self_employment_and_other_employers(value, clerk):
    def kind(card: Card) -> str:
        return "employee" if card.employer != NOBODY else "self" if card.state == State.EMPLOYED else "none"

    ends = ["2016-03", "2016-06", "2016-09", "2016-12"]
    pairs = [(a, b) for end in ends for a, b in clerk.pairs(end.replace("2016", "2015"), end) if State.OUTSIDE not in (a.state, b.state)]
    kinds = Counter((kind(a), kind(b)) for a, b in pairs)
    expected = kinds["employee", "self"] / (kinds["employee", "self"] + kinds["employee", "employee"])
    assert value("employee_to_self", "15-74", "2016") == pytest.approx(100 * expected)
    expected = kinds["self", "employee"] / (kinds["self", "self"] + kinds["self", "employee"])
    assert value("self_to_employee", "15-74", "2016") == pytest.approx(100 * expected)
    working = [(a, b) for a, b in pairs if "none" not in (kind(a), kind(b)) and b.age // 12 >= 45]
    assert value("job_switch_year", "45-74", "2016") == pytest.approx(100 * mean(a.employer != b.employer for a, b in working))
    starts = ["2015-12", *ends[:3]]
    quarterly = [(a, b) for x, y in zip(starts, ends, strict=True) for a, b in clerk.pairs(x, y) if b.state != State.OUTSIDE]
    before = [(a, b) for a, b in quarterly if a.employer != NOBODY]
    other = [b.employer not in (a.employer, NOBODY) for a, b in before]
    assert value("other_employer_quarter", "15-74", "2016") == pytest.approx(100 * mean(other))


def test_months_of_employees(value, clerk):
    labels = ["2015-12", *(f"2016-{m:02d}" for m in range(1, 13))]
    rates = []
    for a, b in pairwise(labels):
        before = [(x, y) for x, y in clerk.pairs(a, b) if x.employer != NOBODY]
        rates.append((mean(y.employer not in (x.employer, NOBODY) for x, y in before), mean(y.employer == NOBODY for _, y in before)))
    assert value("job_to_job_month", "A-U", "2016") == pytest.approx(100 * mean(r[0] for r in rates))
    assert value("employee_exit_month", "A-U", "2016") == pytest.approx(100 * mean(r[1] for r in rates))


def test_retirement(value, clerk):
    ages, again, counted = [], 0, 0
    for m in range(month_index("2016-01"), month_index("2016-12") + 1):
        k = m - clerk.first
        here = [b for a, b in zip(clerk.cards[k - 1], clerk.cards[k], strict=True)
                if a.employer != NOBODY and b.state == State.RETIRED and b.since == m]  # fmt: skip
        counted += clerk.retired[k]
        again += sum(b.age_at_hiring >= clerk.pension_age[k] for b in here)
        ages += [b.age for b in here if b.age_at_hiring < clerk.pension_age[k]]
    assert 0 < again < 0.4 * len(ages)
    assert len(ages) + again == pytest.approx(counted, rel=0.1)  # differs by who loses the job, or is hired again, in the month itself
    assert value("retirement_age_after_55", "employees", "2016") == pytest.approx(mean(ages) / 12 - 55)
    assert value("retired_at_65_plus", "employees", "2016") == pytest.approx(100 * mean(age >= 780 for age in ages))
    assert value("retired_at_66", "employees", "2016") == pytest.approx(100 * mean(age // 12 == 66 for age in ages))


def test_a_year_after_losing_work(value, clerk):
    entrants = back = still = 0
    for k in range(1, 13):
        month = clerk.first + k
        for i, (a, b) in enumerate(zip(clerk.cards[k - 1], clerk.cards[k], strict=True)):
            if a.employer != NOBODY and b.state == State.UNEMPLOYED and b.since == month:
                entrants += 1
                later = [clerk.cards[k + m][i] for m in range(1, 13)]
                back += any(card.state == State.EMPLOYED for card in later)
                still += all(card.state == State.UNEMPLOYED and card.since == month for card in later[:6])
    assert entrants > 50
    assert value("back_to_work_in_year", "15-74", "2016") == pytest.approx(100 * back / entrants)
    assert value("benefit_survival", "06", "2016") == pytest.approx(100 * still / entrants)


def test_vacancies(value, clerk, surveyed):
    frame = surveyed[0]
    k = month_index("2016-06") - clerk.first
    for cell in ("Q", "O", "A-U"):
        count = clerk.open[k].total() if cell == "A-U" else clerk.open[k][cell]
        expected = count / SCALE / 1000
        assert sum(
            frame.filter((pl.col("target") == "vacancies_open") & (pl.col("cell") == cell) & (pl.col("period") == "2016Q2"))["value"]
        ) == (pytest.approx(expected))
    assert value("vacancies_new", "A-U", "2016Q2") == pytest.approx(sum(clerk.new[k - 2 : k + 1]) / SCALE / 1000)


def test_stock_and_flow_of_vacancies_agree_exactly(value):
    periods = [f"{year}Q{k}" for year in (2015, 2016) for k in range(1, 5)]
    for cell in ("Q", "O", "G", "A-U"):
        for before, period in pairwise(periods):
            flow = value("vacancies_new", cell, period) - value("vacancies_filled", cell, period)
            assert value("vacancies_open", cell, period) - value("vacancies_open", cell, before) == pytest.approx(flow, abs=1e-9)


def test_duration_and_provinces(value):
    ends = [f"2016Q{k}" for k in range(1, 5)]
    stock, gone = mean(value("vacancies_open", "A-U", q) for q in ends), sum(value("vacancies_filled", "A-U", q) for q in ends)
    assert value("vacancy_duration", "A-U", "2016") == pytest.approx(365.25 * stock / gone)
    assert sum(value("vacancy_share_province", cell, "2016") for cell in PROVINCES) == pytest.approx(100)


def test_jobs_hours_and_wages_by_section(world, config):
    model = LabourMarket(config, world)
    survey = Survey(model)
    survey.look()
    jobs, older, hours, pay, heads, contracts = (Counter() for _ in range(6))
    for step in range(1, 13):
        model.step()
        survey.look()
        p, section = model.people, [SECTORS[s].replace("DEF", "O") for s in model.employers.sector.tolist()]
        for e, (n, week) in enumerate(zip(model.employers.filled_jobs.tolist(), model.employers.filled_hours.tolist(), strict=True)):
            jobs[section[e]] += n
            contracts[section[e]] += week
        if step % 3:
            continue
        columns = (p.employer, p.second_employer, p.birth_month, p.hours, p.wage_cents)
        for main, second, born, week, wage in zip(*(x.tolist() for x in columns), strict=True):
            for e in (main, second):
                if e != NOBODY:
                    heads[section[e]] += 1
                    older[section[e]] += model.month - born >= 660
            if main != NOBODY:
                hours[section[main]] += week
                pay[section[main]] += week * wage
    frame = {(name, cell): x for name, cell, period, x in survey.frame().rows() if period == "2015"}
    for cell in ("C", "O", "Q"):
        assert frame["jobs", cell] == pytest.approx(jobs[cell] / 12 / SCALE / 1000)
        assert frame["jobs_55plus_share", cell] == pytest.approx(100 * older[cell] / heads[cell])
        wage = pay[cell] / hours[cell] / (pay.total() / hours.total())
        assert frame["hourly_wage_relative", cell] == pytest.approx(wage)
        week = contracts[cell] / jobs[cell] / (contracts.total() / jobs.total())
        assert frame["hours_relative", cell] == pytest.approx(week)
    assert frame["jobs", "A-U"] == pytest.approx(jobs.total() / 12 / SCALE / 1000)


def test_only_published_series_each_once(surveyed):
    frame = surveyed[0]
    assert not frame.select("target", "cell", "period").is_duplicated().any()
    published = set(observed().select("target", "cell").unique().rows())
    assert set(frame.select("target", "cell").unique().rows()) <= published
    assert np.isfinite(frame["value"].to_numpy()).all()


def test_every_target_is_measured(surveyed):
    """All series of a target that need no more than two years, but sections too small for this sample."""
    frame, _ = surveyed
    assert set(frame["target"]) == set(load_targets())
    large = observed().filter(~pl.col("cell").is_in(["B", "D", "E"])).select("target", "cell").unique()
    missing = large.join(frame.select("target", "cell").unique(), on=["target", "cell"], how="anti")
    assert set(missing["target"].unique()) <= {"switch_destination", "switch_origin"}


def test_periods_that_were_not_seen_whole_are_left_out(world, config):
    model = LabourMarket(config, world)
    model.step()
    survey = Survey(model)
    survey.look()
    for _ in range(7):
        model.step()
        survey.look()
    frame = survey.frame()
    of = {name: set(frame.filter(pl.col("target") == name)["period"]) for name in set(frame["target"])}
    assert of["vacancies_new"] == of["unemployment_rate"] == {"2015Q2"}
    assert of["vacancies_open"] == {"2015Q1", "2015Q2"}
    assert of["flows_of_states"] == {"2015Q2"}
    assert not [period for periods in of.values() for period in periods if "Q" not in period]


def test_a_month_must_not_be_missed_or_seen_twice(world, config):
    model = LabourMarket(config, world)
    survey = Survey(model)
    survey.look()
    with pytest.raises(ValueError, match="2015-01"):
        survey.look()
    model.step()
    model.step()
    with pytest.raises(ValueError, match=r"2015-01.*2015-02"):
        survey.look()


def test_a_run_with_a_survey_is_the_run_without_one(world, config):
    with_survey, without = LabourMarket(config, world), LabourMarket(config, world)
    survey = Survey(with_survey)
    survey.look()
    for _ in range(15):
        with_survey.step()
        survey.look()
        without.step()
    assert with_survey.digest() == without.digest()


def test_measure_is_the_survey_with_the_season(surveyed, world, config):
    measured = measure(config, world)
    expected = with_season(surveyed[0])
    assert measured.equals(expected)
    assert not measured.equals(surveyed[0])
