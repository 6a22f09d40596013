"""What the repetitions of the pilots say: gross, net, and how many participants it would have taken to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sim.pilots.design import Design, Pilot, Trunk
from sim.pilots.effect import MONTHS, Needed, effect_of, needed_for, pooled_sd
from sim.pilots.register import Call, call
from sim.pilots.spread import Repetitions, Spread, spread
from sim.pilots.wish import Wish, heard, wish

FIGURES = (
    "participants", "gross", "without", "controls", "control", "placed", "placed_without", "placed_control", "longer", "shorter", "delay",
    "delay_squared", "stay", "stay_squared", "control_stay", "control_stay_squared", "work", "eligible", "members", "hours", "fte",
    "extra_fte",
)  # fmt: skip
"""Fields of `sim.pilots.measure.Measured`, which the model need not be imported for; a test holds the two together."""


@dataclass(frozen=True)
class Finding:
    """What the repetitions of one pilot say.

    Attributes
    ----------
    name, pilot : of the policy. simulated : people per repetition. repetitions : how many.
    coverage : participants as a share of the people who could have taken part. unit : of the net effect, ``share`` or ``months``.
    gross, without, control : share with the outcome: participants, the same people without the programme, the comparison group by lot.
    reported_gross, reported_without : the figure that the programme reported, in the model; for a wish, what a survey would hear.
    as_much : share of the repetitions with at least the reported figure; None when no rate was reported.
    net, trial : effect per participant in pairs, and as participants less comparison group, as a trial would find; None for a register.
    delay, work : months by which participants leave later, and months more at work.
    evidence, simulated_effect : what a pilot needs to see the net effect of the evidence, and that of the simulation; None without a
        clear one.
    """

    name: str
    pilot: Pilot
    simulated: int
    repetitions: int
    coverage: float
    unit: str
    gross: Spread
    without: Spread
    control: Spread
    reported_gross: Spread | None
    reported_without: Spread | None
    as_much: float | None
    net: Spread | None
    trial: Spread | None
    delay: Spread
    work: Spread
    evidence: Needed | None
    simulated_effect: Needed | None
    wish: Wish | None
    call: Call | None

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` shows it."""
        reported = self.pilot.reported.model_dump()
        design = self.pilot.model_dump(mode="json", exclude={"reported"}) | {"simulated": self.simulated, "repetitions": self.repetitions}
        figures = {name: plain(getattr(self, name)) for name in self.__dataclass_fields__ if name not in ("name", "pilot")}
        return {"name": self.name, "pilot": design, "reported": reported} | figures


@dataclass(frozen=True)
class Findings:
    """All pilots of an experiment.

    Attributes
    ----------
    repetitions : one row per pilot, seed and lot. path : where they are kept.
    """

    design: Design
    pilots: tuple[Finding, ...]
    repetitions: pl.DataFrame
    path: Path | None = None

    def kept_in(self, path: Path) -> Findings:
        """The same, kept in a file."""
        return replace(self, path=path)

    def to_json(self) -> dict[str, Any]:
        """The document that ``--json`` prints."""
        return {
            "experiment": self.design.name,
            "seeds": self.design.seeds,
            "lots": self.design.pilots.lots,
            "repetitions": None if self.path is None else self.path.as_posix(),
            "pilots": [pilot.to_json() for pilot in self.pilots],
        }


def plain(value: Any) -> Any:
    """A figure as plain data."""
    if isinstance(value, Spread):
        return value.to_json()
    if isinstance(value, Wish | Call):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return asdict(value) if isinstance(value, Needed) else value


def findings(asked: Design, figures: Sequence[Mapping[str, np.ndarray]]) -> Findings:
    """What the figures of all trunks say.

    Parameters
    ----------
    figures : per trunk, by policy: (seeds, lots, figures).
    """
    by_name: dict[str, tuple[Trunk, Repetitions]] = {}
    for trunk, found in zip(asked.trunks, figures, strict=True):
        for name, array in found.items():
            by_name[name] = trunk, {figure: array[:, :, n] for n, figure in enumerate(FIGURES)}
    pilots = tuple(finding(name, pilot, *by_name[name]) for name, pilot in asked.pilots.programmes.items())
    tables = [table(name, by_name[name][1], asked.seeds) for name in asked.pilots.programmes]
    return Findings(asked, pilots, pl.concat(tables))


def table(name: str, reps: Repetitions, seeds: Sequence[int]) -> pl.DataFrame:
    """One row per repetition of a pilot."""
    n_seeds, lots = reps["participants"].shape
    columns = {"pilot": [name] * (n_seeds * lots), "seed": np.repeat(seeds, lots), "lot": np.tile(np.arange(lots), n_seeds)}
    return pl.DataFrame(columns | {figure: values.ravel() for figure, values in reps.items()})


def finding(name: str, pilot: Pilot, trunk: Trunk, reps: Repetitions) -> Finding:
    """The finding of one pilot."""
    config = next(lane.config for lane in trunk.lanes if name in lane.pilots)
    n, controls = reps["participants"], np.maximum(reps["controls"], 1)
    if not n.all():
        raise ValueError(f"{name}: a repetition without participants")
    unit, evidence = effect_of(name, config.policies[name])
    delay, stay, control_stay = reps["delay"] / n, reps["stay"] / n, reps["control_stay"] / controls
    gross, without, control = reps["gross"] / n, reps["without"] / n, reps["control"] / controls
    is_register = pilot.measure == "hours"
    net, trial = (delay, stay - control_stay) if unit == MONTHS else (gross - without, gross - control)
    given = config.parameters.get("pilots")
    told, told_without = {
        "outcome": (gross, without),
        "placed": (reps["placed"] / n, reps["placed_without"] / n),
        "wish": (heard(reps, given), None),
        "hours": (None, None),
    }[pilot.measure]
    size = float(n.mean())
    sd = pooled_sd(reps)
    comparison = float(control.mean())
    needed = [needed_for(effect, unit, size, comparison, sd) for effect in (evidence, float(net.mean()))]
    share = pilot.reported.share
    return Finding(
        name=name,
        pilot=pilot,
        simulated=round(size),
        repetitions=n.size,
        coverage=float(np.nanmean(n / reps["eligible"])),
        unit=unit,
        gross=spread(gross),
        without=spread(without),
        control=spread(control),
        reported_gross=None if told is None else spread(told),
        reported_without=None if told_without is None else spread(told_without),
        as_much=None if share is None or told is None else float((np.round(told * n) >= np.round(share * n)).mean()),
        net=None if is_register else spread(net),
        trial=None if is_register else spread(trial),
        delay=spread(delay),
        work=spread(reps["work"] / n),
        evidence=None if is_register else needed[0],
        simulated_effect=None if is_register or not spread(net).mean.is_clear else needed[1],
        wish=wish(reps, given) if pilot.measure == "wish" else None,
        call=call(reps, trunk.config.population.scale) if is_register else None,
    )
