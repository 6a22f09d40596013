"""Models and their twins for the tests here: one small country with every policy on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from twin.compare import OneLine
from twin.market import ReferenceMarket

from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import LabourMarket
from sim.phases.base import Observer
from sim.world import World, build_world

SCALE, START = 0.00015, "2023-10"
"""About two thousand people."""
Wrong = Callable[[ReferenceMarket], None]
MANY = 1_000_000
"""Places per year that fill a programme when one person stands for 6,667."""


def _programme(name: str, **settings: object) -> list[str]:
    return [f"+policies.{name}.{key}={value}" for key, value in {"start": START, **settings}.items()]


def _crisis(sector: str, start: str, months: int, demand_factor: float) -> str:
    return f"{{sector: {sector}, start: {start}, months: {months}, demand_factor: {demand_factor}}}"


EVERYTHING = (
    # many sites close, so that programmes for the displaced find people; entry wages and sickness follow shortages
    "parameters.labour_demand.closure_per_year=0.3",
    "parameters.wages.tension_response=0.1",
    "parameters.hours.spiral=0.05",
    f"economy.crises=[{_crisis('Q', '2024-03', 6, 1.2)},{_crisis('DEF', '2025-01', 4, 1.5)}]",
    *_programme("care_reserve", places_per_year=MANY),
    *_programme("career_advice", places_per_year=MANY, strength=1.0),
    *_programme("defence_reserve", places_per_year=MANY),
    *_programme("dual_track", places_per_year=MANY),
    *_programme("hiring_subsidy", places_per_year=MANY),
    *_programme("job_bridge", places_per_year=MANY, strength=1.0),
    *_programme("later_life_work", places_per_year=MANY),
    *_programme("more_hours", staff_per_year=MANY, extend_share=0.5),
    *_programme("pay_rise", rise=0.1, end="2025-02"),
    *_programme("pension_age", extra_months=12, months_per_year=12),
    *_programme("phased_retirement", places_per_year=MANY),
    *_programme("senior_networks", places_per_year=MANY),
    *_programme("training_places", extra_seats=1.0, all_year=1),
)
"""Settings: every policy at once, with room for many, two crises and many closures."""


@cache
def small_world(until: str) -> World:
    """The country at 3 in 20,000."""
    return build_world(scale=SCALE, start=START, until=until, outlook=Outlook(0.003))


def line_alone(name: str, months: int, *settings: str, until: str = "2025-09") -> OneLine:
    """Run the model for some months, and let the twin do one line of every month from the same state.

    The world says how many people there are, whatever the setting.
    """
    return lines_alone((name,), months, *settings, until=until)[name]


def lines_alone(
    names: Iterable[str],
    months: int,
    *settings: str,
    until: str = "2025-09",
    onlookers: Iterable[Observer] = (),
    wrong: Wrong | None = None,
) -> dict[str, OneLine]:
    """The same of several lines in one run of the model, each of them from the state of the model.

    `onlookers` look on as well. `wrong` changes the twin before the first month, to see it found out.
    """
    world, config = small_world(until), compose(["population.scale=0.001", f"until={until}", "threads=1", *settings])
    model, twin = LabourMarket(config, world), ReferenceMarket(config, world)
    if wrong is not None:
        wrong(twin)
    found = {name: OneLine(twin, name) for name in names}
    model.onlookers = [*found.values(), *onlookers]
    model.run_for(months)
    return found
