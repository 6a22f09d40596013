"""`SimConfig`: everything a run is told, checked once, frozen after.

The docstring under a field is its reference: `sim explain population.scale` prints it. Units and ranges stand there and in the type.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from sim.codes import SECTORS, month_index
from sim.config.outlook import Outlook

LAST_MONTH = "2035-12"
"""Last month that the projection of the population reaches."""
START_OF_HISTORY, FIRST_PROJECTED = "2015-01", "2023-10"
"""First month with observed demand for labour, and the first month after it."""
BASELINE = "baseline"
"""The scenario in which nothing changes."""
CENTRAL = "central"
"""The effects of policies as the evidence table has them."""
HISTORY = "history"
"""The start at the end of the simulated history."""
MONTH_PATTERN = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]*")


def _check_month(value: str) -> str:
    if not MONTH_PATTERN.fullmatch(value):
        raise ValueError("is not a month: write it as 2023-10")
    return value


def _check_sector(value: str) -> str:
    if value not in SECTORS:
        raise ValueError(f"is not a sector. Known: {', '.join(SECTORS)}")
    return value


def _check_scenario_name(value: str) -> str:
    if not NAME_PATTERN.fullmatch(value):
        raise ValueError("is not a usable name: lower-case letters, digits and _, starting with a letter")
    return value


def _off_is_a_word(value: Any) -> Any:
    return "off" if value is False else value  # YAML 1.1 reads a bare off as "false"


Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]
Number = Annotated[float, Strict()]
ALL_OF_A_TEXT = "^{}$"
"""What makes a pattern of Python one of JSON Schema, for editors (`sim schema`)."""
AS_MONTH: dict[str, Any] = {"pattern": ALL_OF_A_TEXT.format(MONTH_PATTERN.pattern)}
Month = Annotated[str, AfterValidator(_check_month), Field(json_schema_extra=AS_MONTH)]
Sector = Annotated[str, AfterValidator(_check_sector), Field(json_schema_extra={"enum": list(SECTORS)})]
ScenarioName = Annotated[
    str, AfterValidator(_check_scenario_name), Field(json_schema_extra={"pattern": ALL_OF_A_TEXT.format(NAME_PATTERN.pattern)})
]


class Section(BaseModel):
    """A part of the configuration: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True, allow_inf_nan=False)


class Text(Section):
    """One text in both languages of the dashboard."""

    en: str = Field(min_length=1)
    """English."""
    nl: str = Field(min_length=1)
    """Dutch."""


class Scenario(Section):
    """Who asks what: the heading of a scenario file."""

    name: ScenarioName
    """Name of the file without `.yaml`; filled in by itself."""
    label: Text
    """Short name for tables and charts, in both languages."""
    question: Text
    """The question that the scenario answers, in both languages."""
    source: str | None = None
    """Programme or paper that the policy comes from."""
    against: ScenarioName = BASELINE
    """The scenario that this one is compared with; `sim compare` runs it too, and the baseline as well."""
    first_look: YesNo = False
    """Whether `sim compare` without names runs it."""
    own_crises: YesNo = False
    """Whether the crises of the economy belong to this scenario, not to every scenario of a comparison; filled in by itself."""


class Population(Section):
    """Whose labour market, and which sample of it."""

    region: Literal["nl"] = "nl"
    """Region: `nl`, the Netherlands."""
    scale: Number = Field(default=0.01, ge=0.001, le=1.0)
    """Share of the people aged 15-74 that is simulated, 0.001 to 1 (1 = everybody). Results are weighted to the country."""
    start: Literal["2015-01", "2023-10", "history"] = "2023-10"
    """First month: `2015-01` (history, with the observed national demand for labour), `2023-10` (projection from a population built for
    that month), or `history` (projection from 2023-10 too, but from the end of the history that the model simulates from 2015-01, so that
    nothing has to settle; takes about twice as long, records nothing before 2023-10, and wages are in euros of 2015)."""
    seed: Whole = Field(default=0, ge=0)
    """Which synthetic sample of the population. The same for all seeds of a comparison: seeds vary luck, not the sample."""

    @property
    def first_month(self) -> str:
        """First month on record."""
        return FIRST_PROJECTED if self.start == HISTORY else self.start

    @property
    def built(self) -> str:
        """Month that the synthetic population is built for."""
        return START_OF_HISTORY if self.start == HISTORY else self.start


class Crisis(Section):
    """One sector wants fewer (or more) jobs for some months."""

    start: Month
    """First month, as 2027-03."""
    months: Whole = Field(ge=1, le=240)
    """Length in months."""
    sector: Sector
    """Sector key: A to S of the SBI 2008, or DEF for defence."""
    demand_factor: Number = Field(ge=0.0, le=10.0)
    """Desired jobs are multiplied by this (0.6 = 40 % fewer)."""


class Economy(Section):
    """Demand for labour in the projection; history to September 2023 does not depend on it."""

    name: Literal["low", "mid", "high"] = "mid"
    """Demand scenario; the numbers stand in configs/economy."""
    demand_growth_per_year: Number = Field(ge=-0.1, le=0.1)
    """Growth of jobs plus open vacancies after September 2023 in the sectors without a driver of their own (all but care, education and
    defence), share per year (0.003 = 0.3 %). The growth of the nation follows from this and the three drivers."""
    care_use_per_year: Number = Field(ge=-0.05, le=0.05)
    """Growth of the demand for care (section Q) per head at a given age, share per year, on top of the number and age of people."""
    education_use_per_year: Number = Field(ge=-0.05, le=0.05)
    """Growth of the demand for education (section P) per head at a given age, share per year, on top of the number of people of 4-24."""
    defence_growth_per_year: Number = Field(ge=-0.1, le=0.1)
    """Growth of the positions in defence, share per year, to defence_growth_until."""
    defence_growth_until: Month = "2035-12"
    """Last month of the growth of defence; after it, its positions stand still."""
    crises: tuple[Crisis, ...] = ()
    """Crises: list of {start, months, sector, demand_factor}."""

    @property
    def outlook(self) -> Outlook:
        """The part that the tables of the world depend on."""
        return Outlook(**{field.name: getattr(self, field.name) for field in fields(Outlook)})


OF_SOME_PLACES = {
    **dict.fromkeys(("memory_gb", "retries"), ("ray", "slurm")),
    **dict.fromkeys(("address", "shared_folder", "ship_code"), ("ray",)),
    **dict.fromkeys(("scheduler", "partition", "minutes", "cores_per_job", "runs_per_job"), ("slurm",)),
}
"""Settings of `Compute` that only some places to run know."""


class Compute(Section):
    """Where runs are done, and how many at a time; never changes a result."""

    name: Literal["laptop", "ray", "slurm"] = "laptop"
    """Where to run: `laptop`, processes on this machine; `ray`, a Ray cluster (extra ray); `slurm`, jobs of Slurm (extra slurm)."""
    processes: Whole = Field(default=0, ge=0, le=100_000)
    """Runs at a time. 0 = as many as there are cores and as memory allows; on a cluster, as many as it gives."""
    checkpoint_months: Whole = Field(default=0, ge=0, le=1200)
    """Months between two checkpoints of a run, from which it goes on after a kill. 0 = none: most runs take seconds. On a Ray cluster it
    needs compute.shared_folder."""
    address: str | None = None
    """Ray only. The cluster: `auto` on a machine that belongs to it, `host:port`, or `ray://host:10001` from elsewhere; null starts Ray on
    this machine, for as long as the command takes."""
    memory_gb: Number = Field(default=0.0, ge=0.0, le=1000.0)
    """Clusters only. Memory to reserve for one process that does runs, GB (10^9 bytes); 0 = as measured for this population.scale."""
    retries: Whole = Field(default=2, ge=0, le=100)
    """Clusters only. How often a run is done again whose process or machine was lost, before it is recorded as failed. An error of the
    model is recorded at once."""
    shared_folder: YesNo = False
    """Ray only. Whether the machines of the cluster write to runs_dir themselves, which all of them must reach under the same path;
    otherwise results (about 2 MB a run) travel to this machine, which writes them."""
    ship_code: YesNo = True
    """Ray only, with an address. Whether to send this copy of the model along, so that the machines need its libraries only; otherwise
    the same version must be installed there."""
    scheduler: Literal["slurm", "local"] = "slurm"
    """Slurm only. `slurm`, or `local`: jobs as processes of this machine, to try things out."""
    partition: str | None = None
    """Slurm only. Partition of the jobs; null = the default one."""
    minutes: Whole = Field(default=240, ge=1)
    """Slurm only. Time limit of one job, minutes."""
    cores_per_job: Whole = Field(default=1, ge=1, le=1024)
    """Slurm only. Cores of one job; it does that many runs at a time (fewer when threads > 1)."""
    runs_per_job: Whole = Field(default=50, ge=1, le=100_000)
    """Slurm only. Runs that one job does, one after the other on each core; it builds the world once per core."""

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        for name, places in OF_SOME_PLACES.items():
            if self.name not in places and getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(f"{name} says nothing with compute={self.name}; it belongs to compute={' and compute='.join(places)}")
        return self


class Structure(Section):
    """Parts of the model that can be exchanged. They move results, so sensitivity to them is part of an answer."""

    matching: Literal["deferred_acceptance", "urn_ball", "random_pairing"] = "deferred_acceptance"
    """Who gets which job once all have applied: `deferred_acceptance` (stable match), `urn_ball` (one offer each), `random_pairing`
    (first come, first served)."""


class Report(Section):
    """The dashboard."""

    language: Literal["nl", "en"] = "en"
    """Language of the dashboard when it opens (`nl` or `en`); it holds both."""


class SimConfig(Section):
    """The configuration of one run, or of the paired runs of one scenario."""

    scenario: Scenario
    """Name, label, question and source of the scenario."""
    seed: Whole = Field(default=1, ge=0, lt=2**32)
    """Luck of one run, a whole number from 0. The same seed gives every person the same draws in every scenario."""
    rng: Literal["fast", "philox"] = "fast"
    """Random generator: `fast`, or `philox` (Philox4x32-10; slower, compiled at first use), to see that no finding hangs on it."""
    seeds: Whole = Field(default=10, ge=1, le=10_000)
    """Paired seeds per scenario in `sim compare`: seed, seed + 1, ... (1 to 10000)."""
    draws: Whole = Field(default=0, ge=0, le=16_384)
    """Parameter draws in `sim compare` and `sim sweep`: every seed is run with draw 0, 1, ... of everything that the evidence leaves
    uncertain, the same draws for every scenario; 0 = central values only. Draws come in blocks of 16: fewer show how wide an interval
    becomes, a multiple of 16 also which grade of evidence that comes from (64 or more to be sure of it). See `sim explain draw`."""
    draw: Whole | None = Field(default=None, ge=0, lt=16_384)
    """Which parameter draw, a whole number from 0; null = central values. Drawn is every row of the evidence table with a range, but not
    what a policy maker decides (places, ages, dates) nor what was set by hand: a normal distribution around fitted values that the data
    identify, a PERT distribution from low over central to high for the others, cut off at the range. A value depends on its name and on
    the number of the draw only. Not with `evidence` low or high, which is a draw of its own kind."""
    uncertain: tuple[str, ...] = ()
    """Rows of the evidence table that draws move in this scenario; filled in by itself when there are draws."""
    until: Month = "2030-12"
    """Last month simulated, at most 2035-12."""
    population: Population = Population()
    """Whose labour market, which sample."""
    economy: Economy
    """National demand for labour."""
    parameters: dict[str, dict[str, Number]] = {}
    """Behaviour parameters off their central value, e.g. parameters.matching.callback_rate=0.3; names in `sim list parameters`."""
    structure: Structure = Structure()
    """Parts of the model that can be exchanged."""
    policies: dict[str, dict[str, Any]] = {}
    """Policy -> its parameters; names in `sim list policies`."""
    evidence: Literal["central", "low", "high"] = "central"
    """How well policies work: the parameter that says it, of every policy that has one and where nobody set it, stands at the `central`
    value of its row of evidence, or at the `low` or `high` end of the range. A run that this changes nothing in counts as `central`."""
    checks: Annotated[Literal["off", "year", "month"], BeforeValidator(_off_is_a_word)] = "year"
    """Audit of the accounts of people, jobs and euros: `off`, every `year` (in December) or every `month`."""
    threads: Whole = Field(default=0, ge=0, le=1024)
    """Threads of one run; 0 = one for every 200 thousand people simulated, as far as there are cores, and one when several runs are done at
    a time. Results do not depend on it."""
    compute: Compute = Compute()
    """How runs are spread over the machine."""
    report: Report = Report()
    """The dashboard."""
    runs_dir: str = Field(default="runs", min_length=1)
    """Where the run folders go; relative to the working directory."""

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        if self.until > LAST_MONTH:
            raise ValueError(f"until = {self.until} is beyond {LAST_MONTH}, the last month of the population projection")
        first = self.population.first_month
        if self.until < first:
            which = f"population.start = {first}" if self.population.start == first else f"{first} with population.start = history"
            raise ValueError(f"until = {self.until} lies before the first month, {which}")
        return self

    @property
    def months(self) -> int:
        """Number of months on record, the first and the last included."""
        return month_index(self.until) - month_index(self.population.first_month) + 1
