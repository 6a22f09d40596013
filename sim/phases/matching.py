"""Line 10, matching: applications meet openings.

1. Every searcher sends a few applications. Each picks a province (own first; else where people from here work), own sector or another (by
   skill distance, pull, and the openings that happen to be there), and an opening at random among those.
2. It is dropped when the licence is missing, and passes the first screening with the call-back chance

       callback * age * spell * (1 - fall * distance)

3. The searcher wants the job when its value, offer * exp(taste) less the cost of commuting, reaches the reservation value.
4. Employers rank who is left by skill fit and luck; searchers rank jobs by value. Deferred acceptance gives the one stable match
   (Gale and Shapley 1962; McVitie and Wilson 1971), which does not depend on the order of proposals.

Hires come from openings found, so the number of matches is not a formula: the elasticity with respect to searchers emerges. Openings sit
in slots by the hash of their key and searchers draw slots (`sim.numerics.slots`): one more opening changes the luck of those who see it
and of nobody else, which keeps scenarios paired.

Source: parameters ``matching.*``, ``search.*`` (breadth); skill distance and commuting: `sim.world.tables`.
Reads: searchers, openings. Writes: taker of openings; employer, contract, hours, wage_cents, job_since, displaced_since, second job, and
state and sector through the ledger. Draws: SECTOR_CHOICE, VACANCY_CHOICE, CALLBACK, RANKING, TASTE_FOR_JOB, SECOND_JOB, HIRE, WANTED_HOURS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import prange

from sim.codes import LICENSED_SECTORS, N_PROVINCES, N_SECTORS, NO_SECTOR, NOBODY, SECTORS, Contract, State
from sim.evidence.parameters import Values
from sim.numerics.jit import scan
from sim.numerics.rng import Stream, draw32, draw64, draw_sub32, mix64
from sim.numerics.slots import find_opening, make_slots, place, tickets
from sim.numerics.stable_match import deferred_acceptance
from sim.numerics.tables import EXP_RANGE, one_threshold
from sim.phases.base import Phase
from sim.phases.hiring import Hired, NewJob, hire, hours_held
from sim.phases.wages import offered_wage, wage_class
from sim.policies.levers import lever_of

if TYPE_CHECKING:
    from sim.model import LabourMarket

EMPLOYED = int(State.EMPLOYED)
SELF_EMPLOYED = np.uint8(Contract.SELF_EMPLOYED)
MAX_APPLICATIONS = 8
RECENT_DIPLOMA, LONG_SPELL, SMALL_CONTRACT = 24, 12, 28
SLOTS_PER_JOB = 0.15
"""About twice the openings of a tight market; a cell gets more when they run out."""
CHUNK = 256
"""Searchers of one parallel block."""
DRAWS = (
    Stream.SECTOR_CHOICE, Stream.VACANCY_CHOICE, Stream.CALLBACK, Stream.RANKING, Stream.TASTE_FOR_JOB, Stream.SECOND_JOB,
)  # fmt: skip
"""Streams of the applications kernel, in the order of its keys."""
LASTING = {Stream.RANKING, Stream.TASTE_FOR_JOB}
"""What a person and an opening think of each other does not change from month to month."""


class Person(NamedTuple):
    """Columns of people that the applications kernel reads."""

    state: np.ndarray
    state_since: np.ndarray
    birth_month: np.ndarray
    province: np.ndarray
    sector: np.ndarray
    study_field: np.ndarray
    graduation_month: np.ndarray
    training_until: np.ndarray
    qualifications: np.ndarray
    employer: np.ndarray
    second_employer: np.ndarray
    contract: np.ndarray
    hours: np.ndarray
    wage_cents: np.ndarray
    programmes: np.ndarray


class Opening(NamedTuple):
    """Columns of openings that the applications kernel reads, with the sector and province of the employer."""

    key: np.ndarray
    employer: np.ndarray
    sector: np.ndarray
    needs_licence: np.ndarray


class Rules(NamedTuple):
    """Parameters of matching, in 1/65536 unless said otherwise."""

    applications: int
    other_sector: int
    licensed_breadth: int
    licensed_sectors: np.ndarray  # (N_SECTORS,) 0/1
    callback: np.ndarray  # (2 spells, 3 ages)
    fall: int
    reservation: np.ndarray  # (3,): employed, short spell, long spell
    reservation_second: int
    taste_sd: int  # thousandths
    commute: int  # thousandths
    second_share: int
    portable: int
    pass_through: int
    penalty: int
    offer_sd: int  # thousandths


class Effects(NamedTuple):
    """Person levers that matching reads, (MAX_PROGRAMMES,) int64 each."""

    extra_applications: np.ndarray
    callback: np.ndarray
    other_sector_share: np.ndarray
    skill_distance_relief: np.ndarray
    reservation_wage: np.ndarray


class Market(NamedTuple):
    """Tables of matching."""

    elsewhere: np.ndarray  # (N_SECTORS + 1, N_PROVINCES, TICKETS) sectors to look at outside the own one
    workplaces: np.ndarray  # (N_PROVINCES, TICKETS) provinces of work by province of residence
    distance: np.ndarray  # (N_SECTORS + 1, N_SECTORS) 1/65536
    level: np.ndarray
    entry: np.ndarray
    exponential: np.ndarray
    normal: np.ndarray


@scan
def _apply_for_jobs(
    month,
    where_key,
    opening_key,
    callback_key,
    ranking_key,
    taste_key,
    second_key,
    searchers,
    person,
    opening,
    slots,
    rules,
    effects,
    market,
    choice,
    offer,
    value,
    score,
    is_second,
):
    # choice: (n_searchers, MAX_APPLICATIONS) row of openings, best first, NOBODY after the last; offer (cents), value, score: same shape
    n = searchers.size
    for b in prange((n + CHUNK - 1) // CHUNK):
        for q in range(b * CHUNK, min((b + 1) * CHUNK, n)):
            i = searchers[q]
            count = 0
            age = month - np.int64(person.birth_month[i])
            klass = wage_class(age)
            works = person.state[i] == EMPLOYED
            programmes = person.programmes[i]
            home = np.int64(person.sector[i])
            fresh = month - np.int64(person.training_until[i]) <= RECENT_DIPLOMA or (
                month - np.int64(person.graduation_month[i]) <= RECENT_DIPLOMA and person.graduation_month[i] <= month
            )
            if person.graduation_month[i] > month:
                home = np.int64(NO_SECTOR)  # still in education: looks where young people work
            elif home == NO_SECTOR or fresh:
                home = np.int64(person.study_field[i])
            is_long = (not works) and month - np.int64(person.state_since[i]) >= LONG_SPELL
            age_class = 0 if age < 45 * 12 else (1 if age < 55 * 12 else 2)
            screening = rules.callback[1 if is_long else 0, age_class] + lever_of(programmes, effects.callback)
            lowest = rules.reservation[0 if works else (2 if is_long else 1)] + lever_of(programmes, effects.reservation_wage)
            relief = 65536 - lever_of(programmes, effects.skill_distance_relief)
            breadth = rules.other_sector
            if home < N_SECTORS and rules.licensed_sectors[home] and (person.qualifications[i] >> np.uint32(home)) & np.uint32(1):
                breadth = rules.licensed_breadth
            breadth += lever_of(programmes, effects.other_sector_share)
            wants_second = (
                works and person.second_employer[i] == NOBODY and person.hours[i] <= SMALL_CONTRACT
                and person.contract[i] != SELF_EMPLOYED and np.int64(draw32(second_key, i) >> np.uint32(16)) < rules.second_share
            )  # fmt: skip
            is_second[q] = 1 if wants_second else 0
            if wants_second:
                lowest = rules.reservation_second
            wanted = (np.int64(person.wage_cents[i]) * lowest) >> 16
            extra = lever_of(programmes, effects.extra_applications)
            turns = rules.applications + (extra >> 16)
            if np.int64(draw_sub32(opening_key, i, 255) >> np.uint32(16)) < (extra & 65535):
                turns += 1
            for a in range(min(max(turns, 0), MAX_APPLICATIONS)):
                u = draw_sub32(where_key, i, a)  # 10 bits choose the province, 16 the sector
                province = np.int64(market.workplaces[person.province[i], u >> np.uint32(22)])
                looks_elsewhere = home == NO_SECTOR or np.int64(u & np.uint32(65535)) < breadth
                v = find_opening(
                    slots, N_PROVINCES, province, NOBODY if looks_elsewhere else home, market.elsewhere[home, province], opening_key, i, a
                )
                if v == NOBODY or opening.employer[v] == person.employer[i] or opening.employer[v] == person.second_employer[i]:
                    continue
                sector = np.int64(opening.sector[v])
                if opening.needs_licence[v] and (person.qualifications[i] >> np.uint32(sector)) & np.uint32(1) == 0:
                    continue
                pair = mix64(opening.key[v] ^ (np.uint64(i) * np.uint64(0xD1342543DE82EF95)))
                distance = (np.int64(market.distance[home, sector]) * relief) >> 16
                passes = (screening * (65536 - ((rules.fall * distance) >> 16))) >> 16
                if np.int64(draw64(callback_key, pair) >> np.uint64(48)) >= passes:
                    continue
                luck64 = draw64(taste_key, pair)
                z_offer = np.int64(market.normal[luck64 >> np.uint64(52)])
                z_taste = np.int64(market.normal[(luck64 >> np.uint64(40)) & np.uint64(4095)])
                wage = offered_wage(
                    market.level, market.exponential, np.int64(person.sector[i]), sector, klass, person.wage_cents[i],
                    rules.portable, rules.pass_through, rules.penalty, distance, market.entry[sector], (rules.offer_sd * z_offer) // 1000,
                )  # fmt: skip
                liking = (rules.taste_sd * z_taste) // 1000 - (rules.commute if province != person.province[i] else 0)
                worth = (wage * (market.exponential[min(max(liking + EXP_RANGE, 0), 2 * EXP_RANGE)] >> 4)) >> 16
                if worth < wanted:
                    continue
                rank = draw64(ranking_key, pair)
                fit = np.uint64((65536 - distance) + np.int64(rank >> np.uint64(48)))
                # insertion by value, best first; the same opening twice counts once
                known = False
                for c in range(count):
                    known = known or choice[q, c] == v
                if known:
                    continue
                c = count
                while c > 0 and value[q, c - 1] < worth:
                    choice[q, c], offer[q, c], value[q, c], score[q, c] = (
                        choice[q, c - 1], offer[q, c - 1], value[q, c - 1], score[q, c - 1],
                    )  # fmt: skip
                    c -= 1
                choice[q, c], offer[q, c], value[q, c] = v, wage, worth
                score[q, c] = (fit << np.uint64(46)) | (rank & np.uint64((1 << 46) - 1))
                count += 1
            for c in range(count, MAX_APPLICATIONS):
                choice[q, c] = NOBODY


class Matching(Phase):
    """Applications, the stable match, and hires.

    Attributes
    ----------
    hires, filled : (N_SECTORS * N_PROVINCES,) int64 - all hires and recorded vacancies filled this month, by cell of the employer.
    """

    name = "matching"

    def __init__(self, model: LabourMarket) -> None:
        super().__init__(model)
        p, tables = self.parameters, model.tables
        wages = model.phase("wages")
        search = Values("search", model.config.parameters.get("search"))
        by_age = np.array([1.0, p.callback_45_54, p.callback_55_plus])
        screening = p.callback_rate * np.array([1.0, p.callback_long_spell])[:, None] * by_age
        reservation = np.array([p.reservation_employed, p.reservation_unemployed, p.reservation_long_spell])
        self.rules = Rules(
            applications=round(search.applications_per_month), other_sector=_fixed(search.other_sector_share),
            licensed_breadth=_fixed(search.other_sector_share * search.licensed_relative_breadth),
            licensed_sectors=np.array([key in LICENSED_SECTORS for key in SECTORS], np.uint8),
            callback=np.round(65536 * screening).astype(np.int64), fall=_fixed(p.callback_per_distance),
            reservation=np.round(65536 * reservation).astype(np.int64), reservation_second=_fixed(p.reservation_second_job),
            taste_sd=round(1000 * p.taste_sd),
            commute=round(1000 * p.commute_cost), second_share=_fixed(p.second_job_share),
            portable=wages.portable, pass_through=wages.pass_through, penalty=wages.penalty, offer_sd=wages.offer_sd,
        )  # fmt: skip
        self.new_job = NewJob(
            flexible_young=one_threshold(p.flexible_share_young), flexible=one_threshold(p.flexible_share),
            keeps_hours=one_threshold(p.same_sector_hours), hours_held=hours_held(model.people, model.month),
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
        self._lists = _application_lists(0)
        self.hires, self.filled = (np.zeros(N_SECTORS * N_PROVINCES, np.int64) for _ in range(2))

    def run(self) -> None:
        """Place the openings, let people apply, match, hire."""
        model, people, openings = self.model, self.model.people, self.model.vacancies
        searchers, cell = model.phase("search").searchers, model.cell_of_employer
        while (homeless := place(self.slots, openings.key, openings.employer, cell)).any():
            self._lay_out(np.where(homeless > 0, 2 * self.slots.size, self.slots.size))
        n = searchers.size
        if n > len(self._lists[0]):
            self._lists = _application_lists(n + n // 4)
        choice, offer, value, score, is_second = (array[:n] for array in self._lists)
        _apply_for_jobs(
            model.month, *(model.lasting_key(stream) if stream in LASTING else model.key(stream) for stream in DRAWS), searchers,
            Person(*(people[name] for name in Person._fields)),
            Opening(openings.key, openings.employer, model.employers.sector[openings.employer], openings.needs_licence),
            self.slots, self.rules,
            Effects(*(getattr(model.levers, name) for name in Effects._fields)), self._market(), choice, offer, value, score, is_second,
        )  # fmt: skip
        turn = deferred_acceptance(choice, score, len(openings))
        self.hires[:] = 0
        self.filled[:] = 0
        hire(
            model.month, model.now.pension_age, model.key(Stream.HIRE), model.lasting_key(Stream.WANTED_HOURS), searchers,
            turn, choice, offer, is_second, self.new_job,
            openings.employer, openings.is_recorded, openings.taker, model.employers.sector, cell, self.hires, self.filled,
            Hired(*(people[name] for name in Hired._fields)), model.ledger.books, model.jobs, model.courses,
        )  # fmt: skip
        model.phase("vacancies").advertise()

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


def _application_lists(n: int) -> tuple[np.ndarray, ...]:
    """Room for the applications of `n` searchers: choice, offer, value, score, is_second; kept from month to month."""
    shape = (n, MAX_APPLICATIONS)
    return (
        np.empty(shape, np.int32),
        np.empty(shape, np.int32),
        np.empty(shape, np.int64),
        np.empty(shape, np.uint64),
        np.empty(n, np.uint8),
    )


def _fixed(share: float) -> int:
    """A share in 1/65536."""
    return round(65536 * share)
