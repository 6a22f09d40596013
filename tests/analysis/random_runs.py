"""Run folders with a number in every cell, so that nothing adds up by accident."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from sim.analysis.sums import PANEL_SUMS
from sim.codes import AGE_BANDS, PROVINCES, SECTORS, SEXES, month_date, month_index

N_MONTHS = 14
MONTHS = [month_date(month_index("2023-10") + k) for k in range(-1, N_MONTHS)]
"""The opening balance and the months of a run."""


def write_run(root: Path, seed: int, *, months: int = N_MONTHS, scenario: str = "baseline", draw: int | None = None) -> Path:
    """A run with a number in every cell, as the recorder writes them: rows by month, words as categories, some people without sector."""
    luck = (seed, draw or 0, *scenario.encode()) if scenario != "baseline" or draw else seed
    rng = np.random.default_rng(luck)
    folder = root / (f"key={seed}" if scenario == "baseline" and draw is None else f"key={scenario}-{seed}-{draw}")
    folder.mkdir(parents=True)
    axes = {"sector": (*SECTORS, "none"), "province": PROVINCES, "age_band": AGE_BANDS}

    def table(keys: dict[str, tuple[str, ...]], numbers: list[str]) -> pl.DataFrame:
        cells = pl.DataFrame({"month": MONTHS[: months + 1]})
        for name, words in keys.items():
            cells = cells.join(pl.DataFrame({name: pl.Series(words, dtype=pl.Categorical)}), how="cross")
        return cells.with_columns(pl.Series(name, 1e4 * rng.random(cells.height)) for name in numbers)

    places = {"sector": SECTORS, "province": PROVINCES}
    table(axes, list(PANEL_SUMS)).sample(fraction=0.9, seed=seed).sort("month").write_parquet(folder / "panel.parquet")
    table(places, ["vacancies_open", "hires", "layoffs", "shortage_fte", "filled_fte", "reserve_fte"]).write_parquet(
        folder / "market.parquet"
    )
    table({"sex": SEXES}, ["employed", "fte"]).write_parquet(folder / "sexes.parquet")
    sums_of_policies = ["participants_new", "cost_eur", "gross_outcome", "gross_count", "control_outcome", "control_count"]
    table({"policy": ("b", "a")}, sums_of_policies).cast({"policy": pl.String}).write_parquet(folder / "policies.parquet")
    record = {"status": "ok", "scenario": scenario, "seed": seed, "draw": draw, "start": "2023-10", "until": f"{MONTHS[-1]:%Y-%m}"}
    record |= {"version": "1", "weight": 100.0}
    (folder / "config.yaml").write_text(yaml.safe_dump({"policies": {}, "parameters": {}}), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(record))
    return folder
