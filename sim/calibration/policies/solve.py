"""Curves of policies, from seeds to a file: pilots on all cores, effects with standard errors, ``curves.yaml``.

A pilot enrols `COVERAGE` of the target group in the years `START` to `END` and looks at every participant twelve months later: nothing
after 2019 is simulated. Each seed gives the differences of its participants at all strengths against the same control run; finished seeds
are kept in RUNS_DIR/curves. The effect is their mean, its standard error that of a ratio over seeds, which are independent, or that of
independent persons when there are too few seeds to tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from sim.calibration.archive import Archive
from sim.calibration.policies.pilot import FIELDS, Pilot, loopbrug, target_per_year
from sim.calibration.workers import Job, Simulator, Workers
from sim.config.errors import UserError
from sim.evidence import curves
from sim.evidence.parameters import load_parameters
from sim.runs.batch import Interrupted
from sim.runs.identity import NOT_THE_MODEL, digest_of, identity, package_digests, result_settings

if TYPE_CHECKING:
    from sim.config.schema import SimConfig
    from sim.policies.solved import Solved

WORLD = "2015-01"
START, END = "2016-01", "2018-12"
"""First and last month of enrolment."""
COVERAGE = 0.005
"""Participants per person who could take part: well under 1 %."""
SCALE, SEEDS = 0.1, 12
"""A larger sample costs less per participant than more seeds, and the two lives of a participant part ways more slowly in it."""
CENSUS_SCALE = 0.01
ENOUGH_SEEDS = 6
"""From so many on, the spread between seeds says how sure the mean is."""
HEAD = """\
# What the levers of policies did to few participants: result of `sim calibrate --policies`, read by sim/evidence/curves.py. Do not edit.
# effect: with the programme less without it, same people, same luck, twelve months after they joined. 1 of strength: the shape as stated.
"""


@dataclass(frozen=True)
class Found:
    """The entries of the file by policy, as measured now, and where they are."""

    entries: dict[str, dict[str, Any]]
    path: Path
    saved: Path | None = None


def effects(sums: np.ndarray) -> list[dict[str, float]]:
    """Points of a curve.

    Parameters
    ----------
    sums : (n_seeds, n_strengths, FIELDS), of `sim.calibration.policies.pilot.measure`.

    Returns
    -------
    effect, standard_error (share of participants), participants: by strength, in order.
    """
    persons, gains, squares = (sums[:, :, k].sum(axis=0) for k in range(3))
    if (persons < 2).any():
        raise UserError("the pilot is too small to have participants: more seeds=, or a larger population.scale.")
    effect = gains / persons
    n = len(sums)
    error = np.sqrt(np.maximum(squares / persons - effect**2, 1 / persons) / persons)  # one changed life at least, else nothing is known
    if n >= ENOUGH_SEEDS:
        error = np.sqrt(((sums[:, :, 1] - effect * sums[:, :, 0]) ** 2).sum(axis=0) * n / (n - 1)) / persons
    return [
        {"effect": round(float(e), 5), "standard_error": round(float(s), 5), "participants": int(p)}
        for e, s, p in zip(effect, error, persons, strict=True)
    ]


def solve(
    policies: Sequence[type[Solved]],
    config: SimConfig,
    tell: Callable[[str], None],
    load: Callable[[SimConfig, Pilot], Simulator] = loopbrug,
    census: Callable[[SimConfig, Pilot], float] | None = None,
) -> dict[str, dict[str, Any]]:
    """Measure the curves of `policies`; returns their entries by name. Seeds that are kept are not done again.

    `load` and `census` are put in the place of the model by tests.
    """
    return {policy.name: entry(policy, config, tell, load, census or count) for policy in policies}


def count(config: SimConfig, pilot: Pilot) -> float:
    """Size of the target group per year, from one small run."""
    from sim.runs.execute import loopbrug as engine
    from sim.runs.execute import world_of

    population = config.population.model_copy(update={"scale": min(CENSUS_SCALE, config.population.scale)})
    small = config.model_copy(update={"population": population})
    return target_per_year(small, world_of(pilot.config(small, 0.0, 0), engine())[0], pilot, config.seed)


def entry(
    policy: type[Solved],
    config: SimConfig,
    tell: Callable[[str], None],
    load: Callable[[SimConfig, Pilot], Simulator],
    census: Callable[[SimConfig, Pilot], float],
) -> dict[str, Any]:
    """The curve of one policy as it goes into the file.

    Raises
    ------
    Interrupted : Ctrl-C. RuntimeError : a run failed.
    """
    from sim.runs.cores import useful_processes

    target = census(config, Pilot(policy.name, 0, START, END))
    pilot = Pilot(policy.name, float(f"{COVERAGE * target:.2g}"), START, END)
    tell(
        f"{policy.name}: {pilot.places:g} places a year for {target:,.0f} people a year; strengths {', '.join(map(str, policy.strengths))}"
    )
    values = {f"strength {n:02d}": strength for n, strength in enumerate(policy.strengths)}
    seeds = range(config.seed, config.seed + config.seeds)
    archive = Archive(file_of(policy, config, pilot), FIELDS * len(values))
    failed = []

    def keep(job: Job, answer: np.ndarray | str) -> None:
        if isinstance(answer, str):
            failed.append(f"{policy.name} seed {job[1]}: {answer}")
            return
        archive.put(job[0], job[1], answer)
        done = [seed for seed in seeds if archive.get(values, seed) is not None]
        tell(f"{policy.name}: {len(done)} of {len(seeds)} seeds; effects so far {told(effects(collect(archive, values, done)))}")

    processes = useful_processes(config.compute.processes, 1, config.population.scale)
    with Workers(processes, partial(load, config, pilot)) as workers:
        try:
            workers.run([(values, seed) for seed in seeds if archive.get(values, seed) is None], keep)
        except KeyboardInterrupt:
            raise Interrupted(sum(archive.get(values, seed) is not None for seed in seeds), len(seeds)) from None
    if failed:
        raise RuntimeError(f"a run that the curve needs failed: {failed[0]}")
    points = effects(collect(archive, values, list(seeds)))
    row, who = load_parameters()[f"policies.{policy.name}.{policy.effect}"], identity()
    return {
        "parameter": row.path,
        "unit": row.unit,
        "outcome": f"{policy.gross_meaning}, with the programme less without",
        "date": dt.date.today().isoformat(),
        "version": who.version,
        "commit": who.git["commit"],
        "code_digest": who.code_digest,
        "world": f"population.start={WORLD}, enrolment {START} to {END}, until {pilot.until}",
        "coverage": COVERAGE,
        "places_per_year": pilot.places,
        "scale": config.population.scale,
        "seeds": [seeds.start, seeds.stop - 1],
        "shape": {name: policy.model_fields[name].default for name in policy.shape()},
        "points": [{"strength": strength, **point} for strength, point in zip(policy.strengths, points, strict=True)],
    }


def told(points: Sequence[dict[str, float]]) -> str:
    """Effects and standard errors on one line, in points of a hundred."""
    return ", ".join(f"{100 * point['effect']:.2f} ({100 * point['standard_error']:.2f})" for point in points)


def collect(archive: Archive, values: dict[str, float], seeds: Sequence[int]) -> np.ndarray:
    """(n_seeds, n_strengths, FIELDS) float64 of finished seeds."""
    return np.array([archive.get(values, seed) for seed in seeds], np.float64).reshape(len(seeds), len(values), FIELDS)


def file_of(policy: type[Solved], config: SimConfig, pilot: Pilot) -> Path:
    """Where finished seeds are kept: one file for all that they depend on."""
    code, data = package_digests((NOT_THE_MODEL - {"calibration"}) | {"evidence/curves.yaml"})
    content = {"code": code, "data": data, "settings": result_settings(config), "pilot": vars(pilot), "strengths": policy.strengths}
    path = Path(config.runs_dir) / "curves" / f"{policy.name}-{digest_of(content)}.runs"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(entries: dict[str, dict[str, Any]], path: Path) -> Path:
    """Put the entries into the file at `path`; curves of other policies stay. UserError when it cannot be written."""
    before = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = yaml.safe_dump(dict(sorted(((before or {}) | entries).items())), sort_keys=False, allow_unicode=True, width=140)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}. --save is for a checkout of the source code.") from error
    curves.load_curves.cache_clear()
    return path
