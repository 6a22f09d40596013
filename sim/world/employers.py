"""Employers: skewed sizes, whole in every sample, holding exactly the main and second jobs of the people of their sector and province.

Sizes follow a truncated power law (Zipf: the number of employers with n or more jobs falls as 1/n; assumption, with a factor on the
exponent by sector: small farms and restaurants, large ministries and universities). An employer is in the sample with all its jobs, so
a sample of 1 in 100 has a hundredth of the employers of each size, not employers a hundredth as large; a cell with fewer jobs than the
largest employers has none of those.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, NOBODY, PROVINCES, SECTORS, Commitment, Contract, State
from sim.world import sources
from sim.world.fitting import fit, whole
from sim.world.jobs import defence_jobs, split_defence
from sim.world.people import Columns

N_CELLS = N_SECTORS * N_PROVINCES


def size_law() -> np.ndarray:
    """(20, 4096) int32 - equally likely employer sizes in jobs by sector, from the truncated power law."""
    tail = sources.fact("employer_size_tail") * sources.sector_shape("size_tail_factor")
    most = sources.fact("employer_size_max")
    u = (np.arange(4096) + 0.5) / 4096
    inverse = (1.0 - u[None, :] * (1.0 - most ** -tail[:, None])) ** (-1.0 / tail[:, None])
    return np.floor(np.round(inverse, 6)).astype(np.int32)


def _sizes_of_cells(jobs: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Employer sizes that add up to the jobs of each cell: (sizes, cell of each), in order of cell."""
    law = size_law()
    sizes, cells = [], []
    for cell in np.flatnonzero(jobs):
        total = int(jobs[cell])
        drawn = np.zeros(0, np.int64)
        while drawn.sum() < total:
            more = max(16, (total - int(drawn.sum())) // 2)
            drawn = np.concatenate([drawn, law[cell // N_PROVINCES, rng.integers(0, law.shape[1], more)]])
            drawn = drawn[drawn <= total]
        ends = np.cumsum(drawn)
        last = int(np.searchsorted(ends, total))
        drawn = drawn[: last + 1]
        drawn[-1] -= ends[last] - total
        drawn = drawn[drawn > 0]
        sizes.append(drawn)
        cells.append(np.full(len(drawn), cell))
    return np.concatenate(sizes), np.concatenate(cells)


def place_people(people: Columns, rng: np.random.Generator) -> Columns:
    """Give every employee, and every second job, an employer of the right sector and province.

    Sets people's employer and second_employer (a second job that would be with the main employer moves to another employer of the cell,
    or ends when there is none). Returns the columns of the employers, in order of sector, then province.
    """
    main = np.flatnonzero((people["state"] == State.EMPLOYED) & (people["contract"] != Contract.SELF_EMPLOYED))
    second = np.flatnonzero(people["second_sector"] != NO_SECTOR)
    cell = np.concatenate(
        [
            people["sector"][main].astype(np.int16) * N_PROVINCES + people["work_province"][main],
            people["second_sector"][second].astype(np.int16) * N_PROVINCES + people["second_province"][second],
        ]
    )
    sizes, cells = _sizes_of_cells(np.bincount(cell, minlength=N_CELLS), rng)
    seats = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    shuffled = rng.permutation(len(cell))
    employer = np.empty(len(cell), np.int32)
    employer[shuffled[np.argsort(cell[shuffled], kind="stable")]] = seats
    people["employer"] = np.full(len(people["age"]), NOBODY, np.int32)
    people["second_employer"] = np.full(len(people["age"]), NOBODY, np.int32)
    people["employer"][main] = employer[: len(main)]
    people["second_employer"][second] = _not_the_main_one(employer[len(main) :], people["employer"][second], cells)
    gone = second[people["second_employer"][second] == NOBODY]
    people["second_hours"][gone] = 0
    people["second_sector"][gone] = NO_SECTOR
    people["commitments"][gone] &= np.uint8(~Commitment.SECOND_JOB & 0xFF)
    filled = np.bincount(people["employer"][main], minlength=len(sizes))
    kept = people["second_employer"][second]
    filled += np.bincount(kept[kept != NOBODY], minlength=len(sizes))
    return {
        "sector": (cells // N_PROVINCES).astype(np.uint8),
        "province": (cells % N_PROVINCES).astype(np.uint8),
        "filled_jobs": filled.astype(np.int32),
    }


def _not_the_main_one(second: np.ndarray, main: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Second employers with those equal to the main employer moved to the next employer of the same cell."""
    moved = second.copy()
    clash = np.flatnonzero(second == main)
    for step in (1, -1):
        other = np.clip(second[clash] + step, 0, len(cells) - 1)
        fits = (cells[other] == cells[second[clash]]) & (other != second[clash])
        moved[clash[fits]] = other[fits]
        clash = clash[~fits]
    moved[clash] = NOBODY
    return moved


def open_vacancies_by_sector(start: str) -> np.ndarray:
    """(20,) open vacancies in the country: CBS 80472ned at the end of the quarter before the start; defence split from O.

    Defence takes the part of section O that its jobs would have at twice the vacancy rate of the section (see ``facts.csv``).
    """
    column = "open_2014q4_k" if start == "2015-01" else "open_2023q3_k"
    published = sources.by_section("vacancies_by_sector.csv", column) * 1000.0
    section = sources.by_section("employee_jobs.csv", "jobs_k", sources.register_year(start))[sources.SECTIONS.index("O")] * 1000.0
    share = defence_jobs(start) / section * sources.fact("defence_vacancy_weight")
    return split_defence(published, np.array(published[sources.SECTIONS.index("O")] * share))


def open_vacancies_by_cell(start: str, jobs: np.ndarray) -> np.ndarray:
    """(20, 12) open vacancies by sector and province: fitted to sectors, and to the provincial shares of all vacancies.

    `jobs` (20, 12) are jobs; sectors whose provincial vacancies are published start from those, the others from jobs.
    """
    sectors = open_vacancies_by_sector(start)
    frame = sources.read("vacancies_by_province.csv").filter(pl.col("year") == (2014 if start == "2015-01" else 2023))
    rows = {row["province"]: row for row in frame.iter_rows(named=True)}
    guess = jobs / jobs.sum(axis=1, keepdims=True)
    for code, key in enumerate(SECTORS):
        if key in frame.columns:
            published = np.array([rows[name][key] for name in PROVINCES], dtype=float)
            guess[code] = np.where(jobs[code] > 0, published / published.sum(), 0.0)
    everything = np.array([rows[name]["A-U"] for name in PROVINCES], dtype=float)
    guess *= sectors[:, None]
    return fit(guess, [((0,), sectors), ((1,), everything / everything.sum() * sectors.sum())], tolerance=1e-6)


def give_vacancies(employers: Columns, start: str, scale: float, targets: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n_employers,) int32 open vacancies, in proportion to jobs within sector and province; sets base_jobs = filled + open.

    `targets` (20, 12) are the jobs of the country by sector and province of work.
    """
    cell = employers["sector"].astype(np.int64) * N_PROVINCES + employers["province"]
    filled = employers["filled_jobs"].astype(np.int64)
    jobs = np.bincount(cell, weights=filled, minlength=N_CELLS).astype(np.int64)
    table = open_vacancies_by_cell(start, targets)
    table = np.where(jobs.reshape(N_SECTORS, N_PROVINCES) > 0, table, 0.0)
    sectors = whole(open_vacancies_by_sector(start)[None, :], np.array([round(open_vacancies_by_sector(start).sum() * scale)]))[0]
    sectors[table.sum(axis=1) == 0] = 0
    wanted = whole(table, sectors).ravel()
    before = np.cumsum(filled) - filled
    start_of_cell = np.concatenate([[0], np.cumsum(jobs)])[cell]
    offset = rng.integers(0, 1 << 30, N_CELLS)
    total = np.maximum(jobs, 1)
    shift = (offset * total) >> 30

    def upto(count: np.ndarray) -> np.ndarray:
        return (count * wanted[cell] + shift[cell]) // total[cell]

    opened = upto(before - start_of_cell + filled) - upto(before - start_of_cell)
    employers["base_jobs"] = (filled + opened).astype(np.int32)
    return np.asarray(opened.astype(np.int32))
