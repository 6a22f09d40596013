"""One seed of the pilots: a run without programmes, and runs that part from it when a pilot begins, a month at a time beside each other.

A fork holds the state of the trunk to the last bit and gets the policies from there on, so that the years before a pilot are simulated
once, and so that a pair of runs has had no time to part before the first participant joins. It only reads models, and draws nothing.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.codes import SECTOR
from sim.model import LabourMarket
from sim.numerics.jit import use_threads
from sim.pilots.design import Lane, Trunk
from sim.pilots.follow import LONGER_MONTHS, Followed
from sim.runs import checkpoint

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.world import World

CARE = SECTOR["Q"]


class Measured(NamedTuple):
    """What one repetition of one pilot leaves; sums over people, in simulated persons, hours per week and months.

    Attributes
    ----------
    participants, gross, without : who took part; successes among them; successes among the same people without the programme.
    controls, control : the comparison group by lot, and successes in it.
    longer, shorter : participants who retired at least six months later, and earlier, than without.
    delay, delay_squared : months by which they retired later.
    stay, stay_squared, control_stay, control_stay_squared : months until they retired, or to the end of the run.
    work : months more at work. fte_months : months of full-time work more, net of hours given up; main and second jobs.
    eligible : people who could have taken part in a month of enrolment (nan: not counted, see `Followed`).
    members, hours, fte, extra_fte : crisis only, means over its months: people whom the pilot added to the register; hours per week that
        they came; the same times productivity, in full-time jobs of care; full-time jobs that the crisis asks for.
    """

    participants: float = 0.0
    gross: float = 0.0
    without: float = 0.0
    controls: float = 0.0
    control: float = 0.0
    longer: float = 0.0
    shorter: float = 0.0
    delay: float = 0.0
    delay_squared: float = 0.0
    stay: float = 0.0
    stay_squared: float = 0.0
    control_stay: float = 0.0
    control_stay_squared: float = 0.0
    work: float = 0.0
    fte_months: float = 0.0
    eligible: float = np.nan
    members: float = np.nan
    hours: float = np.nan
    fte: float = np.nan
    extra_fte: float = np.nan


def measured(followed: Followed, crisis: Crisis | None) -> Measured:
    """The figures of one repetition of one programme."""
    with_it, without_it, control = followed.fates()
    delay = with_it.stayed - without_it.stayed
    return Measured(
        participants=with_it.success.size,
        gross=with_it.success.sum(),
        without=without_it.success.sum(),
        controls=control.success.size,
        control=control.success.sum(),
        longer=(delay >= LONGER_MONTHS).sum(),
        shorter=(delay <= -LONGER_MONTHS).sum(),
        delay=delay.sum(),
        delay_squared=(delay**2).sum(),
        stay=with_it.stayed.sum(),
        stay_squared=(with_it.stayed**2).sum(),
        control_stay=control.stayed.sum(),
        control_stay_squared=(control.stayed**2).sum(),
        work=with_it.at_work.sum() - without_it.at_work.sum(),
        fte_months=(with_it.hours.sum() - without_it.hours.sum()) / followed.without.tables.hours_per_fte,
        eligible=followed.eligible.sum() if followed.eligible.size else np.nan,
        **({} if crisis is None else crisis.means()),
    )


class Crisis:
    """What reservists bring in a crisis of care, from month to month.

    Parameters
    ----------
    model, without, calm : runs with pilot and crisis, with the crisis only, with neither.
    """

    def __init__(self, model: LabourMarket, without: LabourMarket, calm: LabourMarket) -> None:
        self.model, self.without, self.calm = model, without, calm
        self.months: list[tuple[float, float, float, float]] = []

    def look(self) -> None:
        """Count a month of the crisis; others pass."""
        if self.model.now.crisis_factor[CARE] <= self.calm.now.crisis_factor[CARE]:
            return
        mine, theirs = (model.phase("reserves") for model in (self.model, self.without))
        more = [
            float(getattr(mine, name)[CARE].sum() - getattr(theirs, name)[CARE].sum()) for name in ("members", "hours", "reserve_hours")
        ]
        per_fte = float(self.calm.tables.hours_per_fte)
        self.months.append((more[0], more[1], more[2] / per_fte, (wanted_hours(self.without) - wanted_hours(self.calm)) / per_fte))

    def means(self) -> dict[str, float]:
        """Means over the months of the crisis, by name in `Measured`."""
        return dict(zip(("members", "hours", "fte", "extra_fte"), np.mean(self.months, axis=0).tolist(), strict=True))


def wanted_hours(model: LabourMarket) -> float:
    """Hours per week of work that employers in care want this month."""
    return float(model.employers.desired_hours[model.employers.sector == CARE].sum())


def fork(trunk: LabourMarket, config: SimConfig, world: World) -> LabourMarket:
    """A model in the state of `trunk`, between two months, that goes on with the policies and crises of `config`.

    `config` and `world` must be those of the trunk but for policies and crises: nothing here checks it.
    """
    model = LabourMarket(config, world)
    state = copy.deepcopy(checkpoint.state_of(trunk))
    model.month = trunk.month  # Mesa's clock stays at zero, as after a simulated history
    state["programmes"] = {programme.policy.name: checkpoint.carried(programme) for programme in model.programmes}
    checkpoint.put_state(model, state)
    for programme in model.programmes:
        programme.policy.prepare(model)
    model.schedule_policies()
    return model


class Branch:
    """The runs of a lane: `lots` of them, and the one without the pilots beside them."""

    def __init__(self, trunk: LabourMarket, lane: Lane, lots: int, world: World) -> None:
        seed = trunk.config.seed
        self.lane = lane
        self.without = trunk if lane.without is None else fork(trunk, lane.without.model_copy(update={"seed": seed}), world)
        self.models, self.followed, self.crises = list[LabourMarket](), list[list[Followed]](), list[Crisis | None]()
        for lot in range(lots):
            model = fork(trunk, lane.config.model_copy(update={"seed": seed}), world)
            for programme in model.programmes:
                programme.lot = (programme.lot + lot) % 256
            self.models.append(model)
            by_name = {programme.policy.name: programme for programme in model.programmes}
            self.followed.append([Followed(by_name[name], self.without, counts_eligible=lot == 0) for name in lane.pilots])
            self.crises.append(None if lane.without is None else Crisis(model, self.without, trunk))
        self.own = self.models if lane.without is None else [self.without, *self.models]

    def step(self) -> None:
        """One month of all runs of the lane; the trunk has had its month."""
        for model in self.own:
            model.step()
        for followed, crisis in zip(self.followed, self.crises, strict=True):
            for one in followed:
                one.look()
            if crisis is not None:
                crisis.look()

    def results(self) -> list[list[Measured]]:
        """Figures by pilot of the lane and lot."""
        return [
            [measured(followed[n], crisis) for followed, crisis in zip(self.followed, self.crises, strict=True)]
            for n in range(len(self.lane.pilots))
        ]


def measure(trunk: Trunk, seed: int, world: World) -> dict[str, list[Measured]]:
    """Run one seed.

    Parameters
    ----------
    trunk : what to run. world : as built for ``trunk.config``.

    Returns
    -------
    By policy, one result per lot.
    """
    config = trunk.config.model_copy(update={"seed": seed})
    use_threads(config.threads, world.n_present)
    model = LabourMarket(config, world)
    waiting, under_way = list(trunk.lanes), list[Branch]()
    found: dict[str, list[Measured]] = {}
    while waiting or under_way:
        for lane in [lane for lane in waiting if lane.first == model.month + 1]:
            under_way.append(Branch(model, lane, trunk.lots, world))
            waiting.remove(lane)
        model.step()
        for branch in under_way:
            branch.step()
        for branch in [branch for branch in under_way if branch.lane.last == model.month]:
            found |= dict(zip(branch.lane.pilots, branch.results(), strict=True))
            under_way.remove(branch)
    return found
