"""What an employer offers somebody. Wages in cents per hour, shares in 1/65,536.

    offer   = norm * premium * (1 - penalty * distance) * exp(offer_sd * z) * entry(new)
    norm    = level(old, age) + pass_through * (level(new, age) - level(old, age))
    premium = 1 + portable * (present wage / paid level(old, age) - 1), between a half and three
    entry   = own tension * (1 + lever);  paid level = level * (1 + the lever, as far as staff have it)

A first job pays level(new, age).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.fixed import WHOLE, part
from twin.levers import sector_lever
from twin.tables import exponential, kept

from sim.codes import N_SECTORS

if TYPE_CHECKING:
    from twin.agents import Person
    from twin.market import ReferenceMarket

YOUNGEST, YEARS_5, LAST_CLASS = 15 * 12, 5 * 12, 11
LEAST_PREMIUM, MOST_PREMIUM = WHOLE // 2, 3 * WHOLE


def level(market: ReferenceMarket, sector: int, person: Person) -> int:
    """Usual wage in a sector at the age of `person`: classes of five years."""
    age_class = kept((person.age - YOUNGEST) // YEARS_5, 0, LAST_CLASS)
    return int(market.tables.wage_level_cents[sector][age_class])


def paid_level(market: ReferenceMarket, sector: int, person: Person) -> int:
    """The same as staff are paid it this month: with the rise that a policy brought, while it lasts."""
    wages: Any = market.lines["wages"]
    rise = max(min(wages.paid[sector], sector_lever(market, "sector_wage", sector)), 0)
    return part(level(market, sector, person), WHOLE + rise)


def entry(market: ReferenceMarket, sector: int) -> int:
    """Wage of new staff relative to the usual one."""
    wages: Any = market.lines["wages"]
    return part(wages.own_entry[sector], WHOLE + sector_lever(market, "sector_wage", sector))


def offer_sd(market: ReferenceMarket) -> int:
    """Spread of offers, thousandths of a log point."""
    wages: Any = market.lines["wages"]
    return int(wages.offer_sd)


def curve(thousandths: int) -> int:
    """exp of thousandths of a log point, as a share."""
    return exponential(thousandths) >> 4


def offered_wage(person: Person, sector: int, distance: int, deviation: int) -> int:
    """Cents per hour.

    `distance` : skill distance between where the person comes from and `sector`, a share; `deviation` : luck, thousandths of a log point.
    """
    market = person.model
    wages: Any = market.lines["wages"]
    norm, premium = level(market, sector, person), WHOLE
    if person.wage_cents > 0 and person.sector < N_SECTORS:
        relative = person.wage_cents * WHOLE // paid_level(market, person.sector, person)
        premium = kept(WHOLE + part(relative - WHOLE, wages.portable), LEAST_PREMIUM, MOST_PREMIUM)
        old_norm = level(market, person.sector, person)
        norm = old_norm + part(norm - old_norm, wages.pass_through)
    factor = part(premium, WHOLE - part(distance, wages.penalty))
    factor = part(factor, curve(deviation))
    factor = part(factor, entry(market, sector))
    return part(norm, factor)
