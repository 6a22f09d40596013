"""A bridge from a disappearing job to one in another sector, after the Skilling Consortium (De Buitenboordmotor, "loopbrug").

Outflow firms, inflow firms and training institutes commit together and take away what keeps people from crossing. The consortium names 14
hurdles; its own list is not public, the grouping here is ours. Each is a friction between 0 (gone for participants) and 1 (as it is for
everybody), with the lever it acts on and a `size`: what participants would get if it were gone entirely and the bridge at strength 1.

    friction             what goes with it                                                             lever
    late_help            people under notice can join; else only after dismissal                       (who may join)
    unseen_skills        part of the skill distance to other sectors                                   skill_distance_relief
    unknown_sectors      more applications outside the own sector                                      other_sector_share
    diploma_screening    the first screening is passed more often                                      callback
    licence              some openings do without the licence: a start under supervision               licence_relief
    training_dates       a course can start between intakes                                            course_start
    mentors              receivers with a mentor rank who is new to the field higher                   hiring_score
    tied_training_money  a course in another sector is paid                                            course_applications
    no_income            months of income while crossing (booked as cost), so a course can be afforded course_applications
    wage_loss            an entry-wage top-up makes a lower offer acceptable                           reservation_wage
    benefit_rules        a course is allowed on benefit                                                course_applications
    employer_risk        the receiver's risk is covered: ranked higher                                 hiring_score
    coordination         more applications: receivers are brought together with leavers                extra_applications
    rough_landing        guidance in the first year of the new job: fewer leave work again             newcomer_exit

Applications must be sent, seen, licensed, ranked first and accepted, and the job must last: the steps multiply in the market, so what the
frictions do together is not the sum of what each does alone. How strong a bridge of all of them is, is solved: at the strength in use few
participants have the `net_effect` of the evidence (`sim.policies.solved`). A scenario that leaves some frictions as they are keeps that
strength. At scale participants compete with everybody else for the same openings: displacement is not set, it emerges.

Trap: 29 of 37 participants in a new job is gross; about two thirds would be back at work anyway. It is no input here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import PrivateAttr

from sim.codes import NEVER, State
from sim.phases.applications import STANDARD_AGE
from sim.policies.back_at_work import is_back_at_work
from sim.policies.base import choice, evidence
from sim.policies.programme import would_join
from sim.policies.solved import Solved
from sim.policies.target import Target

if TYPE_CHECKING:
    from sim.model import LabourMarket
    from sim.policies.levers import Levers

RECENTLY_MONTHS = 12
EMPLOYED = int(State.EMPLOYED)
EARLY = "job_bridge, help before dismissal"
"""Name of the lot by which people under notice differ in whether the bridge reaches them."""


class JobBridge(Solved):
    """From work to work in another sector, for displaced workers."""

    name: ClassVar[str] = "job_bridge"
    gross_meaning: ClassVar[str] = "participants in work twelve months after they joined"
    effect: ClassVar[str] = "net_effect"
    strongest: ClassVar[float] = 1.0

    places_per_year: float = choice("policies.job_bridge.places_per_year", ge=0)
    capacity_fill: float = evidence("policies.job_bridge.capacity_fill", ge=0, le=1)
    net_effect: float = evidence("policies.job_bridge.net_effect", ge=0, le=0.3)
    months: int = choice("policies.job_bridge.months", ge=1, le=36)
    landing_months: int = choice("policies.job_bridge.landing_months", ge=0, le=24)
    cost_per_participant_eur: float = evidence("policies.job_bridge.cost_per_participant_eur", ge=0)
    income_months: float = choice("policies.job_bridge.income_months", ge=0, le=24)
    income_per_month_eur: float = evidence("policies.job_bridge.income_per_month_eur", ge=0)

    friction_late_help: float = choice("policies.job_bridge.friction_late_help", ge=0, le=1)
    friction_unseen_skills: float = choice("policies.job_bridge.friction_unseen_skills", ge=0, le=1)
    friction_unknown_sectors: float = choice("policies.job_bridge.friction_unknown_sectors", ge=0, le=1)
    friction_diploma_screening: float = choice("policies.job_bridge.friction_diploma_screening", ge=0, le=1)
    friction_licence: float = choice("policies.job_bridge.friction_licence", ge=0, le=1)
    friction_training_dates: float = choice("policies.job_bridge.friction_training_dates", ge=0, le=1)
    friction_mentors: float = choice("policies.job_bridge.friction_mentors", ge=0, le=1)
    friction_tied_training_money: float = choice("policies.job_bridge.friction_tied_training_money", ge=0, le=1)
    friction_no_income: float = choice("policies.job_bridge.friction_no_income", ge=0, le=1)
    friction_wage_loss: float = choice("policies.job_bridge.friction_wage_loss", ge=0, le=1)
    friction_benefit_rules: float = choice("policies.job_bridge.friction_benefit_rules", ge=0, le=1)
    friction_employer_risk: float = choice("policies.job_bridge.friction_employer_risk", ge=0, le=1)
    friction_coordination: float = choice("policies.job_bridge.friction_coordination", ge=0, le=1)
    friction_rough_landing: float = choice("policies.job_bridge.friction_rough_landing", ge=0, le=1)

    size_unseen_skills: float = evidence("policies.job_bridge.size_unseen_skills", ge=0, le=1)
    size_unknown_sectors: float = evidence("policies.job_bridge.size_unknown_sectors", ge=0, le=1)
    size_diploma_screening: float = evidence("policies.job_bridge.size_diploma_screening", ge=0, le=4)
    size_licence: float = evidence("policies.job_bridge.size_licence", ge=0, le=1)
    size_training_dates: float = evidence("policies.job_bridge.size_training_dates", ge=0, le=1)
    size_mentors: float = evidence("policies.job_bridge.size_mentors", ge=0, le=2)
    size_tied_training_money: float = evidence("policies.job_bridge.size_tied_training_money", ge=0, le=1)
    size_no_income: float = evidence("policies.job_bridge.size_no_income", ge=0, le=1)
    size_wage_loss: float = evidence("policies.job_bridge.size_wage_loss", ge=0, le=0.5)
    size_benefit_rules: float = evidence("policies.job_bridge.size_benefit_rules", ge=0, le=1)
    size_employer_risk: float = evidence("policies.job_bridge.size_employer_risk", ge=0, le=2)
    size_coordination: float = evidence("policies.job_bridge.size_coordination", ge=0, le=5)
    size_rough_landing: float = evidence("policies.job_bridge.size_rough_landing", ge=0, le=1)

    _callback: int = PrivateAttr(default=0)
    _claim: int = PrivateAttr(default=0)

    def relief(self, friction: str) -> float:
        """What participants get because this friction is lower for them, in the unit of its size."""
        return float(self.strength_in_use() * (1 - getattr(self, f"friction_{friction}")) * getattr(self, f"size_{friction}"))

    def prepare(self, model: LabourMarket) -> None:
        """Turn relative reliefs into the units of the matching line."""
        rules = model.phase("matching").rules
        self._callback = round(rules.callback[0, STANDARD_AGE] * self.relief("diploma_screening"))
        self._claim = -round(rules.reservation[1] * self.relief("wage_loss"))

    def target(self, model: LabourMarket) -> Target:
        """Displaced workers, at work or out of it."""
        return Target(states=(State.EMPLOYED, State.UNEMPLOYED), displaced=True)

    def may_join(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """People out of work since a lay-off of the last twelve months, and those under notice whom the bridge reaches in time."""
        people = model.people
        at_work, recently = people.state[rows] == EMPLOYED, people.displaced_since[rows] >= model.month - RECENTLY_MONTHS
        in_time = (people.notice_until[rows] != NEVER) & would_join(model, rows, EARLY, np.full(rows.size, 1 - self.friction_late_help))
        return np.where(at_work, in_time, recently)

    def stays_months(self) -> int:
        """At most this long on the bridge."""
        return self.months

    def has_finished(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """Across and landed: in a new job for `landing_months`, at once when there is no guidance in it."""
        landing = self.landing_months if self.friction_rough_landing < 1 else 0
        landed = model.month - model.people.job_since[rows].astype(np.int64) >= landing
        return np.asarray(is_back_at_work(model, rows) & landed)

    def set_levers(self, levers: Levers, bit: int) -> None:
        """Every relief at its lever; none without an effect."""

        def fixed(*frictions: str) -> int:
            return round(65536 * sum(self.relief(friction) for friction in frictions))

        levers.skill_distance_relief[bit] = fixed("unseen_skills")
        levers.other_sector_share[bit] = fixed("unknown_sectors")
        levers.callback[bit] = self._callback
        levers.licence_relief[bit] = fixed("licence")
        levers.course_start[bit] = fixed("training_dates")
        levers.hiring_score[bit] = fixed("mentors", "employer_risk")
        levers.course_applications[bit] = fixed("tied_training_money", "no_income", "benefit_rules")
        levers.reservation_wage[bit] = self._claim
        levers.extra_applications[bit] = fixed("coordination")
        levers.newcomer_exit[bit] = -fixed("rough_landing")

    def cost_eur(self, new_participants: float, participants: float) -> float:
        """Booked on joining: guidance, matching and training, and the months of income that participants get while they cross."""
        income = (1 - self.friction_no_income) * self.income_months * self.income_per_month_eur
        return float(new_participants * (self.cost_per_participant_eur + income))

    def gross_success(self, model: LabourMarket, rows: np.ndarray) -> np.ndarray:
        """In work, and not under notice."""
        return is_back_at_work(model, rows)
