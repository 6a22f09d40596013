"""What an experiment with ``sensitivity:`` asks for.

seeds: 2
sensitivity:
  method: morris
  scenarios: [job_bridge]
  parameters: [policies.job_bridge.net_effect, search.*]
  trajectories: 8
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from sim.config.errors import UserError, unknown
from sim.config.kinds import SENSITIVITY
from sim.config.schema import ScenarioName, Section, SimConfig, Whole
from sim.sensitivity.factors import Factor, chosen
from sim.sensitivity.outcomes import LEVELS, OUTCOMES

OURS = ("scenarios", "variant", "experiments", "draws", "draw", "evidence")
"""Settings that the experiment sets itself."""
FOLDER = "sensitivity"
"""Below RUNS_DIR: its runs are at odd points, and should not turn up in a dashboard of the plain ones."""
BLOCKS = {"morris": "trajectories", "sobol": "n", "tornado": None}
"""Method -> the key that says how many blocks of points it has."""
USUAL = {"trajectories": 10, "n": 64}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Sensitivity(Section):
    """The key ``sensitivity`` of an experiment."""

    method: Literal["morris", "sobol", "tornado"]
    """`morris`: trajectories that change one parameter at a time, anywhere in the ranges; cheap. `sobol`: shares of the variance, alone and
    with all interactions; many runs. `tornado`: one parameter at a time to its low and its high end, the others central."""
    scenarios: Annotated[tuple[ScenarioName, ...], BeforeValidator(_listed), Field(min_length=1)]
    """Scenarios whose effect is asked about, each against what it is compared with."""
    parameters: Names = ("all",)
    """Paths or patterns of the evidence table, as search.*; `all`: every uncertain number that a run of the scenarios reads."""
    groups: Literal["none", "grade"] = "none"
    """`grade`: all parameters with the same grade of evidence move together and get one index."""
    trajectories: Whole | None = Field(default=None, ge=2, le=10_000)
    """Trajectories of `morris`; each takes one point more than there are parameters (or groups)."""
    n: Whole | None = Field(default=None, ge=4, le=2**20)
    """Base points of `sobol`, a power of two; each takes two points more than there are parameters (or groups)."""
    metrics: Names = ("net_fte_months", "net_per_head", "shortage_fte.crucial")
    """Outcomes in which the effect of the scenarios is measured; the first is the one printed."""
    baseline: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ("unemployment_rate", "vacancies_open")
    """Metrics of the scenario that is compared with, as levels."""

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        for key in USUAL:
            if getattr(self, key) is not None and key != BLOCKS[self.method]:
                raise ValueError(f"{key} does not go with method: {self.method}")
        if self.n is not None and self.n & (self.n - 1):
            raise ValueError(f"n = {self.n} is not a power of two, which a Sobol sequence needs")
        if self.method == "tornado" and self.groups != "none":
            raise ValueError("groups do not go with method: tornado, which changes one parameter at a time")
        for names, known in ((self.metrics, OUTCOMES), (self.baseline, LEVELS)):
            for name in names:
                if name not in known:
                    raise ValueError(str(unknown("metric", name, known)))
        return self

    @property
    def blocks(self) -> int:
        """Trajectories or base points; 1 for a tornado."""
        key = BLOCKS[self.method]
        return 1 if key is None else getattr(self, key) or USUAL[key]


@dataclass(frozen=True)
class Pair:
    """A scenario and what it is compared with, at the central values and with the first seed."""

    scenario: SimConfig
    reference: SimConfig

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.scenario.name


@dataclass(frozen=True)
class Design:
    """A whole experiment.

    Attributes
    ----------
    name : of the experiment. asked : its key ``sensitivity``. pairs : by scenario. factors : what is varied, in the order of the table.
    seeds : of every point. settings : of the command line.
    """

    name: str
    asked: Sensitivity
    pairs: tuple[Pair, ...]
    factors: tuple[Factor, ...]
    seeds: tuple[int, ...]
    settings: tuple[str, ...] = ()

    @property
    def groups(self) -> list[str]:
        """What gets an index: paths, or grades in the order of their factors."""
        return list(dict.fromkeys(factor.group if self.asked.groups == "grade" else factor.path for factor in self.factors))


def design(experiment: str, overrides: Sequence[str]) -> Design:
    """The experiment as its file and the command line have it; ``sensitivity.trajectories=4`` changes what it asks for.

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
            raise UserError(f"on the command line: '{text}': {experiment} is a sensitivity analysis, which sets {key} itself.")
    general = [text for text in overrides if not text.lstrip("+~").startswith("policies.")]
    composed = compose_full([f"experiments={experiment}", *general], kind=SENSITIVITY)
    origin = Origin({"experiments": experiment}, [text.partition("=")[0].lstrip("+~") for text in overrides])
    try:
        asked = Sensitivity.model_validate(composed.own)
    except ValidationError as error:
        raise reword(error, Sensitivity, origin, (SENSITIVITY,)) from None
    pairs = tuple(pair(experiment, name, overrides, general) for name in asked.scenarios)
    factors = chosen(asked.parameters, [one.scenario for one in pairs], origin.where((SENSITIVITY, "parameters")))
    seeds = tuple(composed.config.seed + n for n in range(composed.config.seeds))
    return Design(experiment, asked, pairs, factors, seeds, tuple(overrides))


def pair(experiment: str, name: str, overrides: Sequence[str], general: Sequence[str]) -> Pair:
    """A scenario with all `overrides`, and what it is compared with, with those that are not of policies."""
    from pathlib import Path

    from sim.config.compose import compose_full

    def composed(scenario: str, settings: Sequence[str]) -> SimConfig:
        config = compose_full([f"experiments={experiment}", f"scenarios={scenario}", *settings], kind=SENSITIVITY).config
        return config.model_copy(update={"runs_dir": (Path(config.runs_dir) / FOLDER).as_posix()})

    scenario = composed(name, overrides)
    if name == scenario.scenario.against:
        raise UserError(f"{experiment}: {SENSITIVITY}.scenarios: {name} is what others are compared with, so it has no effect; "
                        "name a scenario with a policy.")  # fmt: skip
    return Pair(scenario, composed(scenario.scenario.against, general))
