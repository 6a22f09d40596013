"""Models and their twins for the tests here: one small country with every policy on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from twin.compare import OneLine, Whole
from twin.market import ReferenceMarket
from twin.timing import Pace
from twin.timing import measure as measure_both

from sim.codes import NEVER
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
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


def _parameters(values: dict[str, float]) -> list[str]:
    return [f"parameters.{name}={value}" for name, value in values.items()]


WAVE, MOBILISATION = _crisis("Q", "2024-03", 6, 1.2), _crisis("DEF", "2025-01", 4, 1.5)
SLUMP = _crisis("G", "2023-11", 20, 0.05)
"""Crises."""
EVERYTHING = (
    # many sites close, so that programmes for the displaced find people; entry wages and sickness follow shortages
    "parameters.labour_demand.closure_per_year=0.3",
    "parameters.wages.tension_response=0.1",
    "parameters.hours.spiral=0.05",
    f"economy.crises=[{WAVE},{MOBILISATION}]",
    *_programme("care_reserve", places_per_year=MANY),
    *_programme("career_advice", places_per_year=MANY, strength=1.0),
    *_programme("defence_reserve", places_per_year=MANY),
    *_programme("dual_track", places_per_year=MANY),
    *_programme("hiring_subsidy", places_per_year=MANY),
    *_programme("job_bridge", places_per_year=MANY, strength=1.0),
    *_programme("later_life_work", places_per_year=MANY),
    *_programme("more_hours", staff_per_year=MANY, extend_share=0.5),
    *_programme("pay_rise", rise=0.1, end="2025-02"),
    *_programme("pension_age", extra_months=12, months_per_year=3),
    *_programme("phased_retirement", places_per_year=MANY),
    *_programme("senior_networks", places_per_year=MANY),
    *_programme("training_places", extra_seats=1.0, all_year=1),
)
"""Settings: every policy at once, with room for many, two crises and many closures."""

MONEY = 100_000_000
"""Euros a year that pay for a few people when one stands for 6,667."""
WITH_LIMITS = (
    "parameters.labour_demand.closure_per_year=0.3",
    f"economy.crises=[{_crisis('Q', '2024-03', 6, 1.2)},{_crisis('DEF', '2024-06', 4, 1.5)}]",
    *_programme("care_reserve", places_per_year=MANY, budget_eur_per_year=MONEY, retired_years=1),
    *_programme("career_advice", start="2023-04", places_per_year=MANY / 4, budget_eur_per_year=MONEY, months=3),
    *_programme("defence_reserve", places_per_year=MANY, budget_eur_per_year=10 * MONEY, end="2024-04", maximum_age=41),
    *_programme("dual_track", places_per_year=MANY, budget_eur_per_year=MONEY, hours_given_up=0.2, months=4),
    *_programme("hiring_subsidy", places_per_year=MANY / 10, months=3, minimum_age=50),
    *_programme("job_bridge", places_per_year=MANY, end="2025-03", landing_months=0, friction_late_help=0.5, friction_no_income=0.7),
    "+policies.job_bridge.size_training_dates=1",
    *_programme("later_life_work", places_per_year=MANY / 10, budget_eur_per_year=3 * MONEY, net_delay_months=-1.5, minimum_age=60),
    *_programme("more_hours", staff_per_year=MANY, sector="P", extend_share=0.4, budget_eur_per_year=MONEY / 5),
    *_programme("pay_rise", sector="P", start="2024-02", follow_months=6),
    *_programme("pension_age", start="2024-06", end="2025-03", extra_months=20, months_per_year=9),
    *_programme("phased_retirement", places_per_year=MANY / 10, budget_eur_per_year=3 * MONEY, minimum_age=55),
    *_programme("senior_networks", places_per_year=MANY / 20, effect_months=5, net_delay_months=4),
    *_programme("training_places", start="2024-03", end="2025-02", sector="P", extra_seats=2.5),
)
"""Settings: every policy again, with budgets that bind, starts, ends and short stays, and strengths as the evidence has them."""

RESTLESS = (
    f"economy.crises=[{WAVE},{MOBILISATION},{SLUMP}]",
    *_parameters({
        "demography.limiting_condition_per_year_at_55": 0.5, "demography.recovery_per_year": 0.8,
        "separations.permanent_exit_per_month": 0.05, "separations.older_relative_exit": 0.3,
        "separations.start_business_per_month": 0.05, "separations.permanent_contract_per_month": 0.2,
        "retirement.from_7_years": 0.01, "retirement.from_4_years": 0.02, "retirement.from_2_years": 0.06,
        "retirement.from_1_year": 0.04, "retirement.last_year": 0.02, "retirement.at_pension_age": 0.5,
        "retirement.first_half_year_after": 0.3, "retirement.later_after": 0.1,
        "search.lock_in": 0.7, "search.retired_per_month": 0.2, "search.discouraged_per_month": 0.1,
        "search.on_the_job_per_month": 0.2, "training.applications_per_month": 0.3, "hours.second_job_end_per_month": 0.2,
        "wages.tension_response": 0.5,
    }),
)  # fmt: skip
"""Settings under which far more happens than in the Netherlands."""
AGE_LIMITS = (20, 25, 45, 55, 60, 63, 65, 66, 67, 68, 72, 75)
TENURE_LIMITS = (1, 2, 5, 10, 15)
"""Years at which a rule changes."""


@cache
def small_world(until: str) -> World:
    """The country at 3 in 20,000."""
    return build_world(scale=SCALE, start=START, until=until, outlook=Outlook(0.003))


@cache
def crowded_world(until: str) -> World:
    """The same people, whose ages and spells pass a limit of the rules within the two years; nothing like the Netherlands."""
    world = small_world(until)
    present = np.arange(world.n_present)
    people = {name: values.copy() for name, values in world.people.items()}

    def reach(column: str, limits: Sequence[int], since: np.ndarray | int) -> None:
        """Let this be one of the `limits` (years) ago in one of the months to come, but not before `since`, and let it have begun."""
        in_month = world.start + present // len(limits) % 24
        begun = np.clip(in_month - 12 * np.array(limits)[present % len(limits)], since, world.start - 1)
        values = people[column][: world.n_present]
        values[values != NEVER] = begun[values != NEVER]

    reach("birth_month", AGE_LIMITS, 0)
    after_birth = people["birth_month"][: world.n_present] + 1
    reach("job_since", TENURE_LIMITS, after_birth)
    reach("state_since", TENURE_LIMITS, after_birth)
    return replace(world, people=people)


@cache
def crowded_schools(until: str) -> World:
    """The same with a few more seats at every institute."""
    world = crowded_world(until)
    return replace(world, institutes={**world.institutes, "seats_per_intake": world.institutes["seats_per_intake"] + 2})


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
    world: World | None = None,
    onlookers: Iterable[Observer] = (),
    wrong: Wrong | None = None,
) -> dict[str, OneLine]:
    """The same of several lines in one run of the model, each of them from the state of the model; in another `world` if you like.

    `onlookers` look on as well. `wrong` changes the twin before the first month, to see it found out.
    """
    world = world or small_world(until)
    config = config_of(*settings, until=until)
    model, twin = LabourMarket(config, world), ReferenceMarket(config, world)
    if wrong is not None:
        wrong(twin)
    found = {name: OneLine(twin, name) for name in names}
    model.onlookers = [*found.values(), *onlookers]
    model.run_for(months)
    return found


def config_of(*settings: str, until: str = "2025-09") -> SimConfig:
    """The configuration with these settings. The world says how many people there are, whatever the setting."""
    return compose(["population.scale=0.001", f"until={until}", "threads=1", *settings])


def whole(months: int, *settings: str, world: World | None = None, wrong: Wrong | None = None) -> Whole:
    """The whole twin beside the model, from the world alone. When they differ, once more, to see after which line of the month.

    `world` and `wrong` as in `lines_alone`.
    """
    world, config = world or small_world("2025-09"), config_of(*settings)
    for every_line in (False, True):
        model, twin = LabourMarket(config, world), ReferenceMarket(config, world)
        if wrong is not None:
            wrong(twin)
        model.observer = found = Whole(twin, every_line=every_line)
        model.run_for(months)
        if found.first is None:
            break
    return found


def measure(months: int, *settings: str) -> Pace:
    """Nanoseconds per person-month of the twin and of the kernels, with the same two thousand people; by default with every policy."""
    return measure_both(config_of(*(settings or EVERYTHING)), small_world("2025-09"), months)
