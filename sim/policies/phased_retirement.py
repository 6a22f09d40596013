"""Fewer hours from 60 on with part of the wage made up, after the Dutch generation pacts (80 % work, 90 % pay, 100 % pension).

In the model a participant's contract hours fall by `hours_cut`, once, on joining; the chance of retiring does not change (RET05, RET14:
exit age unchanged), and the employer still wants the hours, so whether the young fill them is left to the market. Who joins depends on
income: the evaluation of municipal staff found 824 hours less between 60 and 64 for high, 443 for middle and none for low incomes
(RET06-RET08). With a cut of a fifth of some 8,200 full-time hours that is a half, a quarter and nobody: the share of each third of income
that would take part is a parameter.

Trap: in vignettes people say they would retire a year later (RET10); they did not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr

from sim.codes import NOBODY, State
from sim.policies.base import choice, evidence
from sim.policies.older_staff import OlderStaff
from sim.policies.programme import would_join

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

EMPLOYED = int(State.EMPLOYED)
TO_THE_END = 240
"""Months: longer than anybody takes part."""
WISH = "phased_retirement, take-up"
"""Name of the lot by which people of the same income differ in whether they would take part."""


class PhasedRetirement(OlderStaff):
    """Generation pact: fewer hours in the last years of work."""

    name: ClassVar[str] = "phased_retirement"

    places_per_year: float = choice("policies.phased_retirement.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.phased_retirement.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.phased_retirement.minimum_age", ge=50, le=74)
    hours_cut: float = choice("policies.phased_retirement.hours_cut", ge=0, le=0.9)
    take_up_high: float = evidence("policies.phased_retirement.take_up_high", ge=0, le=1)
    take_up_middle: float = evidence("policies.phased_retirement.take_up_middle", ge=0, le=1)
    take_up_low: float = evidence("policies.phased_retirement.take_up_low", ge=0, le=1)
    cost_per_participant_eur: float = evidence("policies.phased_retirement.cost_per_participant_eur", ge=0)

    _thirds: tuple[float, float] = PrivateAttr(default=(0.0, 0.0))

    def prepare(self, model: LabourMarket) -> None:
        """Weekly wages that part the thirds of income, among the employees of the minimum age and over at the start."""
        people = model.people
        rows = self.target(model).rows(model)
        rows = rows[people.employer[rows] != NOBODY]
        if rows.size:
            low, high = np.quantile(_weekly_wage(model, rows), [1 / 3, 2 / 3])
            self._thirds = float(low), float(high)

    def third(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """(rows,) int64: 0, 1, 2 for low, middle and high income."""
        return np.searchsorted(self._thirds, _weekly_wage(model, rows), side="right")

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Employees who would take part, by income."""
        wishes = np.array([self.take_up_low, self.take_up_middle, self.take_up_high])[self.third(model, rows)]
        return would_join(model, rows, WISH, wishes) & (model.people.employer[rows] != NOBODY)

    def stays_months(self) -> int:
        """To the end of the working life."""
        return TO_THE_END

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """No longer at work."""
        return np.asarray(model.people.state[rows] != EMPLOYED)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Fewer contract hours for who joins this month."""
        levers.contract_hours[bit] = -round(65536 * self.hours_cut)


def _weekly_wage(model: LabourMarket, rows: np.ndarray) -> np.ndarray:
    """(rows,) int64 cents per week in the main job."""
    people = model.people
    return people.wage_cents[rows].astype(np.int64) * people.hours[rows]
