"""More seats on courses for adults in one sector, and, when asked for, a course that starts every month.

Every institute of the sector gets `extra_seats` more at each intake. A seat is no student: applications for the sector grow by
``attraction * extra_seats``, and seats beyond that can only be filled from waiting lists. With `all_year` the institutes spread their seats
of a year over all months, so that people wait and give up less. In the model seats are not scarce: with the parameters as they are, fewer
than half of those for care are taken, so what matters is who applies and how long they wait.

Learning takes one to two years, in which nobody works or, but for the end, searches, and part of the students drop out; so employment falls
first and rises later, if at all. None of that is set here (`sim.phases.training`).

Costs: what the course costs at that institute (``training.csv``) for each student who would not have started without the policy,

    added = started - min(usual seats, started / (1 + attraction * extra_seats))

so the students whom new interest brings count even while there is room on the usual seats. Empty seats cost nothing, which flatters. With
`all_year`, small groups make everybody who starts `all_year_cost` dearer. That waiting less lets more people start is not counted as added:
in runs with `all_year` that is about a third of all who start, whose courses are missing from the bill. Booked in the month after the
start, also for students who drop out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field, PrivateAttr, field_validator

from sim.codes import SECTOR, SECTORS
from sim.config.schema import Sector
from sim.policies.base import choice, evidence
from sim.policies.rule import Rule

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


@cache
def sectors_taught() -> tuple[str, ...]:
    """Keys of the sectors that have institutes, in order of code."""
    from sim.world import sources

    taught = set(sources.read("training.csv", ("sector",))["sector"])
    return tuple(key for key in SECTORS if key in taught)


class TrainingPlaces(Rule):
    """More places on courses of one sector."""

    name: ClassVar[str] = "training_places"
    size: ClassVar[str] = "extra_seats"
    effect: ClassVar[str | None] = "attraction"

    sector: Sector = Field(default="Q", description="key of the sector whose institutes get more seats")
    extra_seats: float = choice("policies.training_places.extra_seats", ge=0, le=10)
    attraction: float = evidence("policies.training_places.attraction", ge=0, le=1)
    all_year: int = choice("policies.training_places.all_year", ge=0, le=1)
    all_year_cost: float = evidence("policies.training_places.all_year_cost", ge=0, le=1)

    _courses: float = PrivateAttr(default=0.0)

    @field_validator("sector")
    @classmethod
    def _has_institutes(cls, value: str) -> str:
        if value not in sectors_taught():
            raise ValueError(f"has no institutes that train adults. Sectors that have: {', '.join(sectors_taught())}")
        return value

    def set_rules(self, levers: Levers, bit: int, month: int) -> None:
        """More seats, more applications, more intakes."""
        here = SECTOR[self.sector]
        levers.seats[here] += round(65536 * self.extra_seats)
        levers.course_interest[here] += round(65536 * self.extra_seats * self.attraction)
        levers.all_year_intake[here] += self.all_year

    def look(self, model: LabourMarket, participants: np.ndarray) -> None:
        """The courses of those whom the policy let start last month, and what a start in every month adds for everybody."""
        self._courses = 0.0
        if not self.is_open(model.month - 1):
            return
        training, institutes = model.phase("training"), model.institutes
        applied_anyway = training.started / (1 + self.attraction * self.extra_seats)
        added = np.maximum(training.started - applied_anyway, training.started_extra)
        dearer = training.started * (self.all_year * self.all_year_cost)
        here = institutes.sector == SECTOR[self.sector]
        self._courses = float(np.sum(institutes.cost_eur * (added + dearer), where=here) * model.weight)

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """What those courses cost."""
        return self._courses
