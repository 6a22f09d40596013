"""Line 2, demography: people arrive, grow older, fall ill, recover, die, emigrate, turn 75.

Entrants (15th birthdays and immigrants) are fixed by the calendar: their rows exist from the start. Deaths and emigration are monthly
hazards by sex and age; together with the entrants they follow the population by single year of age of CBS, and the cohort-component
projection after it.

    P(leaves by death or emigration) = d(year, sex, age) + e(year, sex, age)
    P(health begins to limit work)   = h55 * 2 ** ((age - 55) / 15) / 12,     P(recovers) = r / 12

Source: CBS 7461bev (population), UN WPP 2024 (mortality, migration), see ``sim/world/nl/PROVENANCE.csv``; health: assumption.
Reads: birth_month, sex, entry_month, health. Writes: health, and state through the ledger. Draws: LIFE, ARRIVAL_STATE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import AGE_BAND_STARTS, MAX_AGE, State
from sim.numerics.desks import at_desks
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32, draw_block
from sim.numerics.selection import gather_set
from sim.numerics.tables import one_threshold, threshold
from sim.numerics.types import int16s, int32s, int64, uint8s, uint32, uint32s, uint32s2
from sim.phases.base import Phase
from sim.state.courses import Courses, leave_institute
from sim.state.jobs import Jobs, end_main_job, end_second_job
from sim.state.ledger import BAND_OF_AGE, Books, Cause, move, pass_birthday

if TYPE_CHECKING:
    from sim.model import LabourMarket

OUTSIDE, INACTIVE, UNEMPLOYED = int(State.OUTSIDE), int(State.INACTIVE), int(State.UNEMPLOYED)
LAST_MONTH = (MAX_AGE + 1) * 12
ADULT_MONTHS = 20 * 12
LEAVES, TURNS_ILL, RECOVERS, BIRTHDAY = 1, 2, 4, 8
"""Fates, as bits: more than one can come true in a month."""
DEMOGRAPHY = int(Cause.DEMOGRAPHY)


@inline
def life_fates(i, age, life, luck, sex, health, birthday, leave, fall_ill, recover):
    """What life has for person `i` of `age` months at the draws `life` and `luck` (uint32), as bits."""
    fate = birthday[age]
    if age >= LAST_MONTH or life < leave[sex[i], age]:
        fate |= LEAVES
    if health[i] == 0:
        if luck < fall_ill[age]:
            fate |= TURNS_ILL
    elif luck < recover:
        fate |= RECOVERS
    return fate


@inline
def arrives_searching(month, i, arrival_key, searching, birth_month):
    """Whether person `i`, who arrives this month, looks for work at once."""
    return month - np.int64(birth_month[i]) >= ADULT_MONTHS and draw32(arrival_key, i) < searching


@scan
def _who_changes(
    month: int64,
    life_key: AnyKey,
    state: uint8s,
    birth_month: int16s,
    sex: uint8s,
    health: uint8s,
    birthday: uint8s,
    leave: uint32s2,
    fall_ill: uint32s,
    recover: uint32,
    may_leave: uint32,
    may_change: uint32,
    rows: int32s,
    fates: uint8s,
    counts: int32s,
):
    # by age in months: birthday (ages,) 0 or BIRTHDAY; leave (2, ages), fall_ill (ages,) thresholds; may_leave, may_change: their largest.
    # One draw, two halves: life and health
    for b in prange(counts.size):
        lo = b * BLOCK
        k, hi = lo, min(lo + BLOCK, state.size)
        stands, born = state[lo:hi], birth_month[lo:hi]
        draws, maybe, where = np.empty(hi - lo, np.uint64), np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        draw_block(life_key, lo, draws)
        oldest = np.int16(month - LAST_MONTH)
        for j in range(hi - lo):
            life, luck = np.uint32(draws[j] >> np.uint64(32)), np.uint32(draws[j] & np.uint64(0xFFFFFFFF))
            maybe[j] = np.uint8(life < may_leave) | np.uint8(luck < may_change) | np.uint8(born[j] <= oldest)
        for start in AGE_BAND_STARTS:
            birthday_now = np.int16(month - start * 12)
            for j in range(hi - lo):
                maybe[j] |= np.uint8(born[j] == birthday_now)
        for j in range(hi - lo):
            maybe[j] &= np.uint8(stands[j] != OUTSIDE)
        for c in range(gather_set(maybe, where)):
            i = lo + where[c]
            age = min(month - np.int64(birth_month[i]), LAST_MONTH)
            life, luck = np.uint32(draws[i - lo] >> np.uint64(32)), np.uint32(draws[i - lo] & np.uint64(0xFFFFFFFF))
            fate = life_fates(i, age, life, luck, sex, health, birthday, leave, fall_ill, recover)
            if fate:
                rows[k] = i
                fates[k] = fate
                k += 1
        counts[b] = k - lo


@serial
def _apply(books: Books, first: int64, end: int64, month: int64, rows: int32s, fates: uint8s, health: uint8s, jobs: Jobs, courses: Courses):
    for k in range(first, end):
        i, fate = rows[k], fates[k]
        if fate & BIRTHDAY:
            pass_birthday(books, i, month)
        if fate & TURNS_ILL:
            health[i] = 1
        if fate & RECOVERS:
            health[i] = 0
        if fate & LEAVES:
            leave_institute(courses, i)
            end_main_job(jobs, i)
            end_second_job(jobs, i)
            move(books, i, month, OUTSIDE, books.sector[i], DEMOGRAPHY)


@serial
def _arrive(books: Books, first: int64, last: int64, month: int64, arrival_key: AnyKey, searching: uint32, birth_month: int16s):
    for i in range(first, last):
        state = UNEMPLOYED if arrives_searching(month, i, arrival_key, searching, birth_month) else INACTIVE
        move(books, i, month, state, books.sector[i], DEMOGRAPHY)


class Demography(Phase):
    """Arrivals, birthdays, health, deaths, emigration."""

    name = "demography"

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, tables = self.parameters, model.tables
        leave = threshold(tables.death_probability_per_month + tables.emigration_probability_per_month)
        self.leave = np.repeat(leave, 12, axis=2)
        ages = np.arange(leave.shape[2])
        self.fall_ill = np.repeat(threshold(p.limiting_condition_per_year_at_55 * 2.0 ** ((ages - 55) / 15) / 12), 12)
        self.birthday = np.where(np.diff(BAND_OF_AGE, prepend=BAND_OF_AGE[0]) != 0, BIRTHDAY, 0).astype(np.uint8)
        self.recover = one_threshold(p.recovery_per_year / 12)
        self.searching = one_threshold(p.arrival_searching_share)

    def run(self) -> None:
        """Leave first, then arrive: nobody arrives and leaves in the same month."""
        model, people, month = self.model, self.model.people, self.model.month
        year = month // 12 - model.start // 12
        pick, n, desks = model.selection, model.n_present, model.ledger.desks
        counts = pick.counts(n)
        _who_changes(
            month, model.key(Stream.LIFE), people.state[:n], people.birth_month, people.sex, people.health, self.birthday,
            self.leave[year], self.fall_ill, self.recover, self.leave[year].max(), max(self.fall_ill.max(), self.recover),
            pick.rows, pick.fates, counts,
        )  # fmt: skip
        rows, fates = pick.collect(counts)
        at_desks(desks, rows.size, _apply, month, rows, fates, people.health, model.jobs, model.courses)
        last = int(np.searchsorted(people.entry_month[model.n_initial :], month, side="right")) + model.n_initial
        if last > n:
            _arrive(desks[0], n, last, month, model.key(Stream.ARRIVAL_STATE), self.searching, people.birth_month)
            model.n_present = last
