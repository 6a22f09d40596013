"""Line 12, reserves: pools of qualified people who drill, and come when a crisis calls.

Without a crisis reservists drill: days per year, spread over the months, taken from nobody's main job. In a month in which a crisis raises
the demand of care (or defence), every reservist of that pool who is available that month works

    care    : hours a week, at most what 48 hours leave beside the own jobs; who has the main job in care adds nothing
    defence : full-time service; who has a main job or a second job is absent from it, which counts as hours lost there

times productivity. A register is not a capacity: availability decides. The wages of a call-up are paid by whoever calls, the care provider
or defence: they are part of no policy's costs.

Pools shrink by attrition. Who joined a programme with the lever `care_reserve` or `defence_reserve` this month enters the pool at the end
of the line, and serves from the next month on. Commitments are one bit set per person: who is in a pool already stays what he is, so
nobody is in two, and no hour is promised twice.

Source: parameters ``reserves.*`` (RSV rows). Reads: commitments, sector, hours, second job, state, who joined programmes. Writes:
commitments (attrition, recruits), `reserve_hours`, `absent_hours`, `drill_hours`. Draws: RESERVE, ATTRITION.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NOBODY, SECTOR, Commitment, State
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32
from sim.numerics.selection import gather_set
from sim.numerics.tables import one_threshold
from sim.numerics.types import int32s, int64, int64s, int64s2, uint8s, uint32
from sim.phases.base import Phase

if TYPE_CHECKING:
    from sim.model import LabourMarket

CARE, DEFENCE = SECTOR["Q"], SECTOR["DEF"]
CARE_BIT, DEFENCE_BIT = np.uint8(Commitment.CARE_RESERVE), np.uint8(Commitment.DEFENCE_RESERVE)
BOTH = CARE_BIT | DEFENCE_BIT
EMPLOYED, OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
WORKING_DAY, WEEKS_PER_MONTH, MOST_HOURS = 8.0, 365.25 / 12 / 7, 48


@scan
def _who_belongs(n: int64, commitments: uint8s, rows: int32s, fates: uint8s, counts: int32s):
    for b in prange(counts.size):
        lo = b * BLOCK
        k, hi = lo, min(lo + BLOCK, n)
        promised, member, where = commitments[lo:hi], np.zeros(BLOCK, np.uint8), np.empty(BLOCK, np.int32)
        for j in range(hi - lo):
            member[j] = promised[j] & BOTH
        for c in range(gather_set(member, where)):
            rows[k] = lo + where[c]
            fates[k] = 1
            k += 1
        counts[b] = k - lo


@inline
def leaves_pool(k, i, attrition, state):
    """Whether reservist `i` leaves the pool this month; attrition: threshold."""
    return state[i] == OUTSIDE or draw32(k, i) < attrition


@serial
def _serve(
    rows: int32s,
    attrition_key: AnyKey,
    call_key: AnyKey,
    attrition: uint32,
    care_call: uint32,
    defence_call: uint32,
    care_hours: int64,
    defence_hours: int64,
    state: uint8s,
    sector: uint8s,
    province: uint8s,
    hours: uint8s,
    employer: int32s,
    second_employer: int32s,
    second_hours: uint8s,
    cell: int64s,
    commitments: uint8s,
    reserve_hours: int64s2,
    absent_hours: int64s2,
    members: int64s2,
):
    # care_call, defence_call: threshold of availability, 0 without a crisis; hours per week; cell: of employers;
    # members: (N_SECTORS, N_PROVINCES) people
    for r in range(rows.size):
        i = rows[r]
        if leaves_pool(attrition_key, i, attrition, state):
            commitments[i] &= ~BOTH
            continue
        works = state[i] == EMPLOYED
        u = draw32(call_key, i)
        if commitments[i] & CARE_BIT:
            members[CARE, province[i]] += 1
            if u < care_call and not (works and sector[i] == CARE):
                busy = (np.int64(hours[i]) if works else 0) + np.int64(second_hours[i])
                reserve_hours[CARE, province[i]] += min(care_hours, max(MOST_HOURS - busy, 0))
        else:
            members[DEFENCE, province[i]] += 1
            if u < defence_call and not (works and sector[i] == DEFENCE):
                reserve_hours[DEFENCE, province[i]] += defence_hours
                if works:
                    place = cell[employer[i]] if employer[i] != NOBODY else np.int64(sector[i]) * N_PROVINCES + np.int64(province[i])
                    absent_hours[place // N_PROVINCES, place % N_PROVINCES] += hours[i]
                if second_employer[i] != NOBODY:
                    place = cell[second_employer[i]]
                    absent_hours[place // N_PROVINCES, place % N_PROVINCES] += second_hours[i]


def may_join(commitments: np.ndarray, state: np.ndarray) -> np.ndarray:
    """(n,) bool: people who can still be recruited: there, and in no pool; both arguments (n,) uint8."""
    return ((commitments & BOTH) == 0) & (state != OUTSIDE)


class Reserves(Phase):
    """Pools of care and defence reservists.

    Attributes
    ----------
    reserve_hours : (N_SECTORS, N_PROVINCES) float64 hours per week worked by reservists, corrected for productivity.
    absent_hours : (N_SECTORS, N_PROVINCES) int64 contract hours per week missed, in main and second jobs where the employer is, in own
        businesses where the owner lives.
    members : (N_SECTORS, N_PROVINCES) int64 people in the pool of that sector, by residence. drill_hours : their drill, hours per week.
    """

    name = "reserves"
    carries = ("hours", "absent_hours", "reserve_hours", "members", "drill_hours")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        self.attrition = one_threshold(self.parameters.attrition_per_year / 12)
        self.hours = np.zeros((N_SECTORS, N_PROVINCES), np.int64)
        self.absent_hours = np.zeros((N_SECTORS, N_PROVINCES), np.int64)
        self.reserve_hours = np.zeros((N_SECTORS, N_PROVINCES))
        self.members = np.zeros((N_SECTORS, N_PROVINCES), np.int64)
        self.drill_hours = np.zeros((N_SECTORS, N_PROVINCES))

    def run(self) -> None:
        """Attrition, then drill, then the call if there is a crisis; recruits last."""
        self._serve_and_drill()
        for lever, bit in ((self.model.levers.care_reserve, CARE_BIT), (self.model.levers.defence_reserve, DEFENCE_BIT)):
            self._recruit(lever, bit)

    def _recruit(self, lever: np.ndarray, bit: np.uint8) -> None:
        """Into the pool `bit` whoever joined a programme with this `lever` this month and is in no pool."""
        model, people = self.model, self.model.people
        for programme in model.programmes:
            joined = programme.cohorts.get(model.month)
            if lever[programme.bit] and joined:
                rows = joined[0]
                people.commitments[rows[may_join(people.commitments[rows], people.state[rows])]] |= bit

    def _serve_and_drill(self) -> None:
        model, people, p = self.model, self.model.people, self.parameters
        for array in (self.hours, self.absent_hours, self.members, self.reserve_hours, self.drill_hours):
            array[:] = 0
        pick, n = model.selection, model.n_present
        counts = pick.counts(n)
        _who_belongs(n, people.commitments, pick.rows, pick.fates, counts)
        rows, _ = pick.collect(counts)
        if not rows.size:
            return
        crisis = model.now.crisis_factor > 1.0
        _serve(
            rows, model.key(Stream.ATTRITION), model.key(Stream.RESERVE), self.attrition,
            one_threshold(p.care_available * crisis[CARE]), one_threshold(p.defence_available * crisis[DEFENCE]),
            round(p.care_hours), round(p.defence_hours), people.state, people.sector, people.province, people.hours,
            people.employer, people.second_employer, people.second_hours, model.cell_of_employer, people.commitments, self.hours,
            self.absent_hours, self.members,
        )  # fmt: skip
        self.reserve_hours[:] = self.hours * p.productivity
        for pool, days in ((CARE, p.care_drill_days), (DEFENCE, p.defence_drill_days)):
            self.drill_hours[pool] = self.members[pool] * (days / 12 * WORKING_DAY / WEEKS_PER_MONTH)
