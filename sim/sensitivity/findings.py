"""From finished runs to tables: one of indices for every scenario and outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from sim.analysis.intervals import Interval, paired_interval
from sim.config.schema import SimConfig
from sim.runs.batch import Batch
from sim.runs.identity import Identity
from sim.sensitivity.design import Design
from sim.sensitivity.factors import is_read
from sim.sensitivity.luck import share_of_luck
from sim.sensitivity.methods import Index, Sample, analyse
from sim.sensitivity.outcomes import OUTCOMES, effect, figures
from sim.sensitivity.plan import Plan

FEWEST = 2
"""Blocks of points below which there is nothing to analyse."""


@dataclass(frozen=True)
class Table:
    """What moves one outcome of one scenario.

    Attributes
    ----------
    scenario : name. outcome : id. of : whether the ``effect`` of the policy is meant, or the ``level`` of what it is compared with.
    at : the outcome itself: mean over the points, with the interval over the seeds; of a tornado at the central values.
    luck_share : share of the variance over the points that is luck; None when it cannot be told. blocks, left_out : trajectories or base
        points used, and those left out since a run failed or the outcome is not defined there. indices : largest first.
    """

    scenario: str
    outcome: str
    of: Literal["effect", "level"]
    at: Interval
    luck_share: float | None
    blocks: int
    left_out: int
    indices: tuple[Index, ...]


@dataclass(frozen=True)
class Findings:
    """All tables of an experiment, and its runs."""

    design: Design
    batch: Batch
    points: int
    tables: tuple[Table, ...]

    def to_json(self) -> dict[str, Any]:
        """The document that ``--json`` prints."""
        asked = self.design.asked
        return {
            "experiment": self.design.name,
            "method": asked.method,
            "groups": asked.groups,
            "points": self.points,
            "seeds": list(self.design.seeds),
            "runs": len(self.batch.tasks),
            "tables": [
                {
                    "scenario": table.scenario,
                    "outcome": table.outcome,
                    "of": table.of,
                    "at": table.at.to_json(),
                    "luck_share": table.luck_share,
                    "blocks": table.blocks,
                    "blocks_left_out": table.left_out,
                    "indices": [plain(index) for index in table.indices],
                }
                for table in self.tables
            ],
            "failures": self.batch.failures,
        }


def plain(index: Index) -> dict[str, Any]:
    """An index as JSON, without what the method does not give."""
    found = {field.name: getattr(index, field.name) for field in fields(index)}
    kept = {name: value for name, value in found.items() if value is not None or name == "luck"}
    return {name: value.to_json() if isinstance(value, Interval) else value for name, value in kept.items()}


def findings(plan: Plan, batch: Batch, who: Identity) -> Findings:
    """Read the runs of a plan and analyse every outcome asked for."""
    design = plan.design
    finished = [task.key for task, record in zip(batch.tasks, batch.records, strict=True) if record.ok]
    of_key = dict(zip(finished, figures(batch.folders), strict=True))
    keys = plan.keys(who)
    tables: list[Table] = []
    for pair, scenarios, references in zip(design.pairs, plan.scenarios, plan.references, strict=True):
        with_policy, without = (measured(of, keys, of_key) for of in (scenarios, references))
        for outcome in design.asked.metrics:
            found = effect(outcome, with_policy, without)
            tables += table(plan, pair.name, outcome, "effect", found, movers(design, pair.scenario))
        if pair.reference.scenario.name in {one.scenario for one in tables if one.of == "level"}:
            continue
        for outcome in design.asked.baseline:
            levels = without[..., OUTCOMES.index(outcome)]
            tables += table(plan, pair.reference.scenario.name, outcome, "level", levels, movers(design, pair.reference))
    return Findings(design, batch, len(plan.sample.places), tuple(tables))


def measured(configs: Sequence[Sequence[SimConfig]], keys: Mapping[int, str], of_key: Mapping[str, np.ndarray]) -> np.ndarray:
    """Figures of runs, shape (points, seeds, outcomes); nan for a run that failed."""
    failed = np.full(len(OUTCOMES), np.nan)
    return np.array([[of_key.get(keys[id(config)], failed) for config in of_point] for of_point in configs])


def movers(design: Design, config: SimConfig) -> list[str]:
    """Names of what can move a run: not the parameters of policies that it does not have."""
    mine = [factor for factor in design.factors if is_read(factor.path, config)]
    return list(dict.fromkeys(factor.path if design.asked.groups == "none" else factor.group for factor in mine))


def table(plan: Plan, scenario: str, outcome: str, of: Literal["effect", "level"], found: np.ndarray, mine: Sequence[str]) -> list[Table]:
    """The table of one outcome; none when too much of it is missing, or nothing could move it."""
    design, sampled = plan.design, plan.sample
    if not mine:
        return []
    if design.asked.method == "tornado":
        if not np.isfinite(found[0]).any():
            return []
        indices = analyse(design, sampled, found, mine)
        return [Table(scenario, outcome, of, paired_interval(found[0]), None, 1, int(np.isnan(found).any()), tuple(indices))]
    blocks = found.reshape(-1, sampled.size, found.shape[1])
    whole = np.isfinite(blocks).all(axis=(1, 2))
    if whole.sum() < FEWEST:
        return []
    kept = Sample(sampled.places.reshape(len(blocks), sampled.size, -1)[whole].reshape(-1, sampled.places.shape[1]), sampled.size)
    values = blocks[whole].reshape(-1, found.shape[1])
    indices = analyse(design, kept, values, mine)
    at = paired_interval(values.mean(axis=0))
    return [Table(scenario, outcome, of, at, share_of_luck(values), int(whole.sum()), int((~whole).sum()), tuple(indices))]
