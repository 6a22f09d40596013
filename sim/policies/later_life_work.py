"""A course and other work for staff of 55 and over, after Baanbrekend Perspectief (northern Netherlands).

Ten weeks on how long and in which way one still wants to work; some hand over hours to a younger colleague, some become mentors, some
work on after the pension. In the model

    staying   : a participant's log-odds of retiring move so that exit is `net_delay_months` later (or earlier: the range goes below zero),
                solved as in `sim.policies.delay`: appreciation and development at work go with half the odds of early retirement (RET25-26)
    handover  : contract hours fall by `hours_handed_over`, once, on joining. The employer still wants them: whether anybody fills them is
                left to the market (RET43 hopes for all, expects a fifth)
    mentors   : `mentors` of the participants at work each take `newcomers_per_mentor` newcomers of their own sector in hand, whose chance
                of leaving work within two years falls by `fewer_leave`
    afterwards: once retired, a participant looks for work with `search_after_pension` more chance a month

Traps: the first course was completed by 22 people and nothing about exit is known; a tenth in public-value work after the pension (RET41)
is a guess, and no input: how many do so comes out of the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr

from sim.codes import N_SECTORS, NOBODY
from sim.phases.separations import NEWCOMER_MONTHS
from sim.policies.base import choice, evidence
from sim.policies.delay import HORIZON_MONTHS, shift_for_delay
from sim.policies.older_staff import OlderStaff
from sim.policies.target import pension_age_in_force

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers


class LaterLifeWork(OlderStaff):
    """Course, handover of hours, mentoring and work after the pension for older employees."""

    name: ClassVar[str] = "later_life_work"
    effect: ClassVar[str | None] = "net_delay_months"
    ends_at_retirement: ClassVar[bool] = False

    places_per_year: float = choice("policies.later_life_work.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.later_life_work.capacity_fill", ge=0, le=1)
    minimum_age: int = choice("policies.later_life_work.minimum_age", ge=50, le=74)
    net_delay_months: float = evidence("policies.later_life_work.net_delay_months", ge=-12, le=24)
    hours_handed_over: float = evidence("policies.later_life_work.hours_handed_over", ge=0, le=0.9)
    mentors: float = evidence("policies.later_life_work.mentors", ge=0, le=1)
    newcomers_per_mentor: float = evidence("policies.later_life_work.newcomers_per_mentor", ge=0, le=20)
    fewer_leave: float = evidence("policies.later_life_work.fewer_leave", ge=0, le=1)
    search_after_pension: float = evidence("policies.later_life_work.search_after_pension", ge=0, le=1)
    cost_per_participant_eur: float = evidence("policies.later_life_work.cost_per_participant_eur", ge=0)

    _shift: int = PrivateAttr(default=0)
    _newcomers: np.ndarray = PrivateAttr(default_factory=lambda: np.ones(N_SECTORS))
    _mentored: np.ndarray = PrivateAttr(default_factory=lambda: np.zeros(N_SECTORS))

    def prepare(self, model: LabourMarket) -> None:
        """Solve the shift of the log-odds, and count the newcomers of each sector at the start."""
        pension_age = pension_age_in_force(model)
        self._shift = shift_for_delay(model, self.eligible(model), pension_age, self.net_delay_months, HORIZON_MONTHS)
        people = model.people
        new = (people.employer != NOBODY) & (people.job_since > model.month - NEWCOMER_MONTHS)
        self._newcomers = np.maximum(np.bincount(people.sector[new], minlength=N_SECTORS)[:N_SECTORS], 1)

    def stays_months(self) -> int:
        """As long as the solution of the delay looks ahead: what was learnt stays."""
        return HORIZON_MONTHS

    def look(self, model: LabourMarket, participants: np.ndarray) -> None:
        """Count the newcomers with a mentor, by sector: mentors have newcomers of their own sector, and no newcomer has two."""
        people = model.people
        at_work = participants[people.employer[participants] != NOBODY]
        mentors = self.mentors * np.bincount(people.sector[at_work], minlength=N_SECTORS)[:N_SECTORS]
        self._mentored = np.minimum(mentors * self.newcomers_per_mentor / self._newcomers, 1.0)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Later exit, fewer hours on joining, search after the pension, and newcomers who stay."""
        levers.retirement_log_odds[bit] = self._shift
        levers.contract_hours[bit] = -round(65536 * self.hours_handed_over)
        levers.search_after_pension[bit] = round(65536 * self.search_after_pension)
        levers.sector_newcomer_exit[:] -= np.round(65536 * self.fewer_leave * self._mentored).astype(np.int64)
