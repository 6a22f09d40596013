"""A policy at work: who is enrolled, what it cost, what its own report would say (gross).

Enrolment: among the eligible who never took part, those with the lowest draw, up to this month's places. Places are whole people in the
sample: the calendar decides in which month the next one falls, so fractions are not lost at small scales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import State, month_index
from sim.numerics.jit import serial
from sim.numerics.rng import Stream, draw_sub32
from sim.policies.base import Policy

if TYPE_CHECKING:
    from sim.model import LabourMarket

FOLLOW_UP_MONTHS = 12


@serial
def _enrolment_draws(k, rows, bit):  # type: ignore[no-untyped-def]
    out = np.empty(rows.size, np.uint32)
    for j in range(rows.size):
        out[j] = draw_sub32(k, rows[j], bit)
    return out


class Programme:
    """One policy in one run.

    Attributes
    ----------
    bit : programme number. participants : rows of people enrolled now. cohorts : month -> rows enrolled in it, until followed up.
    new, total : persons simulated, this month and so far. cost : euros this month, whole country.
    gross_outcome, gross_count : participants followed up this month, and how many of them were a success.
    """

    def __init__(self, policy: Policy, bit: int, model: LabourMarket) -> None:
        self.policy, self.bit, self.model = policy, bit, model
        self.mask = np.uint16(1 << bit)
        self.participants = np.empty(0, np.int64)
        self.cohorts: dict[int, np.ndarray] = {}
        self.new = self.total = self.gross_outcome = self.gross_count = 0
        self.cost = 0.0
        policy.prepare(model)

    def run_month(self) -> None:
        """Follow up, end, enrol, set levers, book costs."""
        self._follow_up()
        self._end()
        self._enrol()
        self.policy.set_levers(self.model.levers, self.bit)
        weight = self.model.weight
        self.cost = self.policy.cost_eur(self.new * weight, self.participants.size * weight)

    def _follow_up(self) -> None:
        rows = self.cohorts.pop(self.model.month - FOLLOW_UP_MONTHS, np.empty(0, np.int64))
        self.gross_count = rows.size
        self.gross_outcome = int(self.policy.gross_success(self.model, rows).sum()) if rows.size else 0

    def _end(self) -> None:
        people, rows = self.model.people, self.participants
        if not rows.size:
            return
        over = self.model.month - people.programme_since[rows] >= self.policy.stays_months()
        over |= people.state[rows] >= State.RETIRED
        over |= self.policy.has_finished(self.model, rows)
        people.programmes[rows[over]] &= ~self.mask
        self.participants = rows[~over]

    def _enrol(self) -> None:
        model, people = self.model, self.model.people
        self.new = 0
        if not self.policy.is_open(model.month):
            return
        candidates = self.policy.eligible(model)
        candidates = candidates[(people.ever_programmes[candidates] & self.mask) == 0]
        places = self._places()
        if places <= 0 or not candidates.size:
            return
        draws = _enrolment_draws(model.lasting_key(Stream.ENROLMENT), candidates, self.bit)
        chosen = np.sort(candidates[np.lexsort((candidates, draws))[:places]])
        people.programmes[chosen] |= self.mask
        people.ever_programmes[chosen] |= self.mask
        people.programme_since[chosen] = model.month
        self.participants = np.concatenate([self.participants, chosen])
        self.cohorts[model.month] = chosen
        self.new = chosen.size
        self.total += chosen.size

    def _places(self) -> int:
        """Whole places of this month in the sample: those of all months so far less those of the months before."""
        elapsed = self.model.month - max(month_index(self.policy.start), self.model.start)
        per_month = self.policy.places_this_year() / 12 / self.model.weight
        return int((elapsed + 1) * per_month + 0.5) - int(elapsed * per_month + 0.5)
