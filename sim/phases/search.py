"""Line 9, search: who looks for a (other) job this month.

    unemployed : effort(age) * effort(spell)          some stop looking instead and become inactive, some start a business of their own
    employed   : on_the_job * contract * newcomer(tenure) * age      staff under notice: nearly all
    inactive   : start(age); part of them only takes a look this month and stays inactive unless hired, as many of those do whom the
                 survey finds at work a quarter after it found them inactive; the others are unemployed from now on, unless hired
    in training: only in the last months, at the lock-in rate;  retired under 72: a few

Participants of a programme search more by the lever, and the retired also by a lever of theirs; where the chance is zero (retired from 72
on, in a course but for its last months) it stays so. Of the unemployed only who worked before starts a business. Who is to take a second
job in a crucial sector looks for it with the chance of its lever, and for no other main job until it is found. Where people search
(sectors, provinces) is decided per application in the matching line.

Source: parameters ``search.*``. Reads: state, state_since, job_since, notice_until, birth_month, second_employer, programmes.
Writes: is_searching; contract and job_since of new businesses; state through the ledger. Draws: SEARCH.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import NEVER, NOBODY, Contract, State
from sim.numerics.desks import at_desks
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw_block
from sim.numerics.selection import gather_set
from sim.numerics.tables import one_threshold, threshold
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint16s, uint32, uint32s, uint32s2, uint32s3
from sim.phases.base import Phase
from sim.policies.levers import lever_of
from sim.state.courses import Courses, leave_institute
from sim.state.ledger import Books, Cause, move, start_job

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED, UNEMPLOYED, INACTIVE = int(State.EMPLOYED), int(State.UNEMPLOYED), int(State.INACTIVE)
IN_TRAINING, RETIRED, OUTSIDE = int(State.TRAINING), int(State.RETIRED), int(State.OUTSIDE)
SEARCH = int(Cause.SEARCH)
SELF_EMPLOYED = np.uint8(Contract.SELF_EMPLOYED)
SEARCHES, STOPS, STARTS, FOUNDS = 1, 2, 3, 4
YOUNG, MIDDLE, OLDER, OLD, TOO_OLD = 25 * 12, 45 * 12, 55 * 12, 60 * 12, 72 * 12
NEWCOMER, LONG_SPELL, BEFORE_DIPLOMA = 24, 12, 6
FULL = np.int64(2**32 - 1)


@inline
def search_chance(
    month, i, state, state_since, contract, job_since, notice_until, training_until, birth_month, second_employer, programmes, unemployed,
    on_the_job, inactive, notice, lock_in, retired, lever, second_lever, pension_lever,
):  # fmt: skip
    """Threshold (int64) that person `i` searches this month; arguments as in the kernel."""
    s = state[i]
    age = month - np.int64(birth_month[i])
    chance = np.int64(0)
    if s == EMPLOYED:
        if notice_until[i] != NEVER:
            chance = np.int64(notice)
        else:
            tenure = 0 if month - np.int64(job_since[i]) < NEWCOMER else 1
            chance = np.int64(on_the_job[contract[i], tenure, 0 if age < YOUNG else (1 if age < MIDDLE else 2)])
    elif s == UNEMPLOYED:
        spell = 0 if month - np.int64(state_since[i]) < LONG_SPELL else 1
        chance = np.int64(unemployed[spell, 0 if age < OLDER else (1 if age < OLD else 2)])
    elif s == INACTIVE:
        chance = np.int64(inactive[0 if age < YOUNG else (1 if age < OLDER else 2)])
    elif s == IN_TRAINING:
        if np.int64(training_until[i]) - month < BEFORE_DIPLOMA:
            chance = np.int64(lock_in)
    elif s == RETIRED and age < TOO_OLD:
        chance = np.int64(retired)
    if chance > 0 and programmes[i] != 0:
        more = lever_of(programmes[i], lever)
        if s == RETIRED:
            more += lever_of(programmes[i], pension_lever)
        elif s == EMPLOYED and contract[i] != SELF_EMPLOYED and notice_until[i] == NEVER and second_employer[i] == NOBODY:
            second = lever_of(programmes[i], second_lever)
            if second > 0:
                chance, more = second << 16, np.int64(0)
        chance = np.int64(min(max(chance + (more << 16), np.int64(0)), FULL))
    return chance


@inline
def search_fate(state, hours, chance, discouraged, founds, casual, u):
    """What somebody in `state`, who works or worked `hours`, does at draw `u` (int64); 0: does not search."""
    fate = 0
    left = FULL - np.int64(discouraged)
    if state == UNEMPLOYED and discouraged > 0 and u >= left:
        fate = STOPS
    elif state == UNEMPLOYED and hours > 0 and founds > 0 and u >= left - np.int64(founds):
        fate = FOUNDS
    elif u < chance:
        fate = STARTS if state == INACTIVE and u >= (chance * casual) >> 16 else SEARCHES
    return fate


@scan
def _who_searches(
    month: int64,
    k: AnyKey,
    state: uint8s,
    state_since: int16s,
    contract: uint8s,
    hours: uint8s,
    job_since: int16s,
    notice_until: int16s,
    training_until: int16s,
    birth_month: int16s,
    second_employer: int32s,
    programmes: uint16s,
    is_searching: uint8s,
    unemployed: uint32s2,
    on_the_job: uint32s3,
    inactive: uint32s,
    notice: uint32,
    lock_in: uint32,
    retired: uint32,
    discouraged: uint32,
    founds: uint32,
    casual: int64,
    lever: int64s,
    second_lever: int64s,
    pension_lever: int64s,
    most: uint32s,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # unemployed: (2 spells, 3 ages); on_the_job: (contracts, 2 tenures, 3 ages); inactive: (3 ages); all thresholds; casual: 1/65536;
    # most: (states,) the largest of them, for people in no programme; the unemployed are always asked
    for b in prange(counts.size):
        lo = b * BLOCK
        j, hi = lo, min(lo + BLOCK, state.size)
        stands, leaves, joined = state[lo:hi], notice_until[lo:hi], programmes[lo:hi]
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(k, lo, draws)
        is_searching[lo:hi] = 0
        at_work, idle, learning, pensioned = most[EMPLOYED], most[INACTIVE], most[IN_TRAINING], most[RETIRED]
        for c in range(hi - lo):
            s = stands[c]
            largest = at_work if s == EMPLOYED else (idle if s == INACTIVE else (pensioned if s == RETIRED else learning))
            could = np.uint8(np.uint32(draws[c] >> np.uint64(32)) < largest) | np.uint8(leaves[c] != NEVER) | np.uint8(joined[c] != 0)
            maybe[c] = (could | np.uint8(s == UNEMPLOYED)) & np.uint8(s != OUTSIDE)
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            chance = search_chance(
                month, i, state, state_since, contract, job_since, notice_until, training_until, birth_month, second_employer, programmes,
                unemployed, on_the_job, inactive, notice, lock_in, retired, lever, second_lever, pension_lever,
            )  # fmt: skip
            fate = search_fate(state[i], hours[i], chance, discouraged, founds, casual, np.int64(draws[i - lo] >> np.uint64(32)))
            if fate:
                is_searching[i] = 1 if fate in (SEARCHES, STARTS) else 0
                rows[j] = i
                fates[j] = fate
                j += 1
        counts[b] = j - lo


@serial
def _apply(
    books: Books, first: int64, end: int64, month: int64, rows: int32s, fates: uint8s, contract: uint8s, job_since: int16s,
    displaced_since: int16s, courses: Courses,
):  # fmt: skip
    for j in range(first, end):
        i = rows[j]
        if fates[j] == STOPS:
            move(books, i, month, INACTIVE, books.sector[i], SEARCH)
        elif fates[j] == STARTS:
            move(books, i, month, UNEMPLOYED, books.sector[i], SEARCH)
        elif fates[j] == FOUNDS:
            leave_institute(courses, i)
            contract[i] = SELF_EMPLOYED
            job_since[i] = month
            displaced_since[i] = NEVER
            start_job(books, i, month, books.sector[i], books.hours[i], books.wage_cents[i], SEARCH)


class Search(Phase):
    """Searchers of the month; ``searchers`` holds their rows, in order, for the matching line."""

    name = "search"
    carries = ("searchers",)

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p = self.parameters
        by_age = np.array([1.0, (1 + p.older_effort) / 2, p.older_effort])
        spells = np.array([1.0, p.long_spell_effort])
        self.unemployed = threshold(p.unemployed_effort * spells[:, None] * by_age)
        tenure = np.array([p.newcomer_relative_search, 1.0])
        by_contract = np.array([0.0, 1.0, p.flexible_relative_search, p.self_employed_relative_search])
        by_age = np.array([1.0, 1.0, p.older_relative_search])
        self.on_the_job = threshold(np.minimum(p.on_the_job_per_month * by_contract[:, None, None] * tenure[:, None] * by_age, 1.0))
        self.inactive = threshold(p.inactive_per_month * np.array([p.student_relative_search, 1.0, p.older_inactive_relative_search]))
        self.notice, self.lock_in, self.retired = (
            one_threshold(x) for x in (p.notice_effort, p.unemployed_effort * p.lock_in, p.retired_per_month)
        )
        self.discouraged, self.founds = one_threshold(p.discouraged_per_month), one_threshold(p.start_business_per_month)
        self.casual = round(65536 * p.casual_share)
        self.most = np.zeros(len(State), np.uint32)
        self.most[[EMPLOYED, INACTIVE, IN_TRAINING, RETIRED]] = [self.on_the_job.max(), self.inactive.max(), self.lock_in, self.retired]
        self.searchers = np.empty(0, np.int32)

    def run(self) -> None:
        """Pick the searchers; the inactive who start and the unemployed who stop change state."""
        model, people, n = self.model, self.model.people, self.model.n_present
        pick, counts = model.selection, model.selection.counts(n)
        _who_searches(
            model.month, model.key(Stream.SEARCH), people.state[:n], people.state_since, people.contract, people.hours, people.job_since,
            people.notice_until, people.training_until, people.birth_month, people.second_employer, people.programmes, people.is_searching,
            self.unemployed, self.on_the_job, self.inactive, self.notice, self.lock_in, self.retired, self.discouraged, self.founds,
            self.casual, model.levers.search_effort, model.levers.second_job_search, model.levers.search_after_pension, self.most,
            pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, fates = pick.collect(counts)
        at_desks(
            model.ledger.desks, rows.size, _apply, model.month, rows, fates, people.contract, people.job_since, people.displaced_since,
            model.courses,
        )  # fmt: skip
        self.searchers = rows[(fates == SEARCHES) | (fates == STARTS)]
