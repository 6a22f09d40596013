"""First half of line 10: what searchers apply for, whom employers would see, and which jobs searchers would take.

For searcher i and each of the applications of the month:

    province  own province, or where people from there work                                   (commuting)
    sector    own, or with the chance of breadth another one, nearer ones more often          (skill distance, pull, openings there)
    opening   any of those, with equal chance                                                 (`sim.numerics.slots`)
    licence   required and missing: no application, unless a programme brings it about                (lasting luck of the pair)
    screening passes with  callback * age * spell * (1 - fall * distance)                     (luck of the person's a-th application)
    value     offer * exp(taste - commute) must reach the reservation value; commute: 0 in the own province
    points    how the employer ranks it: skill fit plus luck

Equations of the offer: `sim.phases.wages`. Everything is integer arithmetic in 1/65536, so all machines decide alike.

Who takes part in a programme for second jobs asks for jobs in the crucial sector that he or she is qualified for, and nowhere else.

Two tricks for speed. The luck of screening is drawn first: four in five applications fail it whatever the opening, and need not be looked
up. And each question is put to all applications of a chunk of searchers before the next one, so that the processor fetches many openings
at a time. Together 4x faster.
Source: parameters ``matching.*`` and ``search.*``. Draws: see `DRAWS`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, NOBODY, Contract, State
from sim.numerics.jit import inline, scan
from sim.numerics.rng import AnyKey, Stream, draw32, draw64, draw_sub32, mix64
from sim.numerics.selection import fetch
from sim.numerics.slots import Slots, find_openings
from sim.numerics.tables import exponential_of
from sim.numerics.types import (
    int16s,
    int32s,
    int32s2,
    int64,
    int64s,
    int64s2,
    uint8s,
    uint8s2,
    uint8s3,
    uint16s,
    uint32s,
    uint64s,
    uint64s2,
)
from sim.phases.wages import offered_wage, wage_class
from sim.policies.levers import lever_of

EMPLOYED = int(State.EMPLOYED)
SELF_EMPLOYED = np.uint8(Contract.SELF_EMPLOYED)
MAX_APPLICATIONS = 8
"""Most applications that anybody can send in a month."""
RECENT_DIPLOMA, LONG_SPELL, SMALL_CONTRACT = 24, 12, 28
"""Months, months, hours per week."""
ADULT_AGE, MIDDLE_AGE, OLDER_AGE = 25 * 12, 45 * 12, 55 * 12
STANDARD_AGE = 1
"""Age class of screening to which the others are relative: 25-44."""
MOST_FIT = np.int64(2**18 - 1)
"""Skill fit and luck fill 17 bits; a policy may double them."""
CHUNK = 256
"""Searchers of one parallel block."""
DRAWS = (
    Stream.SECTOR_CHOICE, Stream.VACANCY_CHOICE, Stream.CALLBACK, Stream.RANKING, Stream.TASTE_FOR_JOB, Stream.SECOND_JOB,
)  # fmt: skip
"""Streams of the kernel, in the order of its keys."""
LASTING = {Stream.RANKING, Stream.TASTE_FOR_JOB}
"""What a person and an opening think of each other does not change from month to month."""


class Person(NamedTuple):
    """Columns of people that the applications kernel reads."""

    state: uint8s
    state_since: int16s
    birth_month: int16s
    province: uint8s
    sector: uint8s
    study_field: uint8s
    graduation_month: int16s
    training_until: int16s
    qualifications: uint32s
    employer: int32s
    second_employer: int32s
    contract: uint8s
    hours: uint8s
    wage_cents: int32s
    programmes: uint16s


class Opening(NamedTuple):
    """Columns of openings that the applications kernel reads."""

    key: uint64s
    employer: int32s
    needs_licence: uint8s


class Rules(NamedTuple):
    """Parameters of matching, in 1/65536 unless said otherwise."""

    applications: int64
    other_sector: int64
    licensed_breadth: int64
    licensed_sectors: uint8s  # (N_SECTORS,) 0/1
    crucial: uint8s  # (N_SECTORS,) 0/1
    callback: int64s2  # (2 spells, 4 ages)
    fall: int64
    reservation: int64s  # (3,): employed, short spell, long spell
    reservation_second: int64
    taste_sd: int64  # thousandths
    commute: int64  # thousandths
    second_share: int64
    portable: int64
    pass_through: int64
    penalty: int64
    offer_sd: int64  # thousandths


class Effects(NamedTuple):
    """Person levers that matching reads, (MAX_PROGRAMMES,) int64 each."""

    extra_applications: int64s
    callback: int64s
    other_sector_share: int64s
    skill_distance_relief: int64s
    licence_relief: int64s
    reservation_wage: int64s
    hiring_score: int64s
    second_job_search: int64s


class Market(NamedTuple):
    """Tables of matching."""

    elsewhere: uint8s3  # (N_SECTORS + 1, N_PROVINCES, TICKETS) sectors to look at outside the own one
    workplaces: uint8s2  # (N_PROVINCES, TICKETS) provinces of work by province of residence
    distance: int64s2  # (N_SECTORS + 1, N_SECTORS) 1/65536
    level: int32s2
    entry: int64s
    exponential: int64s
    normal: int32s


class Lists(NamedTuple):
    """Applications of the month that came through, filled by `apply_for_jobs`; (room, most applications) but for the first two (room,).

    Applicants of a chunk of searchers stand at the start of the chunk's own CHUNK rows.

    applicant : int32 row of people. is_second : uint8, 1 when a second job is looked for. choice : int32 row of openings, best first,
    NOBODY after the last. offer : int32 cents per hour. value : int32, what the job is worth to the searcher, cents. points : uint64, how
    the employer ranks the application.
    """

    applicant: np.ndarray
    is_second: np.ndarray
    choice: np.ndarray
    offer: np.ndarray
    value: np.ndarray
    points: np.ndarray


@inline
def fetch_person(person, rows, n):
    """`Person` with what is needed of the first `n` of `rows` only."""
    return Person(
        fetch(person.state, rows, n), fetch(person.state_since, rows, n), fetch(person.birth_month, rows, n),
        fetch(person.province, rows, n),
        fetch(person.sector, rows, n), fetch(person.study_field, rows, n), fetch(person.graduation_month, rows, n),
        fetch(person.training_until, rows, n), fetch(person.qualifications, rows, n), fetch(person.employer, rows, n),
        fetch(person.second_employer, rows, n), fetch(person.contract, rows, n), fetch(person.hours, rows, n),
        fetch(person.wage_cents, rows, n), fetch(person.programmes, rows, n),
    )  # fmt: skip


@inline
def age_class(age):
    """Age class of the screening by age in months: under 25, 25-44, 45-54, 55 and over."""
    return 0 if age < ADULT_AGE else (1 if age < MIDDLE_AGE else (2 if age < OLDER_AGE else 3))


@inline
def _holds_licence(person, i, sector):
    return (person.qualifications[i] >> np.uint32(sector)) & np.uint32(1) != 0


@inline
def _home_sector(person, i, month):
    """Where somebody looks first: the sector of the last job, of a fresh diploma, or, still in education, where young people work."""
    home = np.int64(person.sector[i])
    has_diploma = month - np.int64(person.training_until[i]) <= RECENT_DIPLOMA or (
        month - np.int64(person.graduation_month[i]) <= RECENT_DIPLOMA and person.graduation_month[i] <= month
    )
    if person.graduation_month[i] > month:
        home = np.int64(NO_SECTOR)
    elif home == NO_SECTOR or has_diploma:
        home = np.int64(person.study_field[i])
    return home


@inline
def _second_sector(person, i, crucial):
    """Crucial sector that somebody is qualified for, the latest diploma first; NO_SECTOR without one."""
    found = np.int64(NO_SECTOR)
    for sector in range(N_SECTORS):
        if crucial[sector] and _holds_licence(person, i, sector) and (found == NO_SECTOR or person.study_field[i] == sector):
            found = np.int64(sector)
    return found


@inline
def _takes_part_in_second_jobs(person, i, effects):
    return (
        person.programmes[i] != 0
        and person.employer[i] != NOBODY
        and person.second_employer[i] == NOBODY
        and lever_of(person.programmes[i], effects.second_job_search) > 0
    )


@inline
def _breadth(person, i, home, rules):
    """Chance that an application goes outside the own sector; lower for who holds the licence of that sector."""
    breadth = rules.other_sector
    if home < N_SECTORS and rules.licensed_sectors[home] and _holds_licence(person, i, home):
        breadth = rules.licensed_breadth
    return breadth


@inline
def _wants_second_job(person, i, who, second_key, rules):
    """Employees with a small contract and one job, a share of whom looks for another job beside it."""
    return (
        person.state[i] == EMPLOYED
        and person.second_employer[i] == NOBODY
        and person.hours[i] <= SMALL_CONTRACT
        and person.contract[i] != SELF_EMPLOYED
        and np.int64(draw32(second_key, who) >> np.uint32(16)) < rules.second_share
    )


@inline
def _insert(choice, offer, value, points, q, count, v, offered, worth, score):
    """Put an application in its place by value, best first; the same opening counts once. Returns the new number of applications."""
    for c in range(count):
        if choice[q, c] == v:
            return count
    c = count
    while c > 0 and value[q, c - 1] < worth:
        choice[q, c], offer[q, c] = choice[q, c - 1], offer[q, c - 1]
        value[q, c], points[q, c] = value[q, c - 1], points[q, c - 1]
        c -= 1
    choice[q, c], offer[q, c], value[q, c], points[q, c] = v, offered, worth, score
    return count + 1


@scan
def apply_for_jobs(
    month: int64,
    where_key: AnyKey,
    opening_key: AnyKey,
    callback_key: AnyKey,
    ranking_key: AnyKey,
    taste_key: AnyKey,
    second_key: AnyKey,
    searchers: int32s,
    person: Person,
    opening: Opening,
    slots: Slots,
    rules: Rules,
    effects: Effects,
    market: Market,
    applicant: int32s,
    is_second: uint8s,
    choice: int32s2,
    offer: int32s2,
    value: int32s2,
    points: uint64s2,
    counts: int32s,
):
    """Fill applicant ... points (`Lists`) and (n_chunks,) int32 applicants of each chunk for all `searchers` ((n,) int32 rows of people).

    Keys as in `DRAWS`.
    """
    n, width, n_openings = searchers.size, choice.shape[1], opening.employer.size
    for b in prange((n + CHUNK - 1) // CHUNK):
        counts[b] = 0
        first, end = b * CHUNK, min((b + 1) * CHUNK, n)
        room = CHUNK * width
        who, turn, luck, screening = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
        home, province, sector = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
        found, todo = np.empty(room, np.int64), np.empty(room, np.int64)

        # who has the luck to be seen at all?
        m, here = 0, searchers[first : end if n_openings > 0 else first]
        state, since = fetch(person.state, here, here.size), fetch(person.state_since, here, here.size)
        born, joined = fetch(person.birth_month, here, here.size), fetch(person.programmes, here, here.size)
        for s in range(here.size):
            i = np.int64(here[s])
            is_long = state[s] != EMPLOYED and month - np.int64(since[s]) >= LONG_SPELL
            age = month - np.int64(born[s])
            most = rules.callback[1 if is_long else 0, age_class(age)]
            applications = rules.applications
            if joined[s] != 0:
                most += lever_of(joined[s], effects.callback)
                extra = lever_of(joined[s], effects.extra_applications)
                applications += extra >> 16
                if np.int64(draw_sub32(opening_key, i, 255) >> np.uint32(16)) < (extra & 65535):
                    applications += 1
            for a in range(min(max(applications, 0), width)):
                who[m], turn[m], screening[m] = i, a, most
                luck[m] = np.int64(draw_sub32(callback_key, i, a) >> np.uint32(16))
                m += 1 if luck[m] < most else 0
        near = fetch_person(person, who, m)

        # where do they apply? 10 bits choose the province, 16 the sector
        for c in range(m):
            home[c] = _home_sector(near, c, month)
            breadth = _breadth(near, c, home[c], rules) + lever_of(near.programmes[c], effects.other_sector_share)
            if _takes_part_in_second_jobs(near, c, effects):
                home[c], breadth = _second_sector(near, c, rules.crucial), np.int64(0)
            u = draw_sub32(where_key, who[c], turn[c])
            province[c] = market.workplaces[near.province[c], u >> np.uint32(22)]
            looks_elsewhere = home[c] == NO_SECTOR or np.int64(u & np.uint32(65535)) < breadth
            sector[c] = NOBODY if looks_elsewhere else home[c]
        find_openings(slots, N_PROVINCES, market.elsewhere, opening_key, m, who, turn, home, province, sector, found, todo)

        # is it another employer, is the licence there, and is the luck enough at this distance?
        for c in range(m):
            todo[c] = max(found[c], 0)
        recruits, needs_licence, name = fetch(opening.employer, todo, m), fetch(opening.needs_licence, todo, m), fetch(opening.key, todo, m)
        left = 0
        for c in range(m):
            relief = 65536 - lever_of(near.programmes[c], effects.skill_distance_relief)
            distance = (np.int64(market.distance[home[c], sector[c]]) * relief) >> 16
            seen = luck[c] < (screening[c] * (65536 - ((rules.fall * distance) >> 16))) >> 16
            licensed = (needs_licence[c] == 0) | _holds_licence(near, c, sector[c])
            if not licensed and near.programmes[c] != 0:
                pair = mix64(name[c] ^ (np.uint64(who[c]) * np.uint64(0xD1342543DE82EF95)))
                licensed = np.int64(draw64(taste_key, pair) & np.uint64(65535)) < lever_of(near.programmes[c], effects.licence_relief)
            another = (recruits[c] != near.employer[c]) & (recruits[c] != near.second_employer[c])
            todo[left], luck[left] = c, distance
            left += 1 if (found[c] != NOBODY) & seen & licensed & another else 0

        # would they take the job, and how does the employer rank them?
        q, count = first - 1, 0
        for k in range(left):
            c, distance = todo[k], luck[k]
            i = who[c]
            works = near.state[c] == EMPLOYED
            is_long = (not works) and month - np.int64(near.state_since[c]) >= LONG_SPELL
            second = _wants_second_job(near, c, i, second_key, rules) or _takes_part_in_second_jobs(near, c, effects)
            lowest = rules.reservation[0 if works else (2 if is_long else 1)] + lever_of(near.programmes[c], effects.reservation_wage)
            wanted = (np.int64(near.wage_cents[c]) * (rules.reservation_second if second else lowest)) >> 16
            pair = mix64(name[c] ^ (np.uint64(i) * np.uint64(0xD1342543DE82EF95)))
            tastes = draw64(taste_key, pair)
            z_offer = np.int64(market.normal[tastes >> np.uint64(52)])
            z_taste = np.int64(market.normal[(tastes >> np.uint64(40)) & np.uint64(4095)])
            offered = offered_wage(
                market.level, market.exponential, np.int64(near.sector[c]), sector[c], wage_class(month - np.int64(near.birth_month[c])),
                near.wage_cents[c], rules.portable, rules.pass_through, rules.penalty, distance, market.entry[sector[c]],
                (rules.offer_sd * z_offer) // 1000,
            )  # fmt: skip
            liking = (rules.taste_sd * z_taste) // 1000 - (rules.commute if province[c] != near.province[c] else 0)
            worth = (offered * (exponential_of(market.exponential, liking) >> 4)) >> 16
            if worth < wanted:
                continue
            rank = draw64(ranking_key, pair)
            liked = (65536 - distance) + np.int64(rank >> np.uint64(48)) + lever_of(near.programmes[c], effects.hiring_score)
            fit = np.uint64(min(max(liked, np.int64(0)), MOST_FIT))
            score = (fit << np.uint64(46)) | (rank & np.uint64((1 << 46) - 1))
            if q < first or applicant[q] != i:
                q, count = q + 1, 0
                applicant[q], is_second[q] = i, 1 if second else 0
                for a in range(width):
                    choice[q, a] = NOBODY
            count = _insert(choice, offer, value, points, q, count, found[c], offered, worth, score)
        counts[b] = q + 1 - first
