"""A subsidy on the wage of somebody of 56 or over who is hired from unemployment, after the Dutch loonkostenvoordeel: the negative control.

The employer that picks among its applicants counts the subsidy in favour of a participant: the lever `hiring_score` raises the ranking by
`score`, a share of the whole range of skill fit. It does not make anybody be seen who would not be, and it does not create a job: who is
ranked higher takes the place of another applicant. How many hires come out of it is not set.

Trap: asked about it, employers say that they would hire some 6,000 more a year (a vignette study); the evaluation of the real scheme found
no extra employment (ALM22). So the score is an assumption, and about zero is what the model has to show by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.codes import State
from sim.policies.base import Policy, choice, evidence
from sim.policies.target import Target, pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

EMPLOYED = int(State.EMPLOYED)


class HiringSubsidy(Policy):
    """Wage-cost subsidy for hiring older unemployed people."""

    name: ClassVar[str] = "hiring_subsidy"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they could be hired with a subsidy"
    effect: ClassVar[str | None] = "score"

    places_per_year: float = choice("policies.hiring_subsidy.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.hiring_subsidy.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.hiring_subsidy.minimum_age", ge=45, le=70)
    score: float = evidence("policies.hiring_subsidy.score", ge=0, le=2)
    months: int = choice("policies.hiring_subsidy.months", ge=1, le=120)
    cost_per_participant_eur: float = evidence("policies.hiring_subsidy.cost_per_participant_eur", ge=0)

    def target(self, model: LabourMarket) -> Target:
        """Unemployed people of the minimum age and over who have not reached the state pension age."""
        pension_age = pension_age_in_force(model)
        return Target(born_after=model.month - pension_age, born_until=model.month - self.minimum_age * 12, states=(State.UNEMPLOYED,))

    def stays_months(self) -> int:
        """The right to a subsidy holds for this long."""
        return self.months

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Hired."""
        return np.asarray(model.people.state[rows] == EMPLOYED)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Rank participants higher."""
        levers.hiring_score[bit] = round(65536 * self.score)

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work."""
        return np.asarray(model.people.state[rows] == EMPLOYED)
