"""Line 3, labour demand: how many hours of work every employer wants, and how many jobs that is; closures and lay-offs follow.

    hours(e, t)   = base(e) * exp(trend(s) * years) * national(t) ** sensitivity(s) * crisis(s, t) * exp(x(e, t) - x(e, 0)) * k(s, t)
    x(e, t)       = persistence * x(e, t-1) + shock_sd * normal draw
    jobs(e, t)    = filled jobs + (hours(e, t) - filled hours) / usual hours of a job in this sector and province

Work, not heads, is wanted: who stays in a small part-time job leaves room for somebody else.

The employer's own AR(1) deviation gives gross job creation and destruction beside the net growth of the sector. k keeps the sector's
total where trend and cycle put it: it takes out the mean of exp(x - x0), and hands the market of closed sites to the others of the
sector until another employer takes over. Hours are whole and rounded down at every employer, and x to thousandths: what all want together
is about 0.3 % below the equation at 1:100. An employer with more staff than it wants waits for attrition as long as the surplus is
tolerated (one head always is), and then gives notice to all of it, by a chance per head: a *displaced worker* begins here. A closing
site gives notice to everybody.

Source: sector trends and sensitivities from CBS employee jobs 2010-2019 (`sim.world.tables`); turbulence: parameters ``labour_demand.*``.
Reads: base_hours, filled_hours, filled_jobs, notices. Writes: shock, desired_hours, desired_jobs, closed_until, and the chance of a
lay-off per head that the separations line carries out. Draws: SHOCK, CLOSURE, ROUNDING (by employer).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NEVER
from sim.evidence.parameters import Values
from sim.numerics.jit import BLOCK, n_blocks, scan, serial
from sim.numerics.rng import AnyKey, Stream, draw32
from sim.numerics.tables import EXP_ONE, exponential_of, exponential_table, normal_table, threshold
from sim.numerics.types import int16s, int32s, int64, int64s, int64s2, uint8s, uint32s
from sim.phases.base import Phase
from sim.phases.vacancies import unrecorded_per_recorded

if TYPE_CHECKING:
    from sim.model import LabourMarket

SURE = np.uint32(2**32 - 1)
SMALL_EMPLOYER = 10.0


@scan
def _move(
    month: int64,
    shock_key: AnyKey,
    closure_key: AnyKey,
    persistence: int64,
    sd: int64,
    normal: int32s,
    closure: uint32s,
    takeover: int64,
    sector: uint8s,
    base_hours: int32s,
    shock: int32s,
    closed_until: int16s,
    open_base: int64s2,
    blocks: int64,
):
    # persistence in 1/65536, sd in millionths, normal in thousandths; open_base: (n_blocks, N_SECTORS) base hours of open sites
    for b in prange(blocks):
        open_base[b] = 0
        for e in range(b * BLOCK, min((b + 1) * BLOCK, shock.size)):
            z = np.int64(normal[draw32(shock_key, e) >> np.uint32(20)])
            shock[e] = ((persistence * np.int64(shock[e])) >> 16) + (sd * z) // 1000
            if closed_until[e] == NEVER:
                if draw32(closure_key, e) < closure[e]:
                    closed_until[e] = month + takeover
            elif closed_until[e] <= month:
                closed_until[e] = NEVER
            if closed_until[e] == NEVER:
                open_base[b, sector[e]] += base_hours[e]


@scan
def _want(
    index: int64s,
    exponential: int64s,
    rounding_key: AnyKey,
    tolerated: int64,
    sector: uint8s,
    base_hours: int32s,
    usual: int32s,
    shock: int32s,
    shock_at_start: int32s,
    closed_until: int16s,
    filled: int32s,
    filled_hours: int32s,
    notices: int32s,
    desired_hours: int32s,
    desired: int32s,
    layoff: uint32s,
    shrinks: uint8s,
    blocks: int64,
):
    # index: (N_SECTORS,) fixed point EXP_ONE; tolerated in 1/65536 of staff; layoff: (n_employers,) uint32 chance per head of a notice;
    # shrinks: (n_employers,) uint8, 1 where that is above zero
    for b in prange(blocks):
        for e in range(b * BLOCK, min((b + 1) * BLOCK, base_hours.size)):
            staff = np.int64(filled[e]) - np.int64(notices[e])
            layoff[e] = shrinks[e] = 0
            if closed_until[e] != NEVER:
                desired[e] = desired_hours[e] = 0
                layoff[e], shrinks[e] = SURE, 1
                continue
            factor = exponential_of(exponential, (np.int64(shock[e]) - np.int64(shock_at_start[e])) // 1000)
            desired_hours[e] = (((np.int64(base_hours[e]) * index[sector[e]]) >> 4) * (factor >> 4)) >> 32
            missing = ((np.int64(desired_hours[e]) - np.int64(filled_hours[e])) << 24) // np.int64(usual[e])  # jobs, fixed point 2**16
            # the employer's own rounding point never moves, so a small site does not flicker
            desired[e] = max(np.int64(filled[e]) + ((missing + np.int64(draw32(rounding_key, e) >> np.uint32(16))) >> 16), np.int64(0))
            surplus = staff - np.int64(desired[e])
            if surplus > max(1, (tolerated * staff) >> 16):
                layoff[e], shrinks[e] = np.uint32(min((surplus << 32) // staff, np.int64(SURE))), 1


@serial
def _uniform(k: AnyKey, n: int64):
    out = np.empty(n, np.float64)
    for e in range(n):
        out[e] = draw32(k, e) / 4294967296.0
    return out


class LabourDemand(Phase):
    """Desired jobs, closures and the chance of a lay-off per head."""

    name = "labour_demand"
    carries = ("layoff", "shrinks")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, employers = self.parameters, model.employers
        self.normal, self.exponential = normal_table(), exponential_table()
        self.persistence, self.sd = round(p.shock_persistence * 65536), round(p.shock_sd * 1e6)
        self.tolerated, self.takeover = round(p.tolerated_surplus * 65536), round(p.months_to_takeover)
        # more is wanted than jobs and recorded vacancies: what is never advertised, and at the end of a month what people have just left
        more = (
            model.open_at_start * unrecorded_per_recorded(Values("vacancies", model.config.parameters.get("vacancies")))[employers.sector]
        )
        more += employers.filled_jobs * p.just_vacated_share
        employers.base_jobs[:] += (more + _uniform(model.lasting_key(Stream.ROUNDING), len(employers))).astype(np.int32)
        self._set_hours()
        size = np.maximum(employers.base_jobs, 1)
        self.closure = threshold(p.closure_per_year / 12 * np.minimum(1.0, np.sqrt(SMALL_EMPLOYER / size)))
        self.stationary_variance = p.shock_sd**2 / (1 - p.shock_persistence**2)
        stationary_sd = round(1e6 * math.sqrt(self.stationary_variance))
        z = _uniform(model.key(Stream.SHOCK), len(employers))
        employers.shock[:] = (stationary_sd * self.normal[(z * len(self.normal)).astype(np.int64)].astype(np.int64)) // 1000
        employers.shock_at_start[:] = employers.shock
        self.base_by_sector = np.bincount(employers.sector, employers.base_hours, N_SECTORS)
        self.layoff, self.shrinks = np.zeros(len(employers), np.uint32), np.zeros(len(employers), np.uint8)
        self._open_base = np.zeros((n_blocks(len(employers)), N_SECTORS), np.int64)

    def _set_hours(self) -> None:
        """Usual hours of a job by market cell, and what every employer wants at the start."""
        model, employers = self.model, self.model.employers
        cells = N_SECTORS * N_PROVINCES
        hours, jobs = (np.bincount(model.cell_of_employer, employers[name], cells) for name in ("filled_hours", "filled_jobs"))
        mean = np.divide(hours, jobs, out=np.full(cells, hours.sum() / max(jobs.sum(), 1)), where=jobs > 0)
        employers.usual_hours[:] = np.maximum(np.round(256 * mean), 256)[model.cell_of_employer]
        vacant = employers.base_jobs.astype(np.int64) - employers.filled_jobs
        employers.base_hours[:] = employers.filled_hours + ((vacant * employers.usual_hours) >> 8)
        employers.desired_hours[:], employers.desired_jobs[:] = employers.base_hours, employers.base_jobs

    def run(self) -> None:
        """Move every employer's shock, open and close sites, set desired jobs and lay-off chances."""
        model, employers = self.model, self.model.employers
        blocks = n_blocks(len(employers))
        _move(
            model.month, model.key(Stream.SHOCK), model.key(Stream.CLOSURE), self.persistence, self.sd, self.normal, self.closure,
            self.takeover, employers.sector, employers.base_hours, employers.shock, employers.closed_until, self._open_base, blocks,
        )  # fmt: skip
        _want(
            self._index(), self.exponential, model.lasting_key(Stream.ROUNDING), self.tolerated, employers.sector, employers.base_hours,
            employers.usual_hours, employers.shock, employers.shock_at_start, employers.closed_until, employers.filled_jobs,
            employers.filled_hours, employers.notices, employers.desired_hours, employers.desired_jobs, self.layoff, self.shrinks, blocks,
        )  # fmt: skip

    def _index(self) -> np.ndarray:
        """(N_SECTORS,) int64: demand of each sector relative to the start, per open site; fixed point EXP_ONE."""
        now, tables = self.model.now, self.model.tables
        trend = tables.sector_trend_per_year * (now.offset / 12)
        cycle = tables.sector_cycle_sensitivity * math.log(now.demand_index)
        drift = tables.sector_drift[now.offset]
        mean_of_shocks = self.stationary_variance * (1 - self.parameters.shock_persistence ** (now.offset + 1))
        open_base = self._open_base.sum(axis=0)
        market = np.divide(self.base_by_sector, open_base, out=np.ones(N_SECTORS), where=open_base > 0)
        return np.round(np.exp(trend + cycle + drift - mean_of_shocks) * now.crisis_factor * market * EXP_ONE).astype(np.int64)
