"""The exact tier: tiny runs whose every byte is known, so that no change goes unnoticed, not even one too small to show in a figure.

Every scenario of the tier is run with its settings, and so is every variant of the traced one: the scenario with most policies. Compared
are digests of all columns of the state at the end and of all recorded tables, the synthetic population, the headline figures, and the
trace of a still smaller run (`sim.baseline.trace`), from which `sim baseline explain` tells where two versions part.

What is compared is the same on every machine: the state is whole numbers, and numbers with a fraction are first rounded to 30 binary
digits (a part in 10^9), which sums in another order do not reach.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.baseline import trace as traces
from sim.baseline.exact_words import Value, sentence_of, unit_of
from sim.baseline.item import Item
from sim.baseline.store import Baseline, TierSettings, damaged, text_of
from sim.baseline.tier import Tell
from sim.baseline.trace import Trace
from sim.config.errors import UserError

if TYPE_CHECKING:
    import polars as pl

    from sim.config.schema import SimConfig
    from sim.world import World

FILE, TRACE = "exact.csv", "exact.trace.npz"
COLUMNS = ("run", "table", "column", "value")
TRACED_SCALE = 0.00015
"""Of the traced run: 2,000 people, so that the trace stays small."""
TRACED_MONTHS = 12
BINARY_DIGITS = 30
STATE, RECORDED = ("people", "employers", "institutes", "vacancies"), ("panel", "market", "sexes", "flows", "policies", "retirements")
FIGURES, WORLD, TRACE_OF = "figures", "world", "trace"
SETTINGS = ("settings", "", "")
OF_THE_TIER = ("scenarios", "settings", "seeds", "variants")
"""Fields of the settings that this tier heeds."""


@dataclass(frozen=True)
class Exact:
    """A measurement.

    values : (run, table, column) -> digest; of table ``figures`` the number, None where it is not defined. Runs of variants have one
    digest a table, with an empty column. trace : of the first scenario with most policies.
    """

    values: Mapping[tuple[str, str, str], Value]
    trace: Trace


def measure(baseline: Baseline, tell: Tell) -> Exact:
    """Do all runs of the tier in this process: about a second each, and a minute more when the kernels are not compiled yet."""
    from sim.runs.kernels import is_warm, warm_up

    settings = baseline.tiers["exact"]
    if not is_warm():
        tell("exact: compiling the kernels, about a minute")
        warm_up()
    values: dict[tuple[str, str, str], Value] = {SETTINGS: digest_of(settings)}
    configs = runs(settings)
    for number, (name, config) in enumerate(configs.items(), start=1):
        tell(f"exact: {name}, {number} of {len(configs)} runs")
        found = of_run(config)
        values |= {(name, *key): value for key, value in (by_table(found) if name in settings.variants else found).items()}
    trace = trace_now(baseline)
    return Exact(values | {(trace.of, TRACE_OF, ""): short(trace.digest())}, trace)


def runs(settings: TierSettings) -> dict[str, SimConfig]:
    """The runs by name: every scenario and seed; then the variants.

    Raises
    ------
    UserError : an unknown scenario, a wrong setting, or a world that is too large for a check of seconds.
    """
    from sim.config.compose import compose
    from sim.config.files import Files
    from sim.config.repetitions import with_seed

    files, found = Files(), {}
    for scenario in settings.scenarios:
        config = compose([f"scenarios={scenario}", *settings.settings], files)
        for k in range(settings.seeds):
            found[f"{scenario}-seed-{config.seed + k}" if k else scenario] = with_seed(config, config.seed + k)
    first = traced(found)
    for name, more in settings.variants.items():
        if name in found:
            raise UserError(f"the exact tier has a scenario and a variant with the name '{name}'; give the variant another.")
        found[name] = compose([f"scenarios={found[first].scenario.name}", *settings.settings, *more], files)
    return found


def traced(configs: Mapping[str, SimConfig]) -> str:
    """Name of the run that is traced, and varied: the one with most policies, the first of those."""
    return max(configs, key=lambda name: len(configs[name].policies))


def world_of(config: SimConfig, scale: float | None = None) -> World:
    """The world of a run; the runs of a tier share it when their settings allow."""
    from sim.runs.execute import kept_world
    from sim.world import build_world

    population = config.population
    world: World = kept_world(
        build_world, scale or population.scale, population.built, config.until, population.seed, config.economy.outlook
    )
    return world


def of_run(config: SimConfig) -> dict[tuple[str, str], Value]:
    """(table, column) -> value of everything that one run leaves."""
    from sim.model import LabourMarket
    from sim.numerics.jit import use_threads
    from sim.recorder import Recorder

    world = world_of(config)
    use_threads(config.threads, world.n_present)
    model = LabourMarket(config, world)
    months = world.until - model.opening
    recorder = Recorder(model, months)
    recorder.record(is_opening=True)
    for _ in range(months):
        model.step()
        recorder.record()
    found: dict[tuple[str, str], Value] = {(WORLD, ""): short(world.digest)}
    for table in STATE:
        found |= {(table, column): short(hash_of(getattr(model, table)[column])) for column in getattr(model, table)}
    for table in RECORDED:
        frame: pl.DataFrame = getattr(recorder, table)()
        found |= {(table, column): short(hash_of_series(frame[column])) for column in frame.columns}
    for name, value in recorder.summary().items():
        found[FIGURES, name] = float(rounded(np.array([value]))[0]) if math.isfinite(value) else None
    return found


def by_table(found: Mapping[tuple[str, str], Value]) -> dict[tuple[str, str], Value]:
    """The same with one digest for all columns of a table."""
    joined: dict[tuple[str, str], Value] = {}
    for table in (*STATE, *RECORDED):
        columns = "".join(f"{name} {value}\n" for (of, name), value in found.items() if of == table)
        joined[table, ""] = short(hashlib.sha256(columns.encode()).hexdigest())
    return {(WORLD, ""): found[WORLD, ""]} | joined | {key: value for key, value in found.items() if key[0] == FIGURES}


def trace_now(baseline: Baseline) -> Trace:
    """The trace of the code as it is now: a second."""
    configs = runs(baseline.tiers["exact"])
    return trace_of(configs[traced(configs)], traced(configs))


def trace_of(config: SimConfig, name: str) -> Trace:
    """The trace of the first months of a run in a very small world."""
    from sim.model import LabourMarket
    from sim.numerics.jit import use_threads

    world = world_of(config, TRACED_SCALE)
    use_threads(config.threads, world.n_present)
    model = LabourMarket(config, world)
    tracer = traces.Tracer(model, name)
    for _ in range(min(TRACED_MONTHS, world.until - model.month)):
        model.step()
    return tracer.trace()


def hash_of(array: np.ndarray) -> str:
    """SHA-256 of whole numbers or texts: type, shape, bytes (low byte first)."""
    plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return hashlib.sha256(f"{plain.dtype.str}{plain.shape}".encode() + plain.tobytes()).hexdigest()


def hash_of_series(series: pl.Series) -> str:
    """SHA-256 of a column of a recorded table; numbers with a fraction are `rounded` first."""
    if series.dtype.is_float():
        return hash_of(rounded(series.to_numpy()))
    if series.dtype.is_integer():
        return hash_of(series.to_numpy().astype(np.int64))
    return hashlib.sha256("\n".join(str(value) for value in series.to_list()).encode()).hexdigest()


def rounded(values: np.ndarray) -> np.ndarray:
    """Numbers with `BINARY_DIGITS` binary digits: exact steps only, so the same on every processor.

    >>> rounded(np.array([0.1 + 0.2, 0.3, -0.0, 12.0])).tolist()
    [0.30000000027939677, 0.30000000027939677, 0.0, 12.0]
    """
    mantissa, exponent = np.frexp(np.where(np.isnan(values), np.nan, values))
    return np.asarray(np.ldexp(np.rint(np.ldexp(mantissa, BINARY_DIGITS)), exponent - BINARY_DIGITS) + 0.0)


def digest_of(settings: TierSettings) -> str:
    """Digest of how the tier is measured."""
    return short(
        hashlib.sha256(json.dumps(settings.model_dump(mode="json", include=set(OF_THE_TIER)), sort_keys=True).encode()).hexdigest()
    )


def short(digest: str) -> str:
    """Enough of a digest: two different ones agree by chance once in 10^19."""
    return digest[:16]


def save(measurement: Exact, folder: Path) -> None:
    """Write ``exact.csv``, one line a value, and the trace."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(
        (*key, "" if value is None else value if isinstance(value, str) else repr(value)) for key, value in measurement.values.items()
    )
    (folder / FILE).write_text(text.getvalue(), encoding="utf-8")
    traces.write(measurement.trace, folder / TRACE)


def load(folder: Path) -> Exact:
    """Read both; `NoBaseline` when one is missing or damaged."""
    path = folder / FILE
    try:
        header, *rows = csv.reader(text_of(path).splitlines() or [""], strict=True)
    except csv.Error as error:
        raise damaged(path, str(error)) from None
    if tuple(header) != COLUMNS:
        raise damaged(path, f"its columns should be {', '.join(COLUMNS)}")
    values: dict[tuple[str, str, str], Value] = {}
    for number, row in enumerate(rows, start=2):
        if len(row) != len(COLUMNS):
            raise damaged(path, f"line {number} has {len(row)} fields, not {len(COLUMNS)}")
        try:
            values[row[0], row[1], row[2]] = (float(row[3]) if row[3] else None) if row[1] == FIGURES else row[3]
        except ValueError:
            raise damaged(path, f"line {number}: '{row[3][:40]}' is not a number") from None
    if SETTINGS not in values:
        raise damaged(path, "no line of the settings")
    return Exact(values, traces.read(folder / TRACE))


def compare(stored: Exact, now: Exact) -> list[Item]:
    """One item for every column, table, figure and run that either has."""
    items = []
    for key in [*now.values, *(key for key in stored.values if key not in now.values)]:
        before, after = stored.values.get(key), now.values.get(key)
        moved = before != after or (key in stored.values) != (key in now.values)
        sentence = sentence_of(key, before, after, is_stored=key in stored.values, is_now=key in now.values)
        items.append(Item(id_of(key), "exact", unit_of(key), before, after, None, moved, sentence))
    return items


def values_of(measurement: Exact) -> list[Item]:
    """An item for every value, but those that say how the tier is measured."""
    return [item for item in compare(measurement, measurement) if item.id != id_of(SETTINGS)]


def id_of(key: tuple[str, str, str]) -> str:
    """``exact.package.people.wage_cents``."""
    return ".".join(("exact", *(part for part in key if part)))
