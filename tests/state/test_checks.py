"""The audit: quiet about a healthy model, and exact about every single number that is put wrong."""

import time
from contextlib import nullcontext

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.codes import (
    MAX_AGE,
    MIN_AGE,
    N_PROVINCES,
    N_SECTORS,
    N_STATES,
    NEVER,
    NO_SECTOR,
    NOBODY,
    SEXES,
    Commitment,
    Contract,
    State,
    month_label,
)
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.numerics.jit import BLOCK
from sim.numerics.selection import Selection
from sim.policies.registry import POLICIES
from sim.state.checks import Audit, OnRecord
from sim.state.cross_sums import RULES
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.ledger import BAND_OF_AGE, N_CELLS, N_WORK_CELLS, LedgerError
from sim.state.people import People
from sim.state.vacancies import Vacancies
from sim.world import build_world

CARE, DEFENCE, SECOND = (np.uint8(bit) for bit in (Commitment.CARE_RESERVE, Commitment.DEFENCE_RESERVE, Commitment.SECOND_JOB))
EMPLOYED, UNEMPLOYED, INACTIVE, TRAINING, RETIRED, OUTSIDE = (int(state) for state in State)


@pytest.fixture(scope="module")
def healthy(configure):
    """A model after its first intake of students (February 2024), with every kind of tie between people and the rest."""
    world = build_world(scale=0.005, start="2023-10", until="2024-03", outlook=Outlook(0.003))
    model = LabourMarket(configure("checks=off"), world)
    while month_label(model.month) < "2024-02":
        model.step()
    model.check()
    return model


WHO = {
    "anybody": lambda p: p.state != OUTSIDE,
    "employee": lambda p: (p.employer != NOBODY) & (p.second_employer == NOBODY) & (p.notice_until == NEVER) & (p.commitments == 0),
    "self-employed": lambda p: (p.contract == Contract.SELF_EMPLOYED) & (p.second_employer == NOBODY),
    "under notice": lambda p: p.notice_until != NEVER,
    "second job": lambda p: p.second_employer != NOBODY,
    "inactive": lambda p: (p.state == INACTIVE) & (p.institute == NOBODY) & (p.commitments == 0),
    "waiting": lambda p: (p.institute != NOBODY) & (p.state != TRAINING),
    "student": lambda p: p.state == TRAINING,
    "retired": lambda p: (p.state == RETIRED) & (p.commitments == 0),
    "gone": lambda p: (p.state == OUTSIDE) & (p.state_since != NEVER),
    "not born": lambda p: (p.state == OUTSIDE) & (p.state_since == NEVER),
    "employee with second job": lambda p: (p.employer != NOBODY) & (p.second_employer != NOBODY),
    "care reservist": lambda p: (p.commitments & CARE) != 0,
}
"""Kinds of people; a test puts one number of one of them wrong."""


def shift(column, by):
    """The row's own value, `by` more."""
    return lambda model, row: int(model.people[column][row]) + by


def month(by):
    """This month, `by` months on."""
    return lambda model, row: model.month + by


OUTSIDE_TIED = "outside the population, yet at work, searching or committed"
CONTRACT_WORK = "contract without work, or work without contract"
EMPLOYER_CONTRACT = "employer without contract of an employee, or the reverse"
NOTICE_ALONE = "notice without employer"
SECOND_ALONE = "second job without its commitment, or the reverse"
JOB_SINCE = "job began before birth, in the future, or never"
STATE_SINCE = "state began before birth, in the future, or never"
WAITING = "on a waiting list while at work, retired or outside the population"
IN_TRAINING = "in training without institute, or past the month of the diploma"
ENTRY = "in the population before the month of entry"

PEOPLE = [
    # (what the audit must say, of whom, column, value, other rules that the same number breaks)
    ("state is no State", "inactive", "state", N_STATES, ()),
    ("sex is neither 0 nor 1", "anybody", "sex", 2, ()),
    ("province is none of PROVINCES", "anybody", "province", N_PROVINCES, ()),
    ("education is none of EDUCATION_LEVELS", "anybody", "education", 3, ()),
    ("health is neither 0 nor 1", "anybody", "health", 2, ()),
    ("sector is none of SECTORS, or missing at work", "inactive", "sector", NO_SECTOR + 1, ()),
    ("sector is none of SECTORS, or missing at work", "self-employed", "sector", NO_SECTOR, ()),
    ("study field is none of SECTORS", "anybody", "study_field", NO_SECTOR + 1, ()),
    ("is_searching is neither 0 nor 1", "anybody", "is_searching", 2, ()),
    ("contract is no Contract", "employee", "contract", 4, ()),
    ("commitments have unknown bits", "employee", "commitments", 8, ()),
    ("hours above 80", "employee", "hours", 81, ()),
    ("hours above 80", "second job", "second_hours", 81, ()),
    (OUTSIDE_TIED, "gone", "is_searching", 1, ()),
    (OUTSIDE_TIED, "not born", "commitments", DEFENCE, ()),
    (OUTSIDE_TIED, "gone", "contract", Contract.SELF_EMPLOYED, (CONTRACT_WORK,)),
    (CONTRACT_WORK, "self-employed", "contract", Contract.NONE, ()),
    (CONTRACT_WORK, "inactive", "contract", Contract.SELF_EMPLOYED, ()),
    (CONTRACT_WORK, "self-employed", "state", UNEMPLOYED, ()),
    ("reservist of care and of defence", "care reservist", "commitments", CARE | DEFENCE, ()),
    ("age outside 15-74", "inactive", "birth_month", month(-12 * MIN_AGE + 1), ()),
    ("age outside 15-74", "retired", "birth_month", month(-12 * (MAX_AGE + 1)), ()),
    (ENTRY, "inactive", "entry_month", month(1), ()),
    (STATE_SINCE, "anybody", "state_since", month(1), ()),
    (STATE_SINCE, "anybody", "state_since", NEVER, ()),
    (STATE_SINCE, "anybody", "state_since", shift("birth_month", 0), ()),
    (JOB_SINCE, "retired", "job_since", month(1), ()),
    (JOB_SINCE, "employee", "job_since", NEVER, ()),
    ("displaced before birth or in the future", "anybody", "displaced_since", month(1), ()),
    ("enrolled before birth or in the future", "anybody", "programme_since", month(1), ()),
    ("notice that should have ended, or of more than 12 months", "under notice", "notice_until", month(0), ()),
    ("notice that should have ended, or of more than 12 months", "under notice", "notice_until", month(13), ()),
    ("institute is no row of institutes", "waiting", "institute", -2, ()),
    ("institute is no row of institutes", "waiting", "institute", lambda model, row: len(model.institutes), ()),
    (IN_TRAINING, "student", "institute", NOBODY, ()),
    (IN_TRAINING, "student", "training_until", month(0), ()),
    (WAITING, "retired", "institute", 0, ()),
    (WAITING, "gone", "institute", 0, ()),
    (WAITING, "waiting", "state", RETIRED, ()),
    ("in a programme never taken part in", "anybody", "programmes", 1, ()),
    ("outside the population, yet under notice or in a programme", "gone", "notice_until", month(1), (NOTICE_ALONE,)),
    ("employer is no row of employers", "employee", "employer", -2, ()),
    ("employer is no row of employers", "employee", "employer", lambda model, row: len(model.employers), ()),
    ("employer of the second job is no row of employers", "second job", "second_employer", 2**31 - 1, ()),
    ("outside the population, yet with an employer", "gone", "employer", 0, (EMPLOYER_CONTRACT,)),
    (EMPLOYER_CONTRACT, "employee", "employer", NOBODY, ()),
    (EMPLOYER_CONTRACT, "self-employed", "employer", 0, ()),
    (EMPLOYER_CONTRACT, "employee", "contract", Contract.SELF_EMPLOYED, ()),
    (NOTICE_ALONE, "self-employed", "notice_until", month(1), ()),
    (SECOND_ALONE, "second job", "commitments", 0, ()),
    (SECOND_ALONE, "employee", "commitments", SECOND, ()),
    (SECOND_ALONE, "employee", "second_employer", lambda model, row: (model.people.employer[row] + 1) % len(model.employers), ()),
    (SECOND_ALONE, "inactive", "second_employer", 0, ("second job without work",)),
    ("hours of a second job without one", "employee", "second_hours", 8, ()),
    ("second job with the employer of the main job", "employee with second job", "second_employer",
     lambda model, row: model.people.employer[row], ()),
    ("wage below 0 or above 100000 cents", "anybody", "wage_cents", -1, ()),
    ("wage below 0 or above 100000 cents", "anybody", "wage_cents", 100_001, ()),
    ("qualifications have unknown bits", "anybody", "qualifications", 1 << N_SECTORS, ()),
]  # fmt: skip

COLUMNS_OF = {rule.says: rule.columns for rules in RULES for rule in rules}


class Broken:
    """One number of an array is another one, inside the ``with``."""

    def __init__(self, array, row, value):
        self.array, self.row, self.value = array, row, value

    def __enter__(self):
        self.before = self.array[self.row]
        self.array[self.row] = self.value
        assert self.array[self.row] != self.before, "nothing was put wrong"

    def __exit__(self, *_):
        self.array[self.row] = self.before


def what_the_audit_says(model, array, row, value):
    """Text of the LedgerError when a number is put wrong; the model is healthy again after it."""
    with Broken(array, row, value), pytest.raises(LedgerError) as error:
        model.check()
    model.check()
    return str(error.value)


def first(model, who):
    rows = np.flatnonzero(WHO[who](model.people))
    assert rows.size, f"the healthy model has no {who}"
    return int(rows[rows.size // 2])


@pytest.mark.parametrize(("says", "who", "column", "value", "also"), PEOPLE, ids=[f"{c[1]}-{c[2]}-{n}" for n, c in enumerate(PEOPLE)])
def test_one_wrong_number_of_one_person_is_named_with_check_row_and_values(healthy, says, who, column, value, also):
    row = first(healthy, who)
    wrong = value(healthy, row) if callable(value) else value
    told = what_the_audit_says(healthy, healthy.people[column], row, wrong)
    with Broken(healthy.people[column], row, wrong):
        shown = ", ".join(f"{name} {healthy.people[name][row]}" for name in COLUMNS_OF[says])
    assert told == f"2024-02: {says}: 1 of people, first {row}: {shown}" + "".join(f"; also: {other}" for other in also)
    assert f"{column} {wrong}" in told


def test_every_rule_is_broken_by_some_test():
    assert {says for case in PEOPLE for says in (case[0], *case[-1])} == set(COLUMNS_OF)


@pytest.mark.parametrize("place", ["first", "end of a block", "start of a block", "last"])
def test_a_wrong_number_is_found_wherever_it_stands(healthy, place):
    row = {"first": 0, "end of a block": BLOCK - 1, "start of a block": BLOCK, "last": len(healthy.people) - 1}[place]
    assert f"1 of people, first {row}: sex 7" in what_the_audit_says(healthy, healthy.people.sex, row, 7)


def test_all_offenders_are_counted(healthy):
    sexes = healthy.people.sex.copy()
    healthy.people.sex[[5, 7000, 9000]] = 2
    with pytest.raises(LedgerError, match=r"sex is neither 0 nor 1: 3 of people, first 5: sex 2$"):
        healthy.check()
    healthy.people.sex[:] = sexes
    healthy.check()


@pytest.mark.parametrize(("column", "says"), [("filled_jobs", "filled jobs"), ("notices", "notices"), ("filled_hours", "hours")])
def test_what_an_employer_counts_must_be_what_people_say(healthy, column, says):
    counted = healthy.employers[column]
    for row in (0, 17, len(counted) - 1):
        for by in (1, -1, 1 << 20):
            told = what_the_audit_says(healthy, counted, row, counted[row] + by)
            assert (
                told
                == f"2024-02: {says} of employers: 1 of employers, first {row}: {column} {counted[row] + by}, people_say {counted[row]}"
            )


COUNTS = st.tuples(st.sampled_from(["filled_jobs", "notices", "filled_hours"]), st.integers(0, 500), st.integers(-(2**31), 2**31 - 1))


@settings(max_examples=100, deadline=None)
@given(wrong=st.lists(COUNTS, min_size=1, max_size=4), moved=st.booleans())
def test_no_set_of_wrong_counts_makes_up_for_itself(healthy, wrong, moved):
    """Also not when one employer counts as much too few as the next one counts too many."""
    employers = healthy.employers
    before = {name: employers[name].copy() for name in ("filled_jobs", "notices", "filled_hours")}
    with np.errstate(over="ignore"):
        for name, row, by in wrong:
            employers[name][row] += np.int32(by)
            if moved:
                employers[name][row + 1] -= np.int32(by)
    is_wrong = any((employers[name] != counts).any() for name, counts in before.items())
    told = pytest.raises(LedgerError, match=r" of employers: [0-9]+ of employers, first ") if is_wrong else nullcontext()
    try:
        with told:
            healthy.check()
    finally:
        for name, counts in before.items():
            employers[name][:] = counts


def test_an_employee_who_says_another_employer_is_noticed(healthy):
    """Same sector, so only the heads tell."""
    people, employers = healthy.people, healthy.employers
    row = first(healthy, "employee")
    e = int(people.employer[row])
    other = e + 1 if employers.sector[e + 1] == employers.sector[e] else e - 1
    told = what_the_audit_says(healthy, people.employer, row, other)
    assert told.startswith(f"2024-02: filled jobs of employers: 2 of employers, first {min(e, other)}: filled_jobs ")


def test_an_employee_works_in_the_sector_of_the_employer(healthy):
    row = first(healthy, "employee")
    sector, employer = int(healthy.people.sector[row]), int(healthy.people.employer[row])
    other = (sector + 1) % N_SECTORS
    assert what_the_audit_says(healthy, healthy.people.sector, row, other) == (
        f"2024-02: sector of an employee is not that of the employer: 1 of people, first {row}: "
        f"sector {other}, employer {employer}, sector_of_employer {sector}"
    )


@pytest.mark.parametrize(("column", "says"), [("students", "students"), ("waiting", "waiting lists")])
def test_an_institute_counts_those_who_say_they_are_there(healthy, column, says):
    counted = healthy.institutes[column]
    row = int(np.argmax(counted))
    assert counted[row] > 0
    told = what_the_audit_says(healthy, counted, row, counted[row] - 1)
    assert told == f"2024-02: {says} of institutes: 1 of institutes, first {row}: {column} {counted[row] - 1}, people_say {counted[row]}"


def test_nobody_has_a_seat_that_was_not_offered(healthy):
    seats = healthy.phase("training").seats_offered[healthy.month]
    taken = healthy.institutes.students.copy()
    row = int(np.argmax(taken))
    told = what_the_audit_says(healthy, seats, row, taken[row] - 1)
    assert told == (
        f"2024-02: more students than seats at the intake of 2024-02: 1 of institutes, first {row}: "
        f"students {taken[row]}, seats {taken[row] - 1}"
    )


def taken_opening(model):
    """Row of an opening that somebody took as a main job, and the taker."""
    v, people = model.vacancies, model.people
    rows = np.flatnonzero(v.taker != NOBODY)
    rows = rows[people.employer[v.taker[rows]] == v.employer[rows]]
    return int(rows[0]), int(v.taker[rows[0]])


def test_nobody_is_hired_twice(healthy):
    v = healthy.vacancies
    _, taker = taken_opening(healthy)
    still_open = int(np.flatnonzero(v.taker == NOBODY)[0])
    told = what_the_audit_says(healthy, v.taker, still_open, taker)
    assert told == f"2024-02: person hired twice in a month: 1 of people, first {taker}: openings 2"


def test_no_job_begins_without_an_opening(healthy):
    row, taker = taken_opening(healthy)
    employer = int(healthy.people.employer[taker])
    told = what_the_audit_says(healthy, healthy.vacancies.taker, row, NOBODY)
    shown = f"employer {employer}, job_since {healthy.month}"
    assert told == f"2024-02: job begun without an opening: 1 of people, first {taker}: {shown}"
    idle = first(healthy, "retired")
    told = what_the_audit_says(healthy, healthy.vacancies.taker, row, idle)
    assert told == f"2024-02: taken by somebody who is not at work: 1 of vacancies, first {row}: taker {idle}, state_of_taker {RETIRED}"


@pytest.mark.parametrize(
    ("column", "value", "says", "shown"),
    [
        ("employer", -1, "opening of no employer", "employer -1"),
        ("employer", 2**31 - 1, "opening of no employer", "employer 2147483647"),
        ("taker", -7, "taker is no row of people", "taker -7"),
        ("taker", 2**31 - 1, "taker is no row of people", "taker 2147483647"),
        ("opened", 32767, "opened in the future", "opened 32767"),
        ("is_recorded", 2, "is_recorded or needs_licence is neither 0 nor 1", "is_recorded 2, needs_licence 0"),
        ("needs_licence", 3, "is_recorded or needs_licence is neither 0 nor 1", "is_recorded 1, needs_licence 3"),
    ],
)
def test_an_opening_holds_possible_values(healthy, column, value, says, shown):
    v = healthy.vacancies
    row = int(np.flatnonzero((v.is_recorded == 1) & (v.needs_licence == 0))[3])
    told = what_the_audit_says(healthy, v[column], row, value)
    assert told == f"2024-02: {says}: 1 of vacancies, first {row}: {shown}"


def test_the_wage_bill_of_people_at_their_jobs_is_that_of_the_books_to_the_cent(healthy):
    people = healthy.people
    for who in ("employee", "self-employed"):
        row = first(healthy, who)
        told = what_the_audit_says(healthy, people.wage_cents, row, people.wage_cents[row] + 1)
        assert told.startswith("2024-02: wages do not balance in 1 cells; first: sector ")
        booked, counted = (int(text.split()[-1]) for text in told.split(": ")[-1].split(", "))
        assert counted - booked == people.hours[row]
    bill = healthy.ledger.desks[0].wage_bill
    cell = int(np.argmax(bill))
    assert "wages do not balance in 1 cells" in what_the_audit_says(healthy, bill, cell, bill[cell] - 1)


def test_hours_and_heads_of_people_are_those_of_the_books(healthy):
    people, books = healthy.people, healthy.ledger.desks[0]
    row = first(healthy, "self-employed")
    assert "contract hours do not balance in 1 cells" in what_the_audit_says(healthy, people.hours, row, people.hours[row] + 1)
    cell = int(np.argmax(books.work_hours))
    assert "contract hours do not balance in 1 cells" in what_the_audit_says(healthy, books.work_hours, cell, books.work_hours[cell] + 1)
    assert "2 cells of the ledger do not balance" in what_the_audit_says(healthy, people.state, first(healthy, "retired"), INACTIVE)
    row = first(healthy, "anybody")
    other = (int(people.province[row]) + 1) % N_PROVINCES
    assert "2 cells of the ledger do not balance" in what_the_audit_says(healthy, people.province, row, other)
    closing = healthy.ledger.closing
    assert "1 cells of the ledger do not balance" in what_the_audit_says(healthy, closing, N_CELLS - 1, closing[-1] + 1)


def test_heads_and_hours_by_sex_are_those_of_the_books(healthy):
    people, books = healthy.people, healthy.ledger.desks[0]
    row = first(healthy, "self-employed")
    told = what_the_audit_says(healthy, people.sex, row, 1 - people.sex[row])
    assert told.startswith(f"2024-02: heads at work by sex do not balance in 2 cells; first: {SEXES[0]}: booked ")
    hours = books.sex_hours
    told = what_the_audit_says(healthy, hours, 1, hours[1] + 1)
    assert told.startswith(f"2024-02: contract hours by sex do not balance in 1 cells; first: {SEXES[1]}: booked ")
    assert what_the_audit_says(healthy, books.sex_heads, 0, books.sex_heads[0] - 1).startswith("2024-02: heads at work by sex")


def test_the_audit_only_reads_and_two_threads_see_what_one_sees(healthy):
    before, books = healthy.digest(), [array.copy() for array in (*healthy.ledger.books, healthy.ledger.closing)]
    threads = numba.get_num_threads()
    for n in {1, min(2, numba.config.NUMBA_NUM_THREADS)}:
        numba.set_num_threads(n)
        healthy.check()
    numba.set_num_threads(threads)
    assert healthy.digest() == before
    for now, then in zip((*healthy.ledger.books, healthy.ledger.closing), books, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_model_can_be_audited_before_its_first_month(model):
    model.check()


def test_all_policies_together_pass_the_audit_of_every_month(configure, world):
    has_places = {name: "places_per_year" in policy.model_fields for name, policy in POLICIES.items()}
    assert sum(has_places.values()) >= 5
    everything = (
        f"+policies.{name}={{start: 2023-10{', places_per_year: 200000' if has_places[name] else ''}}}" for name in sorted(POLICIES)
    )
    model = LabourMarket(configure(*everything), world)
    assert model.config.checks == "month"
    for _ in range(24):
        model.step()
        assert len(model.programmes) == len(POLICIES)
    assert all((programme.total > 0) == (programme.policy.places_this_year() > 0) for programme in model.programmes)
    assert model.institutes.students.sum() > 0
    assert len(model.phase("training").seats_offered) == 4


@pytest.mark.parametrize(("checks", "audits"), [("off", []), ("year", ["2023-12"]), ("month", ["2023-10", "2023-11", "2023-12"])])
def test_the_audit_runs_as_often_as_the_configuration_asks(configure, world, monkeypatch, checks, audits):
    done = []
    monkeypatch.setattr(Audit, "run", lambda audit: done.append(month_label(audit.month)))
    model = LabourMarket(configure(f"checks={checks}"), world)
    for _ in range(3):
        model.step()
    assert done == audits


# --- time ---------------------------------------------------------------------------------------------------------------------------
COUNTRY, MOST_MS = 13_500_000, 100
"""People aged 15-74, and milliseconds that their audit may take on two cores."""


def tiled(model, n_people):
    """The audit of `n_people`: `model` laid side by side, with every employee at the same employer of a tile drawn by lot.

    So employers are as far apart in memory as in a national world, where people are in order of age.
    """
    tiles = -(-n_people // model.n_present)
    rows, n, n_employers = np.arange(model.n_present), model.n_present, len(model.employers)
    people = People(n * tiles, {name: np.tile(model.people[name][rows], tiles) for name in People.columns})
    employers = Employers(n_employers * tiles, {name: np.tile(model.employers[name], tiles) for name in Employers.columns})
    rng = np.random.Generator(np.random.PCG64(1))
    for name in ("employer", "second_employer"):
        at = people[name] != NOBODY
        people[name][at] += (n_employers * rng.integers(0, tiles, at.sum())).astype(np.int32)
    at, beside = people.employer != NOBODY, people.second_employer != NOBODY
    again = beside & (people.employer == people.second_employer)
    assert not again.any()
    size, main, second = len(employers), people.employer[at], people.second_employer[beside]
    employers.filled_jobs[:] = np.bincount(main, minlength=size) + np.bincount(second, minlength=size)
    employers.notices[:] = np.bincount(people.employer[at & (people.notice_until != NEVER)], minlength=size)
    hours = np.bincount(main, people.hours[at], size) + np.bincount(second, people.second_hours[beside], size)
    employers.filled_hours[:] = hours
    institutes = Institutes(len(model.institutes), {name: model.institutes[name] for name in Institutes.columns})
    institutes.students[:] *= tiles
    institutes.waiting[:] *= tiles
    vacancies = openings_of(model, people, tiles)
    cell = (people.state.astype(np.int64) * (N_SECTORS + 1) + people.sector) * N_PROVINCES + people.province
    cell = cell * 7 + BAND_OF_AGE[model.month - people.birth_month.astype(np.int64).clip(model.month - 911)]
    here, works = people.state != OUTSIDE, people.state == EMPLOYED
    pay = people.hours.astype(np.int64) * people.wage_cents
    hours, cents = (np.bincount(cell[works], amount[works], N_WORK_CELLS).astype(np.int64) for amount in (people.hours, pay))
    sexes = (np.bincount(people.sex[works], weights, 2).astype(np.int64) for weights in (None, people.hours[works]))
    seats = {intake: offered * tiles for intake, offered in model.phase("training").seats_offered.items()}
    record = OnRecord(np.bincount(cell[here], minlength=N_CELLS), hours, cents, *sexes, seats, model.start, lambda: None)
    return Audit(model.month, people, employers, institutes, vacancies, record, Selection(len(people)))


def openings_of(model, people, tiles):
    """The openings of every tile; a taker's opening moves along to the taker's employer."""
    v, n, n_employers = model.vacancies, model.n_present, len(model.employers)
    tile = np.repeat(np.arange(tiles), len(v))
    columns = {name: np.tile(v[name], tiles) for name in Vacancies.columns}
    employer, taker = columns["employer"] + n_employers * tile, np.where(columns["taker"] == NOBODY, NOBODY, columns["taker"] + n * tile)
    is_main = (taker != NOBODY) & (people.employer[taker] % n_employers == columns["employer"]) & (people.employer[taker] != NOBODY)
    columns["employer"], columns["taker"] = np.where(is_main, people.employer[taker], employer), taker
    return Vacancies(len(tile), columns)


@pytest.mark.full_scale
def test_the_audit_of_the_country_takes_a_tenth_of_a_second_on_two_cores(healthy, share_of_the_country):
    """Best of five. Of a part of the country: processor time of one thread, against the same part of two cores' 100 ms (14.8 ns a person).

    Processor time, because other programs lengthen it less than the time on the clock; only the whole country is timed by the clock,
    which means something on an idle machine.
    """
    is_whole = share_of_the_country == 1
    threads, clock = (2, time.perf_counter) if is_whole else (1, time.thread_time)
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("LOUD: this machine has one core; the audit of the whole country is timed on two")
    audit, before = tiled(healthy, round(COUNTRY * share_of_the_country)), numba.get_num_threads()
    numba.set_num_threads(threads)
    audit.run()
    times = []
    for _ in range(5):
        began = clock()
        audit.run()
        times.append(1000 * (clock() - began))
    numba.set_num_threads(before)
    bar = 2 * MOST_MS / threads * len(audit.people) / COUNTRY
    print(f"audit of {len(audit.people):,} people, {threads} threads: {min(times):.1f} ms, bar {bar:.1f} ms")
    assert min(times) <= bar
