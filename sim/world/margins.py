"""Does the sample add up? Every margin that was used, target beside synthetic value, weighted to the country.

A margin is met when the difference is within 1 % or within what a sample of this size can show, whichever is larger: one and a half
standard errors of a random sample for counts, three for mean wages (there are hundreds of small cells). Rows marked as checks were not
used in the fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sim.codes import (
    AGE_BAND_STARTS,
    AGE_BANDS,
    N_PROVINCES,
    N_SECTORS,
    PROVINCES,
    SECTOR,
    SECTORS,
    SEXES,
    Commitment,
    Contract,
    State,
    month_label,
)
from sim.world import sources
from sim.world.employers import open_vacancies_by_cell, open_vacancies_by_sector
from sim.world.people import class_of, targets
from sim.world.states import labour_states, population_by_age, states_by_province
from sim.world.work import HOURS, flexible_share, hours_table, wage_levels

if TYPE_CHECKING:
    from sim.world import World

CLASS_NAMES = tuple(f"{first}-{first + 4}" for first in sources.AGE_CLASSES)
Rows = Iterator[tuple[str, str, float, float, float]]


class _Sample:
    """The people present at the start, with what margins are made of."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.start = month_label(world.start)
        self.columns = {name: values[: world.n_present] for name, values in world.people.items()}
        self.age = (world.start - 1 - self.columns["birth_month"].astype(np.int32)) // 12
        self.state, self.sector, self.contract = (self.columns[name] for name in ("state", "sector", "contract"))
        self.employed = self.state == State.EMPLOYED
        self.employee = self.employed & (self.contract != Contract.SELF_EMPLOYED)
        self.second = self.columns["second_employer"] >= 0
        self.second_sector = world.employers["sector"][self.columns["second_employer"][self.second]]

    def count(self, cells: np.ndarray, n: int, who: np.ndarray) -> np.ndarray:
        """(n,) people of each cell among `who`, weighted to the country."""
        return np.bincount(cells[who], minlength=n) / self.world.scale


def _rows(margin: str, cells: Sequence[str], target: np.ndarray, synthetic: np.ndarray, scale: float) -> Rows:
    """Rows of counts; tolerance in per cent: 1, or 1.5 standard errors of a random sample of this size."""
    for cell, wanted, got in zip(cells, np.ravel(target), np.ravel(synthetic), strict=True):
        expected = max(float(wanted) * scale, 1.0)
        yield margin, cell, float(wanted), float(got), max(1.0, 150.0 / expected**0.5)


def _mean_rows(margin: str, cells: Sequence[str], target: np.ndarray, synthetic: np.ndarray, heads: np.ndarray, spread: float) -> Rows:
    """Rows of means; `heads` people in the sample, `spread` their relative standard deviation."""
    for cell, wanted, got, n in zip(cells, np.ravel(target), np.ravel(synthetic), np.ravel(heads), strict=True):
        if n > 0 and wanted > 0:
            yield margin, cell, float(wanted), float(got), max(1.0, 300.0 * spread / float(n) ** 0.5)


def _crossed(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a in first for b in second]


def _people_rows(s: _Sample) -> Rows:
    scale = s.world.scale
    band = np.searchsorted(AGE_BAND_STARTS, s.age, side="right") - 1
    bands = np.searchsorted(AGE_BAND_STARTS, np.arange(15, 75), side="right") - 1
    everybody = np.ones(len(s.age), bool)
    ages = [f"{age} {sex}" for age in range(15, 75) for sex in SEXES]
    single = s.count((s.age - 15) * 2 + s.columns["sex"], 120, everybody)
    yield from _rows("population by age and sex", ages, population_by_age(s.start), single, scale)
    states = labour_states(s.start)
    for code, name in ((State.EMPLOYED, "employed"), (State.UNEMPLOYED, "unemployed")):
        by_band = np.array([states[bands == b][:, :, code].sum(axis=0) for b in range(len(AGE_BANDS))])
        got = s.count(band * 2 + s.columns["sex"], 2 * len(AGE_BANDS), s.state == code)
        yield from _rows(f"{name} by age and sex", _crossed(AGE_BANDS, SEXES), by_band, got, scale)
    by_province = states_by_province(s.start, states.sum(axis=(0, 1)))
    home = s.columns["province"].astype(np.int32)
    yield from _rows("population by province", PROVINCES, by_province.sum(axis=1), s.count(home, 12, everybody), scale)
    yield from _rows("employed by province", PROVINCES, by_province[:, 0], s.count(home, 12, s.employed), scale)
    yield from _rows("unemployed by province", PROVINCES, by_province[:, 1], s.count(home, 12, s.state == State.UNEMPLOYED), scale)


def _job_rows(s: _Sample) -> Rows:
    scale, jobs = s.world.scale, targets(s.start)
    age = class_of(s.age).astype(np.int32)
    sector = s.sector.astype(np.int32)
    main = s.count(sector * 12 + age, 240 + 12, s.employee)[:240]
    second = np.bincount(s.second_sector.astype(np.int32) * 12 + age[s.second], minlength=240) / scale
    both = (main + second).reshape(N_SECTORS, 12)
    yield from _rows("employee jobs by sector", SECTORS, jobs.register.sum(axis=1), both.sum(axis=1), scale)
    yield from _rows("employee jobs by age", CLASS_NAMES, jobs.register.sum(axis=0), both.sum(axis=0), scale)
    yield from _rows("employee jobs by sector and age", _crossed(SECTORS, CLASS_NAMES), jobs.register, both, scale)
    women = s.count(sector * 2 + s.columns["sex"], 42, s.employee)[:40]
    yield from _rows("employees by sector and sex", _crossed(SECTORS, SEXES), jobs.employees.sum(axis=0).T, women, scale)
    own = s.count(sector, 21, s.contract == Contract.SELF_EMPLOYED)[:20]
    yield from _rows("self-employed by sector", SECTORS, jobs.self_employed.sum(axis=(0, 1)), own, scale)
    yield from _rows("second jobs", ["all"], np.array([jobs.second.sum()]), np.array([second.sum()]), scale)
    yield from _rows("second jobs by age", CLASS_NAMES, jobs.second.sum(axis=0), second.reshape(N_SECTORS, 12).sum(axis=0), scale)


def _workplace_rows(s: _Sample) -> Rows:
    scale, work, employers = s.world.scale, targets(s.start).work, s.world.employers
    cell = employers["sector"].astype(np.int32) * N_PROVINCES + employers["province"]
    filled = np.bincount(cell, weights=employers["filled_jobs"], minlength=240).reshape(N_SECTORS, N_PROVINCES) / scale
    groups = [[SECTOR[key] for key in members] for members in sources.A10_GROUPS.values()]
    wanted, got = (np.array([table[codes].sum(axis=0) for codes in groups]) for table in (work, filled))
    yield from _rows("jobs by province of work", PROVINCES, work.sum(axis=0), filled.sum(axis=0), scale)
    yield from _rows("jobs by sector group and province", _crossed(tuple(sources.A10_GROUPS), PROVINCES), wanted, got, scale)
    opened = np.bincount(cell, weights=s.world.open_vacancies, minlength=240).reshape(N_SECTORS, N_PROVINCES) / scale
    yield from _rows("open vacancies by sector", SECTORS, open_vacancies_by_sector(s.start), opened.sum(axis=1), scale)
    by_cell = open_vacancies_by_cell(s.start, work)
    yield from _rows("open vacancies by province", PROVINCES, by_cell.sum(axis=0), opened.sum(axis=0), scale)


def _contract_rows(s: _Sample) -> Rows:
    scale, jobs = s.world.scale, targets(s.start)
    employees = jobs.employees.sum(axis=1)
    flexible = employees * flexible_share(s.start)
    age = class_of(s.age).astype(np.int32)
    kinds = np.array([(employees - flexible).sum(), flexible.sum(), jobs.self_employed.sum()])
    yield from _rows("contract", ["permanent", "flexible", "self-employed"], kinds, s.count(s.contract, 4, s.employed)[1:], scale)
    is_flexible = s.contract == Contract.FLEXIBLE
    yield from _rows("flexible by age", CLASS_NAMES, flexible.sum(axis=1), s.count(age, 12, is_flexible), scale)
    yield from _rows("flexible by sector", SECTORS, flexible.sum(axis=0), s.count(s.sector, 21, is_flexible)[:20], scale)


def _hours_and_wage_rows(s: _Sample) -> Rows:
    scale = s.world.scale
    table = hours_table(s.start)
    step = np.searchsorted(HOURS, s.columns["hours"])
    sector = s.sector.astype(np.int32)
    got = s.count(sector * 7 + step, 147 + 7, s.employee)[:140]
    names = _crossed(SECTORS, [f"{h}h" for h in HOURS])
    yield from _rows("main jobs by sector and hours", names, table.sum(axis=(1, 2)), got, scale)
    age = class_of(s.age).astype(np.int32)
    level = wage_levels(s.start)
    wage, hours = s.columns["wage_cents"].astype(float), s.columns["hours"].astype(float)
    cell = (sector * 12 + age)[s.employee]
    heads = np.bincount(cell, minlength=240).reshape(20, 12)
    paid = np.bincount(cell, weights=(wage * hours)[s.employee], minlength=240).reshape(20, 12)
    worked = np.bincount(cell, weights=hours[s.employee], minlength=240).reshape(20, 12)
    mean = np.divide(paid, worked, out=np.zeros_like(paid), where=worked > 0)
    by_sector, by_age = ((level * worked).sum(axis=a) / np.maximum(worked.sum(axis=a), 1) for a in (1, 0))
    yield from _mean_rows(
        "hourly wage by sector", SECTORS, by_sector, paid.sum(axis=1) / np.maximum(worked.sum(axis=1), 1), heads.sum(axis=1), 0.35
    )
    yield from _mean_rows("hourly wage by age", CLASS_NAMES, by_age, paid.sum(axis=0) / worked.sum(axis=0), heads.sum(axis=0), 0.35)
    yield from _mean_rows("hourly wage by sector and age", _crossed(SECTORS, CLASS_NAMES), level, mean, heads, 0.35)


def _other_rows(s: _Sample) -> Rows:
    scale, start = s.world.scale, s.start
    seeking = s.state == State.UNEMPLOYED
    months = s.world.start - s.columns["state_since"].astype(np.int32)
    wanted = sources.fact("unemployed_over_12m_share", start) * labour_states(start)[:, :, State.UNEMPLOYED].sum()
    yield from _rows("unemployed over 12 months", ["all"], np.array([wanted]), np.array([(seeking & (months > 12)).sum() / scale]), scale)
    for bit, name, people in (
        (Commitment.CARE_RESERVE, "care reserve", sources.fact("care_reservists", start)),
        (
            Commitment.DEFENCE_RESERVE,
            "defence reserve",
            1000 * sources.fact("headcount_defence_k", start) * sources.fact("reservist_share_of_defence"),
        ),
    ):
        held = (s.columns["commitments"] & np.uint8(bit)) > 0
        yield from _rows(name, ["all"], np.array([people]), np.array([held.sum() / scale]), scale)
    if start == "2023-10":
        yield from _checks(s)


def _checks(s: _Sample) -> Rows:
    """Published figures that the fit did not use, with a tolerance of 5 per cent."""
    wage = s.columns["wage_cents"][s.employee] / 100.0
    growth = sources.fact("wage_growth_to_start", s.start)
    for share, published in ((25, 16.2), (50, 22.2), (75, 30.0)):
        yield f"check: hourly wage, quartile {share} %", "all", published * growth, float(np.percentile(wage, share)), 5.0
    sector = np.minimum(s.sector, N_SECTORS - 1)
    hours = s.columns["hours"].astype(float)
    paid = np.bincount(sector[s.employee], weights=(s.columns["wage_cents"] * hours)[s.employee], minlength=N_SECTORS)
    worked = np.maximum(np.bincount(sector[s.employee], weights=hours[s.employee], minlength=N_SECTORS), 1.0)
    by_section = sources.by_section("employee_jobs.csv", "wage_eur", sources.register_year(s.start)) * growth
    for row, key in enumerate(sources.SECTIONS):
        tolerance = max(5.0, 100.0 / float((sector[s.employee] == SECTOR[key]).sum() or 1) ** 0.5)
        yield "check: hourly wage by sector, as published", key, by_section[row], float((paid / worked)[SECTOR[key]]) / 100.0, tolerance
    same = s.columns["job_since"].astype(np.int32)[s.employee] <= s.world.start - 12
    yield "check: employees with the same job after a year", "share", 0.77, float(same.mean()), 5.0


def margins(world: World) -> pl.DataFrame:
    """Target and synthetic value of every margin.

    Returns
    -------
    DataFrame with margin, cell, target and synthetic (persons, jobs or vacancies of the country, euro cents, or a share),
    difference_pct, tolerance (per cent), ok.
    """
    sample = _Sample(world)
    rows = []
    for part in (_people_rows, _job_rows, _workplace_rows, _contract_rows, _hours_and_wage_rows, _other_rows):
        for margin, cell, target, synthetic, tolerance in part(sample):
            difference = 100.0 * (synthetic - target) / target if target else (0.0 if not synthetic else float("inf"))
            close = abs(difference) <= tolerance or abs(synthetic - target) * world.scale <= 2.0
            rows.append((margin, cell, target, synthetic, difference, tolerance, close))
    schema = ["margin", "cell", "target", "synthetic", "difference_pct", "tolerance", "ok"]
    return pl.DataFrame(rows, schema=schema, orient="row")
