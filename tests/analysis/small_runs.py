"""Run folders of a few rows, so that every figure can be worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import polars as pl
import yaml

MONTHS = [dt.date(2023, 9, 1), dt.date(2023, 10, 1), dt.date(2023, 11, 1)]
"""Opening balance, and two months of the run."""


def write_small(
    root: Path,
    scenario: str,
    seed: int,
    *,
    care: tuple[float, float] = (100.0, 100.0),
    trade: tuple[float, float] = (200.0, 200.0),
    reserve: float = 0.0,
    cost: float = 0.0,
    saving: float | None = None,
    unemployed: float = 10.0,
    policies: dict[str, Any] | None = None,
    record: dict[str, Any] | None = None,
) -> Path:
    """Write a run of two months with filled FTE in care (Groningen) and trade (Utrecht); shortages are 1000 minus filled."""
    folder = root / f"scenario={scenario}" / f"key={scenario}{seed}"
    folder.mkdir(parents=True)
    filled = {("Q", "Groningen"): (50.0, *care), ("G", "Utrecht"): (60.0, *trade)}
    _market(filled, reserve).write_parquet(folder / "market.parquet")
    _panel(filled, unemployed).write_parquet(folder / "panel.parquet")
    _sexes(filled).write_parquet(folder / "sexes.parquet")
    _policies(policies or {}, cost, saving).write_parquet(folder / "policies.parquet")
    (folder / "config.yaml").write_text(yaml.safe_dump({"policies": policies or {}, "parameters": {}}), encoding="utf-8")
    facts = {
        "status": "ok",
        "scenario": scenario,
        "seed": seed,
        "draw": None,
        "version": "1",
        "start": "2023-10",
        "until": "2023-11",
        "weight": 100.0,
    }
    (folder / "run.json").write_text(json.dumps(facts | (record or {})), encoding="utf-8")
    return folder


def _market(filled: dict[tuple[str, str], tuple[float, ...]], reserve: float) -> pl.DataFrame:
    rows = [
        {
            "month": month,
            "sector": sector,
            "province": province,
            "vacancies_open": 30.0,
            "hires": 4.0,
            "layoffs": 1.0,
            "shortage_fte": 1000.0 - fte[k],
            "filled_fte": fte[k],
            "reserve_fte": reserve if sector == "Q" and k else 0.0,
        }
        for (sector, province), fte in filled.items()
        for k, month in enumerate(MONTHS)
    ]
    return pl.DataFrame(rows)


def _panel(filled: dict[tuple[str, str], tuple[float, ...]], unemployed: float) -> pl.DataFrame:
    rows = [
        {
            "month": month,
            "sector": sector,
            "province": province,
            "age_band": age,
            "employed": fte[k],
            "unemployed": unemployed,
            "inactive": 20.0,
            "training": 5.0,
            "retired": 15.0,
            "fte": fte[k] * 0.5,
            "wage_bill_eur": 3e6,
            "retirements": 2.0,
            "retirement_age_months": 2.0 * 800,
        }
        for (sector, province), fte in filled.items()
        for age in ("25-34", "60-64")
        for k, month in enumerate(MONTHS)
    ]
    return pl.DataFrame(rows)


def _sexes(filled: dict[tuple[str, str], tuple[float, ...]]) -> pl.DataFrame:
    """As `_panel`: women are three in four of those in care, and nobody else."""
    care, trade = filled.values()
    rows = []
    for k, month in enumerate(MONTHS):
        women = 2 * 0.75 * care[k]
        people = {"M": 2 * (care[k] + trade[k]) - women, "F": women}
        rows += [{"month": month, "sex": sex, "employed": n, "fte": n / 2} for sex, n in people.items()]
    return pl.DataFrame(rows)


def _policies(policies: dict[str, Any], cost: float, saving: float | None) -> pl.DataFrame:
    """Without `saving`, as runs of a version that recorded none."""
    numbers = {
        "participants_new": 10.0,
        "participants_active": 20.0,
        "cost_eur": cost,
        "gross_outcome": 3.0,
        "gross_count": 4.0,
        "control_outcome": 2.0,
        "control_count": 4.0,
    }
    if saving is not None:
        numbers["saving_eur"] = saving
    schema = {"month": pl.Date, "policy": pl.String} | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame([{"month": month, "policy": name, **numbers} for name in policies for month in MONTHS[1:]], schema=schema)
