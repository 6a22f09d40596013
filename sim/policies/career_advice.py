"""Independent career advice for people whose job is about to end or has just ended, after WerkenaanWerk (FNV pilots).

A few talks with an adviser: better letters to fitter openings, a realistic claim, a wider look. In the model a participant's applications
pass the first screening more often, the lowest acceptable wage falls by `wage_realism`, and `breadth` more of the applications goes outside
the own sector, by choice: forced breadth lowered job finding in a Dutch trial (ALM09). The strength is solved from `net_effect` as for the
bridge (`sim.policies.job_bridge`): with monthly job finding f such that 1 - (1 - f)**12 = usual re-employment, the gain g solves

    1 - (1 - f * (1 + g))**12 = usual re-employment + net effect

The lower claim accepts more of the offers, Phi(-ln(claim) / spread) of them; breadth alone passes the screening less often, since distance
counts against it; what these two leave of g, easier screening does. At scale participants compete with everybody else for the same
openings: trials found 8 % when few were advised and nothing when nearly all were (ALM10, ALM11). That is not set here, it has to emerge.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr, model_validator

from sim.codes import N_SECTORS, NEVER, State
from sim.policies.base import Policy, evidence
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.phases.applications import Rules
    from sim.policies.levers import Levers

RECENTLY_MONTHS = 6
EMPLOYED = int(State.EMPLOYED)
ONE = 65536


def accepted_share(rules: Rules, claim: float) -> float:
    """Share of the offers around the last wage that somebody takes whose lowest acceptable offer is `claim` times that wage."""
    spread = math.hypot(rules.offer_sd, rules.taste_sd) / 1000
    return 0.5 * (1 + math.erf(-math.log(claim) / spread / math.sqrt(2)))


class CareerAdvice(Policy):
    """Independent career advice for the threatened and newly unemployed."""

    name: ClassVar[str] = "career_advice"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they joined"

    places_per_year: float = evidence("policies.career_advice.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.career_advice.capacity_fill", ge=0, le=1)
    net_effect: float = evidence("policies.career_advice.net_effect", ge=0, le=0.3)
    usual_reemployment: float = evidence("policies.career_advice.usual_reemployment", gt=0, lt=1)
    wage_realism: float = evidence("policies.career_advice.wage_realism", ge=0, le=0.3)
    breadth: float = evidence("policies.career_advice.breadth", ge=0, le=0.3)
    months: int = evidence("policies.career_advice.months", ge=1, le=36)
    cost_per_participant_eur: float = evidence("policies.career_advice.cost_per_participant_eur", ge=0)

    _callback: int = PrivateAttr(default=0)
    _claim: int = PrivateAttr(default=0)
    _breadth: int = PrivateAttr(default=0)

    @model_validator(mode="after")
    def _leaves_room(self) -> CareerAdvice:
        if self.usual_reemployment + self.net_effect >= 1:
            raise ValueError("usual_reemployment + net_effect must stay below 1")
        return self

    def prepare(self, model: LabourMarket) -> None:
        """Solve the easier screening that, with the lower claim and the wider look, gives the net effect of the evidence."""
        if self.net_effect == 0:
            return
        usual = 1 - (1 - self.usual_reemployment) ** (1 / 12)
        helped = 1 - (1 - self.usual_reemployment - self.net_effect) ** (1 / 12)
        line = model.phase("matching")
        rules, claim = line.rules, line.rules.reservation[1] / ONE
        by_claim = accepted_share(rules, claim * (1 - self.wage_realism)) / accepted_share(rules, claim)
        off_diagonal = ~np.eye(N_SECTORS, dtype=bool)
        distance = float(np.average(model.tables.skill_distance[off_diagonal], weights=line.nearness[:N_SECTORS][off_diagonal]))
        lost, elsewhere = rules.fall / ONE * distance, rules.other_sector / ONE
        by_breadth = (1 - (elsewhere + self.breadth) * lost) / (1 - elsewhere * lost)
        self._claim = -round(self.wage_realism * rules.reservation[1])
        self._breadth = round(ONE * self.breadth)
        self._callback = round(rules.callback[0, 0] * (helped / usual / by_claim / by_breadth - 1))

    def target(self, model: LabourMarket) -> Target:
        """People at work or out of it; `may_join` asks for a threatened job or a short spell."""
        return Target(states=(State.EMPLOYED, State.UNEMPLOYED))

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """People under notice, and people who became unemployed in the last six months."""
        people = model.people
        at_work, recently = people.state[rows] == EMPLOYED, people.state_since[rows] > model.month - RECENTLY_MONTHS
        return np.where(at_work, people.notice_until[rows] != NEVER, recently)

    def places_this_year(self) -> float:
        """Planned places times the share that programmes of this kind fill."""
        return self.places_per_year * self.capacity_fill

    def stays_months(self) -> int:
        """What was learnt counts for this long at most."""
        return self.months

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Hired into a new job."""
        people = model.people
        return (people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Easier screening, a lower claim, a wider look."""
        levers.callback[bit] = self._callback
        levers.reservation_wage[bit] = self._claim
        levers.other_sector_share[bit] = self._breadth

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """Paid on joining."""
        return new_participants * self.cost_per_participant_eur

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work, and not under notice."""
        people = model.people
        return (people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER)
