"""Independent career advice for people whose job is about to end or has just ended, after WerkenaanWerk (FNV pilots).

A few talks with an adviser: better letters to fitter openings, a realistic claim, a wider look. In the model a participant's applications
pass the first screening more often, the lowest acceptable wage falls, and more of the applications goes outside the own sector, by choice.
The mix of the three is stated: at strength 1, `screening`, `wage_realism` and `breadth`. All are proportional to the strength, which is
solved so that few participants gain `net_effect` (`sim.policies.solved`); so the size of `screening` alone says nothing, only its ratio to
the other two does. Without an effect no lever is set.

At scale participants compete with everybody else for the same openings: trials found 8 % when few were advised and nothing when nearly all
were (ALM10, ALM11). That is not set here, it has to emerge (``tests/effects``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr

from sim.codes import NEVER, State
from sim.phases.applications import STANDARD_AGE
from sim.policies.back_at_work import is_back_at_work
from sim.policies.base import choice, evidence
from sim.policies.solved import Solved
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

RECENTLY_MONTHS = 6
EMPLOYED = int(State.EMPLOYED)


class CareerAdvice(Solved):
    """Independent career advice for the threatened and newly unemployed."""

    name: ClassVar[str] = "career_advice"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they joined"
    effect: ClassVar[str] = "net_effect"
    strengths: ClassVar[tuple[float, ...]] = (0.5, 1.0, 2.0, 3.0, 4.5)

    places_per_year: float = choice("policies.career_advice.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.career_advice.capacity_fill", ge=0, le=1)
    net_effect: float = evidence("policies.career_advice.net_effect", ge=0, le=0.3)
    screening: float = evidence("policies.career_advice.screening", ge=0, le=3)
    wage_realism: float = evidence("policies.career_advice.wage_realism", ge=0, le=0.3)
    breadth: float = evidence("policies.career_advice.breadth", ge=0, le=0.3)
    months: int = choice("policies.career_advice.months", ge=1, le=36)
    cost_per_participant_eur: float = evidence("policies.career_advice.cost_per_participant_eur", ge=0)

    _callback: int = PrivateAttr(default=0)
    _claim: int = PrivateAttr(default=0)
    _breadth: int = PrivateAttr(default=0)

    def prepare(self, model: LabourMarket) -> None:
        """The three levers at the strength in use."""
        rules, strength = model.phase("matching").rules, self.strength_in_use()
        self._callback = round(rules.callback[0, STANDARD_AGE] * self.screening * strength)
        self._claim = -round(rules.reservation[1] * min(self.wage_realism * strength, 1.0))
        self._breadth = round(65536 * self.breadth * strength)

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
        return is_back_at_work(model, rows)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Easier screening, a lower claim, a wider look."""
        levers.callback[bit] = self._callback
        levers.reservation_wage[bit] = self._claim
        levers.other_sector_share[bit] = self._breadth

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work, and not under notice."""
        return is_back_at_work(model, rows)
