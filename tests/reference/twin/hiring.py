"""Second half of line 10: what happens to somebody who was matched.

A second job comes beside the first, for second_job_hours. In a programme it has the hours of that, and a share of these is given up in the
main job, which keeps one hour at least.

A main job ends the one before (the old employer may recruit in turn) and the place at an institute. Its contract is flexible with
flexible_share (under 25: flexible_share_young), and for all pensioners. Its hours are

    after the state pension age         hours_after_pension
    with same_ or other_sector_hours    those of the last job, if there was one and it was not beside school
    otherwise                           hours that employees of that sector, sex and stage of life held at the start
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from twin.fixed import WHOLE
from twin.jobs import change_hours, end_main_job, leave_institute, start_main_job, start_second_job
from twin.levers import lever_of
from twin.luck import draw_sub32
from twin.tickets import ticket, tickets

from sim.codes import N_SECTORS, N_SEXES, Contract, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.lines.matching import Matching
    from twin.protocols import Application

IN_EDUCATION, MID_CAREER, LATE_CAREER = STAGES = range(3)
ADULT_AGE, LATE_AGE = 25 * 12, 60 * 12
FULL_TIME = 38
MOST_HOURS = 63
CONTRACT_DRAW, HOURS_DRAW = 0, 1


def hire(line: Matching, application: Application, is_second: bool) -> None:
    """Carry out one match."""
    person, opening = application.person, application.opening
    opening.taker = person
    if is_second:
        take_second_job(line, application)
    else:
        take_main_job(line, application)


def take_second_job(line: Matching, application: Application) -> None:
    """A job beside the main one."""
    person = application.person
    hours = line.second_hours
    wanted = lever_of(person, "second_job_hours")
    if wanted > 0:
        hours = wanted
        given_up = min(wanted, person.hours) * lever_of(person, "hours_given_up")
        less = (given_up + WHOLE // 2) // WHOLE  # to the nearest hour
        change_hours(person, person.hours - min(less, person.hours - 1))
    start_second_job(person, application.opening.employer, hours)


def take_main_job(line: Matching, application: Application) -> None:
    """Out of whatever came before, into the job."""
    person, employer = application.person, application.opening.employer
    contract, hours = contract_of(line, person), hours_of(line, person, employer.sector)
    leave_institute(person)
    end_main_job(person)
    start_main_job(line.market.books, person, employer, contract, employer.sector, hours, application.offer, line.name)


def is_past_pension_age(line: Matching, person: Person) -> bool:
    """By the state pension age in force."""
    return person.age >= int(line.market.now.pension_age)


def contract_of(line: Matching, person: Person) -> Contract:
    """Contract of the new job."""
    flexible = line.flexible_young if person.age < ADULT_AGE else line.flexible
    luck = draw_sub32(line.market.key(Stream.HIRE), person.number, CONTRACT_DRAW)
    is_pensioner = person.state == State.RETIRED or is_past_pension_age(line, person)
    return Contract.FLEXIBLE if is_pensioner or luck < flexible else Contract.PERMANENT


def hours_of(line: Matching, person: Person, sector: int) -> int:
    """Contract hours of the new job."""
    if is_past_pension_age(line, person):
        return line.pension_hours
    was_beside_school = person.job_since < person.graduation_month
    luck = draw_sub32(line.market.key(Stream.HIRE), person.number, HOURS_DRAW)
    keeps = luck < (line.keeps_in_sector if person.sector == sector else line.keeps_elsewhere)
    if person.hours > 0 and keeps and not was_beside_school:
        return person.hours
    # what somebody wants in a sector is a lasting taste
    taste = draw_sub32(line.market.lasting_key(Stream.WANTED_HOURS), person.number, sector)
    return line.hours_held[sector][person.sex][stage_of_life(person)][ticket(taste, 32)]


def stage_of_life(person: Person) -> int:
    """Still in education, from 60 on, or between."""
    if person.graduation_month > person.model.month:
        return IN_EDUCATION
    return LATE_CAREER if person.age >= LATE_AGE else MID_CAREER


def hours_held(people: list[Person]) -> list[list[list[list[int]]]]:
    """Tickets for the contract hours that employees hold now, by sector, sex and stage of life.

    Where nobody is, the hours of the whole sector; where that has no staff, full time.
    """
    held: Counter[tuple[int, int, int, int]] = Counter()
    for person in people:
        if person.employer is not None:
            held[person.sector, person.sex, stage_of_life(person), min(person.hours, MOST_HOURS)] += 1

    def staff(sector: int, sexes: range, stages: range) -> list[int]:
        return [sum(held[sector, sex, stage, hours] for sex in sexes for stage in stages) for hours in range(MOST_HOURS + 1)]

    def usual(sector: int, sex: int, stage: int) -> list[int]:
        own, whole_sector = staff(sector, range(sex, sex + 1), range(stage, stage + 1)), staff(sector, range(N_SEXES), STAGES)
        full_time = [int(hours == FULL_TIME) for hours in range(MOST_HOURS + 1)]
        return tickets(own if any(own) else whole_sector if any(whole_sector) else full_time)

    return [[[usual(sector, sex, stage) for stage in STAGES] for sex in range(N_SEXES)] for sector in range(N_SECTORS)]
