"""Line 7, training: initial education ends; adults queue for a seat, learn, drop out, get a diploma.

    young people : in the month of graduation the diploma bit of the field is set, and those without a job start to look for one
    queue        : a searcher out of work asks for a place with a monthly chance; institutes by their number of seats, own province
    intake       : in the institute's intake months, at most its seats, in random order of the waiting list
    in training  : drops out with a monthly chance, else a diploma after the course; both look for work, the latter in the new sector

During the course nobody searches but in its last months, and then at the lock-in rate (search line). So a seat costs labour first and
gives a licence later.

Source: seats, duration, dropout from the training figures (`sim.world.institutes`); parameters ``training.*``.
Reads: graduation_month, study_field, is_searching, state. Writes: qualifications, study_field, institute, training_until, and state through
the ledger. Draws: TRAINING, INTAKE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, NO_SECTOR, NOBODY, State
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32, draw_block, draw_sub32
from sim.numerics.selection import gather_set
from sim.numerics.tables import cumulative_threshold, one_threshold, threshold
from sim.numerics.types import int16s, int32s, int32s2, int64, uint8s, uint32, uint32s, uint32s2
from sim.phases.base import Phase
from sim.state.courses import Courses, leave_institute
from sim.state.ledger import Books, Cause, move

if TYPE_CHECKING:
    from sim.model import LabourMarket

UNEMPLOYED, INACTIVE, IN_TRAINING, RETIRED = int(State.UNEMPLOYED), int(State.INACTIVE), int(State.TRAINING), int(State.RETIRED)
TRAINING = int(Cause.TRAINING)
ADULT_MONTHS, MIDDLE_MONTHS, TOO_OLD_MONTHS = 20 * 12, 45 * 12, 60 * 12
GRADUATES, DROPS_OUT, GETS_DIPLOMA, APPLIES, GIVES_UP, WAITS = 1, 2, 3, 4, 5, 6


@inline
def learning_question(month, i, state, birth_month, graduation_month, institute, training_until, is_searching, dropout, applies, gives_up):
    """What person `i` is asked this month (a fate, 0: nothing) and the threshold of yes; arguments as in the kernel."""
    asked, chance = 0, np.uint32(0)
    if graduation_month[i] == month:
        asked = GRADUATES
    elif state[i] == IN_TRAINING:
        if training_until[i] <= month:
            asked = GETS_DIPLOMA
        else:
            asked, chance = DROPS_OUT, dropout[institute[i]]
    elif institute[i] != NOBODY:
        asked, chance = GIVES_UP, gives_up
    elif is_searching[i] and (state[i] == UNEMPLOYED or state[i] == INACTIVE) and graduation_month[i] < month:
        age = month - np.int64(birth_month[i])
        if age >= ADULT_MONTHS and age < TOO_OLD_MONTHS:
            asked, chance = APPLIES, applies[0 if age < MIDDLE_MONTHS else 1]
    return asked, chance


@inline
def learning_fate(asked, chance, u):
    """The answer at draw `u` (uint32): graduation and diploma are certain, who does not give up waits; 0: nothing."""
    fate = 0
    if asked in (GRADUATES, GETS_DIPLOMA) or u < chance:
        fate = asked
    elif asked == GIVES_UP:
        fate = WAITS
    return fate


@inline
def institute_asked(k, i, province, qualifications, taught, seats_cdf, row_of):
    """Institute that person `i` asks for a place, by seats in the own province; NOBODY when its licence or diploma is held already."""
    u = draw_sub32(k, i, 1)
    cdf = seats_cdf[province[i]]
    choice = 0
    while cdf[choice] < u:
        choice += 1
    school = np.int64(row_of[province[i], choice])
    return school if qualifications[i] & (np.uint32(1) << np.uint32(taught[school])) == 0 else np.int64(NOBODY)


@scan
def _who_learns(
    month: int64,
    k: AnyKey,
    state: uint8s,
    birth_month: int16s,
    graduation_month: int16s,
    institute: int16s,
    training_until: int16s,
    is_searching: uint8s,
    dropout: uint32s,
    applies: uint32s,
    gives_up: uint32,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # dropout: (n_institutes,) thresholds; applies: (2,) thresholds under 45, 45-59
    for b in prange(counts.size):
        lo = b * BLOCK
        j, hi = lo, min(lo + BLOCK, state.size)
        stands, ends, school, looks = state[lo:hi], graduation_month[lo:hi], institute[lo:hi], is_searching[lo:hi]
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(k, lo, draws)
        most, now = max(applies[0], applies[1]), np.int16(month)
        for c in range(hi - lo):
            asks = looks[c] & np.uint8(np.uint32(draws[c] >> np.uint64(32)) < most)
            maybe[c] = (asks | np.uint8(ends[c] == now) | np.uint8(school[c] != NOBODY)) & np.uint8(stands[c] < RETIRED)
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            asked, chance = learning_question(
                month, i, state, birth_month, graduation_month, institute, training_until, is_searching, dropout, applies, gives_up
            )
            fate = learning_fate(asked, chance, np.uint32(draws[i - lo] >> np.uint64(32)))
            if fate:
                rows[j] = i
                fates[j] = fate
                j += 1
        counts[b] = j - lo


@serial
def _apply(
    books: Books,
    month: int64,
    k: AnyKey,
    rows: int32s,
    fates: uint8s,
    qualifications: uint32s,
    study_field: uint8s,
    taught: uint8s,
    seats_cdf: uint32s2,
    row_of: int32s2,
    courses: Courses,
):
    # taught: (n_institutes,) sector; seats_cdf: (N_PROVINCES, n_per_province) thresholds; row_of: institute rows of the same shape
    one = np.uint32(1)
    for j in range(rows.size):
        i, fate = rows[j], fates[j]
        if fate == GRADUATES:
            if study_field[i] != NO_SECTOR:
                qualifications[i] |= one << np.uint32(study_field[i])
            if books.state[i] == INACTIVE:
                move(books, i, month, UNEMPLOYED, books.sector[i], TRAINING)
        elif fate == GETS_DIPLOMA:
            sector = taught[courses.institute[i]]
            qualifications[i] |= one << np.uint32(sector)
            study_field[i] = sector
            leave_institute(courses, i)
            courses.training_until[i] = month
            move(books, i, month, UNEMPLOYED, books.sector[i], TRAINING)
        elif fate == DROPS_OUT:
            leave_institute(courses, i)
            move(books, i, month, UNEMPLOYED, books.sector[i], TRAINING)
        elif fate == GIVES_UP:
            leave_institute(courses, i)
        elif fate == APPLIES:
            school = institute_asked(k, i, books.province, qualifications, taught, seats_cdf, row_of)
            if school != NOBODY:
                courses.institute[i] = school
                courses.waiting[school] += 1


@serial
def _admit(books: Books, month: int64, rows: int32s, duration: uint8s, courses: Courses):
    for j in range(rows.size):
        i = rows[j]
        school = courses.institute[i]
        courses.waiting[school] -= 1
        courses.students[school] += 1
        courses.training_until[i] = month + np.int64(duration[school])
        move(books, i, month, IN_TRAINING, books.sector[i], TRAINING)


class Training(Phase):
    """Graduation, queues, intake, dropout, diploma.

    Attributes
    ----------
    seats_offered : month of intake -> (n_institutes,) int64 seats offered in it; for the audit.
    """

    name = "training"
    carries = ("seats_offered",)

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, institutes = self.parameters, model.institutes
        self.applies = threshold(np.array([1.0, p.older_relative_applications]) * p.applications_per_month)
        self.gives_up = one_threshold(1 / p.patience_months)
        per_province = [np.flatnonzero(institutes.province == province) for province in range(N_PROVINCES)]
        width = max(1, *(rows.size for rows in per_province))
        self.row_of = np.zeros((N_PROVINCES, width), np.int32)
        seats = np.zeros((N_PROVINCES, width))
        for province, rows in enumerate(per_province):
            self.row_of[province, : rows.size] = rows
            seats[province, : rows.size] = institutes.seats_per_intake[rows] + 1e-9
        self.seats_cdf = cumulative_threshold(seats)
        self.seats_offered: dict[int, np.ndarray] = {}

    def run(self) -> None:
        """End courses and education first, then fill the seats of the institutes that start this month."""
        model, people, institutes, n = self.model, self.model.people, self.model.institutes, self.model.n_present
        pick, counts = model.selection, model.selection.counts(n)
        draws = model.key(Stream.TRAINING)
        _who_learns(
            model.month, draws, people.state[:n], people.birth_month, people.graduation_month, people.institute, people.training_until,
            people.is_searching, institutes.dropout_per_month, self.applies, self.gives_up, pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, fates = pick.collect(counts)
        _apply(
            model.ledger.desks[0], model.month, draws, rows, fates, people.qualifications, people.study_field, institutes.sector,
            self.seats_cdf, self.row_of, model.courses,
        )  # fmt: skip
        self._intake(rows[fates == WAITS])

    def _intake(self, waiting: np.ndarray) -> None:
        """Admit from the waiting list (rows of people, in order) what the seats of this month allow."""
        model = self.model
        queue, place_in_queue, seats = self.queues(waiting)
        if queue.size:
            self.seats_offered[model.month] = seats
            admitted = np.sort(queue[place_in_queue < seats[model.people.institute[queue]]])
            _admit(model.ledger.desks[0], model.month, admitted, model.institutes.duration_months, model.courses)

    def queues(self, waiting: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Who of `waiting` (rows of people, ascending) stands where in front of the institutes that start a course this month.

        Returns
        -------
        (n,) rows by institute and lot; (n,) place in the queue of the institute, from 0; (n_institutes,) seats this month.
        """
        model, people, institutes = self.model, self.model.people, self.model.institutes
        starts = (institutes.intake_months >> (model.now.calendar_month - 1)) & 1
        waiting = waiting[starts[people.institute[waiting]] == 1] if waiting.size else waiting
        extra = (institutes.seats_per_intake * model.levers.seats[institutes.sector]) >> 16
        seats = np.maximum(institutes.seats_per_intake + extra, 0) * starts
        order = np.lexsort((_draws(model.key(Stream.INTAKE), waiting), people.institute[waiting]))
        queue = waiting[order]
        school = people.institute[queue]
        return queue, np.arange(queue.size) - np.searchsorted(school, school, side="left"), seats


@serial
def _draws(k: AnyKey, rows: int32s):
    out = np.empty(rows.size, np.uint32)
    for j in range(rows.size):
        out[j] = draw32(k, rows[j])
    return out
