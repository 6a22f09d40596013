"""What a pilot is, and what an experiment with ``pilots:`` asks for.

    seeds: 40
    pilots:
      lots: 5
      programmes:
        job_bridge: {participants: 37, start: 2020-11, months: 14, built: 2015-01, reported: {text: ..., source: ...}}

A repetition is a seed, the luck of the market and of everybody in it, and a lot, who of the eligible takes part; ``seeds`` times ``lots``
repetitions. One participant is one simulated person. The same person counts for a hundred in a sample of 1:100, so a pilot of 37 stands
there for 3,700: few enough of the target group not to compete with each other, which `coverage` of the result shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from sim.codes import month_index, month_label
from sim.config.errors import UserError, unknown
from sim.config.kinds import PILOTS
from sim.config.schema import FIRST_PROJECTED, LAST_MONTH, START_OF_HISTORY, Crisis, Month, Section, SimConfig, Whole

if TYPE_CHECKING:
    from sim.config.origin import Origin

FOLLOW_UP_MONTHS = 12
"""Months after which a pilot asks what became of its participants, as `sim.policies.programme.FOLLOW_UP_MONTHS`."""
OURS = ("population.start", "until", "scenarios", "experiments", "draws", "evidence")
"""Settings that the experiment sets itself."""
LOTS = 100
"""Most lots of a seed; a programme has 256 numbers for its lot."""
Share = Annotated[float, Field(ge=0, le=1)]


class Reported(Section):
    """What the programme itself reported. Never an input of the model."""

    text: str = Field(min_length=1)
    """In words."""
    share: Share | None = None
    """The share it reported; none: it reported no rate."""
    low: Share | None = None
    """Lower end of its interval."""
    high: Share | None = None
    """Upper end of its interval."""
    source: str = Field(min_length=1)
    """Where it stands."""


class Pilot(Section):
    """One programme as small as it was."""

    participants: Whole = Field(ge=1)
    """People who took part; each is one simulated person, unless `in_country`."""
    in_country: bool = False
    """The participants are people in the whole country: of 4,000, 40 are simulated at 1:100."""
    start: Month
    """First month of enrolment."""
    months: Whole = Field(ge=1, le=60)
    """Months of enrolment."""
    built: Literal["2015-01", "2023-10"] = "2023-10"
    """Month for which the population is built, as population.start."""
    horizon: Month | None = None
    """Last month in which participants are followed; none: to the end of the follow-up of twelve months."""
    measure: Literal["outcome", "stay", "wish", "hours"] = "outcome"
    """What the programme is to change: its `outcome` after twelve months; how long people `stay`; the same, where the report is of a
    survey that asked them (`wish`); the `hours` that come in a crisis."""
    shares_run_with: str | None = None
    """Another pilot whose run this one shares, since the two hardly touch each other; both begin from the same moment."""
    crisis: Crisis | None = None
    """A crisis that meets the pilot, and the same people without it."""
    settings: Mapping[str, Any] = Field(default_factory=dict)
    """Parameters of the policy off their evidence values."""
    reported: Reported
    """What it reported."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.start < self.built:
            raise ValueError(f"start = {self.start} lies before built = {self.built}")
        if self.end > LAST_MONTH:
            raise ValueError(f"the follow-up would end in {self.end}, beyond {LAST_MONTH}")
        if self.horizon is not None and month_index(self.horizon) < self._followed:
            raise ValueError(f"horizon = {self.horizon} lies before the end of the follow-up, {month_label(self._followed)}")
        if (self.measure == "hours") != (self.crisis is not None):
            raise ValueError("measure: hours and crisis go together")
        return self

    @property
    def _followed(self) -> int:
        return month_index(self.start) + self.months - 1 + FOLLOW_UP_MONTHS - 1

    @property
    def end(self) -> str:
        """Last month simulated: the horizon, else the twelfth month of who joined last."""
        return self.horizon or month_label(self._followed)


class Pilots(Section):
    """The key ``pilots`` of an experiment."""

    lots: Whole = Field(default=5, ge=1, le=LOTS)
    """Repetitions per seed: other participants in the same market."""
    programmes: dict[str, Pilot] = Field(min_length=1)
    """Policy -> its pilot."""


@dataclass(frozen=True)
class Lane:
    """Pilots that take place in one run, forked from a run without them.

    Attributes
    ----------
    pilots : by policy. config : of the run, with the policies and any crisis. without : the same with no policy; None: the trunk itself.
    first, last : months since January 1900.
    """

    pilots: Mapping[str, Pilot]
    config: SimConfig
    without: SimConfig | None
    first: int
    last: int


@dataclass(frozen=True)
class Trunk:
    """A run without programmes from which lanes fork, each `lots` times.

    Attributes
    ----------
    config : the baseline from the month that the population is built for to the last month of any lane.
    """

    config: SimConfig
    lanes: tuple[Lane, ...]
    lots: int


@dataclass(frozen=True)
class Design:
    """A whole experiment: its name, settings, pilots by policy, and the trunks to run per seed."""

    name: str
    config: SimConfig
    pilots: Pilots
    trunks: tuple[Trunk, ...]

    @property
    def seeds(self) -> list[int]:
        """The seeds of the experiment."""
        return [self.config.seed + n for n in range(self.config.seeds)]

    @property
    def most_models(self) -> int:
        """Models that one run has in memory at a time, at most."""
        return 1 + max(sum(self.pilots.lots + 1 for _ in trunk.lanes) for trunk in self.trunks)

    @property
    def repetitions(self) -> int:
        """Pilots simulated per programme."""
        return self.config.seeds * self.pilots.lots


def design(experiment: str, overrides: Sequence[str]) -> Design:
    """The experiment as its file and the command line have it.

    Parameters
    ----------
    experiment : name of a file in experiments/.
    overrides : key=value; ``policies.x.y=1`` goes to the pilot of policy x, ``pilots.programmes.x.participants=100`` changes its size.

    Raises
    ------
    UserError : a mistake in a name or value; the message says where.
    """
    from sim.config.compose import compose_full
    from sim.config.origin import Origin
    from sim.config.wording import reword

    for text in overrides:
        key = text.partition("=")[0].lstrip("+~")
        if key in OURS:
            raise UserError(f"on the command line: '{text}': the pilots of {experiment} set {key} themselves.")
    general = [text for text in overrides if not text.lstrip("+").startswith("policies.")]
    composed = compose_full([f"experiments={experiment}", *general], kind=PILOTS)
    origin = Origin({"experiments": experiment}, [text.partition("=")[0].lstrip("+~") for text in overrides])
    refuse_other_names(composed.own)
    try:
        pilots = Pilots.model_validate(composed.own)
    except ValidationError as error:
        raise reword(error, Pilots, origin, ("pilots",)) from None
    given = of_policies([text for text in overrides if text not in general], pilots)
    return Design(experiment, composed.config, pilots, tuple(trunks(composed.config, pilots, given, origin)))


def refuse_other_names(given: Any) -> None:
    """Raise UserError when a pilot is not of a policy there is; other faults of the shape are found elsewhere."""
    from sim.policies.registry import POLICIES

    named = given.get("programmes") if isinstance(given, Mapping) else None
    for name in named if isinstance(named, Mapping) else ():
        if name not in POLICIES:
            raise unknown("policy", str(name), POLICIES)


def of_policies(overrides: Sequence[str], pilots: Pilots) -> dict[str, dict[str, Any]]:
    """Parameters of policies from the command line, by policy; UserError for a policy without a pilot."""
    from sim.config.compose import parse

    found: dict[str, dict[str, Any]] = {}
    for override in parse(overrides):
        parts = override.key_or_group.split(".")
        if len(parts) != 3:
            raise UserError(f"on the command line: '{override.input_line}': write policies.<policy>.<parameter>=value.")
        if parts[1] not in pilots.programmes:
            raise unknown("pilot", parts[1], pilots.programmes)
        found.setdefault(parts[1], {})[parts[2]] = override.value()
    return found


def trunks(config: SimConfig, pilots: Pilots, given: Mapping[str, Mapping[str, Any]], origin: Origin) -> list[Trunk]:
    """One trunk per month that a population is built for, with the lanes that fork from it."""
    found = []
    for built in (START_OF_HISTORY, FIRST_PROJECTED):
        mine = {name: pilot for name, pilot in pilots.programmes.items() if pilot.built == built}
        if not mine:
            continue
        until = max(pilot.end for pilot in mine.values())
        plain = config.model_copy(update={"population": config.population.model_copy(update={"start": built}), "until": until})
        lanes = [lane(plain, names, mine, given, origin) for names in together(mine)]
        found.append(Trunk(plain, tuple(lanes), pilots.lots))
    return found


def together(pilots: Mapping[str, Pilot]) -> list[list[str]]:
    """Names of pilots by the run they share, in the order of the file; UserError when they cannot share one."""
    runs: dict[str, list[str]] = {}
    for name, pilot in pilots.items():
        host = pilot.shares_run_with or name
        if host not in pilots or pilots[host].shares_run_with or (host != name and (pilot.crisis or pilots[host].crisis)):
            raise UserError(
                f"pilots.programmes.{name}.shares_run_with: '{host}' must be a pilot with the same 'built', with a run of its own and "
                f"without a crisis; such are {', '.join(n for n, p in pilots.items() if n != name and not p.shares_run_with)}."
            )
        runs.setdefault(host, []).append(name)
    return list(runs.values())


def lane(
    plain: SimConfig, names: Sequence[str], pilots: Mapping[str, Pilot], given: Mapping[str, Mapping[str, Any]], origin: Origin
) -> Lane:
    """The lane of some pilots, with the places that make each as large as it was."""
    from sim.config.checks import check_policies

    mine = {name: pilots[name] for name in names}
    policies = {name: settings_of(name, pilot, plain.population.scale) | dict(given.get(name, {})) for name, pilot in mine.items()}
    crises = [pilot.crisis for pilot in mine.values() if pilot.crisis]
    without = plain.model_copy(update={"economy": plain.economy.model_copy(update={"crises": (*plain.economy.crises, *crises)})})
    config = check_policies(without.model_copy(update={"policies": policies}), origin)
    first = min(month_index(pilot.start) for pilot in mine.values())
    last = max(month_index(pilot.end) for pilot in mine.values())
    return Lane(mine, config, without if crises else None, first, last)


def settings_of(name: str, pilot: Pilot, scale: float) -> dict[str, Any]:
    """Parameters of the policy: enrolment in the months of the pilot, and as many places as it had participants."""
    simulated = simulated_participants(name, pilot, scale)
    last = month_label(month_index(pilot.start) + pilot.months - 1)
    places = simulated / scale * 12 / pilot.months
    return {"start": pilot.start, "end": last, "places_per_year": places, "capacity_fill": 1.0, **pilot.settings}


def simulated_participants(name: str, pilot: Pilot, scale: float) -> int:
    """People simulated who take part; UserError when a sample is too small for anybody."""
    simulated = round(pilot.participants * scale) if pilot.in_country else pilot.participants
    if simulated < 1:
        raise UserError(
            f"pilots.programmes.{name}: {pilot.participants:,} people in the country are nobody in a sample of {scale:g}: use a larger "
            "population.scale."
        )
    return simulated
