"""One sector's gain is partly another's loss: for every policy the parts add up to the national net effect, and nobody is made or lost."""

import json
from functools import lru_cache

import numpy as np
import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from sim.analysis.balance_sheet import balance_sheets
from sim.analysis.contrast import compare
from sim.config.compose import compose
from sim.config.outlook import Outlook
from sim.model import simulate
from sim.policies.registry import POLICIES
from sim.state.ledger import STATE_KEYS
from sim.world import build_world

SEEDS = (1, 2)
SCALE, UNTIL = 0.002, "2024-12"
SIZE = {
    "pension_age": "extra_months: 12, months_per_year: 12",
    "senior_networks": "places_per_year: 400000, net_delay_months: 5",
    "more_hours": "staff_per_year: 4000000, extend_share: 0.3",
    "pay_rise": "rise: 0.2",
    "training_places": "extra_seats: 4, all_year: 1",
}
"""Settings that show at this sample, where it is not sixty thousand places."""
WAVES = ("{start: 2024-02, months: 6, sector: Q, demand_factor: 1.1}", "{start: 2024-06, months: 6, sector: DEF, demand_factor: 1.2}")
CRISES = f"economy.crises=[{', '.join(WAVES)}]"
"""With and without the policy: reserves come in a crisis."""
ONLY_ADD = {"care_reserve"}
"""Whose help takes nothing from anybody: hours beside the own job."""
MOVE_NOBODY = {"care_reserve", "defence_reserve"}
"""Whose participants keep their jobs."""
PEOPLE = list(STATE_KEYS[:-1])


@lru_cache(maxsize=1)
def world():
    """27 thousand people, fifteen months."""
    return build_world(scale=SCALE, start="2023-10", until=UNTIL, outlook=Outlook(0.003))


@lru_cache(maxsize=32)
def run(policy, seed):
    """One run of the baseline (policy: none) or with a policy from its start, at a size that shows."""
    size = SIZE.get(policy, "places_per_year: 60000")
    extra = [f"+policies.{policy}={{start: 2023-11, {size}}}"] if policy else []
    return simulate(compose([f"population.scale={SCALE}", f"until={UNTIL}", f"seed={seed}", CRISES, *extra]), world())


def write(folder, policy, seed):
    """A run folder, as far as the comparison reads it."""
    result, name = run(policy, seed), policy or "baseline"
    folder = folder / f"scenario={name}" / f"key={name}{seed}"
    folder.mkdir(parents=True)
    for table in ("market", "panel", "sexes", "policies"):
        getattr(result, table).write_parquet(folder / f"{table}.parquet")
    (folder / "config.yaml").write_text(yaml.safe_dump({"policies": {policy: {}} if policy else {}, "parameters": {}}), encoding="utf-8")
    record = {
        "status": "ok",
        "scenario": name,
        "seed": seed,
        "draw": None,
        "version": "1",
        "start": "2023-10",
        "until": UNTIL,
        "weight": 1 / SCALE,
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_the_sheets_add_up_to_the_national_net_effect(tmp_path, policy):
    comparison = compare([write(tmp_path, name, seed) for name in (None, policy) for seed in SEEDS])
    [result] = comparison.scenarios
    hours = {seed: run(policy, seed).market["filled_fte"].sum() - run(None, seed).market["filled_fte"].sum() for seed in SEEDS}
    reserve = {seed: run(policy, seed).market["reserve_fte"].sum() - run(None, seed).market["reserve_fte"].sum() for seed in SEEDS}
    national = np.mean([hours[seed] + reserve[seed] for seed in SEEDS])
    print(f"{policy}: net {result.net_fte_months.mean:,.0f} FTE-months")
    assert result.net_fte_months.mean == pytest.approx(national, rel=1e-9, abs=1e-3)
    assert national != 0
    sheets = balance_sheets(comparison, policy)
    heads = {seed: run(policy, seed).panel["employed"].sum() - run(None, seed).panel["employed"].sum() for seed in SEEDS}
    opening = [frame.panel.filter(pl.col("month") == pl.col("month").min())["employed"].sum() for frame in (run(policy, 1), run(None, 1))]
    assert opening[0] == opening[1]
    for unit, total in (("fte", national), ("people", np.mean(list(heads.values())))):
        for split, sheet in sheets[unit].items():
            lines = [line.mean for line in sheet.lines.values()]
            assert sum(lines) == pytest.approx(total, rel=1e-9, abs=1e-3)
            if policy in MOVE_NOBODY and unit == "people":
                assert not any(lines), "nobody changes jobs"
            elif policy in ONLY_ADD:
                assert min(lines) >= 0 < max(lines)
            else:
                assert split in ("age", "sex") or min(lines) < 0 < max(lines), f"somebody gains and somebody loses by {split}, in {unit}"


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_persons_are_conserved_in_every_province_age_band_and_month(policy):
    cells = ["month", "province", "age_band"]
    counts = [run(name, 1).panel.group_by(cells).agg(pl.sum_horizontal(PEOPLE).sum().alias("persons")) for name in (None, policy)]
    counts = [
        frame.filter(pl.col("persons") > 0).with_columns(pl.col("province", "age_band").cast(pl.String)).sort(cells) for frame in counts
    ]
    assert_frame_equal(*counts)
    moved = [run(name, 1).panel.group_by("sector").agg(pl.col("employed").sum()).sort("sector")["employed"] for name in (None, policy)]
    assert (moved[0] != moved[1]).any() != (policy in MOVE_NOBODY), "the policy must have moved somebody, unless its people keep their jobs"
