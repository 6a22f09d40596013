"""How far the log-odds of retiring must fall for people to leave work some months later, on average.

Somebody is still at work after n months with the chance

    product over m = 1..n of (1 - retires(m; shift)) * (1 - leaves work) * (1 - dies or emigrates(m))

where retires is that of the retirement line at work and with the pension age as it is, with the shift in the first months only, and leaves
work is that of somebody of the contract, tenure and age of now. The sum of it over 180 months are the expected months at work. The shift is
the smallest in whole hundredths, at most 600, that makes them longer (or shorter) by the delay wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.luck import threshold
from twin.tables import log_odds, logistic

from sim.codes import MAX_AGE

if TYPE_CHECKING:
    from twin.agents import Person

HORIZON = 180
"""Months looked ahead."""
STRONGEST = 600
"""Hundredths of log-odds."""
FAR = 240
"""Months from the pension age beyond which the hazard of retiring is looked up no further."""


@dataclass
class Prospect:
    """Somebody's months ahead: log-odds of retiring, and chance that work does not end otherwise."""

    retires: list[int]
    goes_on: list[float]

    def months_at_work(self, shift: int, lasts: int) -> float:
        """Expected, when the log-odds are moved by `shift` in the first `lasts` months."""
        at_work, total = 1.0, 0.0
        for ahead, (odds, goes_on) in enumerate(zip(self.retires, self.goes_on, strict=True)):
            at_work *= 1 - logistic(odds + shift if ahead < lasts else odds) / 2**32
            at_work *= goes_on
            total += at_work
        return total


def prospect(market: Any, person: Person, pension_age: int) -> Prospect:
    """The months ahead of somebody at work."""
    retirement, separations, tables = market.lines["retirement"], market.lines["separations"], market.tables
    personal = person.taste_for_work + round(100 * retirement.parameters.poor_health) * person.health
    stays = 1 - separations.risks(person)[0] / 2**32
    found = Prospect([], [])
    for ahead in range(HORIZON):
        k = min(max(person.age + ahead - pension_age, -FAR), FAR)
        found.retires.append(log_odds(retirement.hazard(k)) + personal)
        years = min((person.age + ahead) // 12, MAX_AGE + 1)
        at = max(market.month, market.start) // 12 - market.start // 12, person.sex, years
        leaves = threshold(float(tables.death_probability_per_month[at]) + float(tables.emigration_probability_per_month[at]))
        found.goes_on.append(stays * (1 - leaves / 2**32))
    return found


def shift_for_delay(market: Any, people: list[Person], pension_age: int, months: float, lasts: int) -> int:
    """Hundredths of log-odds (below zero: later) by which `people` leave work `months` later on average, when it holds for `lasts`."""
    if months == 0 or not people:
        return 0
    prospects = [prospect(market, person, pension_age) for person in people]

    def mean(shift: int) -> float:
        return sum(each.months_at_work(shift, lasts) for each in prospects) / len(prospects)

    sign, without, too_weak, enough = (-1 if months > 0 else 1), mean(0), 0, STRONGEST
    while enough - too_weak > 1:
        middle = (too_weak + enough) // 2
        if abs(mean(sign * middle) - without) < abs(months):
            too_weak = middle
        else:
            enough = middle
    return sign * enough
