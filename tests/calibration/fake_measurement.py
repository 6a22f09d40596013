"""A measurement without a model: the published figures with an error of their own, in the files that the model would leave."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import polars as pl

from sim.calibration.targets import load_targets, observed
from sim.calibration.validate import write
from sim.codes import month_index
from sim.config.schema import SimConfig

LUCK, OFF = 0.02, 0.03


def last_month(period: str) -> int:
    """Month in which a period ends."""
    return month_index(f"{period[:4]}-{3 * int(period[5:] or 4) if 'Q' in period else 12:02d}")


def measure_fake(config: SimConfig, path: Path) -> None:
    """Every series is off by 3 %, up or down, and by luck of 2 % a period."""
    end, rows = month_index(config.until), []
    for (target, cell), series in observed().group_by(["target", "cell"], maintain_order=True):
        draws = np.random.default_rng([config.seed, zlib.crc32(f"{target}/{cell}".encode())])
        sign = 1 if zlib.crc32(f"{target}:{cell}".encode()) % 2 else -1
        for period, value in series.select("period", "value").iter_rows():
            luck = LUCK * draws.standard_normal()
            if period[:4] >= "2015" and last_month(period) <= end:
                rows.append((target, cell, period, value * np.exp(sign * OFF + luck)))
    write(pl.DataFrame(rows, schema={"target": pl.String, "cell": pl.String, "period": pl.String, "value": pl.Float64}, orient="row"), path)


def measure_some(config: SimConfig, path: Path) -> None:
    """The same without the unemployment rate."""
    measure_fake(config, path)
    frame = pl.read_parquet(path).filter(pl.col("target") != "unemployment_rate")
    assert "unemployment_rate" in load_targets()
    write(frame, path)


def refuse(config: SimConfig, path: Path) -> None:
    """Must not be called."""
    raise AssertionError(f"measured again: seed {config.seed}")
