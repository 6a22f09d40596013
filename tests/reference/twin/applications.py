"""First half of line 10: what a searcher applies for, whether the employer looks at it, and what both think of each other.

For each application of the month:

    province   own province, or where people from there work                                                          (commuting)
    sector     own, or with the chance of breadth another one, nearer and larger ones more often         (skill distance, pull, slots)
    opening    the first that a look into random slots of that sector and province hits upon                        (`twin.slots`)
    employer   another than the present ones
    licence    there if asked for, or done without thanks to a programme                                   (lasting luck of the pair)
    screening  passed with callback * age * spell * (1 - fall * distance)                          (luck of the person's a-th application)
    worth      offer * exp(taste - commute) is at least the reservation share of the present or last wage
    points     (1 - distance) + luck + lever, between 0 and 4; ties are decided by further bits of the luck         (lasting)

Distances, chances and points are in 1/65,536. Who is to take a second job in a programme asks in the crucial sector of his or her
qualification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.fixed import WHOLE, chance16, part
from twin.levers import lever_of
from twin.luck import BITS_64, draw32, draw64, draw_sub32, mix
from twin.offers import curve, offer_sd, offered_wage
from twin.protocols import Application
from twin.tables import kept, normal_quantile
from twin.tickets import TICKETS, ticket

from sim.codes import LICENSED_SECTORS, NO_SECTOR, SECTOR, SECTOR_GROUPS, Contract, State
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Opening, Person
    from twin.lines.matching import Matching

MOST_APPLICATIONS = 8
"""In one month, by one person."""
EXTRA_DRAW = 255
"""Which draw of a searcher decides on a fraction of an extra application; those before it choose slots."""
RECENT_DIPLOMA, LONG_SPELL = 24, 12
"""Months."""
SMALL_CONTRACT = 28
"""Hours a week; up to here some look for a second job instead of another one."""
AGES_OF_SCREENING = (25 * 12, 45 * 12, 55 * 12)
MOST_FIT = 4 * WHOLE - 1
TIE_BITS = 46
PAIR = 0xD1342543DE82EF95
CRUCIAL = tuple(SECTOR[key] for group, keys in SECTOR_GROUPS.items() if group != "rest" for key in keys)
LICENSED = tuple(SECTOR[key] for key in LICENSED_SECTORS)


def apply(line: Matching, person: Person) -> list[Application]:
    """What becomes of the applications of one person this month: those that both sides would go along with, best first.

    Of jobs worth the same, the one found first. Who hits upon an opening twice applies once.
    """
    found = {}
    for turn in range(number_of_applications(line, person)):
        opening = look_for_opening(line, person, turn)
        if opening is not None and opening not in found and is_considered(line, person, turn, opening):
            found[opening] = appraise(line, person, opening)
    accepted = [application for application in found.values() if application.worth >= lowest_worth(line, person)]
    return sorted(accepted, key=lambda application: -application.worth)


# --- how many, and where -----------------------------------------------------------------------------------------------------------


def number_of_applications(line: Matching, person: Person) -> int:
    """This month; of a fraction of an application the luck of the month makes a whole one or none."""
    extra = lever_of(person, "extra_applications")
    luck = chance16(draw_sub32(line.market.key(Stream.VACANCY_CHOICE), person.number, EXTRA_DRAW))
    number = line.applications + extra // WHOLE + (1 if luck < extra % WHOLE else 0)
    return kept(number, 0, MOST_APPLICATIONS)


def look_for_opening(line: Matching, person: Person, turn: int) -> Opening | None:
    """The opening that the `turn`-th application is for. One draw: 10 bits for the province, 16 for whether to look elsewhere."""
    bits = draw_sub32(line.market.key(Stream.SECTOR_CHOICE), person.number, turn)
    province = line.workplaces[person.province][ticket(bits, 32)]
    home = home_sector(person)
    looks_elsewhere = home == NO_SECTOR or bits % WHOLE < breadth(line, person, home)
    sectors = line.elsewhere[home][province] if looks_elsewhere else [home] * TICKETS
    return line.places.look(line.market.key(Stream.VACANCY_CHOICE), person.number, turn, province, sectors)


def home_sector(person: Person) -> int:
    """Where somebody looks first; `NO_SECTOR`: where young people work.

    The sector of the last job; the field of study after a diploma of the last two years, in a course, or without a job before; anywhere
    while still in education. For a second job in a programme: the crucial sector that one is qualified for.
    """
    if joins_second_job_programme(person):
        return qualified_crucial_sector(person)
    month = person.model.month
    if person.graduation_month > month:
        return NO_SECTOR
    has_course = month - person.training_until <= RECENT_DIPLOMA  # left, or still to be finished: then the field is that of before
    has_left_school = month - person.graduation_month <= RECENT_DIPLOMA
    if person.sector == NO_SECTOR or has_course or has_left_school:
        return person.study_field
    return person.sector


def breadth(line: Matching, person: Person, home: int) -> int:
    """Chance that an application goes outside the own sector; lower for who holds the licence of that sector."""
    if joins_second_job_programme(person):
        return 0
    is_bound = home in LICENSED and is_qualified(person, home)
    return (line.licensed_breadth if is_bound else line.other_sector) + lever_of(person, "other_sector_share")


def is_qualified(person: Person, sector: int) -> bool:
    """Whether somebody holds the licence or diploma of a sector."""
    return bool(person.qualifications >> sector & 1)


def qualified_crucial_sector(person: Person) -> int:
    """The crucial sector that somebody is qualified for: that of the latest diploma if it is one, else the first; NO_SECTOR without any."""
    sectors = sorted(sector for sector in CRUCIAL if is_qualified(person, sector))
    if person.study_field in sectors:
        return person.study_field
    return sectors[0] if sectors else NO_SECTOR


# --- second jobs -------------------------------------------------------------------------------------------------------------------


def joins_second_job_programme(person: Person) -> bool:
    """An employee with one job who is in a programme for second jobs in crucial sectors."""
    return person.employer is not None and person.second_employer is None and lever_of(person, "second_job_search") > 0


def wants_second_job(line: Matching, person: Person) -> bool:
    """For a second job: in a programme, or one of those employees with a small contract and one job who want it (lasting for a month)."""
    is_small = person.second_employer is None and person.hours <= SMALL_CONTRACT
    is_employee = person.state == State.EMPLOYED and person.contract != Contract.SELF_EMPLOYED
    luck = chance16(draw32(line.market.key(Stream.SECOND_JOB), person.number))
    return (is_employee and is_small and luck < line.second_share) or joins_second_job_programme(person)


# --- what the employer makes of it -------------------------------------------------------------------------------------------------


def is_considered(line: Matching, person: Person, turn: int, opening: Opening) -> bool:
    """Whether the employer takes the application seriously."""
    return is_elsewhere(person, opening) and may_do_it(line, person, opening) and is_called_back(line, person, turn, opening)


def is_elsewhere(person: Person, opening: Opening) -> bool:
    """Nobody is hired where they work."""
    return opening.employer not in (person.employer, person.second_employer)


def may_do_it(line: Matching, person: Person, opening: Opening) -> bool:
    """The licence is not asked for, or there, or a programme has this opening do without it."""
    if not opening.needs_licence or is_qualified(person, opening.employer.sector):
        return True
    luck = draw64(line.market.lasting_key(Stream.TASTE_FOR_JOB), pair(person, opening)) % WHOLE
    return luck < lever_of(person, "licence_relief")


def is_called_back(line: Matching, person: Person, turn: int, opening: Opening) -> bool:
    """Screening."""
    age_class = sum(person.age >= limit for limit in AGES_OF_SCREENING)
    callback = line.callback[has_long_spell(person)][age_class] + lever_of(person, "callback")
    fall = part(skill_distance(line, person, opening), line.fall)
    luck = chance16(draw_sub32(line.market.key(Stream.CALLBACK), person.number, turn))
    return luck < part(callback, WHOLE - fall)


def has_long_spell(person: Person) -> bool:
    """Twelve months or more in the same state without work."""
    return person.state != State.EMPLOYED and person.model.month - person.state_since >= LONG_SPELL


def skill_distance(line: Matching, person: Person, opening: Opening) -> int:
    """Between where the person looks first and the opening; a programme may shorten it."""
    distance = line.distance[home_sector(person)][opening.employer.sector]
    return part(distance, WHOLE - lever_of(person, "skill_distance_relief"))


def pair(person: Person, opening: Opening) -> int:
    """The name of a person and an opening together: what they think of each other hangs on it, and lasts."""
    return mix(opening.key ^ (person.number * PAIR & BITS_64))


# --- what the job is worth ---------------------------------------------------------------------------------------------------------


def lowest_worth(line: Matching, person: Person) -> int:
    """Reservation value, cents: a share of the present or last wage, lower for a second job."""
    if wants_second_job(line, person):
        return part(person.wage_cents, line.reservation_second)
    standing = 0 if person.state == State.EMPLOYED else 2 if has_long_spell(person) else 1
    return part(person.wage_cents, line.reservation[standing] + lever_of(person, "reservation_wage"))


def appraise(line: Matching, person: Person, opening: Opening) -> Application:
    """Offer, worth and points. Of the luck of the pair 12 bits move the offer, the next 12 the taste."""
    luck = draw64(line.market.lasting_key(Stream.TASTE_FOR_JOB), pair(person, opening))
    z_offer, z_taste = normal_quantile(luck >> 52), normal_quantile(luck >> 40 & 4095)
    distance = skill_distance(line, person, opening)
    offer = offered_wage(person, opening.employer.sector, distance, offer_sd(line.market) * z_offer // 1000)
    commute = line.commute if opening.employer.province != person.province else 0
    worth = part(offer, curve(line.taste_sd * z_taste // 1000 - commute))
    return Application(person, opening, offer, worth, points(line, person, opening, distance))


def points(line: Matching, person: Person, opening: Opening, distance: int) -> int:
    """How the employer ranks the application."""
    luck = draw64(line.market.lasting_key(Stream.RANKING), pair(person, opening))
    fit = kept(WHOLE - distance + (luck >> 48) + lever_of(person, "hiring_score"), 0, MOST_FIT)
    return fit << TIE_BITS | luck & (1 << TIE_BITS) - 1
