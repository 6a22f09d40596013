"""Employers: one row each, in order of market cell (sector x province), never moved."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NEVER
from sim.numerics.jit import scan
from sim.numerics.types import int32s, int64s, int64s2
from sim.state.columns import Column, Table

N_MARKET_CELLS = N_SECTORS * N_PROVINCES
"""Market cells: sector x province of work, row-major."""


class Employers(Table):
    """The columns of an employer. Jobs are heads: main jobs plus second jobs."""

    columns: ClassVar[dict[str, Column]] = {
        "sector": Column("uint8", "SECTORS", "sector of activity", "world"),
        "province": Column("uint8", "PROVINCES", "province of the workplace", "world"),
        "base_jobs": Column("int32", "jobs", "desired jobs at the start: filled, vacant, just vacated", "world; labour demand, once"),
        "shock": Column("int32", "millionths of a log point", "the employer's own AR(1) deviation from its sector", "labour demand"),
        "shock_at_start": Column("int32", "millionths of a log point", "the same at the start, held by base_jobs", "labour demand, once"),
        "base_hours": Column("int32", "hours per week", "desired hours at the start", "labour demand, once"),
        "usual_hours": Column("int32", "1/256 hours per week", "mean hours of a job here at the start", "labour demand, once"),
        "desired_hours": Column("int32", "hours per week", "contract hours the employer wants filled this month", "labour demand"),
        "desired_jobs": Column("int32", "jobs", "jobs wanted: those filled, and the hours missing as jobs of usual hours", "labour demand"),
        "filled_jobs": Column("int32", "jobs", "jobs filled, staff under notice included", "every line that moves people"),
        "filled_hours": Column("int32", "hours per week", "contract hours of staff, second jobs included", "every line that moves people"),
        "notices": Column("int32", "jobs", "staff under notice, still at work", "labour demand, exits"),
        "closed_until": Column("int16", "month", "month of takeover of a closed site; NEVER: open", "labour demand", NEVER),
        "programmes": Column("uint16", "bit set of policies", "programmes the employer is committed to", "policies"),
    }  # fmt: skip

    @property
    def cell(self) -> np.ndarray:
        """(n_employers,) int64: market cell of each employer."""
        return self["sector"].astype(np.int64) * N_PROVINCES + self["province"]

    def first_of_cell(self) -> np.ndarray:
        """(N_MARKET_CELLS + 1,) int64: first row of each cell, and the number of rows."""
        return np.searchsorted(self.cell, np.arange(N_MARKET_CELLS + 1)).astype(np.int64)


@scan
def totals(first: int64s, jobs_wanted: int32s, jobs: int32s, hours_wanted: int32s, hours: int32s, out: int64s2) -> None:
    """Sum desired_jobs, filled_jobs, desired_hours and filled_hours of employers over market cells.

    `first`: see `Employers.first_of_cell`; `out`: (4, N_MARKET_CELLS) int64, overwritten.
    """
    for c in prange(first.size - 1):
        a, b, d, e = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
        for i in range(first[c], first[c + 1]):
            a += jobs_wanted[i]
            b += jobs[i]
            d += hours_wanted[i]
            e += hours[i]
        out[0, c], out[1, c], out[2, c], out[3, c] = a, b, d, e
