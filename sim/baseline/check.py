"""A check: measure the code as it is now, tier by tier, and compare with what is stored."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from sim.baseline import store
from sim.baseline.item import TIERS, Item, Tier
from sim.baseline.reduced import reduced
from sim.baseline.store import Baseline, NoBaseline
from sim.baseline.tier import Tell, module
from sim.baseline.verdict import Verdict, by_distance
from sim.config.errors import UserError, unknown
from sim.runs.identity import identity

USUAL: tuple[Tier, ...] = ("exact", "statistical")
"""Tiers that are checked when none is named: within a minute."""


def check(folder: Path, tiers: Sequence[str] = (), tell: Tell = lambda line: None, settings: Sequence[str] = ()) -> Verdict:
    """Compare with the baseline in `folder`; `tiers`: default `USUAL`, as far as the baseline has them.

    `settings`: fewer seeds than stored, or where the runs are done (`sim.baseline.reduced`).

    Raises
    ------
    UserError : a tier that is not one, or that this baseline does not have; a setting that this version does not know.
    NoBaseline : no baseline is there, or not one that can be compared with.
    """
    baseline = store.load(folder)
    measured = reduced(baseline, settings)
    chosen = chosen_of(baseline, tiers)
    stored = {}
    for tier in chosen:  # all first: nobody should wait for a minute to hear that a file is damaged
        if baseline.measured(tier) is None:
            raise NoBaseline(never_measured(folder, tier))
        stored[tier] = module(tier).load(folder)
    items: list[Item] = []
    seconds: dict[Tier, float] = {}
    for tier in chosen:
        began = time.perf_counter()
        items += module(tier).compare(stored[tier], module(tier).measure(measured, tell))
        seconds[tier] = time.perf_counter() - began
    return Verdict(
        baseline, str(folder), chosen, by_distance(items), identity(), seconds, {tier: measured.tiers[tier].seeds for tier in chosen}
    )


def chosen_of(baseline: Baseline, tiers: Sequence[str], usual: Sequence[Tier] = USUAL) -> tuple[Tier, ...]:
    """The tiers that are asked for, in order, each once; `UserError` when the baseline does not have one."""
    for tier in tiers:
        if tier not in TIERS:
            raise unknown("tier", tier, TIERS)
        if tier not in baseline.tiers:
            has = ", ".join(name for name in TIERS if name in baseline.tiers) or "none"
            raise UserError(
                f"baseline '{baseline.name}' has no tier '{tier}'; it has {has}. To add it, write its settings into {store.FILE_NAME}."
            )
    wanted = tuple(tier for tier in TIERS if tier in (tiers or usual) and tier in baseline.tiers)
    if not wanted:
        raise UserError(f"baseline '{baseline.name}' has none of the tiers {', '.join(usual)}: name one with --tier, or give --all.")
    return wanted


def never_measured(folder: Path, tier: Tier) -> str:
    """What to do about a tier with settings but no figures."""
    return (
        f"{folder}: tier '{tier}' was never measured, so there is nothing to compare with. Measure it: {store.measure_again(folder, tier)}"
    )
