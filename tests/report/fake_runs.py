"""Run folders that look like those of the model, without running it: the recorder's files, national magnitudes, invented effects.

Noise is shared between scenarios by seed (paired runs), so that differences are much sharper than levels, as in the model.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from sim.codes import AGE_BANDS, PROVINCES, SECTORS, month_date, month_index

JOBS = dict(
    zip(
        SECTORS,
        (200, 10, 800, 35, 40, 500, 1500, 420, 430, 380, 230, 80, 800, 900, 480, 70, 620, 1600, 220, 260),
        strict=True,
    )
)
"""Persons at work by sector, thousands; order of magnitude only."""
PROVINCE_SHARES = np.array([0.033, 0.035, 0.026, 0.067, 0.024, 0.12, 0.085, 0.18, 0.2, 0.021, 0.15, 0.059])
AGE_SHARES = np.array([0.15, 0.21, 0.2, 0.22, 0.11, 0.08, 0.03])
STATES = ("employed", "unemployed", "inactive", "training", "retired")


@dataclass
class Fake:
    """An invented scenario: FTE gained per sector at full effect, euros per month, policies, what else its configuration and record say;
    and the share of those who retire before the state pension age that `later` moves to after it."""

    name: str
    label: dict[str, str]
    gains: dict[str, float] = field(default_factory=dict)
    cost_per_month: float = 0.0
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    noise: float = 150.0
    record: dict[str, Any] = field(default_factory=dict)
    later: float = 0.0


BASELINE = Fake("baseline", {"en": "No new policy", "nl": "Geen nieuw beleid"})
FAKES = (
    BASELINE,
    Fake(
        "job_bridge",
        {"en": "Bridge to a growth sector", "nl": "Brug naar een groeisector"},
        {"Q": 900, "P": 350, "J": 250, "G": -420, "N": -300},
        4.2e6,
        {"job_bridge": {"start": "2024-01", "takers_per_year": 20000}},
    ),
    Fake(
        "senior_networks",
        {"en": "Network meetings 58+", "nl": "Netwerkbijeenkomsten 58+"},
        {"Q": 220, "P": 180, "O": 120},
        0.6e6,
        {"senior_networks": {"start": "2024-01", "net_delay_months": 1.0}},
        later=0.04,
    ),
    Fake(
        "dual_track",
        {"en": "Dual-track jobs", "nl": "Banen met een dubbelspoor"},
        {"P": 500, "DEF": 150, "M": -260, "K": -90},
        1.5e6,
        {"dual_track": {"start": "2024-01"}},
    ),
    Fake(
        "hiring_subsidy",
        {"en": "Hiring subsidy 56+", "nl": "Loonkostenvoordeel 56+"},
        {},
        2.5e6,
        {"hiring_subsidy": {"start": "2024-01", "euro_per_month": 500}},
    ),
)


def write_runs(
    root: Path,
    fakes: tuple[Fake, ...] = FAKES,
    *,
    seeds: int = 10,
    start: str = "2023-10",
    months: int = 87,
    scale: float = 0.01,
    version: str = "0.1.0",
) -> list[Path]:
    """Write ``len(fakes) * seeds`` run folders under `root`; returns their paths."""
    return [
        write_run(root, fake, seed, start=start, months=months, scale=scale, version=version)
        for fake in fakes
        for seed in range(1, seeds + 1)
    ]


def write_run(
    root: Path, fake: Fake, seed: int, *, start: str = "2023-10", months: int = 87, scale: float = 0.01, version: str = "0.1.0"
) -> Path:
    """Write one run folder in the layout of the recorder."""
    key = f"{fake.name[:4]}{seed:04d}".replace("<", "x").replace("/", "x")
    folder = root / f"scenario={fake.name.replace('/', '_')}" / f"key={key}"
    folder.mkdir(parents=True)
    first = month_index(start)
    dates = [month_date(first - 1 + k) for k in range(months + 1)]
    luck = np.random.default_rng(seed)
    own = np.random.default_rng([seed, sum(map(ord, fake.name)), 7])
    gain = _gain(fake, months + 1, own)
    panel = _panel(dates, gain, luck)
    _keyed(panel).write_parquet(folder / "panel.parquet")
    _keyed(_market(dates, gain, luck)).write_parquet(folder / "market.parquet")
    _keyed(_sexes(panel)).write_parquet(folder / "sexes.parquet")
    _flows(dates, fake, seed).write_parquet(folder / "flows.parquet")
    _retirements(dates, fake, seed).write_parquet(folder / "retirements.parquet")
    _policies(fake, dates, luck).write_parquet(folder / "policies.parquet")
    config = _config(fake, seed, start, month_date(first + months - 1), scale)
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(_record(fake, seed, key, config, months, version)), encoding="utf-8")
    return folder


def _keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """Keys as the recorder writes them."""
    return frame.with_columns(pl.col(pl.String).cast(pl.Categorical))


def clone_run(folder: Path, *, seed: int | None = None, scenario: str | None = None) -> Path:
    """Make a run folder with the same files and another seed or scenario, beside the original; quicker than writing new ones."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    name, number = scenario or record["scenario"], seed or record["seed"]
    twin = folder.parents[1] / f"scenario={name}" / f"key={name}{number:04d}"
    twin.mkdir(parents=True)
    for file in folder.glob("*.parquet"):
        (twin / file.name).hardlink_to(file)
    label = {"en": f"{record['label']['en']} ({name})", "nl": f"{record['label']['nl']} ({name})"}
    config["scenario"] |= {"name": name, "label": label}
    (twin / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    facts = {"scenario": name, "seed": number, "label": label, "key": twin.name, "digest": f"{hash(twin.name) % 2**256:064x}"}
    (twin / "run.json").write_text(json.dumps(record | facts), encoding="utf-8")
    return twin


def _gain(fake: Fake, rows: int, own: np.random.Generator) -> np.ndarray:
    """FTE gained, (months, sectors): ramps up over two years; the first row is the opening balance."""
    ramp = np.clip((np.arange(rows) - 3) / 24, 0, 1)
    target = np.array([fake.gains.get(key, 0.0) for key in SECTORS])
    noise = own.normal(0, 1, (rows, len(SECTORS))).cumsum(axis=0) / np.sqrt(rows) * fake.noise
    noise[0] = 0
    return ramp[:, None] * target + noise * bool(fake.policies)


def _national(rows: int, luck: np.random.Generator) -> np.ndarray:
    """Level of activity, (months,): a slow cycle with shared luck."""
    months = np.arange(rows)
    return 1 + 0.0003 * months + 0.01 * np.sin(months / 13 + luck.normal(0, 0.4)) + luck.normal(0, 0.001, rows).cumsum()


def _panel(dates: list[dt.date], gain: np.ndarray, luck: np.random.Generator) -> pl.DataFrame:
    rows = len(dates)
    base = np.array([JOBS[key] for key in SECTORS] + [0.0]) * 1e3
    shares = PROVINCE_SHARES[:, None] * AGE_SHARES
    activity = _national(rows, luck)
    workers = activity[:, None] * base
    workers[:, :-1] += gain / 0.75
    employed = workers[:, :, None, None] * shares
    slack = (base + 3e4)[None, :, None, None] * shares * (0.036 * (2 - activity) ** 6)[:, None, None, None]
    frame = _cells(dates, (*SECTORS, "none"))
    retirements = employed * np.array([0, 0, 0, 0, 0.0004, 0.004, 0.03])
    columns = {
        "employed": employed,
        "unemployed": slack,
        "inactive": np.broadcast_to(9e4 * shares, employed.shape),
        "training": slack * 0.1,
        "retired": np.broadcast_to(7e4 * shares, employed.shape),
        "fte": employed * 0.75,
        "wage_bill_eur": employed * 3300,
        "retirements": retirements,
        "retirement_age_months": retirements * 798,
    }
    return frame.with_columns(**{name: pl.Series(values.ravel()) for name, values in columns.items()})


def _sexes(panel: pl.DataFrame) -> pl.DataFrame:
    """Women are four in five in care, and two in five elsewhere."""
    share = pl.when(pl.col("sector") == "Q").then(0.8).otherwise(0.4)
    work = pl.col("employed", "fte")
    women = panel.group_by("month").agg((work * share).sum()).with_columns(sex=pl.lit("F"))
    men = panel.group_by("month").agg((work * (1 - share)).sum()).with_columns(sex=pl.lit("M"))
    return pl.concat([women, men]).sort("month", "sex").select("month", "sex", "employed", "fte")


def _cells(dates: list[dt.date], sectors: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.DataFrame({"month": dates}, schema={"month": pl.Date})
    frame = frame.join(pl.DataFrame({"sector": sectors}), how="cross", maintain_order="left_right")
    frame = frame.join(pl.DataFrame({"province": PROVINCES}), how="cross", maintain_order="left_right")
    return frame.join(pl.DataFrame({"age_band": AGE_BANDS}), how="cross", maintain_order="left_right")


def _market(dates: list[dt.date], gain: np.ndarray, luck: np.random.Generator) -> pl.DataFrame:
    rows = len(dates)
    activity = _national(rows, luck)
    jobs = activity[:, None] * np.array([JOBS[key] for key in SECTORS]) * 900 + gain / 0.8
    tightness = np.linspace(0.6, 2.2, len(SECTORS))
    desired = activity[:, None] * np.array([JOBS[key] for key in SECTORS]) * 900 * (1 + 0.02 * tightness)
    spread = PROVINCE_SHARES / PROVINCE_SHARES.sum()
    open_vacancies = np.maximum(desired - jobs, 0) * 1.4
    frame = _cells(dates, SECTORS).select("month", "sector", "province").unique(maintain_order=True)
    columns = {
        "jobs_desired": desired,
        "jobs_filled": jobs,
        "vacancies_open": open_vacancies,
        "vacancies_new": open_vacancies * 0.3,
        "vacancies_filled": open_vacancies * 0.25,
        "vacancies_withdrawn": open_vacancies * 0.05,
        "hires": jobs * 0.017,
        "layoffs": jobs * 0.002,
        "desired_fte": desired * 0.8,
        "filled_fte": jobs * 0.8,
        "shortage_fte": np.maximum(desired - jobs, 0) * 0.8,
        "reserve_fte": np.zeros_like(jobs),
        "hours_worked_fte": jobs * 0.8 * 0.95,
    }
    return frame.with_columns(**{name: pl.Series((values[:, :, None] * spread[None, None, :]).ravel()) for name, values in columns.items()})


MOVES = (
    *(("unemployed", "none", "employed", key, 9.0) for key in SECTORS),
    *(("employed", key, "unemployed", key, 5.0) for key in SECTORS),
    *(("employed", key, "inactive", key, 4.0) for key in SECTORS),
    *(("employed", key, "retired", key, 1.2) for key in SECTORS),
    *(("employed", "G", "employed", key, 3.0) for key in SECTORS),
    *(("employed", "Q", "employed", key, 2.0) for key in SECTORS),
    ("inactive", "none", "unemployed", "none", 70.0),
    ("unemployed", "none", "inactive", "none", 23.0),
    ("outside", "none", "inactive", "none", 20.0),
    ("retired", "none", "outside", "none", 16.0),
    ("unemployed", "none", "training", "none", 0.8),
    ("training", "none", "unemployed", "none", 0.7),
)
"""From state and sector, to state and sector, thousands a month; within trade and within care people move as well."""


def _flows(dates: list[dt.date], fake: Fake, seed: int) -> pl.DataFrame:
    """Moves with luck that a seed shares between scenarios; a sector that gains draws more of the unemployed from the second month on."""
    names = ("from_state", "from_sector", "to_state", "to_sector", "persons")
    moves = pl.DataFrame(MOVES, schema=names, orient="row")
    rows, luck = len(dates) - 1, np.random.default_rng([seed, 11])
    gains = pl.col("to_sector").replace_strict(fake.gains, default=0.0, return_dtype=pl.Float64) / 24
    drawn = pl.when((pl.col("from_state") == "unemployed") & (pl.col("to_state") == "employed")).then(gains).otherwise(0.0)
    own = np.random.default_rng([seed, 12, sum(map(ord, fake.name))]).normal(0, 0.002, rows * len(MOVES)) * bool(fake.policies)
    every = pl.DataFrame({"month": dates[1:]}).join(moves, how="cross", maintain_order="left_right")
    persons = pl.col("persons") * 1000 * pl.Series(luck.normal(1, 0.02, rows * len(MOVES)) + own)
    return every.select("month", pl.lit("search").alias("cause"), *names[:4], (persons + drawn).alias("persons"))


def _retirements(dates: list[dt.date], fake: Fake, seed: int) -> pl.DataFrame:
    """Most retire within a year of 67, the state pension age; `Fake.later` moves some of the early ones to 68."""
    luck, ages = np.random.default_rng([seed, 13]), np.arange(55, 75)
    normal = 900.0 * np.exp(-(((ages - 66) / 2.2) ** 2)) * luck.normal(1, 0.03, (len(dates) - 1, ages.size))
    before, after = normal * (ages < 67), normal * (ages >= 67)
    own = np.random.default_rng([seed, 14, sum(map(ord, fake.name))])
    moved = before * fake.later * own.normal(1, 0.2, normal.shape)
    before, after = before - moved, after + (ages == 68) * moved.sum(axis=1, keepdims=True)
    counted = np.stack([before, 2400.0 * (ages == 67) * np.ones_like(normal), after], axis=2)
    month, age, timing = np.nonzero(counted)
    return pl.DataFrame(
        {
            "month": pl.Series(dates[1:], dtype=pl.Date).gather(month),
            "age": pl.Series(ages, dtype=pl.UInt8).gather(age),
            "timing": pl.Series(("before", "at", "after")).gather(timing),
            "pension_age": np.full(month.size, 804, np.int16),
            "persons": counted[month, age, timing],
        }
    )


def _policies(fake: Fake, dates: list[dt.date], luck: np.random.Generator) -> pl.DataFrame:
    schema = {"month": pl.Date, "policy": pl.String} | dict.fromkeys(POLICY_COLUMNS, pl.Float64)
    frames = [pl.DataFrame(schema=schema)]
    active = np.array([d >= dt.date(2024, 1, 1) for d in dates[1:]], dtype=float)
    for name in fake.policies:
        new = 1500 * active + luck.normal(0, 20, len(active)) * active
        numbers = {
            "participants_new": new,
            "participants_active": np.minimum(new.cumsum(), 18000),
            "participants_total": new.cumsum(),
            "cost_eur": fake.cost_per_month * active,
            "gross_outcome": np.roll(new, 12) * 0.62 * (np.arange(len(new)) >= 12),
            "gross_count": np.roll(new, 12) * (np.arange(len(new)) >= 12),
            "control_outcome": np.roll(new, 12) * 0.58 * (np.arange(len(new)) >= 12),
            "control_count": np.roll(new, 12) * (np.arange(len(new)) >= 12),
        }
        frames.append(pl.DataFrame({"month": dates[1:], "policy": [name] * len(active), **numbers}, schema=schema))
    return pl.concat(frames)


HOSTILE = "<script>alert(1)</script>"
MONTHS = 27
"""Name and label of a scenario that attacks the page."""
POLICY_COLUMNS = (
    "participants_new",
    "participants_active",
    "participants_total",
    "cost_eur",
    "gross_outcome",
    "gross_count",
    "control_outcome",
    "control_count",
)


def _config(fake: Fake, seed: int, start: str, until: dt.date, scale: float) -> dict[str, Any]:
    question = {"en": f"What does {fake.label['en'].lower()} do?", "nl": f"Wat doet {fake.label['nl'].lower()}?"}
    return {
        "scenario": {"name": fake.name, "label": fake.label, "question": question, "source": "invented for the tests"},
        "seed": seed,
        "seeds": 10,
        "draws": 0,
        "until": until.strftime("%Y-%m"),
        "population": {"scale": scale, "start": start, "region": "nl", "seed": 0},
        "economy": {"name": "mid", "demand_growth_per_year": 0.003, "crises": []},
        "parameters": {},
        "policies": fake.policies,
        "checks": "off",
        "threads": 1,
        "compute": {"name": "laptop", "processes": 2},
        "report": {"language": "en"},
        "runs_dir": "runs",
    } | fake.config


def _record(fake: Fake, seed: int, key: str, config: dict[str, Any], months: int, version: str) -> dict[str, Any]:
    scale = config["population"]["scale"]
    return {
        "status": "ok",
        "key": key,
        "scenario": fake.name,
        "label": fake.label,
        "question": config["scenario"]["question"],
        "seed": seed,
        "draw": None,
        "months": months,
        "persons": round(13.2e6 * scale),
        "employers": 9500,
        "weight": 1 / scale,
        "start": config["population"]["start"],
        "until": config["until"],
        "version": version,
        "git": {"commit": "0123456789abcdef", "dirty": False},
        "data_digest": "d" * 64,
        "code_digest": "c" * 64,
        "settings_digest": "s" * 64,
        "config_digest": f"{fake.name}c",
        "digest": f"{seed:064x}",
        "packages": {"numpy": "2.5.5", "polars": "2.1.0"},
        "platform": "Linux-x86_64",
        "build_s": 1.0,
        "wall_s": 2.5,
        "peak_rss_mb": 400.0,
        "phases": {"matching": 20.0},
        "summary": {},
        "warnings": [],
        "error": None,
        "traceback": None,
        "created": "2026-11-21T12:00:00+00:00",
    } | fake.record


def sized(base: Fake, gains: dict[str, float], label: str = "", setting: str = "", **policy: Any) -> Fake:
    """An invented point of a sweep: `base` with other gains, its policy with other settings, and the name that a sweep gives it.

    `setting` : digest of a shared setting (``low``: the low economy); its baseline is `BASELINE` with the same.
    """
    said = ", ".join(f"{key} = {value}" for key, value in policy.items())
    name = "__".join([base.name, *(f"{key}_{value}".replace(".", "_").replace("-", "_") for key, value in policy.items())])
    return replace(
        base,
        name=name if policy else base.name,
        label={language: (label or text) + (f" ({said})" if said else "") for language, text in base.label.items()},
        gains=gains,
        policies={key: values | policy for key, values in base.policies.items()},
        config={"economy": {"name": setting, "demand_growth_per_year": 0.0, "crises": []}} if setting else {},
        record={"settings_digest": setting or "mid"},
    )
