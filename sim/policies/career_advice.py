"""Independent career advice for people whose job is about to end or has just ended, after WerkenaanWerk (FNV pilots).

A few talks with an adviser: better letters to fitter openings, a realistic claim, a wider look. In the model a participant's applications
pass the first screening more often, the lowest acceptable wage falls by `wage_realism`, and `breadth` more of the applications goes outside
the own sector, by choice. The strength is solved from `net_effect` at pilot coverage, where participants do not compete with each other:

    easier screening, relative = net effect / response

`response` was found by paired runs (2015-2017, 1:100, six seeds, a hundred thousand places a year): screening passed 25 % more often
brought 3.8 points (standard error 0.5), 8 % more often 1.4 (0.5). That is half of what one constant chance of finding a job would give,
since chances differ between people and many stop looking. A claim lower by 3 % brought 0.6 points (0.3) and a wider look of 5 % of the
applications cost 0.6 (0.2), distance counting against them: the two about cancel and are left out of the solution.

At scale participants compete with everybody else for the same openings: trials found 8 % when few were advised and nothing when nearly all
were (ALM10, ALM11). That is not set here, it has to emerge (``tests/effects``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr

from sim.codes import NEVER, State
from sim.phases.applications import STANDARD_AGE
from sim.policies.base import Policy, evidence
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

RECENTLY_MONTHS = 6
EMPLOYED = int(State.EMPLOYED)


class CareerAdvice(Policy):
    """Independent career advice for the threatened and newly unemployed."""

    name: ClassVar[str] = "career_advice"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they joined"

    places_per_year: float = evidence("policies.career_advice.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.career_advice.capacity_fill", ge=0, le=1)
    net_effect: float = evidence("policies.career_advice.net_effect", ge=0, le=0.3)
    response: float = evidence("policies.career_advice.response", gt=0, le=1)
    wage_realism: float = evidence("policies.career_advice.wage_realism", ge=0, le=0.3)
    breadth: float = evidence("policies.career_advice.breadth", ge=0, le=0.3)
    months: int = evidence("policies.career_advice.months", ge=1, le=36)
    cost_per_participant_eur: float = evidence("policies.career_advice.cost_per_participant_eur", ge=0)

    _callback: int = PrivateAttr(default=0)
    _claim: int = PrivateAttr(default=0)
    _breadth: int = PrivateAttr(default=0)

    def prepare(self, model: LabourMarket) -> None:
        """Set the strength of the levers that gives the net effect of the evidence to few; without an effect none is set."""
        if self.net_effect == 0:
            return
        rules = model.phase("matching").rules
        self._callback = round(rules.callback[0, STANDARD_AGE] * self.net_effect / self.response)
        self._claim = -round(self.wage_realism * rules.reservation[1])
        self._breadth = round(65536 * self.breadth)

    def target(self, model: LabourMarket) -> Target:
        """People at work or out of it; `may_join` asks for a threatened job or a short spell."""
        return Target(states=(State.EMPLOYED, State.UNEMPLOYED))

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """People under notice, and people who became unemployed in the last six months."""
        people = model.people
        at_work, recently = people.state[rows] == EMPLOYED, people.state_since[rows] > model.month - RECENTLY_MONTHS
        return np.where(at_work, people.notice_until[rows] != NEVER, recently)

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

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work, and not under notice."""
        people = model.people
        return (people.state[rows] == EMPLOYED) & (people.notice_until[rows] == NEVER)
