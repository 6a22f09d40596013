"""A policy at work: who is enrolled, what it cost, what its own report would say (gross), and what a trial would find.

Enrolment: among the eligible who never took part, twice as many as there are places this month are called up, by a lot that a person keeps
for ever; a second lot, cast anew each month, decides who of them gets a place. Places are whole people in the sample: the calendar decides
in which month the next one falls, so fractions are not lost at small scales.

Comparison group: who was called up and got no place is followed for twelve months instead, as in a randomised trial. (With one lot for both
it would be none: those with the lowest draws enrol as soon as they can, so those next in line have been eligible for longer.) Participants
less comparison group is the effect per head among people in the same market; what participants take from others, or give to them, is in the
net effect of the whole run and not in it. Whoever is in the comparison group is not touched, only passed over for those twelve months. When
fewer are eligible than twice the places, the comparison group is smaller, or empty.

Money: joining, participation and the standing cost of an open programme are booked in the month in which they fall. With
`budget_eur_per_year` nobody is enrolled whose cost does not fit beside what is spent and promised (`sim.policies.budget`), so no calendar
year costs more; only a standing cost above the budget can, and then nobody enrols and the run says so.

Mesa's scheduler opens and closes the programme (`sim.model.LabourMarket.schedule_policies`); closed means no new participants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from zlib import crc32

import numpy as np

from sim.codes import EPOCH_YEAR, State, month_index
from sim.numerics.jit import serial
from sim.numerics.rng import AnyKey, Stream, draw_sub32
from sim.numerics.types import int64, int64s
from sim.policies.base import Policy
from sim.policies.budget import Budget
from sim.policies.target import EVERYBODY

if TYPE_CHECKING:
    from sim.model import LabourMarket

FOLLOW_UP_MONTHS = 12
ROUNDING = 1e-9
"""Share of a sum of euros that is rounding and no overrun."""
RETIRED, OUTSIDE = int(State.RETIRED), int(State.OUTSIDE)


@serial
def enrolment_draws(k: AnyKey, rows: int64s, lot: int64):
    """(rows,) uint32 draws for enrolment under the number of a policy's lot (0..255)."""
    out = np.empty(rows.size, np.uint32)
    for j in range(rows.size):
        out[j] = draw_sub32(k, rows[j], lot)
    return out


def would_join(model: LabourMarket, rows: np.ndarray, wish: str, share: np.ndarray) -> np.ndarray:
    """(rows,) bool: who would take part when a `share` (rows,) of people like them would; the same people for ever, by lot `wish`."""
    draws = enrolment_draws(model.lasting_key(Stream.ENROLMENT), rows, crc32(wish.encode()) % 256)
    return np.asarray(draws < share * 2.0**32)


class Programme:
    """One policy in one run.

    Attributes
    ----------
    bit : programme number. is_open : whether it enrols; set by `open` and `close`. participants : rows of people enrolled now.
    joined : (participants,) int64 months in which they enrolled here; somebody may take part in several programmes.
    cohorts : month -> rows enrolled in it, and rows of its comparison group, until followed up.
    new, total : persons simulated, this month and so far. unpaid : places so far that the budget did not pay for, persons simulated.
    cost, saving : euros this month, whole country. costs : calendar year -> euros so far.
    gross_outcome, gross_count : successes among the participants followed up this month, and their number.
    control_outcome, control_count : the same of the comparison group.
    """

    carries: ClassVar[tuple[str, ...]] = (
        "participants", "joined", "cohorts", "new", "total", "unpaid", "cost", "saving", "costs", "gross_outcome", "gross_count",
        "control_outcome", "control_count",
    )  # fmt: skip
    """Attributes that change from month to month; checkpoints hold them."""

    def __init__(self, policy: Policy, bit: int, model: LabourMarket) -> None:
        self.policy, self.bit, self.model = policy, bit, model
        self.is_open = False
        self.mask = np.uint16(1 << bit)
        self.lot = crc32(policy.name.encode()) % 256  # the policy's own luck, whatever other policies the scenario has
        self.participants, self.joined = np.empty(0, np.int64), np.empty(0, np.int64)
        self.cohorts: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.new = self.total = self.unpaid = 0
        self.gross_outcome = self.gross_count = self.control_outcome = self.control_count = 0
        self.cost = self.saving = 0.0
        self.costs: dict[int, float] = {}
        self.budget = Budget(policy)
        self._largest = int(EVERYBODY) // 256  # first guess of the largest draw that wins a place
        policy.prepare(model)

    def open(self) -> None:
        """Enrol from the coming month on."""
        self.is_open = True

    def close(self) -> None:
        """Enrol nobody from the coming month on; who takes part stays to the end of the stay."""
        self.is_open = False

    def set_rules(self) -> None:
        """Set the levers that hold for everybody, before anybody is enrolled: who may enrol can depend on the pension age in force."""
        if self.is_open:
            self.policy.set_rules(self.model.levers, self.bit, self.model.month)

    def run_month(self) -> None:
        """Follow up, end, enrol, set levers, book costs and savings."""
        self._follow_up()
        self._end()
        self._enrol()
        self.policy.look(self.model, self.participants)
        self.policy.set_levers(self.model.levers, self.bit)
        self._book()

    def warnings(self) -> list[str]:
        """What the user should know of the budget, one sentence each; to be kept with the run."""
        name, limit = self.policy.name, self.policy.budget_eur_per_year
        if limit is None:
            return []
        found = [
            f"policies.{name}: cost {cost:,.0f} euros in {year}, more than budget_eur_per_year = {limit:,.0f}: "
            "what runs whoever takes part (standing_cost_per_year_eur) is more than the budget"
            for year, cost in sorted(self.costs.items())
            if cost > limit * (1 + ROUNDING)
        ]
        if self.unpaid and not self.total:
            found.append(
                f"policies.{name}: nobody could enrol: budget_eur_per_year = {limit:,.0f} does not pay for one participant of this sample, "
                f"who stands for {self.model.weight:,.0f} people; a larger population.scale or budget would be right"
            )
        return found

    def _book(self) -> None:
        weight, year = self.model.weight, self.model.month // 12 + EPOCH_YEAR
        self.cost = self.policy.cost_eur(self.new * weight, self.participants.size * weight)
        if self.is_open:
            self.cost += self.budget.standing / 12
        self.costs[year] = self.costs.get(year, 0.0) + self.cost
        self.saving = self.policy.saving_eur(self.model) if self.is_open or self.participants.size else 0.0

    def _follow_up(self) -> None:
        nobody = np.empty(0, np.int64)
        rows, controls = self.cohorts.pop(self.model.month - FOLLOW_UP_MONTHS, (nobody, nobody))
        if not self.policy.has_comparison:
            controls = nobody
        self.gross_count, self.control_count = rows.size, controls.size
        self.gross_outcome, self.control_outcome = (int(self.policy.gross_success(self.model, group).sum()) for group in (rows, controls))

    def _end(self) -> None:
        rows = self.participants
        if not rows.size:
            return
        over = self.is_over(rows)
        self.model.people.programmes[rows[over]] &= ~self.mask
        self.participants, self.joined = rows[~over], self.joined[~over]

    def is_over(self, rows: np.ndarray) -> np.ndarray:
        """(rows,) bool: participants whose time is up, who left the labour force, or who need it no more."""
        order = np.argsort(self.participants)
        since = self.joined[order[np.searchsorted(self.participants, rows, sorter=order)]]
        over = self.model.month - since >= self.policy.stays_months()
        over |= self.model.people.state[rows] >= (RETIRED if self.policy.ends_at_retirement else OUTSIDE)
        return np.asarray(over | self.policy.has_finished(self.model, rows))

    def _enrol(self) -> None:
        model, people = self.model, self.model.people
        self.new = 0
        if not self.is_open:
            return
        planned = self._places()
        places = self.budget.affordable(planned, self)
        self.unpaid += planned - places
        if places <= 0:
            return
        candidates, draws = self._lowest_draws(2 * places)
        pool = candidates[np.lexsort((candidates, draws))][: 2 * places]
        luck = enrolment_draws(model.key(Stream.ENROLMENT), pool, self.lot)
        pool = pool[np.lexsort((pool, luck))]
        chosen, controls = np.sort(pool[:places]), np.sort(pool[places:])
        people.programmes[chosen] |= self.mask
        people.ever_programmes[chosen] |= self.mask
        people.programme_since[chosen] = model.month
        self.participants = np.concatenate([self.participants, chosen])
        self.joined = np.concatenate([self.joined, np.full(chosen.size, model.month)])
        self.cohorts[model.month] = chosen, controls
        self.new = chosen.size
        self.total += chosen.size

    def _lowest_draws(self, wanted: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows and draws of those who may enrol now, among them the `wanted` lowest draws (or everybody, when there are fewer).

        Looks only at people with low draws, first those below a little more than last month's largest; the guess cannot change the result.
        """
        model, policy = self.model, self.policy
        target = policy.target(model)
        held_back = np.sort(np.concatenate([np.empty(0, np.int64), *(controls for _, controls in self.cohorts.values())]))
        while True:
            rows = target.rows(model, self.lot, np.uint32(self._largest))
            rows = rows[(model.people.ever_programmes[rows] & self.mask) == 0]
            rows = rows[policy.may_join(model, rows) & (np.searchsorted(held_back, rows) == np.searchsorted(held_back, rows, "right"))]
            if rows.size >= wanted or self._largest == EVERYBODY:
                break
            self._largest = min(4 * self._largest, int(EVERYBODY))
        draws = enrolment_draws(model.lasting_key(Stream.ENROLMENT), rows, self.lot)
        if rows.size >= wanted:
            self._largest = min(int(1.1 * np.partition(draws, wanted - 1)[wanted - 1]) + 1, int(EVERYBODY))
        return rows, draws

    def _places(self) -> int:
        """Whole places of this month in the sample: those of all months so far less those of the months before."""
        elapsed = self.model.month - max(month_index(self.policy.start), self.model.start)
        per_month = self.policy.places_this_year() / 12 / self.model.weight
        return int((elapsed + 1) * per_month + 0.5) - int(elapsed * per_month + 0.5)
