"""Line 8, vacancies: openings are posted to close a gap, withdrawn when it closes, given up when nobody comes, and grow older.

    gap(e) = desired(e) - (filled(e) - under notice(e)) - open(e)
    gap > 0: the missing positions are opened; gap < 0: the newest openings are withdrawn
              (those of the start stand in no order of age)
    recorded: of the openings of a sector a share is meant to be advertised, part of it at once, the rest only when own staff, networks and
              agencies have found nobody in the first month; the others are never advertised
    wait    : an advertised opening takes nobody on before its applicants have been selected, 0, 1 or more months after it opened (not
              after it was advertised: what own staff and networks did not fill in the first month is to be had at once)

Only advertised openings are vacancies in the statistics; hires through the other channel appear in no vacancy count, as in reality, where
recorded vacancies filled are about two thirds of job starts. Which way an opening goes, and how long its selection takes, is a lasting
trait of the opening (bits of its key). Most applicants come in the first weeks and the rest of a vacancy's life is selection (van Ours &
Ridder, Journal of Labor Economics 10, 1992): without that time vacancies all but vanish in a slack market.
For recorded vacancies, by sector and province, exactly:

    open(t) = open(t-1) + new(t) - filled(t) - withdrawn(t)

Source: parameters ``vacancies.*``; licences: assumption by sector.
Reads: desired_jobs, filled_jobs, notices. Writes: the openings, new and withdrawn vacancies by cell.
Draws: RECORDED, LICENCE, LAPSE (by opening); VACANCY_AGE at the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.codes import LICENSED_SECTORS, N_PROVINCES, N_SECTORS, NOBODY, SECTOR, SECTORS
from sim.evidence.parameters import Values
from sim.numerics.jit import serial
from sim.numerics.rng import AnyKey, Stream, draw64
from sim.numerics.tables import one_threshold, threshold
from sim.numerics.types import int16s, int32s, int64, int64s, uint8s, uint32, uint32s, uint64s
from sim.phases.base import Phase
from sim.state.vacancies import Vacancies

if TYPE_CHECKING:
    from sim.model import LabourMarket

MAX_NEW = 255
"""Openings that one employer can post in a month (sub-draws of one key)."""


@serial
def _count(
    lapse_key: AnyKey,
    lapse: uint32,
    desired: int32s,
    filled: int32s,
    notices: int32s,
    old_key: uint64s,
    old_employer: int32s,
    old_taker: int32s,
    old_recorded: uint8s,
    first: int64s,
    kept: uint8s,
    fresh: int32s,
    gone: int32s,
):
    # first: (n_employers + 1,) start of each employer's stretch of old openings; kept: (n_old,) 0/1; fresh, gone: (n_employers,) int32
    j, n_old, total = 0, old_employer.size, 0
    for e in range(desired.size):
        first[e] = j
        still_open = 0
        gone[e] = 0
        while j < n_old and old_employer[j] == e:
            kept[j] = 0
            if old_taker[j] == NOBODY:
                if old_recorded[j] and np.uint32(draw64(lapse_key, old_key[j]) >> np.uint64(32)) < lapse:
                    gone[e] += 1
                else:
                    kept[j] = 1
                    still_open += 1
            j += 1
        gap = np.int64(desired[e]) - (np.int64(filled[e]) - np.int64(notices[e])) - still_open
        back = j
        while gap < 0 and back > first[e]:
            back -= 1
            if kept[back]:
                kept[back] = 0
                gone[e] += old_recorded[back]
                still_open -= 1
                gap += 1
        new: Any = min(max(gap, 0), MAX_NEW)
        fresh[e] = new
        total += still_open + new
    first[desired.size] = j
    return total


@serial
def _fill(
    month: int64,
    recorded_key: AnyKey,
    licence_key: AnyKey,
    at_once: uint32s,
    licensed: uint32s,
    sector: uint8s,
    first: int64s,
    kept: uint8s,
    fresh: int32s,
    gone: int32s,
    cell: int64s,
    old_key: uint64s,
    old_opened: int16s,
    old_licence: uint8s,
    old_recorded: uint8s,
    key: uint64s,
    employer: int32s,
    opened: int16s,
    recorded: uint8s,
    licence: uint8s,
    new_recorded: int64s,
    withdrawn: int64s,
):
    j = 0
    for e in range(fresh.size):
        c = cell[e]
        withdrawn[c] += gone[e]
        for o in range(first[e], first[e + 1]):
            if kept[o]:
                key[j], employer[j], opened[j], licence[j], recorded[j] = old_key[o], e, old_opened[o], old_licence[o], old_recorded[o]
                j += 1
        for turn in range(fresh[e]):
            name = draw64(recorded_key, np.uint64(e) * np.uint64(256) + np.uint64(turn))
            key[j], employer[j], opened[j] = name, e, month
            recorded[j] = 1 if np.uint32(name & np.uint64(0xFFFFFFFF)) < at_once[sector[e]] else 0
            licence[j] = 1 if np.uint32(draw64(licence_key, name) >> np.uint64(32)) < licensed[sector[e]] else 0
            new_recorded[c] += recorded[j]
            j += 1


@serial
def _open_at_start(
    start: int64,
    age_key: AnyKey,
    licence_key: AnyKey,
    survives: uint32,
    licensed: uint32s,
    sector: uint8s,
    n_open: int32s,
    key: uint64s,
    employer: int32s,
    opened: int16s,
    licence: uint8s,
):
    j = 0
    for e in range(n_open.size):
        for turn in range(n_open[e]):
            name = draw64(age_key, np.uint64(e) * np.uint64(65536) + np.uint64(turn))
            age, luck = 1, name
            while age < 24 and np.uint32(luck >> np.uint64(32)) < survives:
                age += 1
                luck = draw64(age_key, luck)
            key[j], employer[j], opened[j] = name, e, start - age
            licence[j] = 1 if np.uint32(draw64(licence_key, name) >> np.uint64(32)) < licensed[sector[e]] else 0
            j += 1


@serial
def _advertise(
    advertised: uint32s,
    sector: uint8s,
    key: uint64s,
    employer: int32s,
    taker: int32s,
    recorded: uint8s,
    cell: int64s,
    new_recorded: int64s,
    still_open: int64s,
):
    still_open[:] = 0
    for j in range(employer.size):
        if taker[j] == NOBODY:
            e = employer[j]
            if not recorded[j] and np.uint32(key[j] & np.uint64(0xFFFFFFFF)) < advertised[sector[e]]:
                recorded[j] = 1
                new_recorded[cell[e]] += 1
            still_open[cell[e]] += np.int64(recorded[j])


def advertised_shares(parameters: Values) -> np.ndarray:
    """(N_SECTORS,) share of the openings of each sector that is meant to be advertised."""
    return np.array([getattr(parameters, f"advertised_share_{key}") for key in SECTORS])


def unrecorded_per_recorded(parameters: Values) -> np.ndarray:
    """(N_SECTORS,) openings never advertised per recorded vacancy, at the start: they do not last as long, by the time of selection."""
    shares = advertised_shares(parameters)
    return np.asarray((1 - shares) / shares * (1 - min(parameters.selection_months / parameters.months_open_at_start, 1.0)))


class VacancyPosting(Phase):
    """Openings of the month, and counts of recorded vacancies by cell (sector x province of work, row-major).

    Attributes
    ----------
    new, withdrawn : (N_SECTORS * N_PROVINCES,) int64 recorded vacancies of this month. open : the same, at its end.
    wait : mean months of selection, 1/65536: the months that an advertised opening is not yet to be had (`sim.numerics.slots.place`).
    cell : (n_employers,) int64 market cell of each employer.
    """

    name = "vacancies"
    carries = ("new", "withdrawn", "open")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, employers = self.parameters, model.employers
        advertised = advertised_shares(p)
        self.advertised, self.at_once = threshold(advertised), threshold(p.recorded_at_once * advertised)
        self.lapse, self.wait = one_threshold(p.lapse_per_month), round(65536 * p.selection_months)
        shares = np.zeros(N_SECTORS)
        for key in LICENSED_SECTORS:
            shares[SECTOR[key]] = getattr(p, f"licensed_share_{key}")
        self.licensed = threshold(shares)
        self.cell = model.cell_of_employer
        self.new, self.withdrawn, self.open = (np.zeros(N_SECTORS * N_PROVINCES, np.int64) for _ in range(3))
        self._first = np.zeros(len(employers) + 1, np.int64)
        self._fresh, self._gone = (np.zeros(len(employers), np.int32) for _ in range(2))

    def open_at_start(self, n_open: np.ndarray) -> Vacancies:
        """The recorded vacancies open at the start: `n_open` (n_employers,) per employer, geometric ages."""
        v = Vacancies(int(n_open.sum()))
        model = self.model
        _open_at_start(
            model.start, model.lasting_key(Stream.VACANCY_AGE), model.lasting_key(Stream.LICENCE),
            one_threshold(1 - 1 / self.parameters.months_open_at_start),
            self.licensed, model.employers.sector, n_open, v.key, v.employer, v.opened, v.needs_licence,
        )  # fmt: skip
        v.is_recorded[:] = 1
        self.open[:] = np.bincount(self.cell[v.employer], minlength=self.open.size)
        return v

    def advertise(self) -> None:
        """At the end of matching: openings that the employer's own network did not fill become recorded vacancies."""
        v = self.model.vacancies
        _advertise(self.advertised, self.model.employers.sector, v.key, v.employer, v.taker, v.is_recorded, self.cell, self.new, self.open)

    def run(self) -> None:
        """Withdraw, give up and post; the table of openings is laid anew in order of employer."""
        model, employers, old = self.model, self.model.employers, self.model.vacancies
        kept = np.zeros(len(old), np.uint8)
        total = _count(
            model.key(Stream.LAPSE), self.lapse, employers.desired_jobs, employers.filled_jobs, employers.notices, old.key, old.employer,
            old.taker, old.is_recorded, self._first, kept, self._fresh, self._gone,
        )  # fmt: skip
        v = Vacancies(total)
        self.new[:] = 0
        self.withdrawn[:] = 0
        _fill(
            model.month, model.key(Stream.RECORDED), model.lasting_key(Stream.LICENCE), self.at_once, self.licensed, employers.sector,
            self._first, kept, self._fresh, self._gone, self.cell, old.key, old.opened, old.needs_licence, old.is_recorded,
            v.key, v.employer, v.opened, v.is_recorded, v.needs_licence, self.new, self.withdrawn,
        )  # fmt: skip
        model.vacancies = v
