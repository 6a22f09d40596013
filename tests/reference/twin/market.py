"""The Dutch labour market a second time: objects, one person at a time, no Numba. The executable specification.

Shared with the model: the key of the random numbers, the parameters and code lists, and the world that both start from. Nothing else.
Everything here favours being read over being fast.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa
from twin.agents import COLUMNS, LINKS, Employer, Institute, Opening, Person
from twin.books import Books
from twin.line import Line, plain
from twin.lines import LINES, START_ORDER
from twin.programmes import make_programmes

from sim.codes import N_SECTORS, month_index
from sim.config.schema import FIRST_PROJECTED, HISTORY
from sim.numerics.rng import Key, Stream, key
from sim.policies.levers import LEVERS, MAX_PROGRAMMES

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.world import World


class ReferenceMarket(mesa.Model):
    """The market of `config` in `world`; `step` is a month.

    Attributes
    ----------
    people, employers, institutes : agents by number. openings : in order of employer, then of age (as the model lays them).
    month, start : months since January 1900. tables : what is given from outside (`sim.world.tables.Tables`).
    now : what this month is given (set by the calendar). lines : name -> line. programmes : in order of name. books : see `Books`.
    levers : name -> list of values, by programme number or by sector (`sim.policies.levers.LEVERS` says which).
    """

    def __init__(self, config: SimConfig, world: World) -> None:
        super().__init__(rng=config.seed)
        self.config, self.world, self.tables = config, world, world.tables
        self.start, self.month = world.start, world.start - 1
        self.weight = 1 / world.scale
        self.employers = [Employer(self, number) for number in range(len(world.open_vacancies))]
        self.institutes = [Institute(self, number) for number in range(len(world.institutes["sector"]))]
        self.people = [Person(self, number) for number in range(len(world.people["state"]))]
        self.openings: list[Opening] = []
        self._fill(self.people, world.people)
        self._fill(self.employers, world.employers)
        self._fill(self.institutes, world.institutes)
        self.books = Books()
        self.now: Any = None
        self.levers = {name: [0] * (N_SECTORS if lever.per == "sector" else MAX_PROGRAMMES) for name, lever in LEVERS.items()}
        self.lines: dict[str, Line] = {line.name: line(self) for line in LINES}
        for name in START_ORDER:
            self.lines[name].start()
        self.programmes = make_programmes(self)
        if config.population.start == HISTORY:
            self.live_history()

    def _fill(self, agents: list[Any], columns: dict[str, Any]) -> None:
        lists = {name: plain(values) for name, values in columns.items()}
        for name in lists.keys() & LINKS.keys():
            linked = getattr(self, LINKS[name])
            lists[name] = [linked[number] if number >= 0 else None for number in lists[name]]
        for agent, *values in zip(agents, *lists.values(), strict=True):
            vars(agent).update(zip(lists, values, strict=True))

    @property
    def present(self) -> list[Person]:
        """Everybody who has entered so far, whether or not they are still there."""
        return self.people[: self.lines["demography"].n_present]  # type: ignore[attr-defined]

    def key(self, stream: Stream) -> Key:
        """Key of this month's draws for one decision."""
        return key(self.config.seed, self.month, stream)  # type: ignore[return-value]

    def lasting_key(self, stream: Stream) -> Key:
        """Key of draws that hold for ever."""
        return key(self.config.seed, 0, stream)  # type: ignore[return-value]

    def open_month(self) -> None:
        """The next month begins."""
        self.month += 1
        self.books.open_month()

    def live_history(self) -> None:
        """Live to the month before the first on record; only then policies work out what they need. No programme may start before."""
        while self.month < month_index(FIRST_PROJECTED) - 1:
            self.step()
        for values in self.levers.values():
            values[:] = [0] * len(values)
        for programme in self.programmes:
            programme.policy.prepare()

    def step(self) -> None:
        """One month."""
        self.open_month()
        for line in self.lines.values():
            line.run()

    def columns(self, agents: list[Any]) -> dict[str, list[int]]:
        """What agents hold, by column, with numbers in place of links."""
        if not agents:
            return {}
        found = {}
        for name in COLUMNS[type(agents[0])]:
            values = list(map(attrgetter(name), agents))
            found[name] = [-1 if value is None else value.number for value in values] if name in LINKS else values
        return found
