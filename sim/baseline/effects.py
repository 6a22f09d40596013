"""Tier ``effects``: does every scenario still do what it did, compared with its reference seed by seed?

Figures, per seed: ``net_fte_months``, by which `sim compare` ranks, ``net_fte_months.care``, and for programmes with a comparison group
``per_head`` (participants less comparison group, percentage points).

Rule. The mean must lie inside the 95 % interval of the stored seeds (Student's t, as `sim compare` shows it, for this scenario by itself),
and must have the sign of the stored mean: another sign fails also inside the interval. Fewer seeds than stored are held against the same
seeds: the centre is the stored mean of those, the width that of as many seeds, from the spread over all stored ones. The same code gives
exactly the stored figures with any number of seeds.

This is the strictest tier, on purpose. Were all luck new, a mean would leave the interval in about one of seven cases (`by_luck`),
since it has an error of its own as large as the stored one's: a change that gives people other draws is a change of results.

The file ``effects.csv`` has a line per figure and a column per seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr, stdtrit

from sim.baseline import scenario_runs
from sim.baseline.compare import Shift, is_constant, mean, shift
from sim.baseline.figures import Figure, Figures, Name, figure, read, write
from sim.baseline.item import Item
from sim.baseline.presence import UPDATE, came_or_went, item_id, other_settings
from sim.baseline.statistical import number
from sim.baseline.store import Baseline

if TYPE_CHECKING:
    from sim.analysis.contrast import Comparison

FILE = "effects.csv"
EFFECTS, PER_HEAD = "effects", "per_head"
LEVEL = 0.95
MEANING = {
    "net_fte_months": "net FTE-months at work or in reserve",
    "net_fte_months.care": "net FTE-months in care",
    PER_HEAD: "effect per head",
}
Tell = Callable[[str], None]


def by_luck(n: int) -> float:
    """Share of figures that leave an interval of `n` seeds when nothing changed but the luck of every seed.

    >>> round(by_luck(10), 3)
    0.144
    """
    return float(2 * stdtr(n - 1, -stdtrit(n - 1, (1 + LEVEL) / 2) / math.sqrt(2))) if n > 1 else 1.0


def measure(baseline: Baseline, tell: Tell) -> Figures:
    """Run every scenario and its reference, and take the effects; runs that are there are used again.

    Raises
    ------
    UserError
        A mistake in a setting.
    """
    settings = baseline.tiers["effects"]
    configs = scenario_runs.configurations(settings)
    batch = scenario_runs.do(configs, tell)
    failed = scenario_runs.failed(batch)
    found: dict[Name, Figure] = {}
    if runs := scenario_runs.folders(batch, failed):
        from sim.analysis.contrast import load as contrast

        comparison = contrast(runs)
        found = of_comparison(comparison)
        failed |= {name: f"the runs of {reference}, which it is compared with, failed" for name, reference in comparison.unpaired.items()}
    return Figures(
        scenario_runs.settings_of(configs[0], settings, EFFECTS), tuple(sorted({config.seed for config in configs})), found, failed
    )


def of_comparison(comparison: Comparison) -> dict[Name, Figure]:
    """Figures of every scenario that has a reference, scenarios by name."""
    from sim.analysis.headline import NET, levels, per_head
    from sim.analysis.intervals import difference

    whole, heads = levels(comparison.frames, comparison.values), per_head(comparison.frames)
    found: dict[Name, Figure] = {}
    for result in sorted(comparison.scenarios, key=lambda result: result.name):
        base, rows = comparison.rows(result.name)
        seeds = [comparison.frames.runs[row].pair[0] for row in rows]
        for outcome in (NET, f"{NET}.care"):
            changes = difference(whole[outcome][rows], whole[outcome][base]).tolist()
            found[result.name, outcome] = figure("FTE-months", dict(zip(seeds, changes, strict=True)))
        of_heads = figure("pp", dict(zip(seeds, (100 * heads[rows]).tolist(), strict=True)))
        if of_heads.values:
            found[result.name, PER_HEAD] = of_heads
    return found


def save(measurement: Figures, folder: Path) -> None:
    """Write ``effects.csv``; UserError when a run failed."""
    write(measurement, folder / FILE)


def load(folder: Path) -> Figures:
    """Read ``effects.csv``; `NoBaseline` when it is missing or damaged."""
    return read(folder / FILE)


def compare(stored: Figures, now: Figures) -> list[Item]:
    """An item per figure; see the module."""
    if other := other_settings("effects", stored, now):
        return other
    if strangers := sorted(set(now.seeds) - set(stored.seeds)):
        sentence = (f"Seeds {', '.join(map(str, strangers))} are not stored ({stored.seeds[0]} to {stored.seeds[-1]} are), so they have no "
                    f"pair: check with seeds that are, or {UPDATE}.")  # fmt: skip
        return [Item("effects.seeds", "effects", "", None, ", ".join(map(str, strangers)), None, True, sentence)]
    items = came_or_went("effects", stored, now, "scenario")
    return items + [compared(name, stored, now) for name in stored.figures if name in now.figures]


def compared(name: Name, stored: Figures, now: Figures) -> Item:
    """The item of one figure."""
    before, after = stored.values(name, now.seeds), now.values(name, now.seeds)
    shared = np.isfinite(before) & np.isfinite(after)
    item = item_id("effects", name)
    unit = now.figures[name].unit
    if (np.isfinite(before) != np.isfinite(after)).any() or not shared.any():
        sentence = f"{meaning(name)}: defined in {np.isfinite(after).sum()} seeds, stored in {np.isfinite(before).sum()} of the same seeds."
        moved = bool((np.isfinite(before) != np.isfinite(after)).any())
        return Item(item, "effects", unit, defined(mean(before[shared])), defined(mean(after[shared])), None, moved, sentence)
    found = shift(before[shared], after[shared])
    half = half_width(stored.values(name, stored.seeds), int(shared.sum()))
    moved, sentence = judged(meaning(name), unit, found, half, int(shared.sum()))
    return Item(item, "effects", unit, found.stored, found.now, found.z, moved, sentence)


def half_width(stored: np.ndarray, n: int) -> float:
    """Half the 95 % interval of the mean of `n` seeds, from all stored ones (n_seeds,); infinite with a single stored seed."""
    stored = stored[np.isfinite(stored)]
    if len(stored) < 2:
        return math.inf
    spread = 0.0 if is_constant(stored) else float(stored.std(ddof=1))
    return float(stdtrit(len(stored) - 1, (1 + LEVEL) / 2)) * spread / math.sqrt(n)


def judged(what: str, unit: str, found: Shift, half: float, n: int) -> tuple[bool, str]:
    """Whether a figure moved, and the sentence that says so.

    Parameters
    ----------
    found : means stored and now over `n` seeds. half : half width of the stored interval.
    """
    before, after = found.stored, found.now
    same = found.z == 0 or before == after
    interval = f"{number(before - half)} to {number(before + half)}" if math.isfinite(half) else "unknown with one seed"
    seeds = "1 seed" if n == 1 else f"{n} seeds"
    if same:
        return False, f"{what}: {number(after)} {unit}, exactly as stored ({interval}; {seeds})."
    outside = abs(after - before) > half or not math.isfinite(half)
    covered = "which covered zero" if abs(before) <= half else "which did not cover zero"
    change = f"{number(after)} {unit} instead of {number(before)}"
    if np.sign(before) != np.sign(after):
        return True, f"{what}: another sign: {change}; stored interval {interval}, {covered} ({seeds})."
    place = "outside" if outside else "inside"
    return outside, f"{what}: {change}, {place} the stored interval {interval} ({seeds})."


def meaning(name: Name) -> str:
    """What a figure is, for people."""
    of, outcome = name
    return f"{of}, {MEANING.get(outcome, outcome)}"


def defined(value: float) -> float | None:
    """A number, or None."""
    return value if math.isfinite(value) else None
