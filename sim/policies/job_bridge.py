"""A bridge from a disappearing job to one in another sector, after the Skilling Consortium (De Buitenboordmotor, "loopbrug").

Outflow firms, inflow firms and training institutes commit together: skills are made visible, screening on CV and diploma gives way,
short tailored training shortens the distance. In the model a participant's applications pass the first screening more often, and other
sectors come nearer. The strength is solved from `net_effect` at pilot coverage, where participants do not compete with each other: with
monthly job finding f such that 1 - (1 - f)**12 = usual re-employment, the gain g solves

    1 - (1 - f * (1 + g))**12 = usual re-employment + net effect

and what the nearer sectors do not bring of g, easier screening does. At scale participants compete with everybody else for the same
openings: displacement is not set, it emerges.

Trap: 29 of 37 participants in a new job is gross; about two thirds would be back at work anyway. It is no input here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr, model_validator

from sim.codes import N_SECTORS, NEVER, State
from sim.phases.applications import STANDARD_AGE
from sim.policies.base import Policy, evidence
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

RECENTLY_MONTHS = 12
EMPLOYED = int(State.EMPLOYED)


class JobBridge(Policy):
    """From work to work in another sector, for displaced workers."""

    name: ClassVar[str] = "job_bridge"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they joined"

    places_per_year: float = evidence("policies.job_bridge.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.job_bridge.capacity_fill", ge=0, le=1)
    net_effect: float = evidence("policies.job_bridge.net_effect", ge=0, le=0.3)
    usual_reemployment: float = evidence("policies.job_bridge.usual_reemployment", gt=0, lt=1)
    skill_relief: float = evidence("policies.job_bridge.skill_relief", ge=0, le=1)
    months: int = evidence("policies.job_bridge.months", ge=1, le=36)
    cost_per_participant_eur: float = evidence("policies.job_bridge.cost_per_participant_eur", ge=0)

    _callback: int = PrivateAttr(default=0)
    _relief: int = PrivateAttr(default=0)

    @model_validator(mode="after")
    def _leaves_room(self) -> JobBridge:
        if self.usual_reemployment + self.net_effect >= 1:
            raise ValueError("usual_reemployment + net_effect must stay below 1")
        return self

    def prepare(self, model: LabourMarket) -> None:
        """Solve the easier screening that, with the nearer sectors, gives the net effect of the evidence."""
        usual = 1 - (1 - self.usual_reemployment) ** (1 / 12)
        helped = 1 - (1 - self.usual_reemployment - self.net_effect) ** (1 / 12)
        gain = helped / usual - 1
        if gain == 0:
            return
        rules = model.phase("matching").rules
        fall, elsewhere = rules.fall / 65536, rules.other_sector / 65536
        off_diagonal = ~np.eye(N_SECTORS, dtype=bool)
        distance = float(
            np.average(model.tables.skill_distance[off_diagonal], weights=model.phase("matching").nearness[:N_SECTORS][off_diagonal])
        )
        relief = min(self.skill_relief, gain * (1 - elsewhere * fall * distance) / (elsewhere * fall * distance))
        by_nearness = elsewhere * fall * distance * relief / (1 - elsewhere * fall * distance)
        self._relief = round(65536 * relief)
        self._callback = round(rules.callback[0, STANDARD_AGE] * ((1 + gain) / (1 + by_nearness) - 1))

    def target(self, model: LabourMarket) -> Target:
        """Displaced workers, at work or out of it."""
        return Target(states=(State.EMPLOYED, State.UNEMPLOYED), displaced=True)

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """People under notice, and people out of work since a lay-off of the last twelve months."""
        people = model.people
        at_work, recently = people.state[rows] == EMPLOYED, people.displaced_since[rows] >= model.month - RECENTLY_MONTHS
        return np.where(at_work, people.notice_until[rows] != NEVER, recently)

    def stays_months(self) -> int:
        """At most this long on the bridge."""
        return self.months

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Across: hired into a new job."""
        people = model.people
        return (people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Easier screening, nearer sectors."""
        levers.callback[bit] = self._callback
        levers.skill_distance_relief[bit] = self._relief

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work, and not under notice."""
        people = model.people
        return (people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER)
