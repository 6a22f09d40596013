"""``sim calibrate --policies``: names and settings in, curves out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from sim.calibration.evaluate import END, START, prepare
from sim.calibration.policies.solve import SCALE, SEEDS, Found, solve, write
from sim.config.errors import UserError, unknown
from sim.evidence import curves
from sim.policies.solved import Solved
from sim.runs.identity import NOT_RESULTS

ALL = "all"
SIZES = (*NOT_RESULTS, "seed", "population.scale")
"""Settings that a saved curve may be measured with: how sure it is, not what is measured."""


def solved_policies() -> dict[str, type[Solved]]:
    """The policies that have a curve, by name."""
    from sim.policies.registry import POLICIES

    return {name: policy for name, policy in POLICIES.items() if issubclass(policy, Solved)}


def chosen(names: str) -> list[type[Solved]]:
    """Policies of a list with commas, or all.

    Raises
    ------
    UserError : a name that is not one of theirs.
    """
    known = solved_policies()
    if names == ALL:
        return list(known.values())
    for name in names.split(","):
        if name not in known:
            raise unknown("policy with a curve", name, [*known, ALL])
    return [known[name] for name in dict.fromkeys(names.split(","))]


def calibrate_policies(names: str, settings: Sequence[str], save: bool) -> Found:
    """Measure the curves of some policies.

    Raises
    ------
    UserError : a mistake in names or settings.
    sim.runs.batch.Interrupted : Ctrl-C.
    """
    from sim.config.compose import compose

    policies = chosen(names)
    config = compose([f"population.scale={SCALE}", f"seeds={SEEDS}", f"population.start={START}", f"until={END}", "checks=off", *settings])
    if config.policies or (config.population.start, config.until) != (START, END):
        raise UserError(
            "A curve is measured with its policy alone in 2015-2019: leave out scenarios, policies, population.start and until."
        )
    others = [text for text in settings if text.partition("=")[0].lstrip("+") not in SIZES]
    if save and others:
        raise UserError(f"{others[0]} would be a curve of another model: with --save only seed, seeds, population.scale and compute.")
    config = config.model_copy(update={"threads": 1})

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    prepare(tell)
    entries = solve(policies, config, tell)
    path = write(entries, Path(config.runs_dir) / "curves" / curves.FILE.name)
    return Found(entries, path, write(entries, curves.FILE) if save else None)


def table(found: Found) -> str:
    """The curves for people."""
    from sim.runs.tell import columns

    parts = []
    for name, entry in found.entries.items():
        rows = [("strength", "effect, points", "standard error", "participants")]
        rows += [
            (f"{p['strength']:g}", f"{100 * p['effect']:.2f}", f"{100 * p['standard_error']:.2f}", f"{p['participants']:,}")
            for p in entry["points"]
        ]
        curve = curves.curve(entry)
        parts.append(f"{name}: {entry['outcome']}\n{columns(rows, right=(0, 1, 2, 3))}\n{range_of(curve)}")
    return "\n\n".join(parts)


def range_of(curve: curves.Curve) -> str:
    """What the range of the evidence takes."""
    from sim.evidence.parameters import load_parameters

    row = load_parameters()[curve.parameter]
    words = [
        f"{100 * effect:g} points: {f'strength {curve.strength(effect):.2f}' if effect <= curve.reach else 'beyond its reach'}"
        for effect in (row.low, row.central, row.high)
    ]
    return f"Evidence, low, central, high: {'; '.join(words)}."
