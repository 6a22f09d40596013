"""Tier ``statistical``: does the calibrated world still have the same figures, up to luck?

With ``targets: calibration`` (that of Loopbrug) the baseline runs from January 2015 to September 2023, measured as `sim validate` measures
it: seeds that are kept in ``RUNS_DIR/validation`` are used again, so a check after a validation costs nothing. Figures, per seed:

* level: of every scored series (target and cell), the mean over the periods it was measured in.
* ``later``: of every target, by how many percent its mean over cells and periods is higher in 2020-2023 than in 2015-2019. A fault that
  shows in the course of time only, such as in a crisis, leaves the means over all years almost where they were.

No observation enters: targets say which series count and how they are measured, and simulated figures are held against simulated ones.

With ``targets: levels`` (for one's own scenarios) the figures are the headline figures at the end of the run (``summary`` of ``run.json``),
by scenario.

Items: the mean over the seeds of every figure, and per target or scenario the spread over the seeds of its levels (``spread``); all by the
rule of `sim.baseline.compare`. The file ``statistical.csv`` has a line per figure and a column per seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from sim.baseline import scenario_runs
from sim.baseline.compare import Shift, shift, spread_shift
from sim.baseline.figures import Figure, Figures, Name, figure, read, write
from sim.baseline.item import Item
from sim.baseline.presence import came_or_went, item_id, other_settings, seeds_to_compare
from sim.baseline.store import Baseline, TierSettings
from sim.calibration.targets import CHECK, FIT, in_window, load_targets, observed
from sim.config.errors import UserError

FILE = "statistical.csv"
LATER, SPREAD = "later", "spread"
CALIBRATION, LEVELS = "calibration", "levels"
UNITS = {
    "employed": "persons",
    "unemployed": "persons",
    "unemployment_rate_pct": "%",
    "vacancies_open": "vacancies",
    "vacancies_open_care": "vacancies",
    "shortage_fte": "FTE",
    "shortage_fte_care": "FTE",
    "mean_retirement_age": "years",
}
"""Of the headline figures of a run; those of other names have none here."""
KINDS = {"sector": "section ", "age": "age "}
"""What the cells of a target are, before their names."""
SMALLEST = 1e-6
"""Percent. Where cells are shares of one whole, their mean changes by rounding errors only: such a change is no figure."""
Tell = Callable[[str], None]


def measure(baseline: Baseline, tell: Tell) -> Figures:
    """Measure the figures of all seeds; seeds and runs that are there are used again.

    Raises
    ------
    UserError
        A mistake in a setting.
    """
    settings = baseline.tiers["statistical"]
    return calibration(settings, tell) if settings.targets == CALIBRATION else levels(settings, tell)


def calibration(settings: TierSettings, tell: Tell) -> Figures:
    """Figures of the targets."""
    from sim.calibration import validate
    from sim.runs.identity import identity

    if settings.scenarios != ("baseline",):
        raise UserError(f"tier statistical: the targets are measured in the baseline, not in {', '.join(settings.scenarios)}. "
                        "For other scenarios: targets: levels")  # fmt: skip
    config = validate.configuration([*settings.settings, f"seeds={settings.seeds}"], "both")
    folder = Path(config.runs_dir) / "validation" / validate.measurement_key(config, identity())
    validate.measured(config, folder, tell, validate.measure_seed, is_model=True)
    seeds = validate.seeds_of(config)
    frame = pl.concat(pl.read_parquet(validate.file_of(folder, seed)).with_columns(pl.lit(seed, pl.Int64).alias("seed")) for seed in seeds)
    return Figures(scenario_runs.settings_of(config, settings, CALIBRATION), tuple(seeds), of_targets(frame))


def of_targets(frame: pl.DataFrame) -> dict[Name, Figure]:
    """Figures of measured histories: levels and ``later`` of every scored target, in the order of the targets.

    Parameters
    ----------
    frame : seed, target, cell, period, value, as `sim.calibration.measure.measure` gives them.
    """
    known = observed().select("target", "cell").unique(maintain_order=True)
    frame = frame.filter(pl.col("value").is_finite()).join(known, on=["target", "cell"], how="semi")
    found: dict[Name, Figure] = {}
    for name, target in load_targets().items():
        mine = frame.filter(pl.col("target") == name)
        if not target.scored or mine.is_empty():
            continue
        means = mine.group_by("cell", "seed", maintain_order=True).agg(pl.col("value").mean())
        for cell in known.filter(pl.col("target") == name)["cell"]:
            of_cell = means.filter(pl.col("cell") == cell)
            if of_cell.height:
                found[name, cell] = figure(target.unit, dict(zip(of_cell["seed"].to_list(), of_cell["value"].to_list(), strict=True)))
        changes = change_over_time(mine)
        if any(change is not None and abs(change) > SMALLEST for change in changes.values()):
            found[name, LATER] = figure("%", changes)
    return found


def change_over_time(mine: pl.DataFrame) -> dict[int, float | None]:
    """By how many percent the mean of a target is higher in the check window than in the fit window, by seed; empty when one is absent.

    Cells that are not measured in both windows of a seed are left out of it.
    """
    window = pl.col("period").map_elements(window_of, return_dtype=pl.String)
    placed = mine.with_columns(window.alias("window")).drop_nulls("window")
    means = placed.group_by("seed", "cell", "window", maintain_order=True).agg(pl.col("value").mean())
    wide = means.pivot("window", index=["seed", "cell"], values="value")
    if not {"fit", "check"} <= set(wide.columns):
        return {}
    sums = wide.drop_nulls().sort("seed", "cell").group_by("seed", maintain_order=True).agg(pl.col("fit", "check").sum())
    return {
        seed: 100 * (later / earlier - 1) if earlier else None for seed, earlier, later in sums.select("seed", "fit", "check").iter_rows()
    }


def window_of(period: str) -> str | None:
    """``fit``, ``check``, or None."""
    return next((name for name, window in (("fit", FIT), ("check", CHECK)) if in_window(period, window)), None)


def levels(settings: TierSettings, tell: Tell) -> Figures:
    """Figures of the scenarios: the headline figures at the end of the run."""
    configs = scenario_runs.configurations(settings)
    batch = scenario_runs.do(configs, tell)
    failed = scenario_runs.failed(batch)
    found: dict[Name, dict[int, float | None]] = {}
    for record in batch.records:
        if record.scenario not in failed:
            for metric, value in record.summary.items():
                found.setdefault((record.scenario, metric), {})[record.seed] = value
    made = {name: figure(UNITS.get(name[1], ""), values) for name, values in sorted(found.items())}
    seeds = tuple(sorted({config.seed for config in configs}))
    return Figures(
        scenario_runs.settings_of(configs[0], settings, LEVELS), seeds, {name: of for name, of in made.items() if of.values}, failed
    )


def save(measurement: Figures, folder: Path) -> None:
    """Write ``statistical.csv``; UserError when a run failed."""
    write(measurement, folder / FILE)


def load(folder: Path) -> Figures:
    """Read ``statistical.csv``; `NoBaseline` when it is missing or damaged."""
    return read(folder / FILE)


def compare(stored: Figures, now: Figures) -> list[Item]:
    """An item per figure and one per spread; see the module."""
    if other := other_settings("statistical", stored, now):
        return other
    seeds = seeds_to_compare(stored, now)
    items = came_or_went("statistical", stored, now, "scenario" if now.settings.get("figures") == LEVELS else "target")
    both = [name for name in stored.figures if name in now.figures]
    for name in both:
        found = shift(stored.values(name, seeds), now.values(name, now.seeds))
        items.append(item(name, now.figures[name].unit, found, level_sentence(name, now.figures[name].unit, found)))
    for of in dict.fromkeys(of for of, _ in both):
        cells = [name for name in both if name[0] == of and name[1] != LATER]
        spreads = cells and spread_shift(
            np.array([stored.values(name, seeds) for name in cells]), np.array([now.values(name, now.seeds) for name in cells])
        )
        if spreads:
            items.append(item((of, SPREAD), "% of the level", spreads, spread_sentence(of, spreads)))
    return items


def item(name: Name, unit: str, found: Shift, sentence: str) -> Item:
    """The item of a comparison."""
    stored, now = (None if math.isnan(value) else value for value in (found.stored, found.now))
    return Item(item_id("statistical", name), "statistical", unit, stored, now, found.z, found.moved, sentence)


def level_sentence(name: Name, unit: str, found: Shift) -> str:
    """What became of a figure."""
    what = meaning(name)
    if math.isnan(found.now) or math.isnan(found.stored):
        missing = "now" if math.isnan(found.now) else "among what is stored"
        return f"{what}: not defined in any seed {missing}." if found.moved else f"{what}: not defined in any seed, as before."
    was, is_now = number(found.stored), number(found.now) + ("" if unit in ("ratio", "") else f" {unit}")
    if found.z == 0:
        return f"{what}: {is_now}, exactly as stored."
    share = f" ({100 * (found.now / found.stored - 1):+.1f} %)" if found.stored and unit != "%" else ""
    return f"{what}: {is_now} instead of {was}{share}, {distance(found)}."


def spread_sentence(of: str, found: Shift) -> str:
    """What became of the spread over the seeds."""
    what = f"Spread over the seeds of {of}"
    if found.z == 0 and not found.moved:
        return f"{what}: {number(found.now)} % of the level, exactly as stored."
    if found.z is None:
        return f"{what}: a figure that is {agree(found.stored)} in what is stored is now {agree(found.now)}."
    return f"{what}: {number(found.now)} % of the level instead of {number(found.stored)} %, {distance(found)}."


def agree(spread: float) -> str:
    """Whether the seeds agree."""
    return "different from seed to seed" if spread else "the same in all seeds"


def distance(found: Shift) -> str:
    """How far that is."""
    if found.z is None:
        return "where all stored seeds agree"
    if found.moved and abs(found.z) <= 3:
        return f"{found.z:+.1f} standard errors, but all stored seeds agree"
    return f"{found.z:+.1f} standard errors" + ("" if found.moved else ": within luck")


def meaning(name: Name) -> str:
    """What a figure is, for people."""
    of, cell = name
    if of not in load_targets():
        return f"{cell.replace('_', ' ').capitalize()} at the end of {of}"
    target = load_targets()[of]
    text = target.meaning_en[:1].upper() + target.meaning_en[1:]
    return f"{text}, 2020-2023 against 2015-2019" if cell == LATER else f"{text}, {KINDS.get(target.by, '')}{cell}"


def number(value: float) -> str:
    """Four significant digits.

    >>> number(1234.56), number(12.3456), number(0.00012345)
    ('1,235', '12.35', '0.0001234')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
