"""Line 10, matching: searchers apply, employers and searchers rank each other, a protocol pairs them, and the pairs start work.

1. Openings that can take somebody on go into their slots (`twin.slots`): an advertised one not before its selection is over, `wait` months
   after it opened, of a fraction of a month by lasting luck of the opening.
2. Everybody who searches applies (`twin.applications`).
3. The protocol says who gets which job (`twin.protocols`).
4. They are hired (`twin.hiring`). What is left open may be advertised (`twin.lines.vacancies`).

Outside the own sector somebody looks at sector s, seen from home sector h in province p, with weight

    exp(-distance(h, s) / skill_distance_scale) * pull(s) * slots(s, p),   0 for s = h;
    share of s in the jobs of people under 25 * pull(s) * slots(s, p)      without a home sector
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twin.applications import apply, wants_second_job
from twin.cells import N_MARKET_CELLS, market_cell
from twin.fixed import WHOLE, share
from twin.hiring import ADULT_AGE, hire, hours_held
from twin.line import Line, plain
from twin.luck import threshold
from twin.protocols import PROTOCOLS, Application
from twin.slots import Slots
from twin.tickets import tickets

from sim.codes import N_PROVINCES, N_SECTORS, NO_SECTOR, SECTORS
from sim.evidence.parameters import Values
from sim.numerics.rng import Stream

if TYPE_CHECKING:
    from twin.agents import Opening, Person
    from twin.market import ReferenceMarket

SLOTS_PER_JOB = 0.15
MIDWAY = 0.5
"""Skill distance of who never worked to every sector."""


class Matching(Line):
    """Applications, the match, hires.

    ``hires``, ``filled`` : all hires, and advertised openings filled, by market cell of the employer. ``places`` : the slots.
    ``sizes`` : slots of every cell; ``taken`` : the number of the opening in every slot, -1: none. ``elsewhere`` : by home sector and
    province, tickets for the sector to look at.
    """

    name = "matching"
    compares = ("hires", "filled", "sizes", "taken", "elsewhere", "advertised")

    def __init__(self, market: ReferenceMarket) -> None:
        super().__init__(market)
        p, search = self.parameters, Values("search", market.config.parameters.get("search"))
        self.search = search
        self.protocol = PROTOCOLS[market.config.structure.matching]
        # applications
        self.applications = round(search.applications_per_month)
        self.other_sector = share(search.other_sector_share)
        self.licensed_breadth = share(search.other_sector_share * search.licensed_relative_breadth)
        self.distance = [[share(d) for d in self._distances(home)] for home in range(N_SECTORS + 1)]
        by_age = (p.callback_under_25, 1.0, p.callback_45_54, p.callback_55_plus)
        by_spell = (1.0, p.callback_long_spell)
        self.callback = [[share(p.callback_rate * spell * age) for age in by_age] for spell in by_spell]
        self.fall = share(p.callback_per_distance)
        # worth
        self.reservation = [share(x) for x in (p.reservation_employed, p.reservation_unemployed, p.reservation_long_spell)]
        self.reservation_second, self.second_share = share(p.reservation_second_job), share(p.second_job_share)
        self.taste_sd, self.commute = round(1000 * p.taste_sd), round(1000 * p.commute_cost)  # thousandths of a log point
        # new jobs
        self.flexible_young, self.flexible = threshold(p.flexible_share_young), threshold(p.flexible_share)
        self.keeps_in_sector, self.keeps_elsewhere = threshold(p.same_sector_hours), threshold(p.other_sector_hours)
        self.second_hours, self.pension_hours = round(p.second_job_hours), round(p.hours_after_pension)
        self.hires, self.filled = [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS
        self.workplaces: list[list[int]] = []
        self.hours_held: list[list[list[list[int]]]] = []
        self.elsewhere: list[list[list[int]]] = []
        self.pull: list[list[float]] = []
        self.places: Slots

    def _distances(self, home: int) -> list[float]:
        return [MIDWAY] * N_SECTORS if home == NO_SECTOR else [float(d) for d in self.market.tables.skill_distance[home]]

    # --- once, before the first month -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Where people work and look, what hours they hold, and how many slots there are."""
        market = self.market
        self.workplaces = [tickets([float(x) for x in row]) for row in market.tables.commuting_share]
        self.hours_held = hours_held(market.people)
        self.pull = [self._pull_from(home) for home in range(N_SECTORS + 1)]
        jobs = [0] * N_MARKET_CELLS
        for employer in market.employers:
            jobs[market_cell(employer)] += employer.base_jobs
        self._lay_out([SLOTS_PER_JOB * number for number in jobs])

    def _pull_from(self, home: int) -> list[float]:
        """Weight of every sector, seen from `home`, per slot."""
        pull = [float(getattr(self.search, f"pull_{key}")) for key in SECTORS]
        if home == NO_SECTOR:
            near = self._where_young_people_work()
        else:
            near = [math.exp(-distance / self.search.skill_distance_scale) for distance in self._distances(home)]
            near[home] = 0.0
        return [near[sector] * pull[sector] for sector in range(N_SECTORS)]

    def _where_young_people_work(self) -> list[float]:
        """Share of the jobs of each sector that people under 25 hold."""
        jobs, young = [0] * N_SECTORS, [0] * N_SECTORS
        for person in self.market.people:
            if person.employer is not None:
                jobs[person.sector] += 1
                young[person.sector] += person.age < ADULT_AGE
        return [young[sector] / max(jobs[sector], 1) for sector in range(N_SECTORS)]

    def _lay_out(self, at_least: Sequence[float]) -> None:
        """Slots by market cell, and the tickets that hang on their number."""
        self.places = Slots(at_least)
        self.elsewhere = [[tickets(self._weights(home, province)) for province in range(N_PROVINCES)] for home in range(N_SECTORS + 1)]

    def _weights(self, home: int, province: int) -> list[float]:
        """How often people from a home sector look at every sector in a province."""
        slots = self.places.sizes_by_sector(province)
        return [self.pull[home][sector] * slots[sector] for sector in range(N_SECTORS)]

    # --- every month ------------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        market = self.market
        self._place()
        lists = {}
        for person in self._searchers():
            applications = apply(self, person) if market.openings else []
            if applications:
                lists[person] = applications
        wants_second = {person: wants_second_job(self, person) for person in lists}
        matches: list[Application] = self.protocol(lists, market.key(Stream.LOTTERY))
        self.hires, self.filled = [0] * N_MARKET_CELLS, [0] * N_MARKET_CELLS
        for match in matches:
            self.hires[market_cell(match.opening.employer)] += 1
            self.filled[market_cell(match.opening.employer)] += match.opening.is_recorded
            hire(self, match, wants_second[match.person])
        vacancies: Any = market.lines["vacancies"]
        vacancies.advertise()

    def _searchers(self) -> list[Person]:
        search: Any = self.market.lines["search"]
        return [self.market.people[number] for number in search.searchers]

    def _place(self) -> None:
        """Every opening that can take somebody on into its slot. Where slots run out, there are twice as many from now on."""
        ready = [opening for opening in self.market.openings if self._is_ready(opening)]
        while True:
            self.places.empty()
            homeless = {market_cell(opening.employer) for opening in ready if not self.places.put(opening)}
            if not homeless:
                return
            self._lay_out([size * 2 if number in homeless else size for number, size in enumerate(self.places.sizes)])

    def _is_ready(self, opening: Opening) -> bool:
        vacancies: Any = self.market.lines["vacancies"]
        luck = (opening.key >> 32) % WHOLE
        selection = (vacancies.wait + luck) // WHOLE if opening.is_recorded else 0
        return self.market.month - opening.opened >= selection

    # --- for the comparison -----------------------------------------------------------------------------------------------------

    @property
    def sizes(self) -> list[int]:
        """Slots of every market cell."""
        return self.places.sizes

    @property
    def taken(self) -> list[int]:
        """The number of the opening in every slot, cell after cell; -1: none."""
        row = {opening: number for number, opening in enumerate(self.market.openings)}
        return [-1 if opening is None else row[opening] for slots in self.places.taken for opening in slots]

    @property
    def advertised(self) -> list[list[int]]:
        """New advertised openings and those still open, by market cell: this line ends with counting them."""
        vacancies: Any = self.market.lines["vacancies"]
        return [vacancies.new, vacancies.open]

    def figures(self, line: Any) -> dict[str, Any]:
        """Slots are one long list there."""
        found = {name: plain(getattr(line, name)) for name in ("hires", "filled", "elsewhere")}
        vacancies = line.model.phase("vacancies")
        found["advertised"] = [plain(vacancies.new), plain(vacancies.open)]
        return found | {"sizes": plain(line.slots.size), "taken": plain(line.slots.row)}

    def read(self, line: Any) -> None:
        """The number of slots is what lasts; they are filled anew every month."""
        self.hires, self.filled, self.elsewhere = plain(line.hires), plain(line.filled), plain(line.elsewhere)
        self.places = Slots(plain(line.slots.size))
