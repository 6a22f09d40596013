"""The model: the month on one page.

`MONTH` is the model. Each line is a class in `sim.phases` with its equations, sources, and what it reads, writes and draws; their order is
causal and part of the model. Everything else here builds the tables, walks the lines, and keeps the record.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import mesa
import polars as pl
from numba import get_num_threads

from sim.agents import ColumnarModel
from sim.codes import month_date, month_index
from sim.config.errors import UserError
from sim.config.schema import HISTORY
from sim.numerics.jit import use_threads
from sim.numerics.rng import Key, PhiloxKey, Stream, key
from sim.numerics.selection import Selection
from sim.numerics.tables import normal_table
from sim.phases.accounts import Accounts
from sim.phases.base import Observer, Phase
from sim.phases.calendar import Calendar, Now
from sim.phases.demography import Demography
from sim.phases.hours import Hours
from sim.phases.labour_demand import LabourDemand
from sim.phases.matching import Matching
from sim.phases.policies import Policies
from sim.phases.reserves import Reserves
from sim.phases.retirement import Retirement
from sim.phases.search import Search
from sim.phases.separations import Separations
from sim.phases.training import Training
from sim.phases.vacancies import VacancyPosting
from sim.phases.wages import Wages
from sim.policies.levers import Levers
from sim.policies.programme import Programme
from sim.policies.registry import POLICIES
from sim.recorder import Recorder
from sim.runs import checkpoint as checkpoints
from sim.runs import history
from sim.runs.forks import check_threads
from sim.runs.memory import return_memory
from sim.state.courses import Courses
from sim.state.employers import Employers
from sim.state.institutes import Institutes
from sim.state.jobs import Jobs
from sim.state.ledger import Ledger
from sim.state.people import People

if TYPE_CHECKING:
    from mesa.experimental.scenarios import Scenario
    from mesa.time import Event

    from sim.config.schema import SimConfig
    from sim.world import World

MONTH: tuple[type[Phase], ...] = (
    Calendar,  # what is given from outside: date, pension age, national demand, crises
    Demography,  # people arrive, grow older, die, leave
    LabourDemand,  # employers decide how many jobs they want; closures and lay-offs begin
    Policies,  # programmes enrol, set levers, book costs
    Separations,  # jobs end: notice, contracts, quits, own businesses
    Retirement,  # around the moving state pension age
    Training,  # diplomas, queues, seats
    VacancyPosting,  # gaps become openings, openings become vacancies
    Search,  # who looks for a job
    Matching,  # applications meet openings; hires
    Wages,  # growth in the job
    Reserves,  # drill, and the call in a crisis
    Hours,  # second jobs, sickness
    Accounts,  # everybody is counted; the books must balance
)
"""The month, in causal order."""

BUILD_ORDER = ("accounts", "labour_demand", "vacancies", "search", "wages", "matching")
"""Lines that others look at while they are built, first; the rest follows in the order of the month."""


class LabourMarket(ColumnarModel, mesa.Model):
    """The Dutch labour market, one month a step.

    Parameters
    ----------
    config : what to simulate; the seed decides all luck.
    world : the synthetic Netherlands at the start (`sim.world.build_world`); copied, unless it was given away (`World.give`).
    scenario : Mesa's record of the settings, for models made from one (`sim.agents.workbench`); changes nothing here.

    Attributes
    ----------
    people, employers, institutes, vacancies : tables of columns. ledger, levers, programmes : see their modules.
    start : first month of the world; the tables count from it. opening : month before the first on record, of the opening balance: the
        month before the start, or September 2023 when history was simulated first (`sim.runs.history`). n_at_opening : people then.
    month : current month (months since January 1900); before the first step, that of the opening. time : months since then (Mesa's).
    until : last month that the world can simulate; after it `running` is False.
    n_present : rows of people who have entered so far; those after them come later. weight : people in the country per person simulated.
    person_months : sum of `n_present` over the months so far. world_digest : digest of the world at the start.
    observer : looks on before and after every line (`sim.follow`); None: nobody does. onlookers : others who do (the recorder).

    Raises UserError in a process that was forked from one in which a model had run.
    """

    def __init__(self, config: SimConfig, world: World, *, scenario: Scenario | None = None) -> None:
        check_threads()
        super().__init__(**({"rng": config.seed} if scenario is None else {"scenario": scenario}))
        self.config, self.tables, self.start, self.until = config, world.tables, world.start, world.until
        self.month = self.opening = world.start - 1
        self.weight = 1 / world.scale
        self.world_digest, self.person_months, self._is_skipping = world.digest, 0, False
        self.people = People(len(next(iter(world.people.values()))), world.people, adopt=world.is_given)
        self.employers = Employers(len(world.open_vacancies), world.employers)
        self.institutes = Institutes(len(world.institutes["sector"]), world.institutes)
        self.open_at_start = world.open_vacancies
        self.n_initial = self.n_at_opening = self.n_present = world.n_present
        self.cell_of_employer = self.employers.cell
        self.jobs = Jobs(*((self.people if name in People.columns else self.employers)[name] for name in Jobs._fields))
        self.courses = Courses(*((self.people if name in People.columns else self.institutes)[name] for name in Courses._fields))
        self.ledger, self.levers, self.normal = Ledger(self.people, get_num_threads()), Levers(), normal_table()
        self.selection = Selection(len(self.people))
        self.now: Now
        self.observer: Observer | None = None
        self.onlookers: list[Observer] = []
        self._phases: dict[str, Phase] = {}
        self.seconds = {phase.name: 0.0 for phase in MONTH}
        classes = {phase.name: phase for phase in MONTH}
        for name in (*BUILD_ORDER, *classes):
            if name not in self._phases:
                self._phases[name] = classes[name](self)
        posting: Any = self.phase("vacancies")
        self.vacancies = posting.open_at_start(world.open_vacancies)
        self.programmes = [
            Programme(POLICIES[name](**parameters), bit, self) for bit, (name, parameters) in enumerate(sorted(config.policies.items()))
        ]
        if config.population.start == HISTORY:
            history.live(self, keep=not world.is_given)
            self.opening = self.month
            for programme in self.programmes:
                programme.policy.prepare(self)
        self._policy_events: list[Event] = []
        self.schedule_policies()
        return_memory()

    def phase(self, name: str) -> Any:
        """The line of the month with this name."""
        return self._phases[name]

    def key(self, stream: Stream) -> Key | PhiloxKey:
        """Key of this month's draws for one decision."""
        return key(self.config.seed, self.month, stream, self.config.rng)

    def lasting_key(self, stream: Stream) -> Key | PhiloxKey:
        """Key of draws that are made once and hold for ever."""
        return key(self.config.seed, 0, stream, self.config.rng)

    def schedule_policies(self) -> None:
        """Have Mesa's scheduler open and close every programme from here on; call it again after the month was set from outside.

        The event of a month comes half a month before its step, so that no tie between events of one moment decides who enrols.
        """
        for event in self._policy_events:
            event.cancel()
        self._policy_events = []
        for programme in self.programmes:
            policy = programme.policy
            programme.is_open = policy.is_open(self.month)
            changes = [(month_index(policy.start), programme.open)]
            if policy.end is not None:
                changes.append((month_index(policy.end) + 1, programme.close))
            for month, change in changes:
                if month > self.month:
                    at = max(self.time, math.floor(self.time) + month - self.month - 0.5)
                    self._policy_events.append(self.schedule_event(change, at=at))

    def step(self) -> None:
        """One month: walk the lines.

        Raises
        ------
        UserError : the world ends here.
        """
        if self.month >= self.until:
            raise UserError(f"this world ends in {month_date(self.until):%Y-%m}; for later months, build it with a later until")
        check_threads()
        self.month += 1
        self.running = self.month < self.until
        if not self._is_skipping:
            self._walk()

    def live_month(self) -> None:
        """One month that Mesa's clock does not count: history, which has passed when the first step is taken."""
        self.month += 1
        self._walk()

    def _walk(self) -> None:
        """The lines of the month."""
        self.ledger.open_month()
        watching = [*self.onlookers, self.observer] if self.observer else self.onlookers
        for phase in MONTH:
            line = self._phases[phase.name]
            for observer in watching:
                observer.before(line)
            began = time.perf_counter()
            line.run()
            self.seconds[phase.name] += time.perf_counter() - began
            for observer in watching:
                observer.after(line)
        self.person_months += self.n_present
        self.call_roll()

    @property
    def phases(self) -> list[Phase]:
        """The lines of the month, in order."""
        return [self._phases[phase.name] for phase in MONTH]

    def save(self, path: Path | str, recorder: Recorder | None = None) -> None:
        """Store the state between two months, and what was recorded, as one file; see `sim.runs.checkpoint`."""
        checkpoints.write(Path(path), self, recorder)

    @classmethod
    def restore(cls, path: Path | str, config: SimConfig, world: World) -> Self:
        """The model that was saved. UserError when `config`, `world` or the code is not the same; threads and folders may differ."""
        model = cls(config, world)
        checkpoints.restore(Path(path), model)
        return model

    def skip(self, months: int) -> None:
        """Let months pass on Mesa's clock, with everything scheduled on it, without living them: for `restore`."""
        self._is_skipping = True
        if months > 0:
            self.run_for(months)
        self._is_skipping = False
        if self.month >= self.start:
            self.phase("calendar").run()

    def check(self) -> None:
        """Raise LedgerError unless people, employers, institutes, openings and books agree (`sim.state.checks`); only reads."""
        self.phase("accounts").check()

    def digest(self) -> str:
        """SHA-256 of the whole state."""
        digest = hashlib.sha256(str(self.month).encode())
        for table in (self.people, self.employers, self.institutes, self.vacancies):
            table.update_digest(digest)
        return digest.hexdigest()


@dataclass(frozen=True)
class RunResult:
    """What one run leaves: the tables of the run folder, and how it went.

    ``phases`` holds nanoseconds per person-month by line of the month; ``summary`` the headline figures of the last month.
    """

    panel: pl.DataFrame
    market: pl.DataFrame
    sexes: pl.DataFrame
    flows: pl.DataFrame
    policies: pl.DataFrame
    retirements: pl.DataFrame
    digest: str
    months: int
    persons: int
    employers: int
    phases: dict[str, float]
    wall_s: float
    warnings: list[str] = field(default_factory=list)
    summary: dict[str, float] = field(default_factory=dict)


def simulate(
    config: SimConfig, world: World, on_month: Callable[[int, int], None] | None = None, checkpoint: Path | None = None
) -> RunResult:
    """Run a scenario from the start of `world` (or the end of history) to its end; calls ``on_month(done, total)`` after each month.

    With a `checkpoint`, go on from that file if it is there, and write it every ``compute.checkpoint_months`` months.
    """
    use_threads(config.threads, world.n_present)
    began = time.perf_counter()
    months = config.months if config.population.start == HISTORY else world.until - world.start + 1
    if checkpoint is not None and checkpoint.exists():
        model = LabourMarket.restore(checkpoint, config, world)
        recorder = Recorder(model, months)
        recorder.restore(checkpoint)
    else:
        model = LabourMarket(config, world)
        recorder = Recorder(model, months)
        recorder.record(is_opening=True)
    every = config.compute.checkpoint_months
    for done in range(model.month - model.opening + 1, months + 1):
        model.step()
        recorder.record()
        if checkpoint is not None and every and done % every == 0 and done < months:
            model.save(checkpoint, recorder)
        if on_month is not None:
            on_month(done, months)
    return RunResult(
        panel=recorder.panel(),
        market=recorder.market(),
        sexes=recorder.sexes(),
        flows=recorder.flows(),
        policies=recorder.policies(),
        retirements=recorder.retirements(),
        digest=model.digest(),
        months=months,
        persons=model.n_at_opening,
        employers=len(model.employers),
        phases={name: 1e9 * seconds / model.person_months for name, seconds in model.seconds.items()},
        wall_s=time.perf_counter() - began,
        warnings=[warning for programme in model.programmes for warning in programme.warnings()],
        summary=recorder.summary(),
    )
