"""The real model under laboratory conditions: what a theory assumes away is off through parameters and tables, nothing is replaced.

Everybody is a 20-year-old employee or unemployed of one kind; nobody arrives, dies, falls ill, graduates, retires, gives up looking or
looks on the job; employers have no luck of their own and never give notice; sectors are no distance apart, everybody looks for work in all
of them (as those still in education do) and all over the country alike, and every offer is good enough. What is left is one risk of losing
a job, and the search and matching lines as they are, but for the time that a selection takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from sim.codes import N_PROVINCES, N_SECTORS, NEVER, NOBODY, SECTORS, State, month_index
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.config.schema import SimConfig
from sim.model import LabourMarket
from sim.world import World, build_world

EMPLOYED, UNEMPLOYED = np.uint8(State.EMPLOYED), np.uint8(State.UNEMPLOYED)
START = "2015-01"
RISK = 0.015
"""Monthly risk of losing the job, for everybody."""
AGE = 20 * 12
HOURS = 36
LATER = np.iinfo(np.int16).max
"""A month that does not come."""

OFF: dict[str, dict[str, float]] = {
    "demography": {"limiting_condition_per_year_at_55": 0.0},
    "labour_demand": {"shock_sd": 0.0, "closure_per_year": 0.0, "just_vacated_share": 0.0, "tolerated_surplus": 1.0},
    "separations": {
        "permanent_exit_per_month": RISK, "flexible_relative_exit": 1.0, "newcomer_relative_exit": 1.0, "young_relative_exit": 1.0,
        "share_to_unemployment": 1.0, "start_business_per_month": 0.0,
    },
    "training": {"applications_per_month": 0.0},
    "vacancies": {"selection_months": 0.0, "licensed_share_Q": 0.0, "licensed_share_P": 0.0, "licensed_share_DEF": 0.0},
    "search": {
        "unemployed_effort": 1.0, "long_spell_effort": 1.0, "on_the_job_per_month": 0.0, "discouraged_per_month": 0.0,
        "start_business_per_month": 0.0, "applications_per_month": 3,
        **{f"pull_{sector}": 1.0 for sector in SECTORS},
    },
    "matching": {
        "callback_rate": 0.25, "taste_sd": 0.15, "callback_under_25": 1.0, "callback_long_spell": 1.0, "callback_per_distance": 0.0,
        "reservation_unemployed": 0.0, "reservation_long_spell": 0.0,
        "second_job_share": 0.0,
    },
}  # fmt: skip
"""Parameters that switch off what the theories assume away; call-backs, applications and tastes are at round figures, so that a new fit
of the model does not move the laboratory."""


@lru_cache(maxsize=4)
def _country(scale: float, until: str) -> World:
    return build_world(scale=scale, start=START, until=until, outlook=Outlook(0.0))


def laboratory(
    *, scale: float, seed: int, unemployed: float, jobs: float, until: str = "2028-12", demand: np.ndarray | None = None,
    parameters: Mapping[str, Mapping[str, float]] | None = None,
) -> LabourMarket:  # fmt: skip
    """A model in the laboratory, before its first month.

    Parameters
    ----------
    scale : sample of the country; about half of it are employees, and they are the labour force here.
    unemployed : share of the labour force without a job at the start.
    jobs : jobs that employers want per person in the labour force; no fewer than people at work, so that no employer has too many staff.
    demand : (n_months,) index of national demand; none: constant.
    parameters : what is not off after all, by group and name; adds to `OFF`.
    """
    country = _country(scale, until)
    rng = np.random.default_rng([seed, round(scale * 1e6)])
    rows = np.flatnonzero(country.people["employer"][: country.n_present] != NOBODY)
    people = {name: column[rows].copy() for name, column in country.people.items()}
    worked_at, n_employers = people["employer"].copy(), len(country.open_vacancies)
    out = rng.random(rows.size) < unemployed
    same = {
        "birth_month": country.start - AGE, "entry_month": NEVER, "health": 0, "taste_for_work": 0, "graduation_month": LATER,
        "state": EMPLOYED, "state_since": country.start - 1, "job_since": country.start - 1, "hours": HOURS, "commitments": 0,
        "second_employer": NOBODY, "second_hours": 0,
    }  # fmt: skip
    for name, value in same.items():
        people[name][:] = value
    for name, value in {"state": UNEMPLOYED, "employer": NOBODY, "contract": 0, "job_since": NEVER}.items():
        people[name][out] = value
    filled = np.bincount(worked_at[~out], minlength=n_employers)
    vacant = round(jobs * rows.size) - int(filled.sum())
    if vacant < 0:
        raise ValueError(f"{filled.sum()} people at work need at least as many jobs; {jobs} a person are too few")
    wanted = filled + np.bincount(rng.choice(worked_at, vacant), minlength=n_employers)
    employers = {**country.employers, "filled_jobs": filled.astype(np.int32), "base_jobs": wanted.astype(np.int32)}
    workplaces = np.bincount(employers["province"], weights=employers["base_jobs"], minlength=N_PROVINCES)
    tables = replace(
        country.tables,
        death_probability_per_month=np.zeros_like(country.tables.death_probability_per_month),
        emigration_probability_per_month=np.zeros_like(country.tables.emigration_probability_per_month),
        national_demand_index=np.ones(country.tables.national_demand_index.size) if demand is None else demand,
        sector_trend_per_year=np.zeros(N_SECTORS),
        sector_drift=np.zeros_like(country.tables.sector_drift),
        sector_cycle_sensitivity=np.ones(N_SECTORS),
        skill_distance=np.zeros((N_SECTORS, N_SECTORS)),
        commuting_share=np.tile(workplaces / workplaces.sum(), (N_PROVINCES, 1)),
    )
    world = replace(
        country, digest=f"{country.digest} in the laboratory", people=people, n_present=rows.size, employers=employers,
        open_vacancies=np.zeros_like(country.open_vacancies), tables=tables,
    )  # fmt: skip
    return LabourMarket(settings(scale, seed, until, parameters), world)


@lru_cache(maxsize=8)
def _settings(scale: float, until: str) -> SimConfig:
    return compose([f"population.scale={scale}", f"population.start={START}", f"until={until}", "threads=1"])


def settings(scale: float, seed: int, until: str, parameters: Mapping[str, Mapping[str, float]] | None) -> SimConfig:
    """Configuration with everything of `OFF` that `parameters` does not set."""
    given = parameters or {}
    merged = {group: {**OFF.get(group, {}), **given.get(group, {})} for group in {*OFF, *given}}
    return _settings(scale, until).model_copy(update={"seed": seed, "parameters": merged})


@dataclass
class Moves:
    """Moves of a group of people, month by month; each (n_months,) int64.

    Attributes
    ----------
    employed, unemployed : persons in the state at the end of the month before. lost : of the employed, those unemployed a month later.
    found : of the unemployed, those employed a month later.
    """

    employed: np.ndarray
    unemployed: np.ndarray
    lost: np.ndarray
    found: np.ndarray

    def losing(self, months: slice) -> float:
        """Monthly chance of an employed person to be unemployed a month later."""
        return float(self.lost[months].sum() / self.employed[months].sum())

    def finding(self, months: slice) -> float:
        """Monthly chance of an unemployed person to be employed a month later."""
        return float(self.found[months].sum() / self.unemployed[months].sum())

    def rate(self, months: slice) -> float:
        """Unemployed, as a share of the employed and unemployed."""
        out = self.unemployed[months].sum()
        return float(out / (out + self.employed[months].sum()))


def observe(model: LabourMarket, months: int, groups: list[np.ndarray]) -> list[Moves]:
    """Live `months` months; look at every person once a month, as a survey would. `groups` : rows of people, one array each."""
    counts = np.zeros((len(groups), 4, months), np.int64)
    before = model.people.state.copy()
    for month in range(months):
        model.step()
        after = model.people.state
        for g, rows in enumerate(groups):
            was, now = before[rows], after[rows]
            worked, looked = was == EMPLOYED, was == UNEMPLOYED
            counts[g, :, month] = (
                worked.sum(), looked.sum(), (worked & (now == UNEMPLOYED)).sum(), (looked & (now == EMPLOYED)).sum()
            )  # fmt: skip
        before = after.copy()
    return [Moves(*group) for group in counts]


def months_until(until: str) -> int:
    """Months from the start of the laboratory to `until`."""
    return month_index(until) - month_index(START) + 1
