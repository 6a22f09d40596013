"""Line 7, training: initial education ends; adults queue for a seat, learn, drop out, get a diploma.

    young people : in the month of graduation the diploma bit of the field is set, and those without a job start to look for one
    queue        : a searcher out of work asks for a place with a monthly chance; institutes by their number of seats, own province
    intake       : in the institute's intake months, at most its seats, in random order of the waiting list
    bought start : who waits in a programme may start at once, on a place beyond the seats of the institute
    in training  : drops out with a monthly chance, else a diploma after the course; both look for work, the latter in the new sector

During the course nobody searches but in its last months, and then at the lock-in rate (search line). So a seat costs labour first and
gives a licence later.

What policies change, by lever, with seats(j) of institute j at each intake, n(j) intakes a year, and the monthly chance a(age) to ask:

    seats              seats(j) * (1 + seats), in whole seats, such that those of the sector add up
    all_year_intake    every month (1 + seats) * seats(j) * n(j) / 12, in whole seats, such that those of a year add up
    course_interest    a(age) * (1 + interest(sector) * share of the seats of the own province), what is more for that sector only
    course_applications, course_start   chances of a participant out of work: of asking beside a(age), and of a bought start per month

The applicants that are there anyway ask where they would without the policy, so that scenarios stay paired.

Source: seats, duration, dropout from the training figures (`sim.world.institutes`); parameters ``training.*``.
Reads: graduation_month, study_field, is_searching, state, programmes. Writes: qualifications, study_field, institute, training_until, and
state through the ledger. Draws: TRAINING, INTAKE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, NOBODY, State
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32, draw_block, draw_sub32
from sim.numerics.selection import gather_set
from sim.numerics.tables import cumulative_threshold, one_threshold, threshold
from sim.numerics.types import int16s, int32s, int32s2, int64, int64s, uint8s, uint16s, uint32, uint32s, uint32s2, uint32s3
from sim.phases.base import Phase
from sim.policies.levers import lever_of
from sim.state.courses import Courses, leave_institute
from sim.state.ledger import Books, Cause, move

if TYPE_CHECKING:
    from sim.model import LabourMarket

UNEMPLOYED, INACTIVE, IN_TRAINING, RETIRED = int(State.UNEMPLOYED), int(State.INACTIVE), int(State.TRAINING), int(State.RETIRED)
TRAINING = int(Cause.TRAINING)
ADULT_MONTHS, MIDDLE_MONTHS, TOO_OLD_MONTHS = 20 * 12, 45 * 12, 60 * 12
GRADUATES, DROPS_OUT, GETS_DIPLOMA, APPLIES, GIVES_UP, WAITS = 1, 2, 3, 4, 5, 6
USUAL, WITH_INTEREST = 0, 1
"""Who asks: whoever would anyway, and with those whom the interest in a sector adds."""
FULL = np.int64(2**32 - 1)


@inline
def applicant_class(age):
    """Age class of the chance to ask for a place, by age in months."""
    return 0 if age < MIDDLE_MONTHS else 1


@inline
def learning_question(
    month, i, state, birth_month, province, programmes, graduation_month, institute, training_until, is_searching, dropout, applies,
    gives_up, lever,
):  # fmt: skip
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
            most = np.int64(applies[applicant_class(age), province[i], WITH_INTEREST])
            if programmes[i] != 0:
                most = min(max(most + (lever_of(programmes[i], lever) << 16), np.int64(0)), FULL)
            asked, chance = APPLIES, np.uint32(most)
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
def institute_asked(k, month, i, birth_month, province, qualifications, taught, applies, seats_cdf, interest_cdf, row_of):
    """Institute that person `i`, who applies, asks for a place; NOBODY when its licence or diploma is held already.

    By seats in the own province; whom the interest in a sector brings, by seats times that interest.
    """
    ask, u = draw32(k, i), draw_sub32(k, i, 1)
    chances = applies[applicant_class(month - np.int64(birth_month[i])), province[i]]
    is_added = ask >= chances[USUAL] and ask < chances[WITH_INTEREST]
    cdf = interest_cdf[province[i]] if is_added else seats_cdf[province[i]]
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
    province: uint8s,
    programmes: uint16s,
    graduation_month: int16s,
    institute: int16s,
    training_until: int16s,
    is_searching: uint8s,
    dropout: uint32s,
    applies: uint32s3,
    gives_up: uint32,
    lever: int64s,
    most: uint32,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # dropout: (n_institutes,) thresholds; applies: (2, N_PROVINCES, 2) thresholds: under 45, 45-59; USUAL, WITH_INTEREST; most: the largest
    for b in prange(counts.size):
        lo = b * BLOCK
        j, hi = lo, min(lo + BLOCK, state.size)
        stands, ends, school, looks = state[lo:hi], graduation_month[lo:hi], institute[lo:hi], is_searching[lo:hi]
        joined = programmes[lo:hi]
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(k, lo, draws)
        now = np.int16(month)
        for c in range(hi - lo):
            asks = looks[c] & (np.uint8(np.uint32(draws[c] >> np.uint64(32)) < most) | np.uint8(joined[c] != 0))
            maybe[c] = (asks | np.uint8(ends[c] == now) | np.uint8(school[c] != NOBODY)) & np.uint8(stands[c] < RETIRED)
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            asked, chance = learning_question(
                month, i, state, birth_month, province, programmes, graduation_month, institute, training_until, is_searching, dropout,
                applies, gives_up, lever,
            )  # fmt: skip
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
    applies: uint32s3,
    seats_cdf: uint32s2,
    interest_cdf: uint32s2,
    row_of: int32s2,
    courses: Courses,
):
    # taught: (n_institutes,) sector; applies: as above; seats_cdf, interest_cdf: (N_PROVINCES, n_per_province) thresholds;
    # row_of: institute rows of the same shape
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
            school = institute_asked(
                k, month, i, books.birth_month, books.province, qualifications, taught, applies, seats_cdf, interest_cdf, row_of
            )
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


@serial
def _lots(k: AnyKey, rows: int32s):
    out = np.empty(rows.size, np.uint32)
    for j in range(rows.size):
        out[j] = draw32(k, rows[j])
    return out


@serial
def _starts(k: AnyKey, rows: int32s, programmes: uint16s, lever: int64s):
    out = np.zeros(rows.size, np.uint8)
    for j in range(rows.size):
        out[j] = np.int64(draw_sub32(k, rows[j], 1) >> np.uint32(16)) < lever_of(programmes[rows[j]], lever)
    return out


class Training(Phase):
    """Graduation, queues, intake, dropout, diploma.

    Attributes
    ----------
    seats_offered : month of intake -> (n_institutes,) int64 seats offered in it, bought starts among them; for the audit.
    started, started_extra : (n_institutes,) int64 people who started this month within the seats; of them, on seats that a policy added.
    """

    name = "training"
    carries = ("seats_offered", "started", "started_extra")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, institutes = self.parameters, model.institutes
        self.gives_up = one_threshold(1 / p.patience_months)
        per_province = [np.flatnonzero(institutes.province == province) for province in range(N_PROVINCES)]
        width = max(1, *(rows.size for rows in per_province))
        self.row_of = np.zeros((N_PROVINCES, width), np.int32)
        self._weights = np.zeros((N_PROVINCES, width))
        for province, rows in enumerate(per_province):
            self.row_of[province, : rows.size] = rows
            self._weights[province, : rows.size] = institutes.seats_per_intake[rows] + 1e-9
        self.seats_cdf = cumulative_threshold(self._weights)
        self._set_interest(np.zeros(N_SECTORS, np.int64))
        self.seats_offered: dict[int, np.ndarray] = {}
        self.started, self.started_extra = (np.zeros(len(institutes), np.int64) for _ in range(2))

    def _set_interest(self, interest: np.ndarray) -> None:
        """Set how many ask, and where those that the `interest` ((N_SECTORS,), 1/65536, below zero counts as zero) brings ask.

        Sets `applies`, (2, N_PROVINCES, 2) thresholds by age and province, without and with the interest, and `interest_cdf`.
        """
        p, self._interest = self.parameters, interest.copy()
        added = self._weights * np.maximum(interest, 0)[self.model.institutes.sector[self.row_of]] / 65536
        usual = np.array([1.0, p.older_relative_applications])[:, None] * np.full(N_PROVINCES, p.applications_per_month)
        more = usual * (1.0 + added.sum(axis=1) / self._weights.sum(axis=1))
        self.applies = threshold(np.minimum(np.stack([usual, more], axis=-1), 1.0))
        self.interest_cdf = cumulative_threshold(np.where(added.sum(axis=1, keepdims=True) > 0, added, self._weights))

    def run(self) -> None:
        """End courses and education first, then fill the seats of the institutes that start this month."""
        model, people, institutes, n = self.model, self.model.people, self.model.institutes, self.model.n_present
        if not np.array_equal(model.levers.course_interest, self._interest):
            self._set_interest(model.levers.course_interest)
        pick, counts, draws = model.selection, model.selection.counts(n), model.key(Stream.TRAINING)
        _who_learns(
            model.month, draws, people.state[:n], people.birth_month, people.province, people.programmes, people.graduation_month,
            people.institute, people.training_until, people.is_searching, institutes.dropout_per_month, self.applies, self.gives_up,
            model.levers.course_applications, self.applies.max(), pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, fates = pick.collect(counts)
        _apply(
            model.ledger.desks[0], model.month, draws, rows, fates, people.qualifications, people.study_field, institutes.sector,
            self.applies, self.seats_cdf, self.interest_cdf, self.row_of, model.courses,
        )  # fmt: skip
        self._intake(rows[fates == WAITS])

    def _intake(self, waiting: np.ndarray) -> None:
        """Admit from the waiting list (rows of people, in order) what the seats of this month allow, and whose start is bought."""
        model, school = self.model, self.model.people.institute
        self.started[:] = self.started_extra[:] = 0
        queue, place_in_queue, seats = self.queues(waiting)
        seated = queue[place_in_queue < seats[school[queue]]]
        bought = self.bought(np.setdiff1d(waiting, seated))
        if not queue.size and not bought.size:
            return
        self.started += np.bincount(school[seated], minlength=seats.size)
        self.started_extra += np.maximum(self.started - self.seats(is_usual=True), 0)
        self.seats_offered[model.month] = seats + np.bincount(school[bought], minlength=seats.size)
        admitted = np.sort(np.concatenate([seated, bought]))
        _admit(model.ledger.desks[0], model.month, admitted, model.institutes.duration_months, model.courses)

    def seats(self, *, is_usual: bool = False) -> np.ndarray:
        """(n_institutes,) int64 seats of this month; `is_usual`: those that would be there without the lever of seats."""
        model, institutes = self.model, self.model.institutes
        month = model.now.calendar_month - 1
        per_intake = institutes.seats_per_intake.astype(np.int64)
        if not is_usual:
            per_intake = np.maximum(per_intake + self._extra_seats(per_intake), 0)
        a_year = per_intake * np.bitwise_count(institutes.intake_months)
        stagger = np.arange(len(institutes))  # so that not all institutes have their odd seat in the same month
        by_month = ((month + 1) * a_year + stagger) // 12 - (month * a_year + stagger) // 12
        starts = (institutes.intake_months.astype(np.int64) >> month) & 1
        return np.where(model.levers.all_year_intake[institutes.sector] > 0, by_month, per_intake * starts)

    def _extra_seats(self, per_intake: np.ndarray) -> np.ndarray:
        """(n_institutes,) whole seats that the lever adds at each intake; rounded so that those of a sector add up."""
        taught, lever, extra = self.model.institutes.sector, self.model.levers.seats, np.zeros_like(per_intake)
        for sector in np.flatnonzero(lever):
            rows = np.flatnonzero(taught == sector)
            extra[rows] = np.diff((np.cumsum(per_intake[rows]) * lever[sector] + 32768) >> 16, prepend=0)
        return extra

    def queues(self, waiting: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Who of `waiting` (rows of people, ascending) stands where in front of the institutes that start a course this month.

        Returns
        -------
        (n,) rows by institute and lot; (n,) place in the queue of the institute, from 0; (n_institutes,) seats this month.
        """
        model, people, seats = self.model, self.model.people, self.seats()
        waiting = waiting[seats[people.institute[waiting]] > 0] if waiting.size else waiting
        order = np.lexsort((_lots(model.key(Stream.INTAKE), waiting), people.institute[waiting]))
        queue = waiting[order]
        school = people.institute[queue]
        return queue, np.arange(queue.size) - np.searchsorted(school, school, side="left"), seats

    def bought(self, waiting: np.ndarray) -> np.ndarray:
        """Rows of those of `waiting` (rows of people, ascending) who got no seat, but start at once on a place that is bought for them."""
        model, lever = self.model, self.model.levers.course_start
        if not lever.any():
            return waiting[:0]
        return waiting[_starts(model.key(Stream.INTAKE), waiting, model.people.programmes, lever) == 1]
