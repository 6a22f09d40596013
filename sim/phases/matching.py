"""Line 10, matching: applications meet openings.

1. Searchers apply for a few openings; licence and screening decide who is seen, the reservation value which jobs would be taken
   (`sim.phases.applications`, with the equations).
2. Employers rank who is left by skill fit and luck; searchers rank jobs by value. The protocol of ``structure.matching`` decides who gets
   which job: deferred acceptance, urn-ball or random pairing (`sim.numerics.protocols`).
3. Hires: contract, hours, wage; the old employer may recruit in turn (`sim.phases.hiring`).

Hires come from openings found, so the number of matches is not a formula: the elasticity with respect to searchers emerges. Openings sit
in slots by the hash of their key and searchers draw slots (`sim.numerics.slots`): one more opening changes the luck of those who see it
and of nobody else, which keeps scenarios paired.

Source: parameters ``matching.*``, ``search.*`` (breadth); skill distance and commuting: `sim.world.tables`.
Reads: searchers, openings. Writes: taker of openings; employer, contract, hours, wage_cents, job_since, displaced_since, second job, and
state and sector through the ledger. Draws: SECTOR_CHOICE, VACANCY_CHOICE, CALLBACK, RANKING, TASTE_FOR_JOB, SECOND_JOB, HIRE,
WANTED_HOURS, LOTTERY.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import LICENSED_SECTORS, N_PROVINCES, N_SECTORS, NO_SECTOR, NOBODY, SECTOR_GROUPS, SECTORS
from sim.evidence.parameters import Values
from sim.numerics.desks import at_desks
from sim.numerics.protocols import PROTOCOLS
from sim.numerics.rng import Stream
from sim.numerics.slots import make_slots, place, tickets
from sim.numerics.tables import one_threshold, threshold
from sim.phases.applications import CHUNK, DRAWS, LASTING, MAX_APPLICATIONS, Effects, Lists, Market, Opening, Person, Rules, apply_for_jobs
from sim.phases.base import Phase
from sim.phases.hiring import Hired, NewJob, hire, hours_held

if TYPE_CHECKING:
    from sim.model import LabourMarket

SLOTS_PER_JOB = 0.15
"""About twice the openings of a tight market; a cell gets more when they run out."""


class Matching(Phase):
    """Applications, the match, and hires.

    Attributes
    ----------
    hires, filled : (N_SECTORS * N_PROVINCES,) int64 - all hires and recorded vacancies filled this month, by cell of the employer.
    """

    name = "matching"
    carries = ("hires", "filled", "slots", "elsewhere")

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, tables = self.parameters, model.tables
        wages = model.phase("wages")
        search = Values("search", model.config.parameters.get("search"))
        self.protocol = PROTOCOLS[model.config.structure.matching]
        by_age = np.array([p.callback_under_25, 1.0, p.callback_45_54, p.callback_55_plus])
        screening = p.callback_rate * np.array([1.0, p.callback_long_spell])[:, None] * by_age
        reservation = np.array([p.reservation_employed, p.reservation_unemployed, p.reservation_long_spell])
        self.rules = Rules(
            applications=round(search.applications_per_month), other_sector=_fixed(search.other_sector_share),
            licensed_breadth=_fixed(search.other_sector_share * search.licensed_relative_breadth),
            licensed_sectors=np.array([key in LICENSED_SECTORS for key in SECTORS], np.uint8),
            crucial=np.array([key not in SECTOR_GROUPS["rest"] for key in SECTORS], np.uint8),
            callback=np.round(65536 * screening).astype(np.int64), fall=_fixed(p.callback_per_distance),
            reservation=np.round(65536 * reservation).astype(np.int64), reservation_second=_fixed(p.reservation_second_job),
            taste_sd=round(1000 * p.taste_sd),
            commute=round(1000 * p.commute_cost), second_share=_fixed(p.second_job_share),
            portable=wages.portable, pass_through=wages.pass_through, penalty=wages.penalty, offer_sd=wages.offer_sd,
        )  # fmt: skip
        self.new_job = NewJob(
            flexible_young=one_threshold(p.flexible_share_young), flexible=one_threshold(p.flexible_share),
            keeps_hours=threshold(np.array([p.same_sector_hours, p.other_sector_hours])), hours_held=hours_held(model.people, model.month),
            second_hours=round(p.second_job_hours), pension_hours=round(p.hours_after_pension),
        )  # fmt: skip
        distance = np.vstack([tables.skill_distance, np.full(N_SECTORS, 0.5)])  # who never worked is midway to every sector
        self.nearness = np.exp(-distance / search.skill_distance_scale)
        self.nearness[np.arange(N_SECTORS), np.arange(N_SECTORS)] = 0.0
        self.nearness[NO_SECTOR] = self._where_young_people_work()
        self.nearness *= np.array([getattr(search, f"pull_{sector}") for sector in SECTORS])
        self.distance = np.round(65536 * distance).astype(np.int64)
        self.workplaces = tickets(tables.commuting_share)
        self._lay_out(SLOTS_PER_JOB * np.bincount(model.cell_of_employer, model.employers.base_jobs, N_SECTORS * N_PROVINCES))
        self._room = _lists((0, 0))
        self.hires, self.filled = (np.zeros(N_SECTORS * N_PROVINCES, np.int64) for _ in range(2))

    def run(self) -> None:
        """Place the openings, let people apply, match, hire."""
        model, people, openings = self.model, self.model.people, self.model.vacancies
        searchers, cell = model.phase("search").searchers, model.cell_of_employer
        self._place()
        lists, counts = self._room_for(searchers.size)
        apply_for_jobs(
            model.month, *(model.lasting_key(stream) if stream in LASTING else model.key(stream) for stream in DRAWS), searchers,
            Person(*(people[name] for name in Person._fields)), Opening(openings.key, openings.employer, openings.needs_licence),
            self.slots, self.rules, Effects(*(getattr(model.levers, name) for name in Effects._fields)), self._market(), *lists, counts,
        )  # fmt: skip
        turn = self.protocol(lists.applicant, lists.choice, lists.points, counts, CHUNK, len(openings), model.key(Stream.LOTTERY))
        self.hires[:] = 0
        self.filled[:] = 0
        at_desks(
            model.ledger.desks, counts.size, hire, model.month, model.now.pension_age, model.key(Stream.HIRE),
            model.lasting_key(Stream.WANTED_HOURS), counts, lists.applicant, turn, lists.choice, lists.offer, lists.is_second,
            self.new_job, model.levers.second_job_hours, model.levers.hours_given_up,
            openings.employer, openings.is_recorded, openings.taker, model.employers.sector, cell, self.hires, self.filled,
            Hired(*(people[name] for name in Hired._fields)), model.jobs, model.courses, people_per_row=CHUNK,
        )  # fmt: skip
        model.phase("vacancies").advertise()

    def ask(self, row: int, rules: Rules, needs_licence: np.ndarray) -> tuple[Lists, int]:
        """What one searcher would apply for now under other `rules` and licences ((n_openings,) uint8); changes nothing.

        Returns
        -------
        The person's list, in row 0, and 1 when there is something on it, else 0. Ask just before the line runs.
        """
        model, people, openings = self.model, self.model.people, self.model.vacancies
        self._place()
        lists, counts = _lists((CHUNK, MAX_APPLICATIONS)), np.zeros(1, np.int32)
        apply_for_jobs(
            model.month, *(model.lasting_key(stream) if stream in LASTING else model.key(stream) for stream in DRAWS),
            np.array([row], np.int32), Person(*(people[name] for name in Person._fields)),
            Opening(openings.key, openings.employer, needs_licence), self.slots, rules,
            Effects(*(getattr(model.levers, name) for name in Effects._fields)), self._market(), *lists, counts,
        )  # fmt: skip
        return lists, int(counts[0])

    def _place(self) -> None:
        """Put the openings that can take somebody on in their slots; more slots where they ran out."""
        model, v, wait = self.model, self.model.vacancies, self.model.phase("vacancies").wait
        while (homeless := place(self.slots, model.month, wait, v.key, v.employer, v.opened, v.is_recorded, model.cell_of_employer)).any():
            self._lay_out(np.where(homeless > 0, 2 * self.slots.size, self.slots.size))

    def _room_for(self, n_searchers: int) -> tuple[Lists, np.ndarray]:
        """Lists for the applications of `n_searchers`, kept from month to month, and the number of applicants by chunk."""
        chunks = -(-n_searchers // CHUNK)
        most = self.rules.applications + int(np.maximum(self.model.levers.extra_applications, 0).sum() + 65535 >> 16)
        shape = CHUNK * chunks, min(most, MAX_APPLICATIONS)
        room = self._room.choice.shape
        if room[0] < shape[0] or room[1] != shape[1]:
            self._room = _lists((shape[0] + shape[0] // 8, shape[1]))
        return self._room, np.zeros(chunks, np.int32)

    def _where_young_people_work(self) -> np.ndarray:
        """(N_SECTORS,) share of a sector's jobs held by under-25s at the start."""
        people = self.model.people
        at_work = people.employer != NOBODY
        young = at_work & (self.model.month - people.birth_month.astype(np.int32) < 25 * 12)
        jobs = np.bincount(people.sector[at_work], minlength=N_SECTORS)
        return np.bincount(people.sector[young], minlength=N_SECTORS) / np.maximum(jobs, 1)

    def _lay_out(self, at_least: np.ndarray) -> None:
        """Slots, `at_least` so many by cell, and where people look outside their own sector.

        A try goes to a sector in proportion to nearness x pull x slots there; it succeeds in proportion to the slots occupied.
        """
        self.slots = make_slots(at_least)
        size = self.slots.size.reshape(N_SECTORS, N_PROVINCES)
        self.elsewhere = tickets(self.nearness[:, None, :] * size.T)

    def _market(self) -> Market:
        wages = self.model.phase("wages")
        return Market(self.elsewhere, self.workplaces, self.distance, wages.level, wages.entry, wages.exponential, self.model.normal)


def _lists(shape: tuple[int, int]) -> Lists:
    return Lists(
        np.empty(shape[0], np.int32), np.empty(shape[0], np.uint8), *(np.empty(shape, t) for t in (np.int32, np.int32, np.int32, np.uint64))
    )


def _fixed(share: float) -> int:
    """A share in 1/65536."""
    return round(65536 * share)
