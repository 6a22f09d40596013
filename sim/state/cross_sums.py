"""One pass over everybody for the audit: which rules are broken, and the sums that cross-indices must share.

Counts by employer are compared without counting: employer e has a weight w(e), 64 bits that look random, and

    sum over jobs of w(employer) * (1 + N * notice + H * hours)  =  sum over employers of w(e) * (heads + N * notices + H * hours)

modulo 2**64. Equal counts give equal sums; unequal counts give unequal sums but for odds of one in 10**17 or so. No table is needed that
people are scattered over, which would be most of the time; integer sums depend neither on the order nor on the number of threads. Heads,
hours and cents by cell of the ledger, and heads and hours at work by sex, are added up in the same way.

A block of people is read several times while it is in the cache, each time for columns of one width: the compiler then handles 16 to 64
people at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from sim.codes import AGE_BAND_STARTS, NEVER, NOBODY, State
from sim.numerics.jit import BLOCK, inline, scan, serial
from sim.numerics.rng import GOLDEN, mix64
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint32s2, uint64s, uint64s2
from sim.state.ledger import N_CELLS, cell_of
from sim.state.rules import CODE_RULES, MONTH_RULES, WORK_RULES, Person, codes_broken, months_broken, work_broken

EMPLOYED, OUTSIDE = int(State.EMPLOYED), int(State.OUTSIDE)
ONE, NOTHING = np.uint64(1), np.uint64(0)
BY_NOTICE, BY_HOURS, BY_CENTS = np.uint64(0xD1342543DE82EF95), np.uint64(0xAF251AF3B0F025B5), np.uint64(0xDA942042E4DD58B5)
"""N, H and the weight of a cent beside that of a head: large and odd, so that errors in two counts do not make up for each other."""
RULES = (CODE_RULES, MONTH_RULES, WORK_RULES)
LATER_BANDS = tuple(12 * start for start in AGE_BAND_STARTS[1:])
STRETCH = np.uint64(64)
"""People looked at together when few of them are sought."""


class Openings(NamedTuple):
    """Columns of openings that the audit reads."""

    employer: int32s
    taker: int32s
    opened: int16s
    is_recorded: uint8s
    needs_licence: uint8s


@inline
def weight_of_employer(row):
    """Weight of a row of employers: uint64, never zero, of its own."""
    return mix64((np.uint64(row) + ONE) * GOLDEN)


@inline
def weight_of_cell(cell):
    """The same of a cell of the ledger."""
    return mix64((np.uint64(cell) + ONE) * GOLDEN)


@inline
def weight_of_sex(sex):
    """The same of a sex: numbered on from the cells."""
    return weight_of_cell(np.uint64(N_CELLS) + np.uint64(sex))


@inline
def _band(age):
    # age band of an age in months, by comparisons instead of a table
    band = np.int32(0)
    for start in LATER_BANDS:
        band += np.int32(age >= start)
    return band


@scan
def read_people(
    month: int64,
    n_institutes: int64,
    n_employers: int64,
    p: Person,
    sector_of: uint8s,
    rows: int32s,
    counts: int32s,
    broken: uint32s2,
    misplaced: uint8s,
    sums: uint64s2,
):
    """Read everybody once, block by block.

    sector_of : (n_employers,).
    rows, counts : filled with who is on a waiting list or in a course, as in `sim.numerics.selection`.
    broken : (n_blocks, 3) bit sets of `RULES`; the rest is not filled for blocks where a rule is broken.
    misplaced : (n_blocks,) 1 when somebody's sector is not that of the employer.
    sums : (n_blocks, 3) weighted jobs by employer, weighted people by cell and, at work, by sex, main jobs begun this month.
    """
    now, schools, sites = np.int16(month), np.int16(n_institutes), np.int32(n_employers)  # the width of what they are compared with
    for b in prange(counts.size):
        lo, hi = np.uint64(b * BLOCK), np.uint64(min((b + 1) * BLOCK, p.state.size))
        codes, months, work = np.uint16(0), np.uint16(0), np.uint16(0)
        for i in range(lo, hi):
            codes = np.uint16(codes | codes_broken(p, i))
        for i in range(lo, hi):
            months = np.uint16(months | months_broken(p, i, now, schools))
        for i in range(lo, hi):
            work = np.uint16(work | work_broken(p, i, sites))
        broken[b, 0], broken[b, 1], broken[b, 2] = codes, months, work
        if codes | months | work:
            continue  # no row of this block can be relied on as an index

        jobs, cells, begun = NOTHING, NOTHING, np.int32(0)
        for i in range(lo, hi):
            begun += np.int32((p.job_since[i] == now) & (p.employer[i] != NOBODY))
        for i in range(lo, hi):
            hours = BY_HOURS * np.uint64(p.hours[i])
            main = weight_of_employer(p.employer[i]) * (ONE + (BY_NOTICE if p.notice_until[i] != NEVER else NOTHING) + hours)
            second = weight_of_employer(p.second_employer[i]) * (ONE + BY_HOURS * np.uint64(p.second_hours[i]))
            jobs += (main if p.employer[i] != NOBODY else NOTHING) + (second if p.second_employer[i] != NOBODY else NOTHING)
        for i in range(lo, hi):
            hours = np.uint64(p.hours[i])
            paid = BY_HOURS * hours + BY_CENTS * hours * np.uint64(p.wage_cents[i])
            weight = weight_of_cell(cell_of(p.state[i], p.sector[i], p.province[i], _band(month - np.int32(p.birth_month[i]))))
            at_work = weight * paid + weight_of_sex(p.sex[i]) * (ONE + BY_HOURS * hours)
            share = weight + (at_work if p.state[i] == EMPLOYED else NOTHING)
            cells += share if p.state[i] != OUTSIDE else NOTHING
        sums[b, 0], sums[b, 1], sums[b, 2] = jobs, cells, np.uint64(begun)

        elsewhere = np.uint8(0)
        for i in range(lo, hi):  # no branch: who has an employer is not predictable
            e = np.int64(p.employer[i])
            has_job = e != NOBODY
            elsewhere |= np.uint8(has_job) * (sector_of[np.uint64(e * has_job)] ^ p.sector[i])
        misplaced[b] = elsewhere != 0

        k = lo
        for first in range(lo, hi, STRETCH):
            last = min(first + STRETCH, hi)
            someone = False
            for i in range(first, last):
                someone |= p.institute[i] != NOBODY
            if someone:
                for i in range(first, last):
                    if p.institute[i] != NOBODY:
                        rows[k] = i
                        k += ONE
        counts[b] = k - lo


@scan
def sum_employers(filled_jobs: int32s, notices: int32s, filled_hours: int32s, sums: uint64s):
    """The weighted sum of jobs as employers count them; sums : (n_blocks,) uint64."""
    for b in prange(sums.size):
        total = NOTHING
        for e in range(np.uint64(b * BLOCK), np.uint64(min((b + 1) * BLOCK, filled_jobs.size))):
            jobs = np.uint64(filled_jobs[e]) + BY_NOTICE * np.uint64(notices[e]) + BY_HOURS * np.uint64(filled_hours[e])
            total += weight_of_employer(e) * jobs
        sums[b] = total


@serial
def sum_cells(heads: int64s, hours: int64s, cents: int64s, sex_heads: int64s, sex_hours: int64s):
    """The weighted sum of people by cell, and by sex at work, by the books, uint64; arguments as in `sim.state.checks.OnRecord`."""
    total = NOTHING
    for cell in range(heads.size):
        count = np.uint64(heads[cell])
        if cell < hours.size:  # the cells of those at work come first
            count += BY_HOURS * np.uint64(hours[cell]) + BY_CENTS * np.uint64(cents[cell])
        total += weight_of_cell(cell) * count
    for sex in range(sex_heads.size):
        total += weight_of_sex(sex) * (np.uint64(sex_heads[sex]) + BY_HOURS * np.uint64(sex_hours[sex]))
    return total


@scan
def read_openings(month: int64, n_people: int64, n_employers: int64, v: Openings, p: Person, wrong: uint8s, begun: int64s):
    """Look at every opening (`v`, an `Openings`) and its taker; not to be called before all rules of people hold.

    wrong : (n_blocks,) uint8, 1 when something is. begun : (n_blocks,) int64, takers who began their main job with it this month.
    """
    for b in prange(wrong.size):
        lo, hi = np.uint64(b * BLOCK), np.uint64(min((b + 1) * BLOCK, v.taker.size))
        where, n = np.empty(BLOCK, np.uint64), 0
        is_wrong = False
        for j in range(lo, hi):
            is_wrong |= (v.employer[j] < 0) | (v.employer[j] >= n_employers) | (v.taker[j] < NOBODY) | (v.taker[j] >= n_people)
            is_wrong |= (v.opened[j] > month) | (v.is_recorded[j] > 1) | (v.needs_licence[j] > 1)
        mains = np.int64(0)
        if not is_wrong:
            for j in range(lo, hi):
                where[n] = j
                n += v.taker[j] != NOBODY
            for k in range(n):  # no branch: the processor fetches several takers from memory at a time
                j = where[k]
                i = np.uint64(v.taker[j])
                is_main = (p.employer[i] == v.employer[j]) & (p.job_since[i] == month)
                mains += is_main
                is_wrong |= p.state[i] != EMPLOYED
        wrong[b], begun[b] = is_wrong, mains


@serial
def is_anybody_twice(taker: int32s, seen: uint64s):
    """True when a person takes two openings. taker : rows of people or NOBODY. seen : uint64, a bit per person, all zero."""
    twice = False
    for j in range(taker.size):
        if taker[j] != NOBODY:
            word, bit = np.uint64(taker[j]) >> np.uint64(6), ONE << (np.uint64(taker[j]) & np.uint64(63))
            twice |= (seen[word] & bit) != NOTHING
            seen[word] |= bit
    return twice
